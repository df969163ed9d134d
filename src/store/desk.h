/*
 * The reconciliation desk: what both sides report, pair by pair (flows.h keeps them), with
 * their sums.  Nothing is added across currencies, units, kinds of flow or directions.
 *
 * Of a period a pair is shown when either of its dates lies within; its figures count, in
 * rows and in sums alike, on the side whose date does.  A pair that otherwise matches but
 * has one foot outside is a difference in timing, for this period.  So for each side the sum
 * of all classes is what it has booked in the period, and every sum is that of its rows.
 */
#ifndef STORE_DESK_H
#define STORE_DESK_H
#include "model/pairing.h"
#include "store/view.h"

/* Days of a period; DESK_EVER when there is none. */
struct desk_period {
	int32_t from, to;
};
#define DESK_EVER ((struct desk_period){ INT32_MIN / 2, INT32_MAX / 2 })

struct desk_query {
	struct str between[2]; /* two parties; empty: any */
	struct desk_period period;
	struct str project; /* "joint/0197…"; empty: all */
	struct str giver;   /* who gives; empty: either */
	struct str party;   /* who has booked something of it; empty: whoever */
	/* One currency or unit, on either side; "RUB:XOF", "RUB:", ":XOF": exactly these given
	 * and received, nothing for what is not there; empty: all. */
	struct str currency;
	int kind; /* enum flow_kind, or DESK_ALL */
	int gap;  /* enum gap, or DESK_ALL */
	enum audience who;
	uint64_t offset;
	unsigned limit; /* 1..1000 */
};
enum { DESK_ALL = -1 };

struct desk_side {
	struct str ref; /* "ru/0197…" of a transaction or consignment; empty: not booked */
	bool goods;
	bool counts; /* its date lies in the period */
	int32_t day;
	struct dec amount;
	struct str currency; /* of goods: the unit */
};
struct desk_row {
	enum flow_kind kind;
	enum gap gap, under; /* under: apart from a dispute */
	unsigned words;      /* of either side about it */
	struct str giver, taker, project;
	struct desk_side given, received;
};
/* Latest first; *total counts all that match. */
bool desk_rows(struct view *v, struct arena *a, const struct desk_query *q,
	       struct desk_row **out, size_t *n, uint64_t *total, struct err *err) MUST_USE;

/* Sums of one class, by kind, direction and currencies, in this order. */
struct desk_sum {
	enum flow_kind kind;
	struct str giver, taker;
	enum gap gap;
	struct str given_currency, received_currency; /* empty: nothing on that side */
	uint64_t count;
	struct dec given, received;
};
enum { DESK_SUMS_MAX = 2000 };
bool desk_sums(struct view *v, struct arena *a, const struct desk_query *q,
	       struct desk_sum **out, size_t *n, struct err *err) MUST_USE;

/* How many flows of a project there are, and how many of them match. */
bool desk_agreement(struct view *v, struct str project, enum audience who, uint64_t *matched,
		    uint64_t *all, struct err *err) MUST_USE;

/* The pair in which a transaction or consignment stands; ERR_MISSING when in none. */
bool desk_pair(struct view *v, struct arena *a, struct str ref, enum audience who,
	       struct desk_row *out, struct err *err) MUST_USE;
/* What the sides say of it: records of type flow_remark that have not ended, oldest first. */
bool desk_words(struct view *v, struct arena *a, const struct desk_row *row, enum audience who,
		enum lang lang, struct record_row **out, size_t *n, struct err *err) MUST_USE;

/* Difference of what counts on both sides, given less received; false when they are not of one
 * currency or unit.  What is not there is nothing. */
bool desk_gap(const struct desk_row *row, struct dec *out, struct str *currency) MUST_USE;

#endif
