#include "store/view_standing.h"

#include "store/figures.h"
#include "store/rid.h"
#include "store/view_rows.h"

enum { FIRST_ROOM = 64 };

static void project_open(struct buf *sql, const char *rid, enum audience who)
{
	buf_lit(sql, " p.f_status NOT IN ('4', '5') AND");
	rows_seen(sql, rid, who, false);
}

/* A growing list of ids, each once: they come in order. */
static void take_id(struct arena *a, struct project_ids *out, size_t *room, struct str id)
{
	if (out->n > 0 && str_eq(out->ids[out->n - 1], id))
		return;
	if (out->n == *room) {
		struct str *wider = arena_room(a, struct str, *room * 2);

		for (size_t i = 0; i < out->n; i++)
			wider[i] = out->ids[i];
		out->ids = wider;
		*room *= 2;
	}
	out->ids[out->n++] = arena_str(a, id);
}

bool view_plans_late(struct view *v, struct arena *a, enum audience who, int32_t today,
		     struct project_ids *out, struct err *err)
{
	size_t room = FIRST_ROOM;
	struct stmt *s;
	struct buf sql;
	bool row = true;

	*out = (struct project_ids){ .ids = arena_room(a, struct str, room) };
	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT DISTINCT d.id FROM r_due d JOIN r_project p ON p.id = d.id "
		      "WHERE d.rule IN (-1");
	for (size_t i = 0; i < due_rule_count; i++)
		if (due_rules[i].record == RECORD_project && due_rules[i].deadline) {
			buf_lit(&sql, ", ");
			buf_u64(&sql, i);
		}
	buf_lit(&sql, ") AND d.day < ? AND (d.mask & ?) <> 0 AND");
	project_open(&sql, "p.rid", who);
	buf_lit(&sql, " ORDER BY d.id");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_int(s, 0, today);
	stmt_int(s, 1, rid_bit(who));
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			take_id(a, out, &room, col_text(s, 0));
	}
	return true;
}

static struct stmt *costs(struct view *v, enum audience who, struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT p.id, CAST(p.f_cost AS TEXT), p.f_cost_currency, t.figures FROM "
		      "r_project p JOIN r_target t ON t.kind = ? AND t.ref = 'joint/' || p.id "
		      "WHERE p.f_cost IS NOT NULL AND");
	project_open(&sql, "p.rid", who);
	buf_lit(&sql, " ORDER BY p.id");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (s)
		stmt_int(s, 0, RECORD_project);
	return s;
}

static bool is_paid(const struct figure *f, struct str currency, enum audience who)
{
	return f->money && f->class.record == RECORD_transaction &&
	       (str_is(f->class.type, "3") || str_is(f->class.type, "4")) &&
	       str_eq(f->class.currency, currency) && f->class.mask & rid_bit(who);
}

/* Whether one party paid more than that: figures come by party. */
static bool is_overrun(struct str figures, struct dec cost, struct str currency,
		       enum audience who, bool *is, struct err *err)
{
	struct str party = S("");
	struct dec paid = { 0 };
	struct figure f;

	*is = false;
	while (figures.n) {
		if (!figure_take(&figures, &f))
			return figures_hurt(err);
		if (!is_paid(&f, currency, who))
			continue;
		if (!str_eq(f.class.party, party)) {
			*is = *is || (party.n && dec_cmp(paid, cost) > 0);
			paid.micro = 0;
			party = f.class.party;
		}
		paid.micro += f.micro;
	}
	*is = party.n && (*is || dec_cmp(paid, cost) > 0);
	return true;
}

bool view_overruns(struct view *v, struct arena *a, enum audience who, struct project_ids *out,
		   struct err *err)
{
	struct stmt *s = costs(v, who, err);
	size_t room = FIRST_ROOM;
	bool row = true, is;

	*out = (struct project_ids){ .ids = arena_room(a, struct str, room) };
	if (!s)
		return false;
	while (row) {
		struct dec cost;

		if (!stmt_step(s, &row, err))
			return false;
		if (!row || !dec_parse(col_text(s, 1), &cost))
			continue;
		if (!is_overrun(col_blob(s, 3), cost, col_text(s, 2), who, &is, err)) {
			stmt_reset(s);
			return false;
		}
		if (is)
			take_id(a, out, &room, col_text(s, 0));
	}
	return true;
}

/* --- who has not been heard of --- */

static void still_open(struct buf *sql, const struct record *r)
{
	if (r == &records[RECORD_project])
		buf_lit(sql, " AND f_status NOT IN ('4', '5')");
	else if (r == &records[RECORD_decision])
		buf_lit(sql, " AND f_status IN ('open', 'partly-executed')");
}

bool view_said_before(struct view *v, struct arena *a, const struct said_query *q,
		      struct said_row **out, size_t *n, struct err *err)
{
	struct stmt *s;
	struct buf sql;
	bool row = true;

	*n = 0;
	*out = arena_array(a, struct said_row, q->max);
	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT party, id, time FROM r_");
	buf_z(&sql, q->record->name);
	buf_lit(&sql, " WHERE time < ? AND");
	rows_seen(&sql, "rid", q->who, false);
	still_open(&sql, q->record);
	buf_lit(&sql, " ORDER BY time, id, party LIMIT ?");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_text(s, 0, q->time);
	stmt_int(s, 1, q->max);
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row && *n < q->max)
			(*out)[(*n)++] = (struct said_row){ arena_str(a, col_text(s, 0)),
							    arena_str(a, col_text(s, 1)),
							    arena_str(a, col_text(s, 2)) };
	}
	return true;
}
