/*
 * The tree of the `tree` vectors, grown leaf by leaf by the rule at the end of LEDGER.md and
 * kept in memory the way a store keeps one: full tiles as they close, the open ones in the
 * edge.
 */
#ifndef CLI_VECTORS_TREE_H
#define CLI_VECTORS_TREE_H
#include "ledger/tree.h"

struct vector_tree {
	struct tree_edge edge;
	struct buf full[TILE_LEVELS]; /* the hashes of all full tiles of a level in a row */
};

void vector_tree_init(struct vector_tree *t);
void vector_tree_done(struct vector_tree *t);
/* Grow to at least `size` leaves; refuses more than a million. */
bool vector_tree_grow(struct vector_tree *t, uint64_t size, struct err *err) MUST_USE;
struct tiles vector_tree_tiles(struct vector_tree *t);
/* The bytes of a tile or bundle in the tree's state of `size` leaves; false outside it. */
bool vector_tree_file(struct vector_tree *t, uint64_t size, const struct tile_path *p,
		      struct buf *out, struct err *err) MUST_USE;
/* How many hash tiles, full and partial, a tree of `size` leaves has. */
uint64_t vector_tree_tile_count(uint64_t size);

#endif
