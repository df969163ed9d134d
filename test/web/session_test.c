/* The page of a session: what its agenda could take up, its decisions and their past. */
#include "commission.h"

static const char *clerk, *secretary;
static const char next[] = "/fr/session/joint/" CID(2, 2);

static int up(void **state)
{
	int done = commission_up(state);

	account("awa", ROLE_CLERK);
	account("sec", ROLE_SECRETARY);
	clerk = cookie_of("awa");
	secretary = cookie_of("sec");
	good(&t, t.ml,
	     PUT("obstacle", CID(9, 1),
		 BOTH("title", "Crédits <gelés>",
		      "Кредиты") ",\"kind\":\"blockage\",\"severity\":\"high\",\"status\":"
				 "\"escalated\",\"escalated_to\":\"joint/" CID(
					 2, 2) "\",\"raised\":\"2026-02-01\""));
	good(&t, t.ml,
	     PUT("progress", CID(9, 2),
		 "\"project\":\"joint/" CID(7, 1) "\",\"date\":\"2026-02-01\",\"health\":"
						  "\"blocked\",\"delay_reason\":\"funding\""));
	good(&t, t.ml,
	     DECISION(5, "II-01",
		      "\"status\":\"open\",\"carried_from\":\"joint/" CID(3, 1) "\""));
	good(&t, t.ml,
	     DECISION(6, "III-01",
		      "\"status\":\"open\",\"carried_from\":\"joint/" CID(3, 5) "\""));
	await_served(1);
	return done;
}

static struct raw_answer add(const char *who, const char *what)
{
	struct buf b;
	struct raw_answer r;

	buf_init(&b, 4096);
	buf_lit(&b, "csrf=");
	buf_add(&b, between(get(next, who).body, "name=\"csrf\" value=\"", "\""));
	buf_lit(&b, "&add=");
	url_part(&b, str_z(what));
	r = post("/fr/session/joint/" CID(2, 2) "/agenda", who, buf_str(&b));
	buf_done(&b);
	return r;
}

static void the_agenda_is_proposed(void **state)
{
	struct str page = main_of(get(next, ""));

	(void)state;
	check_says(page, "Décisions non exécutées à temps");
	check_says(page, "/fr/decision/joint/" CID(3, 1));
	check_says(page, "Crédits &lt;gelés&gt;");
	check_says(page, "Projets bloqués");
	check_says(page, "Délégation non encore désignée\u00a0: Mali, Fédération de Russie.");
	assert_false(says(page, "name=add"));
	assert_false(says(main_of(get("/fr/session/joint/" CID(2, 1), clerk)), "name=add"));
	assert_false(
		says(main_of(get("/fr/session/joint/" CID(2, 1), "")), "non encore désignée"));
	page = main_of(get(next, clerk));
	check_says(page, "name=add value=\"decision:joint/" CID(3, 1) "\"");
	check_says(page, "name=add value=\"blocked:joint/" CID(7, 1) "\"");
	check_says(page, "name=add value=\"obstacle:ml/" CID(9, 1) "\"");
}

/* Each click completes this side's one open proposal. */
static void one_click_adds_one_item(void **state)
{
	struct raw_answer r = add(secretary, "decision:joint/" CID(3, 1));
	struct str page;

	(void)state;
	assert_int_equal(r.status, 303);
	assert_int_equal(add(secretary, "obstacle:ml/" CID(9, 1)).status, 303);
	assert_int_equal(add(secretary, "blocked:joint/" CID(7, 1)).status, 303);
	page = main_of(get(next, secretary));
	check_says(page, "Décision non exécutée à temps : I-01 · Décision I-01");
	check_says(page, "Porté devant la session : Crédits &lt;gelés&gt;");
	check_says(page, "Projet bloqué : Pont de Kayes");
	assert_false(says(page, "value=\"decision:joint/" CID(3, 1)));
	assert_int_equal(times_in(page, "Le lire en entier et répondre"), 1);
	/* both languages */
	check_says(main_of(get("/ru/session/joint/" CID(2, 2), "")),
		   "Заблокированный проект: Мост в Каесе");
}

static void a_second_click_adds_nothing(void **state)
{
	struct str before = main_of(get(next, "")), after;

	(void)state;
	assert_int_equal(add(secretary, "decision:joint/" CID(3, 1)).status, 303);
	assert_int_equal(add(secretary, "nonsense").status, 303);
	assert_int_equal(add(secretary, "").status, 303);
	after = main_of(get(next, ""));
	check_str(after, before);
	assert_int_equal(post("/fr/session/joint/" CID(2, 2) "/agenda", "", S("add=x")).status,
			 401);
	assert_int_equal(
		post("/fr/session/joint/" CID(2, 2) "/agenda", clerk, S("add=x")).status, 409);
}

static void a_decision_tells_its_past(void **state)
{
	struct str page = main_of(get("/fr/decision/joint/" CID(3, 6), ""));

	(void)state;
	check_says(page, "Reportée 2 fois.");
	check_says(page, "De session en session");
	page = main_of(get("/fr/decision/joint/" CID(3, 5), ""));
	check_says(page, "Reportée 1 fois.");
	check_says(page, "III-01");
	assert_false(says(main_of(get("/fr/decision/joint/" CID(3, 2), "")), "De session"));
	page = main_of(get("/fr/session/joint/" CID(2, 1), ""));
	check_says(page, "Ses décisions");
	check_says(page, "Reportée 2 fois.");
	check_says(page, "/fr/decisions?session=joint/" CID(2, 1));
}

/* Two that name each other: the walk ends. */
static void a_circle_ends(void **state)
{
	(void)state;
	good(&t, t.ml,
	     DECISION(1, "I-01",
		      "\"status\":\"open\",\"deadline\":\"2026-01-31\",\"carried_from\":"
		      "\"joint/" CID(3, 6) "\""));
	assert_int_equal(get("/fr/decision/joint/" CID(3, 1), "").status, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_agenda_is_proposed),
		cmocka_unit_test(one_click_adds_one_item),
		cmocka_unit_test(a_second_click_adds_nothing),
		cmocka_unit_test(a_decision_tells_its_past),
		cmocka_unit_test(a_circle_ends),
	};

	return cmocka_run_group_tests(tests, up, live_down);
}
