/*
 * A project's plan: its milestones with what is reported of them, when they will be finished
 * as things stand, and which of them the end of the project hangs on.
 *
 * The critical path method (ISO 21511 and any textbook since Kelley and Walker, 1959) over the
 * planned durations: a milestone cannot be finished before those it depends on and its own
 * duration; one that is not done cannot be finished before today.  Pure.
 */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H
#include "model/model.h"

enum { PLAN_STEPS_MAX = 200, PLAN_NEEDS_MAX = 16 };

struct plan_step {
	const struct json *milestone;
	struct str key;
	/* planned_start: without one, the end of what it depends on, else of the project's
	 * start, else its own end. */
	int32_t start, end;                /* as planned; start <= end */
	bool reported, done, begun, hoped; /* which of these dates are there: */
	int32_t actual_start, actual_end, expected_end;
	const struct json *report;                /* the latest; NULL: none */
	size_t needs[PLAN_NEEDS_MAX], need_count; /* places of those it depends on */
	/* Reckoned. */
	int32_t finish; /* when it was, or will be, finished */
	int32_t slack;  /* days it may slip without moving the end */
	bool critical;  /* not done, and has no slack */
	bool circular;  /* it depends on itself, through others: nothing is reckoned */
};
struct plan {
	struct plan_step *steps;
	size_t n;
	bool has_end;
	int32_t end;    /* as planned: the project's, else the last milestone's */
	int32_t finish; /* of the last milestone, as things stand */
};
/* Data of milestone_report records of the project, newest first: of each key the first counts.
 */
struct plan_reports {
	const struct json *const *data;
	size_t n;
};
void plan_reckon(struct arena *a, const struct json *project,
		 const struct plan_reports *reports, int32_t today, struct plan *out);

#endif
