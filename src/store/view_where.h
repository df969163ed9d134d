/*
 * What a list asks for, as SQL: its filters and words.  Private to src/store/.
 */
#ifndef STORE_VIEW_WHERE_H
#define STORE_VIEW_WHERE_H
#include "store/search_index.h"
#include "store/view_cursor.h"

/* A list's SQL after WHERE, and what its parameters are bound to, in their order. */
enum { BINDINGS_MAX = FILTER_VALUES_MAX * LIST_FILTERS_MAX };
struct where {
	struct view *v;
	struct arena *a;
	const struct list_query *q;
	struct buf sql;
	struct question question; /* asked beside it, of the search index */
	bool on_columns;          /* it is about more than the numbers of rows */
	struct str texts[BINDINGS_MAX];
	size_t text_count;
	struct order order;
	struct cursor cursor; /* of type 0 when the list is read from its beginning */
	size_t bytes, room;   /* of their data, and most of it */
	bool more;            /* there are rows behind them */
	struct err *err;
};

/* Reads the filters and words of w->q. */
bool where_read(struct where *w) MUST_USE;
/* Binds everything; returns how many parameters that were. */
int where_bind(const struct where *w, struct stmt *s);
/* "AND …": what is asked of columns; `likely`: SQLite is told that many rows answer. */
void where_columns(struct buf *sql, const struct where *w, bool likely);
/* "FROM r_<kind> WHERE …": those that may be seen. */
void where_from(struct buf *sql, const struct where *w);
/*
 * "AND …": those that are asked for.  SQLite looks each hit of the words up in the table, and
 * sorts what equals a value; or with `dense` goes through the table in order until it has met
 * enough.
 */
void where_rest(struct buf *sql, const struct where *w, bool dense);

#endif
