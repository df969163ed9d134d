#include "web/list_address.h"
#include "web/pages.h"
#include "web/totals_asked.h"

/* What a sum is made of: each figure with its amount, rate, date, source, path and result. */

enum { FIGURES_SHOWN = 50 };

struct figures_page {
	struct visit *v;
	struct totals_asked asked;
	struct totals sums;
	struct totals_fact *facts;
	size_t n;
	bool more, split;
};

/* --- what is asked for --- */

static void chips(struct figures_page *p)
{
	const struct totals_query *q = &p->asked.q;
	struct visit *v = p->v;

	html_lit(&v->out, "<dl class=f>\n");
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++) {
		if (!q->only[d])
			continue;
		html_lit(&v->out, "<div><dt>");
		html_text(&v->out, totals_asked_name(v, d));
		html_lit(&v->out, "</dt><dd>");
		html_text(&v->out, totals_asked_words(v, q, d, *q->only[d]));
		html_lit(&v->out, "</dd></div>\n");
	}
	html_lit(&v->out, "<div><dt>");
	page_say(v, "Sum");
	html_lit(&v->out, "</dt><dd>");
	for (size_t i = 0; i < p->sums.n; i++) {
		const struct totals_row *r = &p->sums.rows[i];

		html_lit(&v->out, "<div><b class=n>");
		html_text(&v->out, amount_of(v, r->amount, r->currency));
		html_lit(&v->out, " ");
		html_text(&v->out, r->currency);
		html_lit(&v->out, "</b> · ");
		page_count(v, N_("%1 entry"), N_("%1 entries"), r->count);
		if (!q->only[BY_TYPE] && q->by[BY_TYPE]) {
			html_lit(&v->out, " · ");
			html_text(&v->out, totals_asked_words(v, q, BY_TYPE, r->key[BY_TYPE]));
		}
		html_lit(&v->out, "</div>");
	}
	html_lit(&v->out, "</dd></div></dl>\n");
}

/* --- one figure --- */

static void money(struct visit *v, struct dec d, struct str currency)
{
	html_text(&v->out, amount_of(v, d, currency));
	html_lit(&v->out, "\u00a0");
	html_text(&v->out, currency);
}

static void one_step(struct visit *v, const struct totals_query *q, const struct rate_step *s)
{
	struct ref ref;
	struct buf words;

	buf_init(&words, 512);
	rates_put_quote(&words, rate_table_source(q->rates), s->by);
	html_lit(&v->out, "<div>");
	if (ref_parse(s->by->ref, &ref)) {
		html_lit(&v->out, "<a");
		page_href(v, &records[RECORD_rate], ref, "");
		html_lit(&v->out, ">");
		html_text(&v->out, buf_str(&words));
		html_lit(&v->out, "</a>");
	} else {
		html_text(&v->out, buf_str(&words));
	}
	html_lit(&v->out, "</div>");
	buf_done(&words);
}

static void proof_cells(struct figures_page *p, const struct totals_fact *f)
{
	struct visit *v = p->v;
	char day[DATE_TEXT];

	labelled_cell(v, T(v->lang, "Value date"), false);
	if (f->value_day != MONEY_NO_DAY)
		page_date(v, str_z(date_text(day, f->value_day)));
	html_lit(&v->out, "</td>");
	labelled_cell(v, T(v->lang, "Rate"), false);
	if (f->way.gap)
		html_text(&v->out, totals_asked_gap(v, f->way.gap));
	else if (!f->way.n)
		page_say(v, "the same currency");
	for (size_t i = 0; i < f->way.n && !f->way.gap; i++)
		one_step(v, &p->asked.q, &f->way.steps[i]);
	html_lit(&v->out, "</td>");
	labelled_cell(v, T(v->lang, "Result"), true);
	if (!f->way.gap)
		money(v, f->result, p->asked.q.in);
	html_lit(&v->out, "</td>");
}

static void part_words(struct figures_page *p, const struct totals_part *part)
{
	struct visit *v = p->v;

	for (enum totals_dim d = BY_SECTOR; d <= BY_COUNTRY; d++) {
		if (!p->asked.q.only[d])
			continue;
		html_lit(&v->out, " <small>");
		html_text(&v->out, totals_asked_words(v, &p->asked.q, d, part->key[d]));
		html_lit(&v->out, "</small>");
	}
}

static void share_cell(struct figures_page *p, const struct totals_fact *f)
{
	struct str in = p->asked.q.in.n && !f->way.gap ? p->asked.q.in : f->currency;
	struct visit *v = p->v;

	if (!p->split)
		return;
	labelled_cell(v, T(v->lang, "Share"), true);
	for (size_t i = 0; i < f->part_count; i++) {
		html_lit(&v->out, "<div>");
		money(v, f->parts[i].amount, in);
		part_words(p, &f->parts[i]);
		html_lit(&v->out, "</div>");
	}
	html_lit(&v->out, "</td>");
}

static bool figure_line(struct figures_page *p, const struct totals_fact *f, struct err *err)
{
	struct visit *v = p->v;
	struct record_row row;

	if (!view_money_record(v->view, v->a, f->rid, f->shape, v->who, v->lang, &row, err))
		return false;
	html_lit(&v->out, "<tr><th scope=row>");
	page_link_text(v, &row,
		       f->day == MONEY_NO_DAY ? row.label : date_words(v->a, f->day, v->lang));
	html_lit(&v->out, "</th>");
	labelled_cell(v, T(v->lang, "Side"), false);
	html_text(&v->out, party_name(v, row.party));
	html_lit(&v->out, "</td>");
	labelled_cell(v, T(v->lang, "Booked"), true);
	money(v, f->amount, f->currency);
	html_lit(&v->out, "</td>");
	if (p->asked.q.in.n)
		proof_cells(p, f);
	share_cell(p, f);
	html_lit(&v->out, "</tr>\n");
	return true;
}

static void figures_head(struct figures_page *p)
{
	struct visit *v = p->v;

	table_begin(v, T(v->lang, "Figures"), "cards tight");
	html_lit(&v->out, "<thead><tr>");
	column_head(v, T(v->lang, "Date"), false);
	column_head(v, T(v->lang, "Side"), false);
	column_head(v, T(v->lang, "Booked"), true);
	if (p->asked.q.in.n) {
		column_head(v, T(v->lang, "Value date"), false);
		column_head(v, T(v->lang, "Rate"), false);
		column_head(v, T(v->lang, "Result"), true);
	}
	if (p->split)
		column_head(v, T(v->lang, "Share"), true);
	html_lit(&v->out, "</tr></thead><tbody>\n");
}

/* --- the page --- */

static bool read_figures(struct figures_page *p, struct err *err)
{
	struct totals_list l = { .q = &p->asked.q, .limit = FIGURES_SHOWN };
	struct visit *v = p->v;

	p->split = p->asked.q.only[BY_SECTOR] || p->asked.q.only[BY_COUNTRY];
	return totals_sum(v->view, v->a, &p->asked.q, TOTALS_ROWS_MAX, &p->sums, err) &&
	       totals_after_read(v, &l, err) &&
	       totals_facts(v->view, v->a, &l, &p->facts, &p->n, &p->more, err);
}

static void next_link(struct figures_page *p)
{
	struct visit *v = p->v;

	if (!p->more)
		return;
	html_lit(&v->out, "<p><a rel=next");
	list_address_href(v, "after", totals_after(v, &p->facts[p->n - 1]));
	html_lit(&v->out, ">");
	page_say(v, "Further figures");
	html_lit(&v->out, "</a></p>\n");
}

static void rounding(struct figures_page *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<p class=soft>");
	if (p->asked.q.in.n)
		page_say(v, "The last rate on or before the value date counts. Steps are not "
			    "rounded; the result is, to the minor unit, half away from zero.");
	html_lit(&v->out, " ");
	if (p->split)
		page_say(v,
			 "A share is rounded down to the minor unit; what is left over goes by "
			 "single units to the largest remainders, so that the shares of a "
			 "figure sum to it.");
	html_lit(&v->out, "</p>\n");
}

void page_figures(struct visit *v)
{
	struct figures_page p = { .v = v };
	struct err err;
	bool ok;

	if (!totals_asked_read(v, &p.asked, &err) || !read_figures(&p, &err)) {
		page_error(v, &err);
		return;
	}
	page_begin(v, T(v->lang, "What a sum is made of"));
	html_lit(&v->out, "<h1>");
	page_say(v, "What a sum is made of");
	html_lit(&v->out, "</h1>\n");
	chips(&p);
	figures_head(&p);
	ok = true;
	for (size_t i = 0; i < p.n && ok; i++)
		ok = figure_line(&p, &p.facts[i], &err);
	html_lit(&v->out, "</tbody>");
	table_end(v);
	next_link(&p);
	rounding(&p);
	if (ok) {
		page_end(v);
		return;
	}
	buf_clear(&v->out);
	page_error(v, &err);
}
