/* A counterpart's ledger is taken over whole, verified, or not at all. */
#include "rig.h"

/* What the other party (ru) wrote and signed: entries and heads, without a node of its own. */
struct other {
	struct arena arena;
	struct str entries[1200];
	struct hash leaves[1200];
	struct tree_edge edge;
	uint64_t size;
};

static void other_grow(struct other *o, uint64_t to, unsigned salt)
{
	struct err err;

	for (; o->size < to; o->size++) {
		o->entries[o->size] = rig_entry(&o->arena, "ru", o->size, salt);
		o->leaves[o->size] = leaf_hash(o->entries[o->size]);
		check_ok(tree_edge_append(&o->edge, &o->leaves[o->size], NULL, NULL, &err),
			 &err);
	}
}

static struct other *other_make(uint64_t size)
{
	struct other *o = calloc(1, sizeof(*o));

	world_make();
	arena_init(&o->arena, 64 << 20);
	other_grow(o, size, 0);
	return o;
}

static void other_done(struct other *o)
{
	arena_done(&o->arena);
	free(o);
}

static struct str other_note(struct other *o, const struct skey *key)
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

static struct str other_bundles(struct other *o, uint64_t from, uint64_t to)
{
	struct buf out;

	buf_init(&out, 64 << 20);
	for (; from < to; from++)
		bundle_put(&out, o->entries[from]);
	return arena_buf(&o->arena, &out);
}

static struct peer_range range_of(struct other *o, uint64_t base)
{
	return (struct peer_range){ .ledger = S("ru"),
				    .bundles = other_bundles(o, base, o->size),
				    .checkpoint = other_note(o, &world.ru.log),
				    .base = base,
				    .keys = &world.ru.log.pub,
				    .key_count = 1 };
}

static void take(struct store *s, struct other *o, uint64_t base)
{
	struct peer_range r = range_of(o, base);
	struct err err;

	check_ok(store_take(s, &r, &err), &err);
	assert_int_equal(rig_size(s, "ru"), o->size);
}

static void refuses(struct store *s, const struct peer_range *r, enum err_kind kind,
		    uint64_t size)
{
	struct hash before, after;
	struct err err;

	check_ok(store_state(s, S(""), &before, &err), &err);
	assert_false(store_take(s, r, &err));
	assert_int_equal(err.kind, kind);
	assert_int_equal(rig_size(s, "ru"), size);
	check_ok(store_state(s, S(""), &after, &err), &err);
	assert_true(hash_eq(&before, &after));
}

static void a_ledger_comes_in_ranges(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct other *o = other_make(3);
	uint64_t generation = store_generation(s);
	struct hash live, rebuilt;
	struct arena a;
	struct str got;
	struct view *v;
	struct err err;

	arena_init(&a, 1 << 20);
	take(s, o, 0);
	assert_true(store_generation(s) > generation);
	other_grow(o, 300, 0);
	take(s, o, 3);
	other_grow(o, 301, 0);
	take(s, o, 256); /* overlapping what is held */
	take(s, o, 0);   /* the same again */
	take(s, o, 301); /* nothing new */
	rig_append(s, &world.ml, 4);
	other_grow(o, 1100, 0);
	take(s, o, 256);
	v = rig_view(s);
	for (uint64_t n = 0; n < 1100; n += 99) {
		check_ok(view_entry(v, &a, S("ru"), n, &got, &err), &err);
		check_str(got, o->entries[n]);
	}
	check_ok(view_checkpoint(v, &a, S("ru"), &got, &err), &err);
	check_str(got, other_note(o, &world.ru.log));
	view_close(v);
	check_ok(store_state(s, S(""), &live, &err), &err);
	check_ok(store_rebuild(s, NULL, NULL, &err), &err);
	check_ok(store_state(s, S(""), &rebuilt, &err), &err);
	assert_true(hash_eq(&live, &rebuilt));
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(rig_size(s, "ru"), 1100);
	other_grow(o, 1101, 0);
	take(s, o, 1100);
	store_close(s);
	other_done(o);
	arena_done(&a);
}

static void what_is_not_sound_is_refused(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct other *o = other_make(40);
	struct peer_range r;
	char *bytes;

	take(s, o, 0);
	other_grow(o, 80, 0);
	r = range_of(o, 60); /* a gap */
	refuses(s, &r, ERR_CONFLICT, 40);
	r = range_of(o, 40);
	r.bundles.n -= 1; /* cut off */
	refuses(s, &r, ERR_INPUT, 40);
	r = range_of(o, 40);
	r.bundles = other_bundles(o, 40, 79); /* one too few */
	refuses(s, &r, ERR_INPUT, 40);
	r = range_of(o, 40);
	bytes = arena_z(&o->arena, r.bundles);
	bytes[r.bundles.n / 2] ^= 1; /* one bit */
	r.bundles.p = bytes;
	refuses(s, &r, ERR_INPUT, 40);
	r = range_of(o, 40);
	r.checkpoint = other_note(o, &world.ml.log); /* signed by somebody else */
	refuses(s, &r, ERR_INPUT, 40);
	r = range_of(o, 40);
	r.ledger = S("ml"); /* our own */
	refuses(s, &r, ERR_CONFLICT, 40);
	r.ledger = S("xx");
	refuses(s, &r, ERR_MISSING, 40);
	take(s, o, 40);
	store_close(s);
	other_done(o);
}

static void two_histories_are_a_fork(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct other *o = other_make(40), *twin = other_make(30);
	struct peer_range r;

	take(s, o, 0);
	other_grow(twin, 40, 1); /* parts at 30 */
	r = range_of(twin, 0);   /* same size, other root */
	refuses(s, &r, ERR_FORK, 40);
	other_grow(twin, 50, 1);
	r = range_of(twin, 0); /* larger, contradicting what is held */
	refuses(s, &r, ERR_FORK, 40);
	r = range_of(twin, 25);
	refuses(s, &r, ERR_FORK, 40);
	r = range_of(twin,
		     35); /* parts before the range: what was sent cannot be what was signed */
	refuses(s, &r, ERR_INPUT, 40);
	other_grow(o, 41, 0);
	take(s, o, 40);
	store_close(s);
	other_done(o);
	other_done(twin);
}

/* A smaller head of the same history is stale, not wrong. */
static void an_older_head_is_no_fork(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct other *o = other_make(300), *young = other_make(270);
	struct peer_range r = range_of(young, 0);
	struct err err;

	take(s, o, 0);
	check_ok(store_take(s, &r, &err), &err);
	assert_int_equal(rig_size(s, "ru"), 300);
	store_close(s);
	other_done(o);
	other_done(young);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_ledger_comes_in_ranges),
		BOTH(what_is_not_sound_is_refused),
		BOTH(two_histories_are_a_fork),
		BOTH(an_older_head_is_no_fork),
	};

	return run_on_engines(tests);
}
