#include "store/flows.h"

#include <stdlib.h>
#include <string.h>

/* --- what is to be paired anew: everything that hangs together with what changed --- */

struct word_row {
	int64_t rid;
	enum word_kind kind;
	struct str party, given, received;
};

/* A pair as it stands in r_pair, or is to stand; rows are known by their numbers. */
struct pair_row {
	int64_t given, received; /* 0: none */
	unsigned mask, words;
	enum gap gap, under;
	bool again;   /* a row of it has changed: written anew in any case */
	size_t at[2]; /* where flows[] has them; of the new ones */
};

/* Growing lists of one settling; all in p->list. */
struct list {
	void *p;
	size_t n, cap, size;
};

struct settling {
	struct projection *p;
	struct tally seen; /* keys that were queued; "f" and "w" with row numbers: taken up */
	struct list keys;  /* struct str: the queue */
	struct list flows, words, old, made;
	bool any_words, any_counterparts;
};

static void *list_add(struct arena *a, struct list *l)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		void *wider = arena_alloc(a, arena_size(l->size, cap));

		if (l->n)
			memcpy(wider, l->p, l->n * l->size);
		l->p = wider;
		l->cap = cap;
	}
	return (char *)l->p + l->size * l->n++;
}

#define flow_at(w, i) (&((struct flow_row *)(w)->flows.p)[i])
#define word_at(w, i) (&((struct word_row *)(w)->words.p)[i])

/* Whether it is met for the first time. */
static bool first_time(struct settling *w, struct str key)
{
	size_t n = w->seen.n;

	tally_add(&w->seen, key, 1, 0);
	return w->seen.n > n;
}

static void queue(struct settling *w, enum flow_key kind, struct str x, struct str y)
{
	struct buf *b = &w->p->text;

	if (!x.n)
		return;
	buf_clear(b);
	buf_ch(b, (char)kind);
	buf_add(b, x);
	if (kind == KEY_ACTIVITY) {
		buf_ch(b, '\0');
		buf_add(b, y);
	}
	if (first_time(w, buf_str(b)))
		*(struct str *)list_add(&w->p->list, &w->keys) =
			arena_str(&w->p->list, buf_str(b));
}

static void queue_row(struct settling *w, int64_t rid)
{
	queue(w, KEY_PAIRS, str_of(&rid, sizeof(rid)), S(""));
}

static bool row_is_new(struct settling *w, char kind, int64_t rid)
{
	char key[1 + sizeof(rid)] = { kind };

	memcpy(key + 1, &rid, sizeof(rid));
	return first_time(w, str_of(key, sizeof(key)));
}

static bool marked(const struct settling *w, enum flow_key kind, int64_t rid)
{
	char key[1 + sizeof(rid)] = { (char)kind };

	memcpy(key + 1, &rid, sizeof(rid));
	return rid && tally_has(&w->p->flows, str_of(key, sizeof(key)));
}

/* The rows a statement gives become flows, and lead on to what hangs together with them. */
static bool take_flows(struct settling *w, struct stmt *s, struct err *err)
{
	bool row = true;

	while (row) {
		struct flow_row *f;

		if (!stmt_step(s, &row, err))
			return false;
		if (!row || !row_is_new(w, 'f', col_int(s, 0)))
			continue;
		f = list_add(&w->p->list, &w->flows);
		flow_read(&w->p->list, s, f);
		/* a row that has just come stands in no pair */
		if (!marked(w, KEY_CHANGED, f->rid) || marked(w, KEY_GONE, f->rid))
			queue_row(w, f->rid);
		queue(w, KEY_REF, f->flow.ref, S(""));
		queue(w, KEY_REF, f->flow.counterpart, S(""));
		queue(w, KEY_PROJECT, f->flow.project, S(""));
		if (f->flow.receiver_activity.n)
			queue(w, KEY_ACTIVITY, f->flow.provider_activity,
			      f->flow.receiver_activity);
	}
	return true;
}

static bool take_words(struct settling *w, struct stmt *s, struct err *err)
{
	bool row = true;

	while (row) {
		struct word_row *word;

		if (!stmt_step(s, &row, err))
			return false;
		if (!row || !row_is_new(w, 'w', col_int(s, 0)))
			continue;
		word = list_add(&w->p->list, &w->words);
		*word = (struct word_row){ .rid = col_int(s, 0),
					   .kind = (enum word_kind)col_int(s, 1),
					   .party = arena_str(&w->p->list, col_text(s, 2)),
					   .given = arena_str(&w->p->list, col_text(s, 3)),
					   .received = arena_str(&w->p->list, col_text(s, 4)) };
		queue(w, KEY_REF, word->given, S(""));
		queue(w, KEY_REF, word->received, S(""));
	}
	return true;
}

static bool flows_where(struct settling *w, const char *literal, struct str x, struct str y,
			struct err *err)
{
	struct stmt *s = db_prepare(w->p->db, literal, err);

	if (!s)
		return false;
	stmt_text(s, 0, x);
	if (y.p)
		stmt_text(s, 1, y);
	return take_flows(w, s, err);
}

static bool words_where(struct settling *w, const char *literal, struct str ref,
			struct err *err)
{
	struct stmt *s = w->any_words ? db_prepare(w->p->db, literal, err) : NULL;

	if (!s)
		return !w->any_words;
	stmt_text(s, 0, ref);
	return take_words(w, s, err);
}

#define SELECT_FLOWS "SELECT " FLOW_COLUMNS " FROM r_flow WHERE "
#define SELECT_WORDS "SELECT rid, about, party, given, received FROM r_remark WHERE "

static bool follow_ref(struct settling *w, struct str text, struct err *err)
{
	struct ref ref;

	return !ref_parse(text, &ref) ||
	       (flows_where(w, SELECT_FLOWS "id = ? AND party = ?", ref.id, ref.party, err) &&
		(!w->any_counterparts ||
		 flows_where(w, SELECT_FLOWS "counterpart = ? AND counterpart <> ''", text,
			     (struct str){ 0 }, err)) &&
		words_where(w, SELECT_WORDS "given = ?", text, err) &&
		words_where(w, SELECT_WORDS "received = ?", text, err));
}

/* What one side alone has booked pairs nothing: then there is no need to look at all of it. */
static bool both_sides(struct settling *w, const char *const literals[2], struct str x,
		       struct str y, bool *both, struct err *err)
{
	*both = true;
	for (int i = 0; i < 2 && *both; i++) {
		struct stmt *s = db_prepare(w->p->db, literals[i], err);

		if (!s)
			return false;
		stmt_text(s, 0, x);
		if (y.p)
			stmt_text(s, 1, y);
		if (!stmt_step(s, both, err))
			return false;
		stmt_reset(s);
	}
	return true;
}

static bool follow_project(struct settling *w, struct str project, struct err *err)
{
	static const char *const sides[2] = {
		"SELECT 1 FROM r_flow WHERE project = ? AND gives = 0 LIMIT 1",
		"SELECT 1 FROM r_flow WHERE project = ? AND gives = 1 LIMIT 1"
	};
	bool both;

	if (!both_sides(w, sides, project, (struct str){ 0 }, &both, err))
		return false;
	return !both ||
	       flows_where(w, SELECT_FLOWS "project = ?", project, (struct str){ 0 }, err);
}

#define OF_ACTIVITIES                                                                          \
	"provider_activity = ? AND receiver_activity = ? AND provider_activity <> ''"

static bool follow_activities(struct settling *w, struct str keys, struct err *err)
{
	static const char *const sides[2] = { "SELECT 1 FROM r_flow WHERE " OF_ACTIVITIES
					      " AND gives = 0 LIMIT 1",
					      "SELECT 1 FROM r_flow WHERE " OF_ACTIVITIES
					      " AND gives = 1 LIMIT 1" };
	struct str provider;
	bool both;

	(void)!str_split(&keys, '\0', &provider);
	if (!both_sides(w, sides, provider, keys, &both, err))
		return false;
	return !both || flows_where(w, SELECT_FLOWS OF_ACTIVITIES, provider, keys, err);
}

/* The pairs a row stands in are made anew, with whoever stands there with it. */
static bool follow_pairs(struct settling *w, const char *literal, int64_t rid, struct err *err)
{
	struct stmt *s = db_prepare(w->p->db, literal, err);
	size_t from = w->old.n;
	bool row = true;

	if (!s)
		return false;
	stmt_int(s, 0, rid);
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			*(struct pair_row *)list_add(&w->p->list, &w->old) =
				(struct pair_row){ .given = col_int(s, 0),
						   .received = col_int(s, 1),
						   .mask = (unsigned)col_int(s, 2),
						   .gap = (enum gap)col_int(s, 3),
						   .under = (enum gap)col_int(s, 4),
						   .words = (unsigned)col_int(s, 5) };
	}
	for (size_t i = from; i < w->old.n; i++) {
		const struct pair_row *o = &((struct pair_row *)w->old.p)[i];
		int64_t other = o->given == rid ? o->received : o->given;

		s = other ? db_prepare(w->p->db, SELECT_FLOWS "rid = ?", err) : NULL;
		if (!other)
			continue;
		if (!s)
			return false;
		stmt_int(s, 0, other);
		if (!take_flows(w, s, err))
			return false;
	}
	return true;
}

static bool follow_row(struct settling *w, struct str key, struct err *err)
{
	int64_t rid;

	memcpy(&rid, key.p, sizeof(rid));
	return follow_pairs(w,
			    "SELECT given, received, mask, gap, under, words FROM r_pair "
			    "WHERE given = ?",
			    rid, err) &&
	       follow_pairs(w,
			    "SELECT given, received, mask, gap, under, words FROM r_pair "
			    "WHERE received = ?",
			    rid, err);
}

static bool follow_key(struct settling *w, struct str key, struct err *err)
{
	struct str rest = str_from(key, 1);

	switch ((enum flow_key)key.p[0]) {
	case KEY_REF: return follow_ref(w, rest, err);
	case KEY_PROJECT: return follow_project(w, rest, err);
	case KEY_ACTIVITY: return follow_activities(w, rest, err);
	case KEY_PAIRS: return follow_row(w, rest, err);
	case KEY_CHANGED:
	case KEY_GONE: break;
	}
	return true;
}

static bool any_row(struct projection *p, const char *literal, bool *any, struct err *err)
{
	struct stmt *s = db_prepare(p->db, literal, err);

	if (!s || !stmt_step(s, any, err))
		return false;
	stmt_reset(s);
	return true;
}

static bool gather(struct settling *w, struct err *err)
{
	struct projection *p = w->p;
	struct tally_line *lines = tally_sorted(&p->flows, &p->list);

	if (!any_row(p, "SELECT 1 FROM r_remark LIMIT 1", &w->any_words, err) ||
	    !any_row(p, "SELECT 1 FROM r_flow WHERE counterpart <> '' LIMIT 1",
		     &w->any_counterparts, err))
		return false;
	for (size_t i = 0; i < p->flows.n; i++) {
		struct str key = lines[i].key;

		if (first_time(w, key))
			*(struct str *)list_add(&p->list, &w->keys) = key;
		if (key.p[0] == KEY_GONE)
			queue(w, KEY_PAIRS, str_from(key, 1), S(""));
	}
	for (size_t i = 0; i < w->keys.n; i++)
		if (!follow_key(w, ((struct str *)w->keys.p)[i], err))
			return false;
	return true;
}

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
		struct pair_row *row = list_add(&w->p->list, &w->made);

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
		rows[i].again = marked(w, KEY_CHANGED, rows[i].given) ||
				marked(w, KEY_CHANGED, rows[i].received);
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
	int128 whole;

	if (!f)
		return;
	whole = f->amount.micro / PAIR_SPLIT - (f->amount.micro % PAIR_SPLIT < 0);
	stmt_int(s, i, f->day);
	stmt_int(s, i + 1, (int64_t)whole);
	stmt_int(s, i + 2, (int64_t)(f->amount.micro - whole * PAIR_SPLIT));
	stmt_text(s, i + 3, f->currency);
}

static bool pair_add(struct settling *w, const struct pair_row *r, struct err *err)
{
	struct stmt *s = db_prepare(
		w->p->db,
		"INSERT INTO r_pair (given, received, mask, kind, gap, under, words, giver, "
		"taker, project, given_day, given_whole, given_part, given_currency, "
		"received_day, received_whole, received_part, received_currency, first, last, "
		"name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		err);
	const struct flow *g = r->given ? &flow_at(w, r->at[0])->flow : NULL;
	const struct flow *t = r->received ? &flow_at(w, r->at[1])->flow : NULL;
	const struct flow *f = g ? g : t;

	if (!s)
		return false;
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
	bind_side(s, 14, t);
	stmt_int(s, 18, t && t->day < f->day ? t->day : f->day);
	stmt_int(s, 19, t && t->day > f->day ? t->day : f->day);
	stmt_text(s, 20, f->ref);
	return stmt_done(s, err);
}

/* What stands and is to stand is left alone. */
static bool write_difference(struct settling *w, struct err *err)
{
	const struct pair_row *old = w->old.p, *made = w->made.p;
	size_t i = 0, k = 0;

	for (size_t pass = 0; pass < 2; pass++)
		for (i = k = 0; i < w->old.n || k < w->made.n;) {
			int c = i == w->old.n    ? 1
				: k == w->made.n ? -1
						 : compare_rows(&old[i], &made[k]);
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

static bool settle(struct settling *w, struct err *err)
{
	if (!gather(w, err))
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
	return write_difference(w, err);
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

	if (!p->flows.n)
		return true;
	tally_init(&w.seen);
	ok = settle(&w, err);
	tally_done(&w.seen);
	tally_clear(&p->flows);
	arena_reset(&p->list);
	return ok;
}
