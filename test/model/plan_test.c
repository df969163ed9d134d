#include "model/plan.h"

#include "check.h"

static struct arena a;

static struct json *read_json(const char *text)
{
	struct json *j;
	struct err err;

	check_ok(json_object(&a, str_z(text), &j, &err), &err);
	return j;
}

static int32_t day(const char *text)
{
	int32_t days;

	assert_true(date_parse(str_z(text), &days));
	return days;
}

static struct plan reckon(const char *project, const char *report, const char *today)
{
	const struct json *data[1];
	struct plan_reports reports = { data, 0 };
	struct plan p;

	if (report) {
		data[0] = read_json(report);
		reports.n = 1;
	}
	plan_reckon(&a, read_json(project), &reports, day(today), &p);
	return p;
}

static const char bridge[] =
	"{\"planned_start\":\"2026-01-01\",\"planned_end\":\"2026-12-31\",\"milestones\":["
	"{\"key\":\"design\",\"planned_end\":\"2026-02-01\"},"
	"{\"key\":\"steel\",\"planned_start\":\"2026-01-15\",\"planned_end\":\"2026-03-01\"},"
	"{\"key\":\"piers\",\"planned_end\":\"2026-06-01\",\"depends_on\":\"design\"},"
	"{\"key\":\"deck\",\"planned_end\":\"2026-09-01\",\"depends_on\":\"piers steel\"}]}";

/* design → piers → deck decides; steel may wait. */
static void the_longest_way_is_critical(void **state)
{
	struct plan p = reckon(bridge, NULL, "2026-01-01");

	(void)state;
	assert_int_equal(p.n, 4);
	assert_int_equal(p.finish, day("2026-09-01"));
	assert_int_equal(p.end, day("2026-12-31"));
	assert_int_equal(p.steps[0].start, day("2026-01-01"));
	assert_int_equal(p.steps[2].start, day("2026-02-01"));
	assert_int_equal(p.steps[3].start, day("2026-06-01"));
	assert_true(p.steps[0].critical && p.steps[2].critical && p.steps[3].critical);
	assert_false(p.steps[1].critical);
	assert_int_equal(p.steps[1].slack, day("2026-06-01") - day("2026-03-01"));
}

static void a_delay_moves_what_follows(void **state)
{
	struct plan p = reckon(
		bridge,
		"{\"milestone\":\"steel\",\"date\":\"2026-03-05\",\"status\":\"blocked\","
		"\"expected_end\":\"2026-07-11\"}",
		"2026-03-05");

	(void)state;
	assert_int_equal(p.steps[1].finish, day("2026-07-11"));
	assert_int_equal(p.finish, day("2026-07-11") + (day("2026-09-01") - day("2026-06-01")));
	assert_true(p.steps[1].critical && p.steps[3].critical);
	assert_false(p.steps[2].critical);
	/* the design, not done, moves it to 3 July */
	assert_int_equal(p.steps[2].slack, day("2026-07-11") - day("2026-07-03"));
}

static void what_is_not_done_is_not_finished_before_today(void **state)
{
	struct plan p = reckon(bridge, NULL, "2026-05-01");

	(void)state;
	assert_int_equal(p.steps[0].finish, day("2026-05-01"));
	assert_int_equal(p.steps[2].finish,
			 day("2026-05-01") + (day("2026-06-01") - day("2026-02-01")));
}

static void what_is_done_is_done(void **state)
{
	struct plan p =
		reckon(bridge,
		       "{\"milestone\":\"design\",\"date\":\"2026-01-20\",\"status\":\"done\","
		       "\"actual_start\":\"2026-01-02\",\"actual_end\":\"2026-01-19\"}",
		       "2026-01-20");

	(void)state;
	assert_true(p.steps[0].done && p.steps[0].begun);
	assert_false(p.steps[0].critical);
	assert_int_equal(p.steps[0].finish, day("2026-01-19"));
	p = reckon(bridge,
		   "{\"milestone\":\"design\",\"date\":\"2026-01-20\",\"status\":\"done\"}",
		   "2026-01-20");
	assert_int_equal(p.steps[0].finish, day("2026-01-20"));
}

static void circles_and_nonsense_are_borne(void **state)
{
	struct plan p =
		reckon("{\"milestones\":["
		       "{\"key\":\"a\",\"planned_end\":\"2026-02-01\",\"depends_on\":\"b\"},"
		       "{\"key\":\"b\",\"planned_end\":\"2026-03-01\",\"depends_on\":\"a a\"},"
		       "{\"key\":\"c\",\"planned_end\":\"2026-04-01\",\"depends_on\":\"b "
		       "nowhere\",\"planned_start\":\"2026-05-01\"},"
		       "{\"key\":\"d\",\"planned_end\":\"never\"},"
		       "{\"key\":\"e\",\"planned_end\":\"2026-01-01\",\"depends_on\":\" e\"},"
		       "{\"key\":\"f\",\"planned_end\":\"2026-01-05\"}]}",
		       "{\"milestone\":\"z\"}", "2026-01-01");

	(void)state;
	assert_int_equal(p.n, 5);
	assert_true(p.steps[0].circular && p.steps[1].circular && p.steps[2].circular);
	assert_true(p.steps[3].circular);
	assert_false(p.steps[4].circular);
	assert_int_equal(p.steps[2].start, p.steps[2].end);
	assert_int_equal(p.finish, day("2026-01-05"));
	assert_int_equal(p.end, day("2026-04-01"));
	p = reckon("{}", NULL, "2026-01-01");
	assert_int_equal(p.n, 0);
	assert_false(p.has_end);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_way_is_critical),
		cmocka_unit_test(a_delay_moves_what_follows),
		cmocka_unit_test(what_is_not_done_is_not_finished_before_today),
		cmocka_unit_test(what_is_done_is_done),
		cmocka_unit_test(circles_and_nonsense_are_borne),
	};

	arena_init(&a, 1 << 24);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
