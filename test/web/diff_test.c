#include "web/diff.h"

#include "check.h"

static struct arena a;

/* Pieces as text: [-old-], {+new+}, same; and the two texts put together again. */
static struct str marked(struct str before, struct str after)
{
	struct diff_piece *p;
	size_t n = diff_words(&a, before, after, &p);
	struct buf b, x, y;

	buf_init(&b, 1 << 20);
	buf_init(&x, 1 << 20);
	buf_init(&y, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		assert_true(p[i].text.n > 0);
		if (p[i].kind != DIFF_NEW)
			buf_add(&x, p[i].text);
		if (p[i].kind != DIFF_OLD)
			buf_add(&y, p[i].text);
		buf_z(&b, p[i].kind == DIFF_OLD ? "[-" : p[i].kind == DIFF_NEW ? "{+" : "");
		buf_add(&b, p[i].text);
		buf_z(&b, p[i].kind == DIFF_OLD ? "-]" : p[i].kind == DIFF_NEW ? "+}" : "");
	}
	check_str(buf_str(&x), before);
	check_str(buf_str(&y), after);
	buf_done(&x);
	buf_done(&y);
	return arena_buf(&a, &b);
}

static void words_differ(void **state)
{
	(void)state;
	check_str(marked(S("le pont sera livré en mars"), S("le pont sera livré en juin")),
		  S("le pont sera livré en [-mars-]{+juin+}"));
	check_str(marked(S("мост сдан"), S("мост будет сдан")), S("мост {+будет +}сдан"));
	check_str(marked(S(""), S("tout")), S("{+tout+}"));
	check_str(marked(S("tout"), S("")), S("[-tout-]"));
	check_str(marked(S("pareil."), S("pareil.")), S("pareil."));
	check_str(marked(S(""), S("")), S(""));
}

static void blanks_between_changed_words_change_with_them(void **state)
{
	(void)state;
	check_str(marked(S("a un deux z"), S("a trois quatre z")),
		  S("a [-un deux-]{+trois quatre+} z"));
	check_str(marked(S("fin, suite"), S("fin; suite")), S("fin[-,-]{+;+} suite"));
}

/* More words than the table takes: one replacement, still byte for byte. */
static void long_texts_are_bounded(void **state)
{
	struct buf x, y;
	struct diff_piece *p;

	(void)state;
	buf_init(&x, 1 << 20);
	buf_init(&y, 1 << 20);
	for (int i = 0; i < 4000; i++) {
		buf_u64(&x, (uint64_t)i);
		buf_ch(&x, ' ');
		buf_u64(&y, (uint64_t)i * 7 + 3);
		buf_ch(&y, ',');
	}
	assert_int_equal(diff_words(&a, buf_str(&x), buf_str(&y), &p), 2);
	marked(buf_str(&x), buf_str(&y));
	buf_done(&x);
	buf_done(&y);
}

/* Texts of few different words, as random as a fixed sequence is: the pieces always add up. */
static void pieces_always_add_up(void **state)
{
	static const char *const words[] = { "a", "b", " ", ",", "é", "\n", "ж", "  " };
	uint64_t seed = 42;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct buf t[2];

		for (int k = 0; k < 2; k++) {
			buf_init(&t[k], 1 << 12);
			for (unsigned i = 0; i < (seed >> 40) % 14; i++) {
				seed = seed * 6364136223846793005u + 1442695040888963407u;
				buf_z(&t[k], words[seed >> 61]);
			}
			seed = seed * 6364136223846793005u + 1442695040888963407u;
		}
		marked(buf_str(&t[0]), buf_str(&t[1]));
		buf_done(&t[0]);
		buf_done(&t[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_differ),
		cmocka_unit_test(blanks_between_changed_words_change_with_them),
		cmocka_unit_test(long_texts_are_bounded),
		cmocka_unit_test(pieces_always_add_up),
	};
	int failed;

	arena_init(&a, 512 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_done(&a);
	return failed;
}
