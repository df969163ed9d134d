#include "exchange/table_cell_in.h"

#include "check.h"
#include "wire/csv.h"

/* Cells and rows as people write them: what can be read in one way is, all else is refused. */

static struct arena a;
static struct err err;

static void numbers_with_one_reading(void **state)
{
	static const struct {
		const char *typed, *want;
	} good[] = { { "1250.5", "1250.5" },     { "1250,5", "1250.5" },
		     { "1 250,50", "1250.50" },  { "1\u00a0250\u202f000", "1250000" },
		     { "1.250,50", "1250.50" },  { "1,250.50", "1250.50" },
		     { "1,250,000", "1250000" }, { "1.250.000", "1250000" },
		     { "1.250", "1.250" },       { "-0,5", "-0.5" },
		     { "\u22125", "-5" },        { "33,3 %", "33.3" },
		     { "1250,500", "1250.500" } };
	static const char *const refused[] = { "1,250",
					       "-12,345",
					       "1e9",
					       "N/A",
					       "",
					       "1,2,3",
					       "12,34.5",
					       "1.2.3",
					       "1,250.50.1",
					       "--1",
					       "0x10",
					       "1 250,50,1",
					       "9999999999999999999999" };
	struct str s;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		check_ok(cell_number(&a, str_z(good[i].typed), &s, &err), &err);
		assert_string_equal(arena_z(&a, s), good[i].want);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		assert_false(cell_number(&a, str_z(refused[i]), &s, &err));
		assert_int_equal(err.kind, ERR_INPUT);
	}
}

static void dates_with_one_reading(void **state)
{
	static const struct {
		const char *typed, *want;
	} good[] = { { "2026-03-01", "2026-03-01" }, { "1.3.2026", "2026-03-01" },
		     { "01.03.2026", "2026-03-01" }, { "31/03/2026", "2026-03-31" },
		     { "03/31/2026", "2026-03-31" }, { "4/4/2026", "2026-04-04" } };
	static const char *const refused[] = {
		"03/04/2026", "30.2.2026", "31/04/2026", "2026", "1.3.26", "0.1.2026",
		"32/13/2026", "",          "2026-3-1",   "1/3",  "46082",  "a.b.c"
	};
	struct str s;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		check_ok(cell_date(&a, str_z(good[i].typed), &s, &err), &err);
		assert_string_equal(arena_z(&a, s), good[i].want);
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		assert_false(cell_date(&a, str_z(refused[i]), &s, &err));
}

static void words_in_any_language(void **state)
{
	bool yes = false;

	(void)state;
	check_ok(cell_bool(S("ДА"), &yes, &err), &err);
	assert_true(yes);
	check_ok(cell_bool(S("Non"), &yes, &err), &err);
	assert_false(yes);
	assert_false(cell_bool(S("peut-être"), &yes, &err));
	assert_true(str_is(cell_code("TransactionType", S("décaissement")), "3"));
	assert_true(str_is(cell_code("TransactionType", S("3")), "3"));
	assert_true(str_is(cell_code("TransactionType", S("rien")), "rien"));
}

/* The rows as "cell|cell" lines. */
static struct str rows_of(const char *text)
{
	struct str cells[CSV_CELLS_MAX];
	struct csv_in in;
	struct buf b;
	size_t n;

	buf_init(&b, 1 << 20);
	check_ok(csv_open(&in, str_z(text), &err), &err);
	for (;;) {
		check_ok(csv_row(&in, &a, cells, &n, &err), &err);
		if (n == 0)
			return arena_buf(&a, &b);
		buf_u64(&b, in.line);
		buf_ch(&b, ':');
		for (size_t i = 0; i < n; i++) {
			buf_z(&b, i ? "|" : "");
			buf_add(&b, cells[i]);
		}
		buf_ch(&b, '\n');
	}
}

static void rows_as_programs_write_them(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "a,b\n1,2\n", "1:a|b\n2:1|2\n" },
		{ "\xef\xbb\xbf"
		  "a;b\r\n1,5;2\r\n",
		  "1:a|b\n2:1,5|2\n" },
		{ "a\tb\n\n\r\n1\t\n", "1:a|b\n4:1|\n" },
		{ "a,b\n\"x\ny\",\"q\"\"q\"\nlast,row", "1:a|b\n2:x\ny|q\"q\n4:last|row\n" },
		{ "\"a;b;c\",d\n", "1:a;b;c|d\n" },
		{ ",\n", "1:|\n" },
		{ "\"\"\n", "1:\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(arena_z(&a, rows_of(cases[i].text)), cases[i].want);
}

/* Doubled quotes are undone in memory of their own: a line has bounds. */
static void a_line_without_end(void **state)
{
	struct str cells[CSV_CELLS_MAX];
	struct csv_in in;
	struct arena small;
	struct buf b;
	size_t n;

	(void)state;
	buf_init(&b, 64 << 20);
	buf_lit(&b, "a,\"");
	while (b.n < 12 << 20)
		buf_lit(&b, "\"\"");
	buf_lit(&b, "\"\n");
	arena_init(&small, 16 << 20);
	check_ok(csv_open(&in, buf_str(&b), &err), &err);
	assert_false(csv_row(&in, &small, cells, &n, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	arena_done(&small);
	buf_done(&b);
}

static void rows_that_break_off(void **state)
{
	static const char *const refused[] = { "\"a", "\"a\"b,c\n", "\"a\"\"" };
	struct str cells[CSV_CELLS_MAX];
	struct csv_in in;
	struct buf wide;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		check_ok(csv_open(&in, str_z(refused[i]), &err), &err);
		assert_false(csv_row(&in, &a, cells, &n, &err));
		assert_int_equal(err.kind, ERR_INPUT);
	}
	assert_false(csv_open(&in, S("a\xff"), &err));
	assert_false(csv_open(&in, S("a\0b"), &err));
	buf_init(&wide, 2000000);
	for (int i = 0; i < 1000000; i++)
		buf_ch(&wide, ',');
	check_ok(csv_open(&in, buf_str(&wide), &err), &err);
	assert_false(csv_row(&in, &a, cells, &n, &err));
	buf_done(&wide);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_with_one_reading),
		cmocka_unit_test(dates_with_one_reading),
		cmocka_unit_test(words_in_any_language),
		cmocka_unit_test(rows_as_programs_write_them),
		cmocka_unit_test(rows_that_break_off),
		cmocka_unit_test(a_line_without_end),
	};

	arena_init(&a, 64 << 20);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
