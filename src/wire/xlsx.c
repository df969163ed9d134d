#include "wire/xlsx.h"

#include "base/date.h"
#include "base/dec.h"

#include <stdlib.h>
#include <string.h>

enum { PENDING = 256 << 10, PENDING_MAX = 64 << 20, NAME_BYTES = 4 * XLSX_NAME_MAX + 1 };
enum { PLACES_MAX = 6, SERIAL_OF_1970 = 25569, SERIAL_MARCH_1900 = 61 };
/* Rows of cellXfs in styles(). */
enum { STYLE_PLAIN, STYLE_HEAD, STYLE_DATE, STYLE_QUOTED, STYLE_MONEY };

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN_NS  "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define REL_NS   "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACK_NS  "http://schemas.openxmlformats.org/package/2006"

struct xlsx {
	struct zip_out *zip;
	struct buf b; /* of the sheet, not yet given away */
	uint32_t rows;
	size_t columns;
	bool open, frozen;
	char names[XLSX_SHEETS_MAX][NAME_BYTES];
	unsigned sheets;
};

struct xlsx *xlsx_begin(const struct byte_sink *to)
{
	struct xlsx *x = calloc(1, sizeof(*x));

	if (!x)
		abort();
	x->zip = zip_begin(to);
	buf_init(&x->b, PENDING_MAX);
	return x;
}

void xlsx_end(struct xlsx *x)
{
	if (!x)
		return;
	zip_end(x->zip);
	buf_done(&x->b);
	free(x);
}

uint32_t xlsx_rows(const struct xlsx *x)
{
	return x->rows;
}

static bool give(struct xlsx *x, struct err *err)
{
	bool ok = zip_put(x->zip, buf_str(&x->b), err);

	buf_clear(&x->b);
	return ok;
}

/* --- text --- */

/* XML 1.0 section 2.2: what a document cannot hold at all. */
static bool is_char(uint32_t rune)
{
	return rune >= 0x20 ? rune != 0xfffe && rune != 0xffff
			    : rune == '\t' || rune == '\n' || rune == '\r';
}

/* "_x0041_" would be read as “A” (ECMA-376 part 1, 22.9.2.19 ST_Xstring). */
static bool looks_escaped(struct str s)
{
	if (s.n < 7 || s.p[0] != '_' || s.p[1] != 'x' || s.p[6] != '_')
		return false;
	for (size_t i = 2; i < 6; i++)
		if (!memchr("0123456789abcdefABCDEF", s.p[i], 22))
			return false;
	return true;
}

static void put_rune(struct buf *b, uint32_t rune)
{
	switch (rune) {
	case '&': buf_lit(b, "&amp;"); return;
	case '<': buf_lit(b, "&lt;"); return;
	case '>': buf_lit(b, "&gt;"); return;
	case '"': buf_lit(b, "&quot;"); return;
	case '\r': buf_lit(b, "_x000D_"); return;
	default: buf_rune(b, is_char(rune) ? rune : 0xfffd);
	}
}

/* How many letters, digits, spaces and the like stand from `at` on: they are written as they
 * are, and no escape begins with one. */
static size_t plain_ascii(struct str s, size_t at, size_t most)
{
	size_t n = 0;

	while (n < most && at + n < s.n) {
		char c = s.p[at + n];

		if (c < ' ' || c > 'z' || c == '&' || c == '<' || c == '>' || c == '"' ||
		    c == '\'' || c == '_')
			break;
		n++;
	}
	return n;
}

static void put_text(struct buf *b, struct str s)
{
	size_t at = 0, units = 0;

	while (at < s.n) {
		size_t run = plain_ascii(s, at, XLSX_TEXT_MAX - 1 - units);

		if (run) {
			buf_add(b, str_of(s.p + at, run));
			at += run;
			units += run;
			continue;
		}
		if (looks_escaped(str_from(s, at)))
			buf_lit(b, "_x005F");
		size_t before = at;
		uint32_t rune = str_rune(s, &at);

		units += rune > 0xffff ? 2 : 1;
		if (units >= XLSX_TEXT_MAX && before + 1 < s.n) {
			buf_lit(b, "…");
			return;
		}
		put_rune(b, rune);
	}
}

/* --- cells --- */

static void put_column(struct buf *b, size_t column)
{
	char letters[8];
	size_t n = 0;

	for (column++; column > 0; column = (column - 1) / 26)
		letters[n++] = (char)('A' + (column - 1) % 26);
	while (n > 0)
		buf_ch(b, letters[--n]);
}

static size_t digits_of(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] >= '0' && s.p[i] <= '9';
	return n;
}

/* A spreadsheet must not take what begins so for a formula when somebody edits the cell. */
static bool like_formula(struct str s)
{
	return s.n > 0 && memchr("=+-@\t\r'", s.p[0], 7);
}

static void open_cell(struct xlsx *x, size_t column, unsigned style)
{
	buf_lit(&x->b, "<c r=\"");
	put_column(&x->b, column);
	buf_u64(&x->b, x->rows);
	buf_ch(&x->b, '"');
	if (style != STYLE_PLAIN) {
		buf_lit(&x->b, " s=\"");
		buf_u64(&x->b, style);
		buf_ch(&x->b, '"');
	}
}

static void text_cell(struct xlsx *x, size_t column, unsigned style, struct str text)
{
	open_cell(x, column, style == STYLE_PLAIN && like_formula(text) ? STYLE_QUOTED : style);
	buf_lit(&x->b, " t=\"inlineStr\"><is><t xml:space=\"preserve\">");
	put_text(&x->b, text);
	buf_lit(&x->b, "</t></is></c>");
}

static void number_cell(struct xlsx *x, size_t column, unsigned style, struct str digits)
{
	open_cell(x, column, style);
	buf_lit(&x->b, "><v>");
	buf_add(&x->b, digits);
	buf_lit(&x->b, "</v></c>");
}

static void figure_cell(struct xlsx *x, size_t column, unsigned style, struct str text)
{
	struct dec d;

	if (dec_parse(text, &d) && digits_of(text) <= XLSX_DIGITS)
		number_cell(x, column, style, text);
	else
		text_cell(x, column, STYLE_PLAIN, text);
}

static void date_cell(struct xlsx *x, size_t column, struct str text)
{
	char digits[24];
	int32_t day;
	struct buf b;

	if (!date_parse(text, &day) || day + SERIAL_OF_1970 < SERIAL_MARCH_1900) {
		text_cell(x, column, STYLE_PLAIN, text);
		return;
	}
	buf_init(&b, sizeof(digits));
	buf_i64(&b, day + SERIAL_OF_1970);
	number_cell(x, column, STYLE_DATE, buf_str(&b));
	buf_done(&b);
}

static void put_cell(struct xlsx *x, size_t column, const struct xlsx_cell *c)
{
	unsigned places = c->places < PLACES_MAX ? c->places : PLACES_MAX;

	if (c->text.n == 0)
		return;
	switch (c->kind) {
	case XLSX_TEXT: text_cell(x, column, STYLE_PLAIN, c->text); return;
	case XLSX_HEAD: text_cell(x, column, STYLE_HEAD, c->text); return;
	case XLSX_NUMBER: figure_cell(x, column, STYLE_PLAIN, c->text); return;
	case XLSX_MONEY: figure_cell(x, column, STYLE_MONEY + places, c->text); return;
	case XLSX_DATE: date_cell(x, column, c->text); return;
	case XLSX_BOOL:
		open_cell(x, column, STYLE_PLAIN);
		buf_lit(&x->b, " t=\"b\"><v>");
		buf_ch(&x->b, str_is(c->text, "true") ? '1' : '0');
		buf_lit(&x->b, "</v></c>");
	}
}

bool xlsx_row(struct xlsx *x, const struct xlsx_cell *cells, size_t n, struct err *err)
{
	x->rows++;
	x->columns = n > x->columns ? n : x->columns;
	buf_lit(&x->b, "<row r=\"");
	buf_u64(&x->b, x->rows);
	buf_lit(&x->b, "\">");
	for (size_t i = 0; i < n; i++)
		put_cell(x, i, &cells[i]);
	buf_lit(&x->b, "</row>\n");
	if (x->b.full)
		return err_set(err, ERR_INPUT, NULL,
			       N_("One row is too large for a spreadsheet. Take JSON Lines."));
	return x->b.n < PENDING || give(x, err);
}

/* --- sheets --- */

static bool close_sheet(struct xlsx *x, struct err *err)
{
	if (!x->open)
		return true;
	x->open = false;
	buf_lit(&x->b, "</sheetData>");
	if (x->frozen && x->rows > 0) {
		buf_lit(&x->b, "<autoFilter ref=\"A1:");
		put_column(&x->b, x->columns - 1);
		buf_u64(&x->b, x->rows);
		buf_lit(&x->b, "\"/>");
	}
	buf_lit(&x->b, "</worksheet>");
	return give(x, err);
}

static bool name_taken(const struct xlsx *x, const char *name)
{
	for (unsigned i = 0; i < x->sheets; i++)
		if (strcmp(x->names[i], name) == 0)
			return true;
	return false;
}

/* At most `most` characters of `name` and, from 2 on, a number. */
static void write_name(char out[NAME_BYTES], struct str name, size_t most, unsigned number)
{
	size_t at = 0;
	struct buf b;

	buf_init(&b, NAME_BYTES);
	for (size_t n = 0; at < name.n && n < most; n++) {
		uint32_t rune = str_rune(name, &at);

		buf_rune(&b, rune < 0x20 || (rune < 0x80 && strchr("[]:*?/\\'", (int)rune))
				     ? ' '
				     : rune);
	}
	if (number > 1) {
		buf_ch(&b, ' ');
		buf_u64(&b, number);
	}
	memcpy(out, b.p, b.n);
	out[b.n] = '\0';
	buf_done(&b);
}

bool xlsx_sheet(struct xlsx *x, struct str name, bool frozen, struct err *err)
{
	char *fit = x->names[x->sheets];
	char path[64] = "xl/worksheets/sheet";
	struct buf b;

	if (!close_sheet(x, err))
		return false;
	if (x->sheets == XLSX_SHEETS_MAX)
		return err_set(err, ERR_INPUT, NULL,
			       N_("This would be too large for a spreadsheet file. Take CSV or "
				  "JSON Lines, which have no bound."));
	write_name(fit, name, XLSX_NAME_MAX, 1);
	for (unsigned i = 2; name_taken(x, fit); i++)
		write_name(fit, name, XLSX_NAME_MAX - 3, i);
	x->sheets++;
	x->rows = 0;
	x->columns = 1;
	x->open = true;
	x->frozen = frozen;
	buf_init(&b, sizeof(path) - 1);
	buf_z(&b, path);
	buf_u64(&b, x->sheets);
	buf_lit(&b, ".xml");
	memcpy(path, b.p, b.n);
	path[b.n] = '\0';
	buf_done(&b);
	buf_lit(&x->b, XML_HEAD "<worksheet xmlns=\"" MAIN_NS
				"\"><sheetViews><sheetView workbookViewId=\"0\"");
	if (frozen)
		buf_lit(&x->b, "><pane ySplit=\"1\" topLeftCell=\"A2\" "
			       "activePane=\"bottomLeft\" state=\"frozen\"/></sheetView>");
	else
		buf_lit(&x->b, "/>");
	buf_lit(&x->b, "</sheetViews><sheetFormatPr defaultColWidth=\"18\" "
		       "defaultRowHeight=\"15\"/><sheetData>\n");
	return zip_member(x->zip, path, err);
}

/* --- what holds the sheets together --- */

static void content_types(struct xlsx *x)
{
	buf_lit(&x->b,
		XML_HEAD "<Types xmlns=\"" PACK_NS "/content-types\">"
			 "<Default Extension=\"rels\" ContentType=\"application/"
			 "vnd.openxmlformats-package.relationships+xml\"/>"
			 "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/"
			 "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
			 "<Override PartName=\"/xl/styles.xml\" ContentType=\"application/"
			 "vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>");
	for (unsigned i = 1; i <= x->sheets; i++) {
		buf_lit(&x->b, "<Override PartName=\"/xl/worksheets/sheet");
		buf_u64(&x->b, i);
		buf_lit(&x->b,
			".xml\" ContentType=\"application/"
			"vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>");
	}
	buf_lit(&x->b, "</Types>");
}

static void root_relations(struct xlsx *x)
{
	buf_lit(&x->b,
		XML_HEAD "<Relationships xmlns=\"" PACK_NS
			 "/relationships\"><Relationship Id=\"rId1\" Type=\"" REL_NS
			 "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
}

static void workbook_relations(struct xlsx *x)
{
	buf_lit(&x->b, XML_HEAD "<Relationships xmlns=\"" PACK_NS "/relationships\">");
	for (unsigned i = 1; i <= x->sheets; i++) {
		buf_lit(&x->b, "<Relationship Id=\"rId");
		buf_u64(&x->b, i);
		buf_lit(&x->b, "\" Type=\"" REL_NS "/worksheet\" Target=\"worksheets/sheet");
		buf_u64(&x->b, i);
		buf_lit(&x->b, ".xml\"/>");
	}
	buf_lit(&x->b, "<Relationship Id=\"rIdStyles\" Type=\"" REL_NS
		       "/styles\" Target=\"styles.xml\"/></Relationships>");
}

static void workbook(struct xlsx *x)
{
	buf_lit(&x->b,
		XML_HEAD "<workbook xmlns=\"" MAIN_NS "\" xmlns:r=\"" REL_NS "\"><sheets>");
	for (unsigned i = 1; i <= x->sheets; i++) {
		buf_lit(&x->b, "<sheet name=\"");
		put_text(&x->b, str_z(x->names[i - 1]));
		buf_lit(&x->b, "\" sheetId=\"");
		buf_u64(&x->b, i);
		buf_lit(&x->b, "\" r:id=\"rId");
		buf_u64(&x->b, i);
		buf_lit(&x->b, "\"/>");
	}
	buf_lit(&x->b, "</sheets></workbook>");
}

static void styles(struct xlsx *x)
{
	struct buf *b = &x->b;

	buf_lit(b, XML_HEAD "<styleSheet xmlns=\"" MAIN_NS "\"><numFmts count=\"8\">"
			    "<numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>");
	for (unsigned i = 0; i <= PLACES_MAX; i++) {
		buf_lit(b, "<numFmt numFmtId=\"");
		buf_u64(b, 165 + i);
		buf_lit(b, "\" formatCode=\"#,##0");
		buf_z(b, i ? "." : "");
		buf_add(b, str_cut(S("000000"), i));
		buf_lit(b, "\"/>");
	}
	buf_lit(b, "</numFmts><fonts count=\"2\"><font><sz val=\"11\"/><name "
		   "val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name "
		   "val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill><patternFill "
		   "patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/>"
		   "</fill></fills><borders count=\"1\"><border/></borders><cellStyleXfs "
		   "count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"11\"><xf/>"
		   "<xf fontId=\"1\" applyFont=\"1\"/>"
		   "<xf numFmtId=\"164\" applyNumberFormat=\"1\"/>"
		   "<xf numFmtId=\"49\" quotePrefix=\"1\" applyNumberFormat=\"1\"/>");
	for (unsigned i = 0; i <= PLACES_MAX; i++) {
		buf_lit(b, "<xf numFmtId=\"");
		buf_u64(b, 165 + i);
		buf_lit(b, "\" applyNumberFormat=\"1\"/>");
	}
	buf_lit(b, "</cellXfs></styleSheet>");
}

bool xlsx_finish(struct xlsx *x, struct err *err)
{
	static const struct {
		const char *path;
		void (*write)(struct xlsx *x);
	} frame[] = {
		{ "xl/styles.xml", styles },
		{ "xl/workbook.xml", workbook },
		{ "xl/_rels/workbook.xml.rels", workbook_relations },
		{ "_rels/.rels", root_relations },
		{ "[Content_Types].xml", content_types },
	};

	if (!close_sheet(x, err))
		return false;
	for (size_t i = 0; i < sizeof(frame) / sizeof(*frame); i++) {
		if (!zip_member(x->zip, frame[i].path, err))
			return false;
		frame[i].write(x);
		if (!give(x, err))
			return false;
	}
	return zip_finish(x->zip, err);
}
