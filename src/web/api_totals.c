#include "web/api.h"

#include <stdlib.h>

/*
 * Sums by dimension, from what the store keeps at write time.  A sum never mixes
 * currencies, nor transactions of different types, whatever is asked for.
 */

enum column { BY_TYPE, BY_CURRENCY, BY_PARTY, BY_KEY, COLUMN_COUNT };

static const struct dimension {
	const char *name;
	enum column column;
	const char *dim; /* of view_totals; NULL: it has this column anyway */
} dimensions[] = {
	{ "transaction-type", BY_TYPE, NULL },
	{ "currency", BY_CURRENCY, NULL },
	{ "party", BY_PARTY, NULL },
	{ "project", BY_KEY, "project" },
	{ "year", BY_KEY, "year" },
	{ "sector", BY_KEY, "sector" },
};

struct totals {
	const struct dimension *by[COLUMN_COUNT]; /* NULL: not asked for */
	struct total_query query;
};

static bool read_dimension(struct totals *t, struct str name, struct err *err)
{
	for (size_t i = 0; i < sizeof(dimensions) / sizeof(dimensions[0]); i++) {
		const struct dimension *d = &dimensions[i];

		if (!str_is(name, d->name))
			continue;
		if (t->by[d->column] && t->by[d->column] != d)
			return err_set(err, ERR_INPUT, "by",
				       N_("sums are kept by one of project, year and sector at "
					  "a time; ask for each apart"));
		t->by[d->column] = d;
		if (d->dim)
			t->query.dim = d->dim;
		return true;
	}
	return err_set(err, ERR_INPUT, "by",
		       N_("“%1” is not a dimension; take transaction-type, currency, party, "
			  "project, year or sector"),
		       err_arg(name));
}

static bool read_query(struct visit *v, struct totals *t, struct err *err)
{
	struct str kind = http_param(v->q, "kind"), by = http_param(v->q, "by"), name;

	*t = (struct totals){
		.query = { .record = &records[RECORD_transaction], .dim = "", .who = v->who }
	};
	/* Sums of unlike things would be none. */
	t->by[BY_TYPE] = &dimensions[0];
	t->by[BY_CURRENCY] = &dimensions[1];
	if (str_is(kind, "budget"))
		t->query.record = &records[RECORD_budget];
	else if (str_is(kind, "planned_disbursement"))
		t->query.record = &records[RECORD_planned_disbursement];
	else if (kind.n > 0 && !str_is(kind, "transaction"))
		return err_set(
			err, ERR_INPUT, "kind",
			N_("sums are kept of transaction, budget and planned_disbursement"));
	if (t->query.record != &records[RECORD_transaction])
		t->by[BY_TYPE] = NULL;
	while (by.n > 0 && str_split(&by, ',', &name))
		if (!read_dimension(t, name, err))
			return false;
	return true;
}

static struct str column_of(const struct total_row *row, enum column c)
{
	switch (c) {
	case BY_TYPE: return row->type;
	case BY_CURRENCY: return row->currency;
	case BY_PARTY: return row->party;
	case BY_KEY: return row->key;
	case COLUMN_COUNT: break;
	}
	return S("");
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct totals *t = arg;
	int c = 0;

	for (int i = COLUMN_COUNT - 1; c == 0 && i >= 0; i--)
		if (t->by[i])
			c = str_cmp(column_of(a, (enum column)i), column_of(b, (enum column)i));
	return c;
}

/* Add up rows that agree in every column asked for; how many are left. */
static bool fold(struct totals *t, struct total_row *rows, size_t *n, struct err *err)
{
	size_t last = 0;

	if (*n == 0)
		return true;
	qsort_r(rows, *n, sizeof(*rows), compare, t);
	for (size_t i = 1; i < *n; i++) {
		if (compare(&rows[last], &rows[i], t) != 0) {
			rows[++last] = rows[i];
			continue;
		}
		rows[last].count += rows[i].count;
		if (!dec_add(rows[last].amount, rows[i].amount, &rows[last].amount))
			return err_set(err, ERR_INPUT, "by",
				       N_("a sum is larger than can be written"));
	}
	*n = last + 1;
	return true;
}

static void write_total(struct json_w *w, const struct totals *t, const struct total_row *row)
{
	char amount[DEC_TEXT];

	json_open(w, '{');
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (t->by[i])
			json_pair(w, t->by[i]->name, column_of(row, (enum column)i));
	json_key(w, "count");
	json_put_int(w, (int64_t)row->count);
	json_pair(w, "amount", str_z(dec_text(amount, row->amount, 2)));
	json_close(w, '}');
}

void api_totals(struct visit *v)
{
	struct json_w w = json_w(&v->out);
	struct total_row *rows = NULL;
	struct totals t;
	struct err err;
	size_t n = 0;

	if (!read_query(v, &t, &err) ||
	    !view_totals(v->view, v->a, &t.query, &rows, &n, &err) ||
	    !fold(&t, rows, &n, &err)) {
		page_error(v, &err);
		return;
	}
	json_open(&w, '[');
	for (size_t i = 0; i < n; i++)
		write_total(&w, &t, &rows[i]);
	json_close(&w, ']');
	api_open(v);
	answer_out(v, "application/json");
}
