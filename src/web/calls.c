#include "web/list_parts.h"

/* Calls for partners: which are open, and what was answered, side by side. */

enum { OPEN_SHOWN = 50 };

enum call_state { CALL_AHEAD, CALL_OPEN, CALL_PAST, CALL_CLOSED };

static enum call_state state_of(struct visit *v, const struct json *data)
{
	int32_t day;

	if (json_get(data, "closed"))
		return CALL_CLOSED;
	if (date_parse(json_str(data, "opened"), &day) && day > v->today)
		return CALL_AHEAD;
	return date_parse(json_str(data, "deadline"), &day) && day < v->today ? CALL_PAST
									      : CALL_OPEN;
}

static void state_badge(struct visit *v, enum call_state s)
{
	static const char *const class[] = { "b", "b force", "b await", "b" };
	static const char *const words[] = { N_("not open yet"), N_("open to answers"),
					     N_("being examined"), N_("closed") };

	html_lit(&v->out, "<span");
	html_attr(&v->out, "class", str_z(class[s]));
	html_lit(&v->out, ">");
	html_text(&v->out, lang_text(v->lang, words[s]));
	html_lit(&v->out, "</span>");
}

static void head(struct visit *v, struct str words)
{
	html_lit(&v->out, "<th scope=col>");
	html_text(&v->out, words);
	html_lit(&v->out, "</th>");
}

static void cell(struct visit *v, const struct json *data, enum field_id f)
{
	html_lit(&v->out, "<td");
	if (field_is_figure(&fields[f]))
		html_lit(&v->out, " class=n");
	html_attr(&v->out, "data-l", lang_text(v->lang, fields[f].label));
	html_lit(&v->out, ">");
	page_cell(v, &fields[f], json_get(data, fields[f].name));
	html_lit(&v->out, "</td>");
}

/* --- the calls that are open --- */

static uint64_t answers_to(struct visit *v, const struct list_result *all, struct str ref)
{
	uint64_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += str_eq(json_str(row_data(v, &all->rows[i]), "call"), ref);
	return n;
}

static void answers_cell(struct visit *v, const struct record_row *call,
			 const struct list_result *all)
{
	uint64_t n = answers_to(v, all, row_ref(v, call));

	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", T(v->lang, "Answers"));
	html_lit(&v->out, "><a");
	page_href(v, call->record, (struct ref){ call->party, call->id }, "#answers");
	html_lit(&v->out, ">");
	html_text(&v->out, number_of(v, n));
	html_lit(&v->out, "</a></td>");
}

static void call_row(struct visit *v, const struct record_row *row,
		     const struct list_result *answers)
{
	const struct json *data = row_data(v, row);
	int32_t day;

	html_lit(&v->out, "<tr><th scope=row>");
	page_link(v, row);
	html_lit(&v->out, "<br><small>");
	html_text(&v->out, party_name(v, row->party));
	html_lit(&v->out, "</small></th><td");
	html_attr(&v->out, "data-l", lang_text(v->lang, fields[call_deadline].label));
	html_lit(&v->out, ">");
	page_value(v, &fields[call_deadline], json_get(data, "deadline"));
	if (date_parse(json_str(data, "deadline"), &day)) {
		html_lit(&v->out, "<br><small>");
		due_when(v, day, false);
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</td>");
	cell(v, data, call_role);
	cell(v, data, call_amount);
	cell(v, data, call_eligible);
	html_lit(&v->out, "<td");
	html_attr(&v->out, "data-l", T(v->lang, "State"));
	html_lit(&v->out, ">");
	state_badge(v, state_of(v, data));
	html_lit(&v->out, "</td>");
	answers_cell(v, row, answers);
	html_lit(&v->out, "</tr>\n");
}

void calls_part(struct visit *v)
{
	char day[DATE_TEXT];
	const struct field *deadline = &fields[call_deadline];
	struct list_query q = {
		.record = &records[RECORD_call],
		.who = v->who,
		.lang = v->lang,
		.filters = { { deadline, str_z(deadline->name),
			       arena_join(v->a, str_z(date_text(day, v->today)), S("..")) } },
		.filter_count = 1,
		.sort = deadline,
		.limit = OPEN_SHOWN
	};
	struct list_result found, answers;
	struct err err;

	if (v->q->query_count > 0 || !view_list(v->view, v->a, &q, &found, &err))
		return;
	html_lit(&v->out, "<h2>");
	page_say(v, "Open to answers");
	html_lit(&v->out, "</h2>\n");
	if (found.n == 0 ||
	    !rows_about(v, interest_call, rows_refs(v, found.rows, found.n), &answers, &err)) {
		html_lit(&v->out, "<p class=soft>");
		page_say(v, "No call is open.");
		html_lit(&v->out, "</p>\n");
	} else {
		table_begin(v, T(v->lang, "Open to answers"), "cards");
		html_lit(&v->out, "<thead><tr>");
		head(v, lang_text(v->lang, records[RECORD_call].title));
		head(v, lang_text(v->lang, fields[call_deadline].label));
		head(v, lang_text(v->lang, fields[call_role].label));
		head(v, lang_text(v->lang, fields[call_amount].label));
		head(v, lang_text(v->lang, fields[call_eligible].label));
		head(v, T(v->lang, "State"));
		head(v, T(v->lang, "Answers"));
		html_lit(&v->out, "</tr></thead><tbody>\n");
		for (size_t i = 0; i < found.n; i++)
			call_row(v, &found.rows[i], &answers);
		html_lit(&v->out, "</tbody>");
		table_end(v);
	}
	html_lit(&v->out, "<h2>");
	page_say(v, "All calls");
	html_lit(&v->out, "</h2>\n");
}

/* --- the answers to one --- */

/* Part of what is sought, where both are of one currency. */
static void against_sought(struct visit *v, const struct json *call, const struct json *answer)
{
	const struct json *sought = json_obj(call, "amount"),
			  *offered = json_obj(answer, "amount");
	struct dec x, y, share;

	if (!sought || !offered ||
	    !str_eq(json_str(sought, "currency"), json_str(offered, "currency")) ||
	    !dec_parse(json_str(sought, "amount"), &y) ||
	    !dec_parse(json_str(offered, "amount"), &x) || y.micro == 0 ||
	    !dec_ratio(x, dec_int(100), y, 1, &share))
		return;
	html_lit(&v->out, "<br><small>");
	page_fill(v, "%1 % of the amount sought", decimal_of(v, share, 0));
	html_lit(&v->out, "</small>");
}

static void answer_row(struct visit *v, const struct json *call, const struct record_row *row)
{
	const struct json *data = row_data(v, row);
	int32_t day, deadline;

	html_lit(&v->out, "<tr><th scope=row>");
	page_link_text(v, row, json_str(data, "partner"));
	if (json_get(data, "organisation")) {
		html_lit(&v->out, "<br><small>");
		page_value(v, &fields[interest_organisation], json_get(data, "organisation"));
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</th>");
	cell(v, data, interest_role);
	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", lang_text(v->lang, fields[interest_amount].label));
	html_lit(&v->out, ">");
	page_cell(v, &fields[interest_amount], json_get(data, "amount"));
	against_sought(v, call, data);
	html_lit(&v->out, "</td><td");
	html_attr(&v->out, "data-l", lang_text(v->lang, fields[interest_date].label));
	html_lit(&v->out, ">");
	page_value(v, &fields[interest_date], json_get(data, "date"));
	if (date_parse(json_str(data, "date"), &day) &&
	    date_parse(json_str(call, "deadline"), &deadline) && day > deadline) {
		html_lit(&v->out, "<br><span class=\"b late\">");
		page_say(v, "after the deadline");
		html_lit(&v->out, "</span>");
	}
	html_lit(&v->out, "</td>");
	cell(v, data, interest_status);
	cell(v, data, interest_message);
	html_lit(&v->out, "</tr>\n");
}

static void answer_button(struct visit *v, const struct record_row *call)
{
	html_lit(&v->out, "<p><a class=button href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/interest/new?call=");
	html_text(&v->out, row_ref(v, call));
	html_lit(&v->out, "\">");
	page_say(v, "Record an answer");
	html_lit(&v->out, "</a></p>\n");
}

void call_part(struct visit *v, const struct record_row *call)
{
	static const enum field_id heads[] = { interest_partner, interest_role,
					       interest_amount,  interest_date,
					       interest_status,  interest_message };
	const struct json *data = row_data(v, call);
	struct list_result found;
	struct err err;

	html_lit(&v->out, "<h2 id=answers>");
	page_say(v, "Answers to this call");
	html_lit(&v->out, "</h2>\n<p>");
	state_badge(v, state_of(v, data));
	html_lit(&v->out, "</p>\n");
	if (!rows_about(v, interest_call, row_ref(v, call), &found, &err) || found.n == 0) {
		html_lit(&v->out, "<p class=soft>");
		page_say(v, "Nobody has answered yet. Whoever wants to take part writes to the "
			    "organisation named above; it records the answer here.");
		html_lit(&v->out, "</p>\n");
	} else {
		table_begin(v, T(v->lang, "Answers to this call"), "cards");
		html_lit(&v->out, "<thead><tr>");
		for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++)
			head(v, lang_text(v->lang, fields[heads[i]].label));
		html_lit(&v->out, "</tr></thead><tbody>\n");
		for (size_t i = 0; i < found.n; i++)
			answer_row(v, data, &found.rows[i]);
		html_lit(&v->out, "</tbody>");
		table_end(v);
	}
	if (v->person.role >= ROLE_CLERK && state_of(v, data) != CALL_CLOSED)
		answer_button(v, call);
}
