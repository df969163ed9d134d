/* A node's life: made whole or not at all, its keys kept private, one charter, no second
 * writer. */
#include "nodes.h"

#include "ledger/entry.h"

#include <sys/stat.h>

static struct nodes t;

static int up(void **state)
{
	(void)state;
	nodes_up(&t);
	return 0;
}

static int down(void **state)
{
	(void)state;
	nodes_down(&t);
	return 0;
}

static bool init(const char *dir, const char *party, const char *origin, const char *store,
		 struct err *err)
{
	struct node_plan plan = { .dir = dir,
				  .party = str_z(party),
				  .name = S("N"),
				  .origin = str_z(origin),
				  .store = store };
	struct buf keys;
	bool ok;

	buf_init(&keys, 1 << 20);
	ok = node_init(&plan, &t.env, &keys, err);
	buf_done(&keys);
	return ok;
}

static void what_init_makes(void **state)
{
	static const char *const files[] = { "keys/log",
					     "keys/witness",
					     "keys/seal",
					     "recovery/recours-1.key",
					     "recovery/recours-2.key",
					     "recovery/recours-3.key",
					     "node.json" };
	char path[160];
	struct stat st;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", t.ml_dir, files[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	assert_int_equal(stat(t.ml_dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void a_failed_init_leaves_nothing(void **state)
{
	char dir[96], beside[160];
	struct err err;

	(void)state;
	snprintf(dir, sizeof(dir), "%s/new", t.dir);
	assert_false(
		init(dir, "ml", "ml.example/ml", "postgresql://nobody@127.0.0.1:1/none", &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	assert_int_equal(access(dir, F_OK), -1);
	snprintf(beside, sizeof(beside), "ls -d %s* 2>/dev/null | grep -q .", dir);
	assert_int_not_equal(system(beside), 0);
	assert_false(init(t.ml_dir, "ml", "ml.example/ml", "sqlite", &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_false(init(dir, "joint", "ml.example/ml", "sqlite", &err));
	assert_string_equal(err.field, "party");
	assert_false(init(dir, "ml", "nohost/ml", "sqlite", &err));
	assert_string_equal(err.field, "origin");
}

static void keys_that_others_can_read_are_refused(void **state)
{
	char path[256];
	struct node *n;
	struct err err;

	(void)state;
	snprintf(path, sizeof(path), "%s/keys/log", t.ru_dir);
	assert_int_equal(chmod(path, 0640), 0);
	assert_false(node_open(t.ru_dir, STORE_WRITE, &t.env, &n, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	assert_int_equal(chmod(path, 0600), 0);
	snprintf(path, sizeof(path), "cp %s/keys/log %s/keys/log", t.ml_dir, t.ru_dir);
	assert_int_equal(system(path), 0);
	assert_false(node_open(t.ru_dir, STORE_WRITE, &t.env, &n, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
}

static void one_writer_at_a_time(void **state)
{
	struct node *n;
	struct err err;

	(void)state;
	assert_false(node_open(t.ml_dir, STORE_WRITE, &t.env, &n, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	check_ok(node_open(t.ml_dir, STORE_READ, &t.env, &n, &err), &err);
	node_close(n);
}

static void a_charter_is_adopted_once(void **state)
{
	struct hash id;
	struct err err;
	struct entry e;

	(void)state;
	entry_read(&t.a, entry_at(&t, t.ml, "ml", 0), S("ml"), 0, INT64_MIN, &e);
	assert_int_equal(e.state, ENTRY_VALID);
	assert_int_equal(e.type, ENTRY_CHARTER);
	assert_false(node_adopt(t.ml, t.charter, &id, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
}

/* One letter of one key is another's key. */
static void a_charter_with_other_keys_is_refused(void **state)
{
	struct nodes other;
	struct hash id;
	struct err err;

	(void)state;
	t.ru = open_node(&t, t.ru_dir, STORE_WRITE);
	nodes_up(&other);
	other.fixed.drawn = 1000;
	assert_true(node_charter(other.ml) != NULL);
	node_close(other.ml);
	other.ml = NULL;
	nftw(other.ml_dir, remove_path, 8, FTW_DEPTH | FTW_PHYS);
	init_node(&other, other.ml_dir, "ml", "ml.example/registre/ml",
		  "sqlite"); /* the same names, other keys */
	other.ml = open_node(&other, other.ml_dir, STORE_WRITE);
	assert_false(node_adopt(other.ml, t.charter, &id, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.field, "log");
	assert_null(node_charter(other.ml));
	assert_false(node_adopt(t.ru, S("{\"v\":1}"), &id, &err));
	nodes_down(&other);
}

static void nothing_is_written_before_adoption(void **state)
{
	(void)state;
	t.ru = open_node(&t, t.ru_dir, STORE_WRITE);
	bad(&t, t.ru,
	    "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		    "A") "}",
	    ERR_CONFLICT, "", "benkan adopt");
}

static void a_clock_before_2000_adopts_nothing(void **state)
{
	struct hash id;
	struct err err;

	(void)state;
	t.ru = open_node(&t, t.ru_dir, STORE_WRITE);
	t.fixed.ms = 1000;
	assert_false(node_adopt(t.ru, t.charter, &id, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	t.fixed.ms = (int64_t)MARCH_2_2026 * 1000;
	check_ok(node_adopt(t.ru, t.charter, &id, &err), &err);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_init_makes),
		CASE(a_failed_init_leaves_nothing),
		CASE(keys_that_others_can_read_are_refused),
		CASE(one_writer_at_a_time),
		CASE(a_charter_is_adopted_once),
		CASE(a_charter_with_other_keys_is_refused),
		CASE(nothing_is_written_before_adoption),
		CASE(a_clock_before_2000_adopts_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
