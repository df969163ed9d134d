#include "register/totals_inside.h"

#include <stdlib.h>

enum { WAYS_FIRST = 1024 };

enum money_log work_log(const struct totals_query *q)
{
	enum record_id kind = record_id_of(q->record);

	return kind == RECORD_budget                 ? MONEY_BUDGETS
	       : kind == RECORD_planned_disbursement ? MONEY_PLANNED
						     : MONEY_TRANSACTIONS;
}

/* --- what is looked up for all lines --- */

static bool asked(const struct totals_query *q, enum totals_dim d)
{
	return q->by[d] || q->only[d];
}

static bool read_shares(struct totals_work *w, enum money_log log, struct shares *out,
			struct err *err)
{
	const struct money_scan scan = { .log = log, .who = w->q->who };

	return shares_read(w->v, w->a, &scan, &w->words, out, err);
}

/* A year by its number; one that is none has no money. */
static uint32_t year_number(struct str text)
{
	uint64_t year;

	if (!text.n)
		return 0;
	return text.n == 4 && str_u64(text, 9999, &year) ? (uint32_t)year : UINT32_MAX;
}

bool work_begin(struct totals_work *w, struct err *err)
{
	const struct totals_query *q = w->q;

	lexicon_init(&w->words);
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		if (q->only[d])
			w->only[d] = d == BY_YEAR ? year_number(*q->only[d])
						  : lexicon_id(&w->words, *q->only[d]);
	for (unsigned i = 0; i < MONEY_PARTIES; i++)
		w->party[i] = lexicon_id(&w->words, view_money_party(w->v, i));
	w->way_cap = WAYS_FIRST;
	w->ways = calloc(w->way_cap, sizeof(*w->ways));
	if (!w->ways)
		abort();
	return (!asked(q, BY_SECTOR) || read_shares(w, MONEY_OF_SECTORS, &w->sectors, err)) &&
	       (!asked(q, BY_COUNTRY) ||
		read_shares(w, MONEY_OF_COUNTRIES, &w->countries, err)) &&
	       (!asked(q, BY_PUBLISHER) ||
		read_shares(w, MONEY_OF_REPORTERS, &w->reporters, err)) &&
	       (q->repeats == REPEATS_IN ||
		read_shares(w, MONEY_SECOND_HAND, &w->second_hand, err));
}

void work_done(struct totals_work *w)
{
	lexicon_done(&w->words);
	free(w->ways);
}

struct str work_word(struct totals_work *w, enum totals_dim d, uint32_t key)
{
	struct buf b;

	if (d != BY_YEAR || !key)
		return arena_str(w->a, w->words.word[d == BY_YEAR ? 0 : key]);
	buf_init(&b, 16);
	buf_pad(&b, key, 4);
	return arena_buf(w->a, &b);
}

/* --- ways, once a currency and day --- */

static int64_t unit_of(struct str currency)
{
	int64_t unit = 1;

	for (unsigned i = currency_places(currency); i < DEC_PLACES; i++)
		unit *= 10;
	return unit;
}

static struct way_known *way_place(struct way_known *ways, size_t cap, uint64_t key)
{
	size_t i = (key * 0x9e3779b97f4a7c15u >> 32) & (cap - 1);

	while (ways[i].key && ways[i].key != key)
		i = (i + 1) & (cap - 1);
	return &ways[i];
}

static void ways_grow(struct totals_work *w)
{
	size_t cap = w->way_cap * 2;
	struct way_known *wider = calloc(cap, sizeof(*wider));

	if (!wider)
		abort();
	for (size_t i = 0; i < w->way_cap; i++)
		if (w->ways[i].key)
			*way_place(wider, cap, w->ways[i].key) = w->ways[i];
	free(w->ways);
	w->ways = wider;
	w->way_cap = cap;
}

static void way_find(struct totals_work *w, uint32_t currency, int32_t day,
		     struct way_known *out)
{
	struct str from = w->words.word[currency];
	struct rate_way way;

	out->unit = unit_of(from);
	out->by = (struct rate_fraction){ 1, 1 };
	if (!w->q->in.n || str_eq(from, w->q->in))
		return;
	rate_table_way(w->q->rates, from, w->q->in, day, &way);
	out->gap = way.gap;
	out->by = way.by;
	if (!way.gap)
		out->unit = unit_of(w->q->in);
}

static const struct way_known *way_of(struct totals_work *w, uint32_t currency, int32_t day)
{
	uint64_t key = ((uint64_t)currency << 32 | (uint32_t)day) + 1;
	struct way_known *at = way_place(w->ways, w->way_cap, key);

	if (at->key)
		return at;
	if (++w->way_count * 2 > w->way_cap) {
		ways_grow(w);
		at = way_place(w->ways, w->way_cap, key);
	}
	at->key = key;
	way_find(w, currency, day, at);
	return at;
}

static void convert(struct totals_work *w, uint32_t currency, int32_t day, struct work_fact *f)
{
	const struct way_known *way = way_of(w, currency, w->q->in.n ? day : 0);
	struct dec result = { f->amount };

	f->gap = way->gap;
	f->unit = way->unit;
	if (!way->gap && (way->by.over != 1 || way->by.under != 1)) {
		unsigned places = currency_places(w->q->in);

		if (!rates_apply(&way->by, result, places, &result))
			f->gap = RATE_TOO_LARGE;
	}
	f->result = f->gap ? f->amount : result.micro;
}

/* --- one line --- */

static uint32_t year_of(int64_t day)
{
	int year, month, of_month;

	if (day == MONEY_NO_DAY)
		return 0;
	date_civil((int32_t)day, &year, &month, &of_month);
	return (uint32_t)year;
}

static bool wanted(const struct totals_work *w, const struct work_fact *f, enum totals_dim d)
{
	return !w->q->only[d] || w->only[d] == f->key[d];
}

bool work_read(struct totals_work *w, const struct money_facts *f, size_t i,
	       struct work_fact *out)
{
	const struct totals_query *q = w->q;
	uint32_t ignored;

	out->project = (uint32_t)f->at[MONEY_PROJECT][i];
	out->repeated =
		q->repeats != REPEATS_IN && shares_key(&w->second_hand, out->project, &ignored);
	if (q->repeats == REPEATS_ONLY && !out->repeated)
		return false;
	out->key[BY_TYPE] = (uint32_t)f->at[MONEY_TYPE][i];
	out->key[BY_CURRENCY] = (uint32_t)f->at[MONEY_CURRENCY][i];
	out->key[BY_YEAR] = asked(q, BY_YEAR) ? year_of(f->at[MONEY_DAY][i]) : 0;
	out->key[BY_SECTOR] = (uint32_t)f->at[MONEY_SECTOR][i];
	out->key[BY_COUNTRY] = (uint32_t)f->at[MONEY_COUNTRY][i];
	out->key[BY_PARTY] = w->party[money_party(f->at[MONEY_SHAPE][i])];
	out->key[BY_PROJECT] = out->project;
	(void)shares_key(&w->reporters, out->project, &out->key[BY_PUBLISHER]);
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		if (d != BY_SECTOR && d != BY_COUNTRY && !wanted(w, out, d))
			return false;
	out->amount = money_amount(f, i);
	convert(w, out->key[BY_CURRENCY], (int32_t)f->at[MONEY_VALUE_DAY][i], out);
	return true;
}

static bool country_parts(struct totals_work *w, const struct work_fact *f, part_fn *each,
			  void *ctx)
{
	struct portion whole = { f->key[BY_COUNTRY], f->result }, parts[SHARES_MAX];
	struct work_fact part = *f;
	size_t n;

	if (!asked(w->q, BY_COUNTRY))
		return each(ctx, f);
	n = shares_split(&w->countries, f->project, whole, f->unit, parts);
	for (size_t i = 0; i < n; i++) {
		part.key[BY_COUNTRY] = parts[i].key;
		part.result = parts[i].micro;
		if (wanted(w, &part, BY_COUNTRY) && !each(ctx, &part))
			return false;
	}
	return true;
}

bool work_parts(struct totals_work *w, const struct work_fact *f, part_fn *each, void *ctx)
{
	struct portion whole = { f->key[BY_SECTOR], f->result }, parts[SHARES_MAX];
	struct work_fact part = *f;
	size_t n;

	if (!asked(w->q, BY_SECTOR))
		return country_parts(w, f, each, ctx);
	n = shares_split(&w->sectors, f->project, whole, f->unit, parts);
	for (size_t i = 0; i < n; i++) {
		part.key[BY_SECTOR] = parts[i].key;
		part.result = parts[i].micro;
		if (wanted(w, &part, BY_SECTOR) && !country_parts(w, &part, each, ctx))
			return false;
	}
	return true;
}
