#include "store/view_hits.h"

#include <stdlib.h>

static struct stmt *ask(struct view *v, const struct question *q, const char *rest,
			struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_z(&sql, search_rids(q->engine));
	buf_z(&sql, rest);
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (s)
		stmt_text(s, 0, buf_str(&q->text));
	return s;
}

bool hits_among(struct view *v, const struct question *q, enum record_id kind,
		struct rid_set *out, struct err *err)
{
	struct stmt *s = ask(v, q, "", err);
	bool row = true;

	if (!s)
		return false;
	while (row) {
		int64_t rid;

		if (!stmt_step(s, &row, err))
			return false;
		rid = row ? col_int(s, 0) : 0;
		if (row && (rid & RID_SHAPE) >> RID_KIND == (int64_t)kind)
			rid_set_add(out, rid >> RID_SEQ);
	}
	return true;
}

static void add(struct hits *h, int64_t rid)
{
	if (h->n == h->cap) {
		h->cap = h->cap ? h->cap * 2 : 1024;
		h->rids = realloc(h->rids, h->cap * sizeof(*h->rids));
		if (!h->rids)
			abort();
	}
	h->rids[h->n++] = rid;
}

bool hits_seen(struct view *v, const struct question *q, const struct record *r,
	       enum audience who, struct hits *out, struct err *err)
{
	struct stmt *s = ask(v, q, " ORDER BY 1", err);
	const int64_t bit = rid_bit(who);
	bool row = true;

	if (!s)
		return false;
	while (row) {
		int64_t rid;

		if (!stmt_step(s, &row, err))
			return false;
		rid = row ? col_int(s, 0) : 0;
		if ((rid & (bit | RID_ENDED)) == bit && (!r || rid_record(rid) == r))
			add(out, rid);
	}
	return true;
}
