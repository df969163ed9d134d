#include "commission.h"

static void the_calendar_is_golden(void **state)
{
	bool same = golden("calendar-project.fr.html",
			   main_of(get("/fr/calendar?project=joint/" CID(7, 1), "")));

	(void)state;
	same &= golden("agreements.ru.html", main_of(get("/ru/agreements", "")));
	assert_true(same);
}

/* design, late by two months, moves piers and deck: all three are critical. */
static void the_critical_path_is_told(void **state)
{
	struct str page = main_of(get("/fr/calendar?project=joint/" CID(7, 1), ""));

	(void)state;
	assert_int_equal(times_in(page, "<strong>critique</strong>"), 3);
	check_says(page, "59 jours de retard");
	check_says(page, "Financement indisponible");
	assert_int_equal(times_in(page, "class=\"arrow critical\""), 2);
	page = main_of(get("/fr/calendar", ""));
	check_says(page, "0 sur 3 achevés");
	check_says(page, "<svg class=chart role=img");
	assert_int_equal(get("/fr/calendar?project=joint/" CID(7, 9), "").status, 404);
	assert_int_equal(get("/fr/calendar?project=%3Cb%3E", "").status, 400);
	assert_int_equal(get("/fr/calendar?status=%3Cb%3E", "").status, 400);
}

static void treaties_are_reckoned(void **state)
{
	struct str page = main_of(get("/fr/agreements", ""));

	(void)state;
	check_says(page, "Pas en vigueur, d’après ce qui est déclaré.");
	check_says(page, "30 jours après");
	check_says(page, "02/12/2025");
	check_says(page, "N 12");
	check_says(page, "class=\"b late\">prévu");
	check_says(page, "Pont de Kayes");
	check_says(main_of(get("/fr/agreements?status=in-force", "")), "Aucun");
	assert_int_equal(get("/fr/agreements?status=%3Cb%3E", "").status, 400);
	good(&t, t.ml,
	     PUT("agreement", CID(5, 2),
		 BOTH("title", "Protocole", "Протокол") ",\"kind\":\"protocol\",\"status\":"
							"\"signed\",\"signed\":\"2025-12-01\","
							"\"clause\":\"signature\","
							"\"clause_days\":\"10\",\"duration_"
							"years\":\"1\",\"renewal\":\"tacit\","
							"\"notice_months\":\"3\""));
	page = main_of(get("/fr/agreements", ""));
	check_says(page, "En vigueur depuis le 11 décembre 2025");
	check_says(page, "proposez une nouvelle version");
	check_says(page, "11 décembre 2026");
	check_says(page, "11 septembre 2026");
}

static void calendar_programs_are_served(void **state)
{
	struct raw_answer r = get("/data/calendar.ics?lang=fr", "");

	(void)state;
	assert_int_equal(r.status, 200);
	check_header(r, "content-type", "text/calendar; charset=utf-8");
	assert_true(str_starts(r.body, S("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")));
	assert_true(str_ends(r.body, S("END:VCALENDAR\r\n")));
	check_says(r.body, "UID:project.joint." CID(7, 1) ".deck@");
	check_says(r.body, "DTSTART;VALUE=DATE:20260615\r\n");
	assert_int_equal(times_in(r.body, "BEGIN:VEVENT"), times_in(r.body, "END:VEVENT"));
	r = get("/data/calendar.ics?kind=session", "");
	assert_int_equal(times_in(r.body, "BEGIN:VEVENT"), 1);
	assert_int_equal(get("/data/calendar.ics?kind=moon", "").status, 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_calendar_is_golden),
		cmocka_unit_test(the_critical_path_is_told),
		cmocka_unit_test(treaties_are_reckoned),
		cmocka_unit_test(calendar_programs_are_served),
	};

	return cmocka_run_group_tests(tests, commission_up, live_down);
}
