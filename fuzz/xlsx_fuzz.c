#include "fuzz.h"
#include "wire/xlsx_in.h"
#include "wire/zip.h"

/*
 * A workbook of any bytes.  What does not begin as an archive does is the parts of one, each a
 * line with its name and then its content, with a zero byte between them: they are packed here,
 * so that the fuzzer gets past the checksums to what reads the parts.
 */
enum { INPUT_MAX = 256 << 10, ARCHIVE_MAX = 1 << 20, ROWS_MAX = 100000 };

static bool keep(void *ctx, struct str bytes, struct err *err)
{
	(void)err;
	buf_add(ctx, bytes);
	return true;
}

static bool pack(struct str parts, struct buf *out)
{
	const struct byte_sink to = { keep, out };
	struct zip_out *z = zip_begin(&to);
	struct str part, name;
	struct err err;
	struct arena a;
	bool ok = true;

	arena_init(&a, ARCHIVE_MAX);
	while (ok && str_split(&parts, '\0', &part)) {
		(void)!str_split(&part, '\n', &name);
		ok = zip_member(z, arena_z(&a, name), &err) && zip_put(z, part, &err);
	}
	ok = ok && zip_finish(z, &err);
	zip_end(z);
	arena_done(&a);
	return ok && !out->full;
}

/* Texts are as XML has them; rows come with a cell in them. */
static bool read_sheet(struct xlsx_in *x, size_t sheet, uint64_t *cells_read)
{
	struct str cells[XLSX_IN_CELLS_MAX];
	uint64_t line, rows = 0;
	struct err err;
	size_t n;

	if (!xlsx_in_sheet(x, sheet, &err))
		return false;
	while (xlsx_in_row(x, cells, &n, &line, &err) && n && rows++ < ROWS_MAX) {
		must(n <= XLSX_IN_CELLS_MAX);
		for (size_t i = 0; i < n; i++)
			must(str_utf8(cells[i]) && cells[i].n <= XLSX_IN_CELL_MAX);
		*cells_read += n;
	}
	return true;
}

static void read_book(struct str bytes)
{
	uint64_t first = 0, again = 0;
	struct err err;
	struct xlsx_in *x = xlsx_in_open(bytes, &err);

	if (!x)
		return;
	must(xlsx_in_sheets(x) > 0 && xlsx_in_sheets(x) <= XLSX_IN_SHEETS_MAX);
	for (size_t i = 0; i < xlsx_in_sheets(x); i++) {
		must(str_utf8(xlsx_in_sheet_name(x, i)));
		first = again = 0;
		if (read_sheet(x, i, &first))
			must(read_sheet(x, i, &again) && first == again);
	}
	xlsx_in_close(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct buf archive;

	if (n > INPUT_MAX)
		return 0;
	if (n >= 2 && bytes[0] == 'P' && bytes[1] == 'K') {
		read_book(str_of(bytes, n));
		return 0;
	}
	buf_init(&archive, ARCHIVE_MAX);
	if (pack(str_of(bytes, n), &archive))
		read_book(buf_str(&archive));
	buf_done(&archive);
	return 0;
}
