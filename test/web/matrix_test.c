#include "commission.h"

static const char *clerk, *reader;

static int up(void **state)
{
	int done = commission_up(state);

	account("awa", ROLE_CLERK);
	account("lec", ROLE_READER);
	clerk = cookie_of("awa");
	reader = cookie_of("lec");
	return done;
}

static size_t rows_of(const char *address)
{
	struct raw_answer r = get(address, "");

	assert_int_equal(r.status, 200);
	return times_in(main_of(r), "<th scope=row><a href=\"/fr/decision/");
}

static void the_matrix_is_golden(void **state)
{
	bool same = golden("decisions.fr.html", main_of(get("/fr/decisions", "")));

	(void)state;
	same &= golden("decisions.ru.html",
		       main_of(get("/ru/decisions?view=late&group=lead", "")));
	assert_true(same);
}

/* Each view shows what it says, and says how many. */
static void views_are_addresses(void **state)
{
	(void)state;
	assert_int_equal(rows_of("/fr/decisions"), 4);
	assert_int_equal(rows_of("/fr/decisions?view=late"), 1);
	assert_int_equal(rows_of("/fr/decisions?view=blocked"), 1);
	assert_int_equal(rows_of("/fr/decisions?view=approval&party=ru"), 1);
	assert_int_equal(rows_of("/fr/decisions?view=approval&party=ml"), 0);
	assert_int_equal(rows_of("/fr/decisions?view=silent&party=ml"), 1);
	assert_int_equal(rows_of("/fr/decisions?view=silent&party=ru"), 3);
	assert_int_equal(rows_of("/fr/decisions?status=executed"), 1);
	assert_int_equal(rows_of("/fr/decisions?status=open%20executed"), 4);
	assert_int_equal(rows_of("/fr/decisions?lead=ml/" CID(1, 1)), 1);
	assert_int_equal(rows_of("/fr/decisions?view=late&lead=ml/" CID(1, 2)), 0);
	assert_int_equal(rows_of("/fr/decisions?view=late&lead=ml/" CID(1, 1)), 1);
	assert_int_equal(rows_of("/fr/decisions?view=late&q=I-03"), 0);
	assert_int_equal(rows_of("/fr/decisions?view=late&page=2"), 0);
	assert_int_equal(rows_of("/fr/decisions?session=joint/" CID(2, 2)), 0);
	assert_int_equal(rows_of("/fr/decisions?q=I-02"), 1);
	check_says(get("/fr/decisions?view=late", "").body, "<strong>1 décision</strong>");
	check_says(get("/fr/decisions?group=status", "").body,
		   "<a href=\"?group=status&amp;status=open\">");
}

static void the_latest_report_stands_in_the_row(void **state)
{
	struct str page = main_of(get("/fr/decisions?view=blocked", ""));

	(void)state;
	check_says(page, "Les camions attendent &lt;à la frontière&gt;.");
	check_says(page, "20 février 2026");
	check_says(page, "Douane");
	check_says(page, "30 jours de retard");
	check_says(page, "Gouvernement");
	assert_false(says(page, "10 janvier 2026"));
	assert_false(says(page, "escalate"));
}

static void bad_addresses_are_refused(void **state)
{
	(void)state;
	assert_int_equal(get("/fr/decisions?view=moon", "").status, 400);
	assert_int_equal(get("/fr/decisions?group=%3Cb%3E", "").status, 400);
	assert_int_equal(get("/fr/decisions?party=xx", "").status, 400);
	assert_int_equal(get("/fr/decisions?session=nonsense", "").status, 400);
	assert_int_equal(get("/fr/decisions?lead=ml", "").status, 400);
	assert_int_equal(get("/fr/decisions?page=99999", "").status, 200);
	assert_int_equal(get("/fr/decisions?view=&group=", "").status, 200);
}

/* --- raising to the next session --- */

#define RAISE "/fr/decisions/" CID(3, 1) "/escalate"

static struct str token(void)
{
	return arena_join(
		&t.a, S("csrf="),
		between(get("/fr/decisions", clerk).body, "name=csrf value=\"", "\""));
}

static void a_decision_is_raised_once(void **state)
{
	struct raw_answer r = post(RAISE, clerk, token());
	struct str where = arena_str(&t.a, raw_header(r.head, "location")), page;

	(void)state;
	assert_int_equal(r.status, 303);
	assert_true(str_starts(where, S("/fr/obstacle/ml/")));
	page = main_of(get(arena_z(&t.a, where), clerk));
	check_says(page, "La décision I-01 n’est pas exécutée");
	check_says(page, "/fr/session/joint/" CID(2, 2));
	check_says(page, "Porté devant une session");
	/* a second click finds what the first has made */
	r = post(RAISE, clerk, token());
	assert_int_equal(r.status, 303);
	check_str(raw_header(r.head, "location"), where);
	page = main_of(get("/fr/decisions", clerk));
	check_says(page, "portée devant la prochaine session");
	check_says(main_of(get("/fr/", "")), "/fr/obstacles?escalated_to=joint/" CID(2, 2));
}

static void an_open_obstacle_is_raised_itself(void **state)
{
	struct raw_answer r;

	(void)state;
	good(&t, t.ml,
	     PUT("obstacle", CID(9, 1),
		 BOTH("title", "Crédits",
		      "Кредиты") ",\"kind\":\"risk\",\"severity\":\"low\","
				 "\"status\":\"open\",\"decision\":\"joint/" CID(
					 3, 2) "\",\"raised\":"
					       "\"2026-02-01\""));
	r = post("/fr/decisions/" CID(3, 2) "/escalate", clerk, token());
	check_str(raw_header(r.head, "location"), S("/fr/obstacle/ml/" CID(9, 1)));
	check_says(main_of(get("/fr/obstacle/ml/" CID(9, 1), clerk)), "Deuxième session");
	check_says(main_of(get("/fr/obstacle/ml/" CID(9, 1) "/history", clerk)), "Version 2");
}

static void strangers_raise_nothing(void **state)
{
	(void)state;
	assert_int_equal(post(RAISE, "", token()).status, 401);
	assert_int_equal(
		post(RAISE, reader,
		     arena_join(&t.a, S("csrf="),
				between(get("/fr/", reader).body, "name=csrf value=\"", "\"")))
			.status,
		403);
	assert_int_equal(post(RAISE, clerk, S("csrf=wrong")).status, 409);
	assert_int_equal(post("/fr/decisions/nonsense/escalate", clerk, token()).status, 404);
	assert_int_equal(get(RAISE, clerk).status, 404);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_matrix_is_golden),
		cmocka_unit_test(views_are_addresses),
		cmocka_unit_test(the_latest_report_stands_in_the_row),
		cmocka_unit_test(bad_addresses_are_refused),
		cmocka_unit_test(strangers_raise_nothing),
		cmocka_unit_test(a_decision_is_raised_once),
		cmocka_unit_test(an_open_obstacle_is_raised_itself),
	};

	return cmocka_run_group_tests(tests, up, live_down);
}
