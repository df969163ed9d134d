#include "golden.h"
#include "register.h"

#define TEN(s) s s s s s s s s s s
/* clang-format off */
#define PLAN_OF(n, seen, from, amount, more)                                                   \
	"{\"type\":\"record.put\",\"kind\":\"planned_disbursement\",\"id\":\"" ID(6, n) "\"," seen  \
	"\"data\":{\"project\":\"joint/" ID(2, 1) "\",\"period_start\":\"" from "\","              \
	"\"value\":{\"amount\":\"" amount "\",\"currency\":\"XOF\","                             \
	"\"value_date\":\"2026-01-01\"}" more "}}"
/* clang-format on */
#define PLAN(n, from, amount, more) PLAN_OF(n, "", from, amount, more)
#define NATIONAL(n, from, amount)   PLAN_OF(n, "\"visibility\":\"national\",", from, amount, "")

/* 400 000 XOF were paid in January of 1 000 000 planned. */
static void the_gap_is_told(void **state)
{
	struct str page;

	(void)state;
	good(&t, t.ml, PLAN(1, "2026-01-01", "600000", ""));
	good(&t, t.ml, PLAN(2, "2026-01-20", "400000", ""));
	/* Its row is cut for lists: what counts stands in it. */
	good(&t, t.ml,
	     PLAN(3, "2026-06-01", "250000",
		  ",\"note\":{\"fr\":\"" TEN(TEN("Dès que possible. ")) "\"}"));
	good(&t, t.ml, PLAN(4, "2026-01-20", "999000", ",\"secondary\":true"));
	page = main_of(get("/fr/project/joint/" ID(2, 1), ""));
	check_says(page, "Mali\u00a0: 600\u202f000 XOF de retard");
	check_says(page, "<svg class=chart role=img id=\"curve\"");
	check_says(page, "class=\"slip\"");
	check_says(page, "href=\"/fr/planned-disbursements?party=ml&amp;value.currency=XOF&amp;"
			 "period_start.to=2026-01-31&amp;project=joint%2F" ID(
				 2, 1) "\">1\u202f000\u202f000</a>");
	check_says(page, "period_start.to=2026-06-30&amp;project=joint%2F" ID(
				 2, 1) "\">1\u202f250\u202f000</a>");
	check_says(page, "href=\"/fr/transactions?party=ml&amp;type=3&amp;value.currency=XOF"
			 "&amp;date.to=2026-01-31");
	assert_false(says(page, "1\u202f999\u202f000"));
}

/* The money page scans what a project's page reads one by one: both say the same. */
static void all_money_says_the_same(void **state)
{
	struct str page = main_of(get("/fr/money?curve=XOF", ""));

	(void)state;
	check_says(page, "Mali\u00a0: 600\u202f000 XOF de retard");
	check_says(page, "period_start.to=2026-06-30\">1\u202f250\u202f000</a>");
	assert_false(says(page, "1\u202f999\u202f000"));
	page = main_of(get("/ru/money?curve=RUB", ""));
	check_says(page, "<strong>RUB</strong>");
	check_says(page, "curve=XOF");
	assert_false(says(page, "отставание от плана выплат"));
}

static struct str project(void)
{
	return main_of(get("/fr/project/joint/" ID(2, 1), ""));
}

/* More than the page shows of who points at the project, and one that not everybody sees. */
static void of_many_none_is_forgotten(void **state)
{
	(void)state;
	good(&t, t.ml, PLAN(5, "2026-07-01", "1000", ""));
	good(&t, t.ml, PLAN(6, "2026-07-01", "1000", ""));
	good(&t, t.ml, PLAN(7, "2026-07-01", "1000", ""));
	good(&t, t.ml, PLAN(8, "2026-07-01", "1000", ""));
	check_says(project(), "1\u202f254\u202f000</a>"); /* all eight are shown */
	good(&t, t.ml, NATIONAL(9, "2026-07-01", "500"));
	check_says(project(), "1\u202f254\u202f000</a>");
	assert_false(says(project(), "1\u202f254\u202f500"));
	good(&t, t.ml, PLAN(a, "2026-07-01", "1000", ""));
	check_says(project(), "1\u202f255\u202f000</a>");
	check_says(main_of(get("/fr/money?curve=XOF", "")), "1\u202f255\u202f000</a>");
}

static void a_strange_currency_is_none(void **state)
{
	struct raw_answer r = get("/fr/money?curve=%22%3E%3Cscript%3E", "");

	(void)state;
	assert_int_equal(r.status, 200);
	assert_false(says(r.body, "<script"));
	check_says(main_of(r), "<strong>XOF</strong>");
	/* a project without money has no curve */
	assert_false(says(get("/fr/project/joint/" ID(2, 2), "").body, "id=\"curve\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_gap_is_told),
		cmocka_unit_test(all_money_says_the_same),
		cmocka_unit_test(of_many_none_is_forgotten),
		cmocka_unit_test(a_strange_currency_is_none),
	};

	return cmocka_run_group_tests(tests, small_register_up, small_register_down);
}
