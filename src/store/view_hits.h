/* Rows that answer a question to the search index.  Private to src/store/. */
#ifndef STORE_VIEW_HITS_H
#define STORE_VIEW_HITS_H
#include "store/search_index.h"
#include "store/view_lines.h"

/* Those of a record type, whoever may see them. */
bool hits_among(struct view *v, const struct question *q, enum record_id kind,
		struct rid_set *out, struct err *err) MUST_USE;

/* Those that the audience sees and that have not ended, of all record types or one; the oldest
 * first. */
struct hits {
	int64_t *rids; /* by malloc */
	size_t n, cap;
};
bool hits_seen(struct view *v, const struct question *q, const struct record *r,
	       enum audience who, struct hits *out, struct err *err) MUST_USE;

#endif
