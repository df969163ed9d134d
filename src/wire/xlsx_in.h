/*
 * A workbook (ECMA-376, SpreadsheetML) read sheet by sheet and row by row; memory does not grow
 * with the rows, only with the texts that the sheets share.  Nothing is computed: of a formula
 * the value counts that the spreadsheet has kept with it.
 *
 * A cell comes as people would type it: text; digits ("1250.5", exact, never through binary
 * floating point); "2026-03-01" where the number's format is one of dates, in the calendar of
 * 1900 or of 1904 as the workbook says, with " 12:30:00" behind it when it has a time of day;
 * "true", "false"; an error as the spreadsheet writes it ("#N/A").  A number of more than 15
 * significant digits is what spreadsheets show of it: rounded to 15 (they keep no more; 0.1
 * stands in the file as 0.10000000000000001).
 */
#ifndef WIRE_XLSX_IN_H
#define WIRE_XLSX_IN_H
#include "base/arena.h"
#include "base/err.h"

enum {
	XLSX_IN_SHEETS_MAX = 256,
	XLSX_IN_CELLS_MAX = 1024,       /* columns of a row */
	XLSX_IN_SHARED_MAX = 256 << 20, /* bytes of the texts that sheets share */
	XLSX_IN_CELL_MAX = 1 << 20      /* bytes of one cell */
};

struct xlsx_in;
/* `bytes` outlives the reader.  ERR_INPUT in words when they are no workbook, or an old one. */
struct xlsx_in *xlsx_in_open(struct str bytes, struct err *err);
void xlsx_in_close(struct xlsx_in *x); /* NULL is harmless */
size_t xlsx_in_sheets(const struct xlsx_in *x);
struct str xlsx_in_sheet_name(const struct xlsx_in *x, size_t i);
/* Begin at the first row of a sheet. */
bool xlsx_in_sheet(struct xlsx_in *x, size_t i, struct err *err) MUST_USE;
/*
 * The next row that has something in it: `cells` has room for XLSX_IN_CELLS_MAX; *n is 0 at the
 * end; *line is its number in the sheet, from 1.  Texts live until the next row is asked for.
 */
bool xlsx_in_row(struct xlsx_in *x, struct str *cells, size_t *n, uint64_t *line,
		 struct err *err) MUST_USE;

#endif
