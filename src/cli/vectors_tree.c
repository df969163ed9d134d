#include "cli/vectors_tree.h"

#include <string.h>

enum { LEAVES_MAX = 1 << 20, LEAF_MAX = 128, EMPTY_LEAF = 5 };

void vector_tree_init(struct vector_tree *t)
{
	*t = (struct vector_tree){ 0 };
	for (unsigned level = 0; level < TILE_LEVELS; level++)
		buf_init(&t->full[level], (size_t)LEAVES_MAX * HASH_SIZE);
}

void vector_tree_done(struct vector_tree *t)
{
	for (unsigned level = 0; level < TILE_LEVELS; level++)
		buf_done(&t->full[level]);
}

static void leaf_write(struct buf *out, uint64_t i)
{
	buf_clear(out);
	if (i == EMPTY_LEAF)
		return;
	buf_lit(out, "benkan vector leaf ");
	buf_u64(out, i);
	buf_ch(out, '\n');
	for (uint64_t dots = 7 * i % 61; dots > 0; dots--)
		buf_ch(out, '.');
}

static bool keep_full(void *ctx, unsigned level, uint64_t n, const struct hash *hashes,
		      struct err *err)
{
	struct vector_tree *t = ctx;

	(void)n, (void)err;
	buf_add(&t->full[level], str_of(hashes, sizeof(struct hash[TILE_WIDTH])));
	return true;
}

bool vector_tree_grow(struct vector_tree *t, uint64_t size, struct err *err)
{
	struct buf leaf;
	bool ok = true;

	if (size > LEAVES_MAX)
		return err_set(err, ERR_INPUT, "size",
			       N_("a tree of %1 leaves is too large to try"), err_num(size));
	buf_init(&leaf, LEAF_MAX);
	while (ok && t->edge.size < size) {
		struct hash h;

		leaf_write(&leaf, t->edge.size);
		h = leaf_hash(buf_str(&leaf));
		ok = tree_edge_append(&t->edge, &h, keep_full, t, err);
	}
	buf_done(&leaf);
	return ok;
}

static bool tile_read(void *ctx, unsigned level, uint64_t n, unsigned width, struct hash *out,
		      struct err *err)
{
	struct vector_tree *t = ctx;
	struct str full = str_from(buf_str(&t->full[level]), n * TILE_WIDTH * HASH_SIZE);
	const void *from = full.n ? (const void *)full.p : t->edge.open[level];

	if (width > tile_width(t->edge.size, level, n))
		return err_set(err, ERR_MISSING, "", N_("there is no such tile"));
	memcpy(out, from, (size_t)width * HASH_SIZE);
	return true;
}

struct tiles vector_tree_tiles(struct vector_tree *t)
{
	return (struct tiles){ tile_read, t };
}

bool vector_tree_file(struct vector_tree *t, uint64_t size, const struct tile_path *p,
		      struct buf *out, struct err *err)
{
	unsigned level = p->level == ENTRY_LEVEL ? 0 : (unsigned)p->level;
	struct hash hashes[TILE_WIDTH];
	struct buf leaf;

	if (tile_width(size, level, p->n) != p->width)
		return err_set(err, ERR_MISSING, "", N_("there is no such tile"));
	if (p->level != ENTRY_LEVEL) {
		if (!tile_read(t, level, p->n, p->width, hashes, err))
			return false;
		buf_add(out, str_of(hashes, (size_t)p->width * HASH_SIZE));
		return true;
	}
	buf_init(&leaf, LEAF_MAX);
	for (unsigned i = 0; i < p->width; i++) {
		leaf_write(&leaf, p->n * TILE_WIDTH + i);
		bundle_put(out, buf_str(&leaf));
	}
	buf_done(&leaf);
	return true;
}

uint64_t vector_tree_tile_count(uint64_t size)
{
	uint64_t count = 0;

	while (size > 0) {
		count += (size + TILE_WIDTH - 1) / TILE_WIDTH;
		size /= TILE_WIDTH;
	}
	return count;
}
