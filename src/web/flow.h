/*
 * Who pays what to which sector, as a Sankey diagram with its table: payments (transaction type
 * 3) as each side has booked them, by the sums of register/totals.h.  Every figure opens what
 * it adds up; the parts of a side sum to what it has paid, to the minor unit.
 */
#ifndef WEB_FLOW_H
#define WEB_FLOW_H
#include "web/svg.h"
#include "web/totals_asked.h"

/*
 * On the money page: converted as `asked` says; else in one currency, which `?flow=XOF`
 * chooses. Nothing is written when nothing was paid.
 */
void flow_part(struct visit *v, const struct totals_asked *asked);

#endif
