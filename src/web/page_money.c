#include "web/pages.h"

/*
 * Sums of what the sides have booked.  Never converted, never added across sides: each
 * figure is one side's word in one currency, and opens the entries behind it.
 */

static void head_cell(struct visit *v, struct str text, bool figure)
{
	html_lit(&v->out, "<th scope=col");
	if (figure)
		html_lit(&v->out, " class=n");
	html_lit(&v->out, ">");
	html_text(&v->out, text);
	html_lit(&v->out, "</th>");
}

static void year_line(struct visit *v, const struct total_row *t)
{
	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, t->key);
	html_lit(&v->out, "</th><td>");
	html_text(&v->out, code_name("TransactionType", t->type, v->lang));
	html_lit(&v->out, "</td><td>");
	html_text(&v->out, party_name(v, t->party));
	html_lit(&v->out, "</td><td class=n>");
	html_text(&v->out, number_of(v, t->count));
	html_lit(&v->out, "</td><td class=n><a");
	page_totals_href(v, NULL, t->key, t);
	html_lit(&v->out, ">");
	html_text(&v->out, amount_of(v, t->amount, t->currency));
	html_lit(&v->out, "</a></td><td>");
	html_text(&v->out, t->currency);
	html_lit(&v->out, "</td></tr>\n");
}

static void year_table(struct visit *v)
{
	struct total_query q = { &records[RECORD_transaction], "year", S(""), v->who };
	struct total_row *rows;
	struct err err;
	size_t n;

	if (!view_totals(v->view, v->a, &q, &rows, &n, &err) || n == 0)
		return;
	html_lit(&v->out, "<h2>");
	page_say(v, "By year");
	html_lit(&v->out, "</h2>\n");
	table_begin(v, T(v->lang, "By year"), "");
	html_lit(&v->out, "<thead><tr>");
	head_cell(v, T(v->lang, "Year"), false);
	head_cell(v, T(v->lang, "Flow"), false);
	head_cell(v, T(v->lang, "Side"), false);
	head_cell(v, T(v->lang, "Entries"), true);
	head_cell(v, T(v->lang, "Amount"), true);
	head_cell(v, T(v->lang, "Currency"), false);
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < n; i++)
		year_line(v, &rows[i]);
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

void page_money(struct visit *v)
{
	page_begin(v, T(v->lang, "Money"));
	html_lit(&v->out, "<h1>");
	page_say(v, "Money");
	html_lit(&v->out, "</h1>\n<p>");
	page_say(v, "What each side has booked, in the currency it was booked in. Nothing is "
		    "converted, and the two sides are never added together.");
	html_lit(&v->out, "</p>\n");
	sides_table(v, NULL);
	year_table(v);
	page_end(v);
}
