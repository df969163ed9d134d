/*
 * The log is written in pieces: what a transaction spilled and took back must not come to stand
 * where another connection wrote meanwhile, and everybody reads what was committed; a log is
 * as long in bytes with any page size, which stays that of the file that is there.
 */
#include "store/db.h"

#include "engines.h"

enum { ROWS = 400, SMALL_CACHE_KIB = 64 };

static struct db *open_db(const struct place *p, bool read_only)
{
	struct db_plan plan = { .dir = p->dir,
				.url = p->url,
				.name = "log",
				.durability = DB_LAZY,
				.read_only = read_only,
				.create = !read_only,
				.cache_kib = SMALL_CACHE_KIB };
	struct db *d;
	struct err err;

	check_ok(db_open(&plan, &d, &err), &err);
	return d;
}

static void put(struct db *d, int64_t from, char fill)
{
	static char text[2000];
	struct err err;

	memset(text, fill, sizeof(text));
	for (int64_t i = from; i < from + ROWS; i++) {
		struct stmt *s = db_prepare(d, "INSERT INTO t (n, x) VALUES (?, ?)", &err);

		check_ok(s != NULL, &err);
		stmt_int(s, 0, i);
		stmt_text(s, 1, str_of(text, sizeof(text)));
		check_ok(stmt_done(s, &err), &err);
	}
}

/* How many rows say `fill` all through. */
static int64_t rows_of(struct db *d, const char *fill)
{
	struct err err;
	struct stmt *s = db_prepare(d,
				    "SELECT count(*) FROM t WHERE replace(x, ?, '') = '' AND "
				    "length(x) = 2000",
				    &err);
	int64_t n;
	bool row;

	check_ok(s != NULL, &err);
	stmt_text(s, 0, str_z(fill));
	check_ok(stmt_step(s, &row, &err), &err);
	n = col_int(s, 0);
	stmt_reset(s);
	return n;
}

static void check_whole(struct db *d)
{
	struct err err;
	struct stmt *s = db_prepare(d, "PRAGMA integrity_check", &err);
	bool row;

	check_ok(s != NULL && stmt_step(s, &row, &err), &err);
	check_str(col_text(s, 0), S("ok"));
	stmt_reset(s);
}

static void what_was_taken_back_is_not_written_later(void **state)
{
	struct place *p = place_of(state);
	struct db *a = open_db(p, false), *b = open_db(p, false), *reader;
	struct err err;

	check_ok(db_run(a, "CREATE TABLE t (n INTEGER PRIMARY KEY, x TEXT)", &err), &err);
	for (int round = 0; round < 4; round++) {
		check_ok(db_begin(a, true, &err), &err);
		put(a, 100000 * round, 'a');
		if (round % 2) /* reads what was spilled */
			assert_int_equal(rows_of(a, "a"), ROWS * (round + 1));
		db_rollback(a);
		assert_int_equal(rows_of(a, "a"), ROWS * round);
		check_ok(db_begin(b, true, &err), &err);
		put(b, 100000 * round + 50000, 'b');
		check_ok(db_commit(b, &err), &err);
		check_ok(db_begin(a, true, &err), &err);
		put(a, 100000 * round, 'a');
		check_ok(db_commit(a, &err), &err);
		reader = open_db(p, true);
		assert_int_equal(rows_of(reader, "a"), ROWS * (round + 1));
		assert_int_equal(rows_of(reader, "b"), ROWS * (round + 1));
		check_whole(reader);
		db_close(reader);
	}
	db_close(a);
	db_close(b);
}

static struct db *open_paged(const struct place *p, int page_bytes)
{
	struct db_plan plan = { .dir = p->dir,
				.url = p->url,
				.name = "paged",
				.durability = DB_FULL,
				.create = true,
				.lock = true,
				.page_bytes = page_bytes };
	struct db *d;
	struct err err;

	check_ok(db_open(&plan, &d, &err), &err);
	return d;
}

static int64_t page_of(struct db *d)
{
	struct err err;
	struct stmt *s = db_prepare(d, "PRAGMA page_size", &err);
	int64_t n;
	bool row;

	check_ok(s != NULL && stmt_step(s, &row, &err), &err);
	n = col_int(s, 0);
	stmt_reset(s);
	return n;
}

static off_t log_bytes(const struct place *p)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s/paged.db-wal", p->dir);
	assert_return_code(stat(path, &st), 0);
	return st.st_size;
}

enum { MANY_COMMITS = 12, LOG_LEAST = 3 << 20, LOG_MOST = 6 << 20 };

static void a_log_is_as_long_with_any_page(void **state)
{
	static const int pages[] = { 0, 65536 };
	struct place *p = place_of(state);
	struct err err;

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		struct db *d = open_paged(p, pages[i]);
		const struct db_plan plan = { .dir = p->dir, .url = p->url, .name = "paged" };

		check_ok(db_run(d, "CREATE TABLE t (n INTEGER PRIMARY KEY, x TEXT)", &err),
			 &err);
		for (int k = 0; k < MANY_COMMITS; k++) {
			check_ok(db_begin(d, true, &err), &err);
			put(d, k * ROWS, 'a');
			check_ok(db_commit(d, &err), &err);
		}
		assert_int_equal(page_of(d), pages[i] ? pages[i] : 4096);
		assert_in_range(log_bytes(p), LOG_LEAST, LOG_MOST);
		db_close(d);
		d = open_paged(p, 4096);
		assert_int_equal(page_of(d), pages[i] ? pages[i] : 4096);
		assert_int_equal(rows_of(d, "a"), MANY_COMMITS * ROWS);
		check_whole(d);
		db_close(d);
		check_ok(db_drop(&plan, &err), &err);
	}
}

/* … but one of large commits, of which each touches the same pages again, has room for three.
 */
static void a_log_has_room_for_large_commits(void **state)
{
	enum { LARGE = 5, COMMITS = 9 };
	struct place *p = place_of(state);
	struct db *d = open_paged(p, 4096);
	off_t one = 0;
	struct err err;

	check_ok(db_run(d, "CREATE TABLE t (n INTEGER PRIMARY KEY, x TEXT)", &err), &err);
	for (int k = 0; k < COMMITS; k++) {
		check_ok(db_begin(d, true, &err), &err);
		for (int i = 0; i < LARGE; i++)
			put(d, (k * LARGE + i) * ROWS, 'a');
		check_ok(db_commit(d, &err), &err);
		if (k == 0)
			one = log_bytes(p);
	}
	assert_true(one > LOG_LEAST);
	assert_in_range(log_bytes(p), 3 * one - one / 4, 4 * one + one / 4);
	assert_int_equal(rows_of(d, "a"), COMMITS * LARGE * ROWS);
	db_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON(what_was_taken_back_is_not_written_later, sqlite),
		ON(a_log_is_as_long_with_any_page, sqlite),
		ON(a_log_has_room_for_large_commits, sqlite),
	};

	return run_on_engines(tests);
}
