/*
 * The rows of a table (table_in.h) looked at, or taken in through the one door: many in a
 * commit, each counted by what came of it.
 */
#ifndef EXCHANGE_TABLE_RUN_H
#define EXCHANGE_TABLE_RUN_H
#include "exchange/table_in.h"
#include "register/register.h"

struct table_counts {
	uint64_t rows, added, changed, unchanged, refused;
};
struct table_run {
	struct table_in *table;
	struct table_counts counts;
	void (*fault)(void *ctx, const struct table_fault *f);
	bool told; /* what is wrong with rows was told before: only what the door refuses is */
	/* While looking: a row that would add or change something; NULL: nobody asks. */
	void (*note)(void *ctx, struct arena *a, const struct table_in_row *row);
	void *ctx;
};
/* Read every row and count what would come of it. */
bool table_run_look(struct table_run *r, struct err *err) MUST_USE;
/* Write what is good.  What was written before an error stands. */
bool table_run_write(struct table_run *r, struct node *n, struct str actor,
		     struct err *err) MUST_USE;

#endif
