/*
 * A whole pouch held against the keys and ledgers of one side, and nothing kept of it
 * (LEDGER.md 9): for the preview and the test vectors, and the checks that opening shares.
 */
#ifndef EXCHANGE_POUCH_VERIFY_H
#define EXCHANGE_POUCH_VERIFY_H
#include "exchange/pouch_range.h"
#include "exchange/pouch_read.h"

/* Who opens it, and what that one knows. */
struct pouch_side {
	struct hash reg; /* register id */
	struct str me;   /* party */
	/* A ledger with the keys that hold for a checkpoint of `size`, as far as entries are
	 * held; ERR_MISSING when the register has no such ledger. */
	bool (*ledger)(void *ctx, struct str name, uint64_t size, struct charter_ledger *out,
		       struct err *err);
	/* The ledger whose log key signs for a party, when that is not the one that bears its
	 * code; NULL: it always is. */
	struct str (*speaker)(void *ctx, struct str party);
	/*
	 * Whether a ledger the pouch carries is for here.  One that an amendment brings which
	 * has not taken effect here is not, nor one that was closed and is whole: what is
	 * carried of them is read for the digest, and nobody is forced to anything.  NULL: all.
	 */
	bool (*takes)(void *ctx, struct str name);
	/* The tree that is held of it. */
	bool (*held)(void *ctx, struct str name, struct tiles *out, uint64_t *size,
		     struct err *err);
	void *ctx;
};

/* What is told of what stood; any may be NULL. */
struct pouch_hearer {
	bool (*ledger)(void *ctx, const struct pouch_line *l, uint64_t held, struct err *err);
	/* Beyond what is held, in order. */
	bool (*entry)(void *ctx, const struct charter_ledger *l, uint64_t n, struct str entry,
		      struct err *err);
	bool (*blob)(void *ctx, const struct hash *name, struct str bytes, struct err *err);
	bool (*sealed)(void *ctx, const struct hash *c, struct str file, struct err *err);
	void *ctx;
};

bool pouch_verify(struct arena *a, const struct pouch_source *from,
		  const struct pouch_side *side, const struct pouch_hearer *to,
		  struct pouch_note *m, struct err *err) MUST_USE;

/* --- steps that opening shares --- */
bool pouch_sender(const struct pouch_side *s, struct str party, struct charter_ledger *out,
		  struct err *err) MUST_USE;
bool pouch_takes(const struct pouch_side *s, struct str ledger);
/* Register, recipient, and that another party sent it. */
bool pouch_check_address(const struct pouch_side *s, const struct pouch_note *m,
			 struct err *err) MUST_USE;
/* The sender's own log key signed the manifest. */
bool pouch_check_sender(const struct charter_ledger *sender, struct str note,
			struct err *err) MUST_USE;
/* A checkpoint of `of` with the sender's cosignature; borrows from the note. */
bool pouch_check_cosig(const struct charter_ledger *of, const struct charter_ledger *sender,
		       struct str note, struct checkpoint *out, struct err *err) MUST_USE;

#endif
