#include "model/pairing_inside.h"

#include <stdlib.h>
#include <string.h>

const char *const flow_kind_codes[FLOW_KINDS] = { "pledge", "commitment", "payment", "goods" };
const char *const gap_codes[GAPS] = { "matched", "timing",   "exchange-rate", "amount",
				      "in-kind", "one-side", "disputed" };
const char *const word_kind_codes[WORD_KINDS] = { "link", "separate", "dispute", "comment" };

/* How two flows may be tied, and how much of them must be equal, in the order of rounds. */
enum tie { TIE_ACTIVITIES, TIE_PROJECT };
enum likeness { LIKE_AMOUNT, LIKE_CURRENCY, LIKE_NOTHING };
struct round {
	enum tie tie;
	enum likeness likeness;
	int32_t days;
};
static const struct round rounds[] = {
	{ TIE_ACTIVITIES, LIKE_AMOUNT, PAIRING_NEAR },
	{ TIE_PROJECT, LIKE_AMOUNT, PAIRING_NEAR },
	{ TIE_ACTIVITIES, LIKE_AMOUNT, PAIRING_FAR },
	{ TIE_PROJECT, LIKE_AMOUNT, PAIRING_FAR },
	{ TIE_ACTIVITIES, LIKE_CURRENCY, PAIRING_APART },
	{ TIE_PROJECT, LIKE_CURRENCY, PAIRING_APART },
	{ TIE_ACTIVITIES, LIKE_NOTHING, PAIRING_APART },
	{ TIE_PROJECT, LIKE_NOTHING, PAIRING_APART },
};

/* --- small things --- */

int32_t flow_days(const struct flow *x, const struct flow *y)
{
	return x->day < y->day ? y->day - x->day : x->day - y->day;
}

bool flow_goods(const struct flow *f)
{
	return f->kind == FLOW_GOODS;
}

bool flows_mirror(const struct flow *g, const struct flow *r)
{
	return g->gives && !r->gives &&
	       (g->kind == r->kind || flow_goods(g) || flow_goods(r)) &&
	       !str_eq(g->party, r->party);
}

static int128 magnitude(struct dec d)
{
	return d.micro < 0 ? -d.micro : d.micro;
}

void flows_join(struct work *w, uint32_t given, uint32_t received)
{
	w->mate[given] = received;
	w->mate[received] = given;
}

/* Two identifiers, each perhaps not given. */
static bool contradict(struct str x, struct str y)
{
	return x.n && y.n && !str_eq(x, y);
}

static bool same_worth(const struct flow *x, const struct flow *y)
{
	return !x->worth_currency.n || !y->worth_currency.n ||
	       (str_eq(x->worth_currency, y->worth_currency) &&
		x->worth.micro == y->worth.micro);
}

bool flow_unit(struct str currency)
{
	return codelist_find(codelist_named("Unit"), currency) != NULL;
}

enum gap pairing_gap(const struct flow *g, const struct flow *r)
{
	bool same = str_eq(g->currency, r->currency) && g->amount.micro == r->amount.micro;

	if (flow_goods(g) != flow_goods(r))
		return GAP_IN_KIND;
	if (flow_goods(g))
		return same && same_worth(g, r) ? GAP_MATCHED : GAP_IN_KIND;
	if (!str_eq(g->currency, r->currency))
		return GAP_RATE;
	if (!same)
		return GAP_AMOUNT;
	return flow_days(g, r) > PAIRING_NEAR ? GAP_TIMING : GAP_MATCHED;
}

/* --- who may be paired in a round --- */

/* Goods are counted in units and have no other currency; their days are not asked for. */
static bool may_join(const struct work *w, uint32_t given, uint32_t received)
{
	const struct flow *g = &w->p->flows[given], *r = &w->p->flows[received];
	int128 x = magnitude(g->amount), y = magnitude(r->amount);

	if (contradict(g->provider_activity, r->provider_activity) ||
	    contradict(g->receiver_activity, r->receiver_activity) ||
	    contradict(g->peer, r->party) || contradict(r->peer, g->party) ||
	    str_eq(g->party, r->party) || links_apart(w, given, received))
		return false;
	if (!flow_goods(g) && flow_days(g, r) > w->round->days)
		return false;
	switch (w->round->likeness) {
	case LIKE_AMOUNT: break;
	case LIKE_CURRENCY:
		return flow_goods(g) || ((g->amount.micro < 0) == (r->amount.micro < 0) &&
					 x * 2 >= y && y * 2 >= x);
	case LIKE_NOTHING: return !flow_goods(g) && !str_eq(g->currency, r->currency);
	}
	return true;
}

static bool tied(const struct work *w, const struct flow *f)
{
	if (w->round->tie == TIE_ACTIVITIES)
		return f->provider_activity.n && f->receiver_activity.n;
	return f->project.n > 0;
}

/* Flows that may be paired stand together: the key of the round without the days. */
static int compare_keys(const struct work *w, const struct flow *x, const struct flow *y)
{
	int c = (int)x->kind - (int)y->kind;

	if (!c && w->round->tie == TIE_ACTIVITIES) {
		c = str_cmp(x->provider_activity, y->provider_activity);
		c = c ? c : str_cmp(x->receiver_activity, y->receiver_activity);
	} else if (!c) {
		c = str_cmp(x->project, y->project);
	}
	if (!c && w->round->likeness != LIKE_NOTHING)
		c = str_cmp(x->currency, y->currency);
	if (!c && w->round->likeness == LIKE_AMOUNT)
		c = dec_cmp(x->amount, y->amount);
	return c;
}

static int compare_flows(const void *x, const void *y, void *arg)
{
	const struct work *w = arg;
	const struct flow *a = &w->p->flows[*(const uint32_t *)x];
	const struct flow *b = &w->p->flows[*(const uint32_t *)y];
	int c = compare_keys(w, a, b);

	if (c)
		return c;
	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	return str_cmp(a->ref, b->ref);
}

/* --- the best pairs of one cluster: a table of givers by receivers --- */

/* Of the best way to pair what stands before: many pairs are better, small numbers next. */
struct cost {
	uint32_t pairs;
	int64_t parts; /* sum of the differences in millionths of the larger amount */
	int64_t days;
};
enum step { STEP_PAIR, STEP_LEAVE_TAKER, STEP_LEAVE_GIVER };
enum { CELLS_MAX = 1 << 20 };

static bool better(struct cost x, struct cost y)
{
	if (x.pairs != y.pairs)
		return x.pairs > y.pairs;
	if (x.parts != y.parts)
		return x.parts < y.parts;
	return x.days < y.days;
}

static int64_t difference_parts(const struct flow *g, const struct flow *r)
{
	int128 x = magnitude(g->amount), y = magnitude(r->amount), large = x > y ? x : y;

	if (large == 0 || !str_eq(g->currency, r->currency))
		return 0;
	return (int64_t)((large == x ? x - y : y - x) * 1000000 / large);
}

static struct cost with_pair(const struct work *w, struct cost c, uint32_t g, uint32_t r)
{
	const struct flow *x = &w->p->flows[g], *y = &w->p->flows[r];

	c.pairs++;
	c.parts += difference_parts(x, y);
	c.days += flow_days(x, y);
	return c;
}

/* Of one cell, whose neighbours are known. */
static struct cost best_step(const struct work *w, uint32_t g, uint32_t r, struct cost above,
			     struct cost left, struct cost diagonal, enum step *step)
{
	struct cost best = left;

	*step = STEP_LEAVE_TAKER;
	if (better(above, best)) {
		best = above;
		*step = STEP_LEAVE_GIVER;
	}
	if (may_join(w, g, r)) {
		struct cost c = with_pair(w, diagonal, g, r);

		/* equal costs: the earlier pair, further up the table */
		if (better(c, best)) {
			best = c;
			*step = STEP_PAIR;
		}
	}
	return best;
}

/* Row by row; costs[] holds one row, steps[] how each cell was reached. */
static void fill_table(struct work *w, size_t g, size_t r)
{
	memset(w->costs, 0, (r + 1) * sizeof(*w->costs));
	for (size_t i = 1; i <= g; i++) {
		struct cost diagonal = w->costs[0];

		for (size_t k = 1; k <= r; k++) {
			struct cost above = w->costs[k];
			enum step step;

			w->costs[k] = best_step(w, w->givers[i - 1], w->takers[k - 1], above,
						w->costs[k - 1], diagonal, &step);
			diagonal = above;
			w->steps[(i - 1) * r + k - 1] = (unsigned char)step;
		}
	}
}

/* Of equal ways the one whose pairs stand earlier: a pair is made only where it gains. */
static void pair_cluster(struct work *w, size_t g, size_t r)
{
	size_t width = r;

	if (g && r)
		fill_table(w, g, r);
	while (g && r)
		switch ((enum step)w->steps[(g - 1) * width + r - 1]) {
		case STEP_PAIR: flows_join(w, w->givers[--g], w->takers[--r]); break;
		case STEP_LEAVE_TAKER: r--; break;
		case STEP_LEAVE_GIVER: g--; break;
		}
}

/* --- one round --- */

static const struct flow *at(const struct work *w, size_t i)
{
	return &w->p->flows[w->order[i]];
}

/* Where a cluster too large for the table is cut: between the two days furthest apart within
 * its middle third. */
static size_t widest_gap(const struct work *w, size_t from, size_t to)
{
	size_t third = (to - from) / 3, best = from + third;
	int32_t gap = -1;

	for (size_t i = from + third; i < to - third; i++) {
		int32_t days = flow_days(at(w, i - 1), at(w, i));

		if (days > gap) {
			gap = days;
			best = i;
		}
	}
	return best;
}

static void pair_range(struct work *w, size_t from, size_t to)
{
	size_t g = 0, r = 0;

	for (size_t i = from; i < to; i++)
		if (at(w, i)->gives)
			w->givers[g++] = w->order[i];
		else
			w->takers[r++] = w->order[i];
	if (g * r > CELLS_MAX) {
		size_t cut = widest_gap(w, from, to);

		pair_range(w, from, cut);
		pair_range(w, cut, to);
		return;
	}
	pair_cluster(w, g, r);
}

/* Flows further apart than the round allows never meet. */
static void pair_bucket(struct work *w, size_t from, size_t to)
{
	size_t start = from;

	for (size_t i = from + 1; i <= to; i++)
		if (i == to || (!flow_goods(at(w, i)) &&
				flow_days(at(w, i - 1), at(w, i)) > w->round->days)) {
			pair_range(w, start, i);
			start = i;
		}
}

static void run_round(struct work *w)
{
	size_t n = 0, from = 0;

	for (uint32_t i = 0; i < w->p->n; i++)
		if (w->mate[i] == FLOW_NONE && tied(w, &w->p->flows[i]))
			w->order[n++] = i;
	qsort_r(w->order, n, sizeof(*w->order), compare_flows, w);
	for (size_t i = 1; i <= n; i++)
		if (i == n || compare_keys(w, at(w, i - 1), at(w, i)) != 0) {
			pair_bucket(w, from, i);
			from = i;
		}
}

/* --- the result --- */

static bool about(const struct flow_word *word, uint32_t g, uint32_t r)
{
	bool given = word->given != FLOW_NONE, received = word->received != FLOW_NONE;

	return (given || received) && (!given || word->given == g) &&
	       (!received || word->received == r);
}

/* Words that name two flows which are no pair stand with each of them. */
static bool concerns(const struct work *w, const struct flow_word *word, uint32_t g, uint32_t r)
{
	bool given = word->given != FLOW_NONE, received = word->received != FLOW_NONE;

	if (about(word, g, r))
		return true;
	return given && received && w->mate[word->given] != word->received &&
	       (word->given == g || word->received == r);
}

static uint32_t pair_of(const uint32_t *of, uint32_t flow)
{
	return flow == FLOW_NONE ? FLOW_NONE : of[flow];
}

static void add_word(struct work *w, struct flow_pair *pair, const struct flow_word *word)
{
	if (!concerns(w, word, pair->given, pair->received))
		return;
	pair->words++;
	if (word->kind == WORD_DISPUTE)
		pair->gap = GAP_DISPUTED;
}

static void add_words(struct work *w, struct flow_pair *pairs, const uint32_t *of)
{
	for (size_t i = 0; i < w->p->word_count; i++) {
		const struct flow_word *word = &w->p->words[i];
		uint32_t x = pair_of(of, word->given), y = pair_of(of, word->received);

		if (x != FLOW_NONE)
			add_word(w, &pairs[x], word);
		if (y != FLOW_NONE && y != x)
			add_word(w, &pairs[y], word);
	}
}

static struct flow_pair pair_with(const struct work *w, uint32_t i)
{
	const struct flow *f = w->p->flows;
	uint32_t g = f[i].gives ? i : w->mate[i], r = f[i].gives ? w->mate[i] : i;
	struct flow_pair out = { .given = g, .received = r, .under = GAP_ONE_SIDE };

	if (g != FLOW_NONE && r != FLOW_NONE)
		out.under = pairing_gap(&f[g], &f[r]);
	out.gap = out.under;
	if (w->contradicted[i] || (w->mate[i] != FLOW_NONE && w->contradicted[w->mate[i]]))
		out.gap = GAP_DISPUTED;
	return out;
}

static int compare_pairs(const void *x, const void *y)
{
	const struct flow_pair *a = x, *b = y;

	if (a->given != b->given)
		return a->given < b->given ? -1 : 1;
	return a->received < b->received ? -1 : a->received > b->received;
}

static size_t result(struct work *w, struct flow_pair **out)
{
	struct flow_pair *pairs = arena_array(w->a, struct flow_pair, w->p->n + 1);
	uint32_t *of = arena_array(w->a, uint32_t, w->p->n + 1);
	size_t n = 0;

	for (uint32_t i = 0; i < w->p->n; i++) {
		if (!w->p->flows[i].gives && w->mate[i] != FLOW_NONE)
			continue;
		pairs[n] = pair_with(w, i);
		of[i] = (uint32_t)n;
		if (w->mate[i] != FLOW_NONE)
			of[w->mate[i]] = (uint32_t)n;
		n++;
	}
	add_words(w, pairs, of);
	qsort(pairs, n, sizeof(*pairs), compare_pairs);
	*out = pairs;
	return n;
}

size_t pairing_make(struct arena *a, const struct pairing *p, struct flow_pair **out)
{
	struct work w = { .p = p, .a = a };

	w.mate = arena_array(a, uint32_t, p->n + 1);
	memset(w.mate, 0xff, (p->n + 1) * sizeof(*w.mate));
	w.contradicted = arena_array(a, bool, p->n + 1);
	w.order = arena_array(a, uint32_t, p->n + 1);
	w.givers = arena_array(a, uint32_t, p->n + 1);
	w.takers = arena_array(a, uint32_t, p->n + 1);
	w.costs = arena_array(a, struct cost, p->n + 1);
	w.steps = arena_array(a, unsigned char,
			      p->n * p->n < CELLS_MAX ? p->n * p->n + 1 : CELLS_MAX);
	links_take(&w);
	for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++) {
		w.round = &rounds[i];
		run_round(&w);
	}
	return result(&w, out);
}
