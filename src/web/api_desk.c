#include "web/api.h"
#include "web/desk.h"

/* The reconciliation desk for programs: the same address, as JSON and as CSV. */

/* --- JSON --- */

static void put_amount(struct json_w *w, struct dec d, struct str currency)
{
	char text[DEC_TEXT];

	json_pair(
		w, "amount",
		str_z(dec_text(text, d, flow_unit(currency) ? 0 : currency_places(currency))));
	json_pair(w, flow_unit(currency) ? "unit" : "currency", currency);
}

static void put_side(struct json_w *w, const char *name, const struct desk_side *s)
{
	char day[DATE_TEXT];

	json_key(w, name);
	if (!s->ref.n) {
		json_put_null(w);
		return;
	}
	json_open(w, '{');
	json_pair(w, "kind", s->goods ? S("consignment") : S("transaction"));
	json_pair(w, "ref", s->ref);
	json_pair(w, "date", str_z(date_text(day, s->day)));
	put_amount(w, s->amount, s->currency);
	json_key(w, "counts");
	json_put_bool(w, s->counts);
	json_close(w, '}');
}

static void put_exchange(struct desk_page *p, struct json_w *w, const struct desk_row *row)
{
	struct rate_proof proof;

	if (!row->given.ref.n || !row->received.ref.n ||
	    str_eq(row->given.currency, row->received.currency) ||
	    !desk_exchange(p, row, &proof))
		return;
	json_key(w, "converted");
	json_open(w, '{');
	put_amount(w, proof.to, proof.to_currency);
	json_pair(w, "source", p->book.source);
	json_pair(w, "proof", rates_words(p->v->a, &p->book, &proof));
	json_close(w, '}');
}

static void put_row(struct desk_page *p, struct json_w *w, const struct desk_row *row)
{
	struct str currency;
	struct dec d;

	json_open(w, '{');
	json_pair(w, "kind", str_z(flow_kind_codes[row->kind]));
	json_pair(w, "class", str_z(gap_codes[row->gap]));
	if (row->under != row->gap)
		json_pair(w, "under", str_z(gap_codes[row->under]));
	json_pair(w, "giver", row->giver);
	json_pair(w, "taker", row->taker);
	json_pair(w, "project", row->project);
	put_side(w, "given", &row->given);
	put_side(w, "received", &row->received);
	if (desk_difference(p, row, &d, &currency)) {
		json_key(w, "difference");
		json_open(w, '{');
		put_amount(w, d, currency);
		json_close(w, '}');
	}
	put_exchange(p, w, row);
	json_key(w, "words");
	json_put_int(w, row->words);
	json_close(w, '}');
}

static void put_total(struct json_w *w, const char *name, struct dec d, struct str currency)
{
	if (!currency.n)
		return;
	json_key(w, name);
	json_open(w, '{');
	put_amount(w, d, currency);
	json_close(w, '}');
}

static void put_sum(struct json_w *w, const struct desk_sum *s)
{
	json_open(w, '{');
	json_pair(w, "kind", str_z(flow_kind_codes[s->kind]));
	json_pair(w, "class", str_z(gap_codes[s->gap]));
	json_pair(w, "giver", s->giver);
	json_pair(w, "taker", s->taker);
	json_key(w, "count");
	json_put_int(w, (int64_t)s->count);
	put_total(w, "given", s->given, s->given_currency);
	put_total(w, "received", s->received, s->received_currency);
	json_close(w, '}');
}

/* A larger page than people read, and where the next one begins. */
static bool page_read(struct visit *v, struct desk_page *p, struct err *err)
{
	struct str limit = http_param(v->q, "limit"), after = http_param(v->q, "after");
	uint64_t n = API_LIMIT;

	p->q.offset = 0;
	if (limit.n && (!str_u64(limit, API_LIMIT_MAX, &n) || n < 1))
		return err_set(err, ERR_INPUT, "limit",
			       N_("a whole number from %1 to %2 is expected"), err_num(1),
			       err_num(API_LIMIT_MAX));
	if (after.n && (!str_starts(after, S("o")) ||
			!str_u64(str_from(after, 1), INT64_MAX, &p->q.offset)))
		return err_set(err, ERR_INPUT, "after",
			       N_("take “after” from the “next” of an earlier answer"));
	p->q.limit = (unsigned)n;
	return true;
}

static void put_next(struct json_w *w, uint64_t next, uint64_t total)
{
	struct buf b;

	json_key(w, "next");
	if (next >= total) {
		json_put_null(w);
		return;
	}
	buf_init(&b, 32);
	buf_ch(&b, 'o');
	buf_u64(&b, next);
	json_put_str(w, buf_str(&b));
	buf_done(&b);
}

void api_desk(struct visit *v)
{
	struct json_w w = json_w(&v->out);
	struct desk_page p;
	struct desk_row *rows;
	uint64_t total;
	struct err err;
	size_t n;

	if (!desk_read(v, &p, &err) || !page_read(v, &p, &err) ||
	    !desk_sums(v->view, v->a, &p.q, &p.sums, &p.sum_count, &err) ||
	    !desk_rows(v->view, v->a, &p.q, &rows, &n, &total, &err)) {
		page_error(v, &err);
		return;
	}
	json_open(&w, '{');
	json_pair(&w, "period", p.period);
	json_pair(&w, "rates", p.rates);
	json_key(&w, "sums");
	json_open(&w, '[');
	for (size_t i = 0; i < p.sum_count; i++)
		put_sum(&w, &p.sums[i]);
	json_close(&w, ']');
	json_key(&w, "items");
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++)
		put_row(&p, &w, &rows[i]);
	json_close(&w, ']');
	json_key(&w, "total");
	json_put_int(&w, (int64_t)total);
	put_next(&w, p.q.offset + n, total);
	json_close(&w, '}');
	api_open(v);
	answer_out(v, "application/json");
}

/* --- CSV (RFC 4180) --- */

/* What a spreadsheet would take for a formula gets an apostrophe before it. */
static void cell(struct buf *b, bool first, struct str text)
{
	bool formula =
		text.n && !str_starts(text, S("-")) && str_index(S("=+@\t\r"), text.p[0]) < 5;

	if (!first)
		buf_ch(b, ',');
	buf_ch(b, '"');
	if (formula)
		buf_ch(b, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			buf_ch(b, '"');
		buf_ch(b, text.p[i]);
	}
	buf_ch(b, '"');
}

static void csv_figure(struct buf *b, struct dec d, struct str currency)
{
	char text[DEC_TEXT];

	cell(b, false,
	     str_z(dec_text(text, d, flow_unit(currency) ? 0 : currency_places(currency))));
	cell(b, false, currency);
}

static void csv_side(struct buf *b, const struct desk_side *s)
{
	char day[DATE_TEXT];

	if (!s->ref.n) {
		for (int i = 0; i < 5; i++)
			cell(b, false, S(""));
		return;
	}
	cell(b, false, s->ref);
	cell(b, false, str_z(date_text(day, s->day)));
	cell(b, false, s->counts ? S("yes") : S("no"));
	csv_figure(b, s->amount, s->currency);
}

static void csv_row(struct desk_page *p, const struct desk_row *row)
{
	struct buf *b = &p->v->out;
	struct str currency;
	struct dec d;

	cell(b, true, str_z(flow_kind_codes[row->kind]));
	cell(b, false, str_z(gap_codes[row->gap]));
	cell(b, false, row->giver);
	cell(b, false, row->taker);
	cell(b, false, row->project);
	csv_side(b, &row->given);
	csv_side(b, &row->received);
	if (desk_difference(p, row, &d, &currency)) {
		csv_figure(b, d, currency);
	} else {
		cell(b, false, S(""));
		cell(b, false, S(""));
	}
	buf_lit(b, "\r\n");
}

void api_desk_csv(struct visit *v)
{
	struct desk_page p;
	uint64_t total = 1;
	struct err err;

	if (!desk_read(v, &p, &err)) {
		page_error(v, &err);
		return;
	}
	buf_lit(&v->out, "kind,class,giver,taker,project,given_ref,given_date,given_counts,"
			 "given_amount,given_currency,received_ref,received_date,"
			 "received_counts,received_amount,received_currency,difference,"
			 "difference_currency\r\n");
	p.q.limit = 1000;
	for (p.q.offset = 0; p.q.offset < total && !v->out.full; p.q.offset += 1000) {
		struct desk_row *rows;
		size_t n;

		if (!desk_rows(v->view, v->a, &p.q, &rows, &n, &total, &err)) {
			page_error(v, &err);
			return;
		}
		for (size_t i = 0; i < n; i++)
			csv_row(&p, &rows[i]);
	}
	api_open(v);
	answer_out(v, "text/csv; charset=utf-8");
}
