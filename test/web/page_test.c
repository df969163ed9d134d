#include "golden.h"
#include "register.h"

static void pages_are_golden(void **state)
{
	static const struct {
		const char *address, *name;
	} pages[] = {
		{ "/fr/", "home.fr.html" },
		{ "/ru/", "home.ru.html" },
		{ "/fr/projects", "projects.fr.html" },
		{ "/ru/transactions?project=joint/" ID(2, 1) "&sort=-value",
		  "transactions.ru.html" },
		{ "/fr/project/joint/" ID(2, 1), "project.fr.html" },
		{ "/ru/project/joint/" ID(2, 1), "project.ru.html" },
		{ "/en/organisation/ml/" ID(1, 1), "organisation.en.html" },
		{ "/fr/transaction/ml/" ID(3, 2) "/history", "history.fr.html" },
		{ "/fr/entry/ml/2", "entry.fr.html" },
		{ "/fr/search?q=centrales", "search.fr.html" },
		{ "/fr/money", "money.fr.html" },
		{ "/fr/calendar", "calendar.fr.html" },
		{ "/fr/verify", "verify.fr.html" },
		{ "/ru/verify", "verify.ru.html" },
	};
	bool same = true;

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
		struct raw_answer r = get(pages[i].address, "");

		assert_int_equal(r.status, 200);
		same &= golden(pages[i].name, main_of(r));
	}
	assert_true(same);
}

static void every_page_is_whole(void **state)
{
	static const char *const addresses[] = { "/",         "/search", "/verify",
						 "/calendar", "/money",  "/results" };

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++)
		for (int l = 0; l < LANG_COUNT; l++) {
			char at[100];
			struct raw_answer r;

			snprintf(at, sizeof(at), "/%s%s", lang_codes[l], addresses[i]);
			r = get(at, "");
			assert_int_equal(r.status, 200);
			check_says(r.body, "<h1>");
			check_says(r.body, "</main>");
		}
	/* the list of every record type, and its form for those who write */
	for (const struct record *r = records + 1; r < records + RECORD_COUNT; r++) {
		char at[100];

		if (r->part)
			continue;
		snprintf(at, sizeof(at), "/ru/%s", record_slug(r));
		assert_int_equal(get(at, "").status, 200);
		snprintf(at, sizeof(at), "/en/%s", r->name);
		assert_int_equal(get(at, "").status, 200);
	}
}

static void a_text_shows_its_language(void **state)
{
	struct str page = main_of(get("/fr/project/joint/" ID(2, 2), ""));

	(void)state;
	check_says(page, "<span lang=\"ru\">Только по-русски</span>");
	page = main_of(get("/ru/project/joint/" ID(2, 1), ""));
	check_says(page,
		   "<div class=text lang=\"ru\" data-lang=\"Русский\">Солнечная "
		   "электростанция</div>"
		   "<div class=text lang=\"fr\" data-lang=\"Français\">Centrale solaire</div>");
}

static void lists_filter_sort_and_say_so(void **state)
{
	struct str page = main_of(get("/fr/transactions?type=3&date.from=2026-01-20", ""));

	(void)state;
	check_says(page, "<strong>1 fiche</strong>");
	check_says(page, "Date\u00a0: 20 janvier 2026 – …");
	check_says(page, "href=\"?date.from=2026-01-20\"><span class=hide>");
	check_says(page, "100\u202f500,55");
	assert_false(says(page, "400\u202f000"));
	page = main_of(get("/fr/transactions?sort=value", ""));
	check_says(page, "aria-sort=\"ascending\"><a href=\"?sort=-value\">");
	page = main_of(get("/fr/transactions?sort=nonsense&unknown=1&page=0", ""));
	check_says(page, "<strong>3 fiches</strong>");
	page = main_of(get("/fr/transactions?party=ru&type=3", ""));
	check_says(page, "class=box");
	assert_int_equal(get("/fr/transactions?date=yesterday", "").status, 400);
	assert_int_equal(get("/fr/transactions?page=99999999999", "").status, 200);
	page = main_of(get("/fr/transactions?page=7", ""));
	check_says(page, "rel=\"prev\"");
}

/* Texts that try to be markup, to turn the line around, or to fill the page. */
static void hostile_texts_stay_texts(void **state)
{
	static const char id[] = ID(9, 1);
	struct buf draft;
	struct str page;

	(void)state;
	buf_init(&draft, 1 << 16);
	buf_lit(&draft, "{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":\"");
	buf_z(&draft, id);
	buf_lit(&draft,
		"\",\"data\":{\"name\":{\"fr\":\"<script>alert(1)</"
		"script>&\\\"'\\u202egnirts\\u2066 "
		"👩‍👩‍👧‍👦\"},\"type\":\"10\",\"acronym\":\"<b>\",\"about\":{"
		"\"fr\":\"");
	for (int i = 0; i < 3900; i++)
		buf_ch(&draft, 'W');
	buf_lit(&draft, "\"}}}");
	buf_ch(&draft, '\0');
	good(&t, t.ml, draft.p);
	for (int i = 0; i < 5; i++) {
		static const char *const at[] = { "/fr/organisation/ml/" ID(9, 1),
						  "/fr/partners", "/fr/", "/fr/search?q=alert",
						  "/fr/organisation/ml/" ID(9, 1) "/history" };

		page = get(at[i], "").body;
		assert_false(says(page, "<script"));
		assert_false(says(page, "<b>\""));
		assert_false(says(page, "\"onmouseover"));
		assert_false(says(page, "\u202e"));
		assert_false(says(page, "\u2066"));
		check_says(page, "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;gnirts "
				 "👩‍👩‍👧‍👦");
	}
	page = get("/fr/search?q=%3Cscript%3E%22%3E", "").body;
	assert_false(says(page, "<script"));
	check_says(page, "value=\"&lt;script&gt;&quot;&gt;\"");
	page = get("/fr/projects?q=%22%3E%3Cscript%3E&status=%3Cscript%3E&sort=%3Cscript%3E",
		   "")
		       .body;
	assert_false(says(page, "<script"));
	page = get("/fr/projects?%22%3E%3Cscript%3E=%22%3E%3Cscript%3E", "").body;
	assert_false(says(page, "<script"));
	good(&t, t.ml,
	     "{\"type\":\"record.end\",\"kind\":\"organisation\",\"id\":\"" ID(
		     9, 1) "\",\"reason\":\"<script>\"}");
	page = get("/fr/organisation/ml/" ID(9, 1) "/history", "").body;
	assert_false(says(page, "<script"));
	check_says(page, "&lt;script&gt;");
	buf_done(&draft);
}

static void ended_records_leave_the_list(void **state)
{
	(void)state;
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":\"" ID(
		     9, 2) "\",\"data\":" ORGANISATION("Office clos") "}");
	check_says(main_of(get("/fr/partners", "")), "Office clos");
	good(&t, t.ml,
	     "{\"type\":\"record.end\",\"kind\":\"organisation\",\"id\":\"" ID(
		     9, 2) "\",\"reason\":\"fusion\"}");
	assert_false(says(main_of(get("/fr/partners", "")), "Office clos"));
	check_says(main_of(get("/fr/partners?ended=1", "")), "<a class=ended href=");
	check_says(main_of(get("/fr/organisation/ml/" ID(9, 2), "")), "<h1 class=ended>");
}

static void sealed_records_are_not_there(void **state)
{
	struct str page;

	(void)state;
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"contact\",\"id\":\"" ID(
		     9, 3) "\",\"data\":{\"name\":\"Awa Secrète\"}}");
	assert_int_equal(get("/fr/contact/ml/" ID(9, 3), "").status, 404);
	assert_int_equal(get("/fr/contact/ml/" ID(9, 3) "/history", "").status, 404);
	page = get("/fr/contacts", "").body;
	assert_false(says(page, "Secrète"));
	page = get("/fr/", "").body;
	assert_false(says(page, "Secrète"));
	assert_false(says(get("/fr/search?q=secrete", "").body, "Secrète"));
}

static void what_is_missing_says_so(void **state)
{
	(void)state;
	assert_int_equal(get("/fr/project/joint/nonsense", "").status, 404);
	assert_int_equal(get("/fr/project/ml/" ID(2, 1), "").status, 404);
	assert_int_equal(get("/fr/source", "").status, 404);
	assert_int_equal(get("/fr/entry/ml/99999", "").status, 404);
	assert_int_equal(get("/fr/entry/xx/1", "").status, 404);
	assert_int_equal(get("/fr/entry/ml/-1", "").status, 404);
}

/* INTERFACES.md and a slow line: page and style in a few kilobytes. */
static void pages_are_small(void **state)
{
	struct str home = get("/fr/", "").body;
	struct str css = between(home, "<link rel=stylesheet href=\"", "\"");

	(void)state;
	assert_true(get(arena_z(&t.a, css), "").body.n <= 15 << 10);
	assert_true(get(arena_z(&t.a, css), "Accept-Encoding: gzip\r\n").body.n <= 5 << 10);
	assert_true(get("/ru/", "Accept-Encoding: gzip\r\n").body.n <= 8 << 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_golden),
		cmocka_unit_test(every_page_is_whole),
		cmocka_unit_test(a_text_shows_its_language),
		cmocka_unit_test(lists_filter_sort_and_say_so),
		cmocka_unit_test(hostile_texts_stay_texts),
		cmocka_unit_test(ended_records_leave_the_list),
		cmocka_unit_test(sealed_records_are_not_there),
		cmocka_unit_test(what_is_missing_says_so),
		cmocka_unit_test(pages_are_small),
	};

	return cmocka_run_group_tests(tests, small_register_up, small_register_down);
}
