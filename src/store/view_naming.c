#include "store/search_index.h"
#include "store/view_rows.h"

#include <assert.h>
#include <stdlib.h>

enum { TERMS_MAX = 8 << 10, NAMING_FIRST = 64 };

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

bool view_naming_read(struct view *v, struct arena *a, const struct naming_row *row,
		      struct naming_said *out, struct err *err)
{
	struct stmt *s;
	struct buf sql;
	bool found = false, ok;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT id, state, data FROM r_");
	buf_z(&sql, records[row->kind].name);
	buf_lit(&sql, " WHERE rid = ?");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_int(s, 0, row->rid);
	ok = stmt_step(s, &found, err);
	*out = (struct naming_said){ .data = S("{}") };
	if (!ok || !found)
		return ok;
	*out = (struct naming_said){ arena_str(a, col_text(s, 0)), arena_str(a, col_text(s, 1)),
				     arena_str(a, col_text(s, 2)) };
	stmt_reset(s);
	return ok;
}
