#include "commission.h"

/* Papers from the pages: their forms, their names, who may read what in them. */

static const char *reader;

#define SECRET "Le fournisseur demande un acompte"

static int up(void **state)
{
	int done = commission_up(state);

	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"decision_report\",\"id\":\"" CID(
		     4, 9) "\",\"visibility\":\"national\",\"data\":{\"decision\":"
			   "\"joint/" CID(3, 2) "\",\"date\":\"2026-03-01\",\"status\":"
						"\"under-way\"," BOTH(
							"narrative", SECRET,
							"Поставщик просит аванс") "}}");
	account("lec", ROLE_READER);
	reader = cookie_of("lec");
	return done;
}

static const struct {
	const char *name, *media, *begins;
} forms[] = {
	{ "pdf", "application/pdf", "%PDF-1." },
	{ "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	  "PK\x03\x04" },
	{ "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	  "PK\x03\x04" },
	{ "html", "text/html; charset=utf-8", "<!DOCTYPE html>" },
};

static struct raw_answer paper(const char *name, const char *query, const char *headers)
{
	char target[400];

	snprintf(target, sizeof(target), "/fr/papers/%s%s", name, query);
	return get(target, headers);
}

static void each_kind_in_each_form(void **state)
{
	static const char *const kinds[] = { "session", "execution", "protocol" };

	(void)state;
	for (size_t k = 0; k < 3; k++)
		for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
			char name[60], file[60];
			struct raw_answer r;
			struct str as;

			snprintf(name, sizeof(name), "%s.%s", kinds[k], forms[i].name);
			snprintf(file, sizeof(file), "filename=\"%s-fr-ru.%s\"", kinds[k],
				 forms[i].name);
			r = paper(name, "?with=ru&id=joint%2F" CID(2, 1), "");
			assert_int_equal(r.status, 200);
			check_str(raw_header(r.head, "content-type"), str_z(forms[i].media));
			as = raw_header(r.head, "content-disposition");
			check_says(as, file);
			check_says(as, "filename*=UTF-8''");
			check_says(as, "session");
			assert_true(str_starts(r.body, str_z(forms[i].begins)));
		}
}

/* What the ledgers do not change is not sent twice. */
static void the_tag_is_of_the_ledgers(void **state)
{
	struct raw_answer r = paper("execution.pdf", "", "");
	struct str tag = raw_header(r.head, "etag");
	char header[200];

	(void)state;
	assert_true(str_starts(tag, S("\"")));
	snprintf(header, sizeof(header), "If-None-Match: %.*s\r\n", STR(tag));
	assert_int_equal(paper("execution.pdf", "", header).status, 304);
	assert_int_equal(paper("execution.pdf", "?with=ru", header).status, 200);
	good(&t, t.ml,
	     PUT("decision_report", CID(4, 5),
		 "\"decision\":\"joint/" CID(
			 3, 2) "\",\"date\":\"2026-02-27\",\"status\":\"under-way\""));
	await_served(sizeof(commission) / sizeof(*commission) + 3);
	assert_int_equal(paper("execution.pdf", "", header).status, 200);
}

static void a_paper_is_of_its_audience(void **state)
{
	struct raw_answer r = paper("execution.html", "", "");

	(void)state;
	check_says(r.body, "Les camions attendent &lt;à la frontière&gt;.");
	assert_false(says(r.body, SECRET));
	check_str(raw_header(r.head, "cache-control"), S("no-cache"));
	r = paper("execution.html", "", reader);
	check_says(r.body, SECRET);
	check_str(raw_header(r.head, "cache-control"), S("private, no-cache"));
	assert_false(says(paper("execution.html", "", "").body, SECRET));
}

static void languages_stand_facing(void **state)
{
	struct str page = get("/ru/papers/protocol.html?with=fr", "").body;

	(void)state;
	check_says(page, "<html lang=\"ru\">");
	check_says(page, "<h1 lang=\"ru\">Протокол сессии</h1><h1 lang=\"fr\">Protocole");
	assert_false(says(get("/ru/papers/protocol.html", "").body, "Protocole"));
}

static void pages_lead_to_their_papers(void **state)
{
	static const struct {
		const char *page, *link;
	} ways[] = {
		{ "/fr/session/joint/" CID(2, 1),
		  "href=\"/fr/papers/protocol.docx?id=joint%2F" CID(2, 1) "&amp;with=ru\"" },
		{ "/ru/project/joint/" CID(7, 1),
		  "href=\"/ru/papers/project.pdf?id=joint%2F" CID(7, 1) "&amp;with=fr\"" },
		{ "/fr/decisions?session=joint/" CID(2, 1),
		  "href=\"/fr/papers/execution.xlsx?id=joint%2F" CID(2, 1) "\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct str page = main_of(get(ways[i].page, ""));
		struct str href;

		check_says(page, ways[i].link);
		href = between(page, "<dl class=papers>", "</dl>");
		href = between(href, "<a href=\"", "\"");
		href = str_cut(href, str_find(href, S("&amp;")));
		assert_int_equal(get(arena_z(&t.a, href), "").status, 200);
	}
	assert_false(says(get("/fr/organisation/ml/" CID(1, 1), "").body, "/papers/"));
}

static void bad_addresses_are_refused(void **state)
{
	static const struct {
		const char *name, *query;
		unsigned status;
	} bad[] = {
		{ "novel.pdf", "", 404 },
		{ "session.odt", "", 404 },
		{ "session", "", 404 },
		{ ".pdf", "", 404 },
		{ "session.pdf", "?with=fr", 400 },
		{ "session.pdf", "?with=de", 400 },
		{ "session.pdf", "?id=joint/", 400 },
		{ "session.pdf", "?id=%3Cscript%3E/..", 400 },
		{ "session.pdf", "?id=joint/" CID(2, 9), 404 },
		{ "project.pdf", "", 400 },
		{ "reconciliation.pdf", "", 404 },
		{ "reconciliation.pdf", "?period=soon", 400 },
		{ "reconciliation.pdf", "?period=2999", 400 },
		{ "reconciliation.pdf", "?period=2001", 400 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct raw_answer r = paper(bad[i].name, bad[i].query, "");

		if (r.status != bad[i].status)
			print_error("%s%s: %u\n", bad[i].name, bad[i].query, r.status);
		assert_int_equal(r.status, bad[i].status);
		check_says(r.body, "<h1>");
		assert_int_equal(raw_header(r.head, "content-disposition").n, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_in_each_form),
		cmocka_unit_test(a_paper_is_of_its_audience),
		cmocka_unit_test(languages_stand_facing),
		cmocka_unit_test(pages_lead_to_their_papers),
		cmocka_unit_test(bad_addresses_are_refused),
		cmocka_unit_test(the_tag_is_of_the_ledgers),
	};

	return cmocka_run_group_tests(tests, up, live_down);
}
