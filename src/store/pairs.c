#include "store/pairs_inside.h"

#include <assert.h>
#include <stdlib.h>

/* --- pairing, audience by audience --- */

static int compare_flow_refs(const void *x, const void *y)
{
	const struct flow_row *a = x, *b = y;
	int c = str_cmp(a->flow.ref, b->flow.ref);

	return c ? c : (a->rid > b->rid) - (a->rid < b->rid);
}

/* One audience's flows and words. */
struct seen_by {
	struct flow *flows;
	size_t *at; /* in w->flows */
	struct flow_word *words;
	struct pairing pairing;
};

static uint32_t place_of(const struct seen_by *s, struct str ref)
{
	size_t low = 0, high = s->pairing.n;

	while (ref.n && low < high) {
		size_t mid = low + (high - low) / 2;
		int c = str_cmp(s->flows[mid].ref, ref);

		if (c == 0)
			return (uint32_t)mid;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return FLOW_NONE;
}

static void seen_by(struct settling *w, unsigned bit, struct seen_by *s)
{
	struct arena *a = &w->p->list;
	size_t n = 0, k = 0;

	s->flows = arena_array(a, struct flow, w->flows.n + 1);
	s->at = arena_array(a, size_t, w->flows.n + 1);
	s->words = arena_array(a, struct flow_word, w->words.n + 1);
	for (size_t i = 0; i < w->flows.n; i++)
		if (flow_at(w, i)->rid & bit) {
			s->flows[n] = flow_at(w, i)->flow;
			s->at[n++] = i;
		}
	s->pairing = (struct pairing){ s->flows, n, s->words, 0 };
	for (size_t i = 0; i < w->words.n; i++) {
		const struct word_row *x = word_at(w, i);

		if (x->rid & bit)
			s->words[k++] =
				(struct flow_word){ x->kind, x->party, place_of(s, x->given),
						    place_of(s, x->received) };
	}
	s->pairing.word_count = k;
}

static void pair_for(struct settling *w, unsigned bits)
{
	struct flow_pair *pairs;
	struct seen_by s;
	size_t n;

	seen_by(w, bits & (~bits + 1), &s);
	n = pairing_make(&w->p->list, &s.pairing, &pairs);
	for (size_t i = 0; i < n; i++) {
		const struct flow_pair *x = &pairs[i];
		struct pair_row *row;

		if (x->gap == GAP_ONE_SIDE && !x->words) {
			flow_at(w, s.at[x->given != FLOW_NONE ? x->given : x->received])
				->alone |= bits;
			continue;
		}
		row = list_add(&w->p->list, &w->made);
		*row = (struct pair_row){
			.mask = bits, .words = x->words, .gap = x->gap, .under = x->under
		};
		if (x->given != FLOW_NONE)
			row->given = flow_at(w, row->at[0] = s.at[x->given])->rid;
		if (x->received != FLOW_NONE)
			row->received = flow_at(w, row->at[1] = s.at[x->received])->rid;
	}
}

static bool all_see_all(const struct settling *w)
{
	for (size_t i = 0; i < w->flows.n; i++)
		if ((flow_at(w, i)->rid & RID_ALL) != RID_ALL)
			return false;
	for (size_t i = 0; i < w->words.n; i++)
		if ((word_at(w, i)->rid & RID_ALL) != RID_ALL)
			return false;
	return true;
}

/* --- old against new --- */

static int compare_content(const struct pair_row *a, const struct pair_row *b)
{
	if (a->given != b->given)
		return a->given < b->given ? -1 : 1;
	if (a->received != b->received)
		return a->received < b->received ? -1 : 1;
	if (a->gap != b->gap)
		return a->gap < b->gap ? -1 : 1;
	if (a->under != b->under)
		return a->under < b->under ? -1 : 1;
	return (a->words > b->words) - (a->words < b->words);
}

static int compare_rows(const void *x, const void *y)
{
	const struct pair_row *a = x, *b = y;
	int c = compare_content(a, b);

	return c ? c : (a->mask > b->mask) - (a->mask < b->mask);
}

/* What several audiences see alike is one row. */
static void merge_made(struct list *l)
{
	struct pair_row *rows = l->p;
	size_t kept = 0;

	if (l->n)
		qsort(rows, l->n, sizeof(*rows), compare_rows);
	for (size_t i = 0; i < l->n; i++)
		if (kept && compare_content(&rows[kept - 1], &rows[i]) == 0)
			rows[kept - 1].mask |= rows[i].mask;
		else
			rows[kept++] = rows[i];
	l->n = kept;
}

static void merge_old(struct list *l)
{
	struct pair_row *rows = l->p;
	size_t kept = 0;

	if (l->n)
		qsort(rows, l->n, sizeof(*rows), compare_rows);
	for (size_t i = 0; i < l->n; i++)
		if (!kept || compare_rows(&rows[kept - 1], &rows[i]) != 0)
			rows[kept++] = rows[i];
	l->n = kept;
}

static void mark_changed(struct settling *w, struct list *l)
{
	struct pair_row *rows = l->p;

	for (size_t i = 0; i < l->n; i++)
		rows[i].again = settling_marked(w, KEY_GONE, rows[i].given) ||
				settling_marked(w, KEY_GONE, rows[i].received);
}

static bool pair_drop(struct settling *w, const struct pair_row *r, struct err *err)
{
	struct stmt *s = db_prepare(
		w->p->db, "DELETE FROM r_pair WHERE given = ? AND received = ? AND mask = ?",
		err);

	if (!s)
		return false;
	stmt_int(s, 0, r->given);
	stmt_int(s, 1, r->received);
	stmt_int(s, 2, r->mask);
	return stmt_done(s, err);
}

static void bind_side(struct stmt *s, int i, const struct flow *f)
{
	if (!f)
		return;
	stmt_int(s, i, f->kind == FLOW_GOODS);
	stmt_int(s, i + 1, f->day);
	flow_bind_amount(s, i + 2, f->amount);
	stmt_text(s, i + 4, f->currency);
}

static bool pair_add(struct settling *w, const struct pair_row *r, struct err *err)
{
	struct stmt *s = db_prepare(
		w->p->db,
		"INSERT INTO r_pair (given, received, mask, kind, gap, under, words, giver, "
		"taker, project, given_goods, given_day, given_whole, given_part, "
		"given_currency, received_goods, received_day, received_whole, received_part, "
		"received_currency, first, last, name, other) VALUES "
		"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		err);
	const struct flow *g = r->given ? &flow_at(w, r->at[0])->flow : NULL;
	const struct flow *t = r->received ? &flow_at(w, r->at[1])->flow : NULL;
	const struct flow *f = g ? g : t;

	if (!s)
		return false;
	assert(f);
	stmt_int(s, 0, r->given);
	stmt_int(s, 1, r->received);
	stmt_int(s, 2, r->mask);
	/* of goods against money: what the money is */
	stmt_int(s, 3, g && t && t->kind < g->kind ? t->kind : f->kind);
	stmt_int(s, 4, r->gap);
	stmt_int(s, 5, r->under);
	stmt_int(s, 6, r->words);
	stmt_text(s, 7, g ? g->party : t->peer);
	stmt_text(s, 8, t ? t->party : g->peer);
	stmt_text(s, 9, f->project.n || !t ? f->project : t->project);
	bind_side(s, 10, g);
	bind_side(s, 15, t);
	stmt_int(s, 20, t && t->day < f->day ? t->day : f->day);
	stmt_int(s, 21, t && t->day > f->day ? t->day : f->day);
	stmt_text(s, 22, f->ref);
	stmt_text(s, 23, t ? t->ref : f->ref);
	return stmt_done(s, err);
}

/* Which row is next: < 0 one that stands, > 0 one that is to stand, 0 both. */
static int next_row(const struct settling *w, size_t i, size_t k)
{
	const struct pair_row *old = w->old.p, *made = w->made.p;

	if (i == w->old.n)
		return 1;
	return k == w->made.n ? -1 : compare_rows(&old[i], &made[k]);
}

/* What stands and is to stand is left alone. */
static bool write_difference(struct settling *w, struct err *err)
{
	const struct pair_row *old = w->old.p, *made = w->made.p;
	size_t i = 0, k = 0;

	for (size_t pass = 0; pass < 2; pass++)
		for (i = k = 0; i < w->old.n || k < w->made.n;) {
			int c = next_row(w, i, k);
			bool again = c == 0 && (old[i].again || made[k].again);

			if (pass == 0 && (c < 0 || again) && !pair_drop(w, &old[i], err))
				return false;
			if (pass == 1 && (c > 0 || again) && !pair_add(w, &made[k], err))
				return false;
			i += c <= 0;
			k += c >= 0;
		}
	return true;
}

static bool write_lone(struct settling *w, struct err *err)
{
	for (size_t i = 0; i < w->flows.n; i++) {
		const struct flow_row *f = flow_at(w, i);
		struct stmt *s;

		if (f->alone == f->lone)
			continue;
		s = db_prepare(w->p->db, "UPDATE r_flow SET lone = ? WHERE rid = ?", err);
		if (!s)
			return false;
		stmt_int(s, 0, f->alone);
		stmt_int(s, 1, f->rid);
		if (!stmt_done(s, err))
			return false;
	}
	return true;
}

static bool settle(struct settling *w, struct err *err)
{
	if (!settling_gather(w, err))
		return false;
	if (w->flows.n)
		qsort(w->flows.p, w->flows.n, sizeof(struct flow_row), compare_flow_refs);
	if (all_see_all(w))
		pair_for(w, RID_ALL);
	else
		for (unsigned bit = 1; bit <= RID_ALL; bit *= 2)
			pair_for(w, bit);
	merge_made(&w->made);
	merge_old(&w->old);
	mark_changed(w, &w->old);
	mark_changed(w, &w->made);
	return write_difference(w, err) && write_lone(w, err);
}

bool pairs_settle(struct projection *p, struct err *err)
{
	struct settling w = { .p = p,
			      .keys = { .size = sizeof(struct str) },
			      .flows = { .size = sizeof(struct flow_row) },
			      .words = { .size = sizeof(struct word_row) },
			      .old = { .size = sizeof(struct pair_row) },
			      .made = { .size = sizeof(struct pair_row) } };
	bool ok;

	if (!p->flows.n && !p->named.n)
		return true;
	tally_init(&w.seen);
	ok = settle(&w, err);
	tally_done(&w.seen);
	tally_clear(&p->flows);
	buf_clear(&p->named);
	arena_reset(&p->list);
	return ok;
}
