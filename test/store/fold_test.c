/* Words as the search index has them. */
#include "check.h"

#include "store/fold.h"

static struct str folded(struct buf *out, struct str text)
{
	struct word w;

	buf_clear(out);
	while (fold_word(&text, &w)) {
		buf_add(out, str_of(w.p, w.n));
		buf_ch(out, ' ');
	}
	return buf_str(out);
}

static void words_are_folded(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" },
		{ " -- ", "" },
		{ "Électrification rurale", "electrification rurale " },
		{ "E\xcc\x81lectrification", "electrification " }, /* accent of its own */
		{ "l'Œuvre, l’ŒUVRE", "l oeuvre l oeuvre " },
		{ "Ça, ÇA; naïve ÿ", "ca ca naive y " },
		{ "Straße Æsir Łódź Øre", "strasse aesir lodz ore " },
		{ "Ёлка ёЖ йод Й", "елка еж йод й " },
		{ "ГАЗОПРОВОД №5", "газопровод 5 " },
		{ "Київ Ґудзик ғ", "киів ґудзик ғ " },
		{ "I-07/2026-03-01", "i 07 2026 03 01 " },
		{ "Ελλάδα ΆΈ", "ελλαδα αε " },
		{ "ﬁn Ⅳ ½", "fin " },
		{ "中国 Mali", "中国 mali " },
	};
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_str(folded(&out, str_z(cases[i].in)), str_z(cases[i].out));
	buf_done(&out);
}

static void long_words_are_cut_at_whole_letters(void **state)
{
	char text[4 * FOLD_WORD_MAX + 1] = "";
	struct str rest;
	struct word w;

	(void)state;
	for (int i = 0; i < 2 * FOLD_WORD_MAX; i++) {
		text[2 * i] = (char)0xd0;
		text[2 * i + 1] = (char)0xb0; /* а */
	}
	rest = str_z(text);
	assert_true(fold_word(&rest, &w));
	assert_int_equal(w.n, FOLD_WORD_MAX);
	assert_true(str_utf8(str_of(w.p, w.n)));
	assert_false(fold_word(&rest, &w));
	text[0] = 'x'; /* one byte, so that two do not fit at the end */
	text[1] = 'y';
	text[2] = 'z';
	rest = str_from(str_z(text), 2);
	text[3] = (char)0xd0;
	text[4] = (char)0xb0;
	for (int i = 5; i < 4 * FOLD_WORD_MAX - 1; i += 2) {
		text[i] = (char)0xd0;
		text[i + 1] = (char)0xb0;
	}
	text[4 * FOLD_WORD_MAX - 1] = '\0';
	rest = str_z(text + 2);
	assert_true(fold_word(&rest, &w));
	assert_int_equal(w.n, FOLD_WORD_MAX - 1);
	assert_true(str_utf8(str_of(w.p, w.n)));
}

/* A word is found by another form of it when they have a term in common. */
static bool meet(struct stems *s, const char *indexed, const char *asked)
{
	struct str rest, any, term, one;
	char had[512];
	struct str terms = stems_of(s, str_z(indexed));

	memcpy(had, terms.p, terms.n);
	terms.p = had;
	any = stems_of(s, str_z(asked));
	while (any.n && str_split(&any, ' ', &term))
		for (rest = terms; rest.n && str_split(&rest, ' ', &one);)
			if (str_eq(term, one))
				return true;
	return false;
}

static void stems_meet(void **state)
{
	static const char *const together[][2] = {
		{ "centrales", "centrale" }, { "construction", "constructions" },
		{ "travaux", "travaux" },    { "электростанции", "электростанция" },
		{ "проекты", "проектов" },   { "елки", "елка" },
		{ "payments", "payment" },   { "building", "buildings" },
	};
	static const char *const apart[][2] = { { "route", "rouge" },
						{ "газ", "год" },
						{ "port", "pont" } };
	struct stems *s = stems_open();

	(void)state;
	for (int twice = 0; twice < 2; twice++) { /* the second time from memory */
		for (size_t i = 0; i < sizeof(together) / sizeof(together[0]); i++)
			assert_true(meet(s, together[i][0], together[i][1]));
		for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
			assert_false(meet(s, apart[i][0], apart[i][1]));
	}
	stems_close(s);
}

/* Many words share the places of the memory: each still gets its own stems. */
static void memory_of_words_is_right(void **state)
{
	struct stems *s = stems_open();
	char word[32];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 40000; i++) {
			struct str head, all;

			snprintf(word, sizeof(word), "mot%dx", i);
			all = stems_of(s, str_z(word));
			assert_true(str_split(&all, ' ', &head));
			check_str(head, str_z(word));
		}
	stems_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_folded),
		cmocka_unit_test(long_words_are_cut_at_whole_letters),
		cmocka_unit_test(stems_meet), cmocka_unit_test(memory_of_words_is_right)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
