/*
 * What the pages and the API of the reconciliation desk share.
 *
 *   ?period=2026-Q2|2026|2026-03|2026-01-01..2026-06-30|all &project=joint/… &kind=payment
 *    &class=amount &currency=RUB|RUB:XOF &giver=ru &party=ml &between=ml,ru &rates=bceao
 * &page=2
 *
 * Without a period: the calendar year of the day.
 */
#ifndef WEB_DESK_H
#define WEB_DESK_H
#include "register/period.h"
#include "register/rates.h"
#include "store/desk.h"
#include "web/pages.h"

enum { DESK_ROWS = 25 };

struct desk_page {
	struct visit *v;
	struct desk_query q;
	struct str period;      /* as it stands in the address */
	struct str left, right; /* the two sides, in the order of the charter */
	struct str rates;       /* whose rates are used; empty: nobody has published any */
	struct str sources[RATE_SOURCES_MAX];
	size_t source_count;
	struct desk_sum *sums;
	size_t sum_count;
	struct rate_book book; /* of the day asked for last */
	bool has_book;
};

/* Reads the address; ERR_INPUT names the parameter that is wrong. */
bool desk_read(struct visit *v, struct desk_page *out, struct err *err) MUST_USE;

/* --- pieces --- */
/* A figure with its currency, or with its unit when goods. */
struct str desk_amount(struct visit *v, struct dec d, struct str currency);
/* The class as a word with its one colour. */
void desk_class(struct visit *v, enum gap gap);
/* "Payment, Russia to Mali" */
struct str desk_flow(struct visit *v, enum flow_kind kind, struct str giver, struct str taker);
/* The side of a pair that `party` has reported. */
const struct desk_side *desk_side_of(const struct desk_row *row, struct str party);
/* What was given in the other currency by the rates in use; false when they do not lead there.
 */
bool desk_exchange(struct desk_page *p, const struct desk_row *row, struct rate_proof *out);
/* The gap: of one currency as it stands, of two after exchange; false when there is none. */
bool desk_difference(struct desk_page *p, const struct desk_row *row, struct dec *out,
		     struct str *currency);
/* "/fr/reconciliation-desk?period=…&project=…&class=…", what is empty left out. */
void desk_address(struct visit *v, struct str period, struct str project, const char *class);
/* One line for the money page, a project or the first page: how much agrees, and the way there.
 */
void desk_line(struct visit *v, const struct record_row *project);

/* On the page of a transaction, a consignment or a reconciliation: the way to the desk. */
void desk_record_line(struct visit *v, const struct record *r, struct ref ref);

#endif
