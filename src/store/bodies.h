/*
 * Sealed bodies as files that travel, and what became of them (LEDGER.md 12): for
 * register/sealed_body.h, which gives them to other parties, and for pages, which say why a
 * body cannot be read.  Inside view_begin … view_end.
 */
#ifndef STORE_BODIES_H
#define STORE_BODIES_H
#include "store/view.h"

#include "ledger/entry.h"

/* One sealed part of an entry, and its fate. */
struct sealed_part {
	struct hash c;
	struct str class, audience; /* audience: "ml,ru" */
	enum audience who;          /* who may read it here */
	bool here, opened, erased;  /* erased: by the ledger that committed to it */
	/* The statements that destroy it, by ledger. */
	struct sealed_end {
		struct str ledger, time, ground;
		uint64_t n;
	} ends[CHARTER_LEDGERS_MAX];
	size_t end_count;
};
enum { PARTS_MAX = ENTRY_BLOBS_MAX };
/* Of entry `n`, in the order of their commitments. */
bool view_sealed_parts(struct view *v, struct arena *a, struct str ledger, uint64_t n,
		       struct sealed_part **out, size_t *count, struct err *err) MUST_USE;
/* Where a record stands that shows nothing to `who`: its parts are elsewhere, or erased.
 * *found false when there is no such record, or it can be seen. */
struct hidden_at {
	struct str ledger;
	uint64_t n;
};
bool view_hidden(struct view *v, struct arena *a, const struct record *r, struct ref ref,
		 enum audience who, struct hidden_at *out, bool *found,
		 struct err *err) MUST_USE;

/* The bytes of a body that is kept here. */
bool view_body(struct view *v, struct arena *a, const struct hash *c, struct str *bytes,
	       bool *found, struct err *err) MUST_USE;
/* Entries that commit to `c`; at most 64. */
struct sealed_place_row {
	struct str ledger, audience;
	uint64_t n;
	bool opened, erased;
};
bool view_commitments(struct view *v, struct arena *a, const struct hash *c,
		      struct sealed_place_row **out, size_t *n, struct err *err) MUST_USE;
/* Whether `ledger` has said that it destroyed `c`. */
bool view_erased_by(struct view *v, struct str ledger, const struct hash *c, bool *is,
		    struct err *err) MUST_USE;

/* --- names of files (register/sealed_body.h) --- */
struct names {
	struct hash *list; /* ascending, each once, after names_sort */
	size_t n, cap;
};
void names_add(struct arena *a, struct names *to, const struct hash *name);
void names_sort(struct names *to);
/* What entries [base, size) of `ledger` let `recipient` have and is kept here: bodies that
 * are neither published nor erased, and their attachments. */
bool view_names(struct view *v, struct arena *a, struct str recipient, struct str ledger,
		uint64_t base, uint64_t size, struct names *to, struct err *err) MUST_USE;
/* One of them by its name.  *found false when it is not here or not for this recipient. */
struct named_file {
	bool attachment;
	struct hash bytes; /* commitment of the body, SHA-256 of the attachment */
};
bool view_named(struct view *v, struct arena *a, struct str recipient, const struct hash *name,
		struct named_file *out, bool *found, struct err *err) MUST_USE;
/* Names of what `party` may have and is not here, bodies first; at most `limit`. */
bool view_lacking(struct view *v, struct arena *a, struct str party, size_t limit,
		  struct names *to, struct err *err) MUST_USE;
/* Which attachment a body that is here calls by this name. */
bool view_attachment(struct view *v, const struct hash *name, struct hash *sha256, bool *found,
		     struct err *err) MUST_USE;
/* Whether any does, by its own hash. */
bool view_attachment_known(struct view *v, const struct hash *sha256, bool *is,
			   struct err *err) MUST_USE;
/* Erasures by other ledgers of bodies that `ledger` was entitled to and has not answered
 * (LEDGER.md 12.4); at most `limit`. */
bool view_unanswered(struct view *v, struct arena *a, struct str ledger, struct str party,
		     size_t limit, struct names *to, struct err *err) MUST_USE;

/* "ml" in "ml,ru". */
bool audience_names_party(struct str audience, struct str party);

#endif
