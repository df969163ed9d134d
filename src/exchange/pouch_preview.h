/*
 * What a pouch would add and change, before it is opened (LEDGER.md 9): the file is verified
 * whole as opening verifies it, its entries are read against the register as it stands, and
 * nothing is kept.  Acts are judged by the rule itself (LEDGER.md 8.2) over what is known here,
 * what the pouch says, and the acknowledgement that this node would write on opening it.
 */
#ifndef EXCHANGE_POUCH_PREVIEW_H
#define EXCHANGE_POUCH_PREVIEW_H
#include "base/lang.h"
#include "exchange/pouch.h"

enum preview_what {
	PREVIEW_NEW,      /* a national record */
	PREVIEW_CHANGED,  /* a new version of one */
	PREVIEW_ENDED,    /* the end of one */
	PREVIEW_PROPOSED, /* an act is tabled */
	PREVIEW_ACCEPTED, /* the sender's word on an act */
	PREVIEW_DECLINED,
	PREVIEW_REMARK,
	PREVIEW_IN_FORCE,  /* what opening would bring into force */
	PREVIEW_CLOSED,    /* an act that can come into force no more */
	PREVIEW_PUBLISHED, /* a sealed body is opened to all */
	PREVIEW_ERASED,    /* sealed bodies are to be destroyed */
	PREVIEW_KEY,       /* a key is replaced */
	PREVIEW_ALERT,     /* a ledger is said to show two histories */
	PREVIEW_CLOSING,   /* the ledger is closed */
	PREVIEW_COUNT
};
struct preview_item {
	enum preview_what what;
	struct str party, name;      /* who says it: code, and name in the language */
	const struct record *record; /* NULL: none, or a kind this program does not know */
	struct str kind;             /* as the ledger writes it; may be empty */
	struct ref of;
	struct str label; /* empty: sealed, or not known here */
	bool has_act;
	struct hash act;
	struct str parties; /* of the act, "ml,ru" */
};
enum { PREVIEW_ITEMS_MAX = 500, PREVIEW_KINDS = RECORD_COUNT + 1 };
struct preview_kind { /* [RECORD_COUNT]: kinds that this program does not know */
	uint64_t added, changed, ended;
};
struct pouch_preview {
	struct pouch_report report; /* as opening would tell it; `seen`: it would acknowledge */
	struct preview_item items[PREVIEW_ITEMS_MAX];
	size_t item_count;
	uint64_t left_off; /* items that found no room */
	struct preview_kind kinds[PREVIEW_KINDS];
	uint64_t entries, acknowledgements, without_effect;
	uint64_t missing; /* attachments named, neither in the pouch nor here */
};

struct preview_plan {
	enum audience who; /* who reads it */
	enum lang lang;
};
/* One sentence, plain text. */
void preview_item_text(struct buf *out, enum lang lang, const struct preview_item *i);
/* Errors as pouch_open; a fork is told and leaves no evidence. */
bool pouch_preview(struct node *n, struct arena *a, const struct pouch_source *from,
		   const struct preview_plan *plan, struct pouch_preview *out,
		   struct err *err) MUST_USE;

#endif
