#include "ledger/tree.h"

#include <assert.h>
#include <string.h>

enum { TILE_BITS = 8 };

/* The peaks within one level: those of its open tile. */
static struct hash *level_peaks(struct tree_edge *e, unsigned level)
{
	return e->peaks + (size_t)TILE_BITS * level;
}

struct hash leaf_hash(struct str entry)
{
	const struct str parts[] = { { "\0", 1 }, entry };

	return hash_parts(parts, 2);
}

struct hash node_hash(const struct hash *left, const struct hash *right)
{
	char bytes[1 + 2 * HASH_SIZE];

	bytes[0] = 1;
	memcpy(bytes + 1, left->b, HASH_SIZE);
	memcpy(bytes + 1 + HASH_SIZE, right->b, HASH_SIZE);
	return hash_of(str_of(bytes, sizeof(bytes)));
}

struct hash empty_root(void)
{
	return hash_of(S(""));
}

/*
 * Peaks: the hashes of the perfect subtrees that a tree of n leaves falls into, one per
 * set bit of n; peaks[k] spans 2^k leaves.  A new leaf joins equal neighbours as a binary
 * counter carries.  Gives how many it joined: all of `bits` when n was all ones there, and
 * then *hash is that of the whole.
 */
static unsigned peaks_push(struct hash *peaks, unsigned bits, uint64_t n, struct hash *hash)
{
	unsigned k = 0;

	for (; k < bits && (n >> k & 1); k++)
		*hash = node_hash(&peaks[k], hash);
	if (k < bits)
		peaks[k] = *hash;
	return k;
}

/* RFC 6962 2.1: the larger subtree stands left; n >= 1. */
static struct hash peaks_fold(const struct hash *peaks, uint64_t n)
{
	unsigned k = (unsigned)__builtin_ctzll(n);
	struct hash acc = peaks[k];

	for (k++; k < TREE_BITS && n >> k; k++)
		if (n >> k & 1)
			acc = node_hash(&peaks[k], &acc);
	return acc;
}

struct hash subtree_hash(const struct hash *h, size_t n)
{
	struct hash peaks[TREE_BITS];

	assert(n >= 1);
	for (size_t i = 0; i < n; i++) {
		struct hash leaf = h[i];

		peaks_push(peaks, TREE_BITS, i, &leaf);
	}
	return peaks_fold(peaks, n);
}

unsigned tile_width(uint64_t size, unsigned level, uint64_t n)
{
	uint64_t hashes = level < TILE_LEVELS ? size >> (TILE_BITS * level) : 0;
	uint64_t full = hashes / TILE_WIDTH;

	if (n < full)
		return TILE_WIDTH;
	return n == full ? (unsigned)(hashes % TILE_WIDTH) : 0;
}

bool tree_edge_load(const struct tiles *t, uint64_t size, struct tree_edge *e, struct err *err)
{
	*e = (struct tree_edge){ .size = size };
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		uint64_t n = size >> (TILE_BITS * level) >> TILE_BITS;
		unsigned width = tile_width(size, level, n);
		struct hash *open = e->open[level];

		if (width > 0 && !t->read(t->ctx, level, n, width, open, err))
			return false;
		for (unsigned w = 0; w < width; w++) {
			struct hash h = open[w];

			peaks_push(level_peaks(e, level), TILE_BITS, w, &h);
		}
	}
	return true;
}

bool tree_edge_append(struct tree_edge *e, const struct hash *leaf,
		      bool (*full)(void *ctx, unsigned level, uint64_t n,
				   const struct hash *hashes, struct err *err),
		      void *ctx, struct err *err)
{
	struct hash h = *leaf;

	assert(e->size < TREE_SIZE_MAX);
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		uint64_t at = e->size >> (TILE_BITS * level);
		unsigned w = (unsigned)(at % TILE_WIDTH);

		e->open[level][w] = h;
		e->touched |= 1U << level;
		if (peaks_push(level_peaks(e, level), TILE_BITS, w, &h) < TILE_BITS)
			break;
		if (full && !full(ctx, level, at / TILE_WIDTH, e->open[level], err))
			return false;
		e->touched &= ~(1U << level);
	}
	e->size++;
	return true;
}

struct hash tree_edge_root(const struct tree_edge *e)
{
	return e->size ? peaks_fold(e->peaks, e->size) : empty_root();
}
