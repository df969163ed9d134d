#include "commission.h"
#include "wire/xml.h"

/* The feed of what entered the register (RFC 4287). */

static const char *reader;

static int up(void **state)
{
	int done = commission_up(state);

	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"letter\",\"id\":\"" CID(
		     4, 9) "\",\"visibility\":\"national\",\"data\":{\"number\":\"N-1\","
			   "\"direction\":\"out\",\"subject\":{\"fr\":\"Lettre <secrète>\"},"
			   "\"date\":\"2026-01-15\"}}");
	await_served(sizeof(commission) / sizeof(*commission) + 2);
	account("lec", ROLE_READER);
	reader = cookie_of("lec");
	return done;
}

/* --- what the standard asks --- */

enum { ENTRY, ID, TITLE, UPDATED, NAME, LINK, WORDS };
static const char *const words[WORDS] = { "entry", "id", "title", "updated", "name", "link" };

static void on_start(void *ctx, const struct xml_element *e)
{
	unsigned *n = ctx;

	check_str(e->name.space, S("http://www.w3.org/2005/Atom"));
	for (int i = 0; i < WORDS; i++)
		n[i] += str_is(e->name.local, words[i]);
}

static void no_text(void *ctx, struct str text)
{
	(void)ctx;
	(void)text;
}

static void no_end(void *ctx, uint64_t line)
{
	(void)ctx;
	(void)line;
}

/* RFC 4287 4.1.1, 4.1.2: each entry and the feed have an id, a title and a date, each entry an
 * author. */
static struct str feed(const char *query, const char *headers, unsigned entries)
{
	char target[200];
	struct raw_answer r;
	unsigned n[WORDS] = { 0 };
	const struct xml_sink to = { on_start, no_text, no_end, n };
	struct xml *x = xml_open(NULL, 0, &to);

	snprintf(target, sizeof(target), "/data/feed.atom%s", query);
	r = get(target, headers);
	assert_int_equal(r.status, 200);
	check_str(raw_header(r.head, "content-type"), S("application/atom+xml; charset=utf-8"));
	check_ok(xml_feed(x, r.body, &err), &err);
	check_ok(xml_finish(x, &err), &err);
	xml_close(x);
	assert_int_equal(n[ENTRY], entries);
	assert_int_equal(n[ID], entries + 1);
	assert_int_equal(n[TITLE], entries + 1);
	assert_int_equal(n[UPDATED], entries + 1);
	assert_int_equal(n[NAME], entries);
	assert_int_equal(n[LINK], entries + 2);
	return r.body;
}

enum { SAID = sizeof(commission) / sizeof(*commission) };

static void it_is_an_atom_feed(void **state)
{
	struct str body = feed("?lang=fr", "", SAID);

	(void)state;
	check_says(body, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"fr\">");
	check_says(body, "Pont de Kayes – Projet : proposition, ");
	check_says(body, "href=\"/fr/project/joint/" CID(7, 1) "\"");
	check_says(body, "<category term=\"decision\" label=\"Décision\"/>");
	check_says(feed("?lang=ru", "", SAID), "Мост в Каесе – Проект: предложение, ");
	feed("", "", SAID);
}

static void it_can_be_narrowed(void **state)
{
	(void)state;
	feed("?kind=decision", "", 4);
	feed("?kind=transaction", "", 0);
	assert_int_equal(get("/data/feed.atom?kind=milestone%3Cb%3E", "").status, 400);
}

/* An entry keeps its id, whatever comes after it and in whatever language. */
static void ids_stay(void **state)
{
	struct str before = feed("?kind=project", "", 1),
		   ru = feed("?kind=project&lang=ru", "", 1);
	struct str id =
		between(str_from(before, str_find(before, S("<entry>"))), "<id>", "</id>");

	(void)state;
	assert_true(str_starts(id, S("ni:///sha-256;")));
	assert_int_equal(id.n, sizeof("ni:///sha-256;") - 1 + 43);
	check_says(ru, arena_z(&t.a, id));
	good(&t, t.ml,
	     PUT("project", CID(7, 2),
		 BOTH("title", "Puits & <citernes>",
		      "Колодцы") ",\"status\":\"2\",\"field\":\"transport\""));
	await_served(SAID + 3);
	before = feed("?kind=project&lang=fr", "", 2);
	check_says(before, arena_z(&t.a, id));
	check_says(before, "Puits &amp; &lt;citernes&gt; – ");
}

static void it_is_of_its_audience(void **state)
{
	(void)state;
	assert_false(says(feed("?lang=fr", "", SAID), "secrète"));
	check_says(feed("?lang=fr", reader, SAID + 1), "Lettre &lt;secrète&gt;");
}

static void pages_tell_of_it(void **state)
{
	struct raw_answer r = get("/data/feed.atom?lang=fr", "");
	char header[200];

	(void)state;
	check_says(get("/ru/projects", "").body,
		   "<link rel=alternate type=application/atom+xml title=\"");
	check_says(get("/ru/projects", "").body, "href=\"/data/feed.atom?lang=ru\">");
	check_says(get("/fr/data", "").body, "/data/feed.atom");
	snprintf(header, sizeof(header), "If-None-Match: %.*s\r\n",
		 STR(raw_header(r.head, "etag")));
	assert_int_equal(get("/data/feed.atom?lang=fr", header).status, 304);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_an_atom_feed),
		cmocka_unit_test(it_can_be_narrowed),
		cmocka_unit_test(it_is_of_its_audience),
		cmocka_unit_test(pages_tell_of_it),
		cmocka_unit_test(ids_stay),
	};

	return cmocka_run_group_tests(tests, up, live_down);
}
