#include "web/acts.h"

/* Where a joint act stands, in words that need no manual (LEDGER.md 8.2). */

void act_href(struct visit *v, const struct hash *act)
{
	struct buf hex;

	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, act->b, HASH_SIZE);
	html_lit(&v->out, " href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/act/");
	html_text(&v->out, buf_str(&hex));
	html_lit(&v->out, "\"");
	buf_done(&hex);
}

struct str party_names(struct visit *v, const struct str *parties, size_t n)
{
	struct str all = S("");

	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			all = arena_join(v->a, all, S(", "));
		all = arena_join(v->a, all, party_name(v, parties[i]));
	}
	return all;
}

void page_days_since(struct visit *v, struct str time)
{
	int32_t day;

	if (!date_parse(str_cut(time, 10), &day) || day > v->today)
		return;
	html_lit(&v->out, " (");
	if (day == v->today)
		page_say(v, "today");
	else
		page_count(v, N_("%1 day"), N_("%1 days"), (uint64_t)(v->today - day));
	html_lit(&v->out, ")");
}

bool act_entry(struct visit *v, struct str ledger, uint64_t n, struct entry *out)
{
	struct str party = ledger;
	struct said_entry said;
	struct err err;

	for (size_t i = 0; i < v->ledger_count; i++)
		if (str_eq(v->ledgers[i].name, ledger))
			party = v->ledgers[i].party;
	if (n == ACT_UNSAID || !view_said(v->view, v->a, ledger, n, &said, &err))
		return false;
	entry_read(v->a, said.bytes, party, said.index, INT64_MIN, out);
	return true;
}

bool act_is_open(const struct act_whole *act)
{
	return str_is(act->state, "proposed") || str_is(act->state, "accepted");
}

const struct act_side *act_own_side(const struct visit *v, const struct act_whole *act)
{
	for (size_t i = 0; i < act->side_count; i++)
		if (str_eq(act->sides[i].party, node_party(v->node)))
			return &act->sides[i];
	return NULL;
}

/* --- where it stands --- */

static void since(struct visit *v, struct str time)
{
	html_lit(&v->out, " ");
	page_say(v, "Since");
	html_lit(&v->out, " ");
	page_date(v, str_cut(time, 10));
	page_days_since(v, time);
	html_lit(&v->out, ".");
}

static void standing_open(struct visit *v, const struct act_whole *act)
{
	struct str who = party_names(v, act->awaited, act->awaited_count);

	if (act->awaited_count == 0) {
		page_say(v, "Nobody's word is awaited here: what is missing has not arrived at "
			    "this node yet.");
		return;
	}
	html_lit(&v->out, "<strong>");
	if (act->acknowledgement)
		page_fill(v, "All have accepted; the receipt by %1 is awaited.", who);
	else
		page_fill(v, "The answer of %1 is awaited.", who);
	html_lit(&v->out, "</strong>");
	since(v, act->since);
	if (act->acknowledgement) {
		html_lit(&v->out, " ");
		page_say(v, "Nothing is left to decide: the act comes into force by itself "
			    "once each ledger has recorded that it received the others' "
			    "acceptances.");
	}
}

static void standing_in_force(struct visit *v, const struct act_whole *act)
{
	struct str names = S("");

	for (size_t i = 0; i < act->side_count; i++) {
		if (i > 0)
			names = arena_join(v->a, names, S(", "));
		names = arena_join(v->a, names, party_name(v, act->sides[i].party));
	}
	html_lit(&v->out, "<strong>");
	page_fill(v, "In force between: %1.", names);
	html_lit(&v->out, "</strong>");
	since(v, act->in_force_time);
}

static void standing_replaced(struct visit *v, const struct act_whole *act)
{
	html_lit(&v->out, "<strong>");
	page_say(v, "It was in force; a later act has taken its place.");
	html_lit(&v->out, "</strong>");
	for (size_t i = 0; i < act->effect_count; i++) {
		if (!act->effects[i].replaced)
			continue;
		html_lit(&v->out, " <a");
		act_href(v, &act->effects[i].by);
		html_lit(&v->out, ">");
		page_say(v, "The later act");
		html_lit(&v->out, "</a>");
		return;
	}
}

static void standing_closed(struct visit *v, const struct act_whole *act)
{
	bool any = false;

	for (size_t i = 0; i < act->side_count; i++) {
		const struct act_side *s = &act->sides[i];
		struct entry e;

		if (s->declined == ACT_UNSAID)
			continue;
		if (any)
			html_lit(&v->out, "<br>");
		any = true;
		html_lit(&v->out, "<strong>");
		if (s->accepted != ACT_UNSAID || s->proposed != ACT_UNSAID)
			page_fill(v, "%1 has withdrawn it.", party_name(v, s->party));
		else
			page_fill(v, "%1 has declined it.", party_name(v, s->party));
		html_lit(&v->out, "</strong> ");
		if (!act_entry(v, s->ledger, s->declined, &e))
			continue;
		page_date(v, str_cut(e.time_text, 10));
		page_say(v, ": ");
		html_lit(&v->out, "<q>");
		html_text(&v->out, json_str(e.body, "reason"));
		html_lit(&v->out, "</q>");
	}
	if (any)
		html_lit(&v->out, "<br>");
	page_say(v, "This act can never come into force; whoever wants it proposes another.");
}

void act_standing(struct visit *v, const struct act_whole *act)
{
	bool open = act_is_open(act), force = str_is(act->state, "in_force");

	if (open)
		html_lit(&v->out, "<div class=\"box await\"><p>");
	else if (force)
		html_lit(&v->out, "<div class=\"box force\"><p>");
	else
		html_lit(&v->out, "<div class=box><p>");
	if (open)
		standing_open(v, act);
	else if (force)
		standing_in_force(v, act);
	else if (str_is(act->state, "superseded"))
		standing_replaced(v, act);
	else
		standing_closed(v, act);
	html_lit(&v->out, "</p></div>\n");
}

/* --- the steps of each party --- */

static void cell(struct visit *v, struct str label)
{
	html_lit(&v->out, "<td");
	html_attr(&v->out, "data-l", label);
	html_lit(&v->out, ">");
}

/* The day of an entry, as a link to it. */
static void entry_day(struct visit *v, struct str ledger, uint64_t n)
{
	struct entry e;

	if (!act_entry(v, ledger, n, &e))
		return;
	html_lit(&v->out, "<a href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/entry/");
	url_part(&v->out, ledger);
	html_lit(&v->out, "/");
	html_num(&v->out, n);
	html_lit(&v->out, "\">");
	page_date(v, str_cut(e.time_text, 10));
	html_lit(&v->out, "</a>");
}

static void awaited(struct visit *v, bool open)
{
	if (open)
		page_say(v, "awaited");
	else
		html_lit(&v->out, "—");
}

static void answer_cell(struct visit *v, const struct act_whole *act, const struct act_side *s)
{
	cell(v, T(v->lang, "Accepted"));
	if (s->accepted != ACT_UNSAID)
		entry_day(v, s->ledger, s->accepted);
	if (s->declined != ACT_UNSAID) {
		if (s->accepted != ACT_UNSAID)
			html_lit(&v->out, "; ");
		page_say(v, "declined");
		html_lit(&v->out, " ");
		entry_day(v, s->ledger, s->declined);
	} else if (s->accepted == ACT_UNSAID) {
		awaited(v, act_is_open(act));
	}
	html_lit(&v->out, "</td>");
}

/* Which entry of `by` records that it received the acceptance of `s`. */
static const struct act_receipt *receipt_by(const struct act_whole *act,
					    const struct act_side *s, const struct act_side *by)
{
	for (size_t i = 0; i < act->receipt_count; i++)
		if (str_eq(act->receipts[i].peer, s->party) &&
		    str_eq(act->receipts[i].party, by->party))
			return &act->receipts[i];
	return NULL;
}

static void receipt_cell(struct visit *v, const struct act_whole *act, const struct act_side *s)
{
	bool first = true;

	cell(v, T(v->lang, "Received by the others"));
	for (size_t i = 0; i < act->side_count && s->accepted != ACT_UNSAID; i++) {
		const struct act_side *by = &act->sides[i];
		const struct act_receipt *x = by == s ? NULL : receipt_by(act, s, by);

		if (by == s)
			continue;
		if (!first)
			html_lit(&v->out, "<br>");
		first = false;
		html_text(&v->out, party_name(v, by->party));
		page_say(v, ": ");
		if (x)
			entry_day(v, by->ledger, x->n);
		else
			awaited(v, act_is_open(act));
	}
	if (first)
		html_lit(&v->out, "—");
	html_lit(&v->out, "</td>");
}

static void side_row(struct visit *v, const struct act_whole *act, const struct act_side *s)
{
	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, party_name(v, s->party));
	html_lit(&v->out, "</th>");
	cell(v, T(v->lang, "Proposed"));
	if (s->proposed != ACT_UNSAID)
		entry_day(v, s->ledger, s->proposed);
	else
		html_lit(&v->out, "—");
	html_lit(&v->out, "</td>");
	answer_cell(v, act, s);
	receipt_cell(v, act, s);
	cell(v, T(v->lang, "Binds it since"));
	if (s->ready != ACT_UNSAID)
		entry_day(v, s->ledger, s->ready);
	else
		html_lit(&v->out, "—");
	html_lit(&v->out, "</td></tr>\n");
}

void act_ladder(struct visit *v, const struct act_whole *act)
{
	const struct str columns[] = { T(v->lang, "Party"), T(v->lang, "Proposed"),
				       T(v->lang, "Accepted"),
				       T(v->lang, "Received by the others"),
				       T(v->lang, "Binds it since") };

	table_begin(v, T(v->lang, "The steps of each party"), "cards fit");
	html_lit(&v->out, "<thead><tr>");
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		html_lit(&v->out, "<th scope=col>");
		html_text(&v->out, columns[i]);
		html_lit(&v->out, "</th>");
	}
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < act->side_count; i++)
		side_row(v, act, &act->sides[i]);
	html_lit(&v->out, "</tbody>");
	table_end(v);
}
