/* The records of a project as the IATI writer takes them: found once, read one by one. */
#include "exchange/iati_write_inside.h"

#include <assert.h>

/* Those of kinds that the register has. */
static bool open_ways(struct out *o, const enum field_id *by, size_t n, struct naming **out)
{
	struct naming_plan plan = { .who = AUDIENCE_PUBLIC };

	for (size_t i = 0; i < n; i++)
		if (o->has[fields[by[i]].record])
			plan.by[plan.by_count++] = by[i];
	return !plan.by_count || naming_open(o->job->view, &plan, out, o->err);
}

bool out_open(struct out *o)
{
	static const enum field_id of_projects[] = { transaction_project, budget_project,
						     planned_disbursement_project,
						     document_project, indicator_project };
	static const enum field_id of_indicators[] = { measurement_indicator };

	return open_ways(o, of_projects, sizeof(of_projects) / sizeof(of_projects[0]),
			 &o->of_projects) &&
	       open_ways(o, of_indicators, 1, &o->of_indicators);
}

void out_close(struct out *o)
{
	naming_close(o->of_projects);
	naming_close(o->of_indicators);
}

static bool find_rows(struct out *o, struct naming *x, struct str ref, struct naming_row **rows,
		      size_t *n)
{
	*rows = NULL;
	*n = 0;
	o->failed |= o->failed || (x && !naming_of(x, &o->a, ref, rows, n, o->err));
	return !o->failed;
}

bool out_find(struct out *o)
{
	return find_rows(o, o->of_projects, o->ref, &o->rows, &o->row_count);
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
	if (!naming_read(from, i, &row.is, o->err) ||
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

	naming_begin(&from, o->job->view, rows, n);
	for (size_t i = 0; i < n && !o->failed; i++)
		if (is_meant(o, rows + i, kind))
			o->failed |= !one_row(o, &from, i, fn);
	naming_end(&from);
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
	struct naming_row *rows;
	size_t n;

	return find_rows(o, o->of_indicators, indicator, &rows, &n) &&
	       each(o, rows, n, RECORD_measurement, fn);
}
