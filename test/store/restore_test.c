/* What a node does when its database was put back from an older copy (LEDGER.md 5.2). */
#include "feed.h"
#include "rig.h"

/* Where a backup lies meanwhile: a folder; a database on PostgreSQL. */
static char kept[64];

static void backup(const struct place *p)
{
	char sql[160];

	if (on_postgres(p)) {
		snprintf(kept, sizeof(kept), "old%d", ++server.databases);
		snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE %s", kept,
			 strrchr(p->url, '/') + 1);
		postgres_run(sql);
		return;
	}
	snprintf(kept, sizeof(kept), "/tmp/benkan-kept-XXXXXX");
	assert_non_null(mkdtemp(kept));
	rig_copy(p->dir, kept, "ledger.db");
}

/* On SQLite the ledger alone goes back, so that the register is ahead of it. */
static void put_back(struct place *p)
{
	if (on_postgres(p)) {
		postgres_url(p->url, "right", kept);
		return;
	}
	rig_copy(kept, p->dir, "ledger.db");
	remove_tree(kept);
}

static void remove_high_water(const struct place *p)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/high-water", p->dir);
	assert_return_code(unlink(path), 0);
}

static void write_high_water(const struct place *p, const char *text)
{
	char path[160];
	FILE *f;

	snprintf(path, sizeof(path), "%s/high-water", p->dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void refuses_to_write(struct store *s, enum err_kind kind)
{
	struct err err;

	assert_false(store_begin(s, &err));
	assert_int_equal(err.kind, kind);
}

/* The own ledger up to `size`, as a peer would give it back. */
static void entries(struct view *v, struct arena *a, uint64_t size, struct str *out)
{
	struct err err;

	for (uint64_t n = 0; n < size; n++)
		check_ok(view_entry(v, a, S("ml"), n, &out[n], &err), &err);
}

/* SQLite's files are what an operator copies; what follows from it is the same on both engines.
 */
static void an_old_copy_neither_writes_nor_signs(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct str all[550];
	struct feed f = { .ledger = S("ml"), .base = 290, .size = 550, .entries = all };
	struct checkpoint cp;
	struct hash before, after;
	struct arena a;
	struct str note;
	struct view *v;
	struct err err;

	arena_init(&a, 4 << 20);
	rig_append(s, &world.ml, 300);
	store_close(s);
	backup(p);
	s = rig_open(p, STORE_WRITE);
	rig_append(s, &world.ml, 250);
	check_ok(store_state(s, S(""), &before, &err), &err);
	store_close(s);
	s = rig_open(p, STORE_READ);
	v = rig_view(s);
	entries(v, &a, 550, all);
	check_ok(view_checkpoint(v, &a, S("ml"), &f.checkpoint, &err), &err);
	view_close(v);
	store_close(s);

	put_back(p);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(store_own_state(s), LEDGER_RESTORED);
	refuses_to_write(s, ERR_CONFLICT);
	assert_false(
		store_confirm(s, S("operator"), &err)); /* nobody's word replaces entries */
	assert_int_equal(err.kind, ERR_CONFLICT);
	v = rig_view(s);
	check_ok(view_checkpoint(v, &a, S("ml"), &note, &err), &err);
	check_ok(checkpoint_open(note, str_z(world.ml.origin), &world.ml.log.pub, 1, &cp, &err),
		 &err);
	assert_int_equal(cp.size, 300);
	view_close(v);
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	refuses_to_write(s, ERR_CONFLICT);

	/* A peer has the rest: taken over, the node writes again where it left off. */
	check_ok(feed_all(s, &f, &err), &err);
	assert_int_equal(store_own_state(s), LEDGER_OK);
	check_ok(store_state(s, S(""), &after, &err), &err);
	assert_true(hash_eq(&before, &after));
	assert_int_equal(store_next(s), 550);
	rig_append(s, &world.ml, 3);
	store_close(s);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(store_own_state(s), LEDGER_OK);
	assert_int_equal(store_next(s), 553);
	/* Whole again, it takes nobody's copy of its own ledger. */
	assert_false(feed_all(s, &f, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	store_close(s);
	arena_done(&a);
}

static void a_missing_file_needs_the_operators_word(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	struct arena a;
	struct str note;
	struct view *v;
	struct err err;

	arena_init(&a, 4 << 20);
	rig_append(s, &world.ml, 5);
	store_close(s);
	remove_high_water(p);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(store_own_state(s), LEDGER_RESTORED);
	refuses_to_write(s, ERR_CONFLICT);
	v = rig_view(s);
	assert_false(view_checkpoint(v, &a, S("ml"), &note, &err));
	assert_int_equal(err.kind, ERR_MISSING);
	check_ok(store_confirm(s, S("operator"), &err), &err);
	check_ok(store_confirm(s, S("operator"), &err), &err);
	assert_int_equal(store_own_state(s), LEDGER_OK);
	rig_append(s, &world.ml, 1);
	view_close(v);
	store_close(s);
	s = rig_open(p, STORE_READ);
	v = rig_view(s);
	check_ok(view_checkpoint(v, &a, S("ml"), &note, &err), &err);
	view_close(v);
	store_close(s);
	arena_done(&a);
}

static void a_garbled_file_is_as_a_missing_one(void **state)
{
	static const char *const garbled[] = { "", "5", "x 00\n", "5 00\n" };
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");

	rig_append(s, &world.ml, 5);
	store_close(s);
	for (size_t i = 0; i < sizeof(garbled) / sizeof(garbled[0]); i++) {
		write_high_water(p, garbled[i]);
		s = rig_open(p, STORE_WRITE);
		assert_int_equal(store_own_state(s), LEDGER_RESTORED);
		refuses_to_write(s, ERR_CONFLICT);
		store_close(s);
	}
}

/* The copy went on by itself: its root at the size last signed is another. */
static void another_history_is_a_fork(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	char text[128];

	rig_append(s, &world.ml, 5);
	store_close(s);
	snprintf(text, sizeof(text), "4 %064d\n", 7);
	write_high_water(p, text);
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(store_own_state(s), LEDGER_FORKED);
	refuses_to_write(s, ERR_FORK);
	store_close(s);
}

static void a_file_behind_the_database_is_usual(void **state)
{
	struct place *p = place_of(state);
	struct store *s = rig_node(p, "ml");
	char aside[] = "/tmp/benkan-aside-XXXXXX";

	assert_non_null(mkdtemp(aside));
	rig_append(s, &world.ml, 5);
	store_close(s);
	rig_copy(p->dir, aside, "high-water");
	s = rig_open(p, STORE_WRITE);
	rig_append(s, &world.ml, 5);
	store_close(s);
	rig_copy(aside, p->dir, "high-water");
	s = rig_open(p, STORE_WRITE);
	assert_int_equal(store_own_state(s), LEDGER_OK);
	rig_append(s, &world.ml, 1);
	store_close(s);
	remove_tree(aside);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(an_old_copy_neither_writes_nor_signs),
		BOTH(a_missing_file_needs_the_operators_word),
		BOTH(a_garbled_file_is_as_a_missing_one),
		BOTH(another_history_is_a_fork),
		BOTH(a_file_behind_the_database_is_usual),
	};

	return run_on_engines(tests);
}
