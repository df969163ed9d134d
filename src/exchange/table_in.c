#include "base/hash.h"
#include "base/uuid.h"
#include "exchange/table_cell_in.h"
#include "exchange/table_in_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { HEADINGS_ARENA = 16 << 20, DRAFT_MAX = 16 << 20, SEEN_FROM = 1024, HEADING_MAX = 1000 };

/* --- headings --- */

static bool can_take(const struct column *c)
{
	if (c->from != FROM_REF && c->from != FROM_VALUE && c->from != FROM_CODE)
		return false;
	return !c->field || c->field->kind != FILE_REF;
}

/* The columns in the languages: they differ in headings alone.  A name counts before any
 * heading.
 */
static void map_heading(struct table_in *t, struct heading *h, struct column *in[LANG_COUNT],
			size_t n)
{
	struct column *own = in[t->plan.lang];

	h->key = str_is(h->text, "key");
	for (size_t i = 0; i < n && !h->column; i++)
		if (str_eq(h->text, own[i].name))
			h->column = &own[i];
	for (size_t i = 0; i < n && !h->column; i++)
		for (int l = 0; l < LANG_COUNT && !h->column; l++)
			if (same_word(h->text, in[l][i].heading))
				h->column = &own[i];
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

		h->key = str_is(name, "key");
		h->column = NULL;
		for (size_t k = 0; k < t->column_count && name.n; k++)
			if (str_eq(t->columns[k].name, name) && can_take(&t->columns[k]))
				h->column = &t->columns[k];
	}
}

static bool read_headings(struct table_in *t, struct err *err)
{
	struct str cells[CSV_CELLS_MAX];
	struct column *columns[LANG_COUNT];
	size_t n = 0;

	for (int l = 0; l < LANG_COUNT; l++) {
		const struct table_plan of = { .record = t->plan.record,
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

struct table_in *table_in_open(const struct table_in_plan *plan, struct str bytes,
			       struct err *err)
{
	struct table_in *t = calloc(1, sizeof(*t));

	if (!t)
		abort();
	t->plan = *plan;
	arena_init(&t->arena, HEADINGS_ARENA);
	if (plan->file == TABLE_FILE_JSONL) {
		t->lines = bytes;
		return t;
	}
	if (source_open(&t->source, plan->file, bytes, plan->sheet, err) &&
	    read_headings(t, err))
		return t;
	table_in_close(t);
	return NULL;
}

void table_in_close(struct table_in *t)
{
	if (!t)
		return;
	source_close(&t->source);
	arena_done(&t->arena);
	free(t->seen);
	free(t);
}

bool table_in_heading(const struct table_in *t, size_t i, struct str *heading, struct str *name)
{
	if (i >= t->n)
		return false;
	*heading = t->headings[i].text;
	*name = t->headings[i].key      ? S("key")
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

/* --- one row --- */

void table_in_tell(struct row *r, struct str column, const struct err *err)
{
	const struct table_fault f = { r->out->row, column, err };

	r->out->faults++;
	r->fault(r->ctx, &f);
}

static struct str cell_of(const struct row *r, size_t i)
{
	struct str s = i < r->n ? str_trim(r->cells[i]) : S("");

	/* the apostrophe that an export puts before what looks like a formula */
	return s.n > 1 && s.p[0] == '\'' && memchr("=+-@\t\r'", s.p[1], 7) ? str_from(s, 1) : s;
}

/* Whether an id came up before in this file; it is remembered. */
bool table_in_seen(struct table_in *t, struct str id)
{
	struct hash h = hash_of(id);
	uint64_t v;

	memcpy(&v, h.b, sizeof(v));
	v |= 1;
	if (2 * t->seen_count >= t->seen_room) {
		size_t room = t->seen_room ? 2 * t->seen_room : SEEN_FROM;
		uint64_t *more = calloc(room, sizeof(*more));

		if (!more)
			abort();
		for (size_t i = 0; i < t->seen_room; i++) {
			size_t at = t->seen[i] % room;

			while (t->seen[i] && more[at])
				at = (at + 1) % room;
			if (t->seen[i])
				more[at] = t->seen[i];
		}
		free(t->seen);
		t->seen = more;
		t->seen_room = room;
	}
	for (size_t at = v % t->seen_room;; at = (at + 1) % t->seen_room) {
		if (t->seen[at] == v)
			return true;
		if (t->seen[at] == 0) {
			t->seen[at] = v;
			t->seen_count++;
			return false;
		}
	}
}

/* Of a key: always the same for this party and kind (and dated 1970, before all others). */
static struct str id_of_key(struct row *r, struct str key)
{
	const struct str parts[] = { S("benkan table key\n"),        r->t->plan.party, S("\n"),
				     str_z(r->t->plan.record->name), S("\n"),          key };
	struct hash h = hash_parts(parts, sizeof(parts) / sizeof(*parts));
	char text[UUID_TEXT];

	return arena_str(r->a, str_z(uuid_make(text, 0, h.b)));
}

/* Whose records of this kind a row can make or change. */
struct str table_in_party(const struct table_in_plan *p)
{
	return p->record->joint ? S(JOINT_PARTY) : p->party;
}

static bool read_ref(struct row *r, struct str typed, struct err *err)
{
	struct ref ref;

	if (!ref_parse(typed, &ref))
		return err_set(
			err, ERR_INPUT, "id",
			N_("“%1” does not name a record. Write PARTY/ID, as an export has "
			   "it, or leave it empty and give a key."),
			err_arg(typed));
	r->id = arena_str(r->a, ref.id);
	r->party = arena_str(r->a, ref.party);
	return true;
}

static bool read_id(struct row *r, struct err *err)
{
	struct str ref = S(""), key = S("");

	r->party = table_in_party(&r->t->plan);

	for (size_t i = 0; i < r->t->n; i++) {
		if (r->t->headings[i].key)
			key = cell_of(r, i);
		else if (r->t->headings[i].column && r->t->headings[i].column->from == FROM_REF)
			ref = cell_of(r, i);
	}
	if (ref.n > 0) {
		if (!read_ref(r, ref, err))
			return false;
	} else if (key.n > 0) {
		r->id = id_of_key(r, key);
	} else {
		return err_set(
			err, ERR_INPUT, "id",
			N_("This row has neither an id nor a key. Give it a text of your "
			   "own that tells it from the others."));
	}
	return !table_in_seen(r->t, r->id) ||
	       err_set(err, ERR_INPUT, "id",
		       N_("A row above has the same id or key. Give each its own, or join "
			  "them."));
}

bool table_in_find(struct row *r, struct err *err)
{
	const struct table_in_plan *p = &r->t->plan;
	struct ref ref = { r->party, r->id };
	struct record_row row;
	struct json *data;

	if (!view_record(p->view, r->a, p->record, ref, AUDIENCE_NATIONAL, p->lang, &row, err))
		return err->kind == ERR_MISSING;
	r->old_data = row.data.n ? row.data : S("{}");
	if (!json_object(r->a, r->old_data, &data, err))
		return false;
	r->old = data;
	return true;
}

/* --- its data --- */

/* What a spreadsheet writes where a formula failed. */
static bool is_failure(struct str typed)
{
	static const char *const words[] = { "#N/A",   "#REF!", "#VALUE!", "#DIV/0!",
					     "#NAME?", "#NUM!", "#NULL!" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_is(typed, words[i]))
			return true;
	return false;
}

/* What is written in a cell, as JSON: exact or not at all. */
static void put_value(struct row *r, struct json_w *j, const struct column *c, struct str typed,
		      struct str heading)
{
	const struct field *f = c->field;
	struct str text = typed;
	bool yes = false, ok = true;
	struct err err;

	if (is_failure(typed)) {
		err_set(&err, ERR_INPUT, NULL,
			N_("The formula in this cell failed (%1). Mend it in the table."),
			err_arg(typed));
		table_in_tell(r, heading, &err);
		json_put_str(j, S(""));
		return;
	}
	switch (c->kind) {
	case CELL_NUMBER:
	case CELL_MONEY: ok = cell_number(r->a, typed, &text, &err); break;
	case CELL_DATE: ok = cell_date(r->a, typed, &text, &err); break;
	case CELL_BOOL: ok = cell_bool(typed, &yes, &err); break;
	case CELL_TEXT:
		if (f->kind == CODE)
			text = cell_code(f->list, typed);
	}
	if (!ok)
		table_in_tell(r, heading, &err);
	if (c->kind == CELL_BOOL)
		json_put_bool(j, yes);
	else
		json_put_str(j, text);
}

/* The column of a field and member that stands in the file; of a code's two, the one that has
 * something in it. */
static bool find_cell(const struct row *r, const struct field *f, const char *member,
		      size_t *at)
{
	bool found = false;

	for (size_t i = 0; i < r->t->n; i++) {
		const struct column *c = r->t->headings[i].column;

		if (!c || c->field != f ||
		    (member && (!c->member || strcmp(c->member, member))))
			continue;
		if (!found || (c->from != FROM_REF && cell_of(r, *at).n == 0))
			*at = i;
		found = true;
	}
	return found;
}

/* Members the file has no column for stay; then those it has. */
static void put_members(struct row *r, struct json_w *j, const struct field *f)
{
	const struct json *old = r->old ? json_get(r->old, f->name) : NULL;

	json_key(j, f->name);
	json_open(j, '{');
	for (const struct json *m = old ? old->child : NULL; m; m = m->next) {
		size_t at;

		if (find_cell(r, f, arena_z(r->a, m->name), &at))
			continue;
		json_key_str(j, m->name);
		json_put(j, m);
	}
	for (size_t i = 0; i < r->t->n; i++) {
		const struct heading *h = &r->t->headings[i];
		struct str typed = cell_of(r, i);

		if (!h->column || h->column->field != f || typed.n == 0)
			continue;
		json_key(j, h->column->member);
		put_value(r, j, h->column, typed, h->text);
	}
	json_close(j, '}');
}

static void put_field(struct row *r, struct json_w *j, const struct field *f)
{
	const struct json *old = r->old ? json_get(r->old, f->name) : NULL;
	size_t at;

	if (!find_cell(r, f, NULL, &at)) {
		if (old) {
			json_key(j, f->name);
			json_put(j, old);
		}
		return;
	}
	if (r->t->headings[at].column->member) {
		put_members(r, j, f);
		return;
	}
	if (cell_of(r, at).n == 0)
		return;
	json_key(j, f->name);
	put_value(r, j, r->t->headings[at].column, cell_of(r, at), r->t->headings[at].text);
}

/* --- checks --- */

/* The heading of the cell that a path of the data comes from. */
static struct str heading_of(const struct row *r, struct str path)
{
	for (size_t i = 0; i < r->t->n; i++) {
		const struct column *c = r->t->headings[i].column;

		if (c && str_eq(c->name, path))
			return r->t->headings[i].text;
	}
	for (size_t i = 0; i < r->t->n; i++) {
		const struct column *c = r->t->headings[i].column;

		if (c && c->field &&
		    str_is(str_cut(path, str_index(path, '.')), c->field->name))
			return r->t->headings[i].text;
	}
	return path;
}

static void see_link(void *ctx, const struct model_link *link)
{
	struct row *r = ctx;
	struct err err;
	bool found;

	if (link->field->kind != REF)
		return;
	view_label(r->t->plan.view, r->a, &records[link->field->to], link->value,
		   AUDIENCE_NATIONAL, r->t->plan.lang, &found);
	if (found)
		return;
	err_set(&err, ERR_INPUT, link->path,
		N_("There is no record “%1” of the kind “%2” here."), err_arg(link->value),
		records[link->field->to].name);
	table_in_tell(r, heading_of(r, str_z(link->path)), &err);
}

static void check_data(struct row *r, const struct json *data)
{
	struct err errs[MODEL_ERRORS_MAX];
	const struct record *kind = r->t->plan.record;
	size_t n = model_check(r->a, kind, data, &r->t->plan.model, errs, MODEL_ERRORS_MAX);

	for (size_t i = 0; i < n && i < MODEL_ERRORS_MAX; i++)
		table_in_tell(r, heading_of(r, arena_str(r->a, str_z(errs[i].field))),
			      &errs[i]);
	if (n == 0)
		record_links(r->a, kind, data, see_link, r);
}

/* A table that was exported whole has the others' records in it: as long as nobody touched them
 * they do no harm. */
static void check_owner(struct row *r)
{
	struct err err;

	if (r->out->does == ROW_LEAVES || str_eq(r->party, table_in_party(&r->t->plan)))
		return;
	err_set(&err, ERR_INPUT, "id",
		N_("The record “%1” is of another party: only that party can change it. Remove "
		   "the row."),
		err_arg(r->id));
	table_in_tell(r, S("id"), &err);
}

static void write_draft(struct row *r, const struct json *data, struct str visibility)
{
	struct buf normal, draft;
	struct json_w j = json_w(&draft);

	buf_init(&normal, DRAFT_MAX);
	model_write(&normal, r->t->plan.record, data, &r->t->plan.model);
	r->out->does = !r->old                                 ? ROW_ADDS
		       : str_eq(buf_str(&normal), r->old_data) ? ROW_LEAVES
							       : ROW_CHANGES;
	check_owner(r);
	buf_init(&draft, DRAFT_MAX);
	json_open(&j, '{');
	json_pair(&j, "type", S("record.put"));
	json_pair(&j, "kind", str_z(r->t->plan.record->name));
	json_pair(&j, "id", r->id);
	if (visibility.n)
		json_pair(&j, "visibility", visibility);
	json_key(&j, "data");
	json_put_raw(&j, buf_str(&normal));
	json_close(&j, '}');
	r->out->draft = arena_buf(r->a, &draft);
	buf_done(&normal);
}

void table_in_draft(struct row *r, const struct json *data, struct str visibility)
{
	check_data(r, data);
	if (r->out->faults == 0)
		write_draft(r, data, visibility);
}

static bool read_row(struct row *r, struct err *err)
{
	const struct record *kind = r->t->plan.record;
	struct json *data;
	struct buf b;
	struct json_w j = json_w(&b);

	if (!read_id(r, err)) {
		table_in_tell(r, S("id"), err);
		return true;
	}
	if (!table_in_find(r, err))
		return false;
	buf_init(&b, DRAFT_MAX);
	json_open(&j, '{');
	for
		each_field(f, kind)
		{
			put_field(r, &j, f);
		}
	json_close(&j, '}');
	if (!json_object(r->a, arena_buf(r->a, &b), &data, err)) {
		table_in_tell(r, S(""), err);
		return true;
	}
	if (r->out->faults == 0)
		table_in_draft(r, data, S(""));
	return true;
}

bool table_in_next(struct table_in *t, struct arena *a, struct table_in_row *out, bool *more,
		   void (*fault)(void *ctx, const struct table_fault *f), void *ctx,
		   struct err *err)
{
	struct row *r = arena_new(a, struct row);

	*r = (struct row){ .t = t, .a = a, .out = out, .fault = fault, .ctx = ctx };
	*out = (struct table_in_row){ 0 };
	if (t->plan.file == TABLE_FILE_JSONL)
		return table_in_json(r, more, err);
	if (!source_row(&t->source, a, r->cells, &r->n, err))
		return false;
	out->row = t->source.line;
	*more = r->n > 0;
	return !*more || read_row(r, err);
}
