#include "exchange/paper.h"
#include "wire/xml_write.h"

#include <stdio.h>

/* WordprocessingML (ECMA-376 part 1, 17): the parts a word processor needs, no more. */

enum { DOCX_MAX = 64 << 20, TEXT_WIDTH = 9638 /* twentieths of a point: A4 less margins */ };

#define WORD  "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define REL   "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define TYPES "application/vnd.openxmlformats-officedocument.wordprocessingml."

static const char content_types[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
	"<Default Extension=\"rels\" "
	"ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
	"<Override PartName=\"/word/document.xml\" ContentType=\"" TYPES "document.main+xml\"/>"
	"<Override PartName=\"/word/styles.xml\" ContentType=\"" TYPES "styles+xml\"/>"
	"<Override PartName=\"/word/footer1.xml\" ContentType=\"" TYPES "footer+xml\"/>"
	"<Override PartName=\"/docProps/core.xml\" "
	"ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>";
static const char package_rels[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Relationships "
	"xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
	"<Relationship Id=\"r1\" Type=\"" REL "/officeDocument\" Target=\"word/document.xml\"/>"
	"<Relationship Id=\"r2\" Type=\"http://schemas.openxmlformats.org/package/2006/"
	"relationships/metadata/core-properties\" "
	"Target=\"docProps/core.xml\"/></Relationships>";
static const char document_rels[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Relationships "
	"xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
	"<Relationship Id=\"r1\" Type=\"" REL "/styles\" Target=\"styles.xml\"/>"
	"<Relationship Id=\"r2\" Type=\"" REL
	"/footer\" Target=\"footer1.xml\"/></Relationships>";
static const char styles[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<w:styles xmlns:w=\"" WORD "\">"
	"<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"DejaVu Sans\" "
	"w:hAnsi=\"DejaVu Sans\" w:cs=\"DejaVu Sans\"/><w:sz w:val=\"18\"/></w:rPr>"
	"</w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"100\"/></w:pPr>"
	"</w:pPrDefault></w:docDefaults>"
	"<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\">"
	"<w:name w:val=\"Normal\"/></w:style>"
	"<w:style w:type=\"paragraph\" w:styleId=\"Title\"><w:name w:val=\"Title\"/>"
	"<w:basedOn w:val=\"Normal\"/><w:rPr><w:b/><w:sz w:val=\"28\"/></w:rPr></w:style>"
	"<w:style w:type=\"paragraph\" w:styleId=\"Heading1\"><w:name w:val=\"heading 1\"/>"
	"<w:basedOn w:val=\"Normal\"/><w:pPr><w:keepNext/><w:spacing w:before=\"200\" "
	"w:after=\"80\"/><w:outlineLvl w:val=\"0\"/></w:pPr><w:rPr><w:b/>"
	"<w:sz w:val=\"20\"/></w:rPr></w:style>"
	"<w:style w:type=\"paragraph\" w:styleId=\"Small\"><w:name w:val=\"Small\"/>"
	"<w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:after=\"40\"/></w:pPr>"
	"<w:rPr><w:sz w:val=\"16\"/></w:rPr></w:style>"
	"<w:style w:type=\"paragraph\" w:styleId=\"Sign\"><w:name w:val=\"Sign\"/>"
	"<w:basedOn w:val=\"Normal\"/><w:pPr><w:pBdr><w:top w:val=\"single\" w:sz=\"4\" "
	"w:space=\"4\" w:color=\"auto\"/></w:pBdr><w:spacing w:before=\"900\"/></w:pPr>"
	"</w:style></w:styles>";

struct docx {
	const struct paper *p;
	struct xml_w w;
};

/* --- runs and paragraphs --- */

/* An element with nothing in it but, at most, w:val. */
static void leaf(struct docx *d, const char *name, const char *value)
{
	xml_open_tag(&d->w, name);
	if (value)
		xml_attr(&d->w, "w:val", str_z(value));
	xml_close_tag(&d->w);
}

struct run {
	struct str text;
	size_t lang;
	bool bold, alert;
};

static void put_run(struct docx *d, const struct run *r)
{
	struct str rest = r->text, line;
	bool first = true;

	xml_open_tag(&d->w, "w:r");
	xml_open_tag(&d->w, "w:rPr");
	if (r->bold || r->alert)
		leaf(d, "w:b", NULL);
	if (r->alert)
		leaf(d, "w:color", "A00000");
	leaf(d, "w:lang", lang_codes[d->p->langs[r->lang]]);
	xml_close_tag(&d->w);
	while (str_split(&rest, '\n', &line)) {
		if (!first)
			leaf(d, "w:br", NULL);
		first = false;
		xml_open_tag(&d->w, "w:t");
		xml_attr(&d->w, "xml:space", S("preserve"));
		xml_text(&d->w, line);
		xml_close_tag(&d->w);
	}
	xml_close_tag(&d->w);
}

static void paragraph_begin(struct docx *d, const char *style, bool right)
{
	xml_open_tag(&d->w, "w:p");
	xml_open_tag(&d->w, "w:pPr");
	leaf(d, "w:pStyle", style);
	if (right)
		leaf(d, "w:jc", "right");
	xml_close_tag(&d->w);
}

static void paragraph(struct docx *d, const char *style, struct str text, size_t lang)
{
	const struct run r = { .text = text, .lang = lang };

	paragraph_begin(d, style, false);
	put_run(d, &r);
	xml_close_tag(&d->w);
}

/* --- tables --- */

static void number_attr(struct docx *d, const char *name, unsigned n)
{
	char text[24];

	xml_attr(&d->w, name, str_of(text, (size_t)snprintf(text, sizeof(text), "%u", n)));
}

static void border(struct docx *d, const char *name)
{
	xml_open_tag(&d->w, name);
	xml_attr(&d->w, "w:val", S("single"));
	xml_attr(&d->w, "w:sz", S("4"));
	xml_attr(&d->w, "w:color", S("777777"));
	xml_close_tag(&d->w);
}

static void grid_begin(struct docx *d, const unsigned *widths, size_t n, bool ruled)
{
	static const char *const sides[] = { "w:top",   "w:left",    "w:bottom",
					     "w:right", "w:insideH", "w:insideV" };

	xml_open_tag(&d->w, "w:tbl");
	xml_open_tag(&d->w, "w:tblPr");
	xml_open_tag(&d->w, "w:tblW");
	number_attr(d, "w:w", TEXT_WIDTH);
	xml_attr(&d->w, "w:type", S("dxa"));
	xml_close_tag(&d->w);
	if (ruled) {
		xml_open_tag(&d->w, "w:tblBorders");
		for (size_t i = 0; i < sizeof(sides) / sizeof(*sides); i++)
			border(d, sides[i]);
		xml_close_tag(&d->w);
	}
	xml_open_tag(&d->w, "w:tblLayout");
	xml_attr(&d->w, "w:type", S("fixed"));
	xml_close_tag(&d->w);
	xml_close_tag(&d->w);
	xml_open_tag(&d->w, "w:tblGrid");
	for (size_t i = 0; i < n; i++) {
		xml_open_tag(&d->w, "w:gridCol");
		number_attr(d, "w:w", widths[i]);
		xml_close_tag(&d->w);
	}
	xml_close_tag(&d->w);
}

static void cell_begin(struct docx *d, unsigned width, bool head)
{
	xml_open_tag(&d->w, "w:tc");
	xml_open_tag(&d->w, "w:tcPr");
	xml_open_tag(&d->w, "w:tcW");
	number_attr(d, "w:w", width);
	xml_attr(&d->w, "w:type", S("dxa"));
	xml_close_tag(&d->w);
	if (head) {
		xml_open_tag(&d->w, "w:shd");
		xml_attr(&d->w, "w:val", S("clear"));
		xml_attr(&d->w, "w:fill", S("EBEBEB"));
		xml_close_tag(&d->w);
	}
	xml_close_tag(&d->w);
}

static void table_cell_put(struct docx *d, const struct paper_cell *c, unsigned width,
			   bool head)
{
	const bool figure = c->kind == CELL_NUMBER || c->kind == CELL_MONEY;

	cell_begin(d, width, head);
	for (size_t i = 0; i < d->p->lang_count; i++) {
		const struct run r = { c->text.in[i], i, head, c->alert };

		if (i > 0 && r.text.n == 0)
			continue;
		paragraph_begin(d, "Small", figure && !head);
		put_run(d, &r);
		xml_close_tag(&d->w);
	}
	xml_close_tag(&d->w);
}

static void row_begin(struct docx *d, bool head)
{
	xml_open_tag(&d->w, "w:tr");
	xml_open_tag(&d->w, "w:trPr");
	leaf(d, "w:cantSplit", head ? NULL : "0");
	if (head)
		leaf(d, "w:tblHeader", NULL);
	xml_close_tag(&d->w);
}

static void put_table(struct docx *d, const struct paper_block *b)
{
	unsigned widths[PAPER_COLUMNS], all = 0;

	for (size_t i = 0; i < b->columns; i++)
		all += b->widths[i];
	for (size_t i = 0; i < b->columns; i++)
		widths[i] = TEXT_WIDTH * b->widths[i] / all;
	grid_begin(d, widths, b->columns, true);
	for (const struct paper_row *r = b->rows; r; r = r->next) {
		row_begin(d, r == b->rows);
		for (size_t i = 0; i < b->columns; i++)
			table_cell_put(d, &r->cells[i], widths[i], r == b->rows);
		xml_close_tag(&d->w);
	}
	xml_close_tag(&d->w);
	paragraph(d, "Small", S(""), 0);
}

/* --- blocks --- */

static void put_fields(struct docx *d, const struct paper_block *b, size_t lang)
{
	for (const struct paper_row *r = b->rows; r; r = r->next) {
		const struct run label = { paper_in(&r->cells[0].text, lang), lang, true,
					   false };
		const struct run colon = { lang_text(d->p->langs[lang], N_(": ")), lang, true,
					   false };
		const struct run value = { paper_in(&r->cells[1].text, lang), lang, false,
					   false };

		paragraph_begin(d, "Normal", false);
		put_run(d, &label);
		put_run(d, &colon);
		put_run(d, &value);
		xml_close_tag(&d->w);
	}
	if (!b->rows)
		paragraph(d, "Small", S(""), lang);
}

static const char *style_of(enum paper_kind kind)
{
	switch (kind) {
	case PAPER_TITLE: return "Title";
	case PAPER_HEADING: return "Heading1";
	case PAPER_SMALL: return "Small";
	case PAPER_SIGNATURES: return "Sign";
	case PAPER_PARAGRAPH:
	case PAPER_FIELDS:
	case PAPER_TABLE: break;
	}
	return "Normal";
}

static void put_texts(struct docx *d, const struct paper_block *b, size_t lang)
{
	if (b->kind == PAPER_FIELDS)
		put_fields(d, b, lang);
	else
		paragraph(d, style_of(b->kind), paper_in(&b->text, lang), lang);
}

/* Each language in a column of its own. */
static void put_facing(struct docx *d, const struct paper_block *b)
{
	static const unsigned halves[PAPER_LANGS] = { TEXT_WIDTH / 2, TEXT_WIDTH / 2 };

	if (d->p->lang_count == 1) {
		put_texts(d, b, 0);
		return;
	}
	grid_begin(d, halves, PAPER_LANGS, false);
	row_begin(d, false);
	for (size_t i = 0; i < PAPER_LANGS; i++) {
		cell_begin(d, halves[i], false);
		put_texts(d, b, i);
		xml_close_tag(&d->w);
	}
	xml_close_tag(&d->w);
	xml_close_tag(&d->w);
	paragraph(d, "Small", S(""), 0);
}

static void put_signatures(struct docx *d, const struct paper_block *b)
{
	for (const struct paper_row *r = b->rows; r; r = r->next)
		for (size_t i = 0; i < d->p->lang_count; i++)
			if (i == 0 || r->cells[0].text.in[i].n > 0)
				paragraph(d, i == 0 ? "Sign" : "Normal", r->cells[0].text.in[i],
					  i);
}

/* A4 with the footer (17.6.17). */
static void put_section(struct docx *d)
{
	xml_open_tag(&d->w, "w:sectPr");
	xml_open_tag(&d->w, "w:footerReference");
	xml_attr(&d->w, "w:type", S("default"));
	xml_attr(&d->w, "r:id", S("r2"));
	xml_close_tag(&d->w);
	xml_open_tag(&d->w, "w:pgSz");
	number_attr(d, "w:w", 11906);
	number_attr(d, "w:h", 16838);
	xml_close_tag(&d->w);
	xml_open_tag(&d->w, "w:pgMar");
	number_attr(d, "w:top", 1134);
	number_attr(d, "w:right", 1134);
	number_attr(d, "w:bottom", 1134);
	number_attr(d, "w:left", 1134);
	number_attr(d, "w:header", 567);
	number_attr(d, "w:footer", 567);
	number_attr(d, "w:gutter", 0);
	xml_close_tag(&d->w);
	xml_close_tag(&d->w);
}

static void write_document(struct docx *d)
{
	xml_open_tag(&d->w, "w:document");
	xml_attr(&d->w, "xmlns:w", S(WORD));
	xml_attr(&d->w, "xmlns:r", S(REL));
	xml_open_tag(&d->w, "w:body");
	for (const struct paper_block *b = d->p->blocks; b; b = b->next)
		if (b->kind == PAPER_TABLE)
			put_table(d, b);
		else if (b->kind == PAPER_SIGNATURES)
			put_signatures(d, b);
		else
			put_facing(d, b);
	put_section(d);
	xml_close_tag(&d->w);
	xml_close_tag(&d->w);
}

static void number_field(struct docx *d, const char *what)
{
	xml_open_tag(&d->w, "w:fldSimple");
	xml_attr(&d->w, "w:instr", str_z(what));
	put_run(d, &(struct run){ .text = S("1") });
	xml_close_tag(&d->w);
}

static void write_footer(struct docx *d)
{
	xml_open_tag(&d->w, "w:ftr");
	xml_attr(&d->w, "xmlns:w", S(WORD));
	for (size_t i = 0; i < d->p->lang_count; i++)
		paragraph(d, "Small", paper_in(&d->p->footer, i), i);
	paragraph_begin(d, "Small", true);
	number_field(d, "PAGE");
	put_run(d, &(struct run){ .text = S(" / ") });
	number_field(d, "NUMPAGES");
	xml_close_tag(&d->w);
	xml_close_tag(&d->w);
}

static void write_core(struct docx *d)
{
	char time[TIME_TEXT];

	xml_open_tag(&d->w, "cp:coreProperties");
	xml_attr(&d->w, "xmlns:cp",
		 S("http://schemas.openxmlformats.org/package/2006/metadata/core-properties"));
	xml_attr(&d->w, "xmlns:dc", S("http://purl.org/dc/elements/1.1/"));
	xml_attr(&d->w, "xmlns:dcterms", S("http://purl.org/dc/terms/"));
	xml_attr(&d->w, "xmlns:xsi", S("http://www.w3.org/2001/XMLSchema-instance"));
	xml_open_tag(&d->w, "dc:title");
	xml_text(&d->w, d->p->title.in[0]);
	xml_close_tag(&d->w);
	xml_open_tag(&d->w, "dc:language");
	xml_text(&d->w, str_z(lang_codes[d->p->langs[0]]));
	xml_close_tag(&d->w);
	xml_open_tag(&d->w, "dcterms:created");
	xml_attr(&d->w, "xsi:type", S("dcterms:W3CDTF"));
	xml_text(&d->w, str_z(time_text(time, d->p->time)));
	xml_close_tag(&d->w);
	xml_close_tag(&d->w);
}

/* --- the package --- */

static bool put_whole(struct zip_out *z, const char *name, const char *text, struct err *err)
{
	return zip_member(z, name, err) && zip_put(z, str_z(text), err);
}

static bool put_part(struct zip_out *z, const struct paper *p, const char *name,
		     void (*write)(struct docx *d), struct err *err)
{
	struct docx d = { .p = p };
	struct buf out;
	bool ok;

	buf_init(&out, DOCX_MAX);
	d.w = xml_w(&out);
	write(&d);
	ok = !out.full ||
	     err_set(err, ERR_INPUT, NULL, N_("The paper is too long for one file."));
	ok = ok && zip_member(z, name, err) && zip_put(z, buf_str(&out), err);
	buf_done(&out);
	return ok;
}

bool paper_docx(const struct paper *p, const struct byte_sink *to, struct err *err)
{
	struct zip_out *z = zip_begin(to);
	bool ok = put_whole(z, "[Content_Types].xml", content_types, err) &&
		  put_whole(z, "_rels/.rels", package_rels, err) &&
		  put_part(z, p, "word/document.xml", write_document, err) &&
		  put_whole(z, "word/styles.xml", styles, err) &&
		  put_part(z, p, "word/footer1.xml", write_footer, err) &&
		  put_whole(z, "word/_rels/document.xml.rels", document_rels, err) &&
		  put_part(z, p, "docProps/core.xml", write_core, err) && zip_finish(z, err);

	zip_end(z);
	return ok;
}
