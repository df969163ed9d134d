#include "model/treaty.h"

#include "check.h"

static struct arena a;
static const struct str parties[] = { { "ml", 2 }, { "ru", 2 } };

static struct treaty_step step(const char *party, const char *code, const char *done,
			       const char *expected)
{
	struct treaty_step s = { .party = str_z(party), .step = str_z(code) };

	s.has_done = date_parse(str_z(done), &s.done);
	s.has_expected = date_parse(str_z(expected), &s.expected);
	return s;
}

static int32_t day(const char *text)
{
	int32_t days;

	assert_true(date_parse(str_z(text), &days));
	return days;
}

static struct treaty reckon(const char *agreement, const struct treaty_step *steps, size_t n,
			    const char *today)
{
	struct treaty_plan p = {
		.steps = steps, .step_count = n, .parties = parties, .party_count = 2
	};
	struct json *data;
	struct treaty t;
	struct err err;

	check_ok(json_object(&a, str_z(agreement), &data, &err), &err);
	p.agreement = data;
	p.today = day(today);
	treaty_reckon(&p, &t);
	return t;
}

/* The later of two notifications, and the days after it. */
static void the_last_notification_counts(void **state)
{
	const struct treaty_step both[] = { step("ml", "notified", "2025-12-02", ""),
					    step("ru", "notified", "2026-02-04", ""),
					    step("ru", "ratified", "2026-03-01", "") };
	struct treaty t = reckon("{\"clause\":\"notification\",\"clause_days\":\"30\"}", both,
				 3, "2026-11-22");

	(void)state;
	assert_int_equal(t.basis, TREATY_RECKONED);
	assert_int_equal(t.awaited, 0);
	assert_int_equal(t.event, day("2026-02-04"));
	assert_int_equal(t.last, 1);
	assert_int_equal(t.in_force, day("2026-03-06"));
	assert_false(t.has_end);
	t = reckon("{\"clause\":\"notification\"}", both, 3, "2026-11-22");
	assert_int_equal(t.in_force, day("2026-02-04"));
	t = reckon("{\"clause\":\"exchange\"}", both, 3, "2026-11-22");
	assert_int_equal(t.basis, TREATY_UNKNOWN);
	assert_int_equal(t.awaited, 3);
}

static void a_missing_step_is_awaited(void **state)
{
	struct treaty_step steps[] = { step("ml", "notified", "2026-05-21", ""),
				       step("ru", "notified", "", "2026-12-20") };
	static const char clause[] = "{\"clause\":\"notification\",\"clause_days\":\"10\"}";
	struct treaty t = reckon(clause, steps, 1, "2026-11-22");

	(void)state;
	assert_int_equal(t.basis, TREATY_UNKNOWN);
	assert_int_equal(t.awaited, 2);
	t = reckon(clause, steps, 2, "2026-11-22");
	assert_int_equal(t.basis, TREATY_EXPECTED);
	assert_int_equal(t.awaited, 2);
	assert_int_equal(t.in_force, day("2026-12-30"));
}

/* A step reported again counts from its first day. */
static void signature_is_of_all_at_once(void **state)
{
	const struct treaty_step steps[] = { step("ml", "signed", "2025-06-25", ""),
					     step("ml", "signed", "2025-06-23", ""),
					     step("ru", "signed", "2025-06-24", "") };
	struct treaty t = reckon("{\"clause\":\"signature\",\"signed\":\"2025-06-30\"}", steps,
				 3, "2026-01-01");

	(void)state;
	assert_int_equal(t.basis, TREATY_RECKONED);
	assert_int_equal(t.last, 2);
	assert_int_equal(t.in_force, day("2025-06-30"));
	t = reckon("{\"clause\":\"signature\"}", steps, 3, "2026-01-01");
	assert_int_equal(t.in_force, day("2025-06-24"));
	assert_int_equal(t.last, 1);
}

static void what_is_stated_may_be_contradicted(void **state)
{
	const struct treaty_step both[] = { step("ml", "notified", "2026-01-01", ""),
					    step("ru", "notified", "2026-01-02", "") };
	struct treaty t = reckon("{\"clause\":\"notification\",\"in_force\":\"2026-01-02\"}",
				 both, 2, "2026-02-01");

	(void)state;
	assert_int_equal(t.basis, TREATY_RECKONED);
	assert_false(t.contradicted);
	t = reckon("{\"clause\":\"notification\",\"in_force\":\"2026-01-05\"}", both, 2,
		   "2026-02-01");
	assert_true(t.contradicted);
	assert_int_equal(t.basis, TREATY_STATED);
	assert_int_equal(t.in_force, day("2026-01-05"));
	t = reckon("{\"clause\":\"notification\",\"in_force\":\"2026-01-05\"}", both, 1,
		   "2026-02-01");
	assert_true(t.contradicted);
	t = reckon("{\"clause\":\"date\",\"in_force\":\"2026-01-05\"}", NULL, 0, "2026-02-01");
	assert_int_equal(t.basis, TREATY_STATED);
	assert_false(t.contradicted);
	t = reckon("{}", NULL, 0, "2026-02-01");
	assert_int_equal(t.basis, TREATY_UNKNOWN);
}

static void it_runs_and_is_renewed(void **state)
{
	struct treaty t =
		reckon("{\"in_force\":\"2020-02-29\",\"duration_years\":\"5\",\"renewal\":"
		       "\"tacit\",\"notice_months\":\"6\"}",
		       NULL, 0, "2024-01-01");

	(void)state;
	assert_true(t.has_end && t.has_notice);
	assert_false(t.renewed);
	assert_int_equal(t.end, day("2025-02-28"));
	assert_int_equal(t.notice, day("2024-08-28"));
	t = reckon(
		"{\"in_force\":\"2020-02-29\",\"duration_years\":\"2\",\"renewal\":\"tacit\"}",
		NULL, 0, "2025-01-01");
	assert_true(t.renewed);
	assert_int_equal(t.end, day("2026-02-28"));
	assert_false(t.has_notice);
	t = reckon(
		"{\"in_force\":\"2020-01-01\",\"duration_years\":\"2.5\",\"renewal\":\"none\"}",
		NULL, 0, "2025-01-01");
	assert_int_equal(t.end, day("2022-07-01"));
	assert_false(t.renewed);
	t = reckon("{\"expires\":\"2024-12-31\",\"duration_years\":\"1\",\"renewal\":\"tacit\","
		   "\"notice_months\":\"3\"}",
		   NULL, 0, "2025-01-01");
	assert_int_equal(t.end, day("2025-12-31"));
	assert_int_equal(t.notice, day("2025-09-30"));
	t = reckon("{\"duration_years\":\"5\"}", NULL, 0, "2025-01-01");
	assert_false(t.has_end);
}

/* What another node wrote may be anything. */
static void nonsense_is_borne(void **state)
{
	const struct treaty_step odd[] = { step("xx", "notified", "2026-01-01", "2026-01-01"),
					   step("", "", "", "") };
	struct treaty t =
		reckon("{\"clause\":\"moon\",\"clause_days\":\"-5\",\"in_force\":\"never\","
		       "\"duration_years\":\"999\",\"renewal\":\"tacit\","
		       "\"notice_months\":\"x\",\"expires\":\"1000-01-01\"}",
		       odd, 2, "2026-01-01");

	(void)state;
	assert_int_equal(t.basis, TREATY_UNKNOWN);
	assert_true(t.has_end);
	t = reckon("{\"clause\":\"notification\",\"duration_years\":\"0\",\"in_force\":\"2020-"
		   "01-01\"}",
		   odd, 2, "2025-01-01");
	assert_false(t.has_end);
	assert_int_equal(t.awaited, 3);
	t = reckon("{\"in_force\":\"9500-01-01\",\"duration_years\":\"999\",\"notice_months\":"
		   "\"6\"}",
		   odd, 2, "2025-01-01");
	assert_false(t.has_end || t.has_notice);
}

static void months_keep_to_the_month(void **state)
{
	(void)state;
	assert_int_equal(months_later(day("2026-01-31"), 1), day("2026-02-28"));
	assert_int_equal(months_later(day("2026-03-31"), -1), day("2026-02-28"));
	assert_int_equal(months_later(day("2026-03-15"), -15), day("2024-12-15"));
	assert_int_equal(months_later(day("2026-12-31"), 0), day("2026-12-31"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_notification_counts),
		cmocka_unit_test(a_missing_step_is_awaited),
		cmocka_unit_test(signature_is_of_all_at_once),
		cmocka_unit_test(what_is_stated_may_be_contradicted),
		cmocka_unit_test(it_runs_and_is_renewed),
		cmocka_unit_test(nonsense_is_borne),
		cmocka_unit_test(months_keep_to_the_month),
	};

	arena_init(&a, 1 << 24);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
