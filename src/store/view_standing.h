/*
 * How projects, decisions and bodies stand: what a rule over many rows finds.  Inside
 * view_begin … view_end; rows come back in the caller's arena.
 */
#ifndef STORE_VIEW_STANDING_H
#define STORE_VIEW_STANDING_H
#include "store/view.h"

/* Projects that are neither closed nor cancelled (IATI activity status 4, 5), by id. */
struct project_ids {
	struct str *ids;
	size_t n;
};
/* Of which a date of the plan lies before `today` and is not reported as done (due.def). */
bool view_plans_late(struct view *v, struct arena *a, enum audience who, int32_t today,
		     struct project_ids *out, struct err *err) MUST_USE;
/* Of which one party has booked more disbursed and spent (transaction types 3 and 4), in the
 * currency of the agreed cost, than that cost. */
bool view_overruns(struct view *v, struct arena *a, enum audience who, struct project_ids *out,
		   struct err *err) MUST_USE;

/*
 * Records of a type whose standing version was said before `time` ("2026-03-02T…Z"), oldest
 * first, at most `max`; of decisions those that are open, of projects as above.
 */
struct said_row {
	struct str party, id;
	struct str time; /* of the standing version, as claimed */
};
struct said_query {
	const struct record *record;
	enum audience who;
	struct str time;
	unsigned max;
};
bool view_said_before(struct view *v, struct arena *a, const struct said_query *q,
		      struct said_row **out, size_t *n, struct err *err) MUST_USE;
/* The latest time of anything that names the record, of the newest SAID_LOOKED of each type;
 * empty: nothing does. */
enum { SAID_LOOKED = 20 };
bool view_last_said(struct view *v, struct arena *a, const struct record *r, struct ref ref,
		    enum audience who, struct str *time, struct err *err) MUST_USE;

#endif
