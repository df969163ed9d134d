#include "register/totals_inside.h"

#include <stdlib.h>

const char *const totals_dim_names[TOTALS_DIMS] = {
	[BY_TYPE] = "transaction-type", [BY_CURRENCY] = "currency",  [BY_YEAR] = "year",
	[BY_SECTOR] = "sector",         [BY_COUNTRY] = "country",    [BY_PARTY] = "party",
	[BY_PROJECT] = "project",       [BY_PUBLISHER] = "publisher"
};

enum totals_dim totals_dim_named(struct str name)
{
	enum totals_dim d = 0;

	while (d < TOTALS_DIMS && !str_is(name, totals_dim_names[d]))
		d++;
	return d;
}

bool totals_by(struct totals_query *q, struct str names, struct err *err)
{
	struct str name;

	while (names.n && str_split(&names, ',', &name)) {
		enum totals_dim d = totals_dim_named(name);

		if (d == TOTALS_DIMS)
			return err_set(err, ERR_INPUT, "by",
				       N_("“%1” is not a dimension; take transaction-type, "
					  "currency, year, sector, country, party, project or "
					  "publisher"),
				       err_arg(name));
		q->by[d] = true;
	}
	q->by[BY_TYPE] = q->by[BY_TYPE] || q->record == &records[RECORD_transaction];
	q->by[BY_CURRENCY] = q->by[BY_CURRENCY] || !q->in.n;
	return true;
}

bool totals_kind(struct totals_query *q, struct str name, struct err *err)
{
	q->record = name.n ? record_named(name) : &records[RECORD_transaction];
	if (q->record == &records[RECORD_transaction] || q->record == &records[RECORD_budget] ||
	    q->record == &records[RECORD_planned_disbursement])
		return true;
	return err_set(err, ERR_INPUT, "kind",
		       N_("sums are kept of transaction, budget and planned_disbursement"));
}

static struct str sources_text(struct arena *a, const struct str *names, size_t n)
{
	struct buf b;

	buf_init(&b, 4096);
	for (size_t i = 0; i < n; i++) {
		buf_add(&b, names[i]);
		buf_lit(&b, ", ");
	}
	buf_lit(&b, PARITY_SOURCE);
	return arena_buf(a, &b);
}

static bool source_known(struct view *v, struct arena *a, struct str source, enum audience who,
			 struct err *err)
{
	struct str names[RATE_SOURCES_MAX];
	size_t n;

	if (str_is(source, PARITY_SOURCE))
		return true;
	if (!view_rate_sources(v, a, who, names, RATE_SOURCES_MAX, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_eq(names[i], source))
			return true;
	return err_set(err, ERR_INPUT, "rates",
		       N_("Name one source of exchange rates; rates of different sources are "
			  "never mixed. Known here: %1."),
		       err_arg(sources_text(a, names, n)));
}

bool totals_in(struct view *v, struct arena *a, struct totals_query *q, struct str currency,
	       struct str source, struct err *err)
{
	struct rate_table *table;

	q->in = currency;
	if (!currency.n)
		return true;
	if (!codelist_find(codelist_named("Currency"), currency))
		return err_set(
			err, ERR_INPUT, "in",
			N_("“%1” is not the code of a currency; write it as ISO 4217 does: "
			   "XOF, EUR, RUB."),
			err_arg(currency));
	if (!source_known(v, a, source, q->who, err) ||
	    !rate_table_read(v, a, source, q->who, &table, err))
		return false;
	q->rates = table;
	return true;
}

/* --- groups --- */

struct group {
	uint32_t key[TOTALS_DIMS]; /* an even number of them: group_hash takes two at a time */
	unsigned apart;            /* enum rate_gap, and LEFT_OUT */
	int64_t count;
	int128 sum;
};
enum { LEFT_OUT = 16, GROUPS_FIRST = 1024 };

struct summing {
	struct totals_work w;
	struct group *groups; /* in the order they came */
	uint32_t *slot;       /* number + 1 */
	size_t n, cap, max;
	int sign;
	bool counted; /* the figure stands in what is left out */
};

static uint64_t group_hash(const struct group *g)
{
	uint64_t h = g->apart;

	for (int d = 0; d < TOTALS_DIMS; d += 2)
		h = (h ^ ((uint64_t)g->key[d] << 32 | g->key[d + 1])) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

static bool group_same(const struct group *x, const struct group *y)
{
	return x->apart == y->apart && memcmp(x->key, y->key, sizeof(x->key)) == 0;
}

static uint32_t *group_place(const struct summing *s, const struct group *g)
{
	size_t i = group_hash(g) & (s->cap - 1);

	while (s->slot[i] && !group_same(&s->groups[s->slot[i] - 1], g))
		i = (i + 1) & (s->cap - 1);
	return &s->slot[i];
}

static void groups_grow(struct summing *s)
{
	s->cap = s->cap ? s->cap * 2 : GROUPS_FIRST;
	free(s->slot);
	s->slot = calloc(s->cap, sizeof(*s->slot));
	s->groups = realloc(s->groups, s->cap / 2 * sizeof(*s->groups));
	if (!s->slot || !s->groups)
		abort();
	for (size_t i = 0; i < s->n; i++)
		*group_place(s, &s->groups[i]) = (uint32_t)i + 1;
}

/* What is left out is told by type and currency alone. */
static void group_keys(const struct totals_query *q, const struct work_fact *f, bool left_out,
		       struct group *g)
{
	for (int d = 0; d < TOTALS_DIMS; d++)
		g->key[d] = q->by[d] && (!left_out || d == BY_TYPE) ? f->key[d] : 0;
	if (f->gap || left_out) /* it stays in its own currency */
		g->key[BY_CURRENCY] = f->currency;
}

static struct group *group_find(struct summing *s, const struct group *g)
{
	uint32_t *at = group_place(s, g);

	if (!*at) {
		if (s->n * 2 + 2 >= s->cap) {
			groups_grow(s);
			at = group_place(s, g);
		}
		s->groups[s->n++] = *g;
		*at = (uint32_t)s->n;
	}
	return &s->groups[*at - 1];
}

static bool add_part(void *ctx, const struct work_fact *f)
{
	struct summing *s = ctx;
	const struct totals_query *q = s->w.q;
	bool left_out = f->repeated && q->repeats == REPEATS_OUT;
	struct group g = { .apart = f->gap | (left_out ? LEFT_OUT : 0) }, *to;

	group_keys(q, f, left_out, &g);
	to = group_find(s, &g);
	to->count += left_out && s->counted ? 0 : s->sign;
	to->sum += s->sign * f->result;
	s->counted = true;
	return true;
}

static bool add_facts(void *ctx, const struct money_facts *facts, struct err *err)
{
	struct summing *s = ctx;
	struct work_fact f;

	for (size_t i = 0; i < facts->n; i++) {
		s->sign = (int)facts->at[MONEY_SIGN][i];
		s->counted = false;
		if (work_read(&s->w, facts, i, &f))
			(void)work_parts(&s->w, &f, add_part, s);
	}
	if (s->n <= s->max)
		return true;
	return err_set(
		err, ERR_INPUT, "by",
		N_("This makes more than %1 sums: ask for fewer dimensions, or name a value "
		   "of one."),
		err_num(s->max));
}

/* --- the answer --- */

static int by_keys(const void *a, const void *b)
{
	const struct totals_row *x = a, *y = b;
	int c = (int)x->gap - (int)y->gap;

	for (int d = 0; c == 0 && d < TOTALS_DIMS; d++)
		c = str_cmp(x->key[d], y->key[d]);
	return c ? c : str_cmp(x->currency, y->currency);
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
	struct arena *a = s->w.a;

	out->n = out->repeated_count = 0;
	out->rows = arena_array(a, struct totals_row, s->n);
	out->repeated = arena_array(a, struct totals_row, s->n);
	for (size_t i = 0; i < s->n; i++) {
		const struct group *g = &s->groups[i];
		bool out_of_it = g->apart & LEFT_OUT;
		struct totals_row *to = out_of_it ? &out->repeated[out->repeated_count++]
						  : &out->rows[out->n++];

		if (g->count == 0)
			out_of_it ? out->repeated_count-- : out->n--;
		else if (!put_row(s, g, to))
			return err_set(err, ERR_INPUT, "by",
				       N_("a sum is larger than can be written"));
	}
	qsort(out->rows, out->n, sizeof(*out->rows), by_keys);
	qsort(out->repeated, out->repeated_count, sizeof(*out->rows), by_keys);
	return true;
}

bool totals_sum(struct view *v, struct arena *a, const struct totals_query *q, size_t max,
		struct totals *out, struct err *err)
{
	struct summing s = { .w = { .v = v, .a = a, .q = q }, .max = max };
	struct money_scan scan = {
		.log = work_log(q), .who = q->who, .each = add_facts, .ctx = &s
	};
	bool ok;

	groups_grow(&s);
	ok = work_begin(&s.w, err);
	scan.need = s.w.need;
	ok = ok && view_money(v, &scan, &s.w.words, err) && put_rows(&s, out, err);
	work_done(&s.w);
	free(s.groups);
	free(s.slot);
	return ok;
}
