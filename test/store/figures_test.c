/* Figures of one record as r_target keeps them: exact, in one way only, and refused when
 * damaged. */
#include "check.h"
#include "store/figures.h"
#include "store/search_index.h"

enum { WORDS = 5, CLASSES = 12, STEPS = 400 };

static const char *const refs[WORDS] = {
	"joint/0197c0a0-0000-7000-8000-000000000001",
	"joint/0197c0a0-0000-7000-8000-000000000002",
	"ml/0197c0a0-0000-7000-8000-000000000001",
	"ru/0197c0a0-0000-7000-8000-000000000009",
	"joint/0197c0a0-0000-7000-8000-00000000000f",
};

/* A generator of our own: the same numbers each time. */
static uint64_t next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

static struct figure_class class_at(uint64_t i)
{
	static const char *const parties[] = { "ml", "ru" };
	static const char *const types[] = { "", "3", "11" };
	static const char *const currencies[] = { "XOF", "RUB" };

	return (struct figure_class){ .record = i % 5 ? RECORD_transaction : RECORD_budget,
				      .party = str_z(parties[i % 2]),
				      .type = str_z(types[i % 3]),
				      .currency = str_z(currencies[i / 6 % 2]),
				      .mask = 1u + (unsigned)(i % 7) };
}

/* What the project's figures are after lines `from` to `to` came to those it had. */
static void settle(struct figures *f, struct str ref, struct buf *kept)
{
	struct arena a;
	struct figure_line *lines;
	struct buf out;
	size_t n, from = 0, to;

	arena_init(&a, 1 << 24);
	buf_init(&out, 1 << 20);
	lines = figures_sorted(f, &a, &n);
	while (from < n &&
	       !(lines[from].table == FIGURE_TARGET && str_eq(lines[from].word, ref)))
		from++;
	for (to = from; to < n && lines[to].group == lines[from].group;)
		to++;
	assert_true(figures_merged(&out, buf_str(kept), lines + from, to - from));
	buf_clear(kept);
	buf_add(kept, buf_str(&out));
	buf_done(&out);
	arena_done(&a);
}

static void add(struct figures *f, uint64_t i, const char *ref, int sign)
{
	struct figure_class c = class_at(i % CLASSES);
	uint32_t word = figures_ref(f, transaction_project, str_z(ref));
	int128 micro = (int128)1 << (i % 90);

	assert_true(word > 0);
	figures_add(f, word, figures_class(f, &c), sign, sign * (i % 2 ? micro : -micro));
	figures_add(f, word, figure_counting(transaction_project, (int64_t)(i % 8) + 512), sign,
		    0);
}

/* The same bytes in one settling, in many, and after what came and went again. */
static void bytes_are_the_same_however_they_came_about(void **state)
{
	struct figures at_once, bit_by_bit;
	struct buf x, y;
	uint64_t seed = 7;

	(void)state;
	figures_init(&at_once);
	figures_init(&bit_by_bit);
	buf_init(&x, 1 << 20);
	buf_init(&y, 1 << 20);
	for (int i = 0; i < STEPS; i++) {
		uint64_t r = next(&seed);

		add(&at_once, r, refs[0], 1);
		add(&bit_by_bit, r, refs[0], 1);
		add(&bit_by_bit, r + 1, refs[i % WORDS], 1);
		if (i % 3 == 0) {
			settle(&bit_by_bit, str_z(refs[0]), &y);
			figures_clear(&bit_by_bit);
		}
		if (i % WORDS == 0)
			add(&bit_by_bit, r + 1, refs[0], -1);
	}
	settle(&at_once, str_z(refs[0]), &x);
	settle(&bit_by_bit, str_z(refs[0]), &y);
	assert_true(x.n > 100);
	check_str(buf_str(&x), buf_str(&y));

	/* All of it goes again: nothing is left. */
	figures_clear(&at_once);
	seed = 7;
	for (int i = 0; i < STEPS; i++)
		add(&at_once, next(&seed), refs[0], -1);
	settle(&at_once, str_z(refs[0]), &x);
	assert_int_equal(x.n, 0);
	buf_done(&x);
	buf_done(&y);
	figures_done(&at_once);
	figures_done(&bit_by_bit);
}

static void sums_are_exact(void **state)
{
	static const int sign[] = { 1, -1 };
	const int128 most = ((int128)1 << 126) + 12345;
	struct figures f;
	struct figure got;
	struct str rest;
	struct buf b;

	(void)state;
	figures_init(&f);
	buf_init(&b, 1 << 16);
	for (int i = 0; i < 2; i++) {
		struct figure_class c = class_at(1);

		c.mask = (unsigned)i + 1;
		figures_add(&f, figures_ref(&f, budget_project, str_z(refs[2])),
			    figures_class(&f, &c), 3, sign[i] * most);
	}
	settle(&f, str_z(refs[2]), &b);
	rest = buf_str(&b);
	for (int i = 0; i < 2; i++) {
		assert_true(figure_take(&rest, &got));
		assert_true(got.money && got.count == 3 && got.micro == sign[i] * most);
		assert_int_equal(got.class.record, RECORD_transaction);
		check_str(got.class.party, S("ru"));
		check_str(got.class.type, S("3"));
		check_str(got.class.currency, S("XOF"));
		assert_int_equal(got.class.mask, i + 1);
	}
	assert_int_equal(rest.n, 0);
	buf_done(&b);
	figures_done(&f);
}

static void what_cannot_be_asked_for_is_no_word(void **state)
{
	static const char *const none[] = { "",
					    "joint",
					    "joint/",
					    "joint/0197",
					    "a b",
					    "é",
					    "1234567890123456789012345678901234567890"
					    "1234567890123456789012345" };
	struct figures f;

	(void)state;
	figures_init(&f);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_int_equal(figures_ref(&f, transaction_project, str_z(none[i])), 0);
		assert_true((figures_code(&f, transaction_type, str_z(none[i])) > 0) ==
			    term_good(str_z(none[i])));
	}
	/* A reference may be a code too: each is asked by itself. */
	assert_true(figures_code(&f, transaction_type, str_z(refs[0])) > 0);
	assert_int_equal(figures_ref(&f, transaction_project, str_z(refs[0])),
			 figures_code(&f, transaction_type, str_z(refs[0])));
	figures_done(&f);
}

/* Cut anywhere, or with any byte another: read to its end, or refused. */
static void damaged_bytes_are_refused_or_read(void **state)
{
	struct figures f;
	struct figure got;
	struct buf b, spoilt, out;
	size_t refused = 0;

	(void)state;
	figures_init(&f);
	buf_init(&b, 1 << 16);
	buf_init(&spoilt, 1 << 16);
	buf_init(&out, 1 << 20);
	for (uint64_t i = 0; i < 8; i++)
		add(&f, i, refs[1], 1);
	settle(&f, str_z(refs[1]), &b);
	for (size_t i = 0; i < b.n; i++)
		for (int flip = 0; flip < 256; flip += 51) {
			struct str rest;

			buf_clear(&spoilt);
			buf_add(&spoilt, flip ? buf_str(&b) : str_cut(buf_str(&b), i));
			if (flip)
				spoilt.p[i] = (char)(spoilt.p[i] ^ flip);
			buf_clear(&out);
			refused += !figures_merged(&out, buf_str(&spoilt), NULL, 0);
			for (rest = buf_str(&spoilt); rest.n && figure_take(&rest, &got);)
				assert_true(got.key.n <= spoilt.n);
		}
	assert_true(refused > b.n / 2);
	buf_done(&b);
	buf_done(&spoilt);
	buf_done(&out);
	figures_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_the_same_however_they_came_about),
		cmocka_unit_test(sums_are_exact),
		cmocka_unit_test(what_cannot_be_asked_for_is_no_word),
		cmocka_unit_test(damaged_bytes_are_refused_or_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
