#include "live.h"

static const char *clerk, *secretary;

static int up(void **state)
{
	int done = live_up(state);

	account("awa", ROLE_CLERK);
	account("sec", ROLE_SECRETARY);
	account("lec", ROLE_READER);
	clerk = cookie_of("awa");
	secretary = cookie_of("sec");
	return done;
}

static const char *with(const char *headers, const char *more)
{
	return arena_z(&t.a, arena_join(&t.a, str_z(headers), str_z(more)));
}

/* The token that a page of this session bears. */
static struct str token_in(struct str page)
{
	return between(page, "name=csrf value=\"", "\"");
}

static struct str form_with(struct str token, const char *rest)
{
	return arena_join(&t.a, arena_join(&t.a, S("csrf="), token), str_z(rest));
}

static void signing_in_and_out(void **state)
{
	struct raw_answer r = get("/fr/sign-in?return=/fr/project/new", "");
	struct str cookie;

	(void)state;
	assert_int_equal(r.status, 200);
	check_says(r.body, "name=\"return\" value=\"/fr/project/new\"");
	check_says(r.body, "autocomplete=\"current-password\"");
	r = post("/fr/sign-in", "",
		 S("name=awa&password=wrong-password&return=/fr/project/new"));
	assert_int_equal(r.status, 403);
	check_header(r, "set-cookie", "");
	check_says(r.body, "role=alert");
	check_says(r.body, "value=\"awa\"");
	assert_false(says(r.body, "wrong-password"));
	r = post("/fr/sign-in", "",
		 S("name=awa&password=un+mot+de+passe+long&return=/fr/project/new"));
	assert_int_equal(r.status, 303);
	check_header(r, "location", "/fr/project/new");
	cookie = raw_header(r.head, "set-cookie");
	assert_true(str_starts(cookie, S("benkan=")));
	check_says(cookie, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=28800");
	assert_false(says(cookie, "Secure"));
	/* out: the session is nobody's afterwards */
	r = get("/fr/", clerk);
	check_says(r.body, "action=\"/fr/sign-out\"");
	r = post("/fr/sign-out", clerk, form_with(token_in(r.body), ""));
	assert_int_equal(r.status, 303);
	check_says(raw_header(r.head, "set-cookie"), "benkan=; ");
	assert_false(says(get("/fr/", clerk).body, "/fr/sign-out"));
	clerk = cookie_of("awa");
}

static void cookies_by_tls_bear_the_host(void **state)
{
	struct raw_answer r = post("/fr/sign-in", "X-Forwarded-Proto: https\r\n",
				   S("name=awa&password=un+mot+de+passe+long"));
	struct str cookie = raw_header(r.head, "set-cookie");

	(void)state;
	assert_true(str_starts(cookie, S("__Host-benkan=")));
	assert_true(str_ends(cookie, S("; Secure")));
	check_header(r, "strict-transport-security", "max-age=31536000");
	check_header(r, "location", "/fr/");
}

static void the_way_back_stays_here(void **state)
{
	static const char *const elsewhere[] = { "//evil.example/", "https://evil.example/",
						 "/%5Cevil.example", "/%09/evil",
						 "/%0d%0aX:1" };

	(void)state;
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
		char body[200];

		snprintf(body, sizeof(body), "name=awa&password=un+mot+de+passe+long&return=%s",
			 elsewhere[i]);
		check_header(post("/ru/sign-in", "", str_z(body)), "location", "/ru/");
		snprintf(body, sizeof(body), "/ru/sign-in?return=%s", elsewhere[i]);
		check_says(get(body, "").body, "name=\"return\" value=\"/ru/\"");
	}
}

static void pages_of_somebody_are_not_kept(void **state)
{
	struct raw_answer mine = get("/fr/decisions", clerk), open = get("/fr/decisions", "");

	(void)state;
	check_header(mine, "cache-control", "private, no-cache");
	check_says(mine.body, ">awa <button>");
	assert_false(says(open.body, ">awa <button>"));
	check_header(open, "cache-control", "no-cache");
	assert_true(!str_eq(raw_header(mine.head, "etag"), raw_header(open.head, "etag")));
	assert_false(says(get("/fr/decisions", "").body, ">awa <button>"));
	assert_false(says(get("/fr/decisions", secretary).body, ">awa <button>"));
}

static void roles_are_asked_for(void **state)
{
	struct raw_answer r = get("/fr/organisation/new?x=1", "");

	(void)state;
	assert_int_equal(r.status, 303);
	check_header(r, "location", "/fr/sign-in?return=%2Ffr%2Forganisation%2Fnew%3Fx%3D1");
	assert_int_equal(get("/fr/organisation/new", cookie_of("lec")).status, 403);
	assert_int_equal(get("/fr/organisation/new", clerk).status, 200);
}

/* The token of one session and another's page: refused, and nothing of what was typed is lost.
 */
static void forms_bear_their_token(void **state)
{
	struct str page = get("/fr/organisation/new", clerk).body, token = token_in(page);
	struct str other = token_in(get("/fr/organisation/new", secretary).body);
	const struct str wrong[] = { S(""), S("x"), other,
				     arena_join(&t.a, str_cut(token, 47), S("g")) };
	struct raw_answer r;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		r = post("/fr/organisation/new", clerk,
			 form_with(wrong[i], "&name.fr=%C3%89nergie+%3Cb%3E"));
		assert_int_equal(r.status, 409);
		check_says(r.body, "<form method=post action=\"/fr/organisation/new\">");
		check_says(r.body, "name=\"name.fr\" value=\"Énergie &lt;b&gt;\"");
		assert_true(token_in(r.body).n == 48);
	}
	/* as is, the page that offers it again goes through */
	r = post("/fr/organisation/new", clerk,
		 form_with(token_in(r.body),
			   "&_do=save&_visibility=public&name.fr=%C3%89nergie&type=10"));
	assert_int_equal(r.status, 303);
	check_says(raw_header(r.head, "location"), "/fr/organisation/ml/");
	/* each address bears another token, and each is good */
	assert_true(
		!str_eq(token_in(get("/fr/", clerk).body), token_in(get("/ru/", clerk).body)));
}

static void forms_of_other_sites_are_refused(void **state)
{
	static const char *const foreign[] = {
		"Origin: https://evil.example\r\n", "Origin: null\r\n",
		"Origin: http://here.evil.example\r\n", "Sec-Fetch-Site: cross-site\r\n",
		"Sec-Fetch-Site: same-site\r\nOrigin: http://here\r\n"
	};
	static const char *const ours[] = { "Origin: http://here\r\n",
					    "Sec-Fetch-Site: same-origin\r\n", "" };
	struct str token = token_in(get("/fr/", clerk).body);
	struct raw_answer r;

	(void)state;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		r = post("/fr/organisation/new", with(clerk, foreign[i]),
			 form_with(token, "&name.fr=x"));
		assert_int_equal(r.status, 403);
		/* signing somebody in behind his back as well */
		r = post("/fr/sign-in", foreign[i],
			 S("name=awa&password=un+mot+de+passe+long"));
		assert_int_equal(r.status, 403);
		check_header(r, "set-cookie", "");
	}
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		assert_int_equal(post("/fr/sign-in", ours[i],
				      S("name=awa&password=un+mot+de+passe+long"))
					 .status,
				 303);
}

/* The session ended while a form was filled in: sign in, and it is all there. */
static void nothing_typed_is_lost(void **state)
{
	struct raw_answer r = post("/fr/organisation/new", "Cookie: benkan=ended\r\n",
				   S("csrf=old&name.fr=%C3%89nergie+%26+eau&type=10"));
	struct str carry;
	struct buf body;

	(void)state;
	assert_int_equal(r.status, 401);
	check_says(r.body, "name=\"return\" value=\"/fr/organisation/new\"");
	carry = between(r.body, "name=\"carry\" value=\"", "\"");
	check_str(carry, S("name.fr=%C3%89nergie%20%26%20eau&amp;type=10"));
	buf_init(&body, 1000);
	buf_lit(&body,
		"name=awa&password=wrong+password+here&return=/fr/organisation/new&carry=");
	url_part(&body, S("name.fr=%C3%89nergie%20%26%20eau&type=10"));
	r = post("/fr/sign-in", "", buf_str(&body));
	assert_int_equal(r.status, 403); /* and still there */
	check_str(between(r.body, "name=\"carry\" value=\"", "\""), carry);
	buf_clear(&body);
	buf_lit(&body,
		"name=awa&password=un+mot+de+passe+long&return=/fr/organisation/new&carry=");
	url_part(&body, S("name.fr=%C3%89nergie%20%26%20eau&type=10"));
	r = post("/fr/sign-in", "", buf_str(&body));
	assert_int_equal(r.status, 200);
	assert_true(str_starts(raw_header(r.head, "set-cookie"), S("benkan=")));
	check_says(r.body, "<form method=post action=\"/fr/organisation/new\">");
	check_says(r.body, "name=\"name.fr\" value=\"Énergie &amp; eau\"");
	check_says(r.body, "name=\"type\" value=\"10\"");
	buf_done(&body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signing_in_and_out),
		cmocka_unit_test(cookies_by_tls_bear_the_host),
		cmocka_unit_test(the_way_back_stays_here),
		cmocka_unit_test(pages_of_somebody_are_not_kept),
		cmocka_unit_test(roles_are_asked_for),
		cmocka_unit_test(forms_bear_their_token),
		cmocka_unit_test(forms_of_other_sites_are_refused),
		cmocka_unit_test(nothing_typed_is_lost),
	};

	return cmocka_run_group_tests(tests, up, live_down);
}
