#include "store/view_private.h"

/* p_seen names the peer by its party. */
bool view_seen(struct view *v, struct str of, struct str peer, uint64_t *size, struct err *err)
{
	const struct charter *c = store_charter(v->store);
	const struct charter_ledger *l = c ? charter_find(c, peer) : NULL;
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
	stmt_text(q, 0, of);
	stmt_text(q, 1, l->party);
	if (!stmt_step(q, &row, err))
		return false;
	if (row)
		*size = (uint64_t)col_int(q, 0);
	stmt_reset(q);
	return true;
}

bool view_applied(struct view *v, struct str ledger, uint64_t *n, struct err *err)
{
	struct stmt *q = db_prepare(v->reg, "SELECT applied FROM r_ledger WHERE name = ?", err);
	bool row;

	*n = 0;
	if (!q)
		return false;
	stmt_text(q, 0, ledger);
	if (!stmt_step(q, &row, err))
		return false;
	if (row)
		*n = (uint64_t)col_int(q, 0);
	stmt_reset(q);
	return true;
}
