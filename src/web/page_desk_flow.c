#include "web/desk.h"
#include "web/list_address.h"

/* One flow: what both sides have booked, what each says of it, and what a clerk can say. */

enum { CANDIDATES = 8 };

struct flow_page {
	struct visit *v;
	struct desk_page desk; /* sides and rates */
	struct desk_row row;
	struct record_row *words;
	size_t word_count;
};

/* --- each side's record --- */

static void fact(struct visit *v, struct str name, struct str value)
{
	if (!value.n)
		return;
	html_lit(&v->out, "<div><dt>");
	html_text(&v->out, name);
	html_lit(&v->out, "</dt><dd>");
	html_text(&v->out, value);
	html_lit(&v->out, "</dd></div>\n");
}

static void date_fact(struct visit *v, int32_t day)
{
	char text[DATE_TEXT];

	html_lit(&v->out, "<div><dt>");
	page_say(v, "Date");
	html_lit(&v->out, "</dt><dd>");
	page_date(v, str_z(date_text(text, day)));
	html_lit(&v->out, "</dd></div>\n");
}

static void record_facts(struct visit *v, const struct desk_side *s)
{
	const struct record *r = &records[s->goods ? RECORD_consignment : RECORD_transaction];
	struct record_row row;
	struct json *data;
	struct ref ref;
	struct err err;

	if (!ref_parse(s->ref, &ref) ||
	    !view_record(v->view, v->a, r, ref, v->who, v->lang, &row, &err))
		return;
	data = row_data(v, &row);
	html_lit(&v->out, "<p><strong class=sum>");
	html_text(&v->out, desk_amount(v, s->amount, s->currency));
	html_lit(&v->out, "</strong></p>\n<dl class=f>");
	date_fact(v, s->day);
	if (s->goods)
		fact(v, lang_text(v->lang, fields[consignment_value].label),
		     field_text(v->a, &fields[consignment_value], json_get(data, "value"),
				v->lang));
	else
		fact(v, T(v->lang, "Type"),
		     code_name("TransactionType", json_str(data, "type"), v->lang));
	fact(v, T(v->lang, "Reference"), json_str(data, "reference"));
	fact(v, T(v->lang, "Provider's activity identifier"),
	     json_str(data, "provider_activity"));
	fact(v, T(v->lang, "Receiver's activity identifier"),
	     json_str(data, "receiver_activity"));
	html_lit(&v->out, "</dl>\n<p class=soft>");
	page_link(v, &row);
	html_lit(&v->out, " · ");
	page_entry_link(v, row.ledger, row.n);
	html_lit(&v->out, " · ");
	page_instant(v, row.time);
	if (row.illustrative) {
		html_lit(&v->out, " · ");
		page_say(v, "illustrative");
	}
	html_lit(&v->out, "</p>\n");
}

static void one_word(struct visit *v, const struct record_row *word)
{
	struct json *data = row_data(v, word);
	const struct json *text = json_obj(data, "text");
	struct str found = { 0 };

	html_lit(&v->out, "<li><strong>");
	html_text(&v->out, code_name("RemarkKind", json_str(data, "about"), v->lang));
	html_lit(&v->out, "</strong>");
	if (text) {
		html_lit(&v->out, "<div class=text");
		struct str words = mtext_in(text, v->lang, &found);

		if (!str_is(found, lang_codes[v->lang]))
			html_attr(&v->out, "lang", found);
		html_lit(&v->out, ">");
		html_text(&v->out, words);
		html_lit(&v->out, "</div>");
	}
	html_lit(&v->out, "<small>");
	page_link_text(v, word, T(v->lang, "record"));
	html_lit(&v->out, " · ");
	page_entry_link(v, word->ledger, word->n);
	html_lit(&v->out, " · ");
	page_instant(v, word->time);
	html_lit(&v->out, "</small></li>\n");
}

static void words_of(struct flow_page *p, struct str party)
{
	struct visit *v = p->v;
	bool any = false;

	for (size_t i = 0; i < p->word_count; i++) {
		if (!str_eq(p->words[i].party, party))
			continue;
		if (!any)
			html_lit(&v->out, "<ul class=plain>\n");
		any = true;
		one_word(v, &p->words[i]);
	}
	if (any)
		html_lit(&v->out, "</ul>\n");
}

static void side(struct flow_page *p, struct str party)
{
	const struct desk_side *s = desk_side_of(&p->row, party);
	struct visit *v = p->v;

	html_lit(&v->out, "<section><h2>");
	page_fill(v, "%1 says", party_name(v, party));
	html_lit(&v->out, "</h2>\n");
	if (s->ref.n) {
		record_facts(v, s);
	} else {
		html_lit(&v->out, "<p>");
		page_say(v, "Nothing is booked here that would be the same flow.");
		html_lit(&v->out, "</p>\n");
	}
	words_of(p, party);
	html_lit(&v->out, "</section>\n");
}

/* --- the difference and its proof --- */

static void proof_words(struct flow_page *p, const struct rate_proof *proof)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<p>");
	html_text(&v->out, desk_amount(v, proof->from, proof->from_currency));
	html_lit(&v->out, " = ");
	html_text(&v->out, desk_amount(v, proof->to, proof->to_currency));
	html_lit(&v->out, "<br><small>");
	html_text(&v->out, rates_words(v->a, &p->desk.book, proof));
	html_lit(&v->out, "</small></p>\n<p class=soft>");
	for (size_t i = 0; i < proof->n; i++) {
		const struct rate_quote *q = proof->steps[i].by;
		struct ref ref;

		if (!ref_parse(q->ref, &ref))
			continue;
		html_lit(&v->out, "<a");
		page_href(v, &records[RECORD_rate], ref, "");
		html_lit(&v->out, ">");
		page_fill(v, "Rate of %1", p->desk.book.source);
		html_lit(&v->out, "</a> ");
	}
	html_lit(&v->out, "</p>\n");
}

static void difference(struct flow_page *p)
{
	struct visit *v = p->v;
	struct rate_proof proof;
	struct str currency;
	struct dec d;

	html_lit(&v->out, "<div class=bar>");
	desk_class(v, p->row.gap);
	if (p->row.gap != p->row.under)
		desk_class(v, p->row.under);
	if (desk_difference(&p->desk, &p->row, &d, &currency)) {
		html_lit(&v->out, "<span>");
		page_fill(v, "Difference, given less received: %1",
			  desk_amount(v, d, currency));
		html_lit(&v->out, "</span>");
	}
	html_lit(&v->out, "</div>\n");
	if (p->row.given.ref.n && p->row.received.ref.n &&
	    !str_eq(p->row.given.currency, p->row.received.currency) &&
	    desk_exchange(&p->desk, &p->row, &proof))
		proof_words(p, &proof);
}

/* --- what a clerk can say --- */

static void put_ref(struct visit *v, const char *money, const char *goods,
		    const struct desk_side *s)
{
	if (!s->ref.n)
		return;
	html_lit(&v->out, "&amp;");
	html_text(&v->out, str_z(s->goods ? goods : money));
	html_lit(&v->out, "=");
	url_part(&v->out, s->ref);
}

/* The form of a word, filled in as far as the page knows. */
static void say_button(struct visit *v, const char *about, const struct desk_side *given,
		       const struct desk_side *received, struct str words)
{
	html_lit(&v->out, "<a class=button href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/flow_remark/new?fresh=1&amp;about=");
	html_text(&v->out, str_z(about));
	put_ref(v, "given", "goods", given);
	put_ref(v, "received", "goods_received", received);
	html_lit(&v->out, "\">");
	html_text(&v->out, words);
	html_lit(&v->out, "</a> ");
}

static void clerk_buttons(struct flow_page *p)
{
	const struct desk_side *g = &p->row.given, *r = &p->row.received;
	struct visit *v = p->v;

	if (v->person.role < ROLE_CLERK)
		return;
	html_lit(&v->out, "<div class=\"bar noprint\">");
	say_button(v, "comment", g, r, T(v->lang, "Comment"));
	say_button(v, "dispute", g, r, T(v->lang, "Dispute"));
	if (g->ref.n && r->ref.n)
		say_button(v, "separate", g, r, T(v->lang, "These are two flows"));
	else
		say_button(v, "link", g, r, T(v->lang, "Link with another entry"));
	html_lit(&v->out, "</div>\n");
}

static void candidate(struct flow_page *p, const struct desk_row *other)
{
	const struct desk_side *g = p->row.given.ref.n ? &p->row.given : &other->given;
	const struct desk_side *r = p->row.received.ref.n ? &p->row.received : &other->received;
	const struct desk_side *s = p->row.given.ref.n ? r : g;
	struct visit *v = p->v;
	char day[DATE_TEXT];

	html_lit(&v->out, "<li><div class=row><span>");
	html_text(&v->out, desk_amount(v, s->amount, s->currency));
	html_lit(&v->out, " · ");
	page_date(v, str_z(date_text(day, s->day)));
	html_lit(&v->out, "</span><span>");
	if (v->person.role >= ROLE_CLERK)
		say_button(v, "link", g, r, T(v->lang, "Link"));
	html_lit(&v->out, "</span></div></li>\n");
}

/* What the other side has booked of the project and is still alone. */
static void candidates(struct flow_page *p)
{
	struct desk_query q = p->desk.q;
	bool given = p->row.given.ref.n;
	struct visit *v = p->v;
	struct desk_row *rows;
	uint64_t total;
	struct err err;
	size_t n;

	if ((given && p->row.received.ref.n) || !p->row.project.n)
		return;
	q.period = DESK_EVER;
	q.project = p->row.project;
	q.kind = (int)p->row.kind;
	q.gap = GAP_ONE_SIDE;
	q.giver = p->row.giver;
	q.party = given ? p->row.taker : p->row.giver;
	q.limit = CANDIDATES;
	q.offset = 0;
	if (!q.party.n || !desk_rows(v->view, v->a, &q, &rows, &n, &total, &err) || n == 0)
		return;
	html_lit(&v->out, "<h2>");
	page_fill(v, "What %1 has booked of this project without a counterpart",
		  party_name(v, q.party));
	html_lit(&v->out, "</h2>\n<ul class=plain>\n");
	for (size_t i = 0; i < n; i++)
		candidate(p, &rows[i]);
	html_lit(&v->out, "</ul>\n");
}

static void head(struct flow_page *p)
{
	struct visit *v = p->v;
	bool found;

	html_lit(&v->out, "<p class=kind><a href=\"");
	desk_address(v, S("all"), S(""), NULL);
	html_lit(&v->out, "\">");
	page_say(v, "Reconciliation desk");
	html_lit(&v->out, "</a>");
	if (p->row.project.n) {
		html_lit(&v->out, " · <a href=\"");
		desk_address(v, S("all"), p->row.project, NULL);
		html_lit(&v->out, "\">");
		html_text(&v->out, view_label(v->view, v->a, &records[RECORD_project],
					      p->row.project, v->who, v->lang, &found));
		html_lit(&v->out, "</a>");
	}
	html_lit(&v->out, "</p><h1>");
	html_text(&v->out, desk_flow(v, p->row.kind, p->row.giver, p->row.taker));
	html_lit(&v->out, "</h1>\n");
}

void page_desk_flow(struct visit *v)
{
	struct flow_page p = { .v = v };
	struct err err;

	if (!desk_read(v, &p.desk, &err) ||
	    !desk_pair(v->view, v->a, list_address_value(v, "of"), v->who, &p.row, &err) ||
	    !desk_words(v->view, v->a, &p.row, v->who, v->lang, &p.words, &p.word_count,
			&err)) {
		page_error(v, &err);
		return;
	}
	page_begin(v, T(v->lang, "Reconciliation desk"));
	head(&p);
	difference(&p);
	html_lit(&v->out, "<div class=two>\n");
	/* in the order of the charter, as on the desk */
	side(&p, str_eq(p.row.taker, p.desk.left) ? p.row.taker : p.row.giver);
	side(&p, str_eq(p.row.taker, p.desk.left) ? p.row.giver : p.row.taker);
	html_lit(&v->out, "</div>\n");
	clerk_buttons(&p);
	candidates(&p);
	page_end(v);
}
