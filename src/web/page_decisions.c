#include "web/matrix.h"
#include "web/papers.h"

/* The decision matrix: saved views, filters, and one table by groups. */

/* --- saved views --- */

static const struct saved {
	enum matrix_view view;
	bool by_party;
	const char *label; /* %1: the party */
} saved[] = {
	{ MATRIX_ALL, false, N_("All decisions") },
	{ MATRIX_LATE, false, N_("Late") },
	{ MATRIX_BLOCKED, false, N_("Blocked") },
	{ MATRIX_APPROVAL, true, N_("Approval awaited: %1") },
	{ MATRIX_SILENT, true, N_("No report: %1") },
};

static void saved_chip(struct matrix *m, const struct saved *s, struct str party)
{
	struct visit *v = m->v;
	bool here = m->view == s->view && str_eq(m->party, party);

	html_lit(&v->out, "<a class=chip href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/decisions");
	if (s->view) {
		html_lit(&v->out, "?view=");
		html_text(&v->out, str_z(matrix_view_codes[s->view]));
	}
	if (party.n > 0) {
		html_lit(&v->out, "&amp;party=");
		url_part(&v->out, party);
	}
	html_lit(&v->out, "\"");
	if (here)
		html_lit(&v->out, " aria-current=true");
	html_lit(&v->out, ">");
	if (s->by_party)
		page_fill_(v, lang_text(v->lang, s->label),
			   (struct str[]){ party_name(v, party) }, 1);
	else
		html_text(&v->out, lang_text(v->lang, s->label));
	html_lit(&v->out, "</a>\n");
}

static void saved_views(struct matrix *m)
{
	html_lit(&m->v->out, "<nav class=\"bar noprint\"");
	html_attr(&m->v->out, "aria-label", T(m->v->lang, "Views"));
	html_lit(&m->v->out, ">\n");
	for (size_t i = 0; i < sizeof(saved) / sizeof(*saved); i++) {
		if (!saved[i].by_party)
			saved_chip(m, &saved[i], S(""));
		for (size_t k = 0; saved[i].by_party && k < m->party_count; k++)
			saved_chip(m, &saved[i], m->parties[k]);
	}
	html_lit(&m->v->out, "</nav>\n");
}

/* --- filters --- */

static void facet_menu(struct visit *v, enum field_id id)
{
	const struct field *f = &fields[id];
	struct str chosen = list_address_value(v, f->name);
	bool listed = !chosen.n;
	struct facet *facets;
	struct err err;
	size_t n;

	if (!view_facets(v->view, v->a, &records[f->record], f, v->who, &facets, &n, &err))
		n = 0;
	menu_open(v, f->name, lang_text(v->lang, f->label));
	menu_option(v, S(""), T(v->lang, "All"), false);
	for (size_t i = 0; i < n; i++) {
		menu_option(v, facets[i].value, list_value_words(v, f, facets[i].value),
			    str_eq(chosen, facets[i].value));
		listed = listed || str_eq(chosen, facets[i].value);
	}
	if (!listed)
		menu_option(v, chosen, list_value_words(v, f, chosen), true);
	menu_close(v);
}

static const char *const group_labels[] = { N_("Session"), N_("Status"), N_("Lead body"),
					    N_("No groups") };

static void group_menu(struct matrix *m)
{
	struct visit *v = m->v;

	menu_open(v, "group", T(v->lang, "Grouped by"));
	for (int i = 0; matrix_group_codes[i]; i++)
		menu_option(v, str_z(matrix_group_codes[i]),
			    lang_text(v->lang, group_labels[i]), (int)m->group == i);
	menu_close(v);
}

static void filters(struct matrix *m)
{
	struct visit *v = m->v;

	html_lit(&v->out, "<details class=noprint");
	if (m->q.filter_count > 0 || m->q.words.n > 0 || m->group != GROUP_SESSION)
		html_lit(&v->out, " open");
	html_lit(&v->out, "><summary>");
	page_say(v, "Filter and group");
	html_lit(&v->out, "</summary><form class=filters>\n");
	if (m->view)
		page_hidden(v, "view", str_z(matrix_view_codes[m->view]));
	if (m->party.n > 0)
		page_hidden(v, "party", m->party);
	if (m->lead.n > 0)
		page_hidden(v, "lead", m->lead);
	html_lit(&v->out, "<label>");
	page_say(v, "Words");
	html_lit(&v->out, "<input type=search name=q");
	html_attr(&v->out, "value", m->q.words);
	html_lit(&v->out, "></label>\n");
	facet_menu(v, decision_session);
	facet_menu(v, decision_status);
	facet_menu(v, decision_kind);
	group_menu(m);
	html_lit(&v->out, "<button>");
	page_say(v, "Apply");
	html_lit(&v->out, "</button></form><p class=soft>");
	page_say(v, "What is chosen stands in the address: keep it as a bookmark, or send it.");
	html_lit(&v->out, "</p></details>\n");
}

/* Of the session that is chosen, else of the last that was held. */
static void papers_of_matrix(struct visit *v)
{
	static const char *const kinds[] = { "execution", "protocol", NULL };
	const struct papers_about about = { .id = list_address_value(v, "session") };

	papers_line(v, kinds, &about);
}

/* --- the table, group by group --- */

static struct str lead_of(struct matrix *m, const struct matrix_row *row)
{
	const struct json *all = json_arr(row->data, "leads");
	struct str first = S("");

	for (const struct json *l = all ? all->child : NULL; l; l = l->next) {
		if (str_eq(json_str(l, "party"), node_party(m->v->node)))
			return json_str(l, "organisation");
		if (!first.n)
			first = json_str(l, "organisation");
	}
	return first;
}

/* What the row is grouped by, as the record has it. */
static struct str group_of(struct matrix *m, const struct matrix_row *row)
{
	switch (m->group) {
	case GROUP_SESSION: return json_str(row->data, "session");
	case GROUP_STATUS: return json_str(row->data, "status");
	case GROUP_LEAD: return lead_of(m, row);
	case GROUP_NONE: break;
	}
	return S("");
}

static void group_link(struct matrix *m, enum field_id f, struct str value)
{
	struct visit *v = m->v;

	html_lit(&v->out, "<a");
	list_address_href(v, f == lead_organisation ? "lead" : fields[f].name, value);
	html_lit(&v->out, ">");
	html_text(&v->out, list_value_words(v, &fields[f], value));
	html_lit(&v->out, "</a>");
}

static void group_head(struct matrix *m, struct str group, size_t rows)
{
	static const enum field_id by[] = { decision_session, decision_status,
					    lead_organisation };
	struct visit *v = m->v;

	if (m->group == GROUP_NONE)
		return;
	html_lit(&v->out, "<tr><th scope=rowgroup colspan=");
	html_num(&v->out, m->party_count + 2);
	html_lit(&v->out, ">");
	if (group.n > 0)
		group_link(m, by[m->group], group);
	else
		page_say(v, "Without");
	html_lit(&v->out, " <small>");
	html_text(&v->out, number_of(v, rows));
	html_lit(&v->out, "</small></th></tr>\n");
}

/* All rows of the group that rows[first] opens. */
static void one_group(struct matrix *m, size_t first, struct str group)
{
	size_t rows = 0;

	for (size_t i = first; i < m->n; i++)
		rows += str_eq(group_of(m, &m->rows[i]), group);
	html_lit(&m->v->out, "<tbody>\n");
	group_head(m, group, rows);
	for (size_t i = first; i < m->n; i++)
		if (str_eq(group_of(m, &m->rows[i]), group))
			matrix_row(m, &m->rows[i]);
	html_lit(&m->v->out, "</tbody>\n");
}

static bool opened(struct matrix *m, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(group_of(m, &m->rows[k]), group_of(m, &m->rows[i])))
			return true;
	return false;
}

static void head_cell(struct visit *v, struct str words)
{
	html_lit(&v->out, "<th scope=col>");
	html_text(&v->out, words);
	html_lit(&v->out, "</th>");
}

static void table(struct matrix *m)
{
	struct visit *v = m->v;

	table_begin(v, lang_text(v->lang, records[RECORD_decision].plural), "cards matrix");
	html_lit(&v->out, "<thead><tr>");
	head_cell(v, lang_text(v->lang, records[RECORD_decision].title));
	head_cell(v, lang_text(v->lang, fields[decision_deadline].label));
	for (size_t i = 0; i < m->party_count; i++)
		head_cell(v, party_name(v, m->parties[i]));
	html_lit(&v->out, "</tr></thead>\n");
	for (size_t i = 0; i < m->n; i++)
		if (!opened(m, i))
			one_group(m, i, group_of(m, &m->rows[i]));
	table_end(v);
}

/* --- the page --- */

static void bar(struct matrix *m)
{
	struct visit *v = m->v;

	html_lit(&v->out, "<div class=bar><strong>");
	page_count(v, N_("%1 decision"), N_("%1 decisions"), m->found.total);
	html_lit(&v->out, "</strong>");
	if (m->lead.n > 0) {
		html_lit(&v->out, "<a class=chip");
		list_address_href(v, "lead", S(""));
		html_lit(&v->out, "><span class=hide>");
		page_say(v, "Remove the filter");
		html_lit(&v->out, " </span>");
		html_text(&v->out, list_value_words(v, &fields[lead_organisation], m->lead));
		html_lit(&v->out, " <span aria-hidden=true>✕</span></a>");
	}
	html_lit(&v->out, "<a class=\"end noprint\" href=\"/data/decision.xlsx\">XLSX</a> "
			  "<a class=noprint href=\"/data/decision.csv\">CSV</a>");
	if (v->person.role >= ROLE_CLERK) {
		html_lit(&v->out, " <a class=\"button main noprint\" href=\"/");
		html_text(&v->out, str_z(lang_codes[v->lang]));
		html_lit(&v->out, "/decision/new\">");
		page_say(v, "New record");
		html_lit(&v->out, "</a>");
	}
	html_lit(&v->out, "</div>\n");
	if (!m->partial)
		return;
	html_lit(&v->out, "<p class=\"box differs\">");
	page_fill(
		v,
		"Only the first %1 decisions were looked through: filter by session or status.",
		number_of(v, MATRIX_SCAN));
	html_lit(&v->out, "</p>\n");
}

static void empty(struct matrix *m)
{
	struct visit *v = m->v;

	html_lit(&v->out, "<div class=box><p>");
	if (m->view || m->q.filter_count > 0 || m->q.words.n > 0)
		page_say(v, "No decision is in this view.");
	else
		page_say(v, "No decision is recorded yet. First record the session that took "
			    "them, then each decision with its lead bodies and its deadline.");
	html_lit(&v->out, "</p></div>\n");
}

void page_decisions(struct visit *v)
{
	static const enum record_id types[] = { RECORD_decision, RECORD_decision_report,
						RECORD_obstacle, RECORD_NONE };
	static const enum field_id terms[] = { decision_approvals, decision_carried_from,
					       approval_authority, FIELD_NONE };
	struct matrix *m = arena_new(v->a, struct matrix);
	struct err err;

	if (!matrix_read(v, m, &err)) {
		page_error(v, &err);
		return;
	}
	page_begin(v, lang_text(v->lang, records[RECORD_decision].plural));
	html_lit(&v->out, "<h1>");
	html_text(&v->out, lang_text(v->lang, records[RECORD_decision].plural));
	html_lit(&v->out, "</h1>\n");
	saved_views(m);
	filters(m);
	papers_of_matrix(m->v);
	bar(m);
	if (m->n > 0)
		table(m);
	else
		empty(m);
	if (m->paged)
		page_pager(v, MATRIX_ROWS, m->q.offset, &m->found);
	help_terms(v, &(struct help_terms){ types, terms });
	page_end(v);
}
