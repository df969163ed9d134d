#include "store/view_hits.h"

#include <stdlib.h>

static struct stmt *ask(struct view *v, const struct question *q, struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_z(&sql, search_rids(q->engine));
	buf_lit(&sql, " ORDER BY 1");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (s)
		stmt_text(s, 0, buf_str(&q->text));
	return s;
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

bool hits_read(struct view *v, const struct question *q, int64_t mask, int64_t shape,
	       struct hits *out, struct err *err)
{
	struct stmt *s = ask(v, q, err);
	bool row = true;

	if (!s)
		return false;
	while (row) {
		int64_t rid;

		if (!stmt_step(s, &row, err))
			return false;
		rid = row ? col_int(s, 0) : 0;
		if (row && (rid & mask) == shape)
			add(out, rid);
	}
	return true;
}

void hits_done(struct hits *h)
{
	free(h->rids);
	*h = (struct hits){ 0 };
}
