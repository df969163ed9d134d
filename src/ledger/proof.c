#include "ledger/tree.h"

#include <assert.h>

enum { TILE_BITS = 8 };

/* The tiles of one tree, the last one read kept: a path reads up to 8 hashes of each. */
struct reader {
	const struct tiles *tiles;
	uint64_t size;
	unsigned level, width; /* of the tile held; width 0: none yet */
	uint64_t n;
	struct hash tile[TILE_WIDTH];
	struct err *err;
};

/* Hash of the perfect subtree over leaves [at, at + 2^height). */
static bool perfect_hash(struct reader *r, uint64_t at, unsigned height, struct hash *out)
{
	unsigned level = height / TILE_BITS, span = 1U << height % TILE_BITS;
	uint64_t first = at >> (level * TILE_BITS), n = first / TILE_WIDTH;

	if (r->width == 0 || r->level != level || r->n != n) {
		r->level = level;
		r->n = n;
		r->width = tile_width(r->size, level, n);
		if (!r->tiles->read(r->tiles->ctx, level, n, r->width, r->tile, r->err))
			return false;
	}
	assert(first % TILE_WIDTH + span <= r->width);
	*out = subtree_hash(&r->tile[first % TILE_WIDTH], span);
	return true;
}

/* MTH(D[low:high]) where low is a multiple of the largest power of two within high - low. */
static bool range_hash(struct reader *r, uint64_t low, uint64_t high, struct hash *out)
{
	bool first = true;

	while (high > low) {
		unsigned height = (unsigned)__builtin_ctzll(high - low);
		struct hash left;

		high -= UINT64_C(1) << height;
		if (!perfect_hash(r, high, height, &left))
			return false;
		*out = first ? left : node_hash(&left, out);
		first = false;
	}
	return true;
}

bool tree_root(const struct tiles *t, uint64_t size, struct hash *out, struct err *err)
{
	struct reader r = { .tiles = t, .size = size, .err = err };

	*out = empty_root();
	return range_hash(&r, 0, size, out);
}

/* The largest power of two smaller than n; n >= 2. */
static uint64_t split_of(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

struct path {
	struct hash *out;
	size_t *n;
};

static bool path_add(struct reader *r, struct path p, uint64_t low, uint64_t high)
{
	assert(*p.n < PROOF_MAX);
	return range_hash(r, low, high, &p.out[(*p.n)++]);
}

/* PATH of RFC 6962 2.1.1 over leaves [low, high). */
static bool inclusion_path(struct reader *r, uint64_t index, uint64_t low, uint64_t high,
			   struct path p)
{
	uint64_t k;

	if (high - low == 1)
		return true;
	k = low + split_of(high - low);
	if (index < k)
		return inclusion_path(r, index, low, k, p) && path_add(r, p, k, high);
	return inclusion_path(r, index, k, high, p) && path_add(r, p, low, k);
}

bool tree_inclusion(const struct tiles *t, uint64_t index, uint64_t size,
		    struct hash out[PROOF_MAX], size_t *n, struct err *err)
{
	struct reader r = { .tiles = t, .size = size, .err = err };

	*n = 0;
	if (index >= size)
		return err_set(err, ERR_MISSING, "",
			       N_("there is no entry %1 in a tree of %2 entries"),
			       err_num(index), err_num(size));
	return inclusion_path(&r, index, 0, size, (struct path){ out, n });
}

/* SUBPROOF of RFC 6962 2.1.2; `low` is 0 as long as the old tree is a subtree of the range. */
static bool consistency_path(struct reader *r, uint64_t old_size, uint64_t low, uint64_t high,
			     struct path p)
{
	uint64_t k;

	if (old_size == high)
		return low == 0 || path_add(r, p, low, high);
	k = low + split_of(high - low);
	if (old_size <= k)
		return consistency_path(r, old_size, low, k, p) && path_add(r, p, k, high);
	return consistency_path(r, old_size, k, high, p) && path_add(r, p, low, k);
}

bool tree_consistency(const struct tiles *t, uint64_t old_size, uint64_t size,
		      struct hash out[PROOF_MAX], size_t *n, struct err *err)
{
	struct reader r = { .tiles = t, .size = size, .err = err };

	*n = 0;
	if (old_size > size)
		return err_set(err, ERR_MISSING, "",
			       N_("a tree of %1 entries cannot continue one of %2"),
			       err_num(size), err_num(old_size));
	return old_size == 0 ||
	       consistency_path(&r, old_size, 0, size, (struct path){ out, n });
}

/* RFC 9162 2.1.3.2 */
bool inclusion_verify(const struct hash *leaf, uint64_t index, uint64_t size,
		      const struct hash *proof, size_t n, const struct hash *root)
{
	uint64_t fn = index, sn = size - 1;
	struct hash r = *leaf;

	if (index >= size || n > PROOF_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (sn == 0)
			return false;
		if (fn & 1 || fn == sn) {
			r = node_hash(&proof[i], &r);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			r = node_hash(&r, &proof[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && hash_eq(&r, root);
}

/* RFC 9162 2.1.4.2, steps 5 to 7: the path below `fr` and `sr`. */
static bool consistency_walk(uint64_t fn, uint64_t sn, const struct hash *path, size_t n,
			     struct hash *fr, struct hash *sr)
{
	for (size_t i = 0; i < n; i++) {
		if (sn == 0)
			return false;
		if (fn & 1 || fn == sn) {
			*fr = node_hash(&path[i], fr);
			*sr = node_hash(&path[i], sr);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			*sr = node_hash(sr, &path[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0;
}

/* RFC 9162 2.1.4.2, step 4: up to where the paths of both trees begin. */
static bool consistency_roots(uint64_t old_size, uint64_t size, const struct hash *path,
			      size_t n, struct hash *fr, struct hash *sr)
{
	uint64_t fn = old_size - 1, sn = size - 1;

	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	return consistency_walk(fn, sn, path, n, fr, sr);
}

static bool is_perfect(uint64_t size)
{
	return (size & (size - 1)) == 0;
}

bool consistency_verify(uint64_t old_size, uint64_t size, const struct hash *proof, size_t n,
			const struct hash *old_root, const struct hash *root)
{
	struct hash fr, sr, empty = empty_root();

	if (old_size > size || n > PROOF_MAX)
		return false;
	if (old_size == size)
		return n == 0 && hash_eq(old_root, root);
	if (old_size == 0)
		return n == 0 && hash_eq(old_root, &empty);
	if (n == 0)
		return false;
	/* Step 2: the old root itself begins the path when the old tree is a perfect subtree.
	 */
	if (is_perfect(old_size)) {
		fr = sr = *old_root;
	} else {
		fr = sr = *proof++;
		n--;
	}
	return consistency_roots(old_size, size, proof, n, &fr, &sr) &&
	       hash_eq(&fr, old_root) && hash_eq(&sr, root);
}

bool consistency_old_root(uint64_t old_size, uint64_t size, const struct hash *proof, size_t n,
			  const struct hash *root, struct hash *old_root)
{
	struct hash sr;

	if (old_size >= size || is_perfect(old_size) || n == 0 || n > PROOF_MAX)
		return false;
	*old_root = sr = *proof;
	return consistency_roots(old_size, size, proof + 1, n - 1, old_root, &sr) &&
	       hash_eq(&sr, root);
}
