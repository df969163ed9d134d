/* The index of words on SQLite, beside a table of bits that says the same. */
#include "engines.h"

#include "store/rid.h"
#include "store/word_index.h"

enum { TERMS = 60, ROWS = 90 };

struct bench {
	struct db *db;
	bool has[TERMS][ROWS];
	char term[TERMS][24];
	unsigned seed;
};

static unsigned dice(struct bench *b, unsigned sides)
{
	b->seed = b->seed * 1664525 + 1013904223;
	return (b->seed >> 8) % sides;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(a, b);
}

static const char schema[] = "CREATE TABLE r_term (segment INTEGER, first BLOB, block BLOB);"
			     "CREATE UNIQUE INDEX r_term_first ON r_term (segment, first);";

static struct bench *bench_make(const struct place *p, unsigned seed)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct db_plan plan = {
		.dir = p->dir, .url = "sqlite", .name = "register", .create = true
	};
	struct err err;

	b->seed = seed;
	check_ok(db_open(&plan, &b->db, &err), &err);
	check_ok(db_run(b->db, schema, &err), &err);
	for (int i = 0; i < TERMS; i++)
		snprintf(b->term[i], sizeof(b->term[i]), i % 3 ? "%s%02d" : "%s%02d-long-terms",
			 i % 2 ? "a" : "слово", i);
	qsort(b->term, TERMS, sizeof(b->term[0]), by_bytes);
	return b;
}

static void bench_close(struct bench *b)
{
	db_close(b->db);
	free(b);
}

static int64_t rid_of(int row)
{
	return (int64_t)(row * row + 1) << RID_SEQ | (row / 40 * 513 + 1);
}

/* Rows that come, and rows that go: one segment, in which only what changes is said. */
static void settle(struct bench *b)
{
	struct segment s;
	struct err err;
	bool ok = segment_begin(&s, b->db, &err);

	check_ok(ok, &err);
	for (int i = 0; i < TERMS; i++) {
		struct postings rows = { 0 };

		for (int k = 0; k < ROWS; k++)
			if (dice(b, 12) == 0) {
				b->has[i][k] = !b->has[i][k];
				postings_add(&rows, (uint64_t)rid_of(k) << 1 | !b->has[i][k]);
			}
		if (rows.n)
			check_ok(segment_put(&s, str_z(b->term[i]), &rows, &err), &err);
		postings_done(&rows);
	}
	check_ok(segment_end(&s, true, &err), &err);
}

/* "3 17 ", the rows for which `is` says so. */
typedef bool is_fn(const struct bench *b, int row);

static void asks(const struct bench *b, const char *question, is_fn *is)
{
	struct postings got = { 0 };
	struct err err;
	size_t n = 0;

	check_ok(words_ask(b->db, str_z(question), &got, &err), &err);
	for (int k = 0; k < ROWS; k++)
		if (is(b, k)) {
			assert_true(n < got.n);
			assert_int_equal(posting_rid(got.p[n]), rid_of(k));
			n++;
		}
	assert_int_equal(n, got.n);
	postings_done(&got);
}

static bool any(const struct bench *b, int row, const char *beginning)
{
	bool is = false;

	for (int i = 0; i < TERMS; i++)
		is = is ||
		     (b->has[i][row] && strncmp(b->term[i], beginning, strlen(beginning)) == 0);
	return is;
}

static bool is_first(const struct bench *b, int row)
{
	return b->has[0][row];
}

static bool is_none(const struct bench *b, int row)
{
	return (void)b, row < 0;
}

static bool is_third_or_last(const struct bench *b, int row)
{
	return b->has[2][row] || b->has[TERMS - 1][row];
}

static bool is_both(const struct bench *b, int row)
{
	return is_first(b, row) && is_third_or_last(b, row);
}

static bool is_beginning(const struct bench *b, int row)
{
	return any(b, row, "a1");
}

static bool is_all(const struct bench *b, int row)
{
	return is_first(b, row) && any(b, row, "слово4") && any(b, row, "a");
}

struct counted {
	const struct bench *b;
	int at;
};

static bool count(void *ctx, struct str term, const struct postings *rows)
{
	struct counted *c = ctx;
	size_t n = 0;

	for (; n == 0; c->at++) { /* terms that no row has are not there */
		assert_true(c->at < TERMS);
		for (int k = 0; k < ROWS; k++)
			n += c->b->has[c->at][k];
	}
	check_str(term, str_z(c->b->term[c->at - 1]));
	assert_int_equal(rows->n, n);
	return true;
}

static void check_all(const struct bench *b)
{
	char question[200];
	struct counted c = { .b = b };
	struct err err;

	asks(b, "", is_none);
	asks(b, "\n", is_none);
	asks(b, "nowhere", is_none);
	asks(b, "zz*", is_none);
	asks(b, "a1*", is_beginning);
	snprintf(question, sizeof(question), "%s\nnowhere", b->term[1]);
	asks(b, question, is_none);
	check_ok(words_each(b->db, S(""), false, count, &c, &err), &err);
}

static void answers_are_those_of_a_table(void **state)
{
	struct bench *b = bench_make(place_of(state), 1);
	char question[200];

	check_all(b);
	for (int round = 0; round < 150; round++) {
		struct err err;

		settle(b);
		if (round % 10 && round > 20)
			continue;
		check_all(b);
		asks(b, b->term[0], is_first);
		snprintf(question, sizeof(question), "%s %s", b->term[TERMS - 1], b->term[2]);
		asks(b, question, is_third_or_last);
		snprintf(question, sizeof(question), "%s\n%s %s", b->term[0], b->term[2],
			 b->term[TERMS - 1]);
		asks(b, question, is_both);
		snprintf(question, sizeof(question), "a*\n%s\nслово4*", b->term[0]);
		asks(b, question, is_all);
		if (round == 70)
			check_ok(words_merge(b->db, &err), &err);
	}
	bench_close(b);
}

static int64_t number(const struct bench *b, const char *sql)
{
	struct err err;
	struct stmt *s = db_prepare(b->db, sql, &err);
	int64_t n;
	bool row;

	check_ok(s != NULL, &err);
	check_ok(stmt_step(s, &row, &err), &err);
	assert_true(row);
	n = col_int(s, 0);
	stmt_reset(s);
	return n;
}

/* No row has the term any more. */
static void forget(struct bench *b, int term)
{
	struct postings rows = { 0 };
	struct segment s;
	struct err err;

	for (int k = 0; k < ROWS; k++) {
		b->has[term][k] = false;
		postings_add(&rows, (uint64_t)rid_of(k) << 1 | 1);
	}
	check_ok(segment_begin(&s, b->db, &err), &err);
	check_ok(segment_put(&s, str_z(b->term[term]), &rows, &err), &err);
	check_ok(segment_end(&s, true, &err), &err);
	postings_done(&rows);
}

/* Not many segments, whatever comes; and one after the merge, without what went. */
static void segments_are_merged(void **state)
{
	struct bench *b = bench_make(place_of(state), 2);
	struct err err;

	for (int i = 0; i < 600; i++) {
		settle(b);
		if (i % 50 == 0)
			assert_true(number(b, "SELECT count(DISTINCT segment) FROM r_term") <=
				    8 * 4);
	}
	forget(b, TERMS - 1);
	snprintf(b->term[TERMS - 1], sizeof(b->term[0]), "я-forgotten");
	settle(b);
	assert_true(number(b, "SELECT count(*) FROM r_term WHERE instr(block, "
			      "CAST('forgotten' AS BLOB))") > 0);
	forget(b, TERMS - 1);
	check_ok(words_merge(b->db, &err), &err);
	assert_int_equal(number(b, "SELECT count(DISTINCT segment) FROM r_term"), 1);
	assert_int_equal(number(b, "SELECT count(*) FROM r_term WHERE instr(block, "
				   "CAST('forgotten' AS BLOB))"),
			 0);
	check_ok(words_merge(b->db, &err), &err);
	check_all(b);
	bench_close(b);
}

/* In SQL it is a table: both orders, beside other conditions, and for several questions. */
static void it_is_asked_in_sql(void **state)
{
	struct bench *b = bench_make(place_of(state), 3);

	settle(b);
	settle(b);
	assert_true(number(b, "SELECT count(*) FROM r_search('a*')") > 0);
	assert_int_equal(number(b, "SELECT rid FROM r_search('a*') ORDER BY rid LIMIT 1"),
			 number(b, "SELECT min(rid) FROM r_search('a*')"));
	assert_int_equal(number(b, "SELECT rid FROM r_search('a*') ORDER BY rid DESC LIMIT 1"),
			 number(b, "SELECT max(rid) FROM r_search('a*')"));
	assert_int_equal(
		number(b, "SELECT count(*) FROM r_search('a*') WHERE rid & 1 = 0") +
			number(b, "SELECT count(*) FROM r_search('a*') WHERE rid & 1 = 1"),
		number(b, "SELECT count(*) FROM r_search('a*')"));
	assert_int_equal(number(b,
				"WITH q (w) AS (VALUES ('a01*'), ('a02*'), (NULL), ('a03*')) "
				"SELECT count(*) FROM q, r_search(q.w)"),
			 number(b, "SELECT (SELECT count(*) FROM r_search('a01*')) + "
				   "(SELECT count(*) FROM r_search('a02*')) + "
				   "(SELECT count(*) FROM r_search('a03*'))"));
	bench_close(b);
}

/* Bytes that are no segment are an error, never an answer out of bounds. */
static void hurt_blocks_are_seen(void **state)
{
	struct bench *b = bench_make(place_of(state), 4);
	struct err err;
	int bad = 0;

	settle(b);
	for (int i = 0; i < 400; i++) {
		struct postings got = { 0 };
		struct stmt *s;

		check_ok(db_begin(b->db, true, &err), &err);
		s = db_prepare(b->db,
			       i % 2 ? "UPDATE r_term SET block = substr(block, 1, ?)"
				     : "UPDATE r_term SET block = CAST(substr(block, 1, ?) || "
				       "randomblob(2) || substr(block, 40) AS BLOB)",
			       &err);
		check_ok(s != NULL, &err);
		stmt_int(s, 0, i / 2);
		check_ok(stmt_done(s, &err), &err);
		bad += !words_ask(b->db, S("a* слово*\na1*"), &got, &err);
		db_rollback(b->db);
		postings_done(&got);
	}
	assert_true(bad > 100);
	bench_close(b);
}

/* The rows of a list that did not go; false when it is none. */
static bool rows_of(struct postings *out, struct str text)
{
	struct posting_walk walk, *walks[] = { &walk };

	return postings_walk(&walk, text) && postings_gather(out, walks, 1);
}

static void lists_are_read_as_written(void **state)
{
	static const int64_t steps[] = {
		0, 1, 31, 32, 127, 1 << 14, 1 << 20, INT64_C(1) << 34
	};
	struct postings in = { 0 }, stay = { 0 }, out = { 0 };
	struct posting_walk walk, *walks[] = { &walk };
	struct buf text, again;
	int64_t count = 0;

	(void)state;
	buf_init(&text, 1 << 20);
	buf_init(&again, 1 << 20);
	for (int i = 0; i < 400; i++) {
		uint64_t row;

		count += steps[i % 8] + (i % 8 == 0);
		row = (uint64_t)(count << RID_SEQ | (i / 3 * 7 & RID_SHAPE));
		postings_add(&in, row << 1 | (i % 5 == 0));
		if (i % 5)
			postings_add(&stay, row << 1);
	}
	postings_write(&text, &in);
	assert_true(rows_of(&out, buf_str(&text)));
	assert_int_equal(out.n, stay.n);
	assert_memory_equal(out.p, stay.p, stay.n * sizeof(*stay.p));
	assert_true(postings_walk(&walk, buf_str(&text)));
	assert_true(postings_merge(&again, walks, 1, false));
	check_str(buf_str(&again), buf_str(&text));
	assert_true(rows_of(&out, S("")));
	assert_int_equal(out.n, 0);
	/* a number without an end, a shape by half, the same row twice, a row beyond all */
	assert_false(rows_of(&out, S("\x84")));
	assert_false(rows_of(&out, S("\x06\x01")));
	assert_true(rows_of(&out, S("\x06\x01\x02")));
	assert_false(rows_of(&out, S("\x06\x01\x02\x00")));
	assert_false(rows_of(&out, S("\xfc\xff\xff\xff\xff\xff\xff\xff\xff\x01")));
	assert_false(rows_of(&out, S("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")));
	buf_done(&text);
	buf_done(&again);
	postings_done(&in);
	postings_done(&stay);
	postings_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON(answers_are_those_of_a_table, sqlite),
		ON(segments_are_merged, sqlite),
		ON(it_is_asked_in_sql, sqlite),
		ON(hurt_blocks_are_seen, sqlite),
		cmocka_unit_test(lists_are_read_as_written),
	};

	return run_on_engines(tests);
}
