#include "web/matrix.h"

/* One decision: what it says, by when, and in each side's column that side's lead body, latest
 * report, obstacle and approvals. */

enum { TEXT_SHOWN = 220 };

static void badge(struct visit *v, const char *class, struct str words)
{
	html_lit(&v->out, "<span");
	html_attr(&v->out, "class", str_z(class));
	html_lit(&v->out, ">");
	html_text(&v->out, words);
	html_lit(&v->out, "</span> ");
}

static void cell(struct visit *v, const char *class, struct str label)
{
	html_lit(&v->out, "<td");
	if (class[0])
		html_attr(&v->out, "class", str_z(class));
	html_attr(&v->out, "data-l", label);
	html_lit(&v->out, ">");
}

/* The first words of a text, the whole of it beside the pointer. */
static void excerpt(struct visit *v, const struct json *value)
{
	struct str tag, text = mtext_in(value, v->lang, &tag);
	size_t n = TEXT_SHOWN;

	if (!text.n)
		return;
	html_lit(&v->out, "<p");
	if (!str_is(tag, lang_codes[v->lang]))
		html_attr(&v->out, "lang", tag);
	if (text.n > n)
		html_attr(&v->out, "title", text);
	html_lit(&v->out, ">");
	while (n < text.n && n > 0 && text.p[n] != ' ' && text.p[n] != '\n')
		n--;
	if (n == 0)
		n = TEXT_SHOWN;
	html_text(&v->out, str_cut(text, n));
	if (n < text.n)
		html_lit(&v->out, " …");
	html_lit(&v->out, "</p>");
}

/* --- the decision --- */

static bool all_done(struct matrix *m, const struct matrix_row *row)
{
	for (size_t i = 0; i < m->party_count; i++) {
		const struct record_row *report = row->sides[i].report;

		if (!report || !str_is(json_str(row_data(m->v, report), "status"), "done"))
			return json_get(row->data, "closed") != NULL;
	}
	return true;
}

static void escalate_form(struct matrix *m, const struct matrix_row *row)
{
	struct visit *v = m->v;

	if (row->raised) {
		html_lit(&v->out, "<p>");
		badge(v, "b await", T(v->lang, "raised to the next session"));
		html_lit(&v->out, "</p>");
		return;
	}
	if (v->person.role < ROLE_CLERK || !m->has_next || all_done(m, row) ||
	    !str_is(row->decision->party, JOINT_PARTY))
		return;
	html_lit(&v->out, "<form method=post class=noprint action=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/decisions/");
	url_part(&v->out, row->decision->id);
	html_lit(&v->out, "/escalate\">");
	page_csrf(v);
	html_lit(&v->out, "<p><button class=less>");
	page_say(v, "Raise to the next session");
	html_lit(&v->out, "<span class=hide> ");
	html_text(&v->out, row->decision->label);
	html_lit(&v->out, "</span></button></p></form>");
}

static const struct json *report_data(struct visit *v, const struct matrix_side *side)
{
	return side->report ? row_data(v, side->report) : NULL;
}

/* One side has done its part and another says it has not. */
static bool sides_differ(struct matrix *m, const struct matrix_row *row)
{
	unsigned done = 0, not_done = 0;

	for (size_t i = 0; i < m->party_count; i++) {
		const struct json *data = report_data(m->v, &row->sides[i]);

		done += data && str_is(json_str(data, "status"), "done");
		not_done += data && !str_is(json_str(data, "status"), "done");
	}
	return done > 0 && not_done > 0;
}

static void decision_cell(struct matrix *m, const struct matrix_row *row)
{
	struct visit *v = m->v;
	const struct record_row *d = row->decision;

	html_lit(&v->out, "<th scope=row>");
	page_link(v, d);
	html_lit(&v->out, "<p class=soft>");
	html_text(&v->out, code_name("DecisionKind", json_str(row->data, "kind"), v->lang));
	html_lit(&v->out, " · ");
	html_text(&v->out, code_name("DecisionStatus", json_str(row->data, "status"), v->lang));
	if (d->illustrative) {
		html_lit(&v->out, " · ");
		page_say(v, "illustrative");
	}
	html_lit(&v->out, "</p>");
	if (!str_is(d->state, "in_force") || d->awaited.n > 0) {
		struct record_row plain = *d;

		plain.illustrative = false;
		html_lit(&v->out, "<p>");
		page_badges(v, &plain);
		html_lit(&v->out, "</p>");
	}
	if (sides_differ(m, row)) {
		html_lit(&v->out, "<p>");
		badge(v, "b differs", T(v->lang, "the sides differ"));
		html_lit(&v->out, "</p>");
	}
	escalate_form(m, row);
	html_lit(&v->out, "</th>");
}

static void due_cell(struct matrix *m, const struct matrix_row *row)
{
	struct visit *v = m->v;
	bool closed = json_get(row->data, "closed") != NULL;

	cell(v, "due", lang_text(v->lang, fields[decision_deadline].label));
	page_cell(v, &fields[decision_deadline], json_get(row->data, "deadline"));
	if (row->late) {
		html_lit(&v->out, "<p class=late>");
		due_when(v, row->deadline, true);
		html_lit(&v->out, "</p>");
	} else if (row->dated && !closed && row->deadline >= v->today) {
		html_lit(&v->out, "<p class=soft>");
		due_when(v, row->deadline, true);
		html_lit(&v->out, "</p>");
	}
	if (closed) {
		html_lit(&v->out, "<p class=soft>");
		html_text(&v->out, lang_text(v->lang, fields[decision_closed].label));
		html_lit(&v->out, " ");
		page_cell(v, &fields[decision_closed], json_get(row->data, "closed"));
		html_lit(&v->out, "</p>");
	}
	html_lit(&v->out, "</td>");
}

/* --- a side --- */

static void leads(struct matrix *m, const struct matrix_row *row, struct str party)
{
	const struct json *all = json_arr(row->data, "leads");
	struct visit *v = m->v;

	for (const struct json *l = all ? all->child : NULL; l; l = l->next) {
		if (!str_eq(json_str(l, "party"), party))
			continue;
		html_lit(&v->out, "<small>");
		page_value(v, &fields[lead_organisation], json_get(l, "organisation"));
		html_lit(&v->out, "</small><br>");
	}
}

static const char *status_class(struct str status)
{
	if (str_is(status, "done"))
		return "b force";
	return str_is(status, "blocked") ? "b late" : "b";
}

/* "Label: value", when there is one. */
static void fact(struct visit *v, enum field_id f, const struct json *data)
{
	const struct json *value = json_get(data, fields[f].name);

	if (!value)
		return;
	html_lit(&v->out, "<p><small>");
	html_text(&v->out, lang_text(v->lang, fields[f].label));
	page_say(v, ": ");
	html_lit(&v->out, "</small>");
	page_cell(v, &fields[f], value);
	html_lit(&v->out, "</p>");
}

static void report(struct visit *v, const struct record_row *row)
{
	const struct json *data = row_data(v, row);
	struct str status = json_str(data, "status");

	badge(v, status_class(status), code_name("ReportStatus", status, v->lang));
	page_link_text(v, row,
		       field_text(v->a, &fields[decision_report_date], json_get(data, "date"),
				  v->lang));
	if (json_get(data, "narrative"))
		excerpt(v, json_get(data, "narrative"));
	fact(v, decision_report_delay_reason, data);
	if (!str_is(status, "done"))
		fact(v, decision_report_expected, data);
	fact(v, decision_report_evidence, data);
}

/* The way to this side's next report, for those who write it. */
static void report_link(struct matrix *m, const struct matrix_row *row, struct str party)
{
	struct visit *v = m->v;

	if (v->person.role < ROLE_CLERK || !str_eq(party, node_party(v->node)) ||
	    json_get(row->data, "closed"))
		return;
	html_lit(&v->out, "<p class=noprint><a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/decision_report/new?decision=");
	url_part(&v->out, row->decision->party);
	html_lit(&v->out, "/");
	url_part(&v->out, row->decision->id);
	html_lit(&v->out, "\">");
	page_say(v, "Report");
	html_lit(&v->out, "<span class=hide> ");
	html_text(&v->out, row->decision->label);
	html_lit(&v->out, "</span></a></p>");
}

static void no_report(struct visit *v)
{
	html_lit(&v->out, "<span class=soft>");
	page_say(v, "no report");
	html_lit(&v->out, "</span>");
}

static void obstacle(struct visit *v, const struct record_row *row)
{
	html_lit(&v->out, "<p>");
	badge(v, "b late", lang_text(v->lang, row->record->title));
	page_link(v, row);
	html_lit(&v->out, "</p>");
}

/* "Council of Ministers: awaited by 31/10/2026". */
static void approval(struct visit *v, const struct json *a)
{
	const struct json *granted = json_get(a, "granted"), *by = json_get(a, "deadline");
	int32_t day;

	html_lit(&v->out, "<p>");
	if (granted)
		badge(v, "b force", T(v->lang, "approved"));
	else
		badge(v, "b await", T(v->lang, "approval awaited"));
	page_value(v, &fields[approval_authority], json_get(a, "authority"));
	html_lit(&v->out, " ");
	if (granted)
		page_cell(v, &fields[approval_granted], granted);
	else if (by && date_parse(by->str, &day)) {
		html_lit(&v->out, "<span");
		html_attr(&v->out, "class", day < v->today ? S("late") : S("soft"));
		html_lit(&v->out, ">");
		page_cell(v, &fields[approval_deadline], by);
		html_lit(&v->out, " · ");
		due_when(v, day, true);
		html_lit(&v->out, "</span>");
	}
	html_lit(&v->out, "</p>");
}

static void side_cell(struct matrix *m, const struct matrix_row *row, size_t i)
{
	struct visit *v = m->v;
	const struct matrix_side *side = &row->sides[i];
	const struct json *approvals = json_arr(row->data, "approvals");

	cell(v, "", party_name(v, m->parties[i]));
	leads(m, row, m->parties[i]);
	if (side->report)
		report(v, side->report);
	else
		no_report(v);
	if (side->obstacle)
		obstacle(v, side->obstacle);
	for (const struct json *a = approvals ? approvals->child : NULL; a; a = a->next)
		if (str_eq(json_str(a, "party"), m->parties[i]))
			approval(v, a);
	report_link(m, row, m->parties[i]);
	html_lit(&v->out, "</td>");
}

void matrix_row(struct matrix *m, const struct matrix_row *row)
{
	html_lit(&m->v->out, "<tr>");
	decision_cell(m, row);
	due_cell(m, row);
	for (size_t i = 0; i < m->party_count; i++)
		side_cell(m, row, i);
	html_lit(&m->v->out, "</tr>\n");
}
