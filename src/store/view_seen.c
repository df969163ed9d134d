#include "store/view_private.h"

/* How much of one ledger lies in the first `n` entries of its sequence. */
static uint64_t within(const struct charter_place *place, uint64_t n)
{
	n = n > place->first ? n - place->first : 0;
	return n < place->limit ? n : place->limit;
}

/* p_seen names the peer by its party. */
bool view_seen(struct view *v, struct str of, struct str peer, uint64_t *size, struct err *err)
{
	const struct charter *c = store_charter(v->store);
	const struct charter_ledger *l = c ? charter_find(c, peer) : NULL;
	struct charter_place from, to;
	struct stmt *q;
	bool row;

	*size = 0;
	if (!l)
		return true;
	q = db_prepare(v->reg,
		       "SELECT size FROM p_seen WHERE lid = ? AND peer = ? AND state <> 'void'"
		       " ORDER BY size DESC LIMIT 1",
		       err);
	if (!q)
		return false;
	charter_place(c, of, &from);
	charter_place(c, peer, &to);
	stmt_text(q, 0, from.name);
	stmt_text(q, 1, l->party);
	if (!stmt_step(q, &row, err))
		return false;
	if (row)
		*size = within(&to, (uint64_t)col_int(q, 0));
	stmt_reset(q);
	return true;
}

bool view_accepts(struct view *v, struct str ledger, uint64_t from, bool *any, struct err *err)
{
	const struct charter *c = store_charter(v->store);
	const struct charter_ledger *l = c ? charter_find(c, ledger) : NULL;
	struct charter_place at;
	struct stmt *q;

	*any = false;
	if (!l)
		return true;
	charter_place(c, ledger, &at);
	q = db_prepare(v->reg,
		       "SELECT 1 FROM p_act_party WHERE party = ? AND accepted >= ? AND "
		       "accepted < ? LIMIT 1",
		       err);
	if (!q)
		return false;
	stmt_text(q, 0, l->party);
	stmt_int(q, 1, (int64_t)(at.first + from));
	stmt_int(q, 2,
		 at.limit < INT64_MAX - at.first ? (int64_t)(at.first + at.limit) : INT64_MAX);
	if (!stmt_step(q, any, err))
		return false;
	stmt_reset(q);
	return true;
}

bool view_applied(struct view *v, struct str ledger, uint64_t *n, struct err *err)
{
	struct stmt *q = db_prepare(v->reg, "SELECT applied FROM r_ledger WHERE name = ?", err);
	struct charter_place place;
	bool row;

	*n = 0;
	if (!q)
		return false;
	charter_place(store_charter(v->store), ledger, &place);
	stmt_text(q, 0, place.name);
	if (!stmt_step(q, &row, err))
		return false;
	if (row)
		*n = within(&place, (uint64_t)col_int(q, 0));
	stmt_reset(q);
	return true;
}
