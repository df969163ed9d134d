#include "web/gantt.h"

/*
 * The calendar: projects over time with what is late and why, then the dates ahead.
 *
 *   /fr/calendar?status=2 &field=energy &body=joint/… &q=words &page=2 | ?project=joint/…
 */

enum { AHEAD_SHOWN = 20, AHEAD_DAYS = 366 };

static void chip(struct visit *v, const char *name, struct str value, struct str words,
		 bool here)
{
	html_lit(&v->out, "<a class=chip");
	list_address_href(v, name, value);
	if (here)
		html_lit(&v->out, " aria-current=true");
	html_lit(&v->out, ">");
	html_text(&v->out, words);
	html_lit(&v->out, "</a>\n");
}

static void status_chips(struct gantt *g)
{
	struct visit *v = g->v;
	const struct field *f = &fields[project_status];
	struct str chosen = list_address_value(v, "status");
	struct facet *facets;
	struct err err;
	size_t n;

	if (!view_facets(v->view, v->a, g->q.record, f, v->who, &facets, &n, &err))
		n = 0;
	html_lit(&v->out, "<nav class=\"bar noprint\"");
	html_attr(&v->out, "aria-label", T(v->lang, "Views"));
	html_lit(&v->out, ">\n");
	chip(v, "status", S(""), T(v->lang, "All projects"), !chosen.n);
	for (size_t i = 0; i < n; i++)
		chip(v, "status", facets[i].value, list_value_words(v, f, facets[i].value),
		     str_eq(chosen, facets[i].value));
	html_lit(&v->out, "</nav>\n");
}

static void links(struct visit *v)
{
	html_lit(&v->out, "<p class=\"bar noprint\"><a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/deadlines?late=1\">");
	page_say(v, "All that is late");
	html_lit(&v->out, "</a> <a href=\"/data/calendar.ics?lang=");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "\">");
	page_say(v, "Subscribe in a calendar program (iCalendar)");
	html_lit(&v->out, "</a></p>\n");
}

static void empty(struct gantt *g)
{
	struct visit *v = g->v;

	html_lit(&v->out, "<div class=box><p>");
	if (g->alone)
		page_say(v, "This project has no milestones yet. Propose a version of it with "
			    "milestones, each with its planned end and what it depends on.");
	else if (g->q.filter_count > 0 || g->q.words.n > 0)
		page_say(v, "No record matches. Remove a filter above, or use fewer words.");
	else
		page_say(v, "No project is recorded yet. Its planned dates and milestones will "
			    "stand here.");
	html_lit(&v->out, "</p></div>\n");
}

static void one_project(struct gantt *g)
{
	const struct gantt_row *row = &g->rows[0];
	struct visit *v = g->v;

	html_lit(&v->out, "<p class=kind><a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/calendar\">");
	page_say(v, "Calendar");
	html_lit(&v->out, "</a></p><h1>");
	page_link(v, row->project);
	html_lit(&v->out, "</h1>\n");
	if (row->plan.n == 0)
		empty(g);
	gantt_chart(g);
	gantt_table(g);
}

static void dates_ahead(struct visit *v)
{
	struct due_query ahead = due_between(v, v->today, v->today + AHEAD_DAYS, AHEAD_SHOWN);
	struct due_row *rows;
	uint64_t total = 0;
	struct err err;
	size_t n;

	if (!view_due(v->view, v->a, &ahead, &rows, &n, &total, &err) || n == 0)
		return;
	due_months(v, rows, n);
	if (total == n)
		return;
	html_lit(&v->out, "<p><a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/deadlines\">");
	page_fill(v, "All %1", number_of(v, total));
	html_lit(&v->out, "</a></p>\n");
}

static void all_projects(struct gantt *g)
{
	struct visit *v = g->v;

	html_lit(&v->out, "<h1>");
	page_say(v, "Calendar");
	html_lit(&v->out, "</h1>\n");
	status_chips(g);
	links(v);
	if (g->n == 0)
		empty(g);
	gantt_chart(g);
	gantt_table(g);
	page_pager(v, GANTT_ROWS, g->q.offset, &g->found);
	dates_ahead(v);
}

void page_calendar(struct visit *v)
{
	static const enum record_id types[] = { RECORD_milestone, RECORD_progress,
						RECORD_milestone_report, RECORD_NONE };
	static const enum field_id terms[] = { milestone_depends_on, milestone_weight,
					       FIELD_NONE };
	struct gantt g;
	struct err err;

	if (!gantt_read(v, &g, &err)) {
		page_error(v, &err);
		return;
	}
	page_begin(v, g.alone ? g.rows[0].project->label : T(v->lang, "Calendar"));
	if (g.alone)
		one_project(&g);
	else
		all_projects(&g);
	help_terms(v, &(struct help_terms){ types, terms });
	page_end(v);
}
