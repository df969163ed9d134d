#include "web/desk.h"
#include "web/list_address.h"

#include <stdio.h>

/* The reconciliation desk: what both sides report, side by side, and where they differ. */

/* --- head: which period, whose --- */

static void choice(struct visit *v, const char *name, struct str value, struct str words,
		   bool chosen)
{
	html_lit(&v->out, "<li><a");
	list_address_href(v, name, value);
	if (chosen)
		html_lit(&v->out, " aria-current=true");
	html_lit(&v->out, ">");
	html_text(&v->out, words);
	html_lit(&v->out, "</a></li>\n");
}

static void period_choice(struct desk_page *p, struct str value)
{
	struct desk_period period;

	if (period_read(value, &period))
		choice(p->v, "period", value, period_words(p->v->a, p->v->lang, period),
		       period.from == p->q.period.from && period.to == p->q.period.to);
}

/* The quarters of the year that is shown, that year and the one before and after it. */
static void periods(struct desk_page *p)
{
	struct visit *v = p->v;
	bool ever = p->q.period.from <= DESK_EVER.from;
	int year, month, day;
	char text[16];

	date_civil(ever ? v->today : p->q.period.to, &year, &month, &day);
	html_lit(&v->out, "<nav class=noprint");
	html_attr(&v->out, "aria-label", T(v->lang, "Period"));
	html_lit(&v->out, "><ul class=facts>\n");
	for (int i = 0; i < 7; i++) {
		if (i == 0 || i == 1 || i == 6)
			snprintf(text, sizeof(text), "%d", i == 6 ? year + 1 : year - 1 + i);
		else
			snprintf(text, sizeof(text), "%d-Q%d", year, i - 1);
		if (i < 6 || date_days(year + 1, 1, 1) <= v->today)
			period_choice(p, arena_str(v->a, str_z(text)));
	}
	period_choice(p, S("all"));
	html_lit(&v->out, "</ul></nav>\n");
}

/* --- ten seconds: how many pairs of each class --- */

static void class_top(struct desk_page *p, enum gap gap, uint64_t n)
{
	static const char *const colours[GAPS] = {
		[GAP_TIMING] = "await",    [GAP_RATE] = "differs",   [GAP_AMOUNT] = "differs",
		[GAP_IN_KIND] = "differs", [GAP_ONE_SIDE] = "await", [GAP_DISPUTED] = "late",
	};
	struct visit *v = p->v;

	html_lit(&v->out, "<a");
	if (n)
		html_attr(&v->out, "class", str_z(colours[gap]));
	list_address_href(v, "class", str_z(gap_codes[gap]));
	if (p->q.gap == (int)gap)
		html_lit(&v->out, " aria-current=true");
	html_lit(&v->out, "><b>");
	html_text(&v->out, number_of(v, n));
	html_lit(&v->out, "</b> ");
	html_text(&v->out, code_name("GapClass", str_z(gap_codes[gap]), v->lang));
	html_lit(&v->out, "</a>\n");
}

static void tops(struct desk_page *p, const struct desk_sum *sums, size_t n)
{
	struct visit *v = p->v;
	uint64_t counts[GAPS] = { 0 };

	for (size_t i = 0; i < n; i++)
		counts[sums[i].gap] += sums[i].count;
	html_lit(&v->out, "<div class=\"tops gaps\">\n");
	for (int i = 0; i < GAPS; i++)
		class_top(p, (enum gap)i, counts[i]);
	html_lit(&v->out, "</div>\n");
}

/* --- sums, a table for each kind and direction --- */

/* The list behind a sum. */
static void sum_href(struct desk_page *p, const struct desk_sum *s)
{
	struct visit *v = p->v;
	struct buf *b = &v->out;

	html_lit(b, " href=\"");
	desk_address(v, p->period, p->q.project, gap_codes[s->gap]);
	html_lit(b, "&amp;kind=");
	url_part(b, str_z(flow_kind_codes[s->kind]));
	html_lit(b, "&amp;giver=");
	url_part(b, s->giver);
	html_lit(b, "&amp;currency=");
	url_part(b, s->given_currency);
	html_lit(b, ":");
	url_part(b, s->received_currency);
	html_lit(b, "\"");
}

static void sum_figure(struct desk_page *p, const struct desk_sum *s, struct str party)
{
	struct visit *v = p->v;
	bool gives = str_eq(s->giver, party);
	struct str currency = gives ? s->given_currency : s->received_currency;

	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", party_name(v, party));
	html_lit(&v->out, ">");
	if (currency.n)
		html_text(&v->out, desk_amount(v, gives ? s->given : s->received, currency));
	else
		html_lit(&v->out, "–");
	html_lit(&v->out, "</td>");
}

static void gap_figure(struct visit *v, struct dec d, struct str currency)
{
	if (d.micro == 0) {
		html_lit(&v->out, "0");
		return;
	}
	if (d.micro > 0)
		html_lit(&v->out, "+");
	html_text(&v->out, desk_amount(v, d, currency));
}

/* Of two currencies the sum of the gaps of its rows, each by the rate of its day. */
static bool exchanged(struct desk_page *p, const struct desk_sum *s, struct dec *out)
{
	struct desk_query q = p->q;
	struct buf b;

	buf_init(&b, 64);
	buf_add(&b, s->given_currency);
	buf_ch(&b, ':');
	buf_add(&b, s->received_currency);
	q.currency = arena_buf(p->v->a, &b);
	q.kind = (int)s->kind;
	q.gap = (int)s->gap;
	q.giver = s->giver;
	q.limit = 1000;
	*out = (struct dec){ 0 };
	for (q.offset = 0; q.offset < s->count; q.offset += 1000) {
		struct desk_row *rows;
		struct str currency;
		struct dec one;
		uint64_t total;
		struct err err;
		size_t n;

		if (!desk_rows(p->v->view, p->v->a, &q, &rows, &n, &total, &err))
			return false;
		for (size_t i = 0; i < n; i++)
			if (!desk_difference(p, &rows[i], &one, &currency) ||
			    !dec_add(*out, one, out))
				return false;
	}
	return true;
}

static void sum_gap(struct desk_page *p, const struct desk_sum *s)
{
	struct visit *v = p->v;
	bool two = s->given_currency.n && s->received_currency.n &&
		   !str_eq(s->given_currency, s->received_currency);
	struct dec d = { s->given.micro - s->received.micro };

	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", T(v->lang, "Difference"));
	html_lit(&v->out, ">");
	if (!two)
		gap_figure(v, d,
			   s->given_currency.n ? s->given_currency : s->received_currency);
	else if (exchanged(p, s, &d))
		gap_figure(v, d, s->received_currency);
	else
		html_lit(&v->out, "–");
	html_lit(&v->out, "</td>");
}

static void sum_line(struct desk_page *p, const struct desk_sum *s)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<tr><th scope=row>");
	html_text(&v->out, desk_flow(v, s->kind, s->giver, s->taker));
	html_lit(&v->out, "</th><td");
	html_attr(&v->out, "data-l", T(v->lang, "Outcome"));
	html_lit(&v->out, "><a");
	sum_href(p, s);
	html_lit(&v->out, ">");
	desk_class(v, s->gap);
	html_lit(&v->out, "</a></td><td class=n");
	html_attr(&v->out, "data-l", T(v->lang, "Flows"));
	html_lit(&v->out, ">");
	html_text(&v->out, number_of(v, s->count));
	html_lit(&v->out, "</td>");
	sum_figure(p, s, p->left);
	sum_figure(p, s, p->right);
	sum_gap(p, s);
	html_lit(&v->out, "</tr>\n");
}

static void party_column(struct visit *v, struct str party)
{
	html_lit(&v->out, "<th scope=col class=n>");
	page_fill(v, "%1 says", party_name(v, party));
	html_lit(&v->out, "</th>");
}

static void sums_table(struct desk_page *p)
{
	struct visit *v = p->v;

	html_lit(&v->out, "<h2>");
	page_say(v, "Sums by class");
	html_lit(&v->out, "</h2>\n");
	table_begin(v, T(v->lang, "Sums by class"), "cards tight");
	html_lit(&v->out, "<thead><tr>");
	column_head(v, T(v->lang, "Flow"), false);
	column_head(v, T(v->lang, "Outcome"), false);
	column_head(v, T(v->lang, "Flows"), true);
	party_column(v, p->left);
	party_column(v, p->right);
	column_head(v, T(v->lang, "Difference"), true);
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < p->sum_count; i++)
		sum_line(p, &p->sums[i]);
	html_lit(&v->out, "</tbody>");
	table_end(v);
	html_lit(&v->out, "<p class=soft>");
	page_say(v,
		 "Each figure adds up the flows of its list whose date lies in the period. "
		 "Difference: given less received. Currencies, units and directions are never "
		 "added together.");
	html_lit(&v->out, "</p>\n");
}

/* --- the pairs --- */

static void row_side(struct desk_page *p, const struct desk_row *row, struct str party)
{
	const struct desk_side *s = desk_side_of(row, party);
	struct visit *v = p->v;
	char day[DATE_TEXT];
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
	html_text(&v->out, desk_amount(v, s->amount, s->currency));
	html_lit(&v->out, "</a><br><small>");
	page_date(v, str_z(date_text(day, s->day)));
	if (!s->counts) {
		html_lit(&v->out, "<br>");
		page_say(v, "outside the period");
	}
	html_lit(&v->out, "</small></td>");
}

static void row_gap(struct desk_page *p, const struct desk_row *row)
{
	struct visit *v = p->v;
	struct str currency;
	struct dec d;

	html_lit(&v->out, "<td class=n");
	html_attr(&v->out, "data-l", T(v->lang, "Difference"));
	html_lit(&v->out, ">");
	if (desk_difference(p, row, &d, &currency))
		gap_figure(v, d, currency);
	else
		html_lit(&v->out, "–");
	if (row->gap == GAP_TIMING && row->given.ref.n && row->received.ref.n) {
		html_lit(&v->out, "<br><small>");
		page_count(v, N_("%1 day apart"), N_("%1 days apart"),
			   (uint64_t)(row->given.day < row->received.day
					      ? row->received.day - row->given.day
					      : row->given.day - row->received.day));
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</td>");
}

static void pair_href(struct visit *v, const struct desk_row *row)
{
	html_lit(&v->out, " href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/reconciliation-desk/flow?of=");
	url_part(&v->out, row->given.ref.n ? row->given.ref : row->received.ref);
	html_lit(&v->out, "\"");
}

static void row_line(struct desk_page *p, const struct desk_row *row)
{
	struct visit *v = p->v;
	struct str project = S("");
	bool found = false;

	if (row->project.n)
		project = view_label(v->view, v->a, &records[RECORD_project], row->project,
				     v->who, v->lang, &found);
	html_lit(&v->out, "<tr><th scope=row><a");
	pair_href(v, row);
	html_lit(&v->out, ">");
	html_text(&v->out, desk_flow(v, row->kind, row->giver, row->taker));
	html_lit(&v->out, "</a>");
	if (found) {
		html_lit(&v->out, "<br><small>");
		html_text(&v->out, project);
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</th><td");
	html_attr(&v->out, "data-l", T(v->lang, "Outcome"));
	html_lit(&v->out, ">");
	desk_class(v, row->gap);
	if (row->words) {
		html_lit(&v->out, "<br><small>");
		page_count(v, N_("%1 word of the sides"), N_("%1 words of the sides"),
			   row->words);
		html_lit(&v->out, "</small>");
	}
	html_lit(&v->out, "</td>");
	row_side(p, row, p->left);
	row_side(p, row, p->right);
	row_gap(p, row);
	html_lit(&v->out, "</tr>\n");
}

static void rows_table(struct desk_page *p, const struct desk_row *rows, size_t n)
{
	struct visit *v = p->v;

	table_begin(v, T(v->lang, "Flows, side by side"), "cards tight");
	html_lit(&v->out, "<thead><tr>");
	column_head(v, T(v->lang, "Flow"), false);
	column_head(v, T(v->lang, "Outcome"), false);
	party_column(v, p->left);
	party_column(v, p->right);
	column_head(v, T(v->lang, "Difference"), true);
	html_lit(&v->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < n; i++)
		row_line(p, &rows[i]);
	html_lit(&v->out, "</tbody>");
	table_end(v);
}

/* --- filters --- */

static void chip(struct visit *v, const char *name, struct str words)
{
	html_lit(&v->out, "<a class=chip");
	list_address_href(v, name, S(""));
	html_lit(&v->out, "><span class=hide>");
	page_say(v, "Remove the filter");
	html_lit(&v->out, " </span>");
	html_text(&v->out, words);
	html_lit(&v->out, " <span aria-hidden=true>✕</span></a> ");
}

static void chips(struct desk_page *p, uint64_t total)
{
	struct visit *v = p->v;
	bool found;

	html_lit(&v->out, "<div class=bar><strong>");
	page_count(v, N_("%1 flow"), N_("%1 flows"), total);
	html_lit(&v->out, "</strong> ");
	if (p->q.project.n)
		chip(v, "project",
		     view_label(v->view, v->a, &records[RECORD_project], p->q.project, v->who,
				v->lang, &found));
	if (p->q.kind != DESK_ALL)
		chip(v, "kind",
		     code_name("FlowKind", str_z(flow_kind_codes[p->q.kind]), v->lang));
	if (p->q.gap != DESK_ALL)
		chip(v, "class", code_name("GapClass", str_z(gap_codes[p->q.gap]), v->lang));
	if (p->q.giver.n)
		chip(v, "giver", party_name(v, p->q.giver));
	if (p->q.party.n)
		chip(v, "party", party_name(v, p->q.party));
	if (p->q.currency.n)
		chip(v, "currency", p->q.currency);
	html_lit(&v->out, "</div>\n");
}

/* Whose rates; a page of two currencies says it. */
static void rates_line(struct desk_page *p)
{
	struct visit *v = p->v;

	if (!p->source_count)
		return;
	html_lit(&v->out, "<p class=soft>");
	page_fill(v, "Two currencies are compared by the rates of: %1.", p->rates);
	for (size_t i = 0; i < p->source_count; i++) {
		if (str_eq(p->sources[i], p->rates))
			continue;
		html_lit(&v->out, " <a");
		list_address_href(v, "rates", p->sources[i]);
		html_lit(&v->out, ">");
		page_fill(v, "Take those of %1", p->sources[i]);
		html_lit(&v->out, "</a>");
	}
	html_lit(&v->out, "</p>\n");
}

static bool sums_read(struct desk_page *p, struct desk_sum **all, size_t *all_n,
		      struct err *err)
{
	struct desk_query q = p->q;

	if (!desk_sums(p->v->view, p->v->a, &p->q, &p->sums, &p->sum_count, err))
		return false;
	q.gap = DESK_ALL;
	return desk_sums(p->v->view, p->v->a, &q, all, all_n, err);
}

/* Once a period is over: what both sides would sign; and what they have signed. */
static void statement_links(struct desk_page *p)
{
	bool over = p->q.period.to <= p->v->today && p->q.period.from > DESK_EVER.from;
	struct visit *v = p->v;
	struct buf *b = &v->out;

	html_lit(b, "<p class=\"bar noprint\">");
	if (over) {
		html_lit(b, "<a class=button href=\"/");
		html_text(b, str_z(lang_codes[v->lang]));
		html_lit(b, "/reconciliation-desk/statement?period=");
		url_part(b, p->period);
		html_lit(b, "&amp;between=");
		url_part(b, p->left);
		html_lit(b, ",");
		url_part(b, p->right);
		html_lit(b, "&amp;project=");
		url_part(b, p->q.project);
		html_lit(b, "&amp;rates=");
		url_part(b, p->rates);
		html_lit(b, "\">");
		page_say(v, "Prepare the statement of this period");
		html_lit(b, "</a> ");
	} else {
		html_lit(b, "<span class=soft>");
		page_say(v, "A statement can be prepared of a period that is over.");
		html_lit(b, "</span> ");
	}
	html_lit(b, "<a");
	page_list_href(v, &records[RECORD_reconciliation]);
	html_lit(b, ">");
	page_say(v, "Statements so far");
	html_lit(b, "</a></p>\n");
}

static void csv_link(struct desk_page *p)
{
	struct visit *v = p->v;
	struct buf *b = &v->out;

	html_lit(b, "<p class=noprint><a href=\"/api/v1/reconciliation-desk.csv?period=");
	url_part(b, p->period);
	for (size_t i = 0; i < v->q->query_count; i++) {
		const struct http_pair *one = &v->q->query[i];

		if (str_is(one->name, "period") || str_is(one->name, "page"))
			continue;
		html_lit(b, "&amp;");
		url_part(b, one->name);
		html_lit(b, "=");
		url_part(b, one->value);
	}
	html_lit(b, "\">CSV</a></p>\n");
}

void page_desk(struct visit *v)
{
	struct desk_page p;
	struct desk_sum *all;
	struct desk_row *rows;
	uint64_t total;
	size_t n, all_n;
	struct err err;

	if (!desk_read(v, &p, &err) || !sums_read(&p, &all, &all_n, &err) ||
	    !desk_rows(v->view, v->a, &p.q, &rows, &n, &total, &err)) {
		page_error(v, &err);
		return;
	}
	page_begin(v, T(v->lang, "Reconciliation desk"));
	html_lit(&v->out, "<p class=kind>");
	html_text(&v->out, period_words(v->a, v->lang, p.q.period));
	html_lit(&v->out, "</p><h1>");
	page_say(v, "Reconciliation desk");
	html_lit(&v->out, "</h1>\n<p>");
	page_say(v,
		 "What one side has booked as given and the other as received, side by side. "
		 "Differences stand as they are; neither side is preferred.");
	html_lit(&v->out, "</p>\n");
	periods(&p);
	tops(&p, all, all_n);
	chips(&p, total);
	if (n) {
		rows_table(&p, rows, n);
		page_pager(v, DESK_ROWS, p.q.offset,
			   &(const struct list_result){ .n = n, .total = total });
		sums_table(&p);
		rates_line(&p);
		statement_links(&p);
		csv_link(&p);
	} else {
		html_lit(&v->out, "<p class=soft>");
		page_say(v, "Neither side has booked such a flow.");
		html_lit(&v->out, "</p>\n");
	}
	help_gaps(v);
	page_end(v);
}
