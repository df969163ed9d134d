/*
 * The joint statement that closes a period (record type reconciliation): the desk's figures
 * of one moment, frozen into data that every side signs, and what has changed since.
 */
#ifndef REGISTER_STATEMENT_H
#define REGISTER_STATEMENT_H
#include "register/rates.h"
#include "store/desk.h"

struct statement_plan {
	struct str between[2];
	struct desk_period period;
	struct str project; /* empty: all */
	struct str rates;   /* whose; empty: none */
	struct str title;   /* MTEXT, as JSON */
	struct str note;    /* MTEXT, as JSON; empty: none */
	int32_t today;
	enum audience who; /* the figures that these may read */
};

/* Pairs beyond this are left out when they match: their sums stay. */
enum { STATEMENT_PAIRS = 300 };
/*
 * Data of a reconciliation: totals by class, pairs, the ledgers' sizes.  Agreed when all that
 * is compared matches, else agreed with reservations.  ERR_INPUT "period" when it has not
 * ended, has no end, holds nothing, or more than one act can carry.
 */
bool statement_make(struct view *v, struct arena *a, const struct statement_plan *p,
		    struct str *data, struct err *err) MUST_USE;

/* --- what was signed, and what it has come to --- */
struct statement_line {
	struct desk_sum was, is; /* of one kind, direction, class and currencies */
};
struct statement_pair {
	const struct json *was; /* as signed; NULL: booked since */
	struct desk_row is;     /* as it stands, when there is one */
	bool gone;              /* nothing of it is booked any more */
};
struct statement {
	struct statement_plan plan; /* of it: sides, period, project, rates */
	struct statement_line *lines;
	size_t line_count;
	struct statement_pair *changed; /* whose figures, dates or class are not those signed */
	size_t changed_count;
	bool differs; /* any line or pair does */
};
/* The sides in the order of the charter; `other` when its totals name no two. */
void statement_sides(struct statement_plan *p, const struct charter *c,
		     const struct str other[2]);

/* One pair of it, as signed. */
struct statement_side {
	struct str ref;  /* of a transaction or consignment; empty: not booked */
	struct str date; /* as signed */
	int32_t day;
	bool goods, counts; /* counts: its date lies in the period */
	struct dec amount;
	struct str currency; /* or unit; empty: no figure stands there */
	const struct json *words;
};
struct statement_difference {
	enum flow_kind kind;
	enum gap gap;
	struct str giver, taker;
	struct statement_side given, received;
	struct dec gap_amount;   /* given less received */
	struct str gap_currency; /* empty: there is none */
	struct str proof;        /* how it was exchanged */
};
/* `pair` of the data; the plan has its period and its two sides. */
void statement_pair(const struct statement_plan *p, const struct json *pair,
		    struct statement_difference *out);

/* `data` of a reconciliation that need not have been made here. */
bool statement_compare(struct view *v, struct arena *a, const struct json *data,
		       enum audience who, struct statement *out, struct err *err) MUST_USE;

#endif
