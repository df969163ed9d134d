/*
 * A ledger in memory as somebody sends it: a signed head, hash tiles, bundles.
 */
#ifndef TEST_FEED_H
#define TEST_FEED_H
#include "check.h"

#include "store/store.h"

struct feed {
	struct str ledger, checkpoint;
	uint64_t base, size;
	const struct str *entries; /* from 0 on */
};

/* The hash at place `i` of a level: of 256^level entries. */
static inline struct hash feed_hash(const struct feed *f, unsigned level, uint64_t i)
{
	struct hash below[TILE_WIDTH];

	if (level == 0)
		return leaf_hash(f->entries[i]);
	for (unsigned k = 0; k < TILE_WIDTH; k++)
		below[k] = feed_hash(f, level - 1, i * TILE_WIDTH + k);
	return subtree_hash(below, TILE_WIDTH);
}

/* The bytes of a tile or bundle, into `out`, which is emptied. */
static inline void feed_tile(const struct feed *f, const struct tile_path *p, struct buf *out)
{
	buf_clear(out);
	for (unsigned i = 0; i < p->width; i++) {
		uint64_t at = p->n * TILE_WIDTH + i;

		if (p->level == ENTRY_LEVEL) {
			bundle_put(out, f->entries[at]);
		} else {
			struct hash h = feed_hash(f, (unsigned)p->level, at);

			buf_add(out, str_of(&h, sizeof(h)));
		}
	}
}

static inline bool feed_begin(struct store *s, const struct feed *f, struct take **t,
			      struct err *err)
{
	const struct take_plan plan = { .ledger = f->ledger,
					.checkpoint = f->checkpoint,
					.base = f->base };

	return store_take_begin(s, &plan, t, err);
}

static inline bool feed_wanted(const struct feed *f, struct take *t, struct err *err)
{
	struct tile_path p;
	struct buf bytes;
	bool ok = true;

	buf_init(&bytes, 32 << 20);
	while (ok && store_take_wants(t, &p)) {
		feed_tile(f, &p, &bytes);
		ok = store_take_give(t, &p, buf_str(&bytes), err);
	}
	buf_done(&bytes);
	return ok;
}

/* All of it: taken over and projected. */
static inline bool feed_all(struct store *s, const struct feed *f, struct err *err)
{
	bool more = true, ok;
	struct take *t;

	ok = feed_begin(s, f, &t, err) && feed_wanted(f, t, err) && store_take_stand(t, err);
	store_take_end(t);
	while (ok && more)
		ok = store_project(s, &more, err);
	return ok;
}

#endif
