/* A counterpart's ledger is taken over whole, verified, or not at all. */
#include "other.h"

#include <sys/wait.h>
#include <unistd.h>

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

static void a_false_head_is_refused(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct other *o = other_make(40), *empty = other_make(0);
	struct feed f;

	take(s, empty, 0);
	take(s, o, 0);
	other_grow(o, 80, 0);
	f = feed_of(o, 60); /* a gap */
	refuses(s, &f, ERR_CONFLICT, 40);
	f = feed_of(o, 40);
	f.checkpoint = other_note(o, &world.ml.log); /* of another name */
	refuses(s, &f, ERR_INPUT, 40);
	f.checkpoint = S("ru.example/ru\n80\n");
	refuses(s, &f, ERR_INPUT, 40);
	f.checkpoint.n = 0;
	refuses(s, &f, ERR_INPUT, 40);
	f = feed_of(o, 40);
	f.checkpoint = arena_str(&o->arena, f.checkpoint);
	((char *)(uintptr_t)f.checkpoint.p)[f.checkpoint.n - 10] ^= 1; /* signature */
	refuses(s, &f, ERR_INPUT, 40);
	f = feed_of(o, 40);
	f.ledger = S("ml"); /* our own */
	refuses(s, &f, ERR_CONFLICT, 40);
	f.ledger = S("xx");
	refuses(s, &f, ERR_MISSING, 40);
	take(s, o, 40);
	store_close(s);
	other_done(o);
	other_done(empty);
}

/* How one tile or bundle of those wanted can be wrong. */
enum wrong { ONE_BIT, TOO_SHORT, TOO_LONG, OTHER_WIDTH, SKIPPED, NOTHING, WRONGS };

/* Give what is wanted up to the `at`th, and that one wrongly; false when there are fewer. */
static bool give_wrongly(struct store *s, const struct feed *f, unsigned at, enum wrong how)
{
	struct tile_path p;
	struct buf bytes;
	struct take *t;
	struct err err;
	bool reached;

	buf_init(&bytes, 32 << 20);
	check_ok(feed_begin(s, f, &t, &err), &err);
	for (unsigned i = 0; (reached = store_take_wants(t, &p)) && i < at; i++) {
		feed_tile(f, &p, &bytes);
		check_ok(store_take_give(t, &p, buf_str(&bytes), &err), &err);
	}
	if (reached) {
		feed_tile(f, &p, &bytes);
		if (how == ONE_BIT)
			bytes.p[bytes.n / 2] ^= 1;
		bytes.n -= how == TOO_SHORT;
		if (how == TOO_LONG)
			buf_ch(&bytes, 0);
		if (how == NOTHING)
			buf_clear(&bytes);
		p.width -= how == OTHER_WIDTH;
		p.n += how == SKIPPED;
		/* A bit of the right edge shows once the whole edge is there. */
		if (store_take_give(t, &p, buf_str(&bytes), &err))
			assert_false(feed_wanted(f, t, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		assert_int_equal(rig_size(s, "ru"), 40);
	}
	store_take_end(t);
	buf_done(&bytes);
	return reached;
}

static void every_false_tile_and_bundle_is_refused(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct other *o = other_make(40);
	struct hash before, after;
	enum { WANTED = 7 }; /* a tile of level 1, three of level 0, three bundles */

	take(s, o, 0);
	before = state_of(s);
	/* Every one with a bit turned; a tile and a bundle wrong in each other way. */
	for (unsigned how = 0; how < WRONGS; how++)
		for (unsigned at = how ? 2 : 0; at <= WANTED; at += how ? 3 : 1) {
			struct other *new = other_make(40);
			struct feed f;

			other_grow(new, 600, 1 + how * 10 + at);
			f = feed_of(new, 40);
			assert_int_equal(give_wrongly(s, &f, at, (enum wrong)how), at < WANTED);
			other_done(new);
		}
	after = state_of(s);
	assert_true(hash_eq(&before, &after));
	other_grow(o, 600, 0);
	take(s, o, 40);
	store_close(s);
	other_done(o);
}

/* Whoever sends from its own base on gives what lies before as well: it is held against us. */
static void what_lies_before_may_come_too(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct other *o = other_make(700);
	struct tile_path p = { 1, 0, 4 };
	struct feed f;
	struct take *t;
	struct buf bytes;
	struct err err;

	take(s, o, 0);
	other_grow(o, 1100, 0);
	f = feed_of(o, 0);
	buf_init(&bytes, 32 << 20);
	check_ok(feed_begin(s, &f, &t, &err), &err);
	for (int level = 1; level >= ENTRY_LEVEL; level--)
		for (p.level = level, p.n = 0;
		     (p.width = tile_width(1100, level < 0 ? 0 : (unsigned)level, p.n));
		     p.n++) {
			feed_tile(&f, &p, &bytes);
			check_ok(store_take_give(t, &p, buf_str(&bytes), &err), &err);
			check_ok(store_take_give(t, &p, buf_str(&bytes), &err), &err);
			bytes.p[5] ^= 1;
			/* A tile before the range may be of another history: the end tells. */
			if (level != 0 || p.n >= 2)
				assert_false(store_take_give(t, &p, buf_str(&bytes), &err));
		}
	check_ok(store_take_stand(t, &err), &err);
	store_take_end(t);
	assert_int_equal(rig_size(s, "ru"), 1100);
	/* A tile that is false there is refused when the roots agree. */
	other_grow(o, 1200, 0);
	f = feed_of(o, 0);
	check_ok(feed_begin(s, &f, &t, &err), &err);
	p = (struct tile_path){ 1, 0, 4 };
	feed_tile(&f, &p, &bytes);
	check_ok(store_take_give(t, &p, buf_str(&bytes), &err), &err);
	p = (struct tile_path){ 0, 1, TILE_WIDTH };
	feed_tile(&f, &p, &bytes);
	bytes.p[5] ^= 1;
	check_ok(store_take_give(t, &p, buf_str(&bytes), &err), &err);
	assert_false(feed_wanted(&f, t, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	store_take_end(t);
	buf_done(&bytes);
	store_close(s);
	other_done(o);
}

/* An exchange that breaks off after any member goes on from there, in another process too. */
static void it_resumes_after_every_member(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct other *o = other_make(100), *again;
	unsigned given = 0, wanted = 0;
	struct hash one, other;
	struct feed f;
	struct err err;

	take(s, o, 0);
	other_grow(o, 1100, 0);
	f = feed_of(o, 100);
	for (bool done = false; !done;) {
		struct tile_path want;
		struct buf bytes;
		struct take *t;

		buf_init(&bytes, 32 << 20);
		check_ok(feed_begin(s, &f, &t, &err), &err);
		for (wanted = 0; store_take_wants(t, &want) && wanted <= given; wanted++) {
			feed_tile(&f, &want, &bytes);
			check_ok(store_take_give(t, &want, buf_str(&bytes), &err), &err);
		}
		done = !store_take_wants(t, &want);
		given++;
		assert_int_equal(rig_size(s, "ru"), 100);
		store_take_end(t); /* what is not staged is lost here */
		buf_done(&bytes);
		if (given % 3 == 0) {
			store_close(s);
			s = rig_open(p, STORE_WRITE);
		}
	}
	assert_in_range(given, 3, 11);
	take(s, o, 100);
	one = state_of(s);
	check_ok(store_rebuild(s, NULL, NULL, &err), &err);
	other = state_of(s);
	assert_true(hash_eq(&one, &other));
	again = other_make(1100);
	other_grow(again, 1150, 0);
	take(s, again, 1100);
	store_close(s);
	other_done(o);
	other_done(again);
}

/* Gives so many bundles and is killed; where the next run goes on. */
static uint64_t goes_on_after(struct place *p, struct other *o, unsigned bundles)
{
	struct feed f = feed_of(o, 0);
	struct tile_path want;
	struct buf bytes;
	struct store *s;
	struct take *t;
	struct err err;
	pid_t child = fork();
	int status;

	buf_init(&bytes, 32 << 20);
	if (child == 0) {
		s = rig_open(p, STORE_WRITE);
		if (!feed_begin(s, &f, &t, &err))
			_exit(1);
		for (unsigned i = 0; i < bundles && store_take_wants(t, &want);
		     i += want.level == ENTRY_LEVEL) {
			feed_tile(&f, &want, &bytes);
			if (!store_take_give(t, &want, buf_str(&bytes), &err))
				_exit(2);
		}
		_exit(0);
	}
	buf_done(&bytes);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(rig_size(s, "ru"), 0);
	check_ok(feed_begin(s, &f, &t, &err), &err);
	buf_init(&bytes, 32 << 20);
	while (store_take_wants(t, &want) && want.level != ENTRY_LEVEL) {
		feed_tile(&f, &want, &bytes);
		check_ok(store_take_give(t, &want, buf_str(&bytes), &err), &err);
	}
	buf_done(&bytes);
	store_take_end(t);
	store_close(s);
	return want.n;
}

/* Bundles wait for each other, but not for long: what a kill loses of them is bounded. */
static void a_kill_loses_bundles_that_waited(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct other *o = other_make(34 * TILE_WIDTH + 5);

	store_close(s);
	assert_int_equal(goes_on_after(p, o, 3), 0);
	assert_int_equal(goes_on_after(p, o, 34), 32);
	s = rig_open(p, STORE_WRITE);
	take(s, o, 0);
	store_close(s);
	other_done(o);
}

/* What an interrupted run left under a head that did not come to stand gives way. */
static void staged_entries_that_do_not_fit_give_way(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct other *o = other_make(100), *twin = other_make(100);
	struct feed f;
	struct take *t;
	struct err err;
	struct str got;
	struct view *v;

	take(s, o, 0);
	other_grow(twin, 900, 1);
	other_grow(o, 300, 0);
	f = feed_of(twin, 100);
	check_ok(feed_begin(s, &f, &t, &err), &err);
	check_ok(feed_wanted(&f, t, &err), &err); /* all is staged, and then left */
	store_take_end(t);
	f = feed_of(o, 100);
	check_ok(feed_begin(s, &f, &t, &err), &err);
	assert_false(store_take_stand(t, &err)); /* too early */
	check_ok(feed_wanted(&f, t, &err), &err);
	check_ok(store_take_stand(t, &err), &err);
	store_take_end(t);
	store_close(s);
	s = rig_open(p, STORE_WRITE); /* a crash before it was projected */
	assert_int_equal(rig_size(s, "ru"), 300);
	v = rig_view(s);
	check_ok(view_entry(v, &o->arena, S("ru"), 299, &got, &err), &err);
	check_str(got, o->entries[299]);
	assert_false(view_entry(v, &o->arena, S("ru"), 300, &got, &err));
	view_close(v);
	other_grow(o, 1000, 0);
	take(s, o, 300);
	store_close(s);
	other_done(o);
	other_done(twin);
}

/* What shows the fork holds against the key alone. */
static void check_evidence(struct other *o, const struct take_fork *fork)
{
	const struct vkey *key = &world.ru.log.pub;
	struct checkpoint a, b;
	struct err err;

	check_ok(checkpoint_open(fork->a, str_z(world.ru.origin), key, 1, &a, &err), &err);
	check_ok(checkpoint_open(fork->b, str_z(world.ru.origin), key, 1, &b, &err), &err);
	assert_true(a.size <= b.size);
	assert_int_equal(fork->same_size, a.size == b.size);
	if (fork->same_size) {
		assert_false(hash_eq(&a.root, &b.root));
	} else {
		assert_false(hash_eq(&fork->root, &a.root));
		assert_true(consistency_verify(a.size, b.size, fork->proof, fork->proof_count,
					       &fork->root, &b.root));
	}
	(void)o;
}

static void forks(struct store *s, struct other *o, uint64_t base)
{
	struct feed f = feed_of(o, base);
	struct take_fork fork;
	struct take *t;
	struct err err;
	bool ok = feed_begin(s, &f, &t, &err) && feed_wanted(&f, t, &err);

	assert_false(ok);
	assert_int_equal(err.kind, ERR_FORK);
	assert_true(store_take_fork(t, &fork));
	check_evidence(o, &fork);
	store_take_end(t);
	assert_int_equal(rig_size(s, "ru"), 40);
}

static void two_histories_are_a_fork(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct other *o = other_make(40), *twin = other_make(30);

	take(s, o, 0);
	other_grow(twin, 35, 1); /* parts at 30 */
	forks(s, twin, 0);       /* smaller */
	other_grow(twin, 40, 1);
	forks(s, twin, 0); /* same size, other root */
	other_grow(twin, 50, 1);
	forks(s, twin, 0);  /* larger */
	forks(s, twin, 35); /* parts before the range: the tiles tell */
	other_grow(twin, 700, 1);
	forks(s, twin, 40);
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
	struct feed f = feed_of(young, 0);
	struct err err;

	take(s, o, 0);
	check_ok(feed_all(s, &f, &err), &err);
	assert_int_equal(rig_size(s, "ru"), 300);
	store_close(s);
	other_done(o);
	other_done(young);
}

/* Between what comes the node writes its own acts; one range of a ledger at a time. */
static void own_acts_go_on_meanwhile(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct other *o = other_make(1100);
	struct feed f = feed_of(o, 0);
	struct hash live, rebuilt;
	struct take *t, *second;
	struct tile_path p;
	struct buf bytes;
	struct err err;
	bool more = true;

	buf_init(&bytes, 32 << 20);
	check_ok(feed_begin(s, &f, &t, &err), &err);
	assert_false(feed_begin(s, &f, &second, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	store_take_end(second);
	while (store_take_wants(t, &p)) {
		feed_tile(&f, &p, &bytes);
		check_ok(store_take_give(t, &p, buf_str(&bytes), &err), &err);
		rig_append(s, &world.ml, 2);
	}
	check_ok(store_take_stand(t, &err), &err);
	store_take_end(t);
	while (more) {
		check_ok(store_project(s, &more, &err), &err);
		rig_append(s, &world.ml, 2);
	}
	live = state_of(s);
	check_ok(store_rebuild(s, NULL, NULL, &err), &err);
	rebuilt = state_of(s);
	assert_true(hash_eq(&live, &rebuilt));
	buf_done(&bytes);
	store_close(s);
	other_done(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(a_ledger_comes_in_ranges),
		BOTH(a_false_head_is_refused),
		BOTH(every_false_tile_and_bundle_is_refused),
		BOTH(what_lies_before_may_come_too),
		BOTH(it_resumes_after_every_member),
		BOTH(a_kill_loses_bundles_that_waited),
		BOTH(staged_entries_that_do_not_fit_give_way),
		BOTH(two_histories_are_a_fork),
		BOTH(an_older_head_is_no_fork),
		BOTH(own_acts_go_on_meanwhile),
	};

	return run_on_engines(tests);
}
