/*
 * How many rows a list has, where that is kept at write time (r_count, r_target): for
 * everything, for one value of a field, for one state, each by party.  Private to src/store/.
 */
#ifndef STORE_VIEW_COUNT_H
#define STORE_VIEW_COUNT_H
#include "store/view_rows.h"

/* Rows of a record type that the audience sees; `ended`: with those that have ended. */
bool count_rows(struct view *v, const struct list_query *q, uint64_t *out,
		struct err *err) MUST_USE;
/* How many acts wait as the query says. */
bool count_open(struct view *v, const struct open_query *q, uint64_t *out,
		struct err *err) MUST_USE;
/* By which fields that are columns of lists any row that the audience sees points at the
 * record. */
struct target_query {
	enum record_id to;
	struct str ref; /* "ml/0197…" */
	enum audience who;
};
bool count_pointing(struct view *v, const struct target_query *q, bool by[FIELD_COUNT],
		    struct err *err) MUST_USE;
#endif
