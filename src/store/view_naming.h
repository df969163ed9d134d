/*
 * Everything that names records of one kind, for who goes through all of them, as exports do.
 *
 * On SQLite the index of words is gone through once (words_each) and what it says of such
 * references kept, eight bytes a row: a question for each record would cost ten times as much.
 * Where there are more rows than NAMING_ROWS_MAX, and on PostgreSQL, each record is asked for.
 */
#ifndef STORE_VIEW_NAMING_H
#define STORE_VIEW_NAMING_H
#include "store/view.h"

enum { NAMING_WAYS_MAX = 16, NAMING_ROWS_MAX = 4 << 20 };

struct naming_plan {
	enum field_id by[NAMING_WAYS_MAX]; /* REF fields, all to the same kind */
	size_t by_count;                   /* one at least */
	enum audience who;
	size_t most; /* rows kept; 0: NAMING_ROWS_MAX */
};
struct naming;
/* Ends before its view's snapshot does. */
bool naming_open(struct view *v, const struct naming_plan *plan, struct naming **out,
		 struct err *err) MUST_USE;
void naming_close(struct naming *x); /* NULL is harmless */

struct naming_row {
	int64_t rid;
	enum record_id kind;
	struct str party; /* JOINT_PARTY or whose word it is */
};
/*
 * The rows that name `ref` by one of the fields; those that have ended are left out.  In the
 * order in which each ledger said them; in `a`.
 */
bool naming_of(struct naming *x, struct arena *a, struct str ref, struct naming_row **out,
	       size_t *n, struct err *err) MUST_USE;

/*
 * What stands in such rows, read in their order: those of a kind that were said one after the
 * other cost least.
 */
struct naming_said {
	struct str id, state, data; /* until the next is read, or the reading ends */
};
struct stmt;
struct naming_reading {
	struct view *v;
	const struct naming_row *rows;
	size_t n, at, end; /* the statement gives row `at` next, and goes on to before `end` */
	struct stmt *s;
};
void naming_begin(struct naming_reading *r, struct view *v, const struct naming_row *rows,
		  size_t n);
bool naming_read(struct naming_reading *r, size_t i, struct naming_said *out,
		 struct err *err) MUST_USE;
void naming_end(struct naming_reading *r);

#endif
