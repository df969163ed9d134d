/*
 * A paper: what people print, sign and send, free of the form it takes.
 *
 * A paper is a row of blocks in one language or two.  Of two, texts that people read one after
 * the other stand facing, the first language left and the second right; cells of a table hold
 * both, one under the other.  Figures and dates keep their exact form beside their words, so
 * that a workbook has real ones.
 *
 * Everything lives in the arena of the paper.  Texts are cleaned as they come in: control
 * characters and the Unicode controls that reorder text (UAX 9) are left out.
 */
#ifndef EXCHANGE_PAPER_H
#define EXCHANGE_PAPER_H
#include "exchange/table.h"

enum { PAPER_LANGS = 2, PAPER_COLUMNS = 8 };

struct paper_text {
	struct str in[PAPER_LANGS]; /* by the languages of the paper; the second is empty when
				       there is one language, or one text for both */
};
struct paper_cell {
	enum cell_kind kind;
	struct paper_text text; /* as people read it */
	struct str exact;       /* CELL_NUMBER, CELL_MONEY, CELL_DATE: as the JSON has it */
	unsigned places;        /* CELL_MONEY */
	struct str unit; /* of `exact`: currency or unit, in a workbook a column beside it */
	bool alert;      /* stands out: what is late */
	struct str href; /* where it leads, in HTML and plain text; empty: nowhere */
};
struct paper_row {
	struct paper_row *next;
	struct paper_cell cells[]; /* as many as the block has columns */
};
enum paper_kind {
	PAPER_TITLE,
	PAPER_HEADING,
	PAPER_PARAGRAPH,
	PAPER_SMALL,     /* a remark under a title or table */
	PAPER_FIELDS,    /* rows of two cells: what it is called, what it is */
	PAPER_TABLE,     /* the first row is its heading */
	PAPER_SIGNATURES /* a place for each party to sign; rows of one cell: who */
};
struct paper_block {
	struct paper_block *next;
	enum paper_kind kind;
	struct paper_text text; /* of what has no rows; of a table, what it is called */
	size_t columns, row_count;
	const unsigned *widths; /* of a table: shares of its width, one a column */
	struct paper_row *rows, **last;
};
struct paper {
	struct arena *a;
	enum lang langs[PAPER_LANGS];
	size_t lang_count;
	struct paper_text title, footer;
	int64_t time; /* seconds since 1970 of the state it shows */
	struct paper_block *blocks, **last;
	size_t bytes; /* of all texts that came in: what drawing costs goes by it */
};

void paper_begin(struct paper *p, struct arena *a, const enum lang *langs, size_t lang_count);
/* A message in the paper's languages; with `%1`…, filled with texts that differ by language. */
struct paper_text paper_say(struct paper *p, const char *message);
struct paper_text paper_fill(struct paper *p, const char *message,
			     const struct paper_text *args, size_t n);
/* One text for all languages, cleaned. */
struct paper_text paper_plain(struct paper *p, struct str s);
/* Each language's own; where both are the same, one for both. */
struct paper_text paper_pair(struct paper *p, const struct str in[PAPER_LANGS]);
/* A text of the register: the language it is in stands before it, when it is none asked for. */
struct paper_text paper_mtext(struct paper *p, const struct json *value);
/* The value of a field in words, references as they stand. */
struct paper_text paper_value(struct paper *p, const struct field *f, const struct json *value);
struct paper_text paper_label(struct paper *p, enum field_id f); /* what the field is called */
struct paper_text paper_date(struct paper *p, int32_t day);
/* Both, with `between`. */
struct paper_text paper_join(struct paper *p, struct paper_text x, struct str between,
			     struct paper_text y);
/* The text in language `i` of the paper. */
struct str paper_in(const struct paper_text *t, size_t i);
bool paper_empty(const struct paper_text *t);

struct paper_block *paper_add(struct paper *p, enum paper_kind kind, struct paper_text text);
/* A table with its heading; `widths` is one number a column. */
struct paper_block *paper_table(struct paper *p, const unsigned *widths, size_t columns,
				const struct paper_text *heads);
/* The cells of a new row, empty texts. */
struct paper_cell *paper_row(struct paper *p, struct paper_block *b);
/* A row of PAPER_FIELDS, unless the value is empty. */
void paper_field(struct paper *p, struct paper_block *b, struct paper_text label,
		 struct paper_text value);
/* As many columns as a workbook needs for column `i`: two when its figures have units. */
bool paper_has_units(const struct paper_block *b, size_t i);
/* A cell with a figure or date of the register; empty when there is no value. */
struct paper_cell paper_typed(struct paper *p, const struct field *f, const struct json *value);

/* --- the forms: each writes the whole paper --- */
struct paper_format {
	const char *name;  /* "pdf", also the ending of a file's name */
	const char *label; /* "PDF" */
	const char *media; /* of HTTP */
	bool (*write)(const struct paper *p, const struct byte_sink *to, struct err *err);
};
extern const struct paper_format paper_formats[];
extern const size_t paper_format_count;
const struct paper_format *paper_format_named(struct str name); /* NULL: none */

/* One page of HTML with its style inside. */
bool paper_html(const struct paper *p, const struct byte_sink *to, struct err *err) MUST_USE;
/* One sheet with real figures and dates. */
bool paper_xlsx(const struct paper *p, const struct byte_sink *to, struct err *err) MUST_USE;
/* A word processor's file (ECMA-376), A4. */
bool paper_docx(const struct paper *p, const struct byte_sink *to, struct err *err) MUST_USE;
/* A4, tagged (ISO 32000-1 14.8), in DejaVu Sans. */
bool paper_pdf(const struct paper *p, const struct byte_sink *to, struct err *err) MUST_USE;

/* Plain text, a line a paragraph, however long; for mail. */
bool paper_plain_text(const struct paper *p, const struct byte_sink *to,
		      struct err *err) MUST_USE;

#endif
