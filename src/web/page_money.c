#include "web/curve.h"
#include "web/desk.h"
#include "web/flow.h"
#include "web/totals_asked.h"

/*
 * Sums of what the sides have booked, by what the reader chooses.  Each figure opens what it is
 * made of.  Nothing is converted unless a currency and a source of rates are chosen.
 */

enum { SUMS_SHOWN = 500, CHOICES = 2 };

struct money_page {
	struct visit *v;
	struct totals_asked asked;
	struct totals sums;
	enum totals_dim dims[TOTALS_DIMS]; /* columns, in their order */
	size_t dim_count;
};

/* --- what to add up --- */

static void kind_menu(struct money_page *p)
{
	static const enum record_id kinds[] = { RECORD_transaction, RECORD_budget,
						RECORD_planned_disbursement };
	struct visit *v = p->v;

	menu_open(v, "kind", T(v->lang, "Add up"));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct record *r = &records[kinds[i]];

		menu_option(v, str_z(r->name), lang_text(v->lang, r->plural),
			    p->asked.q.record == r);
	}
	menu_close(v);
}

/* Of the dimensions asked for beside those that always stand apart: the number `which`. */
static enum totals_dim chosen_dim(const struct money_page *p, size_t which)
{
	for (size_t i = 0; i < p->dim_count; i++)
		if (p->dims[i] != BY_TYPE && p->dims[i] != BY_CURRENCY &&
		    p->dims[i] != BY_PARTY && which-- == 0)
			return p->dims[i];
	return TOTALS_DIMS;
}

static void dim_menus(struct money_page *p)
{
	static const enum totals_dim offered[] = { BY_YEAR, BY_SECTOR, BY_COUNTRY, BY_PROJECT,
						   BY_PUBLISHER };
	struct visit *v = p->v;

	for (size_t k = 0; k < CHOICES; k++) {
		enum totals_dim chosen = chosen_dim(p, k);

		menu_open(v, "by", k ? T(v->lang, "and by") : T(v->lang, "by"));
		menu_option(v, k ? S("") : S("currency"), S("–"), chosen == TOTALS_DIMS);
		for (size_t i = 0; i < sizeof(offered) / sizeof(offered[0]); i++)
			menu_option(v, str_z(totals_dim_names[offered[i]]),
				    totals_asked_name(v, offered[i]), offered[i] == chosen);
		menu_close(v);
	}
}

static void currency_menus(struct money_page *p)
{
	static const char *const usual[] = { "XOF", "EUR", "USD", "RUB", "CNY", "GBP" };
	struct str names[RATE_SOURCES_MAX], in = p->asked.q.in;
	struct visit *v = p->v;
	bool listed = !in.n;
	struct err err;
	size_t n = 0;

	menu_open(v, "in", T(v->lang, "Converted into"));
	menu_option(v, S(""), T(v->lang, "Not converted"), !in.n);
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		menu_option(v, str_z(usual[i]), str_z(usual[i]), str_is(in, usual[i]));
		listed = listed || str_is(in, usual[i]);
	}
	if (!listed)
		menu_option(v, in, in, true);
	menu_close(v);
	if (!view_rate_sources(v->view, v->a, v->who, names, RATE_SOURCES_MAX, &n, &err))
		n = 0;
	menu_open(v, "rates", T(v->lang, "by the rates of"));
	for (size_t i = 0; i < n; i++)
		menu_option(v, names[i], names[i], str_eq(names[i], p->asked.rates));
	menu_option(v, S(PARITY_SOURCE), T(v->lang, "only what is fixed by treaty"),
		    str_is(p->asked.rates, PARITY_SOURCE));
	menu_close(v);
}

static void choose_form(struct money_page *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<form class=\"filters noprint\" action=\"#sums\">\n");
	kind_menu(p);
	dim_menus(p);
	currency_menus(p);
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		if (p->asked.only[d].n)
			page_hidden(v, totals_dim_names[d], p->asked.only[d]);
	html_lit(&v->out, "<button>");
	page_say(v, "Show");
	html_lit(&v->out, "</button></form>\n");
}

/* --- the sums --- */

static void key_cell(struct money_page *p, size_t i, const struct totals_row *r)
{
	struct visit *v = p->v;
	enum totals_dim d = p->dims[i];
	struct str words = totals_asked_words(v, &p->asked.q, d, r->key[d]);

	if (i == 0) {
		html_lit(&v->out, "<th scope=row>");
	} else {
		labelled_cell(v, totals_asked_name(v, d), false);
	}
	html_text(&v->out, words);
	if (i == 0)
		html_lit(&v->out, "</th>");
	else
		html_lit(&v->out, "</td>");
}

static void sum_line(struct money_page *p, const struct totals_row *r)
{
	struct visit *v = p->v;
	struct buf *b = &v->out;

	html_lit(b, "<tr>");
	for (size_t i = 0; i < p->dim_count; i++)
		key_cell(p, i, r);
	labelled_cell(v, T(v->lang, "Entries"), true);
	html_text(b, number_of(v, r->count));
	html_lit(b, "</td>");
	labelled_cell(v, T(v->lang, "Amount"), true);
	html_lit(b, "<a");
	totals_asked_href(v, &p->asked, r);
	html_lit(b, ">");
	html_text(b, amount_of(v, r->amount, r->currency));
	html_lit(b, "</a></td><td>");
	html_text(b, r->currency);
	if (r->gap) {
		html_lit(b, " <small>");
		html_text(b, totals_asked_gap(v, r->gap));
		html_lit(b, "</small>");
	}
	html_lit(b, "</td></tr>\n");
}

static void sum_table(struct money_page *p, struct str label, size_t from, size_t to)
{
	struct visit *v = p->v;

	table_begin(v, label, "cards tight");
	html_lit(&v->out, "<thead><tr>");
	for (size_t i = 0; i < p->dim_count; i++)
		column_head(v, totals_asked_name(v, p->dims[i]), false);
	column_head(v, T(v->lang, "Entries"), true);
	column_head(v, T(v->lang, "Amount"), true);
	column_head(v, T(v->lang, "Currency"), false);
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t i = from; i < to; i++)
		sum_line(p, &p->sums.rows[i]);
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* What second-hand publishers repeat: how much, and the way there. */
static void left_out(struct money_page *p)
{
	struct totals_asked repeated = p->asked;
	struct visit *v = p->v;

	if (!p->sums.repeated_count)
		return;
	repeated.q.repeats = REPEATS_ONLY;
	html_lit(&v->out, "<div class=box><p>");
	page_say(v, "Left out, because publishers who report second-hand repeat it:");
	html_lit(&v->out, "</p><ul>\n");
	for (size_t i = 0; i < p->sums.repeated_count; i++) {
		const struct totals_row *r = &p->sums.repeated[i];

		html_lit(&v->out, "<li><a");
		totals_asked_href(v, &repeated, r);
		html_lit(&v->out, ">");
		html_text(&v->out, amount_of(v, r->amount, r->currency));
		html_lit(&v->out, " ");
		html_text(&v->out, r->currency);
		html_lit(&v->out, "</a> ");
		if (p->asked.q.by[BY_TYPE])
			html_text(&v->out,
				  totals_asked_words(v, &p->asked.q, BY_TYPE, r->key[BY_TYPE]));
		html_lit(&v->out, "</li>\n");
	}
	html_lit(&v->out, "</ul></div>\n");
}

static void how_converted(struct money_page *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<p class=soft>");
	if (p->asked.q.in.n)
		page_fill(
			v,
			"Each figure is converted by the last rate of %1 on or before its "
			"value "
			"date and rounded to the minor unit, half away from zero; a sum opens "
			"the proof of each.",
			p->asked.rates);
	else
		page_say(v, "Each amount opens the entries it adds up.");
	html_lit(&v->out, "</p>\n");
}

static void sums_part(struct money_page *p)
{
	struct visit *v = p->v;
	size_t converted = 0, shown = p->sums.n < SUMS_SHOWN ? p->sums.n : SUMS_SHOWN;

	while (converted < shown && !p->sums.rows[converted].gap)
		converted++;
	if (!p->sums.n) {
		html_lit(&v->out, "<p class=soft>");
		page_say(v,
			 "No payment is recorded yet. First propose a project; then each side "
			 "reports what it pays and receives.");
		html_lit(&v->out, "</p>\n");
	}
	if (converted)
		sum_table(p, T(v->lang, "Sums"), 0, converted);
	if (converted < shown) {
		html_lit(&v->out, "<h3>");
		page_say(v, "Not converted");
		html_lit(&v->out, "</h3>\n");
		sum_table(p, T(v->lang, "Not converted"), converted, shown);
	}
	if (shown < p->sums.n) {
		html_lit(&v->out, "<p class=soft>");
		page_fill(v, "%1 more sums are not shown; the API gives all.",
			  number_of(v, p->sums.n - shown));
		html_lit(&v->out, "</p>\n");
	}
}

/* By years when nothing is asked for. */
static bool read_sums(struct money_page *p, struct err *err)
{
	static const enum totals_dim order[] = {
		BY_TYPE,  BY_YEAR,    BY_SECTOR,    BY_COUNTRY,
		BY_PARTY, BY_PROJECT, BY_PUBLISHER, BY_CURRENCY
	};
	struct totals_query *q = &p->asked.q;

	if (!http_param(p->v->q, "by").n)
		q->by[BY_YEAR] = true;
	q->by[BY_PARTY] = true; /* the sides are never added together */
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (q->by[order[i]] && (order[i] != BY_CURRENCY || q->in.n))
			p->dims[p->dim_count++] = order[i];
	return totals_sum(p->v->view, p->v->a, q, TOTALS_ROWS_MAX, &p->sums, err);
}

void page_money(struct visit *v)
{
	struct money_page p = { .v = v };
	struct err err;

	if (!totals_asked_read(v, &p.asked, &err) || !read_sums(&p, &err)) {
		page_error(v, &err);
		return;
	}
	page_begin(v, T(v->lang, "Money"));
	html_lit(&v->out, "<h1>");
	page_say(v, "Money");
	html_lit(&v->out, "</h1>\n<p>");
	page_say(v, "What each side has booked, in the currency it was booked in. Nothing is "
		    "converted, and the two sides are never added together.");
	html_lit(&v->out, "</p>\n");
	if (sides_table(v, NULL, NULL))
		help_gaps(v);
	curve_part(v, NULL, NULL, S(""));
	flow_part(v, &p.asked);
	html_lit(&v->out, "<h2 id=sums>");
	page_say(v, "Sums");
	html_lit(&v->out, "</h2>\n");
	choose_form(&p);
	how_converted(&p);
	sums_part(&p);
	left_out(&p);
	page_end(v);
}
