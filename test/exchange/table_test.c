#include "exchange/table.h"

#include "register/nodes.h"
#include "store/engines.h"
#include "wire/unzip.h"

/* Tables of a register with letters, a project and its sectors, on both engines. */

enum { LETTERS = 1203 };

static struct nodes t;
static struct view *v;
static struct buf out;
static struct err err;

static bool into(void *ctx, struct str bytes, struct err *e)
{
	(void)ctx, (void)e;
	buf_add(&out, bytes);
	return true;
}
static const struct byte_sink sink = { into, NULL };

static void put_letters(void)
{
	struct draft *d = arena_array(&t.a, struct draft, LETTERS);
	struct act_result *r = arena_array(&t.a, struct act_result, LETTERS);
	char text[400];

	for (int i = 0; i < LETTERS; i++) {
		snprintf(text, sizeof(text),
			 "{\"type\":\"record.put\",\"kind\":\"letter\",\"data\":{\"number\":"
			 "\"N-%d\",\"direction\":\"out\",\"subject\":{\"fr\":\"Lettre\"},"
			 "\"date\":\"2026-01-%02d\"}}",
			 i, i % 28 + 1);
		d[i] = (struct draft){ .json = arena_str(&t.a, str_z(text)),
				       .actor = S("sec-1") };
	}
	register_batch(t.ml, &t.a, d, LETTERS, r);
	for (int i = 0; i < LETTERS; i++)
		assert_true(r[i].done);
}

static const char shown[] =
	"{\"type\":\"record.put\",\"kind\":\"project\","
	"\"id\":\"01985000-0007-7000-8000-000000000001\",\"data\":{\"title\":"
	"{\"fr\":\"=1+1, \\\"x\\\"\",\"de\":\"Anders\"},\"status\":\"2\",\"field\":\"energy\","
	"\"cost\":{\"amount\":\"1250.5\",\"currency\":\"RUB\"},"
	"\"sectors\":[{\"sector\":\"23210\",\"percentage\":\"33.3\"},"
	"{\"sector\":\"31150\",\"percentage\":\"66.7\"}]}}";

static void begin(struct place *p)
{
	buf_init(&out, 64 << 20);
	nodes_up_on(&t, p->url, "sqlite");
	put_letters();
	good(&t, t.ml, shown);
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"letter\",\"visibility\":\"parties\",\"data\":"
	     "{\"number\":\"SECRET\",\"direction\":\"in\",\"subject\":{\"fr\":\"s\"},"
	     "\"date\":\"2026-02-01\"}}");
	v = reading(t.ml);
}

static void end(void)
{
	view_end(v);
	view_close(v);
	nodes_down(&t);
	buf_done(&out);
}

static struct str export(const char *format, const char *table, enum audience who)
{
	static const struct str languages[] = { { "fr", 2 }, { "ru", 2 } };
	struct table_plan plan = { .view = v,
				   .who = who,
				   .lang = LANG_FR,
				   .languages = languages,
				   .language_count = 2,
				   .to = &sink };

	buf_clear(&out);
	check_ok(table_named(str_z(table), &plan, &err), &err);
	check_ok(table_format_named(str_z(format))->write(&plan, &err), &err);
	return buf_str(&out);
}

static size_t count_of(struct str s, const char *what)
{
	size_t n = 0, at;

	while (at = str_find(s, str_z(what)), at < s.n) {
		n++;
		s = str_from(s, at + 1);
	}
	return n;
}

static void csv_has_every_row_once_and_no_other(void **state)
{
	struct str s;
	char number[32];

	begin(place_of(state));
	s = export("csv", "letter", AUDIENCE_PUBLIC);
	assert_int_equal(count_of(s, "\r\n"), LETTERS + 1);
	assert_true(str_starts(s, S("\xef\xbb\xbfid,")));
	for (int i = 0; i < LETTERS; i += 7) {
		snprintf(number, sizeof(number), ",N-%d,", i);
		assert_int_equal(count_of(s, number), 1);
	}
	assert_int_equal(count_of(s, "SECRET"), 0);
	s = export("csv", "letter", AUDIENCE_PARTIES);
	assert_int_equal(count_of(s, "SECRET"), 1);
	s = export("jsonl", "letter", AUDIENCE_PUBLIC);
	assert_int_equal(count_of(s, "\n"), LETTERS);
	s = export("json", "letter", AUDIENCE_PUBLIC);
	{
		struct json *j;

		check_ok(json_parse(&t.a, s, &j, &err), &err);
		assert_int_equal(j->count, LETTERS);
	}
	assert_string_equal(arena_z(&t.a, export("json", "cohort", AUDIENCE_PUBLIC)), "[]\n");
	assert_int_equal(export("jsonl", "cohort", AUDIENCE_PUBLIC).n, 0);
	end();
}

static void check_in(struct str s, const char *want)
{
	if (str_find(s, str_z(want)) == s.n)
		print_error("not in %.*s\n", STR(s));
	assert_true(str_find(s, str_z(want)) < s.n);
}

static void a_row_is_exact_and_harmless(void **state)
{
	struct str s;

	begin(place_of(state));
	s = export("csv", "project", AUDIENCE_PUBLIC);
	check_in(s, "\xef\xbb\xbfid,state,title.fr,title.ru,identifier,status,status.name,");
	check_in(s, "\r\njoint/01985000-0007-7000-8000-000000000001,proposed,"
		    "\"'=1+1, \"\"x\"\"\",,,2,Mise en œuvre,");
	check_in(s, ",1250.50,RUB,,2,false,");
	check_in(s, ",\"{\"\"title\"\":{\"\"de\"\":\"\"Anders\"\"}}\"\r\n");
	s = export("csv", "project.sectors", AUDIENCE_PUBLIC);
	check_in(s, "\xef\xbb\xbfid,place,sector,sector.name,percentage,ledger,entry,time,");
	check_in(s, "000001,1,23210,");
	check_in(s, ",33.3,ml,");
	check_in(s, "000001,2,31150,");
	s = export("jsonl", "project.sectors", AUDIENCE_PUBLIC);
	check_in(s, "\"place\":2,\"state\":\"proposed\"");
	check_in(s, "\"sectors\":{\"sector\":\"31150\",\"percentage\":\"66.7\"}}");
	end();
}

static void a_workbook_has_the_parts_in_sheets(void **state)
{
	static const struct {
		const char *member, *has;
	} want[] = {
		{ "xl/workbook.xml", "name=\"Projets\" sheetId=\"1\"" },
		{ "xl/workbook.xml", "name=\"Secteurs\" sheetId=\"3\"" },
		{ "xl/worksheets/sheet1.xml", ">=1+1, &quot;x&quot;</t>" },
		{ "xl/worksheets/sheet1.xml", "s=\"6\"><v>1250.50</v>" },
		{ "xl/worksheets/sheet1.xml", "<autoFilter ref=\"A1:" },
		{ "xl/worksheets/sheet3.xml", "<v>33.3</v>" },
		{ "xl/worksheets/sheet9.xml", "creativecommons.org" },
		{ "xl/worksheets/sheet9.xml", ">cost.amount</t>" },
	};
	struct str zip;

	begin(place_of(state));
	zip = export("xlsx", "project", AUDIENCE_PUBLIC);
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		struct str s = unzip(zip, want[i].member);

		assert_non_null(s.p);
		check_in(s, want[i].has);
		free((void *)(uintptr_t)s.p);
	}
	end();
}

/* Every table there is: names that stand once, headings, and a file that can be written. */
static void every_table_can_be_written(void **state)
{
	begin(place_of(state));
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++) {
		struct str s;

		if (r->part)
			continue;
		s = export("csv", r->name, AUDIENCE_NATIONAL);
		assert_true(str_starts(s, S("\xef\xbb\xbfid,")));
		for
			each_field(f, r)
			{
				char name[100];

				if (f->kind != PARTS)
					continue;
				snprintf(name, sizeof(name), "%s.%s", r->name, f->name);
				assert_true(export("csv", name, AUDIENCE_NATIONAL).n > 0);
			}
		assert_true(export("xlsx", r->name, AUDIENCE_NATIONAL).n > 0);
	}
	end();
}

static void columns_have_names_of_their_own(void **state)
{
	static const struct str languages[] = { { "fr", 2 }, { "ru", 2 }, { "en", 2 } };
	struct arena a;

	(void)state;
	arena_init(&a, 64 << 20);
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++) {
		struct table_plan plan = { .record = r,
					   .lang = LANG_RU,
					   .languages = languages,
					   .language_count = 3 };
		struct column *c;
		size_t n;

		if (r->part)
			continue;
		c = table_columns(&a, &plan, &n);
		for (size_t i = 0; i < n; i++) {
			assert_true(c[i].heading.n > 0);
			for (size_t k = 0; k < i; k++)
				assert_false(str_eq(c[i].name, c[k].name));
		}
	}
	arena_done(&a);
}

static void unknown_tables_are_refused(void **state)
{
	static const char *const names[] = {
		"",         "projects",         "project.", "project.title", "project_sector",
		".sectors", "project.sectors.x"
	};
	struct table_plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_false(table_named(str_z(names[i]), &plan, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		assert_string_equal(err.field, "kind");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(csv_has_every_row_once_and_no_other),
		BOTH(a_row_is_exact_and_harmless),
		BOTH(a_workbook_has_the_parts_in_sheets),
		BOTH(every_table_can_be_written),
		cmocka_unit_test(columns_have_names_of_their_own),
		cmocka_unit_test(unknown_tables_are_refused),
	};

	return run_on_engines(tests);
}
