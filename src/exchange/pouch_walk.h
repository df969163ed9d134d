/* Which tiles and bundles a pouch carries of a ledger, in their order (LEDGER.md 9). */
#ifndef EXCHANGE_POUCH_WALK_H
#define EXCHANGE_POUCH_WALK_H
#include "ledger/tree.h"

/*
 * Of entries [base, size): hash tiles from the top level down, ascending in each, every one
 * that is not full before `base`; then the bundles from base / 256 on.
 */
struct pouch_walk {
	uint64_t base, size;
	struct tile_path next;
};
void pouch_walk_begin(struct pouch_walk *w, uint64_t base, uint64_t size);
bool pouch_walk_next(struct pouch_walk *w, struct tile_path *out);
/* The top level of a tree of `size` >= 1 leaves. */
int pouch_walk_top(uint64_t size);
/* The first tile carried of a level. */
uint64_t pouch_walk_first(uint64_t base, int level);

#endif
