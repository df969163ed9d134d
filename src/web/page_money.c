#include "web/pages.h"

/*
 * Sums of what the sides have booked.  Never converted, never added across sides: each
 * figure is one side's word in one currency, and opens the entries behind it.
 */

static bool totals(struct visit *v, const char *dim, struct total_row **rows, size_t *n)
{
	struct total_query q = { &records[RECORD_transaction], dim, S(""), v->who };
	struct err err;

	return view_totals(v->view, v->a, &q, rows, n, &err) && *n > 0;
}

static void amount_link(struct visit *v, const struct total_row *t, struct str amount)
{
	html_lit(&v->out, "<a");
	page_totals_href(v, NULL, t);
	html_lit(&v->out, ">");
	html_text(&v->out, amount);
	html_lit(&v->out, "</a>");
}

static void head_cell(struct visit *v, struct str text, bool figure)
{
	html_lit(&v->out, "<th scope=col");
	if (figure)
		html_lit(&v->out, " class=n");
	html_lit(&v->out, ">");
	html_text(&v->out, text);
	html_lit(&v->out, "</th>");
}

static void total_line(struct visit *v, const struct total_row *t, struct str name)
{
	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, name);
	html_lit(&v->out, "</th><td>");
	html_text(&v->out, code_name("TransactionType", t->type, v->lang));
	html_lit(&v->out, "</td><td>");
	html_text(&v->out, party_name(v, t->party));
	html_lit(&v->out, "</td><td class=n>");
	html_text(&v->out, number_of(v, t->count));
	html_lit(&v->out, "</td><td class=n>");
	amount_link(v, t, amount_of(v, t->amount, t->currency));
	html_lit(&v->out, "</td><td>");
	html_text(&v->out, t->currency);
	html_lit(&v->out, "</td></tr>\n");
}

static void total_table(struct visit *v, const char *dim, struct str title, struct str column)
{
	struct total_row *rows;
	size_t n;

	if (!totals(v, dim, &rows, &n))
		return;
	html_lit(&v->out, "<h2>");
	html_text(&v->out, title);
	html_lit(&v->out, "</h2>\n");
	table_begin(v, title, "");
	html_lit(&v->out, "<thead><tr>");
	head_cell(v, column, false);
	head_cell(v, T(v->lang, "Flow"), false);
	head_cell(v, T(v->lang, "Side"), false);
	head_cell(v, T(v->lang, "Entries"), true);
	head_cell(v, T(v->lang, "Amount"), true);
	head_cell(v, T(v->lang, "Currency"), false);
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < n; i++)
		total_line(v, &rows[i],
			   str_is(S("sector"), dim) ? code_name("Sector", rows[i].key, v->lang)
						    : rows[i].key);
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
	total_table(v, "year", T(v->lang, "By year"), T(v->lang, "Year"));
	total_table(v, "sector", T(v->lang, "By sector"), T(v->lang, "Sector"));
	page_end(v);
}
