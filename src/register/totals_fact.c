#include "register/totals_inside.h"

#include <stdio.h>
#include <stdlib.h>

enum { WAYS_FIRST = 1024, RATE_SMALL = 1 << 30 };
enum { YEAR_DIGITS = 10, YEAR_MOST = 9999 };
enum { YEARS_FROM = -25567, YEARS_DAYS = 2 * 36525 }; /* from 1900 to 2099 */

enum money_log work_log(const struct totals_query *q)
{
	enum record_id kind = record_id_of(q->record);

	return kind == RECORD_budget                 ? MONEY_BUDGETS
	       : kind == RECORD_planned_disbursement ? MONEY_PLANNED
						     : MONEY_TRANSACTIONS;
}

/* --- what is looked up for all lines --- */

bool work_asks(const struct totals_query *q, enum totals_dim d)
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

static bool read_all_shares(struct totals_work *w, struct err *err)
{
	const struct totals_query *q = w->q;

	return (!work_asks(q, BY_SECTOR) ||
		read_shares(w, MONEY_OF_SECTORS, &w->sectors, err)) &&
	       (!work_asks(q, BY_COUNTRY) ||
		read_shares(w, MONEY_OF_COUNTRIES, &w->countries, err)) &&
	       (!work_asks(q, BY_PUBLISHER) ||
		read_shares(w, MONEY_OF_REPORTERS, &w->reporters, err));
}

/* What is not asked for is not unpacked. */
static void find_need(struct totals_work *w)
{
	w->need = 1u << MONEY_SIGN | 1u << MONEY_LOW | 1u << MONEY_HIGH;
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		if (work_asks(w->q, d)) {
			w->used[w->used_count++] = d;
			w->need |= 1u << work_column(d);
		}
	if (work_asks(w->q, BY_SECTOR) || work_asks(w->q, BY_COUNTRY))
		w->need |= 1u << MONEY_PROJECT | 1u << MONEY_CURRENCY;
	if (w->q->in.n)
		w->need |= 1u << MONEY_VALUE_DAY | 1u << MONEY_CURRENCY;
	if (w->q->repeats != REPEATS_IN)
		w->need |= 1u << MONEY_REPEATED | 1u << MONEY_CURRENCY;
}

static const uint16_t *years_of(struct arena *a)
{
	uint16_t *years = arena_array(a, uint16_t, YEARS_DAYS);
	int year, month, of_month;

	for (int32_t i = 0; i < YEARS_DAYS; i++) {
		date_civil(YEARS_FROM + i, &year, &month, &of_month);
		years[i] = (uint16_t)year;
	}
	return years;
}

bool work_begin(struct totals_work *w, struct err *err)
{
	const struct totals_query *q = w->q;
	bool ok;

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
	if (work_asks(q, BY_YEAR))
		w->years = years_of(w->a);
	w->places = q->in.n ? currency_places(q->in) : 0;
	w->exact = q->in.n || work_asks(q, BY_SECTOR) || work_asks(q, BY_COUNTRY);
	ok = read_all_shares(w, err);
	find_need(w);
	return ok;
}

void work_done(struct totals_work *w)
{
	lexicon_done(&w->words);
	free(w->ways);
	free(w->units);
}

struct str work_word(struct totals_work *w, enum totals_dim d, uint32_t key)
{
	char *digits;

	if (d != BY_YEAR || !key)
		return arena_str(w->a, w->words.word[d == BY_YEAR ? 0 : key]);
	digits = arena_room(w->a, char, YEAR_DIGITS + 1);
	return str_of(digits, (size_t)snprintf(digits, YEAR_DIGITS + 1, "%04u", key));
}

/* --- ways, once a currency and day --- */

static int64_t unit_of(struct str currency)
{
	int64_t unit = 1;

	for (unsigned i = currency_places(currency); i < DEC_PLACES; i++)
		unit *= 10;
	return unit;
}

static inline size_t way_hash(uint64_t key, size_t cap)
{
	return (key * 0x9e3779b97f4a7c15u >> 32) & (cap - 1);
}

static struct way_known *way_place(struct way_known *ways, size_t cap, uint64_t key)
{
	size_t i = way_hash(key, cap);

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
	out->over = out->under = 1;
	if (!w->q->in.n || str_eq(from, w->q->in))
		return;
	rate_table_way(w->q->rates, from, w->q->in, day, &way);
	out->gap = way.gap;
	out->by = way.by;
	out->under = 0;
	if (way.gap)
		return;
	out->unit = unit_of(w->q->in);
	if (way.by.over < RATE_SMALL && way.by.under < RATE_SMALL) {
		out->over = (uint64_t)way.by.over;
		out->under = (uint64_t)way.by.under * (uint64_t)out->unit;
	}
}

static const struct way_known *way_of(struct totals_work *w, uint32_t currency, int32_t day)
{
	uint64_t key = ((uint64_t)currency << 32 | (uint32_t)day) + 1;
	struct way_known *at = &w->ways[way_hash(key, w->way_cap)];

	if (at->key == key) /* mostly */
		return at;
	at = way_place(w->ways, w->way_cap, key);
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

static void convert(struct totals_work *w, int32_t day, struct work_fact *f)
{
	const struct way_known *way = way_of(w, f->currency, day);
	struct dec result = { f->amount };

	f->gap = way->gap;
	f->unit = way->unit;
	if (!way->gap && (way->by.over != 1 || way->by.under != 1) &&
	    !rates_apply(&way->by, result, w->places, &result))
		f->gap = RATE_TOO_LARGE;
	f->result = f->gap ? f->amount : result.micro;
}

__extension__ typedef unsigned __int128 uint128;

/* x / by; false when that takes more than 63 bits. */
static bool quotient(uint128 x, uint64_t by, uint64_t *out)
{
	if (x >> 64 == 0) {
		*out = (uint64_t)x / by;
		return *out <= INT64_MAX;
	}
	if (x >> 63 >= by)
		return false;
	*out = (uint64_t)(x / by);
	return true;
}

static int64_t unit_met(struct totals_work *w, uint32_t currency)
{
	if (currency >= w->unit_count) {
		size_t n = w->unit_count;

		w->unit_count = (size_t)currency * 2 + 64;
		w->units = realloc(w->units, w->unit_count * sizeof(*w->units));
		if (!w->units)
			abort();
		memset(w->units + n, 0, (w->unit_count - n) * sizeof(*w->units));
	}
	return w->units[currency] = unit_of(w->words.word[currency]);
}

static int64_t unit_as_booked(struct totals_work *w, uint32_t currency)
{
	int64_t unit = currency < w->unit_count ? w->units[currency] : 0;

	return unit ? unit : unit_met(w, currency);
}

/* Half a unit more, then down: as rates_apply rounds. */
bool work_small(struct totals_work *w, uint32_t currency, int32_t value_day, int64_t *micro,
		int64_t *unit, enum rate_gap *gap)
{
	uint64_t size = *micro < 0 ? -(uint64_t)*micro : (uint64_t)*micro, q;
	const struct way_known *way;
	int64_t result;

	*gap = RATE_FOUND;
	if (!w->q->in.n) {
		*unit = unit_as_booked(w, currency);
		return true;
	}
	way = way_of(w, currency, value_day);
	*unit = way->unit;
	*gap = way->gap;
	if (way->gap || (way->over == 1 && way->under == 1))
		return true;
	if (!way->under ||
	    !quotient((uint128)size * way->over + way->under / 2, way->under, &q) ||
	    __builtin_mul_overflow((int64_t)q, way->unit, &result))
		return false;
	*micro = *micro < 0 ? -result : result;
	return true;
}

/* --- lines --- */

static uint32_t year_of(const struct totals_work *w, int64_t day)
{
	int year, month, of_month;

	if (day == MONEY_NO_DAY)
		return 0;
	if (day >= YEARS_FROM && day < YEARS_FROM + YEARS_DAYS)
		return w->years[day - YEARS_FROM];
	date_civil((int32_t)day, &year, &month, &of_month);
	return year > 0 && year <= YEAR_MOST ? (uint32_t)year : 0;
}

static bool wanted(const struct totals_work *w, const struct work_fact *f, enum totals_dim d)
{
	return !w->q->only[d] || w->only[d] == f->key[d];
}

enum money_column work_column(enum totals_dim d)
{
	static const enum money_column columns[TOTALS_DIMS] = {
		[BY_TYPE] = MONEY_TYPE,       [BY_CURRENCY] = MONEY_CURRENCY,
		[BY_YEAR] = MONEY_DAY,        [BY_SECTOR] = MONEY_SECTOR,
		[BY_COUNTRY] = MONEY_COUNTRY, [BY_PARTY] = MONEY_SHAPE,
		[BY_PROJECT] = MONEY_PROJECT, [BY_PUBLISHER] = MONEY_PROJECT
	};

	return columns[d];
}

uint32_t work_key_made(const struct totals_work *w, enum totals_dim d, int64_t number)
{
	uint32_t key;

	switch (d) {
	case BY_YEAR: return year_of(w, number);
	case BY_PARTY: return w->party[money_party(number)];
	case BY_PUBLISHER: (void)shares_key(&w->reporters, (uint32_t)number, &key); return key;
	case BY_TYPE:
	case BY_CURRENCY:
	case BY_SECTOR:
	case BY_COUNTRY:
	case BY_PROJECT:
	case TOTALS_DIMS: break;
	}
	return (uint32_t)number;
}

static void key_column(const struct totals_work *w, const struct money_facts *f,
		       enum totals_dim d, uint32_t *out)
{
	const int64_t *from = f->at[work_column(d)];

	for (size_t i = 0; i < f->n; i++)
		out[i] = work_key(w, d, from[i]);
}

/* What has sectors and countries is known only when it is split. */
static void keep_wanted(const struct totals_work *w, enum totals_dim d, struct work_lines *l)
{
	size_t kept = 0;

	if (!w->q->only[d] || d == BY_SECTOR || d == BY_COUNTRY)
		return;
	for (size_t k = 0; k < l->n; k++) {
		l->line[kept] = l->line[k];
		kept += l->key[d][l->line[k]] == w->only[d];
	}
	l->n = kept;
}

static void keep_repeated(const struct money_facts *f, struct work_lines *l)
{
	size_t kept = 0;

	for (size_t k = 0; k < l->n; k++) {
		l->line[kept] = l->line[k];
		kept += f->at[MONEY_REPEATED][l->line[k]] != 0;
	}
	l->n = kept;
}

void work_lines(struct totals_work *w, const struct money_facts *f, struct work_lines *out)
{
	out->n = f->n;
	for (size_t i = 0; i < f->n; i++)
		out->line[i] = (uint16_t)i;
	for (size_t k = 0; k < w->used_count; k++) {
		key_column(w, f, w->used[k], out->key[w->used[k]]);
		keep_wanted(w, w->used[k], out);
	}
	if (w->q->repeats == REPEATS_ONLY)
		keep_repeated(f, out);
}

void work_figure(struct totals_work *w, const struct money_facts *f, size_t i,
		 struct work_fact *out)
{
	out->project = w->need >> MONEY_PROJECT & 1 ? (uint32_t)f->at[MONEY_PROJECT][i] : 0;
	out->repeated = w->q->repeats != REPEATS_IN && f->at[MONEY_REPEATED][i];
	out->amount = out->result = money_amount(f, i);
	out->gap = RATE_FOUND;
	if (w->need >> MONEY_CURRENCY & 1) {
		out->currency = (uint32_t)f->at[MONEY_CURRENCY][i];
		if (w->exact) /* a rate or a minor unit is asked for */
			convert(w, w->q->in.n ? (int32_t)f->at[MONEY_VALUE_DAY][i] : 0, out);
	}
}

void work_read(struct totals_work *w, const struct money_facts *f, const struct work_lines *l,
	       size_t i, struct work_fact *out)
{
	for (size_t k = 0; k < w->used_count; k++)
		out->key[w->used[k]] = l->key[w->used[k]][i];
	work_figure(w, f, i, out);
}

static bool country_parts(struct totals_work *w, const struct work_fact *f, part_fn *each,
			  void *ctx)
{
	struct portion whole = { f->key[BY_COUNTRY], f->result }, parts[SHARES_MAX];
	struct work_fact part = *f;
	size_t n;

	if (!work_asks(w->q, BY_COUNTRY))
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

	if (!work_asks(w->q, BY_SECTOR))
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
