#include "store/totals.h"
#include "store/view_rows.h"

enum { TOTALS_MAX = 10000 };

static struct stmt *sums(struct view *v, const struct total_query *q, struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql,
		"SELECT key, party, type, currency, CAST(sum(count) AS BIGINT), "
		"CAST(sum(whole) AS BIGINT), "
		"CAST(sum(part) AS BIGINT) FROM r_total WHERE record = ? AND dim = ? AND");
	rows_seen(&sql, "mask", q->who, true);
	if (q->key.n)
		buf_lit(&sql, " AND key = ?");
	buf_lit(&sql, " GROUP BY key, party, type, currency HAVING sum(count) > 0 "
		      "ORDER BY key, party, type, currency LIMIT ");
	buf_u64(&sql, TOTALS_MAX);
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return NULL;
	stmt_int(s, 0, record_id_of(q->record));
	stmt_text(s, 1, str_z(q->dim));
	if (q->key.n)
		stmt_text(s, 2, q->key);
	return s;
}

static void read_total(struct stmt *s, struct arena *a, struct total_row *out)
{
	*out = (struct total_row){ .key = arena_str(a, col_text(s, 0)),
				   .party = arena_str(a, col_text(s, 1)),
				   .type = arena_str(a, col_text(s, 2)),
				   .currency = arena_str(a, col_text(s, 3)),
				   .count = (uint64_t)col_int(s, 4),
				   .amount = { col_int(s, 5) * TOTAL_SPLIT + col_int(s, 6) } };
}

bool view_totals(struct view *v, struct arena *a, const struct total_query *q,
		 struct total_row **out, size_t *n, struct err *err)
{
	struct stmt *s = sums(v, q, err);
	size_t cap = 64;
	bool row = true;

	*n = 0;
	*out = arena_room(a, struct total_row, cap);
	if (!s)
		return false;
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		if (*n == cap) {
			struct total_row *wider = arena_room(a, struct total_row, cap * 2);

			for (size_t i = 0; i < cap; i++)
				wider[i] = (*out)[i];
			*out = wider;
			cap *= 2;
		}
		read_total(s, a, &(*out)[(*n)++]);
	}
	return true;
}
