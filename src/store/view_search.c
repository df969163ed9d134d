#include "store/search_index.h"
#include "store/view_rows.h"

/* Numbers of the rows that answer, for this audience and kind, with `what` selected of them. */
static struct stmt *hits(struct view *v, const struct search_query *q, const char *what,
			 const char *rest, struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT ");
	buf_z(&sql, what);
	buf_lit(&sql, " FROM (");
	buf_z(&sql, search_rids(db_engine(v->reg)));
	buf_lit(&sql, ") AS hits WHERE");
	rows_seen(&sql, "rid", q->who, false);
	if (q->record) {
		buf_lit(&sql, " AND (rid & 65535) >> 9 = ");
		buf_u64(&sql, record_id_of(q->record));
	}
	buf_z(&sql, rest);
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	return s;
}

static bool count_hits(struct view *v, const struct search_query *q, struct str question,
		       uint64_t *total, struct err *err)
{
	struct stmt *s = hits(v, q, "count(*)", "", err);
	bool row = false;

	if (!s)
		return false;
	stmt_text(s, 0, question);
	if (!stmt_step(s, &row, err))
		return false;
	*total = row ? (uint64_t)col_int(s, 0) : 0;
	stmt_reset(s);
	return true;
}

static bool read_hits(struct view *v, struct arena *a, const struct search_query *q,
		      struct str question, struct list_result *out, struct err *err)
{
	struct stmt *s = hits(v, q, "rid", " ORDER BY rid DESC LIMIT ? OFFSET ?", err);
	int64_t *rids = arena_array(a, int64_t, q->limit);
	bool row = true, found;
	size_t n = 0;

	if (!s)
		return false;
	stmt_text(s, 0, question);
	stmt_int(s, 1, q->limit);
	stmt_int(s, 2, (int64_t)q->offset);
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			rids[n++] = col_int(s, 0);
	}
	out->rows = arena_array(a, struct record_row, n);
	for (size_t i = 0; i < n; i++) {
		if (!rows_by_rid(v, a, rids[i], q->who, q->lang, &out->rows[out->n], &found,
				 err))
			return false;
		out->n += found;
	}
	return true;
}

bool view_search(struct view *v, struct arena *a, const struct search_query *q,
		 struct list_result *out, struct err *err)
{
	struct question question;
	bool any, ok;

	*out = (struct list_result){ 0 };
	if (q->limit < 1 || q->limit > 1000)
		return err_set(err, ERR_INPUT, "limit",
			       N_("limit is a whole number from 1 to 1000"));
	question_begin(&question, v->reg);
	ok = question_words(&question, q->words, &any, err);
	if (ok && any)
		ok = count_hits(v, q, buf_str(&question.text), &out->total, err) &&
		     read_hits(v, a, q, buf_str(&question.text), out, err);
	question_done(&question);
	return ok;
}
