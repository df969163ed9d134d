#include "live.h"

static void a_page_for_everybody(void **state)
{
	struct raw_answer r = get("/fr/", "");

	(void)state;
	assert_int_equal(r.status, 200);
	check_header(r, "content-type", "text/html; charset=utf-8");
	check_header(r, "cache-control", "no-cache");
	check_header(r, "x-content-type-options", "nosniff");
	check_header(r, "referrer-policy", "same-origin");
	check_header(r, "cross-origin-opener-policy", "same-origin");
	check_says(raw_header(r.head, "content-security-policy"),
		   "default-src 'none'; style-src 'self'");
	check_says(raw_header(r.head, "content-security-policy"), "frame-ancestors 'none'");
	check_says(raw_header(r.head, "vary"), "Accept-Encoding");
	check_says(r.body, "<html lang=\"fr\">");
	check_says(r.body, "href=\"/ru/\"");
	check_says(r.body, "/log/checkpoint");
	assert_false(says(r.body, "<script"));
	assert_false(says(r.body, " style="));
}

static void the_first_address_picks_a_language(void **state)
{
	(void)state;
	check_header(get("/", "Accept-Language: ru-RU,en;q=0.5\r\n"), "location", "/ru/");
	check_header(get("/", "Accept-Language: de\r\n"), "location", "/fr/");
	check_header(get("/", ""), "location", "/fr/");
	check_header(get("/en", ""), "location", "/en/");
	check_says(get("/ru/sessions?sort=-x", "").body, "href=\"/en/sessions?sort=-x\"");
}

static void errors_are_pages(void **state)
{
	struct raw_answer r = get("/fr/project/joint/01980000-0000-7000-8000-000000000000", "");

	(void)state;
	assert_int_equal(r.status, 404);
	check_header(r, "cache-control", "no-store");
	check_says(r.body, "<html lang=\"fr\">");
	r = get("/nowhere/at/all", "Accept-Language: ru\r\n");
	assert_int_equal(r.status, 404);
	check_says(r.body, "<html lang=\"ru\">");
	assert_int_equal(get("/fr/nothing-of-this-name", "").status, 404);
	r = post("/fr/", "", S("a=1"));
	assert_int_equal(r.status, 405);
	r = ask("DELETE /fr/", "", (struct str){ 0 });
	assert_int_equal(r.status, 405);
	check_header(r, "allow", "GET, HEAD");
	assert_int_equal(get("/fr/%zz", "").status, 400);
	assert_int_equal(get("/fr/search?q=%ff", "").status, 400);
	r = get("/fr/%3Cscript%3Ealert(1)%3C/script%3E", "");
	assert_int_equal(r.status, 404);
	assert_false(says(r.body, "<script"));
}

static void tags_follow_the_ledger(void **state)
{
	struct str before = raw_header(get("/fr/projects", "").head, "etag"), after;
	struct act_result act;
	char same[300];

	(void)state;
	check_str(raw_header(get("/fr/projects", "").head, "etag"), before); /* kept */
	snprintf(same, sizeof(same), "If-None-Match: %.*s\r\n", STR(before));
	assert_int_equal(get("/fr/projects", same).status, 304);
	check_str(raw_header(get("/fr/projects", same).head, "etag"), before);
	assert_true(!str_eq(raw_header(get("/ru/projects", "").head, "etag"), before));
	assert_true(
		!str_eq(raw_header(get("/fr/projects?sort=-label", "").head, "etag"), before));
	act = good(&t, t.ml,
		   "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
			   "Énergie du Mali") "}");
	await_served(act.n + 1);
	assert_int_equal(get("/fr/projects", same).status, 200);
	after = raw_header(get("/fr/projects", "").head, "etag");
	assert_true(!str_eq(before, after));
	check_says(get("/fr/partners", "").body, "Énergie du Mali");
	/* the day is in it too: what is late changes by itself */
	t.fixed.ms += 86400000;
	assert_true(!str_eq(raw_header(get("/fr/projects", "").head, "etag"), after));
}

/* A 304 must not come from a page made before: here none has been. */
static void unchanged_is_known_without_the_page(void **state)
{
	struct str tag =
		raw_header(get("/fr/agreements", "Cookie: benkan=nobodys\r\n").head, "etag");
	char same[300];

	(void)state;
	snprintf(same, sizeof(same), "Cookie: benkan=nobodys\r\nIf-None-Match: %.*s\r\n",
		 STR(tag));
	assert_int_equal(get("/fr/agreements", same).status, 304);
}

static void pages_travel_packed(void **state)
{
	struct raw_answer plain = get("/fr/", ""),
			  packed = get("/fr/", "Accept-Encoding: br, gzip\r\n");

	(void)state;
	for (int i = 0; i < 2; i++) { /* made, then kept */
		check_header(packed, "content-encoding", "gzip");
		assert_true(packed.body.n < plain.body.n / 2);
		assert_memory_equal(packed.body.p, "\x1f\x8b", 2);
		assert_true(!str_eq(raw_header(plain.head, "etag"),
				    raw_header(packed.head, "etag")));
		packed = get("/fr/", "Accept-Encoding: gzip\r\n");
	}
	check_header(get("/fr/", "Accept-Encoding: gzip;q=0\r\n"), "content-encoding", "");
	check_header(get("/fr/", "Accept-Encoding: identity\r\n"), "content-encoding", "");
}

static void head_is_get_without_its_body(void **state)
{
	struct raw_answer r = ask("HEAD /fr/", "", (struct str){ 0 }), g = get("/fr/", "");

	(void)state;
	assert_int_equal(r.status, 200);
	check_str(raw_header(r.head, "etag"), raw_header(g.head, "etag"));
	check_str(raw_header(r.head, "content-length"), raw_header(g.head, "content-length"));
	assert_int_equal(r.body.n, 0);
}

static void assets_hold_for_ever(void **state)
{
	struct str page = get("/fr/", "").body;
	struct str href = between(page, "<link rel=stylesheet href=\"", "\"");
	struct raw_answer r = get(arena_z(&t.a, href), "");

	(void)state;
	assert_int_equal(r.status, 200);
	check_header(r, "content-type", "text/css; charset=utf-8");
	check_header(r, "cache-control", "public, max-age=31536000, immutable");
	r = get("/assets/0000000000000000/benkan.css", "");
	assert_int_equal(r.status, 302);
	check_str(raw_header(r.head, "location"), href);
	assert_int_equal(get("/assets/0000000000000000/../../etc/passwd", "").status, 404);
	check_header(get("/favicon.ico", ""), "content-type", "image/svg+xml");
	check_says(get("/robots.txt", "").body, "User-agent: *");
}

/* More than the cache may hold, and then the first again. */
static void the_cache_has_a_bound(void **state)
{
	struct str first = get("/api/openapi.json?n=0", "").body;
	char target[64];

	(void)state;
	assert_true(first.n > 50000);
	for (int i = 1; i < 400; i++) {
		snprintf(target, sizeof(target), "/api/openapi.json?n=%d", i);
		assert_int_equal(ask(arena_z(&t.a, arena_join(&t.a, S("HEAD "), str_z(target))),
				     "", (struct str){ 0 })
					 .status,
				 200);
	}
	check_str(get("/api/openapi.json?n=0", "").body, first);
}

static void operations(void **state)
{
	struct raw_answer r = get("/healthz", "");

	(void)state;
	assert_int_equal(r.status, 200);
	check_says(r.body, "{\"status\":\"ok\",\"ledgers\":{\"ml\":");
	r = get("/metrics", "");
	check_header(r, "content-type", "text/plain; version=0.0.4; charset=utf-8");
	check_says(r.body, "\nbenkan_ledger_entries{ledger=\"ml\"} ");
	check_says(r.body, "\nbenkan_http_request_seconds_bucket{le=\"+Inf\"} ");
	check_says(r.body, "\nbenkan_http_requests_total{status=\"4xx\"} ");
	check_says(r.body, "\nbenkan_resident_bytes ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_for_everybody),
		cmocka_unit_test(the_first_address_picks_a_language),
		cmocka_unit_test(errors_are_pages),
		cmocka_unit_test(tags_follow_the_ledger),
		cmocka_unit_test(unchanged_is_known_without_the_page),
		cmocka_unit_test(pages_travel_packed),
		cmocka_unit_test(head_is_get_without_its_body),
		cmocka_unit_test(assets_hold_for_ever),
		cmocka_unit_test(the_cache_has_a_bound),
		cmocka_unit_test(operations),
	};

	return cmocka_run_group_tests(tests, live_up, live_down);
}
