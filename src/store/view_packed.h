/*
 * The blocks of a log of packed lines, one after the other: those that are kept out of memory
 * (packed_kept.h), the others out of the database.  Private to src/store/.
 */
#ifndef STORE_VIEW_PACKED_H
#define STORE_VIEW_PACKED_H
#include "store/packed_kept.h"
#include "store/view_private.h"

struct packed_visit {
	struct kept_log log;
	bool newest_first;
	bool names; /* whether `read` is given them */
	/* One that is kept; NULL: none is asked for, and none kept. */
	bool (*kept)(void *ctx, const struct kept_block *b, struct err *err);
	bool (*read)(void *ctx, const struct packed *b, struct err *err);
	void *ctx;
};
bool view_packed(struct view *v, const struct packed_visit *q, struct err *err) MUST_USE;

#endif
