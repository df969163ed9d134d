#include "web/statement_paper.h"

/* --- one text in both languages --- */

void paper_langs(struct paper *p)
{
	const struct charter *c = node_charter(p->v->node);
	size_t n = 0;

	p->langs[0] = LANG_FR;
	p->langs[1] = LANG_RU;
	for (size_t i = 0; c && i < c->language_count && n < 2; i++)
		n += lang_parse(c->languages[i], &p->langs[n]);
}

/* `write` once for each language, as a column of a facing page. */
typedef void paper_fn(struct paper *p);
static void facing(struct paper *p, paper_fn *write)
{
	enum lang own = p->v->lang;
	struct buf *b = &p->v->out;

	html_lit(b, "<div class=two>\n");
	for (int i = 0; i < 2; i++) {
		p->v->lang = p->langs[i];
		html_lit(b, "<div");
		html_attr(b, "lang", str_z(lang_codes[p->langs[i]]));
		html_lit(b, ">");
		write(p);
		html_lit(b, "</div>\n");
	}
	html_lit(b, "</div>\n");
	p->v->lang = own;
}

static void cell_lang(struct paper *p, int i, const char *tag)
{
	p->v->lang = p->langs[i];
	html_lit(&p->v->out, "<");
	html_text(&p->v->out, str_z(tag));
	html_attr(&p->v->out, "lang", str_z(lang_codes[p->langs[i]]));
	html_lit(&p->v->out, ">");
}

/* A heading over figures, in both languages one below the other. */
static void head_both(struct paper *p, const char *message, struct str arg)
{
	enum lang own = p->v->lang;

	html_lit(&p->v->out, "<th scope=col class=n>");
	for (int i = 0; i < 2; i++) {
		if (i)
			html_lit(&p->v->out, "<br>");
		cell_lang(p, i, "span");
		if (arg.n) {
			struct str name = party_name(p->v, arg);

			page_fill_(p->v, lang_text(p->v->lang, message), &name, 1);
		} else {
			html_text(&p->v->out, lang_text(p->v->lang, message));
		}
		html_lit(&p->v->out, "</span>");
	}
	html_lit(&p->v->out, "</th>");
	p->v->lang = own;
}

/* --- the head --- */

static void preamble(struct paper *p)
{
	struct visit *v = p->v;
	const struct statement_plan *plan = &p->now.plan;
	struct str project = plan->project, rates = json_str(p->data, "rates");
	bool found;

	html_lit(&v->out, "<h1>");
	html_text(&v->out, mtext_in(json_obj(p->data, "title"), v->lang, NULL));
	html_lit(&v->out, "</h1>\n<p>");
	page_fill(v, "The parties have compared what each has booked in the period: %1.",
		  period_words(v->a, v->lang, plan->period));
	html_lit(&v->out, "</p>\n");
	if (project.n) {
		html_lit(&v->out, "<p>");
		page_fill(v, "Project: %1",
			  view_label(v->view, v->a, &records[RECORD_project], project, v->who,
				     v->lang, &found));
		html_lit(&v->out, "</p>\n");
	}
	html_lit(&v->out, "<p class=soft>");
	page_fill(v, "Outcome: %1",
		  code_name("ReconciliationStatus", json_str(p->data, "status"), v->lang));
	html_lit(&v->out, "<br>");
	if (rates.n) {
		page_fill(v, "Exchange rates of: %1", rates);
		html_lit(&v->out, "<br>");
	}
	page_fill(v, "Entries of the ledgers compared: %1", json_str(p->data, "cut"));
	html_lit(&v->out, "</p>\n");
}

/* --- sums, as signed --- */

static void plain_figure(struct visit *v, struct dec d, struct str currency, bool sign)
{
	if (sign && d.micro > 0)
		html_lit(&v->out, "+");
	html_text(&v->out, desk_amount(v, d, currency));
}

static void label_cell(struct paper *p, int i, enum flow_kind kind, enum gap gap,
		       struct str giver, struct str taker)
{
	enum lang own = p->v->lang;

	cell_lang(p, i, i ? "td" : "th scope=row");
	html_text(&p->v->out, desk_flow(p->v, kind, giver, taker));
	html_lit(&p->v->out, "<br>");
	desk_class(p->v, gap);
	if (i)
		html_lit(&p->v->out, "</td>");
	else
		html_lit(&p->v->out, "</th>");
	p->v->lang = own;
}

static void line_figure(struct paper *p, const struct desk_sum *s, struct str party)
{
	struct visit *v = p->v;
	bool gives = str_eq(s->giver, party);
	struct str currency = gives ? s->given_currency : s->received_currency;

	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", party_name(v, party));
	html_lit(&v->out, ">");
	if (currency.n)
		plain_figure(v, gives ? s->given : s->received, currency, false);
	else
		html_lit(&v->out, "–");
	html_lit(&v->out, "</td>");
}

static void line_gap(struct visit *v, const struct desk_sum *s)
{
	bool two = s->given_currency.n && s->received_currency.n &&
		   !str_eq(s->given_currency, s->received_currency);

	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", T(v->lang, "Difference"));
	html_lit(&v->out, ">");
	if (two)
		html_lit(&v->out, "–");
	else
		plain_figure(v, (struct dec){ s->given.micro - s->received.micro },
			     s->given_currency.n ? s->given_currency : s->received_currency,
			     true);
	html_lit(&v->out, "</td>");
}

static void table_head(struct paper *p, const char *label)
{
	struct visit *v = p->v;

	table_begin(v, lang_text(v->lang, label), "cards tight");
	html_lit(&v->out, "<thead><tr><th scope=col>");
	v->lang = p->langs[0];
	html_text(&v->out, lang_text(v->lang, label));
	html_lit(&v->out, "</th>");
}

static void table_head_end(struct paper *p, const char *label, enum lang own)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<th scope=col>");
	v->lang = p->langs[1];
	html_text(&v->out, lang_text(v->lang, label));
	html_lit(&v->out, "</th></tr></thead><tbody>\n");
	v->lang = own;
}

static void sums(struct paper *p)
{
	struct visit *v = p->v;
	enum lang own = v->lang;

	table_head(p, N_("Sums by class"));
	head_both(p, N_("Flows"), S(""));
	head_both(p, N_("%1 says"), p->now.plan.between[0]);
	head_both(p, N_("%1 says"), p->now.plan.between[1]);
	head_both(p, N_("Difference"), S(""));
	table_head_end(p, N_("Sums by class"), own);
	for (size_t i = 0; i < p->now.line_count; i++) {
		const struct desk_sum *s = &p->now.lines[i].was;

		if (!s->count)
			continue;
		html_lit(&v->out, "<tr>");
		label_cell(p, 0, s->kind, s->gap, s->giver, s->taker);
		html_lit(&v->out, "<td class=n");
		html_attr(&v->out, "data-l", T(v->lang, "Flows"));
		html_lit(&v->out, ">");
		html_text(&v->out, number_of(v, s->count));
		html_lit(&v->out, "</td>");
		line_figure(p, s, p->now.plan.between[0]);
		line_figure(p, s, p->now.plan.between[1]);
		line_gap(v, s);
		label_cell(p, 1, s->kind, s->gap, s->giver, s->taker);
		html_lit(&v->out, "</tr>\n");
	}
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* --- the open differences, as signed --- */

static void pair_side(struct paper *p, const struct statement_side *s, struct str party)
{
	struct visit *v = p->v;
	struct ref ref;

	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", party_name(v, party));
	html_lit(&v->out, ">");
	if (!ref_parse(s->ref, &ref)) {
		html_lit(&v->out, "–</td>");
		return;
	}
	html_lit(&v->out, "<a");
	page_href(v, &records[s->goods ? RECORD_consignment : RECORD_transaction], ref, "");
	html_lit(&v->out, ">");
	if (s->currency.n)
		plain_figure(v, s->amount, s->currency, false);
	else
		html_text(&v->out, party_short(v, party));
	html_lit(&v->out, "</a>");
	if (s->date.n) {
		html_lit(&v->out, "<br><small>");
		html_text(&v->out, s->counts ? S("") : S("("));
		html_text(&v->out, s->date);
		html_text(&v->out, s->counts ? S("") : S(")"));
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</td>");
}

static void pair_gap(struct visit *v, const struct statement_difference *d)
{
	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", T(v->lang, "Difference"));
	html_lit(&v->out, ">");
	if (d->gap_currency.n)
		plain_figure(v, d->gap_amount, d->gap_currency, true);
	else
		html_lit(&v->out, "–");
	if (d->proof.n) {
		html_lit(&v->out, "<br><small class=wrap>");
		html_text(&v->out, d->proof);
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</td>");
}

static void remark(struct paper *p, const struct json *text, struct str party)
{
	enum lang own = p->v->lang;

	if (!text)
		return;
	html_lit(&p->v->out, "<tr><td colspan=5><div class=two>");
	for (int i = 0; i < 2; i++) {
		struct str found = { 0 }, words;

		p->v->lang = p->langs[i];
		words = mtext_in(text, p->langs[i], &found);
		html_lit(&p->v->out, "<div");
		html_attr(&p->v->out, "lang", found);
		html_lit(&p->v->out, "><strong>");
		html_text(&p->v->out, party_name(p->v, party));
		html_lit(&p->v->out, "</strong>");
		page_say(p->v, ": ");
		html_text(&p->v->out, words);
		html_lit(&p->v->out, "</div>");
	}
	html_lit(&p->v->out, "</div></td></tr>\n");
	p->v->lang = own;
}

static void difference_line(struct paper *p, const struct json *pair)
{
	struct visit *v = p->v;
	struct statement_difference d;
	bool left_gives;

	statement_pair(&p->now.plan, pair, &d);
	left_gives = str_eq(d.giver, p->now.plan.between[0]);
	html_lit(&v->out, "<tr>");
	label_cell(p, 0, d.kind, d.gap, d.giver, d.taker);
	pair_side(p, left_gives ? &d.given : &d.received, p->now.plan.between[0]);
	pair_side(p, left_gives ? &d.received : &d.given, p->now.plan.between[1]);
	pair_gap(v, &d);
	label_cell(p, 1, d.kind, d.gap, d.giver, d.taker);
	html_lit(&v->out, "</tr>\n");
	remark(p, d.given.words, d.giver);
	remark(p, d.received.words, d.taker);
}

static void differences(struct paper *p)
{
	const struct json *pairs = json_arr(p->data, "pairs");
	struct visit *v = p->v;
	enum lang own = v->lang;
	size_t open = 0;

	for (const struct json *x = pairs ? pairs->child : NULL; x; x = x->next)
		open += !str_is(json_str(x, "outcome"), "matched");
	if (!open)
		return;
	table_head(p, N_("Open differences"));
	head_both(p, N_("%1 says"), p->now.plan.between[0]);
	head_both(p, N_("%1 says"), p->now.plan.between[1]);
	head_both(p, N_("Difference"), S(""));
	table_head_end(p, N_("Open differences"), own);
	for (const struct json *x = pairs->child; x; x = x->next)
		if (!str_is(json_str(x, "outcome"), "matched"))
			difference_line(p, x);
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

static void note(struct paper *p)
{
	const struct json *text = json_obj(p->data, "note");

	html_lit(&p->v->out, "<p class=text>");
	html_text(&p->v->out, mtext_in(text, p->v->lang, NULL));
	html_lit(&p->v->out, "</p>\n");
}

static void brackets(struct paper *p)
{
	html_lit(&p->v->out, "<p class=soft>");
	page_say(p->v, "Difference: given less received. A date in brackets lies outside the "
		       "period, and its figure does not count in it.");
	html_lit(&p->v->out, "</p>\n");
}

void paper_write(struct paper *p)
{
	facing(p, preamble);
	sums(p);
	differences(p);
	facing(p, brackets);
	if (json_obj(p->data, "note"))
		facing(p, note);
}
