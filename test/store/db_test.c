#include "store/db.h"

#include "engines.h"

static struct db *open_db(const struct place *p, const char *name, bool create, bool read_only)
{
	struct db_plan plan = { .dir = p->dir,
				.url = p->url,
				.name = name,
				.durability = DB_FULL,
				.read_only = read_only,
				.create = create };
	struct db *d;
	struct err err;

	check_ok(db_open(&plan, &d, &err), &err);
	return d;
}

static void run(struct db *d, const char *sql)
{
	struct err err;

	check_ok(db_run(d, sql, &err), &err);
}

static struct stmt *prepare(struct db *d, const char *literal)
{
	struct err err;
	struct stmt *s = db_prepare(d, literal, &err);

	check_ok(s != NULL, &err);
	return s;
}

static bool step(struct stmt *s)
{
	struct err err;
	bool row;

	check_ok(stmt_step(s, &row, &err), &err);
	return row;
}

static void done(struct stmt *s)
{
	struct err err;

	check_ok(stmt_done(s, &err), &err);
}

static void begin(struct db *d, bool write)
{
	struct err err;

	check_ok(db_begin(d, write, &err), &err);
}

static void commit(struct db *d)
{
	struct err err;

	check_ok(db_commit(d, &err), &err);
}

static int64_t count(struct db *d)
{
	struct stmt *s = prepare(d, "SELECT count(*) FROM t");
	int64_t n;

	assert_true(step(s));
	n = col_int(s, 0);
	assert_false(step(s));
	return n;
}

static struct dec dec(const char *z)
{
	struct dec d;

	assert_true(dec_parse(str_z(z), &d));
	return d;
}

static const char table[] =
	"CREATE TABLE t(k INTEGER PRIMARY KEY, a TEXT, b BLOB, d DECIMAL) WITHOUT ROWID;"
	"CREATE INDEX t_d ON t(d)";
static const char insert[] = "INSERT INTO t(k, a, b, d) VALUES(?, ?, ?, ?)";

static void put(struct db *d, int64_t k, const char *amount)
{
	struct stmt *s = prepare(d, insert);

	stmt_int(s, 0, k);
	if (amount)
		stmt_dec(s, 3, dec(amount));
	done(s);
}

static void values_come_back(void **state)
{
	struct db *d = open_db(place_of(state), "ledger", true, false);
	static const unsigned char bytes[] = { 0, 1, 0xff, '\'', '\\', 0 };
	struct dec got;
	struct stmt *s;

	run(d, table);
	s = prepare(d, insert);
	stmt_int(s, 0, INT64_MIN);
	stmt_text(s, 1, S("n'était « Ё »"));
	stmt_blob(s, 2, bytes, sizeof(bytes));
	stmt_dec(s, 3, dec("-999999999999999999999.999999"));
	done(s);
	s = prepare(d, insert);
	stmt_int(s, 0, INT64_MAX);
	stmt_text(s, 1, S(""));
	stmt_blob(s, 2, NULL, 0);
	done(s);

	s = prepare(d, "SELECT k, a, b, d, '?' FROM t WHERE k < ? ORDER BY k");
	stmt_int(s, 0, INT64_MAX);
	assert_true(step(s));
	assert_true(col_int(s, 0) == INT64_MIN);
	check_str(col_text(s, 1), S("n'était « Ё »"));
	assert_int_equal(col_blob(s, 2).n, sizeof(bytes));
	assert_memory_equal(col_blob(s, 2).p, bytes, sizeof(bytes));
	assert_true(col_dec(s, 3, &got));
	assert_int_equal(dec_cmp(got, dec("-999999999999999999999.999999")), 0);
	check_str(col_text(s, 4), S("?"));
	assert_false(step(s));

	s = prepare(d, "SELECT a, b, d FROM t WHERE k = ?");
	stmt_int(s, 0, INT64_MAX);
	assert_true(step(s));
	assert_false(col_null(s, 0));
	assert_int_equal(col_text(s, 0).n, 0);
	assert_false(col_null(s, 1));
	assert_int_equal(col_blob(s, 1).n, 0);
	assert_true(col_null(s, 2));
	assert_false(col_dec(s, 2, &got));
	db_close(d);
}

/* As numbers, not as texts; exactly. */
static void decimals_compare_and_add(void **state)
{
	static const char *const amounts[] = { "10",        "9.5",
					       "-0.000001", "100000000000000000000.1",
					       "0.2",       "10000.0001" };
	static const char *const sorted[] = { "-0.000001",  "0.2",
					      "9.5",        "10",
					      "10000.0001", "100000000000000000000.1" };
	struct db *d = open_db(place_of(state), "register", true, false);
	struct dec got;
	struct stmt *s;

	run(d, table);
	for (int i = 0; i < 6; i++)
		put(d, i, amounts[i]);
	put(d, 6, NULL);
	s = prepare(d, "SELECT d FROM t WHERE d IS NOT NULL ORDER BY d");
	for (int i = 0; i < 6; i++) {
		assert_true(step(s));
		assert_true(col_dec(s, 0, &got));
		assert_int_equal(dec_cmp(got, dec(sorted[i])), 0);
	}
	assert_false(step(s));
	s = prepare(d, "SELECT k FROM t WHERE d < ? AND d > ? ORDER BY k");
	stmt_dec(s, 0, dec("10.000000"));
	stmt_dec(s, 1, dec("0"));
	assert_true(step(s));
	assert_int_equal(col_int(s, 0), 1);
	assert_true(step(s));
	assert_int_equal(col_int(s, 0), 4);
	assert_false(step(s));
	s = prepare(d, "SELECT dec_sum(d), dec_add(min(d), max(d)) FROM t");
	assert_true(step(s));
	assert_true(col_dec(s, 0, &got));
	assert_int_equal(dec_cmp(got, dec("100000000000000010019.800099")), 0);
	assert_true(col_dec(s, 1, &got));
	assert_int_equal(dec_cmp(got, dec("100000000000000000000.099999")), 0);
	stmt_reset(s);
	s = prepare(d, "SELECT dec_sum(d) FROM t WHERE k > 100");
	assert_true(step(s));
	assert_true(col_null(s, 0));
	stmt_reset(s);
	db_close(d);
}

static void text_compares_as_bytes(void **state)
{
	static const char *const sorted[] = { "", "Z", "a", "é", "Ё", "ё" };
	struct db *d = open_db(place_of(state), "register", true, false);
	struct stmt *s;

	run(d, table);
	for (int i = 0; i < 6; i++) {
		s = prepare(d, insert);
		stmt_int(s, 0, i);
		stmt_text(s, 1, str_z(sorted[5 - i]));
		done(s);
	}
	s = prepare(d, "SELECT a FROM t ORDER BY a");
	for (int i = 0; i < 6; i++) {
		assert_true(step(s));
		check_str(col_text(s, 0), str_z(sorted[i]));
	}
	stmt_reset(s);
	db_close(d);
}

static void rollback_leaves_nothing(void **state)
{
	struct db *d = open_db(place_of(state), "ledger", true, false);
	struct err err;
	struct stmt *s;

	run(d, table);
	begin(d, true);
	put(d, 1, NULL);
	assert_int_equal(count(d), 1);
	db_rollback(d);
	assert_int_equal(count(d), 0);
	begin(d, true);
	put(d, 1, "1");
	commit(d);
	/* An error in the midst: nothing of the transaction stays, and the connection serves
	 * on. */
	begin(d, true);
	put(d, 2, NULL);
	s = prepare(d, insert);
	stmt_int(s, 0, 1);
	if (stmt_done(s, &err))
		assert_false(db_commit(d, &err));
	assert_int_equal(err.kind, ERR_BROKEN);
	db_rollback(d);
	assert_int_equal(count(d), 1);
	begin(d, true);
	s = prepare(d, "UPDATE t SET a = ? WHERE k = ?");
	stmt_text(s, 0, S("x"));
	stmt_int(s, 1, 1);
	done(s);
	assert_int_equal(stmt_changes(s), 1);
	s = prepare(d, "UPDATE t SET a = ? WHERE k = ?");
	stmt_text(s, 0, S("x"));
	stmt_int(s, 1, 99);
	done(s);
	assert_int_equal(stmt_changes(s), 0);
	commit(d);
	db_close(d);
}

/* A parameter that is NULL the first time, and of another kind later. */
static void parameters_may_change_kind(void **state)
{
	struct db *d = open_db(place_of(state), "ledger", true, false);
	struct stmt *s;

	run(d, table);
	put(d, 1, NULL);
	put(d, 2, "2.5");
	put(d, 3, NULL);
	s = prepare(d, "SELECT count(*) FROM t WHERE d = ?");
	stmt_dec(s, 0, dec("2.50"));
	assert_true(step(s));
	assert_int_equal(col_int(s, 0), 1);
	assert_false(step(s));
	db_close(d);
}

static void a_reader_sees_one_moment(void **state)
{
	struct place *p = place_of(state);
	struct db *w = open_db(p, "ledger", true, false), *r;
	struct err err;
	struct stmt *s;

	run(w, table);
	put(w, 1, NULL);
	r = open_db(p, "ledger", false, true);
	begin(r, false);
	assert_int_equal(count(r), 1);
	begin(w, true);
	put(w, 2, NULL);
	assert_int_equal(count(r), 1);
	commit(w);
	assert_int_equal(count(r), 1);
	s = prepare(r, "SELECT k FROM t ORDER BY k");
	assert_true(step(s)); /* left in the middle of its rows */
	db_rollback(r);
	assert_int_equal(count(r), 2);
	s = prepare(r, insert);
	stmt_int(s, 0, 3);
	assert_false(stmt_done(s, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	assert_int_equal(count(r), 2);
	db_close(r);
	db_close(w);
}

/* Run-time texts beyond what is kept, literals beside them, many in one transaction. */
static void many_statements(void **state)
{
	struct db *d = open_db(place_of(state), "register", true, false);
	char sql[96];
	struct err err;

	run(d, table);
	begin(d, true);
	for (int i = 0; i < 1000; i++) {
		struct stmt *s;

		snprintf(sql, sizeof(sql), "INSERT INTO t(k, a) VALUES(?, 'text %d')", i);
		s = db_prepare_text(d, str_z(sql), &err);
		check_ok(s != NULL, &err);
		stmt_int(s, 0, i);
		done(s);
		put(d, 1000 + i, "1.5");
	}
	commit(d);
	assert_int_equal(count(d), 2000);
	db_close(d);
}

static void a_wrong_place_is_told(void **state)
{
	struct place *p = place_of(state);
	struct db_plan plan = { .dir = p->dir, .url = p->url, .name = "ledger" };
	char url[160];
	struct err err;
	struct db *d;

	assert_false(db_open(&plan, &d, &err));
	assert_int_equal(err.kind, on_postgres(p) ? ERR_MISSING : ERR_UNREACHABLE);
	assert_null(d);
	plan.url = "mysql://x";
	assert_false(db_open(&plan, &d, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	if (!on_postgres(p))
		return;
	plan.create = true;
	postgres_url(url, "wrong", "postgres");
	plan.url = url;
	assert_false(db_open(&plan, &d, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	assert_non_null(strstr(err.message, "password"));
	plan.url = "postgresql://benkan@127.0.0.1:1/x";
	assert_false(db_open(&plan, &d, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	assert_non_null(strstr(err.message, "could not be reached"));
}

static void one_writer_a_database(void **state)
{
	struct place *p = place_of(state);
	struct db_plan plan = {
		.dir = p->dir, .url = p->url, .name = "ledger", .create = true, .lock = true
	};
	struct db *first, *second;
	struct err err;

	if (!on_postgres(p))
		return; /* there the folder's lock does it */
	check_ok(db_open(&plan, &first, &err), &err);
	assert_false(db_open(&plan, &second, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	db_close(first);
	check_ok(db_open(&plan, &second, &err), &err);
	db_close(second);
}

static void a_lost_server_is_told_and_found_again(void **state)
{
	struct place *p = place_of(state);
	struct err err;
	struct db *d;

	if (!on_postgres(p))
		return;
	d = open_db(p, "ledger", true, false);
	run(d, table);
	put(d, 1, NULL);
	begin(d, true);
	put(d, 2, NULL);
	postgres_run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
		     "application_name = 'benkan'");
	assert_false(db_commit(d, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	begin(d, false);
	assert_int_equal(count(d), 1);
	db_rollback(d);
	put(d, 2, NULL);
	assert_int_equal(count(d), 2);
	db_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(values_come_back),
		BOTH(decimals_compare_and_add),
		BOTH(text_compares_as_bytes),
		BOTH(rollback_leaves_nothing),
		BOTH(parameters_may_change_kind),
		BOTH(a_reader_sees_one_moment),
		BOTH(many_statements),
		BOTH(a_wrong_place_is_told),
		BOTH(one_writer_a_database),
		BOTH(a_lost_server_is_told_and_found_again),
	};

	return run_on_engines(tests);
}
