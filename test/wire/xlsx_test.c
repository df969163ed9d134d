#include "wire/xlsx.h"

#include "base/hash.h"
#include "unzip.h"
#include "wire/xml.h"

static struct buf file;

static bool into(void *ctx, struct str bytes, struct err *err)
{
	(void)ctx, (void)err;
	buf_add(&file, bytes);
	return true;
}
static const struct byte_sink sink = { into, NULL };

static bool refuse(void *ctx, struct str bytes, struct err *err)
{
	(void)ctx, (void)bytes;
	return err_set(err, ERR_UNREACHABLE, NULL, "the disk is full");
}

static void nothing(void *ctx, const struct xml_element *e)
{
	(void)ctx, (void)e;
}
static void no_text(void *ctx, struct str s)
{
	(void)ctx, (void)s;
}
static void no_end(void *ctx, uint64_t line)
{
	(void)ctx, (void)line;
}

static void check_xml(struct str s)
{
	const struct xml_sink to = { nothing, no_text, no_end, NULL };
	struct xml *x = xml_open(NULL, 0, &to);
	struct err err;

	check_ok(xml_feed(x, s, &err), &err);
	check_ok(xml_finish(x, &err), &err);
	xml_close(x);
}

/* A workbook of one row of these cells; its sheet, to be freed by p. */
static struct str sheet_of(const struct xlsx_cell *cells, size_t n)
{
	struct xlsx *x = xlsx_begin(&sink);
	struct err err;
	struct str s;

	buf_clear(&file);
	check_ok(xlsx_sheet(x, S("A"), false, &err), &err);
	check_ok(xlsx_row(x, cells, n, &err), &err);
	check_ok(xlsx_finish(x, &err), &err);
	xlsx_end(x);
	s = unzip(buf_str(&file), "xl/worksheets/sheet1.xml");
	assert_non_null(s.p);
	check_xml(s);
	return s;
}

static void check_cell(enum xlsx_kind kind, const char *text, unsigned places, const char *want)
{
	const struct xlsx_cell cell = { kind, str_z(text), places };
	struct str s = sheet_of(&cell, 1);

	if (str_find(s, str_z(want)) == s.n)
		print_error("not in %.*s\n", STR(s));
	assert_true(str_find(s, str_z(want)) < s.n);
	free((void *)(uintptr_t)s.p);
}

static void figures_keep_every_digit(void **state)
{
	(void)state;
	check_cell(XLSX_NUMBER, "9.95", 0, "<c r=\"A1\"><v>9.95</v></c>");
	check_cell(XLSX_NUMBER, "-0.1", 0, "<c r=\"A1\"><v>-0.1</v></c>");
	check_cell(XLSX_MONEY, "1250.00", 2, "<c r=\"A1\" s=\"6\"><v>1250.00</v></c>");
	check_cell(XLSX_MONEY, "655957", 0, "<c r=\"A1\" s=\"4\"><v>655957</v></c>");
	check_cell(XLSX_NUMBER, "123456789012345", 0, "<v>123456789012345</v>");
	/* One digit more than a double holds: text. */
	check_cell(XLSX_NUMBER, "1234567890123456", 0, ">1234567890123456</t>");
	check_cell(XLSX_MONEY, "-99999999999999.99", 2,
		   "<c r=\"A1\" s=\"3\" t=\"inlineStr\"><is><t "
		   "xml:space=\"preserve\">-99999999999999.99</t>");
	check_cell(XLSX_NUMBER, "1e9", 0, ">1e9</t>");
}

static void dates_are_days_of_the_1900_calendar(void **state)
{
	(void)state;
	check_cell(XLSX_DATE, "1970-01-01", 0, "<c r=\"A1\" s=\"2\"><v>25569</v></c>");
	check_cell(XLSX_DATE, "2026-03-01", 0, "<v>46082</v>");
	check_cell(XLSX_DATE, "1900-03-01", 0, "<v>61</v>");
	check_cell(XLSX_DATE, "1900-02-28", 0, ">1900-02-28</t>");
	check_cell(XLSX_DATE, "2026-02-30", 0, ">2026-02-30</t>");
	check_cell(XLSX_BOOL, "true", 0, "<c r=\"A1\" t=\"b\"><v>1</v></c>");
	check_cell(XLSX_BOOL, "false", 0, "t=\"b\"><v>0</v>");
}

static void text_is_text(void **state)
{
	struct str s;
	struct buf b;

	(void)state;
	check_cell(XLSX_TEXT, "a<b>&\"c\"", 0, ">a&lt;b&gt;&amp;&quot;c&quot;</t>");
	check_cell(XLSX_TEXT, "=1+1", 0, "<c r=\"A1\" s=\"3\" t=\"inlineStr\">");
	check_cell(XLSX_TEXT, "@x", 0, "s=\"3\"");
	check_cell(XLSX_TEXT, "été Ё 𝄞", 0, ">été Ё 𝄞</t>");
	check_cell(XLSX_TEXT, "_x0041_", 0, ">_x005F_x0041_</t>");
	check_cell(XLSX_TEXT, "_x004_", 0, ">_x004_</t>");
	check_cell(XLSX_TEXT,
		   "a\x01"
		   "b\r\n",
		   0,
		   ">a\xef\xbf\xbd"
		   "b_x000D_\n</t>");
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 40000; i++)
		buf_ch(&b, 'x');
	s = sheet_of(&(struct xlsx_cell){ XLSX_TEXT, buf_str(&b), 0 }, 1);
	assert_true(str_find(s, S("x…</t>")) < s.n);
	assert_true(s.n < 34000);
	free((void *)(uintptr_t)s.p);
	buf_done(&b);
}

static void columns_are_named_beyond_z(void **state)
{
	struct xlsx_cell cells[703] = { 0 };
	struct str s;

	(void)state;
	cells[25] = cells[26] = cells[701] = cells[702] =
		(struct xlsx_cell){ XLSX_NUMBER, S("1"), 0 };
	s = sheet_of(cells, 703);
	assert_true(str_find(s, S("<row r=\"1\"><c r=\"Z1\"><v>1</v></c><c r=\"AA1\"><v>1</v>"
				  "</c><c r=\"ZZ1\"><v>1</v></c><c r=\"AAA1\"><v>1</v></c>"
				  "</row>")) < s.n);
	free((void *)(uintptr_t)s.p);
}

static void sheets_have_names_of_their_own(void **state)
{
	struct xlsx *x = xlsx_begin(&sink);
	static const char *const parts[] = {
		"xl/styles.xml", "xl/workbook.xml",     "xl/_rels/workbook.xml.rels",
		"_rels/.rels",   "[Content_Types].xml", "xl/worksheets/sheet3.xml"
	};
	struct str s;
	struct err err;

	(void)state;
	buf_clear(&file);
	for (int i = 0; i < 3; i++)
		check_ok(xlsx_sheet(x, S("Très [long] et plus long que trente et un"), true,
				    &err),
			 &err);
	check_ok(xlsx_row(x, &(struct xlsx_cell){ XLSX_HEAD, S("h"), 0 }, 1, &err), &err);
	check_ok(xlsx_finish(x, &err), &err);
	xlsx_end(x);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		s = unzip(buf_str(&file), parts[i]);
		assert_non_null(s.p);
		check_xml(s);
		free((void *)(uintptr_t)s.p);
	}
	s = unzip(buf_str(&file), "xl/workbook.xml");
	assert_true(str_find(s, S("\"Très  long  et plus long que tr\"")) < s.n);
	assert_true(str_find(s, S("\"Très  long  et plus long que 2\"")) < s.n);
	assert_true(str_find(s, S("\"Très  long  et plus long que 3\"")) < s.n);
	free((void *)(uintptr_t)s.p);
}

static void the_same_is_the_same_bytes_and_failure_is_told(void **state)
{
	const struct byte_sink full = { refuse, NULL };
	struct xlsx *x = xlsx_begin(&full);
	struct hash one;
	struct err err;

	(void)state;
	free((void *)(uintptr_t)sheet_of(&(struct xlsx_cell){ XLSX_TEXT, S("x"), 0 }, 1).p);
	one = hash_of(buf_str(&file));
	free((void *)(uintptr_t)sheet_of(&(struct xlsx_cell){ XLSX_TEXT, S("x"), 0 }, 1).p);
	assert_memory_equal(one.b, hash_of(buf_str(&file)).b, HASH_SIZE);
	assert_false(xlsx_sheet(x, S("A"), true, &err) && xlsx_finish(x, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	xlsx_end(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_keep_every_digit),
		cmocka_unit_test(dates_are_days_of_the_1900_calendar),
		cmocka_unit_test(text_is_text),
		cmocka_unit_test(columns_are_named_beyond_z),
		cmocka_unit_test(sheets_have_names_of_their_own),
		cmocka_unit_test(the_same_is_the_same_bytes_and_failure_is_told),
	};

	buf_init(&file, 64 << 20);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
