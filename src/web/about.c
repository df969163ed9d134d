#include "web/pages.h"

/* What points to many records at once: one question to the index instead of one a record. */

struct str row_ref(struct visit *v, const struct record_row *row)
{
	return arena_join(v->a, row->party, arena_join(v->a, S("/"), row->id));
}

struct str rows_refs(struct visit *v, const struct record_row *rows, size_t n)
{
	struct buf b;

	buf_init(&b, 64 << 10);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_ch(&b, ' ');
		buf_add(&b, row_ref(v, &rows[i]));
	}
	return arena_buf(v->a, &b);
}

bool rows_about(struct visit *v, enum field_id f, struct str refs, struct list_result *out,
		struct err *err)
{
	const struct record *r = &records[fields[f].record];
	const struct field *order = r->order ? &fields[r->order] : NULL;
	struct list_query q = { .record = r,
				.who = v->who,
				.lang = v->lang,
				.filters = { { &fields[f], str_z(fields[f].name), refs } },
				.filter_count = 1,
				.sort = order,
				.descending = order != NULL,
				.limit = ABOUT_ROWS };

	*out = (struct list_result){ 0 };
	return !refs.n || view_list(v->view, v->a, &q, out, err);
}
