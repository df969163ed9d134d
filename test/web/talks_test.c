/* Letters with how long answers take, calls with their answers, partners, what is at risk or
 * silent.  Today is 2 March 2026. */
#include "commission.h"

static const char *clerk;

#define LETTER(n, number, date, more)                                                          \
	PUT("letter", "01981000-000a-7000-8000-00000000000" #n,                                \
	    "\"number\":\"" number "\",\"direction\":\"out\",\"date\":\"" date                 \
	    "\"," BOTH("subject", "Objet " number, "Тема " number) "," more)
#define TO(org)  "\"sender\":\"ml/" CID(1, 1) "\",\"recipient\":\"ml/" org "\""
#define REPLY(n) "\"reply_to\":\"ml/01981000-000a-7000-8000-00000000000" #n "\""
#define ENERGY   CID(1, 2)
#define PAID(n, type, amount, currency)                                                        \
	PUT("transaction", "01981000-000b-7000-8000-00000000000" #n,                           \
	    "\"project\":\"joint/" CID(                                                        \
		    7, 2) "\",\"type\":\"" type                                                \
			  "\",\"date\":\"2026-01-10\",\"value\":{\"amount\":\"" amount         \
			  "\",\"currency\":\"" currency                                        \
			  "\",\"value_date\":\"2026-01-10\"},\"provider\":\"ml/" ENERGY "\"")
#define CALL "01981000-000c-7000-8000-000000000001"
#define INTEREST(n, partner, amount, date)                                                     \
	PUT("interest", "01981000-000d-7000-8000-00000000000" #n,                              \
	    "\"call\":\"ml/" CALL "\",\"partner\":\"" partner "\",\"date\":\"" date            \
	    "\",\"status\":\"received\",\"amount\":{\"amount\":\"" amount                      \
	    "\",\"currency\":\"XOF\"}")

static const char *const said[] = {
	PUT("organisation", ENERGY,
	    BOTH("name", "Ministère de l’Énergie",
		 "Министерство энергетики") ",\"type\":\"10\",\"country\":\"ML\""),
	/* Answered after 10, 20 and 31 days; one waits with its date passed, one does not. */
	LETTER(1, "A-1", "2025-06-01", TO(ENERGY) ",\"due\":\"2025-07-01\""),
	LETTER(2, "B-1", "2025-06-11", REPLY(1)),
	LETTER(3, "A-2", "2025-08-01", TO(ENERGY)),
	LETTER(4, "B-2", "2025-08-21", REPLY(3)),
	LETTER(5, "A-3", "2025-10-01", TO(ENERGY) ",\"due\":\"2025-12-01\""),
	LETTER(6, "B-3", "2025-11-01", REPLY(5)),
	LETTER(7, "A-4", "2026-01-31", TO(ENERGY) ",\"due\":\"2026-02-15\""),
	LETTER(8, "A-5", "2026-02-01", TO(ENERGY)),
	/* The same letter written down a second time. */
	LETTER(9, "A-4", "2026-01-31", TO(ENERGY) ",\"due\":\"2026-02-15\""),
	PUT("project", CID(7, 2),
	    BOTH("title", "Barrage",
		 "Плотина") ",\"status\":\"2\",\"field\":\"energy\",\"cost\":{"
			    "\"amount\":\"1000\",\"currency\":\"XOF\"}"),
	PUT("project", CID(7, 3),
	    BOTH("title", "Puits", "Колодец") ",\"status\":\"2\",\"field\":\"energy\""),
	PUT("project", CID(7, 4),
	    BOTH("title", "Fini", "Готово") ",\"status\":\"4\",\"field\":\"energy\","
					    "\"planned_end\":\"2025-01-01\""),
	PAID(1, "2", "800", "XOF"),
	PAID(2, "3", "600", "XOF"),
	PAID(3, "3", "400", "XOF"),
	PAID(4, "3", "5000", "RUB"),
	PUT("progress", "01981000-000e-7000-8000-000000000001",
	    "\"project\":\"joint/" CID(7, 3) "\",\"date\":\"2026-01-01\",\"health\":"
					     "\"blocked\",\"delay_reason\":\"funding\""),
	PUT("call", CALL,
	    BOTH("title", "Appel <un>",
		 "Приглашение") ",\"role\":\"4\",\"opened\":\"2026-01-01\",\"deadline\":"
				"\"2026-03-10\",\"amount\":{\"amount\":\"3000\",\"currency\":"
				"\"XOF\"}," BOTH("eligible", "Toute société",
						 "Любая компания")),
	INTEREST(1, "Société A", "1000", "2026-02-01"),
	INTEREST(2, "Société <B>", "3300", "2026-02-02"),
};

static int up(void **state)
{
	int done = commission_up(state);

	account("awa", ROLE_CLERK);
	clerk = cookie_of("awa");
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		t.fixed.ms += 1000;
		good(&t, t.ml, said[i]);
	}
	return done;
}

static void response_times_are_whole_days(void **state)
{
	struct str page = main_of(get("/fr/letters", "")), row;

	(void)state;
	row = between(page, "Ministère de l’Énergie</a></th>", "</tr>");
	check_says(row, "view=answered&amp;by=ml/" ENERGY "\">3</a>");
	check_says(row, "data-l=\"Médiane\">20 jours");
	check_says(row, "data-l=\"Le plus long\">31 jours");
	/* A-4 once though it stands there twice; A-5 asks for no answer. */
	check_says(row, "view=unanswered&amp;by=ml/" ENERGY "\">1</a>");
	check_says(row, "30 jours");
	page = main_of(get("/fr/letters?view=unanswered", ""));
	assert_int_equal(times_in(page, "<th scope=row>"), 1);
	check_says(page, "A-4");
	check_says(page, "15 jours de retard");
	page = main_of(get("/ru/letters?view=answered&by=ml/" ENERGY, ""));
	assert_int_equal(times_in(page, "<th scope=row>"), 3);
	assert_int_equal(times_in(main_of(get("/fr/letters?view=answered&by=ml/x", "")),
				  "<th scope=row>"),
			 0);
	assert_int_equal(get("/fr/letters?view=moon&by=%3Cb%3E", "").status, 200);
}

static void answers_to_a_call_stand_side_by_side(void **state)
{
	struct str page = main_of(get("/fr/calls", ""));

	(void)state;
	check_says(page, "Appel &lt;un&gt;");
	check_says(page, "dans 8 jours");
	check_says(page, "Toute société");
	check_says(page, "ouvert aux réponses");
	check_says(page, "#answers\">2</a>");
	page = main_of(get("/fr/call/ml/" CALL, ""));
	check_says(page, "Société &lt;B&gt;");
	check_says(page, "33,3\u00a0% du montant recherché");
	check_says(page, "110\u00a0% du montant recherché");
	assert_false(says(page, "/interest/new"));
	check_says(main_of(get("/fr/call/ml/" CALL, clerk)), "/fr/interest/new?call=ml/" CALL);
	check_says(main_of(get("/fr/interest/new?call=ml/" CALL, clerk)), CALL);
}

static void a_partner_and_what_it_did(void **state)
{
	struct str page = main_of(get("/fr/partners", "")), row;

	(void)state;
	row = between(page, "Ministère de l’Énergie</a>", "</tr>");
	check_says(row, "provider=ml/" ENERGY "&amp;type=2%2011\">1</a>");
	check_says(row, "provider=ml/" ENERGY "&amp;type=1%203%204\">3</a>");
	check_says(row, "#overdue\">2</a>"); /* the letter, as both have it */
	page = main_of(get("/fr/organisation/ml/" ENERGY, ""));
	check_says(page, "Ce qu’elle a promis et fait");
	check_says(page, ">1\u202f000</a> XOF");
	check_says(page, ">5\u202f000,00</a> RUB");
	check_says(page, "id=overdue");
	assert_int_equal(times_in(main_of(get("/fr/transactions?provider=ml/" ENERGY
					      "&party=ml&value.currency=XOF&type=1%203%204",
					      "")),
				  "<th scope=row"),
			 2);
	assert_false(says(main_of(get("/fr/organisation/ml/" CID(1, 1), "")), ">5 000,00<"));
}

static size_t at_risk(const char *why)
{
	char address[100];

	snprintf(address, sizeof(address), "/fr/at-risk%s", why);
	return times_in(main_of(get(address, "")), "<li><div class=row>");
}

static void at_risk_by_one_rule(void **state)
{
	(void)state;
	/* Kayes has a date that passed, the wells are blocked; the dam has spent its cost. */
	assert_int_equal(at_risk(""), 2);
	assert_int_equal(at_risk("?why=late"), 1);
	assert_int_equal(at_risk("?why=blocked"), 1);
	assert_int_equal(at_risk("?why=overrun"), 0);
	check_says(main_of(get("/fr/", "")), "href=\"/fr/at-risk\"><b>2</b>");
	/* One unit more than agreed. */
	good(&t, t.ml, PAID(5, "3", "1", "XOF"));
	assert_int_equal(at_risk("?why=overrun"), 1);
	assert_int_equal(at_risk(""), 3);
	/* It is blocked no more. */
	good(&t, t.ml,
	     PUT("progress", "01981000-000e-7000-8000-000000000002",
		 "\"project\":\"joint/" CID(7, 3) "\",\"date\":\"2026-02-01\",\"health\":"
						  "\"on-track\""));
	assert_int_equal(at_risk("?why=blocked"), 0);
	check_says(main_of(get("/ru/", "")), "href=\"/ru/at-risk\"><b>2</b>");
	assert_int_equal(get("/fr/at-risk?why=moon&page=99999999999999999999", "").status, 200);
}

static void silence_is_heard(void **state)
{
	struct str page = main_of(get("/fr/silent", ""));

	(void)state;
	assert_false(says(page, "Pont de Kayes"));
	t.fixed.ms += INT64_C(100) * 86400000;
	/* Something is said of one of them again. */
	good(&t, t.ml,
	     PUT("progress", "01981000-000e-7000-8000-000000000003",
		 "\"project\":\"joint/" CID(7, 3) "\",\"date\":\"2026-02-02\",\"health\":"
						  "\"on-track\""));
	page = main_of(get("/fr/silent", ""));
	check_says(page, "Pont de Kayes");
	check_says(page, "il y a 100 jours");
	check_says(page, "I-02 · Décision I-02");
	assert_false(says(page, "Puits"));
	assert_false(says(page, "Fini")); /* closed */
	assert_false(says(page, "I-04")); /* executed */
	assert_false(says(main_of(get("/fr/silent?days=180", "")), "Pont de Kayes"));
	check_says(main_of(get("/ru/silent?days=30", "")), "Мост в Каесе");
	assert_int_equal(get("/fr/silent?days=0", "").status, 400);
	assert_int_equal(get("/fr/silent?days=x", "").status, 400);
	t.fixed.ms += INT64_C(100) * 86400000;
	check_says(main_of(get("/fr/silent", "")), "Deuxième session"); /* planned, not held */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(response_times_are_whole_days),
		cmocka_unit_test(answers_to_a_call_stand_side_by_side),
		cmocka_unit_test(a_partner_and_what_it_did),
		cmocka_unit_test(at_risk_by_one_rule),
		cmocka_unit_test(silence_is_heard),
	};

	return cmocka_run_group_tests(tests, up, live_down);
}
