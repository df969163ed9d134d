#include "exchange/table.h"
#include "wire/xlsx.h"

/*
 * A workbook: the records, then a sheet for each kind of their parts, then one that says what
 * all this is.  Where a table has more rows than a sheet can hold it goes on in another.
 */

struct book {
	const struct table_plan *plan; /* of the sheet being written */
	struct xlsx *xlsx;
	struct table_walk *walk;
	const struct column *columns;
	size_t n;
	struct xlsx_cell cells[TABLE_COLUMNS_MAX];
};

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

static struct str sheet_name(const struct table_plan *p)
{
	return lang_text(p->lang, p->parts ? p->parts->label : p->record->plural);
}

static bool begin_sheet(struct book *b, struct err *err)
{
	if (!xlsx_sheet(b->xlsx, sheet_name(b->plan), true, err))
		return false;
	for (size_t i = 0; i < b->n; i++)
		b->cells[i] = (struct xlsx_cell){ XLSX_HEAD, b->columns[i].heading, 0 };
	return xlsx_row(b->xlsx, b->cells, b->n, err);
}

static bool put_row(void *ctx, const struct table_row *r, struct err *err)
{
	struct book *b = ctx;

	if (xlsx_rows(b->xlsx) == XLSX_ROWS_MAX && !begin_sheet(b, err))
		return false;
	for (size_t i = 0; i < b->n; i++) {
		struct table_cell c = table_cell(b->walk, &b->columns[i], r);

		b->cells[i] = (struct xlsx_cell){ kind_of(c.kind), c.text, c.places };
	}
	return xlsx_row(b->xlsx, b->cells, b->n, err);
}

static bool put_table(struct book *b, const struct table_plan *plan, struct err *err)
{
	struct arena a;
	bool ok;

	arena_init(&a, 1 << 20);
	b->plan = plan;
	b->walk = table_walk_begin(plan);
	b->columns = table_columns(&a, plan, &b->n);
	ok = begin_sheet(b, err) && table_rows(b->walk, put_row, b, err);
	table_walk_end(b->walk);
	arena_done(&a);
	return ok;
}

/* --- the sheet that explains --- */

static bool say(struct book *b, struct str first, struct str second, struct str third,
		struct err *err)
{
	const struct xlsx_cell cells[3] = { { XLSX_TEXT, first, 0 },
					    { XLSX_TEXT, second, 0 },
					    { XLSX_TEXT, third, 0 } };

	return xlsx_row(b->xlsx, cells, 3, err);
}

/* What the columns are called in CSV and what they hold. */
static bool explain_table(struct book *b, const struct table_plan *plan, struct err *err)
{
	struct arena a;
	bool ok;

	arena_init(&a, 1 << 20);
	b->columns = table_columns(&a, plan, &b->n);
	ok = say(b, S(""), S(""), S(""), err) && say(b, sheet_name(plan), S(""), S(""), err);
	for (size_t i = 0; ok && i < b->n; i++) {
		const struct field *f = b->columns[i].field;

		ok = say(b, b->columns[i].heading, b->columns[i].name,
			 f && f->help ? lang_text(plan->lang, f->help) : S(""), err);
	}
	arena_done(&a);
	return ok;
}

static bool explain(struct book *b, const struct table_plan *whole, struct err *err)
{
	enum lang lang = whole->lang;
	bool ok = xlsx_sheet(b->xlsx, T(lang, "About this file"), false, err) &&
		  say(b, T(lang, "Licence"), lang_text(lang, table_licence),
		      str_z(table_licence_url), err) &&
		  say(b, T(lang, "To verify"), lang_text(lang, table_to_verify), S(""), err) &&
		  explain_table(b, whole, err);

	for
		each_field(f, whole->record)
		{
			struct table_plan part = *whole;

			part.parts = f;
			if (ok && !whole->parts && f->kind == PARTS)
				ok = explain_table(b, &part, err);
		}
	return ok;
}

static bool put_all(struct book *b, const struct table_plan *plan, struct err *err)
{
	if (!put_table(b, plan, err))
		return false;
	for
		each_field(f, plan->record)
		{
			struct table_plan part = *plan;

			part.parts = f;
			if (!plan->parts && f->kind == PARTS && !put_table(b, &part, err))
				return false;
		}
	return explain(b, plan, err) && xlsx_finish(b->xlsx, err);
}

/* --- a template: the first row, and what can be written where a code is asked for --- */

static bool blank_sheet(struct book *b, struct err *err)
{
	size_t n = 0;

	b->cells[n++] = (struct xlsx_cell){ XLSX_HEAD, table_blank_head(b->plan), 0 };
	for (size_t i = 0; i < b->n; i++)
		if (table_blank_takes(&b->columns[i]))
			b->cells[n++] =
				(struct xlsx_cell){ XLSX_HEAD, b->columns[i].heading, 0 };
	return xlsx_sheet(b->xlsx, sheet_name(b->plan), true, err) &&
	       xlsx_row(b->xlsx, b->cells, n, err);
}

static bool code_rows(struct book *b, const struct column *c, struct err *err)
{
	const struct codelist *l = codelist_named(c->field->list);
	enum lang lang = b->plan->lang;
	bool ok = true;

	for (size_t i = 0; i < l->count && ok; i++)
		if (!l->codes[i].withdrawn)
			ok = say(b, c->heading, str_z(l->codes[i].code),
				 str_z(l->codes[i].name[lang]), err);
	return ok;
}

static bool put_blank(struct book *b, const struct table_plan *plan, struct err *err)
{
	enum lang lang = plan->lang;
	struct arena a;
	bool ok;

	arena_init(&a, 1 << 20);
	b->plan = plan;
	b->columns = table_columns(&a, plan, &b->n);
	ok = blank_sheet(b, err) && xlsx_sheet(b->xlsx, T(lang, "Codes"), true, err) &&
	     say(b, T(lang, "Column"), T(lang, "Code"), T(lang, "Name"), err);
	for (size_t i = 0; i < b->n && ok; i++)
		if (table_blank_takes(&b->columns[i]) && b->columns[i].field->kind == CODE)
			ok = code_rows(b, &b->columns[i], err);
	arena_done(&a);
	return ok && xlsx_finish(b->xlsx, err);
}

bool table_xlsx(const struct table_plan *plan, struct err *err)
{
	struct book b = { .xlsx = xlsx_begin(plan->to) };
	bool ok = plan->blank ? put_blank(&b, plan, err) : put_all(&b, plan, err);

	xlsx_end(b.xlsx);
	return ok;
}
