#include "web/api.h"
#include "web/totals_asked.h"

/* Sums of money and the figures behind them (register/totals.h). */

enum { SUMS_MAX = 100000, FIGURES = 100, FIGURES_MAX = 1000 };

void api_totals(struct visit *v)
{
	struct totals_asked t;
	struct totals sums;
	struct err err;
	bool ok = totals_asked_read(v, &t, &err);

	t.q.json = &v->out;
	if (!ok || !totals_sum(v->view, v->a, &t.q, SUMS_MAX, &sums, &err)) {
		buf_clear(&v->out);
		page_error(v, &err);
		return;
	}
	api_open(v);
	answer_out(v, "application/json");
}

/* --- figures --- */

bool totals_after_read(struct visit *v, struct totals_list *l, struct err *err)
{
	struct str after = http_param(v->q, "after"), day;
	uint64_t rid;

	if (!after.n)
		return true;
	(void)!str_split(&after, '.', &day);
	l->after = true;
	l->day = MONEY_NO_DAY;
	if (!str_u64(after, INT64_MAX, &rid) ||
	    (!str_is(day, "-") && !date_parse(day, &l->day)))
		return err_set(err, ERR_INPUT, "after",
			       N_("this is not the `next` of an earlier answer"));
	l->rid = (int64_t)rid;
	return true;
}

struct str totals_after(struct visit *v, const struct totals_fact *last)
{
	char day[DATE_TEXT];
	struct buf b;

	buf_init(&b, 64);
	buf_z(&b, last->day == MONEY_NO_DAY ? "-" : date_text(day, last->day));
	buf_ch(&b, '.');
	buf_i64(&b, last->rid);
	return arena_buf(v->a, &b);
}

static bool read_limit(struct visit *v, struct totals_list *l, struct err *err)
{
	struct str limit = http_param(v->q, "limit");
	uint64_t n = FIGURES;

	if (limit.n && (!str_u64(limit, FIGURES_MAX, &n) || !n))
		return err_set(err, ERR_INPUT, "limit",
			       N_("a whole number from %1 to %2 is expected"), err_num(1),
			       err_num(FIGURES_MAX));
	l->limit = n;
	return true;
}

static bool put_figures(struct visit *v, struct json_w *w, const struct totals_list *l,
			struct err *err)
{
	struct totals_fact *facts;
	struct record_row row;
	bool more;
	size_t n;

	if (!totals_facts(v->view, v->a, l, &facts, &n, &more, err))
		return false;
	json_open(w, '{');
	json_key(w, "items");
	json_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		if (!view_money_record(v->view, v->a, facts[i].rid, facts[i].shape, v->who,
				       v->lang, &row, err))
			return false;
		totals_put_fact(w, l->q, &facts[i],
				arena_join(v->a, row.party, arena_join(v->a, S("/"), row.id)));
	}
	json_close(w, ']');
	json_key(w, "next");
	if (more)
		json_put_str(w, totals_after(v, &facts[n - 1]));
	else
		json_put_null(w);
	json_close(w, '}');
	return true;
}

void api_figures(struct visit *v)
{
	struct json_w w = json_w(&v->out);
	struct totals_list l = { 0 };
	struct totals_asked t;
	struct err err;

	l.q = &t.q;
	if (!totals_asked_read(v, &t, &err) || !read_limit(v, &l, &err) ||
	    !totals_after_read(v, &l, &err) || !put_figures(v, &w, &l, &err)) {
		buf_clear(&v->out);
		page_error(v, &err);
		return;
	}
	api_open(v);
	answer_out(v, "application/json");
}
