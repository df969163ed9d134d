#include "register/totals_groups.h"
#include "register/totals_inside.h"

#include <stdlib.h>

/* Sums as rows, in their order. */

struct answering {
	struct totals_work *w;
	const struct groups *groups;
};

static int by_word(const void *a, const void *b)
{
	const struct str *const *x = a, *const *y = b;

	return str_cmp(**x, **y);
}

/* By word, its place among those that are used: rows are sorted by these. */
static uint32_t *rank_words(struct answering *s)
{
	const struct lexicon *words = &s->w->words;
	uint32_t *rank = arena_array(s->w->a, uint32_t, words->n);
	const struct str **used = arena_array(s->w->a, const struct str *, words->n);
	size_t n = 0;

	for (size_t i = 0; i < s->groups->n; i++)
		for (enum totals_dim d = 0; d < TOTALS_DIMS; d++) {
			uint32_t key = d == BY_YEAR ? 0 : s->groups->at[i].key[d];

			if (!rank[key])
				used[n++] = &words->word[key];
			rank[key] = 1;
		}
	qsort(used, n, sizeof(*used), by_word);
	for (size_t i = 0; i < n; i++)
		rank[used[i] - words->word] = (uint32_t)i;
	return rank;
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
	size_t *at; /* by number */
	size_t cap;
};

static void sort_by(struct sorting *s, sort_key *key, int d)
{
	const struct group **sorted = s->other;
	size_t most = 0, sum = 0;

	for (size_t i = 0; i < s->n; i++)
		most = key(s->row[i], d, s->rank) > most ? key(s->row[i], d, s->rank) : most;
	if (most >= s->cap) {
		s->cap = most + 1;
		s->at = realloc(s->at, s->cap * sizeof(*s->at));
		if (!s->at)
			abort();
	}
	memset(s->at, 0, (most + 1) * sizeof(*s->at));
	for (size_t i = 0; i < s->n; i++)
		s->at[key(s->row[i], d, s->rank)]++;
	for (size_t k = 0; k <= most; k++) {
		size_t here = s->at[k];

		s->at[k] = sum;
		sum += here;
	}
	for (size_t i = 0; i < s->n; i++)
		sorted[s->at[key(s->row[i], d, s->rank)]++] = s->row[i];
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
		.rank = rank_words(sum),
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
	const struct lexicon *words = &s->w->words;

	*out = (struct totals_row){ .count = (uint64_t)g->count,
				    .gap = (enum rate_gap)(g->apart & ~(unsigned)LEFT_OUT) };
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		if (q->by[d])
			out->key[d] = work_word(s->w, d, g->key[d]);
	out->currency = q->in.n && !out->gap
				? q->in
				: arena_str(s->w->a, words->word[g->key[BY_CURRENCY]]);
	return dec_add((struct dec){ g->sum }, dec_int(0), &out->amount);
}

bool totals_rows(struct totals_work *w, const struct groups *g, struct totals *out,
		 struct err *err)
{
	struct answering s = { w, g };
	size_t n, left_out = 0;
	const struct group **sorted = sort_groups(&s, &n);

	for (size_t i = 0; i < n; i++)
		left_out += sorted[i]->apart & LEFT_OUT ? 1 : 0;
	out->n = out->repeated_count = 0;
	out->rows = arena_room(w->a, struct totals_row, n - left_out);
	out->repeated = arena_room(w->a, struct totals_row, left_out);
	for (size_t i = 0; i < n; i++) {
		const struct group *one = sorted[i];
		struct totals_row *to = one->apart & LEFT_OUT
						? &out->repeated[out->repeated_count++]
						: &out->rows[out->n++];

		if (!put_row(&s, one, to))
			return err_set(err, ERR_INPUT, "by",
				       N_("a sum is larger than can be written"));
	}
	return true;
}
