#include "exchange/table_source.h"

_Static_assert((int)CSV_CELLS_MAX == (int)XLSX_IN_CELLS_MAX, "a row has room for either");

static bool choose_sheet(struct table_source *s, struct str name, struct err *err)
{
	size_t n = xlsx_in_sheets(s->xlsx);

	for (size_t i = 0; i < n; i++)
		if (!name.n || str_eq(xlsx_in_sheet_name(s->xlsx, i), name))
			return xlsx_in_sheet(s->xlsx, i, err);
	return err_set(err, ERR_INPUT, "sheet",
		       N_("The workbook has no sheet “%1”; its first is “%2”."), err_arg(name),
		       err_arg(xlsx_in_sheet_name(s->xlsx, 0)));
}

bool source_open(struct table_source *s, enum table_file file, struct str bytes,
		 struct str sheet, struct err *err)
{
	*s = (struct table_source){ 0 };
	if (file != TABLE_FILE_XLSX)
		return csv_open(&s->csv, bytes, err);
	s->xlsx = xlsx_in_open(bytes, err);
	return s->xlsx && choose_sheet(s, sheet, err);
}

void source_close(struct table_source *s)
{
	xlsx_in_close(s->xlsx);
	s->xlsx = NULL;
}

bool source_row(struct table_source *s, struct arena *a, struct str *cells, size_t *n,
		struct err *err)
{
	if (s->xlsx)
		return xlsx_in_row(s->xlsx, cells, n, &s->line, err);
	if (!csv_row(&s->csv, a, cells, n, err))
		return false;
	s->line = s->csv.line;
	return true;
}
