/*
 * Sums of money over any dimensions, exactly, and what is behind each of them.
 *
 * A figure is summed in its own currency, or, when a currency and the source of rates are
 * named, converted by the last rate on or before its value date (rate_table.h) and rounded to
 * the minor unit by itself: a converted total is the sum of figures that can each be looked at.
 * What has no rate is summed apart in its own currency, with the reason.
 *
 * A figure that names no sector or country of its own falls to those of its project, by their
 * percentages: each part is rounded down to the minor unit, and what is left over goes by
 * single units to the largest remainders, of equals to the first by code.  The parts sum to the
 * whole. Percentages that do not add up to 100 split nothing: the figure's sector is not
 * stated.
 *
 * What a second-hand publisher repeats is not counted, unless asked for; it is summed apart.
 */
#ifndef REGISTER_TOTALS_H
#define REGISTER_TOTALS_H
#include "register/rate_table.h"

enum totals_dim {
	BY_TYPE, /* of transactions; of budgets and planned disbursements: BudgetType */
	BY_CURRENCY,
	BY_YEAR, /* of the transaction, or that in which the period begins */
	BY_SECTOR,
	BY_COUNTRY,
	BY_PARTY,
	BY_PROJECT,
	BY_PUBLISHER, /* the organisation that reports the project */
	TOTALS_DIMS
};
extern const char *const totals_dim_names[TOTALS_DIMS]; /* "transaction-type", … */
/* TOTALS_DIMS when there is none of that name. */
enum totals_dim totals_dim_named(struct str name);

struct totals_query {
	const struct record *record; /* transaction, budget or planned_disbursement */
	enum audience who;
	bool by[TOTALS_DIMS];
	/* Only what has this value; empty: what has none.  NULL: everything. */
	const struct str *only[TOTALS_DIMS];
	struct str in;                  /* a currency; empty: nothing is converted */
	const struct rate_table *rates; /* with `in` */
	enum { REPEATS_OUT, REPEATS_IN, REPEATS_ONLY } repeats;
	/*
	 * When set, totals_sum writes its rows here, and keeps none of them: an array of
	 *	{"transaction-type":"3","sector":"","currency":"XOF","count":2,"amount":"1250"}
	 * "booked-in": the currency of what is converted, when that is a dimension;
	 * "unconverted": why, when the amount is not in the currency asked for; "repeated":
	 *true when only what second-hand publishers repeat was asked for.  Of no use when it
	 *fails.
	 */
	struct buf *json;
};
/* "transaction-type,year"; "" is none.  What must not be summed together is added: types of
 * transactions, and currencies unless it is converted. */
bool totals_by(struct totals_query *q, struct str names, struct err *err) MUST_USE;
/* "transaction" and so on; ERR_INPUT "kind". */
bool totals_kind(struct totals_query *q, struct str name, struct err *err) MUST_USE;

/* Convert into `currency` by the rates that `source` has published, or only by what is fixed by
 * treaty ("parity"); ERR_INPUT "in" or "rates" when one is not known.  An empty currency
 * converts nothing.  Call it before totals_by. */
bool totals_in(struct view *v, struct arena *a, struct totals_query *q, struct str currency,
	       struct str source, struct err *err) MUST_USE;
#define PARITY_SOURCE "parity"

struct totals_row {
	struct str key[TOTALS_DIMS]; /* of those asked for */
	struct str currency;         /* of the amount */
	uint64_t count;              /* figures with a part in it */
	struct dec amount;
	enum rate_gap gap; /* not RATE_FOUND: the amount is not converted */
};
struct totals {
	struct totals_row *rows; /* by their keys, what has a gap behind the others */
	size_t n;
	struct totals_row *repeated; /* with REPEATS_OUT: what is not in `rows` */
	size_t repeated_count;
};
enum { TOTALS_ROWS_MAX = 1000000 };
/* ERR_INPUT "by" when there are more than `max` rows, or a sum is too large to be written. */
bool totals_sum(struct view *v, struct arena *a, const struct totals_query *q, size_t max,
		struct totals *out, struct err *err) MUST_USE;

/* --- what is behind a sum: totals_list.c --- */

/* One figure with its parts: as many as its sectors and countries make of it. */
struct totals_part {
	struct str key[TOTALS_DIMS];
	struct dec amount; /* its share, in the currency of the sum */
};
struct totals_fact {
	int64_t rid, shape; /* for view_money_record */
	int32_t day, value_day;
	struct dec amount; /* the whole, as it was booked */
	struct str currency;
	bool repeated;
	struct rate_way way; /* with `in` */
	struct dec result;   /* the whole, in the currency of the sum */
	struct totals_part *parts;
	size_t part_count;
};
/* Newest first; `day` and `rid` of the last of an earlier answer go on behind it. */
struct totals_list {
	const struct totals_query *q;
	bool after;
	int32_t day;
	int64_t rid;
	size_t limit; /* 1..TOTALS_LIST_MAX */
};
enum { TOTALS_LIST_MAX = 100000 };
bool totals_facts(struct view *v, struct arena *a, const struct totals_list *l,
		  struct totals_fact **out, size_t *n, bool *more, struct err *err) MUST_USE;
/* As JSON, for the API and the command line alike: */
struct json_w;
/*
 *	{"record":"ml/0197…","date":"2026-03-01","value-date":"2026-03-01","amount":"100.00",
 *	 "currency":"EUR","result":"65596","in":"XOF","source":"bceao","path":[{"rate":"ml/0197…",
 *	 "date":"2026-03-01","base":"EUR","units":"1","quote":"XOF","value":"655.957",
 *	 "inverse":false}],"words":"…","parts":[{"sector":"11110","amount":"65596"}]}
 */
void totals_put_fact(struct json_w *w, const struct totals_query *q,
		     const struct totals_fact *f, struct str record);
/* "bceao 2026-06-23: 1 RUB = 7.42 XOF; parity: 1 EUR = 655.957 XOF"; "" when it is the same. */
void totals_put_path(struct buf *b, const struct totals_query *q, const struct rate_way *w);

#endif
