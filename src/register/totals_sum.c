#include "register/totals_groups.h"
#include "register/totals_inside.h"

#include <stdlib.h>

/* More than all codes; eight of them are no less. */
enum { UNWANTED = 1 << 24, AT_ONCE = 512 };
/* A dimension of the lines in hand: by what their bytes say, what it adds to a code, or that
 * it is not what is asked for. */
struct column {
	enum totals_dim dim;
	const struct money_packed *of;
	uint32_t *table; /* `cap` of them; when that is 0, there would be too many */
	size_t cap;
};
struct summing {
	struct totals_work w;
	struct groups groups;
	size_t max;
	bool sectors, countries; /* asked for */
	bool all_sectors;        /* each is a key, and there are no countries */
	bool left_out;           /* what is repeated is summed apart */
	const struct money_block *block;
	struct column columns[TOTALS_DIMS];
	size_t column_count;
	uint32_t *room; /* of the tables */
	size_t room_cap;
	uint32_t code[AT_ONCE]; /* of lines from `from` on, or no less than UNWANTED */
	size_t from, n;
	bool hidden; /* some lines are not for this audience */
	bool plain;  /* each line came, is of one word, and is counted */
	int sign;
	bool counted; /* the figure stands in what is left out */
	struct work_lines lines;
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

static void add_any(struct summing *s, size_t i)
{
	int64_t at[MONEY_COLUMNS] = { 0 };
	struct money_facts one = { .n = 1 };
	struct work_fact f;

	for (enum money_column c = 0; c < MONEY_COLUMNS; c++) {
		one.at[c] = &at[c];
		if (s->w.need >> c & 1)
			at[c] = money_number(&s->block->of[c], i);
	}
	work_lines(&s->w, &one, &s->lines);
	if (!s->lines.n)
		return;
	s->sign = (int)at[MONEY_SIGN];
	s->counted = false;
	work_read(&s->w, &one, &s->lines, 0, &f);
	(void)work_parts(&s->w, &f, add_part, s);
}

/* --- the columns of a block --- */

/* How much the bytes of a column say at most, + 1; 0: more than there is a table for. */
static size_t values_of(const struct money_packed *of, size_t n)
{
	uint64_t most = 0;

	if (of->word)
		return of->words;
	if (of->width > 2)
		return 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t v = money_bytes(of, i);

		most = v > most ? v : most;
	}
	return most + 1;
}

/* The key of what the bytes say. */
static uint32_t key_of(const struct summing *s, const struct column *c, uint64_t v)
{
	const struct money_packed *of = c->of;

	return work_key(&s->w, c->dim,
			of->word ? of->word[v] : (int64_t)((uint64_t)of->least + v));
}

/* Which values there are. */
static void mark_values(struct summing *s, struct column *c)
{
	const struct money_packed of = *c->of;
	size_t n = of.width ? s->block->n : 1;

	memset(c->table, 0, c->cap * sizeof(*c->table));
	for (size_t i = 0; i < n && c->cap; i++)
		c->table[money_bytes(&of, i)] = 1;
	for (size_t v = 0; v < c->cap; v++)
		c->table[v] = c->table[v] ? 0 : UNWANTED;
}

/* Each key has its number before codes are made of them. */
static void number_keys(struct summing *s, const struct column *c)
{
	if (!s->w.q->by[c->dim])
		return;
	for (size_t v = 0; v < c->cap; v++)
		if (c->table[v] != UNWANTED)
			groups_number(&s->groups, c->dim, key_of(s, c, v));
	for (size_t i = 0; !c->cap && i < s->block->n; i++)
		groups_number(&s->groups, c->dim, key_of(s, c, money_bytes(c->of, i)));
}

static bool goes_to(const struct totals_work *w, enum totals_dim d, uint32_t key)
{
	return !w->q->only[d] || w->only[d] == key;
}

static uint32_t code_of(const struct summing *s, enum totals_dim d, uint32_t key)
{
	return s->w.q->by[d] ? groups_code(&s->groups, d, key) : 0;
}

static uint32_t code_or_not(const struct summing *s, const struct column *c, uint64_t v)
{
	uint32_t key = key_of(s, c, v);

	return goes_to(&s->w, c->dim, key) ? code_of(s, c->dim, key) : UNWANTED;
}

static void fill_tables(struct summing *s)
{
	groups_settle(&s->groups);
	for (size_t k = 0; k < s->column_count && !s->groups.too_many; k++) {
		struct column *c = &s->columns[k];

		for (size_t v = 0; v < c->cap; v++)
			if (c->table[v] != UNWANTED)
				c->table[v] = code_or_not(s, c, v);
	}
}

static uint32_t *room_for(struct summing *s, size_t n)
{
	if (n > s->room_cap) {
		free(s->room);
		s->room_cap = n;
		s->room = malloc(n * sizeof(*s->room));
		if (!s->room)
			abort();
	}
	return s->room;
}

static bool some_hidden(const struct summing *s)
{
	const struct money_packed shape = s->block->of[MONEY_SHAPE];
	size_t n = shape.width ? s->block->n : 1;

	for (size_t i = 0; i < n; i++)
		if (!money_seen(money_number(&shape, i), s->w.q->who))
			return true;
	return false;
}

static bool is_always(const struct money_block *b, enum money_column c, int64_t number)
{
	return !b->of[c].width && b->of[c].least == number;
}

/* Of what is split the parts' keys are looked up one by one: only its own have numbers here. */
static void begin_block(struct summing *s, const struct money_block *b)
{
	struct column all[TOTALS_DIMS];
	size_t n = 0, cap = 1;
	uint32_t *room;

	s->block = b;
	s->column_count = 0;
	for (size_t k = 0; k < s->w.used_count; k++, n++) {
		const struct money_packed *of = &b->of[work_column(s->w.used[k])];

		all[n] = (struct column){ s->w.used[k], of, NULL, values_of(of, b->n) };
		cap += all[n].cap;
	}
	room = room_for(s, cap);
	for (size_t k = 0; k < n; room += all[k++].cap) {
		all[k].table = room;
		mark_values(s, &all[k]);
		number_keys(s, &all[k]);
		if (!is_split(all[k].dim))
			s->columns[s->column_count++] = all[k];
	}
	fill_tables(s);
	s->hidden = some_hidden(s);
	s->plain = is_always(b, MONEY_HIGH, 0) && is_always(b, MONEY_SIGN, 1) &&
		   (!s->left_out || is_always(b, MONEY_REPEATED, 0));
}

static void code_column(struct summing *s, const struct column *c)
{
	const struct money_packed of = *c->of;
	uint32_t *code = s->code;

	if (!c->cap)
		for (size_t i = 0; i < s->n; i++)
			code[i] += code_or_not(s, c, money_bytes(&of, s->from + i));
	else if (!of.width)
		for (size_t i = 0; i < s->n; i++)
			code[i] += c->table[0];
	else
		for (size_t i = 0, n = s->n, from = s->from; i < n; i++)
			code[i] += c->table[money_bytes(&of, from + i)];
}

/* Whether a line is asked for, before it is split, and what its code is. */
static void code_lines(struct summing *s)
{
	memset(s->code, 0, s->n * sizeof(*s->code));
	for (size_t k = 0; k < s->column_count && !s->groups.too_many; k++)
		code_column(s, &s->columns[k]);
}

/* --- small figures, by code --- */

/* One in hand: its own keys, and what makes up its figure. */
struct whole {
	uint32_t project, sector, country;
	int64_t unit;
};

/* Its countries of a part of it. */
static bool add_countries(struct summing *s, const struct whole *f, uint32_t code,
			  int64_t micro)
{
	const struct share *share;
	int64_t part[SHARES_MAX];
	size_t n = f->country ? 0 : shares_of(&s->w.countries, f->project, &share);

	if (n && !shares_parts(share, n, micro, f->unit, part))
		return false;
	if (!n && goes_to(&s->w, BY_COUNTRY, f->country))
		groups_add(&s->groups, code + code_of(s, BY_COUNTRY, f->country), s->sign,
			   micro);
	for (size_t i = 0; i < n; i++)
		if (goes_to(&s->w, BY_COUNTRY, share[i].key))
			groups_add(&s->groups, code + code_of(s, BY_COUNTRY, share[i].key),
				   s->sign, part[i]);
	return true;
}

static bool add_sector(struct summing *s, const struct whole *f, uint32_t code, uint32_t sector,
		       int64_t micro)
{
	if (!goes_to(&s->w, BY_SECTOR, sector))
		return true;
	code += code_of(s, BY_SECTOR, sector);
	if (s->countries)
		return add_countries(s, f, code, micro);
	groups_add(&s->groups, code, s->sign, micro);
	return true;
}

/* The same parts as work_parts makes; false, and nothing done, when the figure is too large: a
 * part of one that is not cannot be. */
static bool add_split(struct summing *s, const struct whole *f, uint32_t code, int64_t micro)
{
	const struct share *share;
	int64_t part[SHARES_MAX];
	size_t n;

	if (!s->sectors)
		return add_countries(s, f, code, micro);
	n = f->sector ? 0 : shares_of(&s->w.sectors, f->project, &share);
	if (!n)
		return add_sector(s, f, code, f->sector, micro);
	if (!shares_parts(share, n, micro, f->unit, part))
		return false;
	if (s->all_sectors) {
		for (size_t i = 0; i < n; i++)
			groups_add(&s->groups,
				   code + groups_code(&s->groups, BY_SECTOR, share[i].key),
				   s->sign, part[i]);
		return true;
	}
	for (size_t i = 0; i < n; i++)
		if (!add_sector(s, f, code, share[i].key, part[i]))
			return false;
	return true;
}

static inline uint32_t number_in(const struct summing *s, enum money_column c, size_t i)
{
	return (uint32_t)money_number(&s->block->of[c], i);
}

/* A reason that was not met before makes codes anew. */
static bool code_apart(struct summing *s, size_t i, enum rate_gap gap, uint32_t *apart)
{
	uint32_t key = groups_apart(gap, number_in(s, MONEY_CURRENCY, i));

	groups_number(&s->groups, CODE_APART, key);
	if (s->groups.moved) {
		fill_tables(s);
		code_lines(s);
	}
	if (s->groups.too_many)
		return false;
	*apart = groups_code(&s->groups, CODE_APART, key);
	return true;
}

/* One of which the currency matters: converted, or split to its minor unit. */
static bool add_exact(struct summing *s, size_t i, int64_t micro)
{
	struct totals_work *w = &s->w;
	int32_t day = w->q->in.n ? (int32_t)number_in(s, MONEY_VALUE_DAY, i) : 0;
	struct whole f = { 0 };
	uint32_t apart = 0;
	enum rate_gap gap;

	if (!work_small(w, number_in(s, MONEY_CURRENCY, i), day, &micro, &f.unit, &gap) ||
	    (gap && !code_apart(s, i, gap, &apart)))
		return false;
	apart += s->code[i - s->from];
	if (!s->sectors && !s->countries) {
		groups_add(&s->groups, apart, s->sign, micro);
		return true;
	}
	f.project = number_in(s, MONEY_PROJECT, i);
	f.sector = s->sectors ? number_in(s, MONEY_SECTOR, i) : 0;
	f.country = s->countries ? number_in(s, MONEY_COUNTRY, i) : 0;
	return add_split(s, &f, apart, micro);
}

static bool add_small(struct summing *s, size_t i)
{
	const struct money_block *b = s->block;
	int64_t micro = money_number(&b->of[MONEY_LOW], i);

	if (s->groups.too_many || money_number(&b->of[MONEY_HIGH], i) != micro >> 63 ||
	    (s->left_out && money_number(&b->of[MONEY_REPEATED], i)))
		return false;
	s->sign = (int)money_number(&b->of[MONEY_SIGN], i);
	if (s->w.exact)
		return add_exact(s, i, micro);
	groups_add(&s->groups, s->code[i - s->from], s->sign, micro);
	return true;
}

static bool is_seen(const struct summing *s, size_t i)
{
	const struct money_block *b = s->block;

	return (!s->hidden || money_seen(money_number(&b->of[MONEY_SHAPE], i), s->w.q->who)) &&
	       (s->w.q->repeats != REPEATS_ONLY || money_number(&b->of[MONEY_REPEATED], i));
}

static void add_lines(struct summing *s)
{
	for (size_t i = s->from; i < s->from + s->n; i++)
		if (s->code[i - s->from] < UNWANTED && is_seen(s, i) && !add_small(s, i))
			add_any(s, i);
}

/* Most figures are such that nothing is asked of a line but its code and amount. */
static void add_plain(struct summing *s)
{
	const struct money_packed low = s->block->of[MONEY_LOW];
	size_t from = s->from;

	s->sign = 1;
	for (size_t k = 0, n = s->n; k < n; k++) {
		int64_t micro = money_number(&low, from + k);

		if (s->code[k] >= UNWANTED)
			continue;
		if (micro < 0)
			add_any(s, from + k);
		else
			groups_add(&s->groups, s->code[k], 1, micro);
	}
}

static bool few_enough(const struct summing *s, struct err *err)
{
	return s->groups.n <= s->max ||
	       err_set(err, ERR_INPUT, "by",
		       N_("This makes more than %1 sums: ask for fewer dimensions, or name a "
			  "value of one."),
		       err_num(s->max));
}

static bool add_block(void *ctx, const struct money_block *b, struct err *err)
{
	struct summing *s = ctx;

	begin_block(s, b);
	for (s->from = 0; s->from < b->n; s->from += s->n) {
		s->n = b->n - s->from < AT_ONCE ? b->n - s->from : AT_ONCE;
		code_lines(s);
		if (s->plain && !s->hidden && !s->w.exact && !s->groups.too_many &&
		    s->w.q->repeats != REPEATS_ONLY)
			add_plain(s);
		else
			add_lines(s);
	}
	return few_enough(s, err);
}

/* The parts of projects, and none. */
static void number_shares(struct summing *s, enum totals_dim d, const struct shares *of)
{
	if (!s->w.q->by[d])
		return;
	groups_number(&s->groups, d, 0);
	for (size_t i = 0; of->projects && i < of->first[of->projects]; i++)
		groups_number(&s->groups, d, of->at[i].key);
}

static bool sum_all(struct summing *s, struct err *err)
{
	const struct totals_query *q = s->w.q;
	struct money_scan scan = {
		.log = work_log(q), .who = q->who, .block = add_block, .ctx = s
	};

	if (!work_begin(&s->w, err))
		return false;
	number_shares(s, BY_SECTOR, &s->w.sectors);
	number_shares(s, BY_COUNTRY, &s->w.countries);
	s->sectors = work_asks(q, BY_SECTOR);
	s->countries = work_asks(q, BY_COUNTRY);
	s->all_sectors = q->by[BY_SECTOR] && !q->only[BY_SECTOR] && !s->countries;
	s->left_out = q->repeats == REPEATS_OUT;
	s->w.need |= 1u << MONEY_SHAPE;
	scan.need = s->w.need;
	if (!view_money(s->w.v, &scan, &s->w.words, err))
		return false;
	groups_gather(&s->groups);
	return few_enough(s, err);
}

bool totals_sum(struct view *v, struct arena *a, const struct totals_query *q, size_t max,
		struct totals *out, struct err *err)
{
	struct summing *s = calloc(1, sizeof(*s));
	bool ok;

	if (!s)
		abort();
	s->w = (struct totals_work){ .v = v, .a = a, .q = q };
	s->max = max;
	groups_init(&s->groups);
	ok = sum_all(s, err) && totals_rows(&s->w, &s->groups, out, err);
	work_done(&s->w);
	groups_done(&s->groups);
	free(s->room);
	free(s);
	return ok;
}
