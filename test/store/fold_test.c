/* Words as the search index has them. */
#include "check.h"

#include "store/fold.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

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
	for (size_t i = 0; i < sizeof(together) / sizeof(together[0]); i++)
		assert_true(meet(s, together[i][0], together[i][1]));
	for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
		assert_false(meet(s, apart[i][0], apart[i][1]));
	stems_close(s);
}

/* Letters that have no base letter in Unicode, but here: the latter is theirs alone. */
static bool special(uint32_t r)
{
	static const uint32_t own[] = { 0xc6,  0xd0,  0xd8,  0xde,  0xdf,  0xe6,  0xf0,  0xf8,
					0xfe,  0x110, 0x111, 0x126, 0x127, 0x131, 0x132, 0x133,
					0x138, 0x13f, 0x140, 0x141, 0x142, 0x149, 0x14a, 0x14b,
					0x152, 0x153, 0x166, 0x167, 0x17f };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (own[i] == r)
			return true;
	return false;
}

/* Every letter of two bytes alone, as the tables of Unicode fold it: the quick ways are the
 * slow one. */
static void two_bytes_are_folded_as_unicode_says(void **state)
{
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&code);
	struct buf text, want, out;

	(void)state;
	buf_init(&text, 16);
	buf_init(&want, 64);
	buf_init(&out, 64);
	for (uint32_t r = 0x80; r < 0x800; r++) {
		UChar apart[8];
		int32_t n = unorm2_getDecomposition(nfkd, (UChar32)r, apart, 8, &code);

		if (n < 0 || r == 0x419 || r == 0x439) { /* it is whole; й is a letter */
			n = 1;
			apart[0] = (UChar)r;
		}
		if (special(r))
			continue;
		buf_clear(&text);
		buf_rune(&text, r);
		buf_clear(&want);
		for (int32_t i = 0; u_isalnum((UChar32)r) && i < n; i++)
			if (u_isalnum(apart[i]))
				buf_rune(&want, (uint32_t)u_tolower(apart[i]));
		if (want.n)
			buf_ch(&want, ' ');
		check_str(folded(&out, buf_str(&text)), buf_str(&want));
	}
	buf_done(&text);
	buf_done(&want);
	buf_done(&out);
}

/* A word with a digit is in no language; neither is a number. */
static void digits_have_no_stems(void **state)
{
	static const char *const words[] = { "1",     "2025", "t1s",   "a1000",
					     "mots2", "еж5",  "2mots", "c3c49e918ces" };
	struct stems *s = stems_open();
	struct buf want;

	(void)state;
	buf_init(&want, 64);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		buf_clear(&want);
		buf_z(&want, words[i]);
		buf_ch(&want, ' ');
		check_str(stems_of(s, str_z(words[i])), buf_str(&want));
	}
	check_str(stems_of(s, S("mots")), S("mots mot "));
	buf_done(&want);
	stems_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_folded),
		cmocka_unit_test(long_words_are_cut_at_whole_letters),
		cmocka_unit_test(stems_meet), cmocka_unit_test(digits_have_no_stems),
		cmocka_unit_test(two_bytes_are_folded_as_unicode_says)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
