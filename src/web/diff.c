#include "web/diff.h"

#include <string.h>

/* One text as words; words[i].p - text.p is where it stands. */
struct words {
	struct str *word;
	size_t n;
};

static bool blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Letters and digits of ASCII, and every byte of a longer character. */
static bool letter(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (unsigned char)c >= 0x80;
}

/* Length of the word, run of blanks or single mark at the front of `s`. */
static size_t word_length(struct str s)
{
	size_t n = 1;

	if (blank(s.p[0]))
		while (n < s.n && blank(s.p[n]))
			n++;
	else if (letter(s.p[0]))
		while (n < s.n && letter(s.p[n]))
			n++;
	return n;
}

static struct words words_of(struct arena *a, struct str s)
{
	struct words w = { arena_array(a, struct str, s.n ? s.n : 1), 0 };

	while (s.n > 0) {
		size_t n = word_length(s);

		w.word[w.n++] = str_cut(s, n);
		s = str_from(s, n);
	}
	return w;
}

/* The bytes from word `from` up to word `to`: they stand in a row. */
static struct str span(const struct words *w, size_t from, size_t to)
{
	if (from >= to)
		return S("");
	return (struct str){ w->word[from].p, (size_t)(w->word[to - 1].p + w->word[to - 1].n -
						       w->word[from].p) };
}

static void put(struct diff_piece *pieces, size_t *n, enum diff_kind kind, struct str text)
{
	if (text.n > 0)
		pieces[(*n)++] = (struct diff_piece){ kind, text };
}

/* Lengths of common subsequences of the tails: cell (i, j) is of x from i and y from j. */
static uint16_t *tails(struct arena *a, const struct words *x, const struct words *y)
{
	size_t width = y->n + 1;
	uint16_t *cell = arena_array(a, uint16_t, (x->n + 1) * width);

	for (size_t i = x->n; i-- > 0;)
		for (size_t j = y->n; j-- > 0;) {
			uint16_t down = cell[(i + 1) * width + j],
				 right = cell[i * width + j + 1];

			cell[i * width + j] =
				str_eq(x->word[i], y->word[j])
					? (uint16_t)(cell[(i + 1) * width + j + 1] + 1)
					: (down > right ? down : right);
		}
	return cell;
}

/* How many words from (i, j) on are the same on both sides. */
static size_t same_run(const struct words *x, const struct words *y, size_t i, size_t j)
{
	size_t n = 0;

	while (i + n < x->n && j + n < y->n && str_eq(x->word[i + n], y->word[j + n]))
		n++;
	return n;
}

static size_t walk(const struct words *x, const struct words *y, const uint16_t *cell,
		   struct diff_piece *pieces, size_t n)
{
	size_t width = y->n + 1, i = 0, j = 0, old_from = 0, new_from = 0;

	while (i < x->n || j < y->n) {
		size_t same = same_run(x, y, i, j);
		bool only_blank = same == 1 && blank(x->word[i].p[0]) && (i > 0 || j > 0) &&
				  (i + 1 < x->n || j + 1 < y->n);

		if (same > 0 && !only_blank) {
			put(pieces, &n, DIFF_OLD, span(x, old_from, i));
			put(pieces, &n, DIFF_NEW, span(y, new_from, j));
			put(pieces, &n, DIFF_SAME, span(x, i, i + same));
			old_from = i += same;
			new_from = j += same;
		} else if (same > 0) {
			i++, j++;
		} else if (j == y->n ||
			   (i < x->n && cell[(i + 1) * width + j] >= cell[i * width + j + 1])) {
			i++;
		} else {
			j++;
		}
	}
	put(pieces, &n, DIFF_OLD, span(x, old_from, i));
	put(pieces, &n, DIFF_NEW, span(y, new_from, j));
	return n;
}

size_t diff_words(struct arena *a, struct str before, struct str after, struct diff_piece **out)
{
	struct words x = words_of(a, before), y = words_of(a, after);
	size_t head = same_run(&x, &y, 0, 0), tail = 0, n = 0;
	struct words mx, my;

	while (tail < x.n - head && tail < y.n - head &&
	       str_eq(x.word[x.n - 1 - tail], y.word[y.n - 1 - tail]))
		tail++;
	mx = (struct words){ x.word + head, x.n - head - tail };
	my = (struct words){ y.word + head, y.n - head - tail };
	*out = arena_array(a, struct diff_piece, 2 * (mx.n + my.n) + 4);
	put(*out, &n, DIFF_SAME, span(&x, 0, head));
	if ((mx.n + 1) > DIFF_CELLS_MAX / (my.n + 1)) {
		put(*out, &n, DIFF_OLD, span(&mx, 0, mx.n));
		put(*out, &n, DIFF_NEW, span(&my, 0, my.n));
	} else {
		n = walk(&mx, &my, tails(a, &mx, &my), *out, n);
	}
	put(*out, &n, DIFF_SAME, span(&x, x.n - tail, x.n));
	return n;
}
