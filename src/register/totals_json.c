#include "register/totals_groups.h"
#include "wire/json.h"

static void put_amount(struct json_w *w, const char *name, struct dec d, struct str currency)
{
	char text[DEC_TEXT];

	json_pair(w, name, str_z(dec_text(text, d, currency_places(currency))));
}

static void put_keys(struct json_w *w, const struct totals_query *q, const struct str *key)
{
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		if ((q->by[d] || q->only[d]) && d != BY_CURRENCY)
			json_pair(w, totals_dim_names[d], key[d]);
}

/* --- rows --- */

enum { KEYS_MAX = 1024, ROW_USUAL = 136 };

/* A key as it stands in a row, with what parts it from what is before it. */
static struct str name_key(struct arena *a, const char *name, bool first)
{
	struct buf b;

	buf_init(&b, KEYS_MAX);
	buf_ch(&b, first ? '{' : ',');
	json_quote(&b, str_z(name));
	buf_ch(&b, ':');
	return arena_buf(a, &b);
}

void rows_json_begin(struct rows_json *r, struct arena *a, const struct totals_query *q,
		     size_t n)
{
	bool first = true;

	*r = (struct rows_json){ .q = q, .comma = '[' };
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		if (q->by[d] && d != BY_CURRENCY) {
			r->key[d] = name_key(a, totals_dim_names[d], first);
			first = false;
		}
	if (q->by[BY_CURRENCY] && q->in.n) {
		r->booked_in = name_key(a, "booked-in", first);
		first = false;
	}
	r->currency = name_key(a, "currency", first);
	buf_reserve(q->json, n * ROW_USUAL);
}

void rows_json_put(struct rows_json *r, const struct totals_row *row)
{
	struct buf *b = r->q->json;
	char text[DEC_TEXT];

	buf_ch(b, r->comma);
	r->comma = ',';
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		if (r->key[d].n) {
			buf_add(b, r->key[d]);
			json_quote(b, row->key[d]);
		}
	if (r->booked_in.n) {
		buf_add(b, r->booked_in);
		json_quote(b, row->key[BY_CURRENCY]);
	}
	buf_add(b, r->currency);
	json_quote(b, row->currency);
	buf_lit(b, ",\"count\":");
	buf_u64(b, row->count);
	buf_lit(b, ",\"amount\":\"");
	buf_z(b, dec_text(text, row->amount, currency_places(row->currency)));
	buf_ch(b, '"');
	if (row->gap) {
		buf_lit(b, ",\"unconverted\":");
		json_quote(b, str_z(rate_gap_names[row->gap]));
	}
	if (r->q->repeats == REPEATS_ONLY)
		buf_lit(b, ",\"repeated\":true");
	buf_ch(b, '}');
}

void rows_json_end(struct rows_json *r)
{
	if (r->comma == '[')
		buf_ch(r->q->json, '[');
	buf_ch(r->q->json, ']');
}

/* --- one figure and its proof --- */

static void put_day(struct json_w *w, const char *name, int32_t day)
{
	char text[DATE_TEXT];

	json_pair(w, name, day == MONEY_NO_DAY ? S("") : str_z(date_text(text, day)));
}

static void put_step(struct json_w *w, const struct rate_step *s)
{
	const struct rate_quote *by = s->by;
	char text[DEC_TEXT];

	json_open(w, '{');
	json_pair(w, "rate", by->ref.n ? by->ref : S(PARITY_SOURCE));
	if (by->ref.n)
		put_day(w, "date", by->day);
	json_pair(w, "base", by->base);
	json_pair(w, "units", str_z(dec_text(text, by->units, 0)));
	json_pair(w, "quote", by->quote);
	json_pair(w, "value", str_z(dec_text(text, by->value, 0)));
	json_key(w, "inverse");
	json_put_bool(w, s->inverse);
	json_close(w, '}');
}

static void put_proof(struct json_w *w, const struct totals_query *q,
		      const struct totals_fact *f)
{
	struct buf words;

	if (f->way.gap) {
		json_pair(w, "unconverted", str_z(rate_gap_names[f->way.gap]));
		return;
	}
	put_amount(w, "result", f->result, q->in);
	json_pair(w, "in", q->in);
	json_pair(w, "source", rate_table_source(q->rates));
	json_key(w, "path");
	json_open(w, '[');
	for (size_t i = 0; i < f->way.n; i++)
		put_step(w, &f->way.steps[i]);
	json_close(w, ']');
	buf_init(&words, 1024);
	totals_put_path(&words, q, &f->way);
	json_pair(w, "words", buf_str(&words));
	buf_done(&words);
}

void totals_put_fact(struct json_w *w, const struct totals_query *q,
		     const struct totals_fact *f, struct str record)
{
	struct str currency = q->in.n && !f->way.gap ? q->in : f->currency;

	json_open(w, '{');
	json_pair(w, "record", record);
	put_day(w, "date", f->day);
	put_day(w, "value-date", f->value_day);
	put_amount(w, "amount", f->amount, f->currency);
	json_pair(w, "currency", f->currency);
	if (f->repeated) {
		json_key(w, "repeated");
		json_put_bool(w, true);
	}
	if (q->in.n)
		put_proof(w, q, f);
	json_key(w, "parts");
	json_open(w, '[');
	for (size_t i = 0; i < f->part_count; i++) {
		json_open(w, '{');
		put_keys(w, q, f->parts[i].key);
		put_amount(w, "amount", f->parts[i].amount, currency);
		json_close(w, '}');
	}
	json_close(w, ']');
	json_close(w, '}');
}
