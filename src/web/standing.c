#include "web/standing.h"

#include "store/view_standing.h"

/* Reports that say blocked, as far as they are their side's latest on the project. */

static bool report_list(struct visit *v, enum field_id f, struct str value,
			struct list_result *out, struct err *err)
{
	struct list_query q = { .record = &records[RECORD_progress],
				.who = v->who,
				.lang = v->lang,
				.filters = { { &fields[f], str_z(fields[f].name), value } },
				.filter_count = 1,
				.sort = &fields[progress_date],
				.descending = true,
				.limit = ABOUT_ROWS,
				.brief = true };

	return view_list(v->view, v->a, &q, out, err);
}

static bool is_latest(struct visit *v, const struct list_result *of_project,
		      const struct record_row *report, struct str project)
{
	for (size_t i = 0; i < of_project->n; i++) {
		const struct record_row *row = &of_project->rows[i];

		if (str_eq(row->party, report->party) &&
		    str_eq(json_str(row_data(v, row), "project"), project))
			return str_eq(row->id, report->id);
	}
	return false;
}

static bool known(const struct blocked *all, size_t n, struct str ref)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].ref, ref))
			return true;
	return false;
}

/* Of some reports: all reports on their projects in one question. */
static bool judge(struct visit *v, const struct record_row *rows, size_t count,
		  struct blocked *out, size_t *n, struct err *err)
{
	struct list_result all;
	struct buf refs;
	struct str text;

	buf_init(&refs, 64 << 10);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_ch(&refs, ' ');
		buf_add(&refs, json_str(row_data(v, &rows[i]), "project"));
	}
	text = arena_buf(v->a, &refs);
	if (!report_list(v, progress_project, text, &all, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct str project = json_str(row_data(v, &rows[i]), "project");

		if (!known(out, *n, project) && is_latest(v, &all, &rows[i], project))
			out[(*n)++] = (struct blocked){ project, &rows[i] };
	}
	return true;
}

bool projects_blocked(struct visit *v, struct blocked **out, size_t *n, struct err *err)
{
	enum { AT_ONCE = 50 };
	struct list_result said;

	*n = 0;
	if (!report_list(v, progress_health, S("blocked"), &said, err))
		return false;
	*out = arena_array(v->a, struct blocked, said.n);
	for (size_t i = 0; i < said.n; i += AT_ONCE)
		if (!judge(v, said.rows + i, said.n - i < AT_ONCE ? said.n - i : AT_ONCE, *out,
			   n, err))
			return false;
	return true;
}

/* --- at risk --- */

static struct at_risk *risk_of(struct at_risk *all, size_t *n, struct str id)
{
	for (size_t i = 0; i < *n; i++)
		if (str_eq(all[i].id, id))
			return &all[i];
	all[*n] = (struct at_risk){ .id = id };
	return &all[(*n)++];
}

/* Neither closed nor cancelled (IATI activity status 4, 5). */
static bool project_open(struct visit *v, struct str text, struct str *id)
{
	struct record_row row;
	struct str status;
	struct ref ref;
	struct err ignored;

	if (!ref_parse(text, &ref) || !view_record(v->view, v->a, &records[RECORD_project], ref,
						   v->who, v->lang, &row, &ignored))
		return false;
	status = json_str(row_data(v, &row), "status");
	*id = row.id;
	return !row.ended && !str_is(status, "4") && !str_is(status, "5");
}

bool projects_at_risk(struct visit *v, struct at_risk **out, size_t *n, struct err *err)
{
	struct project_ids late, over;
	struct blocked *blocked;
	size_t stopped, k = 0;
	struct str id;

	*n = 0;
	if (!view_plans_late(v->view, v->a, v->who, v->today, &late, err) ||
	    !view_overruns(v->view, v->a, v->who, &over, err) ||
	    !projects_blocked(v, &blocked, &stopped, err))
		return false;
	*out = arena_array(v->a, struct at_risk, late.n + over.n + stopped + 1);
	for (size_t i = 0; i < late.n; i++)
		(*out)[(*n)++] = (struct at_risk){ .id = late.ids[i], .why = { true } };
	for (size_t i = 0; i < over.n; i++) { /* both by id: one walk */
		while (k < late.n && str_cmp(late.ids[k], over.ids[i]) < 0)
			k++;
		if (k == late.n || !str_eq(late.ids[k], over.ids[i]))
			(*out)[(*n)++] = (struct at_risk){ .id = over.ids[i],
							   .why = { [RISK_OVERRUN] = true } };
		else
			(*out)[k].why[RISK_OVERRUN] = true;
	}
	for (size_t i = 0; i < stopped; i++)
		if (project_open(v, blocked[i].ref, &id))
			risk_of(*out, n, id)->why[RISK_BLOCKED] = true;
	return true;
}
