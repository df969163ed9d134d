/*
 * What a list asks for: its filters and words, as tests of the lines that are kept of its rows
 * (view_lines.h) and a question to the search index.  Private to src/store/.
 */
#ifndef STORE_VIEW_WHERE_H
#define STORE_VIEW_WHERE_H
#include "store/view_cursor.h"
#include "store/view_lines.h"

struct where {
	struct view *v;
	struct arena *a;
	const struct list_query *q;
	struct lines_query lines;
	struct lines_layout layout;
	struct question question; /* asked beside it */
	struct hits hits;         /* what answers that */
	bool nothing;             /* there can be no answer */
	struct order order;
	struct cursor cursor; /* of type 0 when the list is read from its beginning */
	struct met *met;      /* what was found by label */
	size_t bytes, room;   /* of their data, and most of it */
	bool more;            /* there are rows behind them */
	struct err *err;
};

/* Reads the filters and words of w->q. */
bool where_read(struct where *w) MUST_USE;

#endif
