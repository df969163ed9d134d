#include "base/uuid.h"
#include "check.h"

static const char some[] = "0197f3a2-0af9-7abc-8def-0123456789ff";

static void version_seven_in_lower_case(void **state)
{
	static const char *const bad[] = {
		"",
		"0197f3a2",
		"0197f3a2-0af9-7abc-8def-0123456789f",
		"0197f3a2-0af9-7abc-8def-0123456789fff",
		"0197f3a2-0af9-4abc-8def-0123456789ff",
		"0197f3a2-0af9-8abc-8def-0123456789ff",
		"0197f3a2-0af9-7abc-7def-0123456789ff",
		"0197f3a2-0af9-7abc-cdef-0123456789ff",
		"0197F3A2-0AF9-7ABC-8DEF-0123456789FF",
		"0197f3a20-af9-7abc-8def-0123456789ff",
	};

	(void)state;
	assert_true(uuid_valid(S("0197f3a2-0af9-7abc-8def-0123456789ff")));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(uuid_valid(str_z(bad[i])));
}

/* Every byte that could stand at every place. */
static void only_digits_and_hyphens_in_their_places(void **state)
{
	char text[UUID_TEXT];

	(void)state;
	for (size_t at = 0; at < UUID_TEXT - 1; at++) {
		memcpy(text, some, sizeof(text));
		for (int c = 0; c < 256; c++) {
			bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
			bool good = some[at] == '-' ? c == '-'
				    : at == 14      ? c == '7'
				    : at == 19 ? c == '8' || c == '9' || c == 'a' || c == 'b'
					       : digit;

			text[at] = (char)c;
			assert_int_equal(uuid_valid(str_of(text, UUID_TEXT - 1)), good);
		}
	}
}

static void made_of_a_moment_and_chance(void **state)
{
	static const unsigned char chance[10] = { 0xff, 1, 0xff, 3, 4, 5, 6, 7, 8, 0xa9 };
	char text[UUID_TEXT];

	(void)state;
	check_str(str_z(uuid_make(text, 1577836800000, chance)),
		  S("016f5e66-e800-7f01-bf03-0405060708a9"));
	assert_true(uuid_valid(str_z(text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_seven_in_lower_case),
		cmocka_unit_test(only_digits_and_hyphens_in_their_places),
		cmocka_unit_test(made_of_a_moment_and_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
