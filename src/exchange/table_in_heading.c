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
	h->known = h->key || (h->column && h->column->from != FROM_LABEL);
	if (h->column && !can_take(h->column))
		h->column = NULL;
}

/* --- headings of people's own --- */

/* Whether a column is what its field's label alone means: of money the amount, of a text its
 * words in the label's language. */
static bool is_main(const struct column *c, enum lang l)
{
	if (c->from != FROM_VALUE || !c->member)
		return c->from == FROM_VALUE;
	return strcmp(c->member, c->field->kind == MTEXT ? lang_codes[l] : "amount") == 0;
}

/* The word in brackets behind the label of a value that has several: "currency"; empty: there
 * is none. */
static struct str bracketed(const struct column *c, enum lang l)
{
	struct str label = lang_text(l, c->field->label), rest = str_from(c->heading, label.n);

	if (!c->member || c->field->kind == MTEXT || !str_starts(rest, S(" (")))
		return S("");
	return str_cut(str_from(rest, 2), rest.n - 3);
}

static bool is_taken(const struct table_in *t, const struct column *c)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->headings[i].column == c)
			return true;
	return false;
}

/* The column that a heading means: by its field's label alone, or by the word in brackets of
 * one column alone; `in` as for map_heading.  NULL: none, or more than one. */
static struct column *meant(const struct table_in *t, struct str heading,
			    struct column *in[LANG_COUNT], bool by_label)
{
	struct column *own = in[t->plan.lang], *found = NULL;

	for (size_t i = 0; i < t->column_count; i++)
		for (int l = 0; l < LANG_COUNT; l++) {
			const struct column *c = &in[l][i];

			if (!c->field || !can_take(c) || found == &own[i] ||
			    (by_label && !is_main(c, (enum lang)l)) ||
			    !same_word(heading,
				       by_label ? lang_text((enum lang)l, c->field->label)
						: bracketed(c, (enum lang)l)))
				continue;
			if (found)
				return NULL;
			found = &own[i];
		}
	return found;
}

static bool is_key_word(struct str heading)
{
	for (int l = 0; l < LANG_COUNT; l++)
		if (same_word(heading, T((enum lang)l, "Key")))
			return true;
	return false;
}

/* What no export is headed by, but people may: "Project", "Amount", "Currency", "Key". */
static void guess(struct table_in *t, struct column *in[LANG_COUNT])
{
	bool named = false;

	for (size_t i = 0; i < t->n; i++)
		named |= t->headings[i].key ||
			 (t->headings[i].column && t->headings[i].column->from == FROM_REF);
	for (int by_label = 1; by_label >= 0; by_label--)
		for (size_t i = 0; i < t->n; i++) {
			struct heading *h = &t->headings[i];
			struct column *c;

			if (h->known || h->column || !h->text.n)
				continue;
			c = meant(t, h->text, in, by_label);
			if (c && !is_taken(t, c))
				h->column = c;
			else if (!c && !named && !t->plan.parts)
				named = h->key = is_key_word(h->text);
		}
}

/* --- all of them --- */

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
			       N_("No column of the first line is known. Name another kind "
				  "of row, or take the template of this one."));
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

static const struct heading *heading_of(const struct table_in *t, const char *field,
					const char *member)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct column *c = t->headings[i].column;

		if (c && c->field && (!field || strcmp(c->field->name, field) == 0) &&
		    (!member || (c->member && strcmp(c->member, member) == 0)))
			return &t->headings[i];
	}
	return NULL;
}

/* A payment's money is valued at its day, unless the table says otherwise. */
static void find_value_day(struct table_in *t)
{
	const struct heading *day = heading_of(t, "date", NULL);

	t->value_day = NULL;
	if (day && day->column->field->kind == DATE && heading_of(t, NULL, "currency") &&
	    !heading_of(t, NULL, "value_date"))
		t->value_day = day;
}

bool table_in_value_day(const struct table_in *t, struct str *heading)
{
	if (t->value_day)
		*heading = t->value_day->text;
	return t->value_day != NULL;
}

void table_in_understand(struct table_in *t, const struct str *cells, size_t n)
{
	struct column *columns[LANG_COUNT];

	t->key = S("key");
	if (t->plan.parts)
		t->key = arena_join(&t->arena, str_z(t->plan.record->name), S(".key"));
	for (int l = 0; l < LANG_COUNT; l++) {
		const struct table_plan of = { .record = t->plan.record,
					       .parts = t->plan.parts,
					       .lang = (enum lang)l,
					       .languages = t->plan.model.languages,
					       .language_count = t->plan.model.language_count };

		columns[l] = table_columns(&t->arena, &of, &t->column_count);
	}
	t->columns = columns[t->plan.lang];
	t->n = n;
	for (size_t i = 0; i < n; i++) {
		t->headings[i].text =
			arena_str(&t->arena, str_cut(str_trim(cells[i]), HEADING_MAX));
		map_heading(t, &t->headings[i], columns, t->column_count);
	}
	if (t->plan.mapping)
		take_mapping(t);
	else
		guess(t, columns);
	find_value_day(t);
}

bool table_in_headings(struct table_in *t, struct err *err)
{
	struct str cells[CSV_CELLS_MAX];
	size_t n;

	if (!source_row(&t->source, &t->arena, cells, &n, err))
		return false;
	table_in_understand(t, cells, n);
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
