#include "web/gantt.h"

/* Projects with their plans and what is reported of them: three questions for a page of them.
 */

/* Of more projects than this the list's own order is taken, for which there is an index. */
enum { SORTED_MAX = 2000 };

static bool day_of(const struct json *j, const char *name, int32_t *day)
{
	return j && date_parse(json_str(j, name), day);
}

/* --- which projects --- */

static void filter_add(struct gantt *g, enum field_id f)
{
	struct str value = list_address_value(g->v, fields[f].name);

	if (value.n > 0)
		g->q.filters[g->q.filter_count++] =
			(struct list_filter){ &fields[f], str_z(fields[f].name), value };
}

static void address_read(struct gantt *g)
{
	struct visit *v = g->v;
	uint64_t page = 1;

	g->q = (struct list_query){ .record = &records[RECORD_project],
				    .who = v->who,
				    .lang = v->lang,
				    .words = str_cut(list_address_value(v, "q"), 500),
				    .limit = GANTT_ROWS };
	if (view_count(v->view, g->q.record, v->who) <= SORTED_MAX)
		g->q.sort = &fields[project_planned_end];
	filter_add(g, project_status);
	filter_add(g, project_field);
	filter_add(g, project_body);
	if (str_u64(list_address_value(v, "page"), LIST_PAGES_MAX, &page) && page > 1) {
		g->q.offset = (page - 1) * GANTT_ROWS;
		g->q.after = list_address_value(v, "after");
	}
}

static bool one_project(struct gantt *g, struct str ref, struct err *err)
{
	struct visit *v = g->v;
	struct ref r;

	if (!ref_parse(ref, &r))
		return err_set(err, ERR_INPUT, "project", N_("There is no such project."));
	g->alone = true;
	g->found.rows = arena_array(v->a, struct record_row, 1);
	g->found.n = g->found.total = 1;
	return view_record(v->view, v->a, &records[RECORD_project], r, v->who, v->lang,
			   g->found.rows, err);
}

/* --- what is reported --- */

static const struct json *latest_progress(struct visit *v, const struct list_result *reports,
					  struct str ref)
{
	for (size_t i = 0; i < reports->n; i++) {
		const struct json *data = row_data(v, &reports->rows[i]);

		if (str_eq(json_str(data, "project"), ref))
			return data;
	}
	return NULL;
}

static void reckon_plan(struct visit *v, struct gantt_row *row,
			const struct list_result *reports, struct str ref)
{
	const struct json **data = arena_array(v->a, const struct json *, reports->n + 1);
	struct plan_reports of = { data, 0 };

	for (size_t i = 0; i < reports->n; i++) {
		const struct json *r = row_data(v, &reports->rows[i]);

		if (str_eq(json_str(r, "project"), ref))
			data[of.n++] = r;
	}
	plan_reckon(v->a, row->data, &of, v->today, &row->plan);
}

/* The day it ended, or is reported to end; else as planned, or later where that is past or its
 * milestones take longer. */
static void reckon_finish(struct gantt_row *row, int32_t today)
{
	row->has_finish = true;
	if (row->ended) {
		row->finish = row->actual_end;
		return;
	}
	if (day_of(row->progress, "expected_end", &row->finish))
		return;
	row->has_finish = row->has_end;
	row->finish = row->end > today ? row->end : today;
	if (row->plan.n > 0 && (!row->has_finish || row->plan.finish > row->finish))
		row->finish = row->plan.finish;
	row->has_finish = row->has_end || row->plan.n > 0;
}

static void row_read(struct gantt *g, const struct record_row *project,
		     const struct list_result *progress, const struct list_result *milestones)
{
	struct gantt_row *row = &g->rows[g->n++];
	struct str ref = row_ref(g->v, project);

	row->project = project;
	row->data = row_data(g->v, project);
	row->has_start = day_of(row->data, "planned_start", &row->start);
	row->has_end = day_of(row->data, "planned_end", &row->end);
	row->begun = day_of(row->data, "actual_start", &row->actual_start);
	row->ended = day_of(row->data, "actual_end", &row->actual_end);
	row->progress = latest_progress(g->v, progress, ref);
	reckon_plan(g->v, row, milestones, ref);
	reckon_finish(row, g->v->today);
}

/* Of `n` projects; when there are more reports on them than are read at once, of half. */
static bool some_rows(struct gantt *g, size_t from, size_t *n, struct err *err)
{
	struct list_result progress, milestones;
	struct str refs;

	do {
		refs = rows_refs(g->v, g->found.rows + from, *n);
		if (!rows_about(g->v, progress_project, refs, &progress, err) ||
		    !rows_about(g->v, milestone_report_project, refs, &milestones, err))
			return false;
	} while (progress.total + milestones.total > ABOUT_ROWS && *n > 1 && (*n /= 2));
	for (size_t i = 0; i < *n; i++)
		row_read(g, &g->found.rows[from + i], &progress, &milestones);
	return true;
}

bool gantt_read(struct visit *v, struct gantt *g, struct err *err)
{
	struct str project = list_address_value(v, "project");

	*g = (struct gantt){ .v = v };
	address_read(g);
	if (project.n > 0 ? !one_project(g, project, err)
			  : !view_list(v->view, v->a, &g->q, &g->found, err))
		return false;
	g->rows = arena_array(v->a, struct gantt_row, g->found.n + 1);
	for (size_t i = 0; i < g->found.n + 1; i++)
		g->rows[i] = (struct gantt_row){ 0 };
	for (size_t from = 0, n; from < g->found.n; from += n) {
		n = g->found.n - from;
		if (!some_rows(g, from, &n, err))
			return false;
	}
	return true;
}
