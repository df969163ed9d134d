/*
 * One indicator as a small chart: its path from the starting value through the targets, dashed,
 * and what each side measured; the words beside it say who is behind the path; the table under
 * it bears the links.
 *
 * The path is straight between the day of the starting value and the ends of the targets'
 * periods; a measurement is compared with where the path stands on its day.
 */
#ifndef WEB_RESULT_CHART_H
#define WEB_RESULT_CHART_H
#include "web/svg.h"

/* `nth` makes its ids unique in the page. */
void result_chart(struct visit *v, const struct record_row *indicator, const struct json *data,
		  size_t nth);

#endif
