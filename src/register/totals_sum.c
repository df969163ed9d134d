#include "register/totals_groups.h"
#include "register/totals_inside.h"

#include <stdlib.h>

struct summing {
	struct totals_work w;
	struct groups groups;
	size_t max;
	struct work_lines lines;
	uint32_t code[MONEY_AT_ONCE]; /* by line, of what is not split */
	bool sectors, countries;      /* asked for */
	bool all_sectors;             /* each is a key, and there are no countries */
	int sign;
	bool counted; /* the figure stands in what is left out */
};

static bool is_split(enum totals_dim d)
{
	return d == BY_SECTOR || d == BY_COUNTRY;
}

/* --- one figure, whatever it is --- */

/* What is left out is told by type and currency alone. */
static void group_keys(const struct totals_query *q, const struct work_fact *f, bool left_out,
		       struct group *g)
{
	for (int d = 0; d < TOTALS_DIMS; d++)
		g->key[d] = q->by[d] && (!left_out || d == BY_TYPE) ? f->key[d] : 0;
	if (f->gap || left_out) /* it stays in its own currency */
		g->key[BY_CURRENCY] = f->currency;
}

static bool add_part(void *ctx, const struct work_fact *f)
{
	struct summing *s = ctx;
	const struct totals_query *q = s->w.q;
	bool left_out = f->repeated && q->repeats == REPEATS_OUT;
	struct group g = { .apart = f->gap | (left_out ? LEFT_OUT : 0) }, *to;

	group_keys(q, f, left_out, &g);
	to = groups_find(&s->groups, &g);
	to->count += left_out && s->counted ? 0 : s->sign;
	to->sum += s->sign * f->result;
	s->counted = true;
	return true;
}

static void add_any(struct summing *s, const struct money_facts *facts, size_t i)
{
	struct work_fact f;

	s->sign = (int)facts->at[MONEY_SIGN][i];
	s->counted = false;
	work_read(&s->w, facts, &s->lines, i, &f);
	(void)work_parts(&s->w, &f, add_part, s);
}

/* --- many figures, by code --- */

/* The parts of projects, and none. */
static void number_shares(struct summing *s, enum totals_dim d, const struct shares *of)
{
	if (!s->w.q->by[d])
		return;
	groups_number(&s->groups, d, 0);
	for (size_t i = 0; of->projects && i < of->first[of->projects]; i++)
		groups_number(&s->groups, d, of->at[i].key);
}

static void code_dim(struct summing *s, enum totals_dim d)
{
	const struct work_lines *l = &s->lines;
	const uint32_t *key = l->key[d];
	const struct numbered *of = &s->groups.dim[d];
	const uint32_t *number = of->number;
	size_t cap = of->key_cap;
	unsigned shift = of->shift;
	bool split = is_split(d);

	for (size_t k = 0; k < l->n; k++) {
		size_t i = l->line[k];

		if (key[i] >= cap || !number[key[i]]) {
			groups_number(&s->groups, d, key[i]);
			number = of->number;
			cap = of->key_cap;
		}
		if (!split)
			s->code[i] |= (number[key[i]] - 1) << shift;
	}
}

static void code_all(struct summing *s)
{
	for (size_t k = 0; k < s->lines.n; k++)
		s->code[s->lines.line[k]] = 0;
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		if (s->w.q->by[d])
			code_dim(s, d);
}

/* Seldom twice: what is met for the first time may move the codes. */
static void code_lines(struct summing *s)
{
	code_all(s);
	if (!s->groups.moved)
		return;
	groups_settle(&s->groups);
	if (!s->groups.too_long)
		code_all(s);
}

static inline void add(struct summing *s, uint32_t code, int128 amount)
{
	struct group *g = groups_coded(&s->groups, code);

	g->count += s->sign;
	g->sum += s->sign < 0 ? -amount : amount;
}

static bool goes_to(const struct totals_work *w, enum totals_dim d, uint32_t key)
{
	return !w->q->only[d] || w->only[d] == key;
}

static uint32_t code_of(const struct summing *s, enum totals_dim d, uint32_t key)
{
	return s->w.q->by[d] ? groups_code(&s->groups, d, key) : 0;
}

/* A small figure in hand. */
struct whole {
	size_t line;
	uint32_t project;
	int64_t micro, unit;
};

/* Its countries of a part of it. */
static bool add_countries(struct summing *s, const struct whole *f, uint32_t code,
			  int64_t micro)
{
	uint32_t own = s->lines.key[BY_COUNTRY][f->line];
	const struct share *share;
	int64_t part[SHARES_MAX];
	size_t n = own ? 0 : shares_of(&s->w.countries, f->project, &share);

	if (n && !shares_parts(share, n, micro, f->unit, part))
		return false;
	if (!n && goes_to(&s->w, BY_COUNTRY, own))
		add(s, code | code_of(s, BY_COUNTRY, own), micro);
	for (size_t i = 0; i < n; i++)
		if (goes_to(&s->w, BY_COUNTRY, share[i].key))
			add(s, code | code_of(s, BY_COUNTRY, share[i].key), part[i]);
	return true;
}

static bool add_sector(struct summing *s, const struct whole *f, uint32_t sector, int64_t micro)
{
	uint32_t code;

	if (!goes_to(&s->w, BY_SECTOR, sector))
		return true;
	code = s->code[f->line] | code_of(s, BY_SECTOR, sector);
	if (s->countries)
		return add_countries(s, f, code, micro);
	add(s, code, micro);
	return true;
}

/* The same parts as work_parts makes; false, and nothing done, when the figure is too large: a
 * part of one that is not cannot be. */
static bool add_split(struct summing *s, const struct whole *f)
{
	const struct share *share;
	int64_t part[SHARES_MAX];
	uint32_t own;
	size_t n;

	if (!s->sectors && s->countries)
		return add_countries(s, f, s->code[f->line], f->micro);
	if (!s->sectors) {
		add(s, s->code[f->line], f->micro);
		return true;
	}
	own = s->lines.key[BY_SECTOR][f->line];
	n = own ? 0 : shares_of(&s->w.sectors, f->project, &share);
	if (!n)
		return add_sector(s, f, own, f->micro);
	if (!shares_parts(share, n, f->micro, f->unit, part))
		return false;
	if (s->all_sectors) {
		for (size_t i = 0; i < n; i++)
			add(s,
			    s->code[f->line] | groups_code(&s->groups, BY_SECTOR, share[i].key),
			    part[i]);
		return true;
	}
	for (size_t i = 0; i < n; i++)
		if (!add_sector(s, f, share[i].key, part[i]))
			return false;
	return true;
}

static bool add_small(struct summing *s, const struct money_facts *facts, size_t i)
{
	struct whole f = { .line = i };

	if (!work_small(&s->w, facts, i, &f.micro, &f.unit))
		return false;
	s->sign = (int)facts->at[MONEY_SIGN][i];
	if (s->w.need >> MONEY_PROJECT & 1)
		f.project = (uint32_t)facts->at[MONEY_PROJECT][i];
	return add_split(s, &f);
}

static bool left_out(const struct summing *s, const struct money_facts *facts, size_t i)
{
	return s->w.q->repeats == REPEATS_OUT && facts->at[MONEY_REPEATED][i];
}

static bool add_facts(void *ctx, const struct money_facts *facts, struct err *err)
{
	struct summing *s = ctx;

	work_lines(&s->w, facts, &s->lines);
	if (!s->groups.too_long)
		code_lines(s);
	for (size_t k = 0; k < s->lines.n; k++) {
		size_t i = s->lines.line[k];

		if (s->groups.too_long || left_out(s, facts, i)) {
			add_any(s, facts, i);
		} else if (s->w.exact) {
			if (!add_small(s, facts, i))
				add_any(s, facts, i);
		} else {
			s->sign = (int)facts->at[MONEY_SIGN][i];
			add(s, s->code[i], money_amount(facts, i));
		}
	}
	if (s->groups.n <= s->max)
		return true;
	return err_set(
		err, ERR_INPUT, "by",
		N_("This makes more than %1 sums: ask for fewer dimensions, or name a value "
		   "of one."),
		err_num(s->max));
}

/* --- the answer --- */

static int by_word(const void *a, const void *b)
{
	const struct str *const *x = a, *const *y = b;

	return str_cmp(**x, **y);
}

/* By word, its place among those that are used: rows are sorted by these. */
static uint32_t *rank_words(struct summing *s)
{
	const struct lexicon *words = &s->w.words;
	uint32_t *rank = arena_array(s->w.a, uint32_t, words->n);
	const struct str **used = arena_array(s->w.a, const struct str *, words->n);
	size_t n = 0;

	for (size_t i = 0; i < s->groups.n; i++)
		for (enum totals_dim d = 0; d < TOTALS_DIMS; d++) {
			uint32_t key = d == BY_YEAR ? 0 : s->groups.at[i].key[d];

			if (!rank[key])
				used[n++] = &words->word[key];
			rank[key] = 1;
		}
	qsort(used, n, sizeof(*used), by_word);
	for (size_t i = 0; i < n; i++)
		rank[used[i] - words->word] = (uint32_t)i;
	return rank;
}

/* A group, its keys as numbers that stand in the order of their words, its currency last. */
struct ranked {
	uint32_t key[TOTALS_DIMS + 1];
	const struct group *group;
};

static int by_keys(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->group->apart != y->group->apart)
		return x->group->apart < y->group->apart ? -1 : 1;
	for (int d = 0; d <= TOTALS_DIMS; d++)
		if (x->key[d] != y->key[d])
			return x->key[d] < y->key[d] ? -1 : 1;
	return 0;
}

static struct ranked *rank_groups(struct summing *s, size_t *n)
{
	const uint32_t *rank = rank_words(s);
	struct ranked *out = arena_array(s->w.a, struct ranked, s->groups.n);

	*n = 0;
	for (size_t i = 0; i < s->groups.n; i++) {
		struct ranked *r = &out[*n];

		r->group = &s->groups.at[i];
		*n += r->group->count != 0;
		for (enum totals_dim d = 0; d < TOTALS_DIMS; d++) {
			uint32_t key = s->w.q->by[d] ? r->group->key[d] : 0;

			r->key[d] = d == BY_YEAR ? key : rank[key];
		}
		r->key[TOTALS_DIMS] = rank[r->group->key[BY_CURRENCY]];
	}
	if (*n)
		qsort(out, *n, sizeof(*out), by_keys);
	return out;
}

static bool put_row(struct summing *s, const struct group *g, struct totals_row *out)
{
	const struct totals_query *q = s->w.q;
	const struct lexicon *words = &s->w.words;

	*out = (struct totals_row){ .count = (uint64_t)g->count,
				    .gap = (enum rate_gap)(g->apart & ~(unsigned)LEFT_OUT) };
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		if (q->by[d])
			out->key[d] = work_word(&s->w, d, g->key[d]);
	out->currency = q->in.n && !out->gap
				? q->in
				: arena_str(s->w.a, words->word[g->key[BY_CURRENCY]]);
	return dec_add((struct dec){ g->sum }, dec_int(0), &out->amount);
}

static bool put_rows(struct summing *s, struct totals *out, struct err *err)
{
	size_t n;
	const struct ranked *ranked = rank_groups(s, &n);

	out->n = out->repeated_count = 0;
	out->rows = arena_array(s->w.a, struct totals_row, n);
	out->repeated = arena_array(s->w.a, struct totals_row, n);
	for (size_t i = 0; i < n; i++) {
		const struct group *g = ranked[i].group;
		struct totals_row *to = g->apart & LEFT_OUT
						? &out->repeated[out->repeated_count++]
						: &out->rows[out->n++];

		if (!put_row(s, g, to))
			return err_set(err, ERR_INPUT, "by",
				       N_("a sum is larger than can be written"));
	}
	return true;
}

bool totals_sum(struct view *v, struct arena *a, const struct totals_query *q, size_t max,
		struct totals *out, struct err *err)
{
	struct summing *s = calloc(1, sizeof(*s));
	struct money_scan scan = {
		.log = work_log(q), .who = q->who, .each = add_facts, .ctx = s
	};
	bool ok;

	if (!s)
		abort();
	s->w = (struct totals_work){ .v = v, .a = a, .q = q };
	s->max = max;
	groups_init(&s->groups);
	ok = work_begin(&s->w, err);
	number_shares(s, BY_SECTOR, &s->w.sectors);
	number_shares(s, BY_COUNTRY, &s->w.countries);
	s->sectors = work_asks(q, BY_SECTOR);
	s->countries = work_asks(q, BY_COUNTRY);
	s->all_sectors = q->by[BY_SECTOR] && !q->only[BY_SECTOR] && !s->countries;
	scan.need = s->w.need;
	ok = ok && view_money(v, &scan, &s->w.words, err) && put_rows(s, out, err);
	work_done(&s->w);
	groups_done(&s->groups);
	free(s);
	return ok;
}
