#include "base/dec.h"
#include "check.h"

static void reads_and_writes(void **state)
{
	static const struct {
		const char *in, *out;
		unsigned places;
	} good[] = {
		{ "0", "0", 0 },
		{ "0", "0.00", 2 },
		{ "12.50", "12.5", 0 },
		{ "12.5", "12.50", 2 },
		{ "-0.000001", "-0.000001", 2 },
		{ "999999999999999999999.999999", "999999999999999999999.999999", 0 },
		{ "999999999999", "999999999999", 0 },
		{ "1000000000000.000001", "1000000000000.000001", 0 },
		{ "-123456789012345678901.5", "-123456789012345678901.50", 2 },
		{ "9223372036854.775807", "9223372036854.775807", 0 },
		{ "18446744073709551616", "18446744073709551616", 0 },
	};
	static const char *const bad[] = { "",
					   "-",
					   "-0",
					   "-0.0",
					   "00",
					   "01",
					   "1.",
					   ".5",
					   "1.1234567",
					   "1e9",
					   "1,000.00",
					   "+1",
					   " 1",
					   "N/A",
					   "1000000000000000000000",
					   "1.2.3",
					   "--1",
					   "12x",
					   "x2",
					   "1.x",
					   "1x3456789012345678",
					   "1234567890123:",
					   "1./" };
	char text[DEC_TEXT];
	struct dec d;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(dec_parse(str_z(good[i].in), &d));
		check_str(str_z(dec_text(text, d, good[i].places)), str_z(good[i].out));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(dec_parse(str_z(bad[i]), &d));
}

static struct dec dec(const char *z)
{
	struct dec d;

	assert_true(dec_parse(str_z(z), &d));
	return d;
}

static void sums_are_checked(void **state)
{
	struct dec d, top = dec("999999999999999999999.999999");

	(void)state;
	assert_false(dec_add(top, dec("0.000001"), &d));
	assert_true(dec_sub(top, top, &d));
	assert_true(d.micro == 0);
}

static void ratios_round_half_away(void **state)
{
	char text[DEC_TEXT];
	struct dec d;

	(void)state;
	assert_true(dec_ratio(dec("100"), dec("1"), dec("655.957"), 2, &d));
	check_str(str_z(dec_text(text, d, 2)), S("0.15"));
	assert_true(dec_ratio(dec("-1"), dec("1"), dec("2"), 0, &d));
	check_str(str_z(dec_text(text, d, 0)), S("-1"));
	assert_true(dec_ratio(dec("123456789012345.67"), dec("655.957"), dec("1"), 2, &d));
	check_str(str_z(dec_text(text, d, 2)), S("80982344950171228.66"));
	assert_true(dec_ratio(dec("1"), dec("1"), dec("3"), 6, &d));
	check_str(str_z(dec_text(text, d, 6)), S("0.333333"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes),
		cmocka_unit_test(sums_are_checked),
		cmocka_unit_test(ratios_round_half_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
