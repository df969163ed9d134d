#include "web/treaty_card.h"

/* One agreement on the treaty board. */

enum { PROJECTS_SHOWN = 5 };

static void page_day(struct visit *v, int32_t day)
{
	char text[DATE_TEXT];

	page_date(v, str_z(date_text(text, day)));
}

/* --- the two ladders --- */

/* What a party says of a step: done before expected, the earlier day first. */
static const struct treaty_step *step_said(const struct instrument *x, struct str party,
					   struct str step)
{
	const struct treaty_step *best = NULL;

	for (size_t i = 0; i < x->n; i++) {
		const struct treaty_step *s = &x->said[i];

		if (!str_eq(s->party, party) || !str_eq(s->step, step) ||
		    (best && (!s->has_done || (best->has_done && best->done <= s->done))))
			continue;
		best = s;
	}
	return best;
}

static bool step_matters(const struct instrument *x, struct str step)
{
	if (x->t.step && str_is(step, x->t.step))
		return true;
	if (str_is(step, "signed") && json_get(x->data, "signed"))
		return true;
	for (size_t i = 0; i < x->n; i++)
		if (str_eq(x->said[i].step, step))
			return true;
	return false;
}

static void badge(struct visit *v, const char *class, struct str words)
{
	html_lit(&v->out, "<span");
	html_attr(&v->out, "class", str_z(class));
	html_lit(&v->out, ">");
	html_text(&v->out, words);
	html_lit(&v->out, "</span> ");
}

/* What a side has not reported: awaited where the entry into force hangs on it. */
static void not_reported(struct instrument *x, struct str step)
{
	struct visit *v = x->b->v;

	if (str_is(step, "signed") && json_get(x->data, "signed"))
		page_cell(v, &fields[agreement_signed], json_get(x->data, "signed"));
	else if (x->t.step && str_is(step, x->t.step) && x->t.basis != TREATY_STATED)
		badge(v, "b await", T(v->lang, "awaited"));
	else
		html_lit(&v->out, "–");
}

static void step_cell(struct instrument *x, struct str party, struct str step)
{
	struct visit *v = x->b->v;
	const struct treaty_step *said = step_said(x, party, step);
	const struct record_row *row;
	const struct json *data;

	html_lit(&v->out, "<td");
	html_attr(&v->out, "data-l", party_name(v, party));
	html_lit(&v->out, ">");
	if (!said) {
		not_reported(x, step);
		html_lit(&v->out, "</td>");
		return;
	}
	row = x->steps[said - x->said];
	data = row_data(v, row);
	if (said->has_done)
		badge(v, "b force", T(v->lang, "done"));
	else
		badge(v, said->has_expected && said->expected < v->today ? "b late" : "b await",
		      T(v->lang, "expected"));
	html_lit(&v->out, "<a");
	page_href(v, row->record, (struct ref){ row->party, row->id }, "");
	html_lit(&v->out, ">");
	if (!said->has_done && !said->has_expected)
		html_text(&v->out, T(v->lang, "not dated"));
	else
		page_cell(v, &fields[procedure_date],
			  json_get(data, said->has_done ? "date" : "expected"));
	html_lit(&v->out, "</a>");
	if (json_get(data, "reference")) {
		html_lit(&v->out, " <small>");
		html_text(&v->out, json_str(data, "reference"));
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</td>");
}

static void ladders(struct instrument *x)
{
	const struct codelist *steps = codelist_named("ProcedureStep");
	struct board *b = x->b;
	struct visit *v = b->v;

	table_begin(v, x->row->label, "cards tight");
	html_lit(&v->out, "<caption>");
	page_say(v, "Each side's steps");
	html_lit(&v->out, "</caption><thead><tr><th scope=col>");
	html_text(&v->out, lang_text(v->lang, fields[procedure_step].label));
	html_lit(&v->out, "</th>");
	for (size_t i = 0; i < b->party_count; i++) {
		html_lit(&v->out, "<th scope=col>");
		html_text(&v->out, party_name(v, b->parties[i]));
		html_lit(&v->out, "</th>");
	}
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t s = 0; s < steps->count; s++) {
		struct str code = str_z(steps->codes[s].code);

		if (!step_matters(x, code))
			continue;
		html_lit(&v->out, "<tr><th scope=row>");
		html_text(&v->out, code_name("ProcedureStep", code, v->lang));
		html_lit(&v->out, "</th>");
		for (size_t i = 0; i < b->party_count; i++)
			step_cell(x, b->parties[i], code);
		html_lit(&v->out, "</tr>\n");
	}
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* --- entry into force, in words --- */

static struct str day_words(struct visit *v, int32_t day)
{
	return date_words(v->a, day, v->lang);
}

/* "On receipt of the last notification, 30 days after". */
static void rule(struct instrument *x)
{
	struct visit *v = x->b->v;
	struct str clause = json_str(x->data, "clause");

	if (!clause.n) {
		page_say(v, "The register does not say by which clause it enters into force.");
		return;
	}
	html_text(&v->out, code_name("EntryClause", clause, v->lang));
	if (x->t.days > 0) {
		html_lit(&v->out, ", ");
		page_count(v, N_("%1 day after it"), N_("%1 days after it"), x->t.days);
	}
	html_lit(&v->out, ".");
}

/* "4 February 2026 (Russia) + 30 days = 6 March 2026". */
static void sum(struct instrument *x, int32_t result)
{
	struct board *b = x->b;
	struct visit *v = b->v;
	const struct treaty *t = &x->t;

	html_lit(&v->out, "<p class=soft>");
	html_text(&v->out, code_name("ProcedureStep", str_z(t->step), v->lang));
	html_lit(&v->out, " : ");
	page_day(v, t->event);
	if (t->last < b->party_count) {
		html_lit(&v->out, " (");
		html_text(&v->out, party_name(v, b->parties[t->last]));
		html_lit(&v->out, ")");
	}
	if (t->days > 0) {
		html_lit(&v->out, " + ");
		page_count(v, N_("%1 day"), N_("%1 days"), t->days);
		html_lit(&v->out, " = ");
		page_day(v, result);
	}
	html_lit(&v->out, "</p>");
}

static void awaited(struct instrument *x)
{
	struct board *b = x->b;
	struct visit *v = b->v;

	for (size_t i = 0; i < b->party_count; i++) {
		if (!(x->t.awaited >> i & 1))
			continue;
		html_lit(&v->out, "<p>");
		badge(v, "b await", party_name(v, b->parties[i]));
		page_fill(v, "“%1” is not done.",
			  code_name("ProcedureStep", str_z(x->t.step), v->lang));
		html_lit(&v->out, "</p>");
	}
}

static void standing(struct instrument *x)
{
	struct visit *v = x->b->v;
	const struct treaty *t = &x->t;
	struct str day = day_words(v, t->in_force);
	bool past = t->in_force <= v->today;

	html_lit(&v->out, "<p><strong>");
	if (t->basis == TREATY_UNKNOWN)
		page_say(v, "Not in force by what is reported.");
	else if (t->basis == TREATY_EXPECTED)
		page_fill(v, "Expected in force on %1", day);
	else if (past)
		page_fill(v, "In force since %1", day);
	else
		page_fill(v, "In force from %1", day);
	html_lit(&v->out, "</strong></p>");
}

/* What both have agreed that it is, where that is not what the steps add up to. */
static void contradiction(struct instrument *x)
{
	struct visit *v = x->b->v;
	struct str status = json_str(x->data, "status");
	bool runs = x->t.basis == TREATY_RECKONED && x->t.in_force <= v->today;
	bool before = str_is(status, "signed") || str_is(status, "initialled") ||
		      str_is(status, "negotiation");

	if (x->t.contradicted) {
		html_lit(&v->out, "<p>");
		badge(v, "b differs", T(v->lang, "differs"));
		page_say(v, "The agreed record states this day; by the clause and the sides' "
			    "steps it is another, or not yet.");
		html_lit(&v->out, "</p>");
	} else if (runs && before) {
		html_lit(&v->out, "<p>");
		badge(v, "b differs", T(v->lang, "differs"));
		page_fill(v, "The agreed record still says “%1”: propose a new version.",
			  code_name("AgreementStatus", status, v->lang));
		html_lit(&v->out, "</p>");
	}
}

static const char *standing_class(const struct instrument *x)
{
	if (x->t.contradicted)
		return "box differs";
	if (x->t.basis == TREATY_UNKNOWN || x->t.basis == TREATY_EXPECTED)
		return "box await";
	return "box force";
}

static void entry_into_force(struct instrument *x)
{
	struct visit *v = x->b->v;

	html_lit(&v->out, "<div");
	html_attr(&v->out, "class", str_z(standing_class(x)));
	html_lit(&v->out, ">");
	standing(x);
	html_lit(&v->out, "<p>");
	rule(x);
	html_lit(&v->out, "</p>");
	if (x->t.step && (x->t.basis == TREATY_RECKONED || x->t.basis == TREATY_EXPECTED))
		sum(x, x->t.in_force);
	if (x->t.basis != TREATY_STATED)
		awaited(x);
	contradiction(x);
	html_lit(&v->out, "</div>\n");
}

/* --- how long --- */

static void term_begin(struct visit *v, struct str name)
{
	html_lit(&v->out, "<div><dt>");
	html_text(&v->out, name);
	html_lit(&v->out, "</dt><dd>");
}

static void term_end(struct visit *v)
{
	html_lit(&v->out, "</dd></div>\n");
}

static void term_field(struct instrument *x, enum field_id f)
{
	const struct json *value = json_get(x->data, fields[f].name);

	if (!value)
		return;
	term_begin(x->b->v, lang_text(x->b->v->lang, fields[f].label));
	page_value(x->b->v, &fields[f], value);
	term_end(x->b->v);
}

static void end_dates(struct instrument *x)
{
	struct visit *v = x->b->v;

	if (x->t.has_end) {
		term_begin(v, x->t.renewed ? T(v->lang, "Renewed, runs until")
					   : T(v->lang, "Runs until"));
		page_day(v, x->t.end);
		term_end(v);
	}
	if (x->t.has_notice) {
		term_begin(v, T(v->lang, "Last day for notice"));
		page_day(v, x->t.notice);
		html_lit(&v->out, " <small>");
		due_when(v, x->t.notice, false);
		html_lit(&v->out, "</small>");
		term_end(v);
	}
}

static void duration(struct instrument *x)
{
	struct visit *v = x->b->v;

	html_lit(&v->out, "<dl class=f>");
	term_field(x, agreement_signed);
	term_field(x, agreement_place);
	term_field(x, agreement_duration_years);
	term_field(x, agreement_renewal);
	term_field(x, agreement_notice_months);
	end_dates(x);
	html_lit(&v->out, "</dl>\n");
}

/* --- obligations and projects --- */

static void obligation_row(struct instrument *x, const struct json *o)
{
	static const enum field_id shown[] = { obligation_text, obligation_party,
					       obligation_project, obligation_deadline,
					       obligation_fulfilled };
	struct visit *v = x->b->v;

	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, json_str(o, "article"));
	html_lit(&v->out, "</th>");
	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		const struct field *f = &fields[shown[i]];

		html_lit(&v->out, "<td");
		html_attr(&v->out, "data-l", lang_text(v->lang, f->label));
		html_lit(&v->out, ">");
		if (shown[i] == obligation_party && !json_get(o, "party"))
			page_say(v, "every side");
		else
			page_cell(v, f, json_get(o, f->name));
		html_lit(&v->out, "</td>");
	}
	html_lit(&v->out, "</tr>\n");
}

static void obligations(struct instrument *x)
{
	static const enum field_id heads[] = { obligation_article,  obligation_text,
					       obligation_party,    obligation_project,
					       obligation_deadline, obligation_fulfilled };
	const struct json *all = json_arr(x->data, "obligations");
	struct visit *v = x->b->v;

	if (!all || !all->child)
		return;
	html_lit(&v->out, "<h3>");
	html_text(&v->out, lang_text(v->lang, fields[agreement_obligations].label));
	html_lit(&v->out, "</h3>\n");
	table_begin(v,
		    arena_join(v->a, lang_text(v->lang, fields[agreement_obligations].label),
			       arena_join(v->a, S(" · "), x->row->label)),
		    "cards tight");
	html_lit(&v->out, "<thead><tr>");
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		html_lit(&v->out, "<th scope=col>");
		html_text(&v->out, lang_text(v->lang, fields[heads[i]].label));
		html_lit(&v->out, "</th>");
	}
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (const struct json *o = all->child; o; o = o->next)
		obligation_row(x, o);
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* Projects that rest on the agreement. */
static void projects(struct instrument *x)
{
	const struct field *f = &fields[project_agreement];
	struct visit *v = x->b->v;
	struct list_query q = { .record = &records[RECORD_project],
				.who = v->who,
				.lang = v->lang,
				.filters = { { f, str_z(f->name), row_ref(v, x->row) } },
				.filter_count = 1,
				.limit = PROJECTS_SHOWN,
				.brief = true };
	struct list_result found;
	struct err err;

	if (!view_list(v->view, v->a, &q, &found, &err) || found.n == 0)
		return;
	html_lit(&v->out, "<h3>");
	page_say(v, "Projects under it");
	html_lit(&v->out, "</h3>\n<ul class=plain>");
	for (size_t i = 0; i < found.n; i++) {
		html_lit(&v->out, "<li>");
		page_link(v, &found.rows[i]);
		html_lit(&v->out, "</li>\n");
	}
	html_lit(&v->out, "</ul>\n");
	if (found.total == found.n)
		return;
	html_lit(&v->out, "<p><a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/projects?agreement=");
	html_text(&v->out, row_ref(v, x->row));
	html_lit(&v->out, "\">");
	page_fill(v, "All %1", number_of(v, found.total));
	html_lit(&v->out, "</a></p>\n");
}

/* --- one agreement --- */

/* How the record's own text stands, where the sides have not agreed on it: "in force" would be
 * read as said of the agreement. */
static void text_badges(struct instrument *x)
{
	struct record_row row = *x->row;

	if (str_is(row.state, "in_force") && !row.awaited.n)
		return;
	row.illustrative = false;
	html_lit(&x->b->v->out, "<p>");
	page_badges(x->b->v, &row);
	html_lit(&x->b->v->out, "</p>\n");
}

void instrument_write(struct instrument *x)
{
	struct visit *v = x->b->v;

	html_lit(&v->out, "<section><h2>");
	page_link(v, x->row);
	html_lit(&v->out, "</h2>\n<p class=soft>");
	html_text(&v->out, code_name("AgreementKind", json_str(x->data, "kind"), v->lang));
	html_lit(&v->out, " · ");
	html_text(&v->out, code_name("AgreementStatus", json_str(x->data, "status"), v->lang));
	if (json_get(x->data, "reference")) {
		html_lit(&v->out, " · ");
		html_text(&v->out, json_str(x->data, "reference"));
	}
	if (x->row->illustrative) {
		html_lit(&v->out, " · ");
		page_say(v, "illustrative");
	}
	html_lit(&v->out, "</p>\n");
	text_badges(x);
	html_lit(&v->out, "<div class=cols><div>\n");
	ladders(x);
	html_lit(&v->out, "</div><div>\n");
	entry_into_force(x);
	duration(x);
	html_lit(&v->out, "</div></div>\n");
	obligations(x);
	projects(x);
	html_lit(&v->out, "</section>\n");
}
