#include "web/gantt.h"

/* The chart as a table: planned against actual, the delay and its reason. */

static void head(struct visit *v, struct str words)
{
	html_lit(&v->out, "<th scope=col>");
	html_text(&v->out, words);
	html_lit(&v->out, "</th>");
}

static void cell(struct visit *v, struct str label)
{
	html_lit(&v->out, "<td");
	html_attr(&v->out, "data-l", label);
	html_lit(&v->out, ">");
}

static void cell_end(struct visit *v)
{
	html_lit(&v->out, "</td>");
}

static void day(struct visit *v, int32_t d)
{
	struct json value = { .type = JSON_STR };
	char text[DATE_TEXT];

	value.str = str_z(date_text(text, d));
	page_cell(v, &fields[project_planned_end], &value);
}

static void day_cell(struct visit *v, struct str label, bool is, int32_t d)
{
	cell(v, label);
	if (is)
		day(v, d);
	cell_end(v);
}

/* "45 days later", "3 days earlier". */
static void slip_cell(struct visit *v, bool is, int32_t planned, int32_t finish)
{
	int32_t slip = is ? gantt_slip(planned, finish) : 0;

	cell(v, T(v->lang, "Delay"));
	if (is && slip > 0) {
		html_lit(&v->out, "<span class=late>");
		page_count(v, N_("%1 day late"), N_("%1 days late"), (uint64_t)slip);
		html_lit(&v->out, "</span>");
	} else if (is && slip < 0) {
		page_count(v, N_("%1 day early"), N_("%1 days early"), (uint64_t)-slip);
	} else if (is) {
		page_say(v, "on time");
	}
	cell_end(v);
}

static void reason_cell(struct visit *v, const struct json *report)
{
	const struct json *reason = report ? json_get(report, "delay_reason") : NULL;

	cell(v, lang_text(v->lang, fields[progress_delay_reason].label));
	if (reason)
		html_text(&v->out, code_name("DelayReason", reason->str, v->lang));
	cell_end(v);
}

/* --- projects --- */

/* The report that names why: of the project, else of a milestone that is not done. */
static const struct json *reason_of(const struct gantt_row *row)
{
	if (row->progress && json_get(row->progress, "delay_reason"))
		return row->progress;
	for (size_t i = 0; i < row->plan.n; i++) {
		const struct plan_step *s = &row->plan.steps[i];

		if (!s->done && s->report && json_get(s->report, "delay_reason"))
			return s->report;
	}
	return NULL;
}

static void milestones_cell(struct visit *v, const struct gantt_row *row)
{
	uint64_t done = 0;

	cell(v, lang_text(v->lang, fields[project_milestones].label));
	for (size_t i = 0; i < row->plan.n; i++)
		done += row->plan.steps[i].done;
	if (row->plan.n > 0) {
		html_lit(&v->out, "<a href=\"/");
		html_text(&v->out, str_z(lang_codes[v->lang]));
		html_lit(&v->out, "/calendar?project=");
		html_text(&v->out, row_ref(v, row->project));
		html_lit(&v->out, "\">");
		page_fill(v, "%1 of %2 done", number_of(v, done), number_of(v, row->plan.n));
		html_lit(&v->out, "<span class=hide> ");
		html_text(&v->out, row->project->label);
		html_lit(&v->out, "</span></a>");
	}
	cell_end(v);
}

static void health(struct visit *v, const struct gantt_row *row)
{
	struct str code = row->progress ? json_str(row->progress, "health") : S("");
	bool bad = str_is(code, "late") || str_is(code, "blocked") || str_is(code, "at-risk");

	if (!code.n)
		return;
	html_lit(&v->out, "<p><span");
	html_attr(&v->out, "class",
		  bad                         ? S("b late")
		  : str_is(code, "completed") ? S("b force")
					      : S("b"));
	html_lit(&v->out, ">");
	html_text(&v->out, code_name("ProjectHealth", code, v->lang));
	html_lit(&v->out, "</span></p>");
}

static void project_line(struct visit *v, const struct gantt_row *row)
{
	html_lit(&v->out, "<tr><th scope=row>");
	page_link(v, row->project);
	health(v, row);
	html_lit(&v->out, "</th>");
	day_cell(v, lang_text(v->lang, fields[project_planned_start].label), row->has_start,
		 row->start);
	day_cell(v, lang_text(v->lang, fields[project_actual_start].label), row->begun,
		 row->actual_start);
	day_cell(v, lang_text(v->lang, fields[project_planned_end].label), row->has_end,
		 row->end);
	day_cell(v, T(v->lang, "Actual or expected end"), row->has_finish, row->finish);
	slip_cell(v, row->has_end && row->has_finish, row->end, row->finish);
	reason_cell(v, reason_of(row));
	milestones_cell(v, row);
	html_lit(&v->out, "</tr>\n");
}

static void projects(struct gantt *g)
{
	struct visit *v = g->v;

	head(v, lang_text(v->lang, records[RECORD_project].title));
	head(v, lang_text(v->lang, fields[project_planned_start].label));
	head(v, lang_text(v->lang, fields[project_actual_start].label));
	head(v, lang_text(v->lang, fields[project_planned_end].label));
	head(v, T(v->lang, "Actual or expected end"));
	head(v, T(v->lang, "Delay"));
	head(v, lang_text(v->lang, fields[progress_delay_reason].label));
	head(v, lang_text(v->lang, fields[project_milestones].label));
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < g->n; i++)
		project_line(v, &g->rows[i]);
}

/* --- milestones --- */

static void needs_cell(struct visit *v, const struct plan *p, const struct plan_step *s)
{
	cell(v, lang_text(v->lang, fields[milestone_depends_on].label));
	for (size_t i = 0; i < s->need_count; i++) {
		if (i > 0)
			html_lit(&v->out, "; ");
		page_value(v, &fields[milestone_title],
			   json_get(p->steps[s->needs[i]].milestone, "title"));
	}
	cell_end(v);
}

static void slack_cell(struct visit *v, const struct plan_step *s)
{
	cell(v, T(v->lang, "Slack"));
	if (s->circular)
		page_say(v, "It depends on itself");
	else if (s->critical) {
		html_lit(&v->out, "<strong>");
		page_say(v, "critical");
		html_lit(&v->out, "</strong>");
	} else if (!s->done && s->slack > 0)
		page_count(v, N_("%1 day"), N_("%1 days"), (uint64_t)s->slack);
	cell_end(v);
}

static void step_line(struct visit *v, const struct plan *p, const struct plan_step *s)
{
	struct str party = json_str(s->milestone, "party");

	html_lit(&v->out, "<tr><th scope=row>");
	page_value(v, &fields[milestone_title], json_get(s->milestone, "title"));
	if (party.n > 0) {
		html_lit(&v->out, " <small>");
		html_text(&v->out, party_name(v, party));
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</th>");
	day_cell(v, lang_text(v->lang, fields[milestone_planned_start].label), true, s->start);
	day_cell(v, lang_text(v->lang, fields[milestone_planned_end].label), true, s->end);
	day_cell(v, T(v->lang, "Actual or expected end"), !s->circular, s->finish);
	slip_cell(v, !s->circular, s->end, s->finish);
	reason_cell(v, s->report);
	needs_cell(v, p, s);
	slack_cell(v, s);
	html_lit(&v->out, "</tr>\n");
}

static void milestones(struct visit *v, const struct plan *p)
{
	head(v, lang_text(v->lang, records[RECORD_milestone].title));
	head(v, lang_text(v->lang, fields[milestone_planned_start].label));
	head(v, lang_text(v->lang, fields[milestone_planned_end].label));
	head(v, T(v->lang, "Actual or expected end"));
	head(v, T(v->lang, "Delay"));
	head(v, lang_text(v->lang, fields[milestone_report_delay_reason].label));
	head(v, lang_text(v->lang, fields[milestone_depends_on].label));
	head(v, T(v->lang, "Slack"));
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < p->n; i++)
		step_line(v, p, &p->steps[i]);
}

void gantt_table(struct gantt *g)
{
	struct visit *v = g->v;

	if (g->n == 0 || (g->alone && g->rows[0].plan.n == 0))
		return;
	table_begin(v, T(v->lang, "The same as a table"), "cards tight");
	html_lit(&v->out, "<thead><tr>");
	if (g->alone)
		milestones(v, &g->rows[0].plan);
	else
		projects(g);
	html_lit(&v->out, "</tbody>");
	table_end(v);
}
