#include "store/figures.h"
#include "store/rid.h"
#include "store/totals.h"
#include "store/view_rows.h"

#include <assert.h>

enum { TOTALS_MAX = 10000 };

/* A growing list; of one project they come by what they are of. */
struct totals {
	struct arena *a;
	const struct total_query *q;
	struct total_row *rows;
	size_t n, room;
};

static bool same(const struct total_row *row, const struct total_row *next)
{
	return row->record == next->record && str_eq(row->key, next->key) &&
	       str_eq(row->party, next->party) && str_eq(row->type, next->type) &&
	       str_eq(row->currency, next->currency);
}

/* Its texts are copied; of what comes twice, for several audiences, the sum is one. */
static void take_total(struct totals *t, const struct total_row *row)
{
	struct total_row *to;

	if (t->n && same(&t->rows[t->n - 1], row)) {
		t->rows[t->n - 1].count += row->count;
		t->rows[t->n - 1].amount.micro += row->amount.micro;
		return;
	}
	if (t->n == t->room) {
		struct total_row *wider = arena_room(t->a, struct total_row, t->room * 2);

		memcpy(wider, t->rows, t->n * sizeof(*wider));
		t->rows = wider;
		t->room *= 2;
	}
	to = &t->rows[t->n++];
	*to = *row;
	to->key = arena_str(t->a, row->key);
	to->party = arena_str(t->a, row->party);
	to->type = arena_str(t->a, row->type);
	to->currency = arena_str(t->a, row->currency);
}

/* --- of all --- */

static struct stmt *sums(struct view *v, const struct total_query *q, struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT party, type, currency, count, whole, part FROM r_total "
		      "WHERE record = ? AND");
	rows_seen(&sql, "mask", q->who, true);
	buf_lit(&sql, " ORDER BY party, type, currency, mask LIMIT ");
	buf_u64(&sql, TOTALS_MAX);
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (s)
		stmt_int(s, 0, record_id_of(q->record));
	return s;
}

static bool take_sums(struct view *v, struct totals *t, struct err *err)
{
	struct stmt *s = sums(v, t->q, err);
	bool row = true;

	if (!s)
		return false;
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			take_total(t, &(struct total_row){
					      .record = t->q->record,
					      .key = S(""),
					      .party = col_text(s, 0),
					      .type = col_text(s, 1),
					      .currency = col_text(s, 2),
					      .count = (uint64_t)col_int(s, 3),
					      .amount = { col_int(s, 4) * TOTAL_SPLIT +
							  col_int(s, 5) } });
	}
	return true;
}

/* --- by project --- */

static bool is_asked(const struct total_query *q, enum record_id of)
{
	return q->record ? of == record_id_of(q->record) : of < RECORD_COUNT;
}

static bool take_figures(struct totals *t, struct str key, struct str figures, struct err *err)
{
	struct figure f;

	while (figures.n) {
		if (!figure_take(&figures, &f))
			return figures_hurt(err);
		if (f.money && is_asked(t->q, f.class.record) &&
		    f.class.mask & rid_bit(t->q->who))
			take_total(t, &(struct total_row){ .record = &records[f.class.record],
							   .key = key,
							   .party = f.class.party,
							   .type = f.class.type,
							   .currency = f.class.currency,
							   .count = (uint64_t)f.count,
							   .amount = { f.micro } });
	}
	return true;
}

static bool take_targets(struct view *v, struct totals *t, struct err *err)
{
	struct stmt *s = db_prepare(v->reg,
				    t->q->key.n ? "SELECT ref, figures FROM r_target WHERE "
						  "kind = ? AND ref = ?"
						: "SELECT ref, figures FROM r_target WHERE "
						  "kind = ? ORDER BY ref",
				    err);
	bool row = true;

	if (!s)
		return false;
	stmt_int(s, 0, RECORD_project);
	if (t->q->key.n)
		stmt_text(s, 1, t->q->key);
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row && t->n < TOTALS_MAX &&
		    !take_figures(t, col_text(s, 0), col_blob(s, 1), err)) {
			stmt_reset(s);
			return false;
		}
	}
	return true;
}

bool view_totals(struct view *v, struct arena *a, const struct total_query *q,
		 struct total_row **out, size_t *n, struct err *err)
{
	struct totals t = { .a = a, .q = q, .room = 64 };
	bool ok;

	assert(q->record || q->key.n);
	t.rows = arena_room(a, struct total_row, t.room);
	ok = q->dim[0] ? take_targets(v, &t, err) : take_sums(v, &t, err);
	*out = t.rows;
	*n = ok ? t.n : 0;
	return ok;
}
