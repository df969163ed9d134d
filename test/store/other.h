/*
 * The other party's ledger (ru) as its writer has it: entries and heads, without a node of its
 * own, and how it comes into a store of `ml`.
 */
#ifndef TEST_STORE_OTHER_H
#define TEST_STORE_OTHER_H
#include "feed.h"
#include "rig.h"

enum { OTHER_MAX = 9000 };

/* What the other party (ru) wrote and signed: entries and heads, without a node of its own. */
struct other {
	struct arena arena;
	struct str entries[OTHER_MAX];
	struct hash leaves[OTHER_MAX];
	struct tree_edge edge;
	uint64_t size;
};

static inline void other_put(struct other *o, struct str entry)
{
	struct err err;

	o->entries[o->size] = entry;
	o->leaves[o->size] = leaf_hash(entry);
	check_ok(tree_edge_append(&o->edge, &o->leaves[o->size], NULL, NULL, &err), &err);
	o->size++;
}

static inline void other_grow(struct other *o, uint64_t to, unsigned salt)
{
	while (o->size < to)
		other_put(o, rig_entry(&o->arena, "ru", o->size, salt));
}

static inline struct other *other_make(uint64_t size)
{
	struct other *o = calloc(1, sizeof(*o));

	world_make();
	arena_init(&o->arena, 64 << 20);
	other_grow(o, size, 0);
	return o;
}

static inline void other_done(struct other *o)
{
	arena_done(&o->arena);
	free(o);
}

static inline struct str other_note(struct other *o, const struct skey *key)
{
	struct checkpoint cp = { .origin = str_z(world.ru.origin),
				 .size = o->size,
				 .root = tree_edge_root(&o->edge) };
	struct buf text, note;

	buf_init(&text, 4 << 10);
	buf_init(&note, 4 << 10);
	checkpoint_write(&text, &cp);
	note_sign(&note, buf_str(&text), key);
	buf_done(&text);
	return arena_buf(&o->arena, &note);
}

static inline struct feed feed_of(struct other *o, uint64_t base)
{
	return (struct feed){ .ledger = S("ru"),
			      .checkpoint = other_note(o, &world.ru.log),
			      .base = base,
			      .size = o->size,
			      .entries = o->entries };
}

static inline void take(struct store *s, struct other *o, uint64_t base)
{
	struct feed f = feed_of(o, base);
	struct err err;

	check_ok(feed_all(s, &f, &err), &err);
	assert_int_equal(rig_size(s, "ru"), o->size);
}

static inline struct hash state_of(struct store *s)
{
	struct hash h;
	struct err err;

	check_ok(store_state(s, S(""), &h, &err), &err);
	return h;
}

static inline void refuses(struct store *s, const struct feed *f, enum err_kind kind,
			   uint64_t size)
{
	struct hash before = state_of(s), after;
	struct err err;

	assert_false(feed_all(s, f, &err));
	assert_int_equal(err.kind, kind);
	assert_int_equal(rig_size(s, "ru"), size);
	after = state_of(s);
	assert_true(hash_eq(&before, &after));
}

#endif
