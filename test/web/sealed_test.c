/* Restricted records on pages and at /sealed: who is shown what, and who may end them. */
#include "live.h"

#include "ledger/age.h"
#include "register/party_auth.h"

#define WORD "Sanankoroba"
#define ID   "01985000-0009-7000-8000-000000000001"
#define PAGE "/fr/organisation/ml/" ID
#define PUT(visibility)                                                                        \
	"{\"type\":\"record.put\",\"kind\":\"organisation\",\"id\":\"" ID                      \
	"\",\"visibility\":\"" visibility "\",\"data\":" ORGANISATION(WORD) "}"

static const char *reader, *secretary;
static uint64_t at;

static void begin(const char *draft)
{
	nodes_up_ru(&t);
	account("lec", ROLE_READER);
	account("sec", ROLE_SECRETARY);
	reader = cookie_of("lec");
	secretary = cookie_of("sec");
	at = good(&t, t.ml, draft).n;
	await_served(at + 1);
}

static struct str commitment(void)
{
	struct entry e;

	entry_read(&t.a, entry_at(&t, t.ml, "ml", at), S("ml"), at, INT64_MIN, &e);
	assert_non_null(e.sealed);
	return json_str(e.sealed->child, "c");
}

static const char *entry_page(void)
{
	char *path = arena_alloc(&t.a, 64);

	snprintf(path, 64, "/fr/entry/ml/%llu", (unsigned long long)at);
	return path;
}

static void the_public_is_told_that_there_is_something(void **state)
{
	struct str open;

	(void)state;
	begin(PUT("parties"));
	open = get(entry_page(), "").body;
	check_says(open, "réservé aux parties");
	check_says(open, "pas public");
	assert_false(says(open, WORD));
	assert_false(says(open, "Effacer"));
	assert_int_equal(get(PAGE, "").status, 404);
	assert_int_equal(get(PAGE "/history", "").status, 404);
}

static struct raw_answer hand_in(const char *what)
{
	struct str page = get("/fr/organisation/new", secretary).body, c = commitment();
	struct buf b;

	buf_init(&b, 4096);
	buf_lit(&b, "csrf=");
	buf_add(&b, between(page, "name=\"csrf\" value=\"", "\""));
	buf_lit(&b, "&c=");
	buf_add(&b, c);
	buf_z(&b, what);
	return post(entry_page(), secretary, arena_buf(&t.a, &b));
}

static void a_reader_reads_it_and_ends_nothing(void **state)
{
	struct raw_answer r;

	(void)state;
	begin(PUT("parties"));
	r = get(PAGE, reader);
	check_says(r.body, WORD);
	check_says(r.body, "réservé aux parties");
	assert_false(says(r.body, "Effacer définitivement"));
	post(entry_page(), reader,
	     arena_join(&t.a, S("do=erase&sure=yes&ground=x&c="), commitment()));
	check_says(get(PAGE, reader).body, WORD);
}

static void a_secretary_erases_after_saying_so(void **state)
{
	struct str page;

	(void)state;
	begin(PUT("parties"));
	page = get(PAGE, secretary).body;
	check_says(page, "Effacer définitivement");
	check_says(page, "ne peut être annulé");
	assert_int_equal(hand_in("&do=erase&ground=Loi").status, 400);
	assert_int_equal(hand_in("&do=erase&sure=yes&ground=").status, 400);
	check_says(get(PAGE, secretary).body, WORD);
	assert_int_equal(hand_in("&do=erase&sure=yes&ground=Loi+2013-015").status, 303);
	page = get(PAGE, reader).body;
	check_says(page, "ne peut être lue ici");
	check_says(page, "effacé");
	check_says(page, "Loi 2013-015");
	assert_false(says(page, WORD));
	page = get(entry_page(), "").body;
	check_says(page, "Loi 2013-015");
	assert_int_equal(get(PAGE, "").status, 404);
	assert_int_equal(hand_in("&do=erase&sure=yes&ground=Loi").status, 409);
}

static void a_secretary_publishes(void **state)
{
	(void)state;
	begin(PUT("national"));
	check_says(get(entry_page(), reader).body, "national");
	assert_int_equal(hand_in("&do=publish&sure=yes").status, 303);
	check_says(get(PAGE, "").body, WORD);
	check_says(get(entry_page(), "").body, "publié");
}

/* --- /sealed --- */

static struct str signed_by(struct node *n, const char *path)
{
	struct party_request q = { .method = S("GET"),
				   .target = str_z(path),
				   .body = hash_of(S("")) };
	struct buf b;

	buf_init(&b, 16 << 10);
	buf_lit(&b, "Benkan-Auth: ");
	check_ok(party_auth_write(n, &q, &b, &err), &err);
	buf_lit(&b, "\r\n");
	buf_ch(&b, '\0');
	return arena_buf(&t.a, &b);
}

static void the_other_party_and_nobody_else_is_served(void **state)
{
	char path[80], other[80];
	struct raw_answer r, none;

	(void)state;
	begin(PUT("parties"));
	snprintf(path, sizeof(path), "/sealed/%.*s", STR(commitment()));
	snprintf(other, sizeof(other), "/sealed/%064d", 0);
	r = get(path, signed_by(t.ru, path).p);
	assert_int_equal(r.status, 200);
	assert_true(str_starts(r.body, S("age-encryption.org/v1\n")));
	assert_false(says(r.body, WORD));
	check_header(r, "cache-control", "no-store");
	none = get(other, "");
	assert_int_equal(none.status, 404);
	r = get(path, "");
	assert_int_equal(r.status, 404);
	check_str(r.body, none.body);
	r = get(path, signed_by(t.ru, other).p); /* another request's signature */
	assert_int_equal(r.status, 404);
	check_str(r.body, none.body);
	r = get(path, reader); /* an account is no party */
	assert_int_equal(r.status, 404);
	r = get(other, signed_by(t.ru, other).p);
	assert_int_equal(r.status, 404);
	check_str(r.body, none.body);
	assert_int_equal(get("/sealed/x", "").status, 404);
}

static void national_bodies_are_not_served(void **state)
{
	char path[80];

	(void)state;
	begin(PUT("national"));
	snprintf(path, sizeof(path), "/sealed/%.*s", STR(commitment()));
	assert_int_equal(get(path, signed_by(t.ru, path).p).status, 404);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, live_up, live_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(the_public_is_told_that_there_is_something),
		LIVE(a_reader_reads_it_and_ends_nothing),
		LIVE(a_secretary_erases_after_saying_so),
		LIVE(a_secretary_publishes),
		LIVE(the_other_party_and_nobody_else_is_served),
		LIVE(national_bodies_are_not_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
