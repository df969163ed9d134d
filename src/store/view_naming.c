#include "store/search_index.h"
#include "store/view_rows.h"

#include <assert.h>
#include <stdlib.h>

enum { TERMS_MAX = 8 << 10, NAMING_FIRST = 64, RUN_MAX = 256 };

struct naming {
	struct view *v;
	struct arena *a;
	enum audience who;
	struct naming_row *rows;
	size_t n, room;
};

static struct str party_at(struct view *v, unsigned place)
{
	const struct charter *c = store_charter(v->store);

	return c && place < c->ledger_count ? c->ledgers[place].party : S(JOINT_PARTY);
}

/* Its number says whether it is seen, and whose word it is. */
static void take(struct naming *x, int64_t rid)
{
	int64_t bit = rid_bit(x->who);

	if ((rid & (bit | RID_ENDED)) != bit)
		return;
	if (x->n == x->room) {
		struct naming_row *wide;

		x->room = x->room ? x->room * 2 : NAMING_FIRST;
		wide = arena_array(x->a, struct naming_row, x->room);
		for (size_t i = 0; i < x->n; i++)
			wide[i] = x->rows[i];
		x->rows = wide;
	}
	x->rows[x->n++] = (struct naming_row){ rid, record_id_of(rid_record(rid)),
					       party_at(x->v, rid_party(rid)) };
}

static int by_rid(const void *a, const void *b)
{
	int64_t x = ((const struct naming_row *)a)->rid,
		y = ((const struct naming_row *)b)->rid;

	return (x > y) - (x < y);
}

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
		if (ok && row)
			take(x, col_int(s, 0));
	}
	question_done(&q);
	return s && ok;
}

bool view_naming(struct view *v, struct arena *a, const enum field_id *by, size_t by_count,
		 struct str ref, enum audience who, struct naming_row **out, size_t *n,
		 struct err *err)
{
	struct naming x = { .v = v, .a = a, .who = who };
	struct buf terms;
	bool ok = true;

	buf_init(&terms, TERMS_MAX);
	for (size_t i = 0; i < by_count; i++) {
		ok = term_value(&terms, &fields[by[i]], ref);
		assert(ok);
		buf_ch(&terms, ' ');
	}
	ok = ask(&x, buf_str(&terms), err);
	buf_done(&terms);
	if (ok && x.n > 1)
		qsort(x.rows, x.n, sizeof(*x.rows), by_rid);
	*out = x.rows;
	*n = x.n;
	return ok;
}

/* --- reading them --- */

void view_naming_begin(struct naming_reading *r, struct view *v, const struct naming_row *rows,
		       size_t n)
{
	*r = (struct naming_reading){ .v = v, .rows = rows, .n = n };
}

void view_naming_end(struct naming_reading *r)
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

	view_naming_end(r);
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

bool view_naming_read(struct naming_reading *r, size_t i, struct naming_said *out,
		      struct err *err)
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
		view_naming_end(r);
	return true;
}
