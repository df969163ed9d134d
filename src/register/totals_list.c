#include "register/totals_inside.h"

#include <stdlib.h>

/*
 * The log is read twice: once for what was taken back, once for what stands, of which only the
 * newest `limit` are kept.  What is kept is bounded, however much there is.
 */

struct found {
	int64_t rid, shape;
	int32_t day, value_day;
	struct work_fact fact;
};
struct listing {
	struct totals_work w;
	const struct totals_list *l;
	int64_t *back; /* numbers of rows that were taken back, once each time; sorted */
	size_t back_count, back_cap;
	uint32_t *skipped;  /* beside `back`, at the first of equals: how often it was met */
	struct found *heap; /* the oldest first */
	size_t n;
	struct totals_fact *to; /* whose parts are being put */
	size_t part_cap;
	struct work_lines lines;
	bool stands[MONEY_AT_ONCE];
};

/* --- what was taken back --- */

static bool note_back(void *ctx, const struct money_facts *f, struct err *err)
{
	struct listing *k = ctx;

	(void)err;
	for (size_t i = 0; i < f->n; i++) {
		if (f->at[MONEY_SIGN][i] > 0)
			continue;
		if (k->back_count == k->back_cap) {
			k->back_cap = k->back_cap ? k->back_cap * 2 : 256;
			k->back = realloc(k->back, k->back_cap * sizeof(*k->back));
			if (!k->back)
				abort();
		}
		k->back[k->back_count++] = f->at[MONEY_RID][i];
	}
	return true;
}

static int by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Each taking back undoes the line before it of the same number: the last stands. */
static bool undone(struct listing *k, int64_t rid)
{
	size_t low = 0, high = k->back_count, times = 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (k->back[mid] < rid)
			low = mid + 1;
		else
			high = mid;
	}
	while (low + times < k->back_count && k->back[low + times] == rid)
		times++;
	return times && k->skipped[low]++ < times;
}

/* --- the newest --- */

static int newer(const struct found *x, int32_t day, int64_t rid)
{
	if (x->day != day)
		return x->day > day ? 1 : -1;
	return x->rid > rid ? 1 : x->rid < rid ? -1 : 0;
}

static void swap(struct found *x, struct found *y)
{
	struct found t = *x;

	*x = *y;
	*y = t;
}

static void sink(struct found *heap, size_t n, size_t i)
{
	for (;;) {
		size_t least = i, child = 2 * i + 1;

		for (size_t c = child; c < child + 2 && c < n; c++)
			if (newer(&heap[c], heap[least].day, heap[least].rid) < 0)
				least = c;
		if (least == i)
			return;
		swap(&heap[i], &heap[least]);
		i = least;
	}
}

static void rise(struct found *heap, size_t i)
{
	while (i && newer(&heap[i], heap[(i - 1) / 2].day, heap[(i - 1) / 2].rid) < 0) {
		swap(&heap[i], &heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

/* One more than the limit is kept, to know whether there are more. */
static void keep(struct listing *k, const struct found *f)
{
	if (k->l->after && newer(f, k->l->day, k->l->rid) >= 0)
		return;
	if (k->n <= k->l->limit) {
		k->heap[k->n++] = *f;
		rise(k->heap, k->n - 1);
	} else if (newer(f, k->heap[0].day, k->heap[0].rid) > 0) {
		k->heap[0] = *f;
		sink(k->heap, k->n, 0);
	}
}

static bool any_part(void *ctx, const struct work_fact *part)
{
	(void)part;
	*(bool *)ctx = true;
	return false;
}

static bool take_facts(void *ctx, const struct money_facts *facts, struct err *err)
{
	struct listing *k = ctx;
	struct found f;

	(void)err;
	for (size_t i = 0; i < facts->n; i++)
		k->stands[i] =
			facts->at[MONEY_SIGN][i] > 0 && !undone(k, facts->at[MONEY_RID][i]);
	work_lines(&k->w, facts, &k->lines);
	for (size_t n = 0; n < k->lines.n; n++) {
		size_t i = k->lines.line[n];
		bool has_part = false;

		if (!k->stands[i])
			continue;
		work_read(&k->w, facts, &k->lines, i, &f.fact);
		if (f.fact.repeated && k->w.q->repeats == REPEATS_OUT)
			continue;
		f.rid = facts->at[MONEY_RID][i];
		(void)work_parts(&k->w, &f.fact, any_part, &has_part);
		f.shape = facts->at[MONEY_SHAPE][i];
		f.day = (int32_t)facts->at[MONEY_DAY][i];
		f.value_day = (int32_t)facts->at[MONEY_VALUE_DAY][i];
		if (has_part)
			keep(k, &f);
	}
	return true;
}

/* --- the answer --- */

static bool put_part(void *ctx, const struct work_fact *part)
{
	struct listing *k = ctx;
	struct totals_fact *to = k->to;
	struct totals_part *p;

	if (to->part_count == k->part_cap) {
		struct totals_part *wider =
			arena_array(k->w.a, struct totals_part, k->part_cap * 2);

		memcpy(wider, to->parts, to->part_count * sizeof(*wider));
		to->parts = wider;
		k->part_cap *= 2;
	}
	p = &to->parts[to->part_count++];
	p->amount.micro = part->result;
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		if (k->w.q->by[d] || k->w.q->only[d])
			p->key[d] = work_word(&k->w, d, part->key[d]);
	return true;
}

static void put_fact(struct listing *k, const struct found *f, struct totals_fact *to)
{
	const struct totals_query *q = k->w.q;
	struct str currency = k->w.words.word[f->fact.currency];

	*to = (struct totals_fact){ .rid = f->rid,
				    .shape = f->shape,
				    .day = f->day,
				    .value_day = f->value_day,
				    .amount = { f->fact.amount },
				    .currency = arena_str(k->w.a, currency),
				    .repeated = f->fact.repeated,
				    .result = { f->fact.result } };
	if (q->in.n)
		rate_table_way(q->rates, to->currency, q->in, f->value_day, &to->way);
	if (f->fact.gap)
		to->way.gap = f->fact.gap;
	k->to = to;
	k->part_cap = 1;
	to->parts = arena_array(k->w.a, struct totals_part, 1);
	(void)work_parts(&k->w, &f->fact, put_part, k);
}

static void put_facts(struct listing *k, struct totals_fact **out, size_t *n, bool *more)
{
	size_t left = k->n;

	*more = k->n > k->l->limit;
	*n = *more ? k->l->limit : k->n;
	*out = arena_array(k->w.a, struct totals_fact, *n);
	while (left) { /* the oldest of those left to the end */
		swap(&k->heap[0], &k->heap[--left]);
		sink(k->heap, left, 0);
	}
	for (size_t i = 0; i < *n; i++)
		put_fact(k, &k->heap[i], &(*out)[i]);
}

static bool scan(struct listing *k, struct err *err)
{
	struct money_scan q = { .log = work_log(k->w.q),
				.who = k->w.q->who,
				.need = 1u << MONEY_RID | 1u << MONEY_SIGN,
				.each = note_back,
				.ctx = k };

	if (!view_money(k->w.v, &q, &k->w.words, err))
		return false;
	if (k->back_count)
		qsort(k->back, k->back_count, sizeof(*k->back), by_number);
	k->skipped = calloc(k->back_count + 1, sizeof(*k->skipped));
	if (!k->skipped)
		abort();
	k->w.need |= 1u << MONEY_RID | 1u << MONEY_DAY | 1u << MONEY_VALUE_DAY |
		     1u << MONEY_CURRENCY;
	q.need = k->w.need;
	q.each = take_facts;
	return view_money(k->w.v, &q, &k->w.words, err);
}

bool totals_facts(struct view *v, struct arena *a, const struct totals_list *l,
		  struct totals_fact **out, size_t *n, bool *more, struct err *err)
{
	struct listing *k = calloc(1, sizeof(*k));
	bool ok;

	if (!k)
		abort();
	k->w = (struct totals_work){ .v = v, .a = a, .q = l->q };
	k->l = l;
	k->heap = calloc(l->limit + 1, sizeof(*k->heap));
	if (!k->heap)
		abort();
	ok = work_begin(&k->w, err) && scan(k, err);
	if (ok)
		put_facts(k, out, n, more);
	work_done(&k->w);
	free(k->back);
	free(k->skipped);
	free(k->heap);
	free(k);
	return ok;
}

/* --- the proof in words, the same everywhere --- */

void totals_put_path(struct buf *b, const struct totals_query *q, const struct rate_way *w)
{
	for (size_t i = 0; i < w->n; i++) {
		if (i)
			buf_lit(b, "; ");
		rates_put_quote(b, rate_table_source(q->rates), w->steps[i].by);
	}
}
