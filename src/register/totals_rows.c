#include "register/totals_groups.h"
#include "register/totals_inside.h"

#include <stdlib.h>

/* Sums as rows, in their order. */

struct answering {
	struct totals_work *w;
	const struct groups *groups;
	uint32_t *rank;   /* by word: its place among those that are used */
	struct str *word; /* by word: a copy that outlives the work */
};

static int by_word(const void *a, const void *b)
{
	const struct str *const *x = a, *const *y = b;

	return str_cmp(**x, **y);
}

/* Rows are sorted by the ranks of words, and share their copies. */
static void rank_words(struct answering *s)
{
	const struct totals_query *q = s->w->q;
	const struct lexicon *words = &s->w->words;
	const struct str **used = arena_room(s->w->a, const struct str *, words->n);
	size_t n = 0;

	s->rank = arena_array(s->w->a, uint32_t, words->n);
	s->word = arena_room(s->w->a, struct str, words->n);
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		for (size_t i = 0; i < s->groups->n; i++) {
			uint32_t key = s->groups->at[i].key[d];

			if (d == BY_YEAR || (d != BY_CURRENCY && !q->by[d]))
				break;
			if (!s->rank[key])
				used[n++] = &words->word[key];
			s->rank[key] = 1;
		}
	qsort(used, n, sizeof(*used), by_word);
	for (size_t i = 0; i < n; i++) {
		s->rank[used[i] - words->word] = (uint32_t)i;
		s->word[used[i] - words->word] = arena_str(s->w->a, *used[i]);
	}
}

/* Of a row the number that stands in the order of what it is sorted by. */
typedef uint32_t sort_key(const struct group *g, int d, const uint32_t *rank);

static uint32_t apart_key(const struct group *g, int d, const uint32_t *rank)
{
	(void)d, (void)rank;
	return g->apart;
}

static uint32_t year_key(const struct group *g, int d, const uint32_t *rank)
{
	(void)rank;
	return g->key[d];
}

static uint32_t word_key(const struct group *g, int d, const uint32_t *rank)
{
	return rank[g->key[d]];
}

/* Rows by one number, those of one number in the order they were in. */
struct sorting {
	const struct group **row, **other;
	size_t n;
	const uint32_t *rank;
	uint32_t *key; /* by row */
	size_t *at;    /* by number */
	size_t cap;
};

static size_t read_keys(struct sorting *s, sort_key *key, int d)
{
	size_t most = 0;

	for (size_t i = 0; i < s->n; i++) {
		s->key[i] = key(s->row[i], d, s->rank);
		most = s->key[i] > most ? s->key[i] : most;
	}
	return most;
}

static void sort_by(struct sorting *s, sort_key *key, int d)
{
	const struct group **sorted = s->other;
	size_t most = read_keys(s, key, d), sum = 0;

	if (!most)
		return;
	if (most >= s->cap) {
		s->cap = most + 1;
		s->at = realloc(s->at, s->cap * sizeof(*s->at));
		if (!s->at)
			abort();
	}
	memset(s->at, 0, (most + 1) * sizeof(*s->at));
	for (size_t i = 0; i < s->n; i++)
		s->at[s->key[i]]++;
	for (size_t k = 0; k <= most; k++) {
		size_t here = s->at[k];

		s->at[k] = sum;
		sum += here;
	}
	for (size_t i = 0; i < s->n; i++)
		sorted[s->at[s->key[i]]++] = s->row[i];
	s->other = s->row;
	s->row = sorted;
}

/* What stands apart behind the others, then by their keys, the currency last. */
static const struct group **sort_groups(struct answering *sum, size_t *n)
{
	const struct totals_query *q = sum->w->q;
	struct sorting s = {
		.row = arena_room(sum->w->a, const struct group *, sum->groups->n),
		.other = arena_room(sum->w->a, const struct group *, sum->groups->n),
		.key = arena_room(sum->w->a, uint32_t, sum->groups->n),
		.rank = sum->rank,
	};

	for (size_t i = 0; i < sum->groups->n; i++)
		if (sum->groups->at[i].count)
			s.row[s.n++] = &sum->groups->at[i];
	sort_by(&s, word_key, BY_CURRENCY);
	for (int d = TOTALS_DIMS; d-- > 0;)
		if (q->by[d])
			sort_by(&s, d == BY_YEAR ? year_key : word_key, d);
	sort_by(&s, apart_key, 0);
	free(s.at);
	*n = s.n;
	return s.row;
}

static bool put_row(struct answering *s, const struct group *g, struct totals_row *out)
{
	const struct totals_query *q = s->w->q;

	*out = (struct totals_row){ .count = (uint64_t)g->count,
				    .gap = (enum rate_gap)(g->apart & ~(unsigned)LEFT_OUT) };
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		if (q->by[d])
			out->key[d] = d == BY_YEAR ? work_word(s->w, d, g->key[d])
						   : s->word[g->key[d]];
	out->currency = q->in.n && !out->gap ? q->in : s->word[g->key[BY_CURRENCY]];
	return dec_add((struct dec){ g->sum }, dec_int(0), &out->amount);
}

/* What is left out stands behind the others. */
static size_t first_left_out(const struct group **sorted, size_t n)
{
	while (n && sorted[n - 1]->apart & LEFT_OUT)
		n--;
	return n;
}

static bool put_rows(struct answering *s, const struct group **sorted, size_t n,
		     struct totals_row *out)
{
	for (size_t i = 0; i < n; i++)
		if (!put_row(s, sorted[i], &out[i]))
			return false;
	return true;
}

static bool write_rows(struct answering *s, const struct group **sorted, size_t n)
{
	struct rows_json json;
	struct totals_row row;

	rows_json_begin(&json, s->w->a, s->w->q, n);
	for (size_t i = 0; i < n; i++) {
		if (!put_row(s, sorted[i], &row))
			return false;
		rows_json_put(&json, &row);
	}
	rows_json_end(&json);
	return true;
}

bool totals_rows(struct totals_work *w, const struct groups *g, struct totals *out,
		 struct err *err)
{
	struct answering s = { .w = w, .groups = g };
	const struct group **sorted;
	size_t n, in;

	rank_words(&s);
	sorted = sort_groups(&s, &n);
	in = first_left_out(sorted, n);
	*out = (struct totals){ .n = w->q->json ? 0 : in, .repeated_count = n - in };
	out->rows = arena_room(w->a, struct totals_row, out->n);
	out->repeated = arena_room(w->a, struct totals_row, n - in);
	return ((w->q->json ? write_rows(&s, sorted, in)
			    : put_rows(&s, sorted, in, out->rows)) &&
		put_rows(&s, sorted + in, n - in, out->repeated)) ||
	       err_set(err, ERR_INPUT, "by", N_("a sum is larger than can be written"));
}
