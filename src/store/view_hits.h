/* Rows that answer a question to the search index.  Private to src/store/. */
#ifndef STORE_VIEW_HITS_H
#define STORE_VIEW_HITS_H
#include "store/search_index.h"
#include "store/view_rows.h"

struct hits {
	int64_t *rids; /* by malloc */
	size_t n, cap;
};
/* Those whose shape (rid.h) is `shape` where `mask` has ones; the oldest first. */
bool hits_read(struct view *v, const struct question *q, int64_t mask, int64_t shape,
	       struct hits *out, struct err *err) MUST_USE;
void hits_done(struct hits *h);

#endif
