#include "register/rate_table.h"

#include <stdlib.h>

const char *const rate_gap_names[] = { [RATE_FOUND] = "",
				       [RATE_NONE] = "no-rate",
				       [RATE_NO_DAY] = "no-date",
				       [RATE_TOO_LARGE] = "too-large" };

enum { PAIRS_FIRST = 16, NOWHERE = -1 };

/* The rates of one base in one quote, oldest first; a parity stands alone and holds always. */
struct pair {
	int base, quote; /* among `currency` */
	struct rate_quote *quotes;
	size_t n, cap;
	bool parity;
};
struct rate_table {
	struct arena *a;
	struct str source;
	struct str *currency;
	struct pair *pairs;
	size_t currency_count, currency_cap, pair_count, pair_cap;
};

/* --- making it --- */

static void *wider(struct arena *a, const void *old, size_t n, size_t *cap, size_t size)
{
	void *out;

	*cap = *cap ? *cap * 2 : PAIRS_FIRST;
	out = arena_alloc(a, arena_size(size, *cap));
	if (n)
		memcpy(out, old, n * size);
	return out;
}

static int currency_at(const struct rate_table *t, struct str code)
{
	for (size_t i = 0; i < t->currency_count; i++)
		if (str_eq(t->currency[i], code))
			return (int)i;
	return NOWHERE;
}

static int currency_of(struct rate_table *t, struct str code)
{
	int at = currency_at(t, code);

	if (at != NOWHERE)
		return at;
	if (t->currency_count == t->currency_cap)
		t->currency = wider(t->a, t->currency, t->currency_count, &t->currency_cap,
				    sizeof(*t->currency));
	t->currency[t->currency_count] = code;
	return (int)t->currency_count++;
}

static struct pair *pair_of(struct rate_table *t, const struct rate_quote *q)
{
	int base = currency_of(t, q->base), quote = currency_of(t, q->quote);
	bool parity = q->ref.n == 0;

	for (size_t i = 0; i < t->pair_count; i++) {
		struct pair *p = &t->pairs[i];

		if (p->base == base && p->quote == quote && p->parity == parity)
			return p;
	}
	if (t->pair_count == t->pair_cap)
		t->pairs =
			wider(t->a, t->pairs, t->pair_count, &t->pair_cap, sizeof(*t->pairs));
	t->pairs[t->pair_count] =
		(struct pair){ .base = base, .quote = quote, .parity = parity };
	return &t->pairs[t->pair_count++];
}

static void add_quote(struct rate_table *t, const struct rate_quote *q)
{
	struct pair *p = pair_of(t, q);

	if (p->n == p->cap)
		p->quotes = wider(t->a, p->quotes, p->n, &p->cap, sizeof(*p->quotes));
	p->quotes[p->n++] = *q;
}

struct rate_table *rate_table_of(struct arena *a, struct str source,
				 const struct rate_row *rows, size_t n)
{
	struct rate_table *t = arena_new(a, struct rate_table);
	struct rate_quote q;

	t->a = a;
	t->source = source;
	for (size_t i = 0; rates_parity(i, &q); i++)
		add_quote(t, &q);
	for (size_t i = 0; i < n; i++) {
		q = (struct rate_quote){ .base = rows[i].base,
					 .quote = rows[i].quote,
					 .units = rows[i].units,
					 .value = rows[i].value,
					 .day = rows[i].day,
					 .ref = arena_join(a, rows[i].party,
							   arena_join(a, S("/"), rows[i].id)) };
		add_quote(t, &q);
	}
	return t;
}

bool rate_table_read(struct view *v, struct arena *a, struct str source, enum audience who,
		     struct rate_table **out, struct err *err)
{
	struct rate_row *rows;
	size_t n;

	if (!view_rates(v, a, source, who, &rows, &n, err))
		return false;
	*out = rate_table_of(a, source, rows, n);
	return true;
}

struct str rate_table_source(const struct rate_table *t)
{
	return t->source;
}

/* --- ways --- */

struct asking {
	const struct rate_table *t;
	int32_t day;
};

/* The last on or before the day; of one day the first by reference. */
static const struct rate_quote *last_quote(const struct pair *p, int32_t day)
{
	size_t low = 0, high = p->n;

	if (p->parity)
		return &p->quotes[0];
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (p->quotes[mid].day <= day)
			low = mid + 1;
		else
			high = mid;
	}
	while (low > 1 && p->quotes[low - 2].day == p->quotes[low - 1].day)
		low--;
	return low ? &p->quotes[low - 1] : NULL;
}

static bool one_step(const struct asking *q, int from, int to, bool parity,
		     struct rate_step *out)
{
	out->by = NULL;
	for (size_t i = 0; i < q->t->pair_count; i++) {
		const struct pair *p = &q->t->pairs[i];
		struct rate_step s = { .inverse = p->quote == from };

		if (!(s.inverse ? p->base == to : p->base == from && p->quote == to) ||
		    (parity && !p->parity))
			continue;
		s.by = last_quote(p, q->day);
		if (s.by && rates_newer(&s, out))
			*out = s;
	}
	return out->by != NULL;
}

/* The oldest rate of a way; a parity has no age. */
static int32_t oldest(const struct rate_way *w)
{
	int32_t day = INT32_MAX;

	for (size_t i = 0; i < w->n; i++)
		if (w->steps[i].by->ref.n && w->steps[i].by->day < day)
			day = w->steps[i].by->day;
	return day;
}

struct str rate_step_to(const struct rate_step *s)
{
	return s->inverse ? s->by->base : s->by->quote;
}

static bool better(const struct rate_way *x, const struct rate_way *y)
{
	int c = 0;

	if (!y->n || oldest(x) != oldest(y))
		return !y->n || oldest(x) > oldest(y);
	for (size_t i = 0; c == 0 && i < x->n; i++)
		c = str_cmp(rate_step_to(&x->steps[i]), rate_step_to(&y->steps[i]));
	return c < 0;
}

/* By one middle currency; `parity`: one of the two steps is to be a parity. */
static void two_steps(const struct asking *q, int from, int to, bool parity,
		      struct rate_way *best)
{
	best->n = 0;
	for (size_t i = 0; i < q->t->pair_count; i++) {
		const struct pair *p = &q->t->pairs[i];
		int mid = p->base == from ? p->quote : p->quote == from ? p->base : NOWHERE;

		for (int first = 0; first <= parity && mid != NOWHERE && mid != to; first++) {
			struct rate_way way = { .n = 2 };

			if (one_step(q, from, mid, parity && first, &way.steps[0]) &&
			    one_step(q, mid, to, parity && !first, &way.steps[1]) &&
			    better(&way, best))
				*best = way;
		}
	}
}

/* Two middle currencies, one of the steps being a parity. */
static void three_steps(const struct asking *q, int from, int to, struct rate_way *best)
{
	best->n = 0;
	for (size_t i = 0; i < q->t->pair_count; i++) {
		const struct pair *p = &q->t->pairs[i];
		int mid = p->base == from ? p->quote : p->quote == from ? p->base : NOWHERE;

		for (int first = 0; first <= 1 && mid != NOWHERE && mid != to; first++) {
			struct rate_way way = { .n = 3 }, rest;

			if (!one_step(q, from, mid, first, &way.steps[0]))
				continue;
			two_steps(q, mid, to, !first, &rest);
			way.steps[1] = rest.steps[0];
			way.steps[2] = rest.steps[1];
			if (rest.n && better(&way, best))
				*best = way;
		}
	}
}

void rate_table_way(const struct rate_table *t, struct str from, struct str to, int32_t day,
		    struct rate_way *out)
{
	int base = currency_at(t, from), quote = currency_at(t, to);
	const struct asking q = { t, day };

	*out = (struct rate_way){ .gap = RATE_FOUND };
	if (str_eq(from, to)) {
		out->by = (struct rate_fraction){ 1, 1 };
		return;
	}
	out->gap = day == MONEY_NO_DAY ? RATE_NO_DAY : RATE_NONE;
	if (base == NOWHERE || quote == NOWHERE || out->gap == RATE_NO_DAY)
		return;
	out->n = one_step(&q, base, quote, false, &out->steps[0]);
	if (!out->n)
		two_steps(&q, base, quote, false, out);
	if (!out->n)
		three_steps(&q, base, quote, out);
	if (!out->n)
		return;
	out->gap = rates_fraction(out->steps, out->n, &out->by) ? RATE_FOUND : RATE_TOO_LARGE;
}
