/*
 * The Merkle tree of RFC 6962 as C2SP tlog-tiles cut it (LEDGER.md 2.1, 2.4, 6.2).
 * Pure: hashes come from a `struct tiles`, whoever keeps them.
 */
#ifndef LEDGER_TREE_H
#define LEDGER_TREE_H
#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

enum { TILE_WIDTH = 256, TILE_LEVELS = 8, TREE_BITS = 64, PROOF_MAX = 63, ENTRY_LEVEL = -1 };
#define TREE_SIZE_MAX ((UINT64_C(1) << 53) - 1) /* LEDGER.md 16 */

struct hash leaf_hash(struct str entry);
struct hash node_hash(const struct hash *left, const struct hash *right);
struct hash empty_root(void); /* SHA-256("") */
/* Merkle tree head of n hashes that are leaves of this subtree; n >= 1. */
struct hash subtree_hash(const struct hash *h, size_t n);

/*
 * Where the tiles are.  `read` gives the first `width` hashes of tile (level, n)
 * into `out`; false with an error when they are not there.
 */
struct tiles {
	bool (*read)(void *ctx, unsigned level, uint64_t n, unsigned width, struct hash *out,
		     struct err *err);
	void *ctx;
};

/* Root of the first `size` leaves. */
bool tree_root(const struct tiles *t, uint64_t size, struct hash *out,
	       struct err *err) MUST_USE;
/* RFC 6962 2.1.1 and 2.1.2; `*n` hashes into `out`. */
bool tree_inclusion(const struct tiles *t, uint64_t index, uint64_t size,
		    struct hash out[PROOF_MAX], size_t *n, struct err *err) MUST_USE;
bool tree_consistency(const struct tiles *t, uint64_t old_size, uint64_t size,
		      struct hash out[PROOF_MAX], size_t *n, struct err *err) MUST_USE;

/* RFC 9162 2.1.3.2 and 2.1.4.2, with the edge cases of LEDGER.md 2.4. */
bool inclusion_verify(const struct hash *leaf, uint64_t index, uint64_t size,
		      const struct hash *proof, size_t n, const struct hash *root);
bool consistency_verify(uint64_t old_size, uint64_t size, const struct hash *proof, size_t n,
			const struct hash *old_root, const struct hash *root);
/*
 * The root at `old_size` that a proof to `root` shows, whatever was expected there: how a
 * second history gives itself away.  False when the proof does not lead to `root`, and where
 * the old tree is a perfect subtree: its root is then no part of the proof.
 */
bool consistency_old_root(uint64_t old_size, uint64_t size, const struct hash *proof, size_t n,
			  const struct hash *root, struct hash *old_root) MUST_USE;

/*
 * How many hashes tile (level, n) has in a tree of `size` leaves: 256, 1..255 for a
 * partial tile, 0 outside the tree.  Any level and n may be asked for.
 */
unsigned tile_width(uint64_t size, unsigned level, uint64_t n);

/*
 * The growing right edge: the tiles that are still open, one per level.  A store writes
 * what `full` hands it and, before it commits, for each bit l of `touched` the open tile
 * of level l: index size / 256^(l+1), width size / 256^l % 256; then it sets touched to 0.
 * Zeroed, it is the edge of the empty tree.
 */
struct tree_edge {
	uint64_t size;
	struct hash open[TILE_LEVELS]
			[TILE_WIDTH]; /* the hashes of the open tile of each level */
	struct hash peaks[TREE_BITS]; /* [k]: the perfect subtree of 2^k leaves, where bit k of
					 size is set */
	uint32_t touched;             /* bit l: hashes were added to the open tile of level l */
};
/* Load the edge of a tree of `size` leaves. */
bool tree_edge_load(const struct tiles *t, uint64_t size, struct tree_edge *e,
		    struct err *err) MUST_USE;
/*
 * Append one leaf hash.  When a tile becomes full, `full(ctx, level, n, hashes)` is called
 * with its 256 hashes before its hash goes up a level; NULL when nobody wants it.  When it
 * refuses, so does the append, and the edge keeps its size.  Costs one node hash on average.
 */
bool tree_edge_append(struct tree_edge *e, const struct hash *leaf,
		      bool (*full)(void *ctx, unsigned level, uint64_t n,
				   const struct hash *hashes, struct err *err),
		      void *ctx, struct err *err) MUST_USE;
struct hash
tree_edge_root(const struct tree_edge *e); /* at most one node hash per bit of the size */

/* --- tile paths (C2SP tlog-tiles): strict, formatting what was parsed gives it back --- */
struct tile_path {
	int level; /* 0..63, as tlog-tiles allows; ENTRY_LEVEL for entry bundles */
	uint64_t n;
	unsigned width; /* 1..256 */
};
bool tile_path_parse(struct str path,
		     struct tile_path *out) MUST_USE; /* "tile/0/x001/067.p/17" */
void tile_path_write(struct buf *out, const struct tile_path *p);

/* --- entry bundles: each entry with its length as 16 bits, big-endian --- */
void bundle_put(struct buf *out, struct str entry);
/* Take the next entry off `*rest`; false at a broken end. */
bool bundle_next(struct str *rest, struct str *entry) MUST_USE;

#endif
