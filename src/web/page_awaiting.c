#include "web/acts.h"

/* The inbox: proposals that wait for a word, party by party, this node's own first. */

enum { SHOWN = 20, PAGE_ROWS = 50 };

static struct json *data_of(struct visit *v, struct str text)
{
	struct record_row row = { .data = text };

	return row_data(v, &row);
}

/* --- one act --- */

static void change(struct visit *v, const struct open_act *act)
{
	const struct record_row *brief = &act->record;
	bool in_force = str_is(brief->state, "in_force") || str_is(brief->state, "divergent");
	struct ref ref = { brief->party, brief->id };
	struct record_row row;
	struct err ignored;

	if (act->act.data.n == 0)
		page_say(v, "It would end this record.");
	else if (!in_force || !view_record(v->view, v->a, brief->record, ref, v->who, v->lang,
					   &row, &ignored))
		page_say(v, "A new record");
	else
		page_change_line(v, row.record, row_data(v, &row), data_of(v, act->act.data));
}

static void item(struct visit *v, const struct open_act *act)
{
	html_lit(&v->out, "<li><div class=row><span><a");
	act_href(v, &act->act.act);
	html_lit(&v->out, ">");
	html_text(&v->out, act->record.label);
	html_lit(&v->out, "</a></span><span>");
	page_date(v, str_cut(act->since, 10));
	page_days_since(v, act->since);
	html_lit(&v->out, "</span></div><small>");
	html_text(&v->out, lang_text(v->lang, act->record.record->title));
	html_lit(&v->out, " · ");
	page_fill(v, "Proposed by %1", party_name(v, act->act.proposer));
	if (act->awaited_count > 1) {
		html_lit(&v->out, " · ");
		page_fill(v, "awaiting %1", party_names(v, act->awaited, act->awaited_count));
	}
	html_lit(&v->out, "</small><br>");
	change(v, act);
	html_lit(&v->out, "</li>\n");
}

/* Those that wait for an answer, or those that wait for a receipt only. */
static void items(struct visit *v, const struct open_act *acts, size_t n, bool receipts)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (acts[i].acknowledgement != receipts)
			continue;
		if (!any && receipts) {
			html_lit(&v->out, "<h3>");
			page_say(v, "Accepted by all, receipt awaited");
			html_lit(&v->out, "</h3>\n<p class=soft>");
			page_say(v, "Nothing is left to decide: the receipt is written by "
				    "itself at the next exchange.");
			html_lit(&v->out, "</p>\n");
		}
		if (!any)
			html_lit(&v->out, "<ul class=plain>\n");
		any = true;
		item(v, &acts[i]);
	}
	if (any)
		html_lit(&v->out, "</ul>\n");
}

/* --- one party --- */

static void party_href(struct visit *v, struct str party, uint64_t from)
{
	html_lit(&v->out, " href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/awaiting?of=");
	url_part(&v->out, party);
	if (from > 0) {
		html_lit(&v->out, "&amp;from=");
		html_num(&v->out, from);
	}
	html_lit(&v->out, "\"");
}

static void more(struct visit *v, struct str party, const struct open_query *q, size_t n,
		 uint64_t total, bool alone)
{
	uint64_t next = q->offset + n;

	if (next >= total && q->offset == 0)
		return;
	html_lit(&v->out, "<p>");
	if (n > 0)
		page_fill(v, "%1–%2 of %3", number_of(v, q->offset + 1), number_of(v, next),
			  number_of(v, total));
	if (q->offset > 0) {
		html_lit(&v->out, " · <a rel=prev");
		party_href(v, party, q->offset > PAGE_ROWS ? q->offset - PAGE_ROWS : 0);
		html_lit(&v->out, ">");
		page_say(v, "Earlier ones");
		html_lit(&v->out, "</a>");
	}
	if (next < total) {
		html_lit(&v->out, " · <a");
		party_href(v, party, alone ? next : 0);
		html_lit(&v->out, ">");
		if (alone)
			page_say(v, "Later ones");
		else
			page_fill(v, "All %1", number_of(v, total));
		html_lit(&v->out, "</a>");
	}
	html_lit(&v->out, "</p>\n");
}

static void of_party(struct visit *v, struct str party, uint64_t from, bool alone)
{
	struct open_query q = { .party = party,
				.who = v->who,
				.lang = v->lang,
				.offset = from,
				.limit = alone ? PAGE_ROWS : SHOWN };
	struct open_act *acts;
	uint64_t total = 0;
	struct err err;
	size_t n = 0;

	if (!view_open_acts(v->view, v->a, &q, &acts, &n, &total, &err))
		n = 0;
	html_lit(&v->out, "<section><h2");
	html_attr(&v->out, "id", party);
	html_lit(&v->out, ">");
	if (str_eq(party, node_party(v->node)))
		page_fill(v, "Awaiting us: %1", party_name(v, party));
	else
		page_fill(v, "Awaiting %1", party_name(v, party));
	html_lit(&v->out, " <small>");
	html_text(&v->out, number_of(v, total));
	html_lit(&v->out, "</small></h2>\n");
	if (total == 0) {
		html_lit(&v->out, "<p class=soft>");
		page_say(v, "No proposal is open.");
		html_lit(&v->out, "</p>\n");
	}
	items(v, acts, n, false);
	items(v, acts, n, true);
	more(v, party, &q, n, total, alone);
	html_lit(&v->out, "</section>\n");
}

/* --- */

static void all_parties(struct visit *v)
{
	const struct charter *c = node_charter(v->node);
	struct str own = node_party(v->node);

	of_party(v, own, 0, false);
	for (size_t i = 0; c && i < c->ledger_count; i++) {
		const struct charter_ledger *l = &c->ledgers[i];

		/* A party may have had several ledgers; the first bears its code. */
		if (str_eq(l->name, l->party) && !str_eq(l->party, own))
			of_party(v, l->party, 0, false);
	}
}

void page_awaiting(struct visit *v)
{
	struct str of = http_param(v->q, "of");
	uint64_t from = 0;
	struct err err;

	if (of.n > 0 && !party_known(v, of)) {
		err_set(&err, ERR_INPUT, "of", N_("There is no party of that code."));
		page_error(v, &err);
		return;
	}
	if (!str_u64(http_param(v->q, "from"), UINT32_MAX, &from))
		from = 0;
	page_begin(v, T(v->lang, "Awaiting an answer"));
	html_lit(&v->out, "<h1>");
	page_say(v, "Awaiting an answer");
	html_lit(&v->out, "</h1>\n<p class=soft>");
	page_say(v,
		 "Joint acts that are tabled and not in force. Those that wait longest stand "
		 "first.");
	html_lit(&v->out, "</p>\n");
	if (of.n > 0) {
		of_party(v, of, from, true);
		html_lit(&v->out, "<p><a href=\"/");
		html_text(&v->out, str_z(lang_codes[v->lang]));
		html_lit(&v->out, "/awaiting\">");
		page_say(v, "All parties");
		html_lit(&v->out, "</a></p>\n");
	} else {
		all_parties(v);
	}
	help_states(v);
	page_end(v);
}
