/*
 * A range of a ledger held against its signed root and against what is held, as it comes, and
 * nothing kept of it (LEDGER.md 9, steps 2 to 5): for the preview of a pouch and for the test
 * vectors.  Taking over is register/intake.h.
 *
 * The hashes of the range stand in an unlinked file; memory is that of one tile.
 */
#ifndef EXCHANGE_POUCH_RANGE_H
#define EXCHANGE_POUCH_RANGE_H
#include "ledger/note.h"
#include "ledger/tree.h"

struct pouch_range;

struct range_plan {
	struct str ledger;
	uint64_t base;
	struct checkpoint head; /* verified */
	struct tiles held;      /* what is held of the ledger */
	uint64_t held_size;
};
/* Called for each entry that stood, those held already too. */
typedef bool range_entry_fn(void *ctx, uint64_t n, struct str entry, struct err *err);

/* ERR_CONFLICT "base" when entries between are missing, ERR_FORK when a head that is not beyond
 * what is held is of another history. */
bool pouch_range_begin(const struct range_plan *plan, struct pouch_range **out,
		       struct err *err) MUST_USE;
void pouch_range_end(struct pouch_range *r); /* NULL is harmless */
/* The tiles and bundles in the order of pouch_walk. */
bool pouch_range_give(struct pouch_range *r, const struct tile_path *path, struct str bytes,
		      range_entry_fn *each, void *ctx, struct err *err) MUST_USE;

#endif
