#include "web/pages.h"

/*
 * Sums of what the sides have booked.  Never converted, never added across sides: each
 * figure is one side's word in one currency, and opens the entries behind it.
 */

/* The flows of a glance, in IATI transaction types, in the order of their columns. */
static const struct flow {
	const char *type, *label;
} flows[] = {
	{ "2", N_("Committed") },
	{ "3", N_("Paid") },
	{ "11", N_("Promised to it") },
	{ "1", N_("Received") },
};
enum { FLOWS = sizeof(flows) / sizeof(*flows) };

static bool totals(struct visit *v, const char *dim, struct total_row **rows, size_t *n)
{
	struct total_query q = { &records[RECORD_transaction], dim, S(""), v->who };
	struct err err;

	return view_totals(v->view, v->a, &q, rows, n, &err) && *n > 0;
}

static void amount_link(struct visit *v, const struct total_row *t)
{
	html_lit(&v->out, "<a");
	page_totals_href(v, NULL, t);
	html_lit(&v->out, ">");
	html_text(&v->out, amount_of(v, t->amount, t->currency));
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

/* --- at a glance: one line per side and currency --- */

static const struct total_row *of_flow(const struct total_row *rows, size_t n,
				       const struct total_row *line, const char *type)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(rows[i].type, type) && str_eq(rows[i].party, line->party) &&
		    str_eq(rows[i].currency, line->currency))
			return &rows[i];
	return NULL;
}

static bool first_of_line(const struct total_row *rows, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (str_eq(rows[k].party, rows[i].party) &&
		    str_eq(rows[k].currency, rows[i].currency))
			return false;
	return true;
}

static void glance_line(struct visit *v, const struct total_row *rows, size_t n,
			const struct total_row *line)
{
	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, party_name(v, line->party));
	html_lit(&v->out, "</th><td>");
	html_text(&v->out, line->currency);
	html_lit(&v->out, "</td>");
	for (size_t k = 0; k < FLOWS; k++) {
		const struct total_row *t = of_flow(rows, n, line, flows[k].type);

		html_lit(&v->out, "<td class=n");
		html_attr(&v->out, "data-l", lang_text(v->lang, flows[k].label));
		html_lit(&v->out, ">");
		if (t)
			amount_link(v, t);
		html_lit(&v->out, "</td>");
	}
	html_lit(&v->out, "</tr>\n");
}

void money_glance(struct visit *v)
{
	struct total_row *rows;
	size_t n;

	if (!totals(v, "", &rows, &n)) {
		html_lit(&v->out, "<p class=soft>");
		page_say(v, "No payment is recorded.");
		html_lit(&v->out, "</p>\n");
		return;
	}
	table_begin(v, T(v->lang, "Money"), "cards");
	html_lit(&v->out, "<thead><tr>");
	head_cell(v, T(v->lang, "Side"), false);
	head_cell(v, T(v->lang, "Currency"), false);
	for (size_t k = 0; k < FLOWS; k++)
		head_cell(v, lang_text(v->lang, flows[k].label), true);
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < n; i++)
		if (first_of_line(rows, i))
			glance_line(v, rows, n, &rows[i]);
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* --- the page: every type, then year by year --- */

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
	amount_link(v, t);
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
	money_glance(v);
	total_table(v, "year", T(v->lang, "By year"), T(v->lang, "Year"));
	total_table(v, "sector", T(v->lang, "By sector"), T(v->lang, "Sector"));
	page_end(v);
}
