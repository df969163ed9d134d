/*
 * Which charter is in force, from the first one and the ledgers alone: a register in a folder
 * of its own is filled under the first charter, then under each that its entries put in force,
 * until none follows.  For a past cut, and for who trusts no stored charter.
 */
#ifndef STORE_DERIVE_H
#define STORE_DERIVE_H
#include "store/apply.h"

struct derive_plan {
	const char *dir;  /* where the scratch register is made */
	struct str first; /* the bytes of the charter to begin with */
	struct hash by_hand;
	struct apply_source source;
	/* Apply what is held of the charter's ledgers, settled and committed. */
	bool (*fill)(void *ctx, struct db *reg, struct projection *p, const struct charter *c,
		     struct err *err);
	/* The charter in force, and the register under it; may be NULL. */
	bool (*done)(void *ctx, struct db *reg, struct projection *p, const struct charter *c,
		     struct err *err);
	void *ctx;
};
/* *last: the bytes of the charter in force, in the arena. */
bool derive_charter(struct arena *a, const struct derive_plan *plan, struct str *last,
		    struct err *err) MUST_USE;

#endif
