/* The records of a project as the IATI writer takes them: found once, read one by one. */
#include "exchange/iati_write_inside.h"

#include <assert.h>

/* Of kinds that the register has: each costs a look into the index of words. */
bool out_find(struct out *o)
{
	static const enum field_id by[] = { transaction_project, budget_project,
					    planned_disbursement_project, document_project,
					    indicator_project };
	enum { WAYS = sizeof(by) / sizeof(by[0]) };
	enum field_id some[WAYS];
	size_t n = 0;

	for (size_t i = 0; i < WAYS; i++)
		if (o->has[fields[by[i]].record])
			some[n++] = by[i];
	o->row_count = 0;
	o->failed |= n && !view_naming(o->job->view, &o->a, some, n, o->ref, AUDIENCE_PUBLIC,
				       &o->rows, &o->row_count, o->err);
	return !o->failed;
}

static bool is_meant(const struct out *o, const struct naming_row *row, enum record_id kind)
{
	return row->kind == kind && (records[kind].joint || str_eq(row->party, o->party));
}

static bool one_row(struct out *o, struct naming_reading *from, size_t i, out_fn *fn)
{
	struct out_row row = { .record = &records[from->rows[i].kind] };
	struct json *data;

	assert(row.record->end - row.record->first <= ROW_FIELDS);
	arena_reset(&o->page);
	if (!view_naming_read(from, i, &row.is, o->err) ||
	    !json_object(&o->page, row.is.data, &data, o->err))
		return false;
	record_place(row.record, data, row.at);
	fn(o, &row);
	return out_flush(o);
}

static bool each(struct out *o, const struct naming_row *rows, size_t n, enum record_id kind,
		 out_fn *fn)
{
	struct naming_reading from;

	view_naming_begin(&from, o->job->view, rows, n);
	for (size_t i = 0; i < n && !o->failed; i++)
		if (is_meant(o, rows + i, kind))
			o->failed |= !one_row(o, &from, i, fn);
	view_naming_end(&from);
	return !o->failed;
}

bool out_each(struct out *o, enum record_id kind, out_fn *fn)
{
	return each(o, o->rows, o->row_count, kind, fn);
}

bool out_any(const struct out *o, enum record_id kind)
{
	for (size_t i = 0; i < o->row_count; i++)
		if (is_meant(o, o->rows + i, kind))
			return true;
	return false;
}

bool out_each_measured(struct out *o, struct str indicator, out_fn *fn)
{
	static const enum field_id by = measurement_indicator;
	struct naming_row *rows;
	size_t n;

	o->failed |= o->failed || !view_naming(o->job->view, &o->a, &by, 1, indicator,
					       AUDIENCE_PUBLIC, &rows, &n, o->err);
	return !o->failed && each(o, rows, n, RECORD_measurement, fn);
}
