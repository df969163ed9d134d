#include "wire/xlsx_in_inside.h"
#include "wire/xml.h"
#include "wire/zip_in.h"

#include <stdlib.h>

enum {
	BOOK_ARENA = 512 << 20,
	PART_MAX = 64 << 20, /* workbook, relations, styles */
	ROW_MAX = 128 << 20, /* and what else one piece of the file makes */
	NAME_MAX_BYTES = 256,
	STYLES_MAX = 65536
};
static const uint64_t sheet_max = (uint64_t)4 << 30, shared_max = (uint64_t)1 << 30;

struct sheet {
	struct str name, relation, path;
};
struct row {
	struct row *next;
	uint64_t line;
	size_t n;
	struct str cells[];
};
struct format {
	uint32_t id;
	bool dated;
};

struct xlsx_in {
	struct arena a; /* of the workbook: names, shared texts */
	struct zip_in zip;
	struct sheet sheets[XLSX_IN_SHEETS_MAX];
	size_t sheet_count;
	bool from_1904;
	struct format *formats; /* of their own */
	size_t format_count;
	bool *dated; /* by style */
	size_t style_count;
	bool in_styles; /* cellXfs */
	struct str *shared;
	size_t shared_count, shared_cap;
	uint64_t shared_bytes;

	bool too_much;

	/* The sheet being read. */
	struct zip_in_stream *stream;
	struct xml *xml;
	unsigned char open[32]; /* enum element of what is open, as deep as that matters */
	unsigned depth, phonetic;
	struct arena rows, spare; /* those complete and not taken, and the one that is open */
	struct row *first, *last;
	struct str cells[XLSX_IN_CELLS_MAX];
	bool is_shared[XLSX_IN_CELLS_MAX];
	size_t n, column, next_column;
	uint64_t line;
	char type[16];
	uint32_t style;
	bool collects, too_wide, too_long, fed;
	struct buf text; /* of the cell, or of a shared text */
};

/* --- attributes --- */

static struct str attr_of(const struct xml_element *e, const char *name)
{
	for (size_t i = 0; i < e->attr_count; i++)
		if (str_is(e->attrs[i].name.local, name))
			return e->attrs[i].value;
	return S("");
}

static uint32_t attr_number(const struct xml_element *e, const char *name)
{
	uint64_t v = 0;

	return str_u64(attr_of(e, name), UINT32_MAX, &v) ? (uint32_t)v : 0;
}

static bool is(const struct xml_element *e, const char *local)
{
	return str_is(e->name.local, local);
}

/* --- the workbook's parts, each read whole --- */

static void ignore_end(void *ctx, uint64_t line)
{
	(void)ctx, (void)line;
}

static void ignore_text(void *ctx, struct str text)
{
	(void)ctx, (void)text;
}

static bool read_part(struct xlsx_in *x, const char *name, const struct xml_sink *sink,
		      uint64_t max, struct err *err)
{
	const struct zip_in_member *m = zip_in_find(&x->zip, str_z(name));
	struct zip_in_stream *s = m ? zip_in_begin(m, max) : NULL;
	struct xml *xml = m ? xml_open(NULL, 0, sink) : NULL;
	struct str piece;
	bool ok = true;

	while (ok && s) {
		ok = zip_in_next(s, &piece, err);
		if (!ok || !piece.n)
			break;
		ok = xml_feed(xml, piece, err);
	}
	ok = ok && (!s || xml_finish(xml, err));
	xml_close(xml);
	zip_in_end(s);
	return ok;
}

static void on_workbook(void *ctx, const struct xml_element *e)
{
	struct xlsx_in *x = ctx;
	struct str on = attr_of(e, "date1904");

	if (is(e, "workbookPr"))
		x->from_1904 = str_is(on, "1") || str_is(on, "true") || str_is(on, "on");
	if (is(e, "sheet") && x->sheet_count < XLSX_IN_SHEETS_MAX)
		x->sheets[x->sheet_count++] = (struct sheet){
			.name = arena_str(&x->a,
					  str_cut_whole(attr_of(e, "name"), NAME_MAX_BYTES)),
			.relation = arena_str(&x->a,
					      str_cut_whole(attr_of(e, "id"), NAME_MAX_BYTES))
		};
}

/* "worksheets/sheet1.xml" below xl/, or from the top with a slash. */
static void on_relation(void *ctx, const struct xml_element *e)
{
	struct xlsx_in *x = ctx;
	struct str to = str_cut_whole(attr_of(e, "Target"), NAME_MAX_BYTES),
		   id = str_cut_whole(attr_of(e, "Id"), NAME_MAX_BYTES);

	if (!is(e, "Relationship"))
		return;
	for (size_t i = 0; i < x->sheet_count; i++) /* each once, however often it is said */
		if (!x->sheets[i].path.n && str_eq(x->sheets[i].relation, id))
			x->sheets[i].path = str_starts(to, S("/"))
						    ? arena_str(&x->a, str_from(to, 1))
						    : arena_join(&x->a, S("xl/"), to);
}

static bool format_dated(const struct xlsx_in *x, uint32_t id)
{
	for (size_t i = 0; i < x->format_count; i++)
		if (x->formats[i].id == id)
			return x->formats[i].dated;
	return xlsx_format_dated(id);
}

static void on_style(void *ctx, const struct xml_element *e)
{
	struct xlsx_in *x = ctx;

	if (is(e, "cellXfs") || is(e, "cellStyleXfs"))
		x->in_styles = is(e, "cellXfs");
	else if (is(e, "cellStyles") || is(e, "dxfs"))
		x->in_styles = false;
	if (is(e, "numFmt") && x->format_count < STYLES_MAX) {
		if (!x->formats)
			x->formats = arena_array(&x->a, struct format, STYLES_MAX);
		x->formats[x->format_count++] =
			(struct format){ attr_number(e, "numFmtId"),
					 xlsx_code_dated(attr_of(e, "formatCode")) };
	}
	if (is(e, "xf") && x->in_styles && x->style_count < STYLES_MAX) {
		if (!x->dated)
			x->dated = arena_array(&x->a, bool, STYLES_MAX);
		x->dated[x->style_count++] = format_dated(x, attr_number(e, "numFmtId"));
	}
}

/* --- cells: of a sheet, and the texts that sheets share: nothing of one in the other --- */

static const struct {
	const char *local;
	enum element { OTHER, ROW, CELL, VALUE, TEXT_RUN, PHONETIC, SHARED } element;
	bool in_sheet, in_both;
} elements[] = { { "row", ROW, true, false },    { "c", CELL, true, false },
		 { "v", VALUE, true, false },    { "t", TEXT_RUN, true, true },
		 { "si", SHARED, false, false }, { "rPh", PHONETIC, true, true } };

static enum element element_of(const struct xlsx_in *x, const struct xml_element *e)
{
	bool in_sheet = x->xml != NULL;

	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		if (is(e, elements[i].local))
			return elements[i].in_sheet == in_sheet || elements[i].in_both
				       ? elements[i].element
				       : OTHER;
	return OTHER;
}

/* "AB12": its column from 0; that after the last when it does not say. */
static size_t column_of(const struct xlsx_in *x, struct str ref)
{
	size_t column = 0, i = 0;

	for (; i < ref.n && i < 4 && ref.p[i] >= 'A' && ref.p[i] <= 'Z'; i++)
		column = column * 26 + (size_t)(ref.p[i] - 'A' + 1);
	return i ? column - 1 : x->next_column;
}

static void begin_cell(struct xlsx_in *x, const struct xml_element *e)
{
	struct str type = attr_of(e, "t");

	x->column = column_of(x, attr_of(e, "r"));
	x->next_column = x->column + 1;
	memset(x->type, 0, sizeof(x->type));
	if (type.n < sizeof(x->type))
		memcpy(x->type, type.n ? type.p : "", type.n);
	x->style = attr_number(e, "s");
	buf_clear(&x->text);
}

static void begin_row(struct xlsx_in *x, const struct xml_element *e)
{
	uint32_t line = attr_number(e, "r");

	x->line = line ? line : x->line + 1;
	x->n = x->next_column = 0;
}

static void on_start(void *ctx, const struct xml_element *e)
{
	struct xlsx_in *x = ctx;
	enum element what = element_of(x, e);

	if (x->depth < sizeof(x->open))
		x->open[x->depth] = (unsigned char)what;
	x->depth++;
	x->phonetic += what == PHONETIC;
	if (what == SHARED)
		buf_clear(&x->text);
	else if (what == ROW)
		begin_row(x, e);
	else if (what == CELL)
		begin_cell(x, e);
	x->collects = (what == VALUE || what == TEXT_RUN) && !x->phonetic;
}

static void on_text(void *ctx, struct str text)
{
	struct xlsx_in *x = ctx;

	if (x->collects)
		buf_add(&x->text, text);
}

static void end_shared(struct xlsx_in *x)
{
	if (x->shared_count == x->shared_cap) {
		x->shared_cap = x->shared_cap ? x->shared_cap * 2 : 1024;
		x->shared = realloc(x->shared, x->shared_cap * sizeof(*x->shared));
		if (!x->shared)
			abort();
	}
	x->too_long |= x->text.full;
	x->shared_bytes += x->text.n + sizeof(struct str);
	if (x->shared_bytes > XLSX_IN_SHARED_MAX)
		x->too_much = true;
	else
		x->shared[x->shared_count++] = arena_str(&x->a, buf_str(&x->text));
}

static struct str cell_text(struct xlsx_in *x)
{
	struct str raw = buf_str(&x->text), type = str_z(x->type);
	struct xlsx_number n = { x->style < x->style_count && x->dated[x->style],
				 x->from_1904 };
	uint64_t at;

	if (str_is(type, "s"))
		return str_u64(str_trim(raw), x->shared_count, &at) && at < x->shared_count
			       ? x->shared[at]
			       : S("#REF!");
	if (str_is(type, "b"))
		return str_is(str_trim(raw), "1") ? S("true") : S("false");
	if (!type.n || str_is(type, "n"))
		return raw.n ? xlsx_number_text(&x->rows, str_trim(raw), n) : S("");
	return arena_str(&x->rows, raw);
}

static void end_cell(struct xlsx_in *x)
{
	x->too_long |= x->text.full;
	if (!x->text.n)
		return;
	if (x->column >= XLSX_IN_CELLS_MAX) {
		x->too_wide = true;
		return;
	}
	while (x->n <= x->column)
		x->cells[x->n++] = S("");
	x->is_shared[x->column] = str_is(str_z(x->type), "s");
	x->cells[x->column] = cell_text(x);
}

static void end_row(struct xlsx_in *x)
{
	struct row *r;

	if (!x->n)
		return;
	r = arena_alloc(&x->rows, sizeof(*r) + x->n * sizeof(r->cells[0]));
	r->line = x->line;
	r->n = x->n;
	memcpy(r->cells, x->cells, x->n * sizeof(r->cells[0]));
	if (x->last)
		x->last->next = r;
	else
		x->first = r;
	x->last = r;
	x->n = 0;
}

static void on_end(void *ctx, uint64_t line)
{
	struct xlsx_in *x = ctx;
	enum element what = OTHER;

	(void)line;
	if (--x->depth < sizeof(x->open))
		what = (enum element)x->open[x->depth];
	x->collects = false;
	if (what == PHONETIC)
		x->phonetic--;
	else if (what == SHARED)
		end_shared(x);
	else if (what == CELL)
		end_cell(x);
	else if (what == ROW)
		end_row(x);
}

/* --- opening --- */

static bool kind_of_file(struct str bytes, struct err *err)
{
	if (str_starts(bytes, S("\xd0\xcf\x11\xe0")))
		return err_set(err, ERR_INPUT, NULL,
			       N_("This is a workbook of the old kind (.xls), or one with a "
				  "password. Save it as .xlsx without a password."));
	return str_starts(bytes, S("PK")) ||
	       err_set(err, ERR_INPUT, NULL,
		       N_("This is not a workbook. Save the table as .xlsx."));
}

static bool read_book(struct xlsx_in *x, struct err *err)
{
	const struct xml_sink book = { on_workbook, ignore_text, ignore_end, x };
	const struct xml_sink relations = { on_relation, ignore_text, ignore_end, x };
	const struct xml_sink styles = { on_style, ignore_text, ignore_end, x };
	const struct xml_sink shared = { on_start, on_text, on_end, x };

	if (!read_part(x, "xl/workbook.xml", &book, PART_MAX, err) ||
	    !read_part(x, "xl/_rels/workbook.xml.rels", &relations, PART_MAX, err) ||
	    !read_part(x, "xl/styles.xml", &styles, PART_MAX, err) ||
	    !read_part(x, "xl/sharedStrings.xml", &shared, shared_max, err))
		return false;
	if (x->too_much)
		return err_set(err, ERR_INPUT, NULL,
			       N_("The workbook has more than %1 MB of text. Divide it."),
			       err_num(XLSX_IN_SHARED_MAX >> 20));
	if (x->too_long)
		return err_set(err, ERR_INPUT, NULL,
			       N_("A cell of the workbook has more than %1 kB of text."),
			       err_num(XLSX_IN_CELL_MAX >> 10));
	return x->sheet_count ||
	       err_set(err, ERR_INPUT, NULL, N_("The workbook has no sheet."));
}

struct xlsx_in *xlsx_in_open(struct str bytes, struct err *err)
{
	struct xlsx_in *x = calloc(1, sizeof(*x));

	if (!x)
		abort();
	arena_init(&x->a, BOOK_ARENA);
	arena_init(&x->rows, BOOK_ARENA);
	arena_init(&x->spare, BOOK_ARENA);
	buf_init(&x->text, XLSX_IN_CELL_MAX);
	if (kind_of_file(bytes, err) && zip_in_open(&x->a, bytes, &x->zip, err) &&
	    read_book(x, err))
		return x;
	xlsx_in_close(x);
	return NULL;
}

static void close_sheet(struct xlsx_in *x)
{
	xml_close(x->xml);
	zip_in_end(x->stream);
	x->xml = NULL;
	x->stream = NULL;
}

void xlsx_in_close(struct xlsx_in *x)
{
	if (!x)
		return;
	close_sheet(x);
	free(x->shared);
	buf_done(&x->text);
	arena_done(&x->a);
	arena_done(&x->rows);
	arena_done(&x->spare);
	free(x);
}

size_t xlsx_in_sheets(const struct xlsx_in *x)
{
	return x->sheet_count;
}

struct str xlsx_in_sheet_name(const struct xlsx_in *x, size_t i)
{
	return x->sheets[i].name;
}

bool xlsx_in_sheet(struct xlsx_in *x, size_t i, struct err *err)
{
	const struct xml_sink sink = { on_start, on_text, on_end, x };
	const struct zip_in_member *m = zip_in_find(&x->zip, x->sheets[i].path);

	if (!m)
		return err_set(
			err, ERR_INPUT, NULL,
			N_("The sheet “%1” is not in the workbook: the file is damaged."),
			err_arg(x->sheets[i].name));
	close_sheet(x);
	arena_reset(&x->rows);
	x->first = x->last = NULL;
	x->depth = 0;
	x->line = 0;
	x->phonetic = 0;
	x->too_wide = x->too_long = x->fed = false;
	x->n = 0;
	x->stream = zip_in_begin(m, sheet_max);
	x->xml = xml_open(NULL, 0, &sink);
	return true;
}

/* --- rows --- */

/* Rows that were given out are gone; what is there of the one that is open stays. */
static void carry_over(struct xlsx_in *x)
{
	struct arena old = x->rows;

	arena_reset(&x->spare);
	for (size_t i = 0; i < x->n; i++)
		if (!x->is_shared[i])
			x->cells[i] = arena_str(&x->spare, x->cells[i]);
	x->rows = x->spare;
	x->spare = old;
	x->first = x->last = NULL;
}

static bool within_bounds(const struct xlsx_in *x, struct err *err)
{
	if (x->text.full || x->too_long)
		return err_set(err, ERR_INPUT, NULL,
			       N_("Row %1: a cell has more than %2 kB of text."),
			       err_num(x->line), err_num(XLSX_IN_CELL_MAX >> 10));
	if (x->rows.used > ROW_MAX)
		return err_set(err, ERR_INPUT, NULL, N_("Row %1 has more than %2 MB of text."),
			       err_num(x->line), err_num(ROW_MAX >> 20));
	return !x->too_wide ||
	       err_set(err, ERR_INPUT, NULL, N_("Row %1 has more than %2 columns."),
		       err_num(x->line), err_num(XLSX_IN_CELLS_MAX));
}

/* Until a row is whole, or there is no more. */
static bool read_on(struct xlsx_in *x, struct err *err)
{
	struct str piece;

	carry_over(x);
	while (!x->first && !x->fed) {
		if (!zip_in_next(x->stream, &piece, err))
			return false;
		x->fed = !piece.n;
		if (!(x->fed ? xml_finish(x->xml, err) : xml_feed(x->xml, piece, err)) ||
		    !within_bounds(x, err))
			return false;
	}
	return true;
}

bool xlsx_in_row(struct xlsx_in *x, struct str *cells, size_t *n, uint64_t *line,
		 struct err *err)
{
	struct row *r;

	*n = 0;
	if (!x->first && !read_on(x, err))
		return false;
	r = x->first;
	if (!r)
		return true;
	x->first = r->next;
	if (!x->first)
		x->last = NULL;
	memcpy(cells, r->cells, r->n * sizeof(*cells));
	*n = r->n;
	*line = r->line;
	return true;
}
