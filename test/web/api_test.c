#include "live.h"

static const char *clerk, *secretary, *reader;

/* "Authorization: Bearer …\r\n" of an account of this role. */
static const char *bearer(const char *name, enum role role)
{
	account(name, role);
	return arena_z(&t.a,
		       arena_join(&t.a,
				  arena_join(&t.a, S("Authorization: Bearer "), token_of(name)),
				  S("\r\n")));
}

static int up(void **state)
{
	int done = live_up(state);

	clerk = bearer("awa", ROLE_CLERK);
	secretary = bearer("sec", ROLE_SECRETARY);
	reader = bearer("lec", ROLE_READER);
	return done;
}

static struct json *json_of(struct str text)
{
	struct json *j;

	check_ok(json_parse(&t.a, text, &j, &err), &err);
	return j;
}

static struct raw_answer hand_in(const char *headers, const char *type, const char *body)
{
	char all[1000];

	snprintf(all, sizeof(all), "%sContent-Type: %s\r\n", headers, type);
	return post("/api/v1/acts", all, str_z(body));
}

#define DRAFT(name)                                                                            \
	"{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(name) "}"

static void one_draft(void **state)
{
	struct raw_answer r = hand_in(clerk, "application/json", DRAFT("Premier"));
	struct json *j = json_of(r.body);
	char target[200];

	(void)state;
	assert_int_equal(r.status, 201);
	check_str(json_str(j, "party"), S("ml"));
	assert_int_equal(json_str(j, "leaf").n, 64);
	snprintf(target, sizeof(target), "/api/v1/organisation/ml/%.*s?history=1&lang=fr",
		 STR(json_str(j, "id")));
	r = get(target, "");
	assert_int_equal(r.status, 200);
	check_header(r, "content-type", "application/json");
	check_header(r, "access-control-allow-origin", "*");
	j = json_of(r.body);
	check_str(json_str(json_obj(j, "record"), "label"), S("Premier"));
	check_str(json_str(json_obj(json_obj(j, "record"), "data"), "type"), S("10"));
	assert_int_equal(json_arr(j, "history")->count, 1);
}

static void drafts_are_refused_with_field_and_way_out(void **state)
{
	const char *headers =
		arena_z(&t.a, arena_join(&t.a, str_z(clerk), S("Accept-Language: ru\r\n")));
	struct raw_answer r = hand_in(headers, "application/json",
				      "{\"type\":\"record.put\",\"kind\":\"organisation\","
				      "\"data\":{\"type\":\"999\"}}");
	struct json *j;

	(void)state;
	assert_int_equal(r.status, 400);
	check_header(r, "content-type", "application/problem+json");
	check_header(r, "content-language", "ru");
	j = json_of(r.body);
	assert_true(json_arr(j, "errors")->count >= 2);
	check_says(r.body, "{\"field\":\"type\",\"message\":");
	check_says(r.body, "{\"field\":\"name\",\"message\":");
	check_says(json_str(j, "title"), "Это");
	assert_int_equal(hand_in(clerk, "application/json", "{\"type\":").status, 400);
	assert_int_equal(hand_in(clerk, "application/json", "[]").status, 400);
	assert_int_equal(hand_in(clerk, "text/plain", DRAFT("x")).status, 415);
}

static void many_drafts(void **state)
{
	struct raw_answer r = hand_in(clerk, "application/x-ndjson",
				      DRAFT("Un") "\n\n{\"type\":\"record.put\"}\r\n"
						  "{\"type\":\"act.accept\",\"kind\":"
						  "\"project\",\"id\":\"x\"}\n" DRAFT("Deux"));
	struct str rest = r.body, line;
	struct json *lines[4];
	size_t n = 0;

	(void)state;
	assert_int_equal(r.status, 200);
	check_header(r, "content-type", "application/x-ndjson");
	while (str_split(&rest, '\n', &line) && line.n > 0)
		lines[n++] = json_of(line);
	assert_int_equal(n, 4);
	assert_int_equal(json_str(lines[0], "leaf").n, 64);
	check_str(json_str(json_obj(lines[1], "error"), "kind"), S("input"));
	check_str(json_str(json_obj(lines[2], "error"), "kind"), S("denied"));
	assert_int_equal(json_str(lines[3], "leaf").n, 64);
	assert_int_equal(hand_in(clerk, "application/x-ndjson", "\n\n").status, 400);
}

static void who_may_hand_in(void **state)
{
	static const char accept[] = "{\"type\":\"act.accept\",\"kind\":\"project\",\"id\":"
				     "\"01980000-0000-7000-8000-000000000000\"}";
	struct raw_answer r = hand_in("", "application/json", DRAFT("x"));

	(void)state;
	assert_int_equal(r.status, 401);
	check_header(r, "www-authenticate", "Bearer");
	assert_int_equal(
		hand_in("Authorization: Bearer 0000\r\n", "application/json", DRAFT("x"))
			.status,
		401);
	assert_int_equal(hand_in(reader, "application/json", DRAFT("x")).status, 403);
	/* a browser's session does not write through the API */
	assert_int_equal(hand_in(cookie_of("awa"), "application/json", DRAFT("x")).status, 401);
	/* binding the party takes a secretary */
	assert_int_equal(hand_in(clerk, "application/json", accept).status, 403);
	assert_true(hand_in(secretary, "application/json", accept).status != 403);
}

static void lists(void **state)
{
	struct raw_answer r;
	struct json *j;
	struct str next;
	char target[200];

	(void)state;
	for (int i = 0; i < 5; i++) {
		char draft[300];

		snprintf(draft, sizeof(draft), DRAFT("Liste %d"), i);
		assert_int_equal(hand_in(clerk, "application/json", draft).status, 201);
	}
	r = get("/api/v1/organisation?limit=2&sort=-label&lang=fr", "");
	assert_int_equal(r.status, 200);
	assert_true(raw_header(r.head, "etag").n > 0);
	j = json_of(r.body);
	assert_int_equal(json_arr(j, "items")->count, 2);
	next = json_str(j, "next");
	assert_true(next.n > 0);
	snprintf(target, sizeof(target),
		 "/api/v1/organisation?limit=1000&sort=-label&lang=fr&after=%.*s", STR(next));
	j = json_of(get(target, "").body);
	assert_true(json_arr(j, "items")->count >= 3);
	assert_int_equal(json_get(j, "next")->type, JSON_NULL);
	j = json_of(get("/api/v1/organisation?type=10&party=ml", "").body);
	assert_true(json_arr(j, "items")->count >= 5);
	j = json_of(get("/api/v1/organisation?party=ru", "").body);
	assert_int_equal(json_arr(j, "items")->count, 0);
}

static void queries_are_read_strictly(void **state)
{
	static const char *const bad[] = {
		"/api/v1/organisation?limit=0",        "/api/v1/organisation?limit=1001",
		"/api/v1/organisation?limit=x",        "/api/v1/organisation?after=12",
		"/api/v1/organisation?after=o-1",      "/api/v1/organisation?colour=red",
		"/api/v1/organisation?sort=colour",    "/api/v1/totals?by=colour",
		"/api/v1/totals?in=XOF&rates=nobody",  "/api/v1/totals?kind=letter",
		"/api/v1/totals?in=FCFA&rates=parity", "/api/v1/totals/figures?after=x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct raw_answer r = get(bad[i], "Accept-Language: fr\r\n");

		if (r.status != 400)
			print_error("%s: %u\n", bad[i], r.status);
		assert_int_equal(r.status, 400);
		check_header(r, "content-type", "application/problem+json");
		check_header(r, "content-language", "fr");
	}
	assert_int_equal(get("/api/v1/nothing", "").status, 404);
	assert_int_equal(get("/api/v1/source", "").status,
			 404); /* a part has no list of its own */
	assert_int_equal(
		get("/api/v1/organisation/ml/01980000-0000-7000-8000-000000000000", "").status,
		404);
	assert_int_equal(get("/api/v2/organisation", "").status, 404);
	check_header(get("/api/v2/organisation", ""), "content-type",
		     "application/problem+json");
}

static void sealed_records_are_for_those_who_may(void **state)
{
	struct raw_answer r = hand_in(clerk, "application/json",
				      "{\"type\":\"record.put\",\"kind\":\"organisation\","
				      "\"visibility\":\"national\","
				      "\"data\":" ORGANISATION("Secret") "}");

	(void)state;
	assert_int_equal(r.status, 201);
	assert_false(says(get("/api/v1/organisation?limit=1000", "").body, "Secret"));
	r = get("/api/v1/organisation?limit=1000&lang=fr", reader);
	check_says(r.body, "Secret");
	check_header(r, "cache-control", "private, no-cache");
	assert_false(says(get("/api/v1/organisation?limit=1000&lang=fr", "").body, "Secret"));
	assert_false(says(get("/fr/partners", "").body, "Secret"));
}

static void totals(void **state)
{
	struct raw_answer r = get("/api/v1/totals?by=party,year", "");

	(void)state;
	assert_int_equal(r.status, 200);
	assert_int_equal(json_of(r.body)->type, JSON_ARRAY);
	r = get("/api/v1/totals/figures?in=XOF&rates=parity&limit=1", "");
	assert_int_equal(r.status, 200);
	assert_non_null(json_arr(json_of(r.body), "items"));
}

static void described_for_programs(void **state)
{
	struct json *j = json_of(get("/api/openapi.json", "").body);
	const struct json *schemas = json_obj(json_obj(j, "components"), "schemas");

	(void)state;
	check_str(json_str(j, "openapi"), S("3.1.0"));
	assert_non_null(json_obj(json_obj(j, "paths"), "/api/v1/acts"));
	assert_non_null(json_obj(json_obj(j, "paths"), "/api/v1/totals/figures"));
	assert_non_null(json_obj(json_obj(j, "paths"), "/api/v1/reconciliation-desk"));
	assert_non_null(json_obj(json_obj(j, "paths"), "/data/{kind}.{format}"));
	for (int i = RECORD_NONE + 1; i < RECORD_COUNT; i++) {
		assert_non_null(json_obj(schemas, records[i].name));
		for
			each_field(f, &records[i]) assert_non_null(json_obj(
				json_obj(json_obj(schemas, records[i].name), "properties"),
				f->name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_draft),
		cmocka_unit_test(drafts_are_refused_with_field_and_way_out),
		cmocka_unit_test(many_drafts),
		cmocka_unit_test(who_may_hand_in),
		cmocka_unit_test(lists),
		cmocka_unit_test(queries_are_read_strictly),
		cmocka_unit_test(sealed_records_are_for_those_who_may),
		cmocka_unit_test(totals),
		cmocka_unit_test(described_for_programs),
	};

	return cmocka_run_group_tests(tests, up, live_down);
}
