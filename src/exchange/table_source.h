/*
 * The rows of a table that somebody keeps, whatever the file is: CSV, or a sheet of a workbook.
 * Private to src/exchange/.
 */
#ifndef EXCHANGE_TABLE_SOURCE_H
#define EXCHANGE_TABLE_SOURCE_H
#include "exchange/table_in.h"
#include "wire/csv.h"
#include "wire/xlsx_in.h"

struct table_source {
	struct csv_in csv;
	struct xlsx_in *xlsx; /* NULL: it is CSV */
	uint64_t line;        /* of the row that was read */
};
/* `sheet`: the name of one; empty: the first. */
bool source_open(struct table_source *s, enum table_file file, struct str bytes,
		 struct str sheet, struct err *err) MUST_USE;
void source_close(struct table_source *s);
/* As csv_row; cells live until the next row is asked for. */
bool source_row(struct table_source *s, struct arena *a, struct str *cells, size_t *n,
		struct err *err) MUST_USE;

#endif
