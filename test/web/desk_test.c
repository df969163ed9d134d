#include "register.h"

/* The reconciliation desk as a reader, a clerk and a program meet it. */

static struct json *asked(const char *target)
{
	struct raw_answer r = get(target, "");
	struct json *data;

	assert_int_equal(r.status, 200);
	check_ok(json_object(&t.a, r.body, &data, &err), &err);
	return data;
}

static int128 sum_of(const struct json *list, const char *currency)
{
	int128 sum = 0;

	for (const struct json *x = list ? list->child : NULL; x; x = x->next) {
		const struct json *value = json_obj(json_obj(x, "data"), "value");
		struct dec d;

		check_str(json_str(value, "currency"), str_z(currency));
		assert_true(dec_parse(json_str(value, "amount"), &d));
		sum += d.micro;
	}
	return sum;
}

/* A figure as a French page writes it, without the blanks that group its digits. */
static struct dec figure_of(struct str text)
{
	struct buf plain;
	struct dec d;

	buf_init(&plain, 200);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == ',')
			buf_ch(&plain, '.');
		else if (text.p[i] >= '0' && text.p[i] <= '9')
			buf_ch(&plain, text.p[i]);
	assert_true(dec_parse(buf_str(&plain), &d));
	buf_done(&plain);
	return d;
}

/* The list that a figure's address opens, asked of the API. */
static const char *api_of(struct str href)
{
	struct buf b;

	buf_init(&b, 2000);
	buf_lit(&b, "/api/v1/transaction?");
	for (struct str rest = href; rest.n;) {
		size_t at = str_find(rest, S("&amp;"));
		struct str until = S("date.to=");

		if (str_starts(rest, until)) {
			buf_lit(&b, "date=..");
			buf_add(&b, str_from(str_cut(rest, at), until.n));
		} else {
			buf_add(&b, str_cut(rest, at));
		}
		rest = str_from(rest, at + 5);
		if (rest.n)
			buf_ch(&b, '&');
	}
	return arena_z(&t.a, arena_buf(&t.a, &b));
}

static void each_figure_opens_its_rows(void **state)
{
	const char *link = "<a href=\"/fr/transactions?";
	struct str page = get("/fr/money", "").body;
	size_t figures = 0;

	(void)state;
	while (str_find(page, str_z(link)) < page.n) {
		struct str href, words, currency;
		const struct json *answer;

		page = str_from(page, str_find(page, str_z(link)) + strlen(link));
		href = str_cut(page, str_index(page, '"'));
		words = between(page, ">", "</a>");
		currency = str_cut(between(href, "value.currency=", "&"), 3);
		answer = asked(api_of(href));
		assert_true(sum_of(json_arr(answer, "items"), arena_z(&t.a, currency)) ==
			    figure_of(words).micro);
		figures++;
	}
	assert_int_equal(figures, 5);
}

static void a_currency_alone(void **state)
{
	const struct json *all = asked("/api/v1/transaction");
	const struct json *xof = asked("/api/v1/transaction?value.currency=XOF");
	const struct json *none = asked("/api/v1/transaction?value.currency=USD");

	(void)state;
	assert_int_equal(json_arr(all, "items")->count, 3);
	assert_int_equal(json_arr(xof, "items")->count, 2);
	assert_int_equal(json_arr(none, "items")->count, 0);
	assert_int_equal(get("/api/v1/transaction?value.amount=1", "").status, 400);
	assert_int_equal(get("/api/v1/transaction?date.currency=XOF", "").status, 400);
	check_says(get("/fr/transactions?value.currency=RUB", "").body, "500,55");
	assert_false(says(get("/fr/transactions?value.currency=RUB", "").body, "400 000"));
}

static void pages_in_each_language(void **state)
{
	static const char *const pages[] = {
		"/%s/reconciliation-desk",
		"/%s/reconciliation-desk?period=all&class=amount&kind=payment&giver=ml",
		"/%s/reconciliation-desk?period=2031",
		"/%s/reconciliation-desk/flow?of=ml/" ID(3, 1),
		"/%s/reconciliation-desk/flow?of=ml/" ID(3, 2),
		"/%s/reconciliation-desk/statement?period=2026-01",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		for (int l = 0; l < LANG_COUNT; l++) {
			char at[200];
			struct raw_answer r;

			snprintf(at, sizeof(at), pages[i], lang_codes[l]);
			r = get(at, "");
			assert_int_equal(r.status, 200);
			check_says(r.body, "</main>");
		}
}

static void what_the_desk_says(void **state)
{
	struct str page = get("/en/reconciliation-desk", "").body;
	struct str flow = get("/en/reconciliation-desk/flow?of=ru/" ID(3, 3), "").body;

	(void)state;
	check_says(page, "<b>1</b> Amount");
	check_says(page, "<b>1</b> Only one side");
	check_says(page, "<b>0</b> Matched");
	check_says(page, "400,000");
	check_says(page, "+20,000");
	check_says(flow, "/en/transaction/ml/" ID(3, 1));
	check_says(flow, "/en/transaction/ru/" ID(3, 3));
	check_says(flow, "/en/entry/ru/");
	check_says(get("/en/transaction/ru/" ID(3, 3), "").body,
		   "reconciliation-desk/flow?of=");
	check_says(get("/en/project/joint/" ID(2, 1), "").body, "0 of 2 flows agree.");
	/* a period that one of the two figures lies in */
	page = get("/en/reconciliation-desk?period=2026-01-18..2026-01-31", "").body;
	check_says(page, "outside the period");
	check_says(page, "-380,000");
}

static void for_programs(void **state)
{
	const struct json *desk = asked("/api/v1/reconciliation-desk?period=all&limit=1");
	const struct json *second;
	struct raw_answer csv = get("/api/v1/reconciliation-desk.csv?period=all", "");

	(void)state;
	assert_int_equal(json_arr(desk, "sums")->count, 2);
	assert_int_equal(json_arr(desk, "items")->count, 1);
	check_str(json_str(desk, "next"), S("o1"));
	second = asked("/api/v1/reconciliation-desk?period=all&limit=1&after=o1");
	assert_int_equal(json_arr(second, "items")->count, 1);
	assert_null(json_get(second, "next")->str.p);
	check_str(json_str(json_arr(second, "items")->child, "class"), S("amount"));
	assert_int_equal(csv.status, 200);
	check_says(csv.body,
		   "\"payment\",\"amount\",\"ml\",\"ru\",\"joint/" ID(2, 1) "\",\"ml/" ID(
			   3, 1) "\",\"2026-01-15\",\"yes\",\"400000\",\"XOF\"");
}

static void wrong_addresses(void **state)
{
	static const char *const wrong[] = {
		"period=yesterday",  "period=2026-Q5", "period=2026-03-01..2026-01-01",
		"period=2026-13",    "period=2026..",  "class=nothing",
		"kind=gift",         "party=fr",       "giver=xx",
		"between=ml",        "between=ml,ml",  "between=ml,zz",
		"project=../etc",    "rates=nobody",   "currency=AAAAAAAAAAAAAAAAAAAAAAAA",
		"period=0000-00-00", "period=99999",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char at[200];

		snprintf(at, sizeof(at), "/api/v1/reconciliation-desk?%s", wrong[i]);
		if (get(at, "").status != 400)
			print_error("taken: %s\n", wrong[i]);
		assert_int_equal(get(at, "").status, 400);
		snprintf(at, sizeof(at), "/fr/reconciliation-desk?%s", wrong[i]);
		assert_int_equal(get(at, "").status, 400);
	}
	assert_int_equal(get("/api/v1/reconciliation-desk?limit=0", "").status, 400);
	assert_int_equal(get("/api/v1/reconciliation-desk?after=x", "").status, 400);
	assert_int_equal(get("/fr/reconciliation-desk/flow", "").status, 404);
	assert_int_equal(get("/fr/reconciliation-desk/flow?of=ml/nothing", "").status, 404);
	assert_int_equal(get("/fr/reconciliation-desk/statement?period=all", "").status, 400);
	assert_int_equal(get("/fr/reconciliation-desk/statement?period=2026", "").status, 400);
	assert_int_equal(get("/fr/reconciliation-desk/statement?period=2025", "").status, 400);
	assert_int_equal(get("/fr/reconciliation/joint/" ID(9, 9) "/statement", "").status,
			 404);
}

/* --- a statement: proposed, and read again after a correction --- */

static const char *const statement = "/fr/reconciliation-desk/statement?period=2026-01";

static struct raw_answer propose(const char *cookie)
{
	struct str form = between(get(statement, cookie).body,
				  "<form method=post class=noprint>", "</form>");
	struct str csrf = between(form, "name=\"csrf\" value=\"", "\"");
	struct buf b;
	struct raw_answer r;

	buf_init(&b, 2000);
	buf_lit(&b, "csrf=");
	buf_add(&b, csrf);
	buf_lit(&b, "&note.fr=D%27accord+sauf+un+montant");
	r = post(statement, cookie, buf_str(&b));
	buf_done(&b);
	return r;
}

static void a_statement_is_signed_as_it_stood(void **state)
{
	const char *cookie;
	struct raw_answer r;
	struct str where, page;
	char at[200];

	(void)state;
	assert_int_not_equal(post(statement, "", S("note.fr=x")).status, 303);
	account("greffe", ROLE_CLERK);
	cookie = cookie_of("greffe");
	assert_int_equal(post(statement, cookie, S("note.fr=x")).status, 409);
	r = propose(cookie);
	assert_int_equal(r.status, 303);
	where = raw_header(r.head, "location");
	assert_true(str_starts(where, S("/fr/reconciliation/joint/")));
	snprintf(at, sizeof(at), "%.*s/statement", STR(where));
	page = get(at, "").body;
	check_says(page, "Rapprochement");
	check_says(page, "Сверка");
	check_says(page, "accord sauf un montant");
	check_says(page, "400 000 XOF");
	check_says(page, "Les chiffres d’aujourd’hui sont ceux de l’état.");
	check_says(get(arena_z(&t.a, where), "").body, "/statement\"");
	small_say(
		t.ml,
		"{\"type\":\"record.put\",\"kind\":\"transaction\",\"id\":\"" ID(
			3, 1) "\",\"data\":{\"project\":\"joint/" ID(2,
								     1) "\",\"type\":\"3\","
									"\"date\":\"2026-01-"
									"15\",\"value\":{"
									"\"amount\":\"380000\","
									"\"currency\":\"XOF\","
									"\"value_date\":"
									"\"2026-01-15\"}}}");
	page = get(at, "").body;
	check_says(page, "Les chiffres d’aujourd’hui ne sont plus ceux de l’état");
	check_says(page, "400 000 XOF"); /* as signed */
	check_says(page, "aujourd’hui Concordant");
}

/* What a side says stands beside the figures, and a dispute above all other classes. */
static void words_of_a_side(void **state)
{
	struct str flow;

	(void)state;
	small_say(t.ml, "{\"type\":\"record.put\",\"kind\":\"flow_remark\",\"data\":{\"about\":"
			"\"dispute\",\"given\":\"ml/" ID(
				3, 2) "\",\"text\":{\"fr\":\"<b>Jamais</b> reçu\"}}}");
	flow = get("/fr/reconciliation-desk/flow?of=ml/" ID(3, 2), "").body;
	check_says(flow, "Contesté");
	check_says(flow, "&lt;b&gt;Jamais&lt;/b&gt; reçu");
	check_says(get("/en/reconciliation-desk", "").body, "<b>1</b> Disputed");
	/* the form comes filled in */
	check_says(
		get("/fr/flow_remark/new?about=comment&given=ml/" ID(3, 1), cookie_of("greffe"))
			.body,
		"ml/" ID(3, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_figure_opens_its_rows),
		cmocka_unit_test(a_currency_alone),
		cmocka_unit_test(pages_in_each_language),
		cmocka_unit_test(what_the_desk_says),
		cmocka_unit_test(for_programs),
		cmocka_unit_test(wrong_addresses),
		cmocka_unit_test(a_statement_is_signed_as_it_stood),
		cmocka_unit_test(words_of_a_side),
	};

	return cmocka_run_group_tests(tests, small_register_up, small_register_down);
}
