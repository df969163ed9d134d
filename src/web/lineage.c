#include "web/lineage.h"

static bool seen(const struct lineage *l, struct str id)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->rows[i].id, id))
			return true;
	return false;
}

void lineage_read(struct visit *v, const struct record_row *decision, struct lineage *out)
{
	struct record_row *row = &out->rows[0];
	struct ref from;
	struct err err;

	*row = *decision;
	for (out->n = 1; out->n < LINEAGE_MAX; out->n++) {
		if (!ref_parse(json_str(row_data(v, row), "carried_from"), &from) ||
		    seen(out, from.id))
			return;
		row = &out->rows[out->n];
		if (!view_record(v->view, v->a, &records[RECORD_decision], from, v->who,
				 v->lang, row, &err))
			return;
	}
}

static void step(struct visit *v, const struct record_row *row, bool here)
{
	const struct json *data = row_data(v, row);

	html_lit(&v->out, "<li>");
	if (here)
		html_lit(&v->out, "<strong>");
	page_link(v, row);
	if (here)
		html_lit(&v->out, "</strong>");
	html_lit(&v->out, "<br><small>");
	page_value(v, &fields[decision_session], json_get(data, "session"));
	html_lit(&v->out, " · ");
	page_value(v, &fields[decision_status], json_get(data, "status"));
	if (json_get(data, "deadline")) {
		html_lit(&v->out, " · ");
		html_text(&v->out, lang_text(v->lang, fields[decision_deadline].label));
		page_say(v, ": ");
		page_date(v, json_str(data, "deadline"));
	}
	html_lit(&v->out, "</small></li>\n");
}

void lineage_part(struct visit *v, const struct record_row *decision)
{
	struct lineage *l = arena_new(v->a, struct lineage);
	struct list_result later = { 0 };
	struct err err;

	lineage_read(v, decision, l);
	if (!rows_about(v, decision_carried_from, row_ref(v, decision), &later, &err))
		later.n = 0;
	if (l->n == 1 && later.n == 0)
		return;
	html_lit(&v->out, "<h2 id=lineage>");
	page_say(v, "From session to session");
	html_lit(&v->out, "</h2>\n");
	if (l->n > 1) {
		html_lit(&v->out, "<p>");
		page_count(v, N_("Put off %1 time."), N_("Put off %1 times."), l->n - 1);
		html_lit(&v->out, "</p>\n");
	}
	html_lit(&v->out, "<ol>\n");
	for (size_t i = l->n; i > 0; i--)
		step(v, &l->rows[i - 1], i == 1);
	for (size_t i = 0; i < later.n; i++)
		step(v, &later.rows[i], false);
	html_lit(&v->out, "</ol>\n");
}
