/*
 * The calendar's chart: projects with their milestones on one axis of time, or one project with
 * what each milestone depends on.  gantt.c reads, gantt_chart.c draws, gantt_table.c says the
 * same as a table.
 */
#ifndef WEB_GANTT_H
#define WEB_GANTT_H
#include "model/plan.h"
#include "web/list_address.h"
#include "web/svg.h"

enum { GANTT_ROWS = 20 };

/* One project. */
struct gantt_row {
	const struct record_row *project;
	const struct json *data;
	const struct json *progress; /* the latest report of either side; NULL: none */
	struct plan plan;
	bool has_start, has_end, begun, ended;
	int32_t start, end; /* planned; with has_start and has_end */
	int32_t actual_start, actual_end;
	bool has_finish;
	int32_t finish; /* ended, else as reported, else by the plan */
};
struct gantt {
	struct visit *v;
	struct list_query q;
	struct list_result found;
	struct gantt_row *rows;
	size_t n;
	bool alone; /* one project, by milestones: ?project=joint/… */
};
bool gantt_read(struct visit *v, struct gantt *out, struct err *err) MUST_USE;

void gantt_chart(struct gantt *g); /* nothing when nothing is dated */
void gantt_table(struct gantt *g);

/* Days between what was planned and what is: late when positive. */
static inline int32_t gantt_slip(int32_t planned, int32_t finish)
{
	return finish - planned;
}

#endif
