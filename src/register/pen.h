/*
 * What the writer holds while it makes one commit: the open transaction's view and the
 * parts of the entry in hand.  Private to src/register/.
 */
#ifndef REGISTER_PEN_H
#define REGISTER_PEN_H
#include "base/date.h"
#include "register/draft.h"
#include "register/known.h"

enum { CHANCES = 25, CHANCE_BYTES = 10 };

/* Records of one type that are to be asked for together, in ref_order. */
enum { ASKED_MAX = 16 };
struct asked {
	struct known *list[ASKED_MAX];
	size_t n;
};

struct pen {
	struct node *node;
	struct view *view;
	/* JSON of the entry in hand; empty: the member is left out. */
	struct buf body, blobs, sealed;
	/* The sealed body that `sealed` commits to; empty: none. */
	struct buf secret;
	struct buf entry;
	int64_t time; /* of the last entry, and as it stands there; empty: there was none */
	char time_text[TIME_TEXT];
	/* When the entry in hand is the first version of this request's record, or proposes it
	 * by a document of so many bytes, and its data was given as it stands there; NULL: it
	 * is not. */
	const struct request *first;
	int64_t document;
	/* Records that were found or written.  When this commit's drafts were asked about
	 * (`asked`) none that they name is there but those. */
	struct known_set known;
	uint64_t commit; /* its number: what was asked for it, is */
	bool asked;
	bool clear; /* whatever waits to be written came after the commit's first question */
	struct asked *to_ask; /* by record type */
	uint64_t heard;       /* store_heard() + 1 when all of that is acknowledged */
	size_t acknowledged;  /* `seen` entries written since pen_begin */
	uint64_t looked;      /* as heard, when no acceptance of that waits for it */
	size_t written;       /* all entries since then */
	unsigned char chance[CHANCES][CHANCE_BYTES]; /* for new ids */
	unsigned chances;                            /* how many are left */
	bool last;   /* no draft comes after this one in the commit */
	bool broken; /* the transaction cannot be committed any more */
};

void pen_init(struct pen *p, struct node *n);
void pen_done(struct pen *p);
/*
 * A new transaction.  It begins with the acknowledgements that go before any other own
 * entry (LEDGER.md 5.4 (a)): what is written next is judged in their light.
 */
bool pen_begin(struct pen *p, struct err *err) MUST_USE;
bool pen_commit(struct pen *p, struct err *err) MUST_USE; /* durable, or undone */
void pen_undo(struct pen *p);                             /* everything since pen_begin */
void pen_clear(struct pen *p);                            /* a new entry */
/* A new record's id (RFC 9562 version 7), in `a`. */
struct str pen_id(struct pen *p, struct arena *a);
/*
 * Before the first of many drafts: every record they name is asked for, several at a time.
 * While they are written nothing is: whoever asks has all written that waits for its like.  But
 * for the commit's first question: what waits later was written in it, which is known.
 * pen_asked ends it; *out is then answered.  It may be done again for more drafts of the
 * commit.
 */
bool pen_ask(struct pen *p, const struct record *record, struct ref ref, struct known **out,
	     struct err *err) MUST_USE;
bool pen_asked(struct pen *p, struct err *err) MUST_USE;
/* Whether the record a draft names is in the register, or was written before in this
 * transaction. */
bool pen_finds(struct pen *p, struct arena *a, const struct draft_ref *ref);
/* It is new for sure; `k`: what pen_ask gave, or NULL. */
bool pen_lacks(const struct pen *p, const struct known *k);
/* It was written. */
void pen_stands(struct pen *p, struct known *k, const struct record *record, struct ref ref);

/*
 * Append the entry in hand, its sealed body before it.  Time is the larger of the clock and
 * the largest time so far (LEDGER.md 13).  Refuses an entry that is too large; any other
 * failure breaks the pen.
 */
bool pen_append(struct pen *p, enum entry_type type, struct str actor, uint64_t *n,
		struct hash *leaf, struct err *err) MUST_USE;
/* One entry of any parts; party, index and time are filled in.  *n is its index in the party's
 * sequence (charter_place). */
bool pen_put(struct pen *p, struct entry_draft *d, uint64_t *n, struct hash *leaf,
	     struct err *err) MUST_USE;

/* {"sha256","size","media","name"} of each attachment, with `[` and `]`. */
void pen_files(struct json_w *w, const struct draft_file *files);
/* Begin a sealed body: `{"salt":"…"` with 32 fresh bytes (LEDGER.md 12.1). */
void pen_salt(struct pen *p, struct json_w *w);
/* Commit to p->secret in p->sealed: audience all parties, or the writer alone. */
struct hash pen_seal(struct pen *p, enum audience audience, const char *class);

#endif
