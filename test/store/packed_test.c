/* Lines packed by column come back as they were, and bytes that are no block are told. */
#include "check.h"
#include "store/packed.h"

#include <stdlib.h>

enum { COLUMNS = 12, WORD = 4, NAME = 7, LINES = 3000 };
static const struct packed_shape shape = { .columns = COLUMNS,
					   .words = 1u << WORD | 1u << NAME,
					   .names = 1u << NAME };

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed ^ *seed >> 29;
}

static struct str word_of(char text[16], uint64_t n)
{
	return str_of(text, (size_t)snprintf(text, 16, "w%llu", (unsigned long long)n));
}

/* Column c has values of c bytes, those of one line apart by their sign. */
static int64_t value_at(struct pile *p, unsigned c, uint64_t r)
{
	char text[16];

	if (c == WORD || c == NAME)
		return lexicon_id(&p->words,
				  r % 9 ? word_of(text, r % (c == WORD ? 5 : 2000)) : S(""));
	if (c == 0)
		return 7;
	if (c >= 8)
		return (int64_t)r;
	return (int64_t)(r % (UINT64_C(1) << (8 * c))) - (INT64_C(1) << (8 * c - 1));
}

static void fill(struct pile *p, size_t lines, uint64_t seed)
{
	for (size_t i = 0; i < lines; i++) {
		int64_t line[COLUMNS];

		for (unsigned c = 0; c < COLUMNS; c++)
			line[c] = value_at(p, c, next(&seed));
		memcpy(pile_add(p), line, sizeof(line));
	}
}

static void check_lines(const struct pile *got, const struct pile *want, size_t from)
{
	assert_int_equal(got->n, want->n - from);
	for (size_t i = 0; i < got->n; i++)
		for (unsigned c = 0; c < COLUMNS; c++) {
			int64_t g = got->lines[i * COLUMNS + c],
				w = want->lines[(from + i) * COLUMNS + c];

			if (c == WORD || c == NAME)
				check_str(got->words.word[g], want->words.word[w]);
			else
				assert_int_equal(g, w);
		}
}

static void pack(struct buf body[1], struct buf names[1], const struct pile *p, size_t from)
{
	buf_init(body, PACKED_BYTES);
	buf_init(names, PACKED_BYTES);
	packed_write(body, names, p, from, p->n);
}

static void there_and_back(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 40, LINES };

	(void)state;
	for (size_t k = 0; k < sizeof(counts) / sizeof(counts[0]); k++) {
		struct pile p, back, joined, few;
		struct buf body, names;

		pile_init(&p, shape);
		fill(&p, counts[k], k + 1);
		pack(&body, &names, &p, counts[k] / 3);
		pile_init(&back, shape);
		assert_true(pile_unpack(&back,
					&(struct packed){ buf_str(&body), buf_str(&names) }));
		check_lines(&back, &p, counts[k] / 3);
		/* before other lines, whose words have other numbers */
		pile_init(&joined, shape);
		pile_init(&few, shape);
		fill(&joined, 5, 99);
		fill(&few, 5, 99);
		assert_true(pile_unpack(&joined,
					&(struct packed){ buf_str(&body), buf_str(&names) }));
		assert_int_equal(joined.n, back.n + 5);
		joined.n = back.n;
		check_lines(&joined, &back, 0);
		memmove(joined.lines, joined.lines + back.n * COLUMNS,
			few.n * COLUMNS * sizeof(*joined.lines));
		joined.n = few.n;
		check_lines(&joined, &few, 0);
		buf_done(&body);
		buf_done(&names);
		pile_done(&p);
		pile_done(&back);
		pile_done(&joined);
		pile_done(&few);
	}
}

/* --- which lines have a number in a range --- */

static void check_range(const struct pile *p, const struct packed_reading *r, unsigned c,
			const int64_t range[2])
{
	for (size_t from = 0; from < p->n; from += PACKED_RANGE) {
		uint16_t found[PACKED_RANGE];
		size_t n = packed_within(r, c, from, range[0], range[1], found), k = 0;

		for (size_t i = from; i < p->n && i < from + PACKED_RANGE; i++) {
			int64_t v = p->lines[i * COLUMNS + c];

			assert_int_equal(packed_number(r, c, i), v);
			if (v < range[0] || v > range[1])
				continue;
			assert_true(k < n);
			assert_int_equal(found[k++], i);
		}
		assert_int_equal(k, n);
	}
}

/* Numbers of each width, the ends among them, and ranges that hold all, one or none. */
static void within_a_range(void **state)
{
	static const int64_t wide[][2] = { { INT64_MIN, INT64_MAX },
					   { INT64_MAX, INT64_MIN },
					   { 0, INT64_MAX },
					   { INT64_MIN, -1 },
					   { 7, 7 },
					   { 8, 6 } };
	struct packed_reading r;
	struct lexicon words;
	struct pile p;
	struct buf body, names;
	uint64_t seed = 11;

	(void)state;
	pile_init(&p, shape);
	fill(&p, LINES, 8);
	pack(&body, &names, &p, 0);
	lexicon_init(&words);
	assert_true(packed_open(&r, &(struct packed){ buf_str(&body), buf_str(&names) }, shape,
				&words, 0));
	for (unsigned c = 0; c < COLUMNS; c++) {
		if (c == WORD || c == NAME)
			continue;
		for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
			check_range(&p, &r, c, wide[i]);
		for (int i = 0; i < 40; i++) {
			int64_t a = p.lines[next(&seed) % LINES * COLUMNS + c],
				b = p.lines[next(&seed) % LINES * COLUMNS + c];

			check_range(&p, &r, c, (int64_t[]){ a, b });
			check_range(&p, &r, c, (int64_t[]){ a, a });
		}
	}
	packed_close(&r);
	lexicon_done(&words);
	buf_done(&body);
	buf_done(&names);
	pile_done(&p);
}

/* A block cut short, or with another number of lines or words, is none; nothing behind its end
 * is read. */
static void broken_bytes(void **state)
{
	int64_t(*out)[PACKED_LINES] = calloc(COLUMNS, sizeof(*out));
	struct pile p;
	struct buf body, names;
	uint64_t seed = 5;

	(void)state;
	assert_non_null(out);
	pile_init(&p, shape);
	fill(&p, 60, 3);
	pack(&body, &names, &p, 0);
	for (int i = 0; i < 4000; i++) {
		struct lexicon words;
		struct buf hurt;
		size_t n, cut = i < (int)body.n ? (size_t)i : body.n;

		buf_init(&hurt, PACKED_BYTES);
		buf_add(&hurt, str_cut(buf_str(&body), cut));
		if (cut == body.n)
			hurt.p[next(&seed) % 40] ^= (char)(1 + next(&seed) % 255);
		lexicon_init(&words);
		if (packed_read(&(struct packed){ buf_str(&hurt), buf_str(&names) }, shape,
				&words, UINT64_MAX, out, &n)) {
			assert_int_equal(cut, body.n);
			assert_true(n <= PACKED_LINES);
			for (size_t k = 0; k < n; k++)
				assert_true((uint64_t)out[WORD][k] < words.n);
		}
		lexicon_done(&words);
		buf_done(&hurt);
	}
	free(out);
	buf_done(&body);
	buf_done(&names);
	pile_done(&p);
}

/* A block of more lines than are read at once. */
static void read_piece_by_piece(void **state)
{
	struct packed_shape large = shape;
	int64_t(*out)[PACKED_LINES] = calloc(COLUMNS, sizeof(*out));
	struct packed_reading r;
	struct packed block;
	struct pile p, back;
	struct buf body, names;
	size_t n = 1, at = 0;

	(void)state;
	assert_non_null(out);
	large.most = 20000;
	pile_init(&p, large);
	fill(&p, 2 * PACKED_LINES + 77, 8);
	pack(&body, &names, &p, 0);
	block = (struct packed){ buf_str(&body), buf_str(&names) };
	pile_init(&back, large);
	assert_true(pile_unpack(&back, &block));
	check_lines(&back, &p, 0);
	assert_true(packed_open(&r, &block, large, &p.words, 1u << 0 | 1u << 1 | 1u << WORD));
	while (n) {
		assert_true(packed_next(&r, out, &n));
		for (size_t i = 0; i < n; i++, at++) {
			assert_int_equal(out[0][i], 7);
			assert_int_equal(out[1][i], p.lines[at * COLUMNS + 1]);
			assert_int_equal(out[WORD][i], p.lines[at * COLUMNS + WORD]);
		}
	}
	assert_int_equal(at, p.n);
	packed_close(&r);
	/* who has room for fewer lines takes none of it */
	assert_false(packed_open(&r, &block, shape, &p.words, 1));
	packed_close(&r);
	assert_false(packed_read(&block, large, &p.words, 1, out, &n));
	free(out);
	buf_done(&body);
	buf_done(&names);
	pile_done(&p);
	pile_done(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(within_a_range),
		cmocka_unit_test(broken_bytes),
		cmocka_unit_test(read_piece_by_piece),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
