#include "model/brackets.h"

#include "check.h"

#define NBSP "\xc2\xa0"

static void a_text_is_read_piece_by_piece(void **state)
{
	struct str rest = S("Réunion [ML" NBSP ": à Bamako] [RU: à Moscou] chaque [an].");
	struct bracket_piece p;

	(void)state;
	assert_int_equal(bracket_count(rest), 3);
	assert_true(bracket_next(&rest, &p) && !p.open);
	check_str(p.text, S("Réunion "));
	assert_true(bracket_next(&rest, &p) && p.open);
	check_str(p.side, S("ML"));
	check_str(p.text, S("à Bamako"));
	check_str(p.whole, S("[ML" NBSP ": à Bamako]"));
	assert_true(bracket_next(&rest, &p) && !p.open);
	assert_true(bracket_next(&rest, &p) && p.open);
	check_str(p.side, S("RU"));
	assert_true(bracket_next(&rest, &p) && !p.open);
	assert_true(bracket_next(&rest, &p) && p.open);
	check_str(p.side, S(""));
	check_str(p.text, S("an"));
	assert_true(bracket_next(&rest, &p));
	assert_false(bracket_next(&rest, &p));
}

/* What looks like a code and is none, and what is never closed, is text. */
static void odd_texts_lose_nothing(void **state)
{
	static const char *const texts[] = { "",     "[",      "]",         "a [b",
					     "a]b[", "[]",     "[:x]",      "[  : x]",
					     "[ML]", "[a[b]c", "[été: ça]", "[ML :" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct str rest = str_z(texts[i]);
		struct bracket_piece p;
		struct buf all;

		buf_init(&all, 100);
		while (bracket_next(&rest, &p))
			buf_add(&all, p.whole);
		check_str(buf_str(&all), str_z(texts[i]));
		buf_done(&all);
	}
}

static void soundness(void **state)
{
	(void)state;
	assert_true(brackets_sound(S("")));
	assert_true(brackets_sound(S("a [b] [c]")));
	assert_true(brackets_sound(S("[]")));
	assert_false(brackets_sound(S("a [b")));
	assert_false(brackets_sound(S("a b]")));
	assert_false(brackets_sound(S("[a [b] c]")));
	assert_false(brackets_sound(S("]a[")));
}

static void check_settled(const char *text, const enum bracket_word *words, size_t n,
			  const char *want)
{
	struct buf b;

	buf_init(&b, 1000);
	bracket_settle(&b, str_z(text), words, n);
	check_str(buf_str(&b), str_z(want));
	buf_done(&b);
}

static void brackets_are_settled(void **state)
{
	static const enum bracket_word one_of_two[] = { BRACKET_KEPT, BRACKET_STRUCK };
	static const enum bracket_word second[] = { BRACKET_LEFT, BRACKET_STRUCK };
	static const enum bracket_word first[] = { BRACKET_STRUCK };

	(void)state;
	check_settled("They meet [ML: in Bamako] [RU: in Moscow] yearly.", one_of_two, 2,
		      "They meet in Bamako yearly.");
	check_settled("They meet [ML: in Bamako] [RU: in Moscow].", one_of_two, 2,
		      "They meet in Bamako.");
	check_settled("They meet [ML: in Bamako] [RU: in Moscow].", second, 2,
		      "They meet [ML: in Bamako].");
	check_settled("[All: x] Rest [y]", first, 1, "Rest [y]");
	check_settled("Nothing here", first, 1, "Nothing here");
	check_settled("", first, 1, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_read_piece_by_piece),
		cmocka_unit_test(odd_texts_lose_nothing),
		cmocka_unit_test(soundness),
		cmocka_unit_test(brackets_are_settled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
