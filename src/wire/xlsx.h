/*
 * A workbook (ECMA-376, SpreadsheetML) written row by row, sheet by sheet; memory does not grow
 * with it.  Figures are written digit for digit as they are given, never through binary
 * floating point: a spreadsheet keeps 15 digits, so that one with more is written as text. Text
 * is never a formula.  The same content is the same bytes.
 */
#ifndef WIRE_XLSX_H
#define WIRE_XLSX_H
#include "wire/zip.h"

enum {
	XLSX_ROWS_MAX = 1048576, /* of a sheet */
	XLSX_TEXT_MAX = 32767, /* UTF-16 units in a cell; longer text is cut, with “…” */
	XLSX_NAME_MAX = 31,    /* characters of a sheet's name */
	XLSX_SHEETS_MAX = 64,
	XLSX_DIGITS = 15
};

enum xlsx_kind {
	XLSX_TEXT,
	XLSX_HEAD,   /* text of the first row */
	XLSX_NUMBER, /* "-1250.5": a decimal as dec_parse takes it */
	XLSX_MONEY,  /* the same, grouped by thousands, `places` digits after the point */
	XLSX_DATE,   /* "2026-03-01"; before March 1900 (that calendar is wrong) it is text */
	XLSX_BOOL    /* "true" or "false" */
};
struct xlsx_cell {
	enum xlsx_kind kind;
	struct str text; /* empty: no cell */
	unsigned places; /* XLSX_MONEY */
};

struct xlsx;
/* `to` outlives the workbook. */
struct xlsx *xlsx_begin(const struct byte_sink *to);
void xlsx_end(struct xlsx *x); /* NULL is harmless */
/*
 * A new sheet; the one before is complete.  The name is made fit: characters that it may not
 * have become spaces, it is cut, and a number tells it from one of the same name.  With
 * `frozen` the first row stays in sight and bears filters.
 */
bool xlsx_sheet(struct xlsx *x, struct str name, bool frozen, struct err *err) MUST_USE;
bool xlsx_row(struct xlsx *x, const struct xlsx_cell *cells, size_t n,
	      struct err *err) MUST_USE;
uint32_t xlsx_rows(const struct xlsx *x); /* of this sheet, so far */
bool xlsx_finish(struct xlsx *x, struct err *err) MUST_USE;

#endif
