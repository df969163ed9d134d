/* Pouches over HTTP: between nodes by the party's signature, and by hand for a secretary. */
#include "live.h"

#include "exchange/pouch.h"
#include "register/party_auth.h"

static int up(void **state)
{
	live_up(state);
	nodes_up_ru(&t);
	return 0;
}

/* "Benkan-Auth: …\r\n" of a request of `n`. */
static const char *auth(struct node *n, const char *method, const char *target, struct str body)
{
	const struct party_request q = { str_z(method), str_z(target), hash_of(body) };
	struct buf b;

	buf_init(&b, 16 << 10);
	buf_lit(&b, "Benkan-Auth: ");
	check_ok(party_auth_write(n, &q, &b, &err), &err);
	buf_lit(&b, "\r\n");
	return arena_z(&t.a, arena_buf(&t.a, &b));
}

static struct raw_answer get_as(struct node *n, const char *target, const char *more)
{
	char headers[16 << 10];

	snprintf(headers, sizeof(headers), "%s%s", auth(n, "GET", target, S("")), more);
	return get(target, headers);
}

static struct raw_answer post_as(struct node *n, struct str body)
{
	char headers[16 << 10];

	snprintf(headers, sizeof(headers), "%sContent-Type: application/octet-stream\r\n",
		 auth(n, "POST", "/pouch", body));
	return ask("POST /pouch", headers, body);
}

static bool into_buf(void *ctx, struct str bytes, struct err *e)
{
	(void)e;
	buf_add(ctx, bytes);
	return true;
}

static struct str packed(struct node *n, const char *to, const struct pouch_base *base)
{
	const struct pouch_plan plan = { .to = str_z(to),
					 .bases = base,
					 .base_count = base != NULL };
	struct buf b;
	const struct pouch_sink sink = { into_buf, &b };
	struct pouch_note m;

	while (store_served(node_store(n)) < store_next(node_store(n)))
		usleep(500);
	buf_init(&b, 8 << 20);
	check_ok(pouch_pack(n, &t.a, &plan, &sink, &m, &err), &err);
	return arena_buf(&t.a, &b);
}

static void a_party_gets_what_it_lacks(void **state)
{
	struct raw_answer whole, part;
	char range[200];
	struct str tag;

	(void)state;
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "EDM") "}");
	await_served(2);
	whole = get_as(t.ru, "/pouch", "");
	assert_int_equal(whole.status, 200);
	check_str(whole.body, packed(t.ml, "ru", NULL));
	tag = raw_header(whole.head, "ETag");
	assert_true(tag.n > 2);
	snprintf(range, sizeof(range), "Range: bytes=1000-\r\nIf-Range: %.*s\r\n", STR(tag));
	part = get_as(t.ru, "/pouch", range);
	assert_int_equal(part.status, 206); /* a transfer that broke off goes on */
	check_str(part.body, str_from(whole.body, 1000));
	whole = get_as(t.ru, "/pouch?ml=1", "");
	assert_int_equal(whole.status, 200);
	check_says(whole.body, "\nledger ml 1 2 ");
	assert_int_equal(get_as(t.ru, "/pouch?ml=9", "").status, 400);
	assert_int_equal(get_as(t.ru, "/pouch?ml=x", "").status, 400);
	assert_int_equal(get_as(t.ru, "/pouch?zz=0", "").status, 400);
}

static void nobody_else_does(void **state)
{
	char other[16 << 10];

	(void)state;
	assert_int_equal(get("/pouch", "").status, 403);
	assert_int_equal(get("/pouch", "Benkan-Auth: eA==\r\n").status, 403);
	assert_int_equal(get_as(t.ml, "/pouch", "").status, 403); /* this node itself */
	snprintf(other, sizeof(other), "%s", auth(t.ru, "GET", "/pouch", S("")));
	assert_int_equal(get("/pouch?ml=0", other).status, 403);
	assert_int_equal(ask("POST /pouch", other, packed(t.ru, "ml", NULL)).status, 403);
}

static void a_party_brings_what_we_lack(void **state)
{
	const struct pouch_base late = { S("ru"), 1 };
	struct raw_answer r;
	struct str pouch;

	(void)state;
	good(&t, t.ru,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "Rosatom") "}");
	r = post_as(t.ru, packed(t.ru, "ml", &late));
	assert_int_equal(r.status, 409); /* entry 0 is not here */
	check_says(r.body, "\"field\":\"base\"");
	pouch = packed(t.ru, "ml", NULL);
	assert_int_equal(post_as(t.ru, str_cut(pouch, pouch.n / 2)).status, 422);
	assert_int_equal(post_as(t.ru, S("nothing")).status, 422);
	r = post_as(t.ru, pouch);
	assert_int_equal(r.status, 200);
	check_says(r.body, "{\"sizes\":{\"ml\":2,\"ru\":2}}");
	assert_int_equal(post_as(t.ru, pouch).status, 200);
}

/* --- by hand --- */

static struct str multipart(struct str file, const char *csrf)
{
	struct buf b;

	buf_init(&b, 16 << 20);
	buf_lit(&b, "--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n");
	buf_z(&b, csrf);
	buf_lit(&b, "\r\n--XX\r\nContent-Disposition: form-data; name=\"pouch\"; "
		    "filename=\"x.pouch\"\r\nContent-Type: application/octet-stream\r\n\r\n");
	buf_add(&b, file);
	buf_lit(&b, "\r\n--XX--\r\n");
	return arena_buf(&t.a, &b);
}

static void a_secretary_reads_it_out_and_opens_it(void **state)
{
	const char *cookie;
	char headers[1000], form[400];
	struct raw_answer r;
	struct str csrf, open;

	(void)state;
	account("sec", ROLE_SECRETARY);
	account("clerk", ROLE_CLERK);
	assert_int_equal(get("/fr/pouch", "").status, 303);
	assert_int_equal(get("/fr/pouch", cookie_of("clerk")).status, 403);
	cookie = arena_z(&t.a, str_z(cookie_of("sec")));
	r = get("/fr/pouch", cookie);
	assert_int_equal(r.status, 200);
	csrf = between(r.body, "name=\"csrf\" value=\"", "\"");
	good(&t, t.ru,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "Uralchem <b>") "}");
	snprintf(headers, sizeof(headers),
		 "%sContent-Type: multipart/form-data; boundary=XX\r\n", cookie);
	r = post("/fr/pouch", headers, multipart(S("no pouch"), arena_z(&t.a, csrf)));
	assert_int_equal(r.status, 400);
	r = post("/fr/pouch", headers,
		 multipart(packed(t.ru, "ml", NULL), arena_z(&t.a, csrf)));
	assert_int_equal(r.status, 200);
	check_says(r.body, "Uralchem &lt;b&gt;");
	open = between(r.body, "name=\"open\" value=\"", "\"");
	assert_int_equal(open.n, 64);
	snprintf(form, sizeof(form), "csrf=%.*s&open=%.*s", STR(csrf), STR(open));
	r = post("/fr/pouch", cookie, str_z(form));
	assert_int_equal(r.status, 200);
	check_says(r.body, "class=\"box force\"");
	snprintf(form, sizeof(form), "csrf=%.*s&open=%064d", STR(csrf), 0);
	assert_int_equal(post("/fr/pouch", cookie, str_z(form)).status, 404);
	r = get("/fr/pouch/file?to=ru", cookie);
	assert_int_equal(r.status, 200);
	check_header(r, "Content-Disposition", "attachment; filename=\"ml-ru.pouch\"");
	check_str(str_cut(r.body, 12), S("benkan-pouch"));
	assert_int_equal(get("/fr/pouch/file?to=xx", cookie).status, 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_party_gets_what_it_lacks),
		cmocka_unit_test(nobody_else_does),
		cmocka_unit_test(a_party_brings_what_we_lack),
		cmocka_unit_test(a_secretary_reads_it_out_and_opens_it),
	};

	return cmocka_run_group_tests(tests, up, live_down);
}
