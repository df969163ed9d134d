/*
 * Which sums an address asks for, the same on the money page, behind its figures and in the
 * API:
 *
 *   ?kind=transaction&by=year,sector&in=XOF&rates=bceao&repeated=only
 *    &party=ml&year=2026&sector=11110&currency=…&transaction-type=…&project=…&publisher=…
 *
 * `by` may stand several times, as a form sends it.  A dimension as a name asks for one value;
 * its empty value is what is not stated, when `none` names the dimension ("none=sector").
 */
#ifndef WEB_TOTALS_ASKED_H
#define WEB_TOTALS_ASKED_H
#include "register/totals.h"
#include "web/server.h"

struct totals_asked {
	struct totals_query q;
	struct str only[TOTALS_DIMS];
	struct str rates;
};
bool totals_asked_read(struct visit *v, struct totals_asked *t, struct err *err) MUST_USE;
/* href="/fr/money/figures?…": what is behind a row of these sums; of all of them with NULL. */
void totals_asked_href(struct visit *v, const struct totals_asked *t,
		       const struct totals_row *row);
/* A value of a dimension in words, "not stated" when it is empty. */
struct str totals_asked_words(struct visit *v, const struct totals_query *q, enum totals_dim d,
			      struct str value);
/* Why a figure is not converted. */
struct str totals_asked_gap(struct visit *v, enum rate_gap gap);
struct str totals_asked_name(struct visit *v, enum totals_dim d);

/* Where a list of figures goes on (api_totals.c). */
bool totals_after_read(struct visit *v, struct totals_list *l, struct err *err) MUST_USE;
struct str totals_after(struct visit *v, const struct totals_fact *last);

#endif
