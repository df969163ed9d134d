#include "base/hash.h"
#include "base/uuid.h"
#include "exchange/table_cell_in.h"
#include "exchange/table_in_inside.h"
#include "exchange/table_in_owner.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	HEADINGS_ARENA = 16 << 20,
	DRAFT_MAX = 16 << 20,
	SEEN_FROM = 1024,
	CELL_BYTES_MAX = 64 << 10
};

static bool takes_parts(const struct table_in_plan *plan, struct err *err)
{
	return plan->file != TABLE_FILE_JSONL ||
	       err_set(err, ERR_INPUT, "kind",
		       N_("A line of JSON Lines is a whole record with its parts: name its "
			  "kind, %1."),
		       plan->record->name);
}

struct table_in *table_in_open(const struct table_in_plan *plan, struct str bytes,
			       struct err *err)
{
	struct table_in *t = calloc(1, sizeof(*t));

	if (!t)
		abort();
	t->plan = *plan;
	arena_init(&t->arena, HEADINGS_ARENA);
	if (plan->file == TABLE_FILE_JSONL && !plan->parts) {
		t->lines = bytes;
		return t;
	}
	if (takes_parts(plan, err) &&
	    source_open(&t->source, plan->file, bytes, plan->sheet, err) &&
	    table_in_headings(t, err))
		return t;
	table_in_close(t);
	return NULL;
}

void table_in_close(struct table_in *t)
{
	if (!t)
		return;
	source_close(&t->source);
	table_in_parts_close(t->parts);
	for (size_t i = 0; i < RECORD_COUNT; i++)
		owner_names_close(t->names[i]);
	arena_done(&t->arena);
	free(t->seen);
	free(t);
}

bool table_in_named(struct table_in *t, const struct record *of, struct str name,
		    struct ref *out, size_t *n, struct err *err)
{
	struct owner_names **names = &t->names[record_id_of(of)];

	if (!*names)
		*names = owner_names_open(&t->plan, of);
	return owner_named(*names, name, out, n, err);
}

/* --- one row --- */

void table_in_tell(struct row *r, struct str column, const struct err *err)
{
	const struct table_fault f = { r->out->row, column, err };

	r->out->faults++;
	r->fault(r->ctx, &f);
}

void table_in_fit(struct row *r)
{
	struct err err;

	for (size_t i = 0; i < r->n; i++) {
		if (r->cells[i].n <= CELL_BYTES_MAX)
			continue;
		r->cells[i] = S("");
		err_set(&err, ERR_INPUT, NULL, N_("The cell has more than %1 kB of text."),
			err_num(CELL_BYTES_MAX >> 10));
		table_in_tell(r, i < r->t->n ? r->t->headings[i].text : S(""), &err);
	}
}

struct str table_in_cell(const struct row *r, size_t i)
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
struct str table_in_key_id(struct row *r, struct str key)
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
			key = table_in_cell(r, i);
		else if (r->t->headings[i].column && r->t->headings[i].column->from == FROM_REF)
			ref = table_in_cell(r, i);
	}
	if (ref.n > 0) {
		if (!read_ref(r, ref, err))
			return false;
	} else if (key.n > 0) {
		r->id = table_in_key_id(r, key);
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

/* A reference, or what people call the record. */
static bool cell_ref(struct row *r, const struct record *of, struct str typed, struct str *out,
		     struct err *err)
{
	struct ref ref;
	size_t n;

	*out = typed;
	if (ref_parse(typed, &ref))
		return true;
	if (!table_in_named(r->t, of, typed, &ref, &n, err))
		return false;
	if (n == 0)
		return err_set(err, ERR_INPUT, NULL,
			       N_("No record of the kind %1 is called “%2” here. Write its "
				  "identifier, number or name, or PARTY/ID as an export has "
				  "it."),
			       of->name, err_arg(typed));
	if (n > 1)
		return err_set(err, ERR_INPUT, NULL, SEVERAL_NAMED, err_num(n), of->name,
			       err_arg(typed));
	*out = arena_join(r->a, arena_join(r->a, ref.party, S("/")), ref.id);
	return true;
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
		else if (f->kind == REF)
			ok = cell_ref(r, &records[f->to], typed, &text, &err);
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
		    (member && (!c->member || strcmp(c->member, member) != 0)))
			continue;
		if (!found || (c->from != FROM_REF && table_in_cell(r, *at).n == 0))
			*at = i;
		found = true;
	}
	return found;
}

/* What the date's own cell tells when it cannot be read is not told again. */
static void put_value_day(struct row *r, struct json_w *j)
{
	size_t at = (size_t)(r->t->value_day - r->t->headings);
	struct str day;
	struct err ignored;

	if (cell_date(r->a, table_in_cell(r, at), &day, &ignored))
		json_pair(j, "value_date", day);
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
		struct str typed = table_in_cell(r, i);

		if (!h->column || h->column->field != f || typed.n == 0)
			continue;
		json_key(j, h->column->member);
		put_value(r, j, h->column, typed, h->text);
	}
	if (f->kind == MONEY && r->t->value_day && !json_get(old, "value_date"))
		put_value_day(r, j);
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
	if (table_in_cell(r, at).n == 0)
		return;
	json_key(j, f->name);
	put_value(r, j, r->t->headings[at].column, table_in_cell(r, at),
		  r->t->headings[at].text);
}

/* --- checks --- */

struct str table_in_heading_of(const struct row *r, struct str path)
{
	struct str name = str_cut(path, str_index(path, '.'));

	for (size_t i = 0; i < r->t->n; i++) {
		const struct column *c = r->t->headings[i].column;

		if (c && str_eq(c->name, path))
			return r->t->headings[i].text;
	}
	for (size_t i = 0; i < r->t->n; i++) {
		const struct column *c = r->t->headings[i].column;

		if (c && c->field && str_is(name, c->field->name))
			return r->t->headings[i].text;
	}
	for (size_t i = 0; i < r->t->column_count; i++) {
		const struct column *c = &r->t->columns[i];

		if (c->field && str_is(name, c->field->name))
			return lang_text(r->t->plan.lang, c->field->label);
	}
	return path;
}

static void tell_path(struct row *r, struct str path, const struct err *err)
{
	if (r->group)
		table_in_part_tell(r, path, err);
	else
		table_in_tell(r, table_in_heading_of(r, path), err);
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
	tell_path(r, str_z(link->path), &err);
}

static void check_data(struct row *r, const struct json *data)
{
	struct err errs[MODEL_ERRORS_MAX];
	const struct record *kind = r->t->plan.record;
	size_t n = model_check(r->a, kind, data, &r->t->plan.model, errs, MODEL_ERRORS_MAX);

	for (size_t i = 0; i < n && i < MODEL_ERRORS_MAX; i++)
		tell_path(r, arena_str(r->a, str_z(errs[i].field)), &errs[i]);
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

bool table_in_data(struct row *r, struct json **data)
{
	const struct table_in_plan *p = &r->t->plan;
	const struct record *kind = p->parts ? &records[p->parts->to] : p->record;
	struct buf b;
	struct json_w j = json_w(&b);
	struct err err;

	buf_init(&b, DRAFT_MAX);
	json_open(&j, '{');
	for
		each_field(f, kind)
		{
			put_field(r, &j, f);
		}
	json_close(&j, '}');
	if (json_object(r->a, arena_buf(r->a, &b), data, &err))
		return r->out->faults == 0;
	table_in_tell(r, S(""), &err);
	return false;
}

static bool read_row(struct row *r, struct err *err)
{
	struct json *data;

	if (!read_id(r, err)) {
		table_in_tell(r, S("id"), err);
		return true;
	}
	if (!table_in_find(r, err))
		return false;
	if (table_in_data(r, &data))
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
	if (t->plan.parts)
		return table_in_part(r, more, err);
	if (t->plan.file == TABLE_FILE_JSONL)
		return table_in_json(r, more, err);
	if (!source_row(&t->source, a, r->cells, &r->n, err))
		return false;
	out->row = t->source.line;
	*more = r->n > 0;
	table_in_fit(r);
	return !*more || read_row(r, err);
}
