#include "store/view_naming.h"

#include "store/search_index.h"
#include "store/view_rows.h"
#include "store/word_index.h"

#include <assert.h>
#include <stdlib.h>

enum { TERMS_MAX = 8 << 10, FIRST = 1024, RUN_MAX = 256, REFS_MAX = 1 << 30 };

/* A record that is named, and where its rows begin; they go on to those of the next. */
struct named {
	struct str ref;
	size_t first;
};

struct naming {
	struct view *v;
	struct naming_plan plan;
	bool whole; /* all is kept here */
	struct arena refs;
	struct named *of; /* in the order of their references */
	size_t count, room;
	int64_t *rids;
	size_t rid_count, rid_room;
};

static void forget(struct naming *x)
{
	free(x->of);
	free(x->rids);
	arena_reset(&x->refs);
	x->of = NULL;
	x->rids = NULL;
	x->count = x->room = x->rid_count = x->rid_room = 0;
}

void naming_close(struct naming *x)
{
	if (!x)
		return;
	forget(x);
	arena_done(&x->refs);
	free(x);
}

/* --- all at once --- */

/* Room for one more of `n`, doubled when it is spent. */
static void *widened(void *p, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return p;
	*room = *room ? *room * 2 : FIRST;
	p = realloc(p, arena_size(size, *room));
	if (!p)
		abort();
	return p;
}

/* Its number says whether it is seen. */
static bool is_seen(const struct naming *x, int64_t rid)
{
	int64_t bit = rid_bit(x->plan.who);

	return (rid & (bit | RID_ENDED)) == bit;
}

static void keep_rid(struct naming *x, int64_t rid)
{
	x->rids = widened(x->rids, x->rid_count, &x->rid_room, sizeof(*x->rids));
	x->rids[x->rid_count++] = rid;
}

static void keep_row(struct naming *x, struct str ref, int64_t rid)
{
	if (!x->count || !str_eq(x->of[x->count - 1].ref, ref)) {
		x->of = widened(x->of, x->count, &x->room, sizeof(*x->of));
		x->of[x->count++] = (struct named){ arena_str(&x->refs, ref), x->rid_count };
	}
	keep_rid(x, rid);
}

/* The reference in "//18/joint/0197…/279", which begins with `target`; empty when it stands in
 * a field that is not asked for. */
static struct str named_by(const struct naming *x, struct str term, size_t target)
{
	struct str rest = str_from(term, target), number = rest;
	uint64_t field;

	while (str_index(number, '/') < number.n)
		number = str_from(number, str_index(number, '/') + 1);
	if (!str_u64(number, FIELD_COUNT, &field) || rest.n <= number.n)
		return S("");
	for (size_t i = 0; i < x->plan.by_count; i++)
		if (x->plan.by[i] == (enum field_id)field)
			return str_cut(rest, rest.n - number.n - 1);
	return S("");
}

struct gathering {
	struct naming *x;
	size_t target;
};

/* Until there are too many. */
static bool keep_all(void *ctx, struct str term, const struct postings *rows)
{
	struct gathering *g = ctx;
	struct naming *x = g->x;
	struct str ref = named_by(x, term, g->target);

	x->whole = x->whole && rows->n <= x->plan.most - x->rid_count;
	for (size_t i = 0; ref.n && x->whole && i < rows->n; i++)
		if (!(rows->p[i] & 1) && is_seen(x, posting_rid(rows->p[i])))
			keep_row(x, ref, posting_rid(rows->p[i]));
	return x->whole;
}

static bool gather(struct naming *x, struct err *err)
{
	struct gathering g = { .x = x };
	struct buf target;
	bool ok;

	buf_init(&target, FOLD_WORD_MAX);
	buf_lit(&target, "//");
	buf_u64(&target, fields[x->plan.by[0]].to);
	buf_ch(&target, '/');
	g.target = target.n;
	x->whole = true;
	ok = words_each(x->v->reg, buf_str(&target), false, keep_all, &g, err);
	buf_done(&target);
	return ok;
}

bool naming_open(struct view *v, const struct naming_plan *plan, struct naming **out,
		 struct err *err)
{
	struct naming *x = calloc(1, sizeof(*x));

	assert(x && plan->by_count > 0 && plan->by_count <= NAMING_WAYS_MAX);
	*x = (struct naming){ .v = v, .plan = *plan };
	if (!x->plan.most)
		x->plan.most = NAMING_ROWS_MAX;
	arena_init(&x->refs, REFS_MAX);
	*out = x;
	if (db_engine(v->reg) == DB_SQLITE && !gather(x, err)) {
		naming_close(x);
		*out = NULL;
		return false;
	}
	if (!x->whole)
		forget(x);
	return true;
}

/* --- of one record --- */

static struct str party_at(struct view *v, unsigned place)
{
	const struct charter *c = store_charter(v->store);

	return c && place < c->ledger_count ? c->ledgers[place].party : S(JOINT_PARTY);
}

static int by_rid(const void *a, const void *b)
{
	int64_t x = ((const struct naming_row *)a)->rid,
		y = ((const struct naming_row *)b)->rid;

	return (x > y) - (x < y);
}

/* A row that names it by two fields is there once; *n is how many remain. */
static struct naming_row *give(struct naming *x, struct arena *a, const int64_t *rids,
			       size_t *n)
{
	struct naming_row *rows = arena_room(a, struct naming_row, *n);
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++)
		rows[i] = (struct naming_row){ rids[i], record_id_of(rid_record(rids[i])),
					       party_at(x->v, rid_party(rids[i])) };
	if (*n > 1)
		qsort(rows, *n, sizeof(*rows), by_rid);
	for (size_t i = 0; i < *n; i++)
		if (!kept || rows[kept - 1].rid != rows[i].rid)
			rows[kept++] = rows[i];
	*n = kept;
	return rows;
}

static int by_ref(const void *key, const void *at)
{
	return str_cmp(*(const struct str *)key, ((const struct named *)at)->ref);
}

static const struct named *find(const struct naming *x, struct str ref)
{
	return x->count ? bsearch(&ref, x->of, x->count, sizeof(*x->of), by_ref) : NULL;
}

/* Those that answer, gathered in x->rids until they are given. */
static bool ask(struct naming *x, struct str terms, struct err *err)
{
	struct question q;
	struct stmt *s;
	bool row = true, ok = true;

	question_begin(&q, x->v->reg);
	question_terms(&q, terms);
	s = db_prepare(x->v->reg, search_rids(q.engine), err);
	if (s)
		stmt_text(s, 0, buf_str(&q.text));
	while (s && ok && row) {
		ok = stmt_step(s, &row, err);
		if (ok && row && is_seen(x, col_int(s, 0)))
			keep_rid(x, col_int(s, 0));
	}
	question_done(&q);
	return s && ok;
}

static bool ask_for(struct naming *x, struct str ref, struct err *err)
{
	struct buf terms;
	bool ok = true;

	buf_init(&terms, TERMS_MAX);
	for (size_t i = 0; i < x->plan.by_count; i++) {
		ok = term_value(&terms, &fields[x->plan.by[i]], ref);
		assert(ok);
		buf_ch(&terms, ' ');
	}
	ok = ask(x, buf_str(&terms), err);
	buf_done(&terms);
	return ok;
}

bool naming_of(struct naming *x, struct arena *a, struct str ref, struct naming_row **out,
	       size_t *n, struct err *err)
{
	const struct named *at = x->whole ? find(x, ref) : NULL;
	size_t first = at ? at->first : 0;

	*n = 0;
	if (!x->whole) {
		x->rid_count = 0;
		if (!ask_for(x, ref, err))
			return false;
		*n = x->rid_count;
	} else if (at) {
		*n = (at + 1 < x->of + x->count ? at[1].first : x->rid_count) - first;
	}
	*out = give(x, a, x->rids + first, n);
	return true;
}

/* --- reading them --- */

void naming_begin(struct naming_reading *r, struct view *v, const struct naming_row *rows,
		  size_t n)
{
	*r = (struct naming_reading){ .v = v, .rows = rows, .n = n };
}

void naming_end(struct naming_reading *r)
{
	if (r->s)
		stmt_reset(r->s);
	r->s = NULL;
}

/* Behind the last row of those from i on whose numbers follow each other, but for the shape:
 * between them no other row stands. */
static size_t end_of_run(const struct naming_reading *r, size_t i)
{
	size_t end = i + 1;

	while (end < r->n && end - i < RUN_MAX && r->rows[end].kind == r->rows[i].kind &&
	       r->rows[end].rid >> RID_SEQ == (r->rows[end - 1].rid >> RID_SEQ) + 1)
		end++;
	return end;
}

static bool start_at(struct naming_reading *r, size_t i, struct err *err)
{
	struct buf sql;

	naming_end(r);
	r->at = i;
	r->end = end_of_run(r, i);
	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT rid, id, state, data FROM r_");
	buf_add(&sql, record_names[r->rows[i].kind]);
	buf_lit(&sql, " WHERE rid BETWEEN ? AND ? ORDER BY rid");
	r->s = db_prepare_text(r->v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!r->s)
		return false;
	stmt_int(r->s, 0, r->rows[i].rid);
	stmt_int(r->s, 1, r->rows[r->end - 1].rid);
	return true;
}

bool naming_read(struct naming_reading *r, size_t i, struct naming_said *out, struct err *err)
{
	bool found = true;

	*out = (struct naming_said){ .data = S("{}") };
	if ((!r->s || i < r->at || i >= r->end) && !start_at(r, i, err))
		return false;
	for (; found && r->at <= i; r->at++)
		if (!stmt_step(r->s, &found, err)) {
			r->s = NULL;
			return false;
		}
	if (found && col_int(r->s, 0) == r->rows[i].rid)
		*out = (struct naming_said){ col_text(r->s, 1), col_text(r->s, 2),
					     col_text(r->s, 3) };
	else
		naming_end(r);
	return true;
}
