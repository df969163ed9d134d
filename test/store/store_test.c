#include "rig.h"

#include "store/db.h"
#include "store/high_water.h"

static void append_commit_reopen(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct arena a;
	struct str got;
	struct view *v;
	struct err err;
	uint64_t generation;

	arena_init(&a, 16 << 20);
	assert_int_equal(store_next(s), 0);
	generation = store_generation(s);
	rig_append(s, &world.ml, 1);
	rig_append(s, &world.ml, 300);
	assert_true(store_generation(s) > generation);
	assert_int_equal(store_next(s), 301);
	assert_int_equal(store_last_time(s), 1772446500 + 300);
	generation = store_generation(s);
	store_close(s);

	s = rig_open(p, STORE_WRITE);
	assert_int_equal(store_next(s), 301);
	assert_int_equal(store_last_time(s), 1772446500 + 300);
	assert_int_equal(store_generation(s), generation);
	assert_int_equal(store_own_state(s), LEDGER_OK);
	v = rig_view(s);
	check_ok(view_begin(v, &err), &err);
	check_ok(view_entry(v, &a, S("ml"), 300, &got, &err), &err);
	check_str(got, rig_entry(&a, "ml", 300, 0));
	assert_false(view_entry(v, &a, S("ml"), 301, &got, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	assert_false(view_entry(v, &a, S("xx"), 0, &got, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	check_ok(view_charter(v, &a, &got, &err), &err);
	check_str(got, world.charter_bytes);
	view_end(v);
	view_close(v);
	store_close(s);
	arena_done(&a);
}

static void rollback_leaves_nothing(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct hash leaf, before, after;
	struct arena a;
	struct str got;
	struct err err;

	arena_init(&a, 16 << 20);
	rig_append(s, &world.ml, 250);
	check_ok(store_state(s, S(""), &before, &err), &err);
	check_ok(store_begin(s, &err), &err);
	for (int i = 0; i < 20; i++) /* past the end of a tile */
		check_ok(store_append(s, rig_entry(&a, "ml", store_next(s), 7), &leaf, &err),
			 &err);
	check_ok(view_entry(store_writer_view(s), &a, S("ml"), 269, &got, &err), &err);
	store_rollback(s);
	store_rollback(s);
	check_ok(store_begin(s, &err), &err);
	assert_int_equal(store_next(s), 250);
	assert_int_equal(store_last_time(s), 1772446500 + 249);
	store_rollback(s);
	check_ok(store_state(s, S(""), &after, &err), &err);
	assert_true(hash_eq(&before, &after));
	assert_int_equal(rig_size(s, "ml"), 250);
	rig_append(s, &world.ml, 20);
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(store_next(s), 270);
	store_close(s);
	arena_done(&a);
}

/* --- tiles and checkpoints against the tree as RFC 6962 defines it --- */

static struct hash naive_root(const struct hash *h, size_t n)
{
	size_t k = 1;
	struct hash l, r;

	if (n == 0)
		return empty_root();
	if (n == 1)
		return h[0];
	while (k * 2 < n)
		k *= 2;
	l = naive_root(h, k);
	r = naive_root(h + k, n - k);
	return node_hash(&l, &r);
}

static void check_tile(struct view *v, const struct hash *leaves, int level, uint64_t n,
		       unsigned width)
{
	struct tile_path path = { .level = level, .n = n, .width = width };
	size_t span = (size_t)1 << (8 * level);
	struct buf got;
	struct err err;

	buf_init(&got, 1 << 20);
	check_ok(view_tile(v, S("ml"), &path, &got, &err), &err);
	assert_int_equal(got.n, width * HASH_SIZE);
	for (unsigned i = 0; i < width; i++) {
		struct hash want = naive_root(leaves + (n * 256 + i) * span, span);

		assert_memory_equal(got.p + i * HASH_SIZE, want.b, HASH_SIZE);
	}
	buf_done(&got);
}

static void check_bundle(struct view *v, struct arena *a, uint64_t n, unsigned width)
{
	struct tile_path path = { .level = ENTRY_LEVEL, .n = n, .width = width };
	struct buf got, want;
	struct err err;

	buf_init(&got, 1 << 20);
	buf_init(&want, 1 << 20);
	check_ok(view_tile(v, S("ml"), &path, &got, &err), &err);
	for (unsigned i = 0; i < width; i++)
		bundle_put(&want, rig_entry(a, "ml", n * 256 + i, 0));
	assert_int_equal(got.n, want.n);
	assert_memory_equal(got.p, want.p, got.n);
	buf_done(&got);
	buf_done(&want);
}

static void check_outside(struct view *v, int level, uint64_t n, unsigned width)
{
	struct tile_path path = { .level = level, .n = n, .width = width };
	struct buf got;
	struct err err;

	buf_init(&got, 1 << 20);
	assert_false(view_tile(v, S("ml"), &path, &got, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	assert_int_equal(got.n, 0);
	buf_done(&got);
}

static void check_served(struct store *s, struct arena *a, const struct hash *leaves,
			 uint64_t size)
{
	struct hash want = naive_root(leaves, size), got;
	struct view *v = rig_view(s);
	struct ledger_row *rows;
	struct checkpoint cp;
	struct tiles tiles;
	struct str note;
	struct err err;
	size_t n;

	check_ok(view_begin(v, &err), &err);
	check_ok(view_checkpoint(v, a, S("ml"), &note, &err), &err);
	check_ok(checkpoint_open(note, str_z(world.ml.origin), &world.ml.log.pub, 1, &cp, &err),
		 &err);
	assert_int_equal(cp.size, size);
	assert_true(hash_eq(&cp.root, &want));
	check_ok(view_ledgers(v, a, &rows, &n, &err), &err);
	assert_int_equal(n, 2);
	assert_true(rows[0].own && !rows[1].own);
	assert_int_equal(rows[0].size, size);
	assert_true(hash_eq(&rows[0].root, &want));
	tiles = view_tiles(v, &rows[0]);
	for (uint64_t past = 1; past <= size; past += 1 + past / 3) {
		check_ok(tree_root(&tiles, past, &got, &err), &err);
		want = naive_root(leaves, past);
		assert_true(hash_eq(&got, &want));
	}
	for (uint64_t at = 0; at <= size / 256; at++) {
		unsigned width = tile_width(size, 0, at);

		for (unsigned w = 1; w <= width; w += 1 + w / 2)
			check_tile(v, leaves, 0, at, w);
		if (width)
			check_bundle(v, a, at, width);
		if (width > 1)
			check_bundle(v, a, at, width / 2);
		if (width < 256) {
			check_outside(v, 0, at, width + 1);
			check_outside(v, ENTRY_LEVEL, at, width + 1);
		}
	}
	if (size >= 256)
		check_tile(v, leaves, 1, 0, (unsigned)(size / 256));
	check_outside(v, 1, 0, (unsigned)(size / 256) + 1);
	check_outside(v, 2, 0, 1);
	check_outside(v, 63, 0, 1);
	check_outside(v, 0, UINT64_MAX / 256, 1);
	view_end(v);
	view_close(v);
}

static void tiles_are_those_of_the_tree(void **state)
{
	static const uint64_t steps[] = { 1, 2, 5, 247, 1, 1, 254, 1, 300 };
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct hash leaves[2048];
	struct arena a;
	uint64_t size = 0;

	arena_init(&a, 512 << 20);
	for (uint64_t i = 0; i < 2048; i++)
		leaves[i] = leaf_hash(rig_entry(&a, "ml", i, 0));
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		rig_append(s, &world.ml, steps[i]);
		size += steps[i];
		store_close(
			s); /* the checkpoint is served once the high-water file covers it */
		s = rig_open(p, STORE_WRITE);
		check_served(s, &a, leaves, size);
		arena_reset(&a);
	}
	store_close(s);
	arena_done(&a);
}

static void nothing_is_served_before_it_is_covered(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct view *v = rig_view(s);
	struct checkpoint cp;
	struct arena a;
	struct str note;
	struct err err;
	char aside[160], path[160];

	arena_init(&a, 4 << 20);
	assert_false(view_checkpoint(v, &a, S("ml"), &note, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	assert_false(view_checkpoint(v, &a, S("ru"), &note, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	rig_append(s, &world.ml, 3);
	view_close(v);
	store_close(s);

	/* A reader beside: the file says 3, the database 5. */
	s = rig_open(p, STORE_WRITE);
	rig_copy(p->dir, "/tmp", "high-water");
	snprintf(aside, sizeof(aside), "mv /tmp/high-water %s/aside", p->dir);
	assert_int_equal(system(aside), 0);
	rig_append(s, &world.ml, 2);
	store_close(s);
	snprintf(aside, sizeof(aside), "%s/aside", p->dir);
	snprintf(path, sizeof(path), "%s/high-water", p->dir);
	assert_return_code(rename(aside, path), 0);
	s = rig_open(p, STORE_READ);
	v = rig_view(s);
	check_ok(view_checkpoint(v, &a, S("ml"), &note, &err), &err);
	check_ok(checkpoint_open(note, str_z(world.ml.origin), &world.ml.log.pub, 1, &cp, &err),
		 &err);
	assert_int_equal(cp.size, 3);
	view_close(v);
	store_close(s);
	/* The writer covers what it finds, then serves it. */
	s = rig_open(p, STORE_WRITE);
	store_close(s);
	s = rig_open(p, STORE_READ);
	v = rig_view(s);
	check_ok(view_checkpoint(v, &a, S("ml"), &note, &err), &err);
	check_ok(checkpoint_open(note, str_z(world.ml.origin), &world.ml.log.pub, 1, &cp, &err),
		 &err);
	assert_int_equal(cp.size, 5);
	view_close(v);
	store_close(s);
	arena_done(&a);
}

/* The table itself refuses a second root for a size, whoever put the first there. */
static void never_two_roots_for_one_size(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml"), *again;
	struct db_plan plan = {
		.dir = p->dir, .url = p->url, .name = "ledger", .durability = DB_FULL
	};
	struct hash leaf;
	struct arena a;
	struct err err;
	struct db *d;

	arena_init(&a, 4 << 20);
	rig_append(s, &world.ml, 3);
	/* As another process with the same keys would. */
	check_ok(db_open(&plan, &d, &err), &err);
	check_ok(db_run(d,
			"INSERT INTO own_checkpoint SELECT 4, root, note FROM own_checkpoint "
			"WHERE size = 3",
			&err),
		 &err);
	check_ok(store_begin(s, &err), &err);
	check_ok(store_append(s, rig_entry(&a, "ml", 3, 0), &leaf, &err), &err);
	assert_false(store_commit(s, &world.ml.log, &err));
	assert_int_equal(err.kind, ERR_FORK);
	store_rollback(s);
	/* A head that its tiles do not give is not worked on. */
	assert_false(store_begin(s, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	store_close(s);
	assert_false(rig_try(p, STORE_WRITE, &again, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	check_ok(db_run(d, "DELETE FROM own_checkpoint WHERE size = 4", &err), &err);
	db_close(d);
	s = rig_open(p, STORE_WRITE);
	rig_append(s, &world.ml, 1);
	store_close(s);
	arena_done(&a);
}

static void entries_out_of_bounds_are_refused(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	static char long_text[ENTRY_MAX + 1];
	struct hash leaf;
	struct err err;

	check_ok(store_begin(s, &err), &err);
	assert_false(store_append(s, S(""), &leaf, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_false(store_append(s, str_of(long_text, sizeof(long_text)), &leaf, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	check_ok(store_append(s, str_of(long_text, ENTRY_MAX), &leaf, &err), &err);
	store_rollback(s);
	store_close(s);
}

static void openings_must_open(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct str body = S("{\"salt\":"
			    "\"00000000000000000000000000000000000000000000000000000000000000ff"
			    "\",\"data\":{}}");
	struct hash c = hash_of(body);
	uint64_t generation = store_generation(s);
	struct err err;

	check_ok(store_begin(s, &err), &err);
	assert_false(store_opening(s, &c, S("{\"salt\":\"00\"}"), &err));
	assert_int_equal(err.kind, ERR_INPUT);
	check_ok(store_opening(s, &c, body, &err), &err);
	check_ok(store_opening(s, &c, body, &err), &err);
	check_ok(store_commit(s, &world.ml.log, &err), &err);
	assert_int_equal(store_generation(s), generation + 1);
	store_close(s);
}

static void a_node_is_made_and_adopted_once(void **state)
{
	struct place *p = place_of(state);
	struct store_place where = { p->dir, p->url };
	struct hash digest;
	struct store *s;
	struct err err;

	world_make();
	assert_false(rig_try(p, STORE_WRITE, &s, &err));
	assert_null(s);
	check_ok(store_create(&where, &err), &err);
	assert_false(store_create(&where, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	s = rig_open(p, STORE_WRITE);
	assert_false(store_begin(s, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	assert_false(store_state(s, S(""), &digest, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	assert_false(store_adopt(s, &world.charter, world.charter_bytes, S("fr"), &err));
	assert_int_equal(err.kind, ERR_INPUT);
	check_ok(store_adopt(s, &world.charter, world.charter_bytes, S("ru"), &err), &err);
	assert_false(store_adopt(s, &world.charter, world.charter_bytes, S("ml"), &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	rig_append(s, &world.ru, 1);
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(rig_size(s, "ru"), 1);
	assert_int_equal(rig_size(s, "ml"), 0);
	store_close(s);
}

static void a_second_process_is_refused(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml"), *second;
	char pid[32];
	struct err err;

	rig_append(s, &world.ml, 2);
	assert_false(rig_try(p, STORE_WRITE, &second, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	assert_string_equal(err.arg[1], pid);
	assert_false(rig_try(p, STORE_REBUILD, &second, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	/* Reading beside it works, and sees what is committed meanwhile. */
	second = rig_open(p, STORE_READ);
	assert_int_equal(rig_size(second, "ml"), 2);
	rig_append(s, &world.ml, 2);
	assert_int_equal(rig_size(second, "ml"), 4);
	store_close(second);
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	store_close(s);
}

static bool count_progress(void *ctx, uint64_t done, uint64_t all)
{
	uint64_t *last = ctx;

	assert_true(done > *last && done <= all);
	*last = done;
	return done < 1500;
}

static void rebuild_gives_the_same_state(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct hash live, rebuilt, past, then;
	uint64_t last = 0;
	struct err err;

	rig_append(s, &world.ml, 1);
	rig_append(s, &world.ml, 999);
	check_ok(store_state(s, S(""), &then, &err), &err);
	for (int i = 0; i < 3; i++)
		rig_append(s, &world.ml, 700);
	check_ok(store_state(s, S(""), &live, &err), &err);
	check_ok(store_state(s, S("ml=1000,ru=0"), &past, &err), &err);
	assert_true(hash_eq(&past, &then));
	assert_false(hash_eq(&live, &then));
	check_ok(store_rebuild(s, NULL, NULL, &err), &err);
	check_ok(store_state(s, S(""), &rebuilt, &err), &err);
	assert_true(hash_eq(&live, &rebuilt));
	/* Stopped in the middle: the next start goes on from there. */
	assert_false(store_rebuild(s, count_progress, &last, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	check_ok(store_state(s, S(""), &rebuilt, &err), &err);
	assert_true(hash_eq(&live, &rebuilt));
	rig_append(s, &world.ml, 1);
	store_close(s);
}

static void a_bad_cut_is_refused(void **state)
{
	static const char *const bad[] = { "ml",        "ml=",        "ml=3",
					   "ml=4,ru=0", "ml=-1,ru=0", "ml=3,ru=0,xx=0",
					   "ml=3;ru=0", "ml=3,ru=1" };
	struct store *s = rig_node(place_of(state), "ml");
	struct hash digest;
	struct err err;

	rig_append(s, &world.ml, 3);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(store_state(s, str_z(bad[i]), &digest, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		assert_string_equal(err.field, "cut");
	}
	check_ok(store_state(s, S("ru=0,ml=3"), &digest, &err), &err);
	store_close(s);
}

/* Whenever the process ends after the first commit: the file is there, though the thread that
 * brings it up to date has not come to it. */
static void the_high_water_file_is_there_first(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct hash root;
	uint64_t size;
	struct err err;
	bool found;

	check_ok(high_water_read(p->dir, &size, &root, &found, &err), &err);
	assert_false(found);
	rig_append(s, &world.ml, 1);
	check_ok(high_water_read(p->dir, &size, &root, &found, &err), &err);
	assert_true(found);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(the_high_water_file_is_there_first),
		BOTH(append_commit_reopen),
		BOTH(rollback_leaves_nothing),
		BOTH(tiles_are_those_of_the_tree),
		BOTH(nothing_is_served_before_it_is_covered),
		BOTH(never_two_roots_for_one_size),
		BOTH(entries_out_of_bounds_are_refused),
		BOTH(openings_must_open),
		BOTH(a_node_is_made_and_adopted_once),
		BOTH(a_second_process_is_refused),
		BOTH(rebuild_gives_the_same_state),
		BOTH(a_bad_cut_is_refused),
	};

	return run_on_engines(tests);
}
