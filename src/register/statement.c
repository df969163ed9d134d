#include "register/statement.h"
#include "register/draft.h"

#include "base/lang.h"

/* --- writing --- */

struct making {
	struct view *v;
	struct arena *a;
	const struct statement_plan *p;
	struct desk_query q;
	struct json_w *w;
	struct rate_book book;
	bool has_book;
	bool differing_only; /* pairs that match are left out */
	struct err *err;
};

/* `money` or, when it is a unit, `quantity`. */
static void put_figure(struct json_w *w, const char *money, const char *quantity, struct dec d,
		       struct str currency)
{
	char text[DEC_TEXT];

	if (!currency.n)
		return;
	json_key(w, flow_unit(currency) ? quantity : money);
	json_open(w, '{');
	json_pair(w, "amount", str_z(dec_text(text, d, 0)));
	json_pair(w, flow_unit(currency) ? "unit" : "currency", currency);
	json_close(w, '}');
}

static void put_money(struct json_w *w, const char *name, struct dec d, struct str currency)
{
	if (!flow_unit(currency))
		put_figure(w, name, name, d, currency);
}

static void put_date(struct json_w *w, const char *name, int32_t day)
{
	char text[DATE_TEXT];

	json_pair(w, name, str_z(date_text(text, day)));
}

static void put_total(struct json_w *w, const struct desk_sum *s)
{
	struct str one = s->given_currency.n ? s->given_currency : s->received_currency;
	bool two = s->given_currency.n && s->received_currency.n &&
		   !str_eq(s->given_currency, s->received_currency);

	json_open(w, '{');
	json_pair(w, "kind", str_z(flow_kind_codes[s->kind]));
	json_pair(w, "outcome", str_z(gap_codes[s->gap]));
	json_pair(w, "provider", s->giver);
	if (s->taker.n)
		json_pair(w, "receiver", s->taker);
	json_pair(w, "pairs", str_z(err_num(s->count)));
	put_figure(w, "given", "given_quantity", s->given, s->given_currency);
	put_figure(w, "received", "received_quantity", s->received, s->received_currency);
	if (!two)
		put_money(w, "difference", (struct dec){ s->given.micro - s->received.micro },
			  one);
	json_close(w, '}');
}

/* The newest dispute or comment of a party. */
static struct str word_of(const struct making *m, const struct record_row *words, size_t n,
			  struct str party)
{
	struct str text = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct json *said;
		struct json *data;
		struct err ignored;

		if (!str_eq(words[i].party, party) ||
		    !json_object(m->a, words[i].data, &data, &ignored))
			continue;
		said = json_obj(data, "text");
		if (said)
			text = said->raw;
	}
	return text;
}

static bool put_words(struct making *m, const struct desk_row *row)
{
	struct record_row *words;
	struct str given, received;
	size_t n;

	if (!row->words)
		return true;
	if (!desk_words(m->v, m->a, row, m->p->who, LANG_EN, &words, &n, m->err))
		return false;
	given = word_of(m, words, n, row->giver);
	received = word_of(m, words, n, row->taker);
	if (given.n) {
		json_key(m->w, "given_remark");
		json_put_raw(m->w, given);
	}
	if (received.n) {
		json_key(m->w, "received_remark");
		json_put_raw(m->w, received);
	}
	return true;
}

/* The difference, and how it was reckoned when there are two currencies. */
static bool put_gap(struct making *m, const struct desk_row *row)
{
	struct rate_proof proof;
	struct str currency;
	struct dec d;

	if (desk_gap(row, &d, &currency)) {
		put_money(m->w, "difference", d, currency);
		return true;
	}
	if (row->given.goods || row->received.goods)
		return true;
	if (!m->has_book || m->book.day != row->given.day) {
		if (!rates_read(m->v, m->a, m->p->rates, row->given.day, m->p->who, &m->book,
				m->err))
			return false;
		m->has_book = true;
	}
	if (!rates_convert(&m->book, row->given.amount, row->given.currency,
			   row->received.currency, &proof) ||
	    !dec_sub(proof.to, row->received.amount, &d))
		return true;
	put_money(m->w, "difference", d, row->received.currency);
	put_money(m->w, "converted", proof.to, row->received.currency);
	json_pair(m->w, "proof", str_cut(rates_words(m->a, &m->book, &proof), 300));
	return true;
}

static void put_side(struct json_w *w, const struct desk_side *s, bool given)
{
	if (!s->ref.n)
		return;
	if (s->goods)
		json_pair(w, given ? "goods_given" : "goods_received", s->ref);
	else
		json_pair(w, given ? "given" : "received", s->ref);
	put_figure(w, given ? "given_amount" : "received_amount",
		   given ? "given_quantity" : "received_quantity", s->amount, s->currency);
	put_date(w, given ? "given_date" : "received_date", s->day);
}

static bool put_pair(struct making *m, const struct desk_row *row)
{
	json_open(m->w, '{');
	json_pair(m->w, "outcome", str_z(gap_codes[row->gap]));
	json_pair(m->w, "kind", str_z(flow_kind_codes[row->kind]));
	put_side(m->w, &row->given, true);
	put_side(m->w, &row->received, false);
	if (!put_gap(m, row) || !put_words(m, row))
		return false;
	json_close(m->w, '}');
	return true;
}

static bool put_pairs(struct making *m)
{
	struct desk_query q = m->q;
	uint64_t total = 1;

	json_key(m->w, "pairs");
	json_open(m->w, '[');
	for (q.offset = 0; q.offset < total; q.offset += q.limit) {
		struct desk_row *rows;
		size_t n;

		if (!desk_rows(m->v, m->a, &q, &rows, &n, &total, m->err))
			return false;
		for (size_t i = 0; i < n && !m->w->b->full; i++)
			if (!(m->differing_only && rows[i].gap == GAP_MATCHED) &&
			    !put_pair(m, &rows[i]))
				return false;
	}
	json_close(m->w, ']');
	return true;
}

static bool put_cut(struct making *m)
{
	struct ledger_row *ledgers;
	struct buf b;
	size_t n;

	if (!view_ledgers(m->v, m->a, &ledgers, &n, m->err))
		return false;
	buf_init(&b, 400);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_ch(&b, ' ');
		buf_add(&b, ledgers[i].name);
		buf_ch(&b, '=');
		buf_u64(&b, ledgers[i].size);
	}
	json_pair(m->w, "cut", buf_str(&b));
	buf_done(&b);
	return true;
}

static bool put_statement(struct making *m, const struct desk_sum *sums, size_t n)
{
	const struct statement_plan *p = m->p;
	bool differs = false;

	for (size_t i = 0; i < n; i++)
		differs = differs || sums[i].gap != GAP_MATCHED;
	json_open(m->w, '{');
	json_key(m->w, "title");
	json_put_raw(m->w, p->title);
	put_date(m->w, "period_start", p->period.from);
	put_date(m->w, "period_end", p->period.to);
	if (p->project.n)
		json_pair(m->w, "project", p->project);
	json_pair(m->w, "status", differs ? S("agreed-with-reservations") : S("agreed"));
	json_key(m->w, "totals");
	json_open(m->w, '[');
	for (size_t i = 0; i < n; i++)
		put_total(m->w, &sums[i]);
	json_close(m->w, ']');
	if (!put_pairs(m))
		return false;
	if (p->rates.n)
		json_pair(m->w, "rates", p->rates);
	if (!put_cut(m))
		return false;
	if (p->note.n) {
		json_key(m->w, "note");
		json_put_raw(m->w, p->note);
	}
	put_date(m->w, "closed", p->today);
	json_close(m->w, '}');
	return true;
}

static struct desk_query query_of(const struct statement_plan *p)
{
	return (struct desk_query){ .between = { p->between[0], p->between[1] },
				    .period = p->period,
				    .project = p->project,
				    .kind = DESK_ALL,
				    .gap = DESK_ALL,
				    .who = p->who,
				    .limit = 1000 };
}

/* Room for what the door adds around it. */
enum { STATEMENT_BYTES = DRAFT_MAX - (8 << 10), STATEMENT_PARTS = 1000 };

static bool write_statement(struct making *m, struct str *data)
{
	struct desk_sum *sums;
	uint64_t pairs = 0, differing = 0;
	struct json_w w;
	struct buf b;
	size_t n;
	bool ok;

	if (!desk_sums(m->v, m->a, &m->q, &sums, &n, m->err))
		return false;
	for (size_t i = 0; i < n; i++) {
		pairs += sums[i].count;
		differing += sums[i].gap == GAP_MATCHED ? 0 : sums[i].count;
	}
	if (!n)
		return err_set(m->err, ERR_INPUT, "period",
			       N_("Neither side has booked anything in this period; there is "
				  "nothing to close."));
	m->differing_only = pairs > STATEMENT_PAIRS;
	buf_init(&b, STATEMENT_BYTES);
	w = json_w(&b);
	m->w = &w;
	ok = put_statement(m, sums, n);
	if (ok && (b.full || n > 400 || differing > STATEMENT_PARTS))
		ok = err_set(m->err, ERR_INPUT, "period",
			     N_("There are more differences than one statement can carry. "
				"Choose a shorter period, or one project."));
	*data = arena_str(m->a, buf_str(&b));
	m->w = NULL;
	buf_done(&b);
	return ok;
}

bool statement_make(struct view *v, struct arena *a, const struct statement_plan *p,
		    struct str *data, struct err *err)
{
	struct making m = { .v = v, .a = a, .p = p, .q = query_of(p), .err = err };

	if (p->period.to > p->today || p->period.from <= DESK_EVER.from)
		return err_set(err, ERR_INPUT, "period",
			       N_("A period is closed once it is over: choose one that has "
				  "ended."));
	return write_statement(&m, data);
}

/* --- reading --- */

static int code_in(const char *const *codes, int n, struct str code)
{
	for (int i = 0; i < n; i++)
		if (str_is(code, codes[i]))
			return i;
	return -1;
}

static void read_figure(const struct json *part, const char *money, const char *quantity,
			struct dec *d, struct str *currency)
{
	const struct json *v = json_obj(part, money);

	*currency = json_str(v, "currency");
	if (!v) {
		v = json_obj(part, quantity);
		*currency = json_str(v, "unit");
	}
	if (!dec_parse(json_str(v, "amount"), d))
		*currency = (struct str){ 0 };
}

static bool read_total(const struct json *part, struct desk_sum *s)
{
	int kind = code_in(flow_kind_codes, FLOW_KINDS, json_str(part, "kind"));
	int gap = code_in(gap_codes, GAPS, json_str(part, "outcome"));

	*s = (struct desk_sum){ .giver = json_str(part, "provider"),
				.taker = json_str(part, "receiver") };
	if (kind < 0 || gap < 0 || !str_u64(json_str(part, "pairs"), UINT32_MAX, &s->count))
		return false;
	s->kind = (enum flow_kind)kind;
	s->gap = (enum gap)gap;
	read_figure(part, "given", "given_quantity", &s->given, &s->given_currency);
	read_figure(part, "received", "received_quantity", &s->received, &s->received_currency);
	return true;
}

static bool same_sum(const struct desk_sum *x, const struct desk_sum *y)
{
	return x->kind == y->kind && x->gap == y->gap && str_eq(x->giver, y->giver) &&
	       str_eq(x->taker, y->taker) && str_eq(x->given_currency, y->given_currency) &&
	       str_eq(x->received_currency, y->received_currency);
}

static bool equal_sum(const struct desk_sum *x, const struct desk_sum *y)
{
	return x->count == y->count && x->given.micro == y->given.micro &&
	       x->received.micro == y->received.micro;
}

/* Signed lines, then those there are only today. */
static void join_lines(struct statement *out, const struct desk_sum *today, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < out->line_count && !same_sum(&out->lines[k].was, &today[i]))
			k++;
		if (k == out->line_count) {
			out->lines[k].was = today[i];
			out->lines[k].was.count = 0;
			out->lines[k].was.given = out->lines[k].was.received =
				(struct dec){ 0 };
			out->line_count++;
		}
		out->lines[k].is = today[i];
	}
	for (size_t k = 0; k < out->line_count; k++) {
		if (!out->lines[k].is.giver.n) {
			out->lines[k].is = out->lines[k].was;
			out->lines[k].is.count = 0;
			out->lines[k].is.given = out->lines[k].is.received = (struct dec){ 0 };
		}
		out->differs |= !equal_sum(&out->lines[k].was, &out->lines[k].is);
	}
}

static bool same_side(const struct json *pair, bool given, const struct desk_side *s)
{
	struct str ref = json_str(pair, given ? "given" : "received"), currency, date;
	char day[DATE_TEXT];
	struct dec d;

	if (!ref.n)
		ref = json_str(pair, given ? "goods_given" : "goods_received");
	if (!str_eq(ref, s->ref))
		return false;
	if (!ref.n)
		return true;
	read_figure(pair, given ? "given_amount" : "received_amount",
		    given ? "given_quantity" : "received_quantity", &d, &currency);
	date = json_str(pair, given ? "given_date" : "received_date");
	/* a statement of another hand may name its records alone */
	return !currency.n || (d.micro == s->amount.micro && str_eq(currency, s->currency) &&
			       str_is(date, date_text(day, s->day)));
}

static struct str ref_of(const struct json *pair)
{
	static const char *const names[] = { "given", "goods_given", "received",
					     "goods_received" };

	for (size_t i = 0; i < 4; i++)
		if (json_str(pair, names[i]).n)
			return json_str(pair, names[i]);
	return (struct str){ 0 };
}

/* A pair that was matched but for the period is one of time. */
static bool same_outcome(const struct json *pair, const struct desk_row *now)
{
	struct str was = json_str(pair, "outcome");

	return str_is(was, gap_codes[now->gap]) ||
	       (str_is(was, "timing") && now->gap == GAP_MATCHED);
}

static bool compare_pairs(struct view *v, struct arena *a, const struct json *pairs,
			  struct statement *out, struct err *err)
{
	out->changed = arena_array(a, struct statement_pair, (pairs ? pairs->count : 0) + 1);
	for (const struct json *p = pairs ? pairs->child : NULL; p; p = p->next) {
		struct statement_pair now = { .was = p };
		struct err missing;

		if (!desk_pair(v, a, ref_of(p), out->plan.who, &now.is, &missing)) {
			if (missing.kind != ERR_MISSING) {
				*err = missing;
				return false;
			}
			now.gone = true;
		} else if (same_side(p, true, &now.is.given) &&
			   same_side(p, false, &now.is.received) && same_outcome(p, &now.is)) {
			continue;
		}
		out->changed[out->changed_count++] = now;
		out->differs = true;
	}
	return true;
}

/* The sides of a statement are those its totals name. */
static void read_sides(const struct json *totals, struct statement_plan *p)
{
	for (const struct json *t = totals ? totals->child : NULL; t && !p->between[1].n;
	     t = t->next) {
		p->between[0] = json_str(t, "provider");
		p->between[1] = json_str(t, "receiver");
	}
	if (!p->between[1].n)
		p->between[0] = (struct str){ 0 };
}

bool statement_compare(struct view *v, struct arena *a, const struct json *data,
		       enum audience who, struct statement *out, struct err *err)
{
	const struct json *totals = json_arr(data, "totals");
	struct desk_query q;
	struct desk_sum *today;
	size_t n;

	*out = (struct statement){ .plan = { .project = json_str(data, "project"),
					     .rates = json_str(data, "rates"),
					     .who = who } };
	if (!date_parse(json_str(data, "period_start"), &out->plan.period.from) ||
	    !date_parse(json_str(data, "period_end"), &out->plan.period.to))
		return err_set(err, ERR_MISSING, NULL,
			       N_("This reconciliation has no period to compare."));
	read_sides(totals, &out->plan);
	q = query_of(&out->plan);
	if (!desk_sums(v, a, &q, &today, &n, err))
		return false;
	n = totals ? n : 0;
	out->lines =
		arena_array(a, struct statement_line, (totals ? totals->count : 0) + n + 1);
	for (const struct json *t = totals ? totals->child : NULL; t; t = t->next)
		out->line_count += read_total(t, &out->lines[out->line_count].was);
	join_lines(out, today, n);
	return compare_pairs(v, a, json_arr(data, "pairs"), out, err);
}
