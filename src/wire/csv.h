/*
 * CSV as people and programs write it (RFC 4180): the UTF-8 mark is passed over, the separator
 * is a comma, a semicolon or a tab, whichever stands most often in the first line outside
 * quotes, lines end with LF or CR LF, also inside quotes.  Read from bytes that are at hand.
 */
#ifndef WIRE_CSV_H
#define WIRE_CSV_H
#include "base/arena.h"
#include "base/err.h"

enum { CSV_CELLS_MAX = 1024, CSV_ROW_MAX = 4 << 20 /* bytes */ };

struct csv_in {
	struct str rest;
	char separator;
	uint64_t line; /* at which the row that was read begins, from 1 */
	uint64_t next; /* at which the one after it begins */
};
/* ERR_INPUT when the bytes are not UTF-8 text. */
bool csv_open(struct csv_in *in, struct str bytes, struct err *err) MUST_USE;
/*
 * The next row: `cells` has room for CSV_CELLS_MAX; *n is 0 at the end.  Empty lines are passed
 * over.  Cells borrow from the bytes, or are in the arena where quotes stood in them.
 */
bool csv_row(struct csv_in *in, struct arena *a, struct str *cells, size_t *n,
	     struct err *err) MUST_USE;

#endif
