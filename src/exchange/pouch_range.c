#include "exchange/pouch_range.h"

#include "exchange/pouch_walk.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TILE_BYTES = TILE_WIDTH * HASH_SIZE };

struct pouch_range {
	struct range_plan plan;
	FILE *hashes;                 /* the tiles carried, each at its place() */
	uint64_t before[TILE_LEVELS]; /* tiles of the levels above */
	bool sound;                   /* the tiles add up to the signed root */
};

/* --- the tiles carried, as they are kept --- */

static off_t place(const struct pouch_range *r, unsigned level, uint64_t n)
{
	uint64_t at = r->before[level] + n - pouch_walk_first(r->plan.base, (int)level);

	return (off_t)(at * TILE_BYTES);
}

static bool no_file(struct err *err)
{
	return err_set(err, ERR_UNREACHABLE, NULL,
		       N_("A temporary file could not be used (%1). Make room in the temporary "
			  "folder."),
		       strerror(errno));
}

static bool read_carried(void *ctx, unsigned level, uint64_t n, unsigned width,
			 struct hash *out, struct err *err)
{
	struct pouch_range *r = ctx;
	size_t want = (size_t)width * HASH_SIZE;

	assert(n >= pouch_walk_first(r->plan.base, (int)level));
	return pread(fileno(r->hashes), out, want, place(r, level, n)) == (ssize_t)want ||
	       no_file(err);
}

static bool keep(struct pouch_range *r, const struct tile_path *p, struct str bytes,
		 struct err *err)
{
	return pwrite(fileno(r->hashes), bytes.p, bytes.n,
		      place(r, (unsigned)p->level, p->n)) == (ssize_t)bytes.n ||
	       no_file(err);
}

/* --- words --- */

static bool is_fork(const struct pouch_range *r, struct err *err)
{
	return err_set(err, ERR_FORK, "checkpoint",
		       N_("Ledger %1 shows two histories: the one signed at size %2 is not the "
			  "one held here. Nothing was "
			  "taken over."),
		       err_arg(r->plan.ledger), err_num(r->plan.head.size));
}

static bool unsound(const struct pouch_range *r, struct err *err)
{
	return err_set(err, ERR_INPUT, "tile",
		       N_("The hashes and entries of ledger %1 do not add up to the root that "
			  "was signed at size %2: they were damaged or changed. Copy them "
			  "again."),
		       err_arg(r->plan.ledger), err_num(r->plan.head.size));
}

/* --- begin --- */

static bool check_head(const struct pouch_range *r, struct err *err)
{
	const struct range_plan *p = &r->plan;
	struct hash root;

	if (p->base > p->held_size)
		return err_set(err, ERR_CONFLICT, "base",
			       N_("Of ledger %1 the entries from %2 on are here, but the pouch "
				  "begins at entry %3: open the pouch between first, or ask "
				  "for one that begins earlier."),
			       err_arg(p->ledger), err_num(p->held_size), err_num(p->base));
	if (p->head.size > p->held_size)
		return true;
	if (!tree_root(&p->held, p->head.size, &root, err))
		return false;
	return hash_eq(&root, &p->head.root) || is_fork(r, err);
}

bool pouch_range_begin(const struct range_plan *plan, struct pouch_range **out, struct err *err)
{
	struct pouch_range *r = calloc(1, sizeof(*r));
	uint64_t tiles = 0;

	if (!r)
		abort();
	*out = r;
	r->plan = *plan;
	for (int level = TILE_LEVELS - 1; level >= 0; level--) {
		unsigned bits = 8 * (unsigned)level;
		uint64_t hashes = plan->head.size >> bits;

		r->before[level] = tiles;
		if (hashes > 0)
			tiles += (hashes - 1) / TILE_WIDTH + 1 -
				 pouch_walk_first(plan->base, level);
	}
	r->hashes = tmpfile();
	return (r->hashes || no_file(err)) && check_head(r, err);
}

void pouch_range_end(struct pouch_range *r)
{
	if (!r)
		return;
	if (r->hashes)
		(void)fclose(r->hashes);
	free(r);
}

/* --- tiles --- */

/* The slot of a full tile, or of an entry, in the tile above it. */
static bool slot(struct pouch_range *r, unsigned level, uint64_t n, struct hash *out,
		 struct err *err)
{
	struct hash above[TILE_WIDTH];
	unsigned at = (unsigned)(n % TILE_WIDTH);

	if (!read_carried(r, level, n / TILE_WIDTH, at + 1, above, err))
		return false;
	*out = above[at];
	return true;
}

static bool give_tile(struct pouch_range *r, const struct tile_path *p, struct str bytes,
		      struct err *err)
{
	struct hash hashes[TILE_WIDTH], root, want;

	if (bytes.n != (size_t)p->width * HASH_SIZE)
		return unsound(r, err);
	memcpy(hashes, bytes.p, bytes.n);
	if (p->width == TILE_WIDTH) {
		root = subtree_hash(hashes, TILE_WIDTH);
		if (!slot(r, (unsigned)p->level + 1, p->n, &want, err))
			return false;
		if (!hash_eq(&root, &want))
			return unsound(r, err);
	}
	return keep(r, p, bytes, err);
}

/* Hashes that both have must be equal: one that differs is another history. */
static bool compare(struct pouch_range *r, const struct tile_path *p, struct err *err)
{
	unsigned level = (unsigned)p->level, width = tile_width(r->plan.held_size, level, p->n);
	struct hash ours[TILE_WIDTH], theirs[TILE_WIDTH];

	if (width > p->width)
		width = p->width;
	if (width == 0)
		return true;
	if (!r->plan.held.read(r->plan.held.ctx, level, p->n, width, ours, err) ||
	    !read_carried(r, level, p->n, width, theirs, err))
		return false;
	return memcmp(ours, theirs, (size_t)width * HASH_SIZE) == 0 || is_fork(r, err);
}

/* All tiles are here: they add up to the signed root, and continue what is held. */
static bool check_tiles(struct pouch_range *r, struct err *err)
{
	struct tiles carried = { read_carried, r };
	struct pouch_walk walk;
	struct tile_path p;
	struct hash root;

	if (!tree_root(&carried, r->plan.head.size, &root, err))
		return false;
	if (!hash_eq(&root, &r->plan.head.root))
		return unsound(r, err);
	r->sound = true;
	pouch_walk_begin(&walk, r->plan.base, r->plan.head.size);
	while (pouch_walk_next(&walk, &p) && p.level != ENTRY_LEVEL)
		if (!compare(r, &p, err))
			return false;
	return true;
}

/* --- bundles --- */

static bool give_bundle(struct pouch_range *r, const struct tile_path *p, struct str bytes,
			range_entry_fn *each, void *ctx, struct err *err)
{
	struct hash hashes[TILE_WIDTH], leaf;
	struct str entry;

	if (!read_carried(r, 0, p->n, p->width, hashes, err))
		return false;
	for (unsigned i = 0; i < p->width; i++) {
		if (!bundle_next(&bytes, &entry))
			return unsound(r, err);
		leaf = leaf_hash(entry);
		if (!hash_eq(&leaf, &hashes[i]))
			return unsound(r, err);
		if (each && !each(ctx, p->n * TILE_WIDTH + i, entry, err))
			return false;
	}
	return bytes.n == 0 || unsound(r, err);
}

bool pouch_range_give(struct pouch_range *r, const struct tile_path *path, struct str bytes,
		      range_entry_fn *each, void *ctx, struct err *err)
{
	if (path->level != ENTRY_LEVEL)
		return give_tile(r, path, bytes, err);
	return (r->sound || check_tiles(r, err)) && give_bundle(r, path, bytes, each, ctx, err);
}
