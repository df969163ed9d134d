/*
 * The order of a list, and where in it an answer ended, as clients carry it to the next:
 * "<type><value>.<id>.<party>", the value of the column that orders, in hexadecimal, and
 * whose row it was.  What comes after is found over the index by what stands here, so that
 * rows that arrive or go in between move none.  Private to src/store/.
 */
#ifndef STORE_VIEW_CURSOR_H
#define STORE_VIEW_CURSOR_H
#include "store/view_rows.h"

struct order {
	const struct field *field; /* NULL: the label */
	char type;                 /* of what it holds: t text, b bytes, i integer, d decimal */
	bool descending;
};

/* The type of a field's order; NULL: of the label's. */
char cursor_type(const struct field *f);

struct cursor {
	char type; /* as order.type, or n: the field had none */
	struct str value, id, party;
	int64_t number;
	struct dec dec;
	int64_t rid; /* of the row, if it is still there: tells equals apart */
};
/* The cursor in q->after; ERR_INPUT "after" when it is none of a list in this order. */
bool cursor_read(struct view *v, struct arena *a, const struct list_query *q,
		 const struct order *o, struct cursor *out, struct err *err) MUST_USE;
/* The one of a row that was read; `key` is its label's, when that orders. */
bool cursor_write(struct view *v, struct arena *a, const struct order *o,
		  const struct record_row *row, struct str key, struct str *out,
		  struct err *err) MUST_USE;

/* By label: " AND …" for what comes after, or nothing; and its parameters from `at` on. */
void cursor_put(struct buf *sql, const struct cursor *c, bool descending);
int cursor_bind(struct stmt *s, int at, const struct cursor *c);

#endif
