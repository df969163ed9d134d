/*
 * How projects and bodies stand, judged by rules that are the same wherever they are shown.
 *
 * At risk is a project that has not ended and of which at least one holds:
 *   late     a date of its plan has passed and nobody has reported it done (due.def)
 *   blocked  a side's latest progress report says so
 *   overrun  one side has booked more paid (IATI transaction types 3 and 4) in the currency of
 *            its cost than the cost
 */
#ifndef WEB_STANDING_H
#define WEB_STANDING_H
#include "web/pages.h"

/* Projects of which a side's latest report says blocked; at most `max`. */
struct blocked {
	struct str ref;                /* of the project */
	const struct record_row *said; /* the report */
};
bool projects_blocked(struct visit *v, struct blocked **out, size_t *n,
		      struct err *err) MUST_USE;

enum risk { RISK_LATE, RISK_BLOCKED, RISK_OVERRUN, RISKS };
struct at_risk {
	struct str id;
	bool why[RISKS];
};
/* By id. */
bool projects_at_risk(struct visit *v, struct at_risk **out, size_t *n,
		      struct err *err) MUST_USE;

/*
 * Silent is a body, an open decision or an open project of which, and about which, nothing has
 * been said for so many days.
 */
enum { SILENT_DAYS = 90, SILENT_LOOKED = 300 };

#endif
