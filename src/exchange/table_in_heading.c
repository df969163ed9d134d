#include "exchange/table_cell_in.h"
#include "exchange/table_in_inside.h"

enum { HEADING_MAX = 1000 };

static bool can_take(const struct column *c)
{
	if (c->from != FROM_REF && c->from != FROM_PLACE && c->from != FROM_VALUE &&
	    c->from != FROM_CODE)
		return false;
	return !c->field || c->field->kind != FILE_REF;
}

struct str table_in_key(const struct table_in *t)
{
	return t->key;
}

/* Whether a heading is what the records are called that the rows are parts of. */
static bool is_whose(const struct table_in *t, struct str heading)
{
	const struct record *r = t->plan.record;

	if (!t->plan.parts)
		return false;
	for (int l = 0; l < LANG_COUNT; l++)
		if (same_word(heading, lang_text((enum lang)l, r->title)))
			return true;
	return str_is(heading, r->name);
}

/* The columns in the languages: they differ in headings alone.  A name counts before any
 * heading.
 */
static struct column *column_called(const struct table_in *t, struct str heading,
				    struct column *in[LANG_COUNT], size_t n)
{
	struct column *own = in[t->plan.lang];

	if (is_whose(t, heading))
		return own; /* the first is the record's */
	for (size_t i = 0; i < n; i++)
		if (str_eq(heading, own[i].name))
			return &own[i];
	for (size_t i = 0; i < n; i++)
		for (int l = 0; l < LANG_COUNT; l++)
			if (same_word(heading, in[l][i].heading))
				return &own[i];
	return NULL;
}

static void map_heading(struct table_in *t, struct heading *h, struct column *in[LANG_COUNT],
			size_t n)
{
	h->key = str_eq(h->text, table_in_key(t));
	h->column = column_called(t, h->text, in, n);
	if (h->column && !can_take(h->column))
		h->column = NULL;
}

static bool check_headings(const struct table_in *t, struct err *err)
{
	size_t known = 0;
	bool named = false;

	for (size_t i = 0; i < t->n; i++) {
		const struct heading *h = &t->headings[i];

		named |= h->key || (h->column && h->column->from == FROM_REF);
		known += h->column && h->column->field;
		for (size_t k = 0; k < i; k++)
			if (h->column && t->headings[k].column == h->column)
				return err_set(
					err, ERR_INPUT, err_arg(h->text),
					N_("Two columns are taken for the same: “%1” and "
					   "“%2”. Rename or remove one."),
					err_arg(t->headings[k].text), err_arg(h->text));
	}
	if (known == 0)
		return err_set(err, ERR_INPUT, NULL,
			       N_("No column of the first line is known. Take the template: "
				  "benkan export --template."));
	if (t->plan.parts)
		return named ||
		       err_set(err, ERR_INPUT, NULL,
			       N_("The table needs a column “id” that says which %1 each row "
				  "belongs to: its id, its identifier or its title."),
			       t->plan.record->name);
	return named || err_set(err, ERR_INPUT, NULL,
				N_("The table needs a column “id”, or “key” with a text of "
				   "your own that tells each row from the others: a voucher's "
				   "number."));
}

/* As somebody has chosen. */
static void take_mapping(struct table_in *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct str name = i < t->plan.mapping_count ? t->plan.mapping[i] : S("");
		struct heading *h = &t->headings[i];

		h->key = str_eq(name, table_in_key(t));
		h->column = NULL;
		for (size_t k = 0; k < t->column_count && name.n; k++)
			if (str_eq(t->columns[k].name, name) && can_take(&t->columns[k]))
				h->column = &t->columns[k];
	}
}

bool table_in_headings(struct table_in *t, struct err *err)
{
	struct str cells[CSV_CELLS_MAX];
	struct column *columns[LANG_COUNT];
	size_t n = 0;

	t->key = S("key");
	if (t->plan.parts)
		t->key = arena_join(&t->arena, str_z(t->plan.record->name), S(".key"));
	for (int l = 0; l < LANG_COUNT; l++) {
		const struct table_plan of = { .record = t->plan.record,
					       .parts = t->plan.parts,
					       .lang = (enum lang)l,
					       .languages = t->plan.model.languages,
					       .language_count = t->plan.model.language_count };

		columns[l] = table_columns(&t->arena, &of, &n);
	}
	t->columns = columns[t->plan.lang];
	t->column_count = n;
	if (!source_row(&t->source, &t->arena, cells, &t->n, err))
		return false;
	for (size_t i = 0; i < t->n; i++) {
		t->headings[i].text =
			arena_str(&t->arena, str_cut(str_trim(cells[i]), HEADING_MAX));
		map_heading(t, &t->headings[i], columns, n);
	}
	if (t->plan.mapping)
		take_mapping(t);
	return check_headings(t, err) || t->plan.lenient;
}

bool table_in_heading(const struct table_in *t, size_t i, struct str *heading, struct str *name)
{
	if (i >= t->n)
		return false;
	*heading = t->headings[i].text;
	*name = t->headings[i].key      ? t->key
		: t->headings[i].column ? t->headings[i].column->name
					: S("");
	return true;
}

bool table_in_unfit(const struct table_in *t, struct err *err)
{
	return t->plan.file != TABLE_FILE_JSONL && !check_headings(t, err);
}

bool table_in_choice(const struct table_in *t, size_t i, struct str *name, struct str *heading)
{
	for (size_t k = 0; k < t->column_count; k++) {
		const struct column *c = &t->columns[k];

		if (!can_take(c) || i-- > 0)
			continue;
		*name = c->name;
		*heading = c->heading;
		return true;
	}
	return false;
}
