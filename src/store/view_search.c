#include "store/view_hits.h"

static bool read_hits(struct view *v, struct arena *a, const struct search_query *q,
		      const struct hits *h, struct list_result *out, struct err *err)
{
	out->total = h->n;
	out->rows = arena_array(a, struct record_row, q->limit);
	for (uint64_t i = q->offset; i < h->n && out->n < q->limit; i++) {
		bool found;

		if (!rows_by_rid(v, a, h->rids[h->n - 1 - i], q->who, q->lang,
				 &out->rows[out->n], &found, err))
			return false;
		out->n += found;
	}
	return true;
}

bool view_search(struct view *v, struct arena *a, const struct search_query *q,
		 struct list_result *out, struct err *err)
{
	struct question question;
	struct hits hits = { 0 };
	int64_t shape = rid_bit(q->who), mask = shape | RID_ENDED;
	bool any, ok;

	*out = (struct list_result){ 0 };
	if (q->limit < 1 || q->limit > 1000)
		return err_set(err, ERR_INPUT, "limit",
			       N_("limit is a whole number from 1 to 1000"));
	if (q->record) {
		shape |= rid_kind(record_id_of(q->record));
		mask |= rid_kind(127);
	}
	question_begin(&question, v->reg);
	ok = question_words(&question, q->words, &any, err);
	if (ok && any)
		ok = hits_read(v, &question, mask, shape, &hits, err) &&
		     read_hits(v, a, q, &hits, out, err);
	hits_done(&hits);
	question_done(&question);
	return ok;
}
