#include "base/lang.h"
#include "check.h"

static void an_error_keeps_its_words(void **state)
{
	struct err e;
	struct buf b;

	(void)state;
	assert_false(err_set(&e, ERR_INPUT, "percentage", "the parts sum to %1, not to %2",
			     "99.5", "100"));
	err_within(&e, "", S("1"));
	err_within(&e, "", S("sectors"));
	check_str(str_z(e.field), S("sectors.1.percentage"));
	buf_init(&b, 1000);
	lang_err(&b, LANG_EN, &e);
	check_str(buf_str(&b), S("the parts sum to 99.5, not to 100"));
	buf_done(&b);
}

static void long_words_are_cut_at_a_character(void **state)
{
	char word[600];
	struct err e;

	(void)state;
	for (size_t i = 0; i + 2 < sizeof(word); i += 2)
		memcpy(word + i, "é", 2);
	word[sizeof(word) - 2] = '\0';
	assert_false(err_set(&e, ERR_INPUT, word, "%1", word));
	assert_true(str_utf8(str_z(e.field)) && str_utf8(str_z(e.arg[0])));
	assert_in_range(strlen(e.arg[0]), ERR_ARG - 3, ERR_ARG - 1);
}

static void the_language_asked_for(void **state)
{
	enum lang l = LANG_EN;

	(void)state;
	assert_true(lang_parse(S("ru_RU.UTF-8"), &l) && l == LANG_RU);
	assert_true(lang_parse(S("fr-ML"), &l) && l == LANG_FR);
	assert_false(lang_parse(S("frx"), &l));
	assert_false(lang_parse(S("de"), &l));
	assert_int_equal(lang_accept(S("de, ru;q=0.5, en;q=0.4"), LANG_FR), LANG_RU);
	assert_int_equal(lang_accept(S("en;q=0.1,fr-FR;q=0.95"), LANG_EN), LANG_FR);
	assert_int_equal(lang_accept(S("bm"), LANG_FR), LANG_FR);
	assert_int_equal(lang_accept(S(""), LANG_RU), LANG_RU);
	assert_int_equal(lang_accept(S("fr;q=0"), LANG_RU), LANG_RU);
}

static void plural(enum lang lang, uint64_t n, struct str want)
{
	check_str(lang_plural(lang, "%1 record", "%1 records", n), want);
}

static void plurals_follow_the_language(void **state)
{
	(void)state;
	plural(LANG_FR, 0, S("%1 fiche"));
	plural(LANG_FR, 2, S("%1 fiches"));
	plural(LANG_RU, 1, S("%1 запись"));
	plural(LANG_RU, 3, S("%1 записи"));
	plural(LANG_RU, 11, S("%1 записей"));
	plural(LANG_RU, 121, S("%1 запись"));
	plural(LANG_EN, 1, S("%1 record"));
	plural(LANG_EN, 0, S("%1 records"));
}

static void a_message_without_translation_stays(void **state)
{
	(void)state;
	check_str(lang_text(LANG_RU, "no such message"), S("no such message"));
	assert_false(lang_has(LANG_RU, "no such message"));
	assert_true(lang_has(LANG_FR, "the text is not well-formed UTF-8"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_error_keeps_its_words),
		cmocka_unit_test(long_words_are_cut_at_a_character),
		cmocka_unit_test(the_language_asked_for),
		cmocka_unit_test(plurals_follow_the_language),
		cmocka_unit_test(a_message_without_translation_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
