#include "exchange/paper.h"
#include "wire/xlsx.h"

/*
 * A workbook of a paper: one sheet that says it all in its order, real figures and dates in the
 * cells of its tables, and a language a column in its texts.
 */

static enum xlsx_kind kind_of(enum cell_kind k)
{
	switch (k) {
	case CELL_TEXT: return XLSX_TEXT;
	case CELL_NUMBER: return XLSX_NUMBER;
	case CELL_MONEY: return XLSX_MONEY;
	case CELL_DATE: return XLSX_DATE;
	case CELL_BOOL: return XLSX_BOOL;
	}
	return XLSX_TEXT;
}

/* A figure as it is; of a text both languages, one under the other. */
static struct xlsx_cell cell_of(const struct paper *p, const struct paper_cell *c, bool head)
{
	struct str text = c->text.in[0];

	if (c->exact.n > 0)
		return (struct xlsx_cell){ kind_of(c->kind), c->exact, c->places };
	if (c->text.in[1].n > 0)
		text = arena_join(p->a, text, arena_join(p->a, S("\n"), c->text.in[1]));
	return (struct xlsx_cell){ head ? XLSX_HEAD : XLSX_TEXT, text, 0 };
}

static bool put_text(struct xlsx *x, const struct paper *p, const struct paper_block *b,
		     struct err *err)
{
	const bool head = b->kind == PAPER_TITLE || b->kind == PAPER_HEADING;
	struct xlsx_cell cells[PAPER_LANGS];

	for (size_t i = 0; i < p->lang_count; i++)
		cells[i] = (struct xlsx_cell){ head ? XLSX_HEAD : XLSX_TEXT,
					       paper_in(&b->text, i), 0 };
	return xlsx_row(x, cells, p->lang_count, err);
}

static bool put_rows(struct xlsx *x, const struct paper *p, const struct paper_block *b,
		     struct err *err)
{
	struct xlsx_cell cells[2 * PAPER_COLUMNS];
	bool units[PAPER_COLUMNS];

	for (size_t i = 0; i < b->columns; i++)
		units[i] = paper_has_units(b, i);
	for (const struct paper_row *r = b->rows; r; r = r->next) {
		bool head = b->kind == PAPER_TABLE && r == b->rows;
		size_t n = 0;

		for (size_t i = 0; i < b->columns; i++) {
			cells[n++] = cell_of(p, &r->cells[i], head);
			if (units[i])
				cells[n++] =
					(struct xlsx_cell){ XLSX_TEXT, r->cells[i].unit, 0 };
		}
		if (!xlsx_row(x, cells, n, err))
			return false;
	}
	return true;
}

static bool put_block(struct xlsx *x, const struct paper *p, const struct paper_block *b,
		      struct err *err)
{
	switch (b->kind) {
	case PAPER_TITLE:
	case PAPER_HEADING:
	case PAPER_PARAGRAPH:
	case PAPER_SMALL: return put_text(x, p, b, err);
	case PAPER_FIELDS:
	case PAPER_TABLE:
	case PAPER_SIGNATURES: return put_rows(x, p, b, err);
	}
	return true;
}

bool paper_xlsx(const struct paper *p, const struct byte_sink *to, struct err *err)
{
	struct xlsx *x = xlsx_begin(to);
	bool ok = xlsx_sheet(x, p->blocks ? p->blocks->text.in[0] : p->title.in[0], false, err);

	for (const struct paper_block *b = p->blocks; b && ok; b = b->next)
		ok = put_block(x, p, b, err);
	ok = ok && xlsx_finish(x, err);
	xlsx_end(x);
	return ok;
}
