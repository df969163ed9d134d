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
	struct str column;         /* of the label: "key_fr" */
	char type;                 /* of what it holds: t text, b bytes, i integer, d decimal */
	bool descending;
};

/* The type of a field's order; NULL: of the label's. */
char cursor_type(const struct field *f);

struct cursor {
	char type; /* as order.type, or n: the column was NULL */
	struct str value, id, party;
	int64_t number;
	struct dec dec;
	int64_t rid; /* of the row, if it is still there: tells equals apart */
};
/* The cursor in q->after; ERR_INPUT "after" when it is none of a list in this order. */
bool cursor_read(struct view *v, struct arena *a, const struct list_query *q,
		 const struct order *o, struct cursor *out, struct err *err) MUST_USE;
/* The one of a row that was read. */
bool cursor_write(struct view *v, struct arena *a, const struct order *o,
		  const struct record_row *row, struct str *out, struct err *err) MUST_USE;

/*
 * NULL stands before every value and is equal to nothing, so that what comes after a row is
 * one range of the index or two: " AND …" for each of the parts in turn.
 */
enum cursor_part { PART_ALL, PART_AFTER, PART_NULLS_AFTER, PART_NULLS, PART_VALUES };
unsigned cursor_parts(const struct order *o, const struct cursor *c, enum cursor_part out[2]);
void cursor_put(struct buf *sql, const struct order *o, enum cursor_part p);
int cursor_bind(struct stmt *s, int at, const struct cursor *c, enum cursor_part p);

#endif
