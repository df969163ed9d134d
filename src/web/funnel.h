/*
 * What is left from step to step, as a funnel with its table: goods of a consignment from the
 * pledge to their distribution with what was lost, persons of a cohort from the places offered
 * to their employment.  Steps stand in the order of their code list; of a step told several
 * times the last counts; steps in another unit than the pledge are left to the record's own
 * table.
 */
#ifndef WEB_FUNNEL_H
#define WEB_FUNNEL_H
#include "web/svg.h"

/* Nothing for other records, or when there are fewer than two steps. */
void funnel_part(struct visit *v, const struct record *r, const struct json *data);

#endif
