#include "base/date.h"
#include "check.h"

static void every_day_of_eight_centuries(void **state)
{
	int32_t last = date_days(2399, 12, 31), back;
	char text[DATE_TEXT];

	(void)state;
	for (int32_t d = date_days(1600, 1, 1); d <= last; d++) {
		assert_true(date_parse(str_z(date_text(text, d)), &back));
		assert_int_equal(back, d);
	}
	assert_int_equal(date_days(1970, 1, 1), 0);
	assert_int_equal(date_days(2025, 7, 29), 20298);
}

static void dates_that_are_none(void **state)
{
	static const char *const bad[] = { "2025-02-29", "2025-13-01",  "2025-00-10",
					   "2025-01-32", "2025-1-1",    "25-01-01",
					   "2025/01/01", "2025-01-01T", "0999-01-01",
					   "",           "aaaa-bb-cc" };
	int32_t d;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(date_parse(str_z(bad[i]), &d));
	assert_true(date_parse(S("2024-02-29"), &d));
}

static void instants(void **state)
{
	static const char *const bad[] = { "2026-03-02T24:00:00Z",
					   "2026-03-02T10:60:00Z",
					   "2026-03-02T10:15:60Z",
					   "2026-03-02T10:15:00.0Z",
					   "2026-03-02 10:15:00Z",
					   "2026-03-02T10:15:00+00:00",
					   "" };
	char text[TIME_TEXT];
	int64_t t;

	(void)state;
	assert_true(time_parse(S("2026-03-02T10:15:07Z"), &t));
	assert_int_equal(t, 1772446507);
	check_str(str_z(time_text(text, t)), S("2026-03-02T10:15:07Z"));
	check_str(str_z(time_text(text, -1)), S("1969-12-31T23:59:59Z"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(time_parse(str_z(bad[i]), &t));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_of_eight_centuries),
		cmocka_unit_test(dates_that_are_none),
		cmocka_unit_test(instants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
