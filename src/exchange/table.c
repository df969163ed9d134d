#include "exchange/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const struct table_format table_formats[] = {
	{ "csv", "text/csv; charset=utf-8; header=present", table_csv },
	{ "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	  table_xlsx },
	{ "json", "application/json", table_json },
	{ "jsonl", "application/jsonl", table_jsonl },
};
const size_t table_format_count = sizeof(table_formats) / sizeof(*table_formats);

const char *const table_licence = N_(
	"Public data of the register: free to use, to pass on and to change when the register "
	"is named as the source (Creative Commons Attribution 4.0).");
const char *const table_licence_url = "https://creativecommons.org/licenses/by/4.0/";
const char *const table_to_verify = N_(
	"Every row names the ledger and the entry that it comes from: the page of that entry "
	"shows who signed it, and the page “Verify” how anyone checks it without trusting this "
	"site.");

const struct table_format *table_format_named(struct str name)
{
	for (size_t i = 0; i < table_format_count; i++)
		if (str_is(name, table_formats[i].name))
			return &table_formats[i];
	return NULL;
}

bool table_named(struct str name, struct table_plan *plan, struct err *err)
{
	size_t dot = str_index(name, '.');

	plan->record = record_named(str_cut(name, dot));
	plan->parts = NULL;
	if (plan->record && !plan->record->part && dot == name.n)
		return true;
	if (plan->record && !plan->record->part)
		plan->parts = record_field(plan->record, str_from(name, dot + 1));
	if (plan->parts && plan->parts->kind == PARTS)
		return true;
	return err_set(err, ERR_INPUT, "kind",
		       N_("There is no table “%1”. A table is a kind of record, “project”, or "
			  "its parts, “project.sectors”; benkan show --node DIR lists the "
			  "kinds."),
		       err_arg(name));
}

struct str table_name(struct arena *a, const struct record *r, const struct field *parts)
{
	struct str name = str_z(r->name);

	return parts ? arena_join(a, arena_join(a, name, S(".")), str_z(parts->name)) : name;
}

/* --- columns --- */

/* What a value of a kind becomes; `suffix` is its member's name unless it is derived. */
struct aspect {
	enum field_kind of;
	enum column_from from;
	enum cell_kind kind;
	const char *suffix; /* NULL: the field's own column */
	const char *label;  /* put in brackets after the field's; NULL: nothing */
};
static const struct aspect aspects[] = {
	{ TEXT, FROM_VALUE, CELL_TEXT, NULL, NULL },
	{ CODE, FROM_VALUE, CELL_TEXT, NULL, N_("code") },
	{ CODE, FROM_CODE, CELL_TEXT, "name", NULL },
	{ DATE, FROM_VALUE, CELL_DATE, NULL, NULL },
	{ DECIMAL, FROM_VALUE, CELL_NUMBER, NULL, NULL },
	{ PERCENT, FROM_VALUE, CELL_NUMBER, NULL, "%" },
	{ MONEY, FROM_VALUE, CELL_MONEY, "amount", N_("amount") },
	{ MONEY, FROM_VALUE, CELL_TEXT, "currency", N_("currency") },
	{ MONEY, FROM_VALUE, CELL_DATE, "value_date", N_("value date") },
	{ QUANTITY, FROM_VALUE, CELL_NUMBER, "amount", N_("amount") },
	{ QUANTITY, FROM_VALUE, CELL_TEXT, "unit", N_("unit") },
	{ REF, FROM_VALUE, CELL_TEXT, NULL, N_("reference") },
	{ REF, FROM_LABEL, CELL_TEXT, "label", NULL },
	{ COORD, FROM_VALUE, CELL_NUMBER, "lat", N_("latitude") },
	{ COORD, FROM_VALUE, CELL_NUMBER, "lon", N_("longitude") },
	{ FILE_REF, FROM_VALUE, CELL_TEXT, "name", NULL },
	{ FILE_REF, FROM_VALUE, CELL_TEXT, "sha256", "SHA-256" },
	{ FILE_REF, FROM_VALUE, CELL_TEXT, "media", N_("media type") },
	{ FILE_REF, FROM_VALUE, CELL_NUMBER, "size", N_("bytes") },
	{ BOOL, FROM_VALUE, CELL_BOOL, NULL, NULL },
	{ PARTS, FROM_COUNT, CELL_NUMBER, "count", N_("number") },
};

struct listing {
	struct arena *a;
	const struct table_plan *plan;
	struct column *columns;
	size_t n;
};

static struct str with(struct arena *a, struct str before, const char *between,
		       struct str after)
{
	return arena_join(a, arena_join(a, before, str_z(between)), after);
}

static struct column *add(struct listing *l, enum column_from from, const char *name,
			  struct str heading)
{
	struct column *c = &l->columns[l->n++];

	assert(l->n <= TABLE_COLUMNS_MAX);
	*c = (struct column){ .from = from, .name = str_z(name), .heading = heading };
	return c;
}

static void add_member(struct listing *l, const struct field *f, const struct aspect *x)
{
	struct str label = lang_text(l->plan->lang, f->label);
	struct column *c = add(l, x->from, f->name, label);

	c->kind = x->kind;
	c->field = f;
	if (x->suffix)
		c->name = with(l->a, c->name, ".", str_z(x->suffix));
	if (x->from == FROM_VALUE)
		c->member = x->suffix;
	if (x->label)
		c->heading =
			with(l->a, with(l->a, label, " (", lang_text(l->plan->lang, x->label)),
			     ")", S(""));
}

static void add_languages(struct listing *l, const struct field *f)
{
	for (size_t i = 0; i < l->plan->language_count; i++) {
		const char *tag = arena_z(l->a, l->plan->languages[i]);
		const struct aspect x = { MTEXT, FROM_VALUE, CELL_TEXT, tag, tag };

		add_member(l, f, &x);
	}
}

static void add_field(struct listing *l, const struct field *f)
{
	if (f->kind == MTEXT)
		add_languages(l, f);
	for (size_t i = 0; i < sizeof(aspects) / sizeof(*aspects); i++)
		if (aspects[i].of == f->kind)
			add_member(l, f, &aspects[i]);
}

struct column *table_columns(struct arena *a, const struct table_plan *plan, size_t *n)
{
	const struct record *of = plan->parts ? &records[plan->parts->to] : plan->record;
	struct listing l = { a, plan, arena_array(a, struct column, TABLE_COLUMNS_MAX), 0 };
	enum lang lang = plan->lang;

	add(&l, FROM_REF, "id", T(lang, "Record"));
	if (plan->parts)
		add(&l, FROM_PLACE, "place", T(lang, "No."))->kind = CELL_NUMBER;
	else if (plan->record->joint)
		add(&l, FROM_STATE, "state", T(lang, "State"));
	for
		each_field(f, of)
		{
			add_field(&l, f);
		}
	add(&l, FROM_LEDGER, "ledger", T(lang, "Ledger"));
	add(&l, FROM_ENTRY, "entry", T(lang, "Entry"))->kind = CELL_NUMBER;
	add(&l, FROM_TIME, "time", T(lang, "Written at"));
	add(&l, FROM_OTHERS, "other_languages", T(lang, "Texts in other languages"));
	*n = l.n;
	return l.columns;
}

struct str table_blank_head(const struct table_plan *plan)
{
	return plan->parts ? lang_text(plan->lang, plan->record->title) : S("key");
}

bool table_blank_takes(const struct column *c)
{
	return c->from == FROM_VALUE && c->field->kind != FILE_REF;
}

/* --- rows --- */

enum { PAGE = 500, WALK_ARENA = 256 << 20, AFTER_MAX = 64 << 10 };
enum { LABELS = 1024, LABEL_BYTES = 480, REF_BYTES = 64 };

/* Labels of records met before: a project's payments name it again and again. */
struct label {
	char ref[REF_BYTES], text[LABEL_BYTES];
};

struct table_walk {
	const struct table_plan *plan;
	struct arena page, row; /* of a page of rows, of one row */
	struct label *labels;
};

struct table_walk *table_walk_begin(const struct table_plan *plan)
{
	struct table_walk *w = calloc(1, sizeof(*w));

	if (w)
		w->labels = calloc(LABELS, sizeof(*w->labels));
	if (!w || !w->labels)
		abort();
	w->plan = plan;
	arena_init(&w->page, WALK_ARENA);
	arena_init(&w->row, WALK_ARENA);
	return w;
}

void table_walk_end(struct table_walk *w)
{
	arena_done(&w->page);
	arena_done(&w->row);
	free(w->labels);
	free(w);
}

struct arena *table_arena(struct table_walk *w)
{
	return &w->row;
}

struct walking {
	struct table_walk *w;
	bool (*row)(void *ctx, const struct table_row *r, struct err *err);
	void *ctx;
};

static bool one_record(const struct walking *k, const struct record_row *row, struct err *err)
{
	struct table_row r = { .row = row };
	const struct json *parts;
	struct json *data = row->parsed;

	arena_reset(&k->w->row);
	if (!data && !json_object(&k->w->row, row->data.n ? row->data : S("{}"), &data, err))
		return false;
	r.data = data;
	if (!k->w->plan->parts)
		return k->row(k->ctx, &r, err);
	parts = json_arr(data, k->w->plan->parts->name);
	for (r.part = parts ? parts->child : NULL; r.part; r.part = r.part->next) {
		r.place++;
		if (!k->row(k->ctx, &r, err))
			return false;
	}
	return true;
}

bool table_rows(struct table_walk *w,
		bool (*row)(void *ctx, const struct table_row *r, struct err *err), void *ctx,
		struct err *err)
{
	const struct walking k = { w, row, ctx };
	struct list_query q = { .record = w->plan->record,
				.who = w->plan->who,
				.lang = w->plan->lang,
				.limit = PAGE };
	struct list_result found;
	struct buf after; /* where the page before ended: outlives its arena */
	bool ok;

	buf_init(&after, AFTER_MAX);
	do {
		q.after = buf_str(&after);
		arena_reset(&w->page);
		ok = view_list(w->plan->view, &w->page, &q, &found, err);
		for (size_t i = 0; ok && i < found.n; i++)
			ok = one_record(&k, &found.rows[i], err);
		buf_clear(&after);
		if (ok)
			buf_add(&after, found.next);
	} while (ok && after.n > 0);
	buf_done(&after);
	return ok;
}

/* --- cells --- */

/* FNV-1a: which place a reference has among the labels. */
static size_t place_of(struct str ref)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < ref.n; i++)
		h = (h ^ (unsigned char)ref.p[i]) * 16777619u;
	return h % LABELS;
}

static bool keep(char *to, size_t room, struct str s)
{
	if (s.n >= room)
		return false;
	memcpy(to, s.p, s.n);
	to[s.n] = '\0';
	return true;
}

static struct str label_of(struct table_walk *w, const struct field *f, struct str ref)
{
	struct label *l = &w->labels[place_of(ref)];
	struct str text;
	bool found;

	if (str_is(ref, l->ref))
		return str_z(l->text);
	text = view_label(w->plan->view, &w->row, &records[f->to], ref, w->plan->who,
			  w->plan->lang, &found);
	if (!found)
		text = S("");
	l->ref[0] = '\0';
	if (keep(l->text, sizeof(l->text), text) && !keep(l->ref, sizeof(l->ref), ref))
		l->ref[0] = '\0';
	return text;
}

static struct str number_text_of(struct arena *a, uint64_t n)
{
	struct buf b;

	buf_init(&b, 24);
	buf_u64(&b, n);
	return arena_buf(a, &b);
}

static struct str value_text(struct arena *a, const struct json *v, enum cell_kind kind)
{
	if (kind == CELL_BOOL)
		return v && v->num ? S("true") : S("false");
	if (!v)
		return S("");
	return v->type == JSON_INT ? number_text_of(a, (uint64_t)v->num) : v->str;
}

static bool has_column(const struct table_plan *p, struct str tag)
{
	for (size_t i = 0; i < p->language_count; i++)
		if (str_eq(p->languages[i], tag))
			return true;
	return false;
}

/* {"title":{"de":"…"}} */
static struct str others(struct table_walk *w, const struct record *r, const struct json *data)
{
	struct buf b;
	struct json_w j = json_w(&b);

	buf_init(&b, WALK_ARENA);
	for
		each_field(f, r)
		{
			const struct json *text =
				f->kind == MTEXT ? json_get(data, f->name) : NULL;
			bool any = false;

			for (const struct json *m = text ? text->child : NULL; m; m = m->next) {
				if (has_column(w->plan, m->name))
					continue;
				if (b.n == 0)
					json_open(&j, '{');
				if (!any) {
					json_key(&j, f->name);
					json_open(&j, '{');
				}
				any = true;
				json_key_str(&j, m->name);
				json_put_str(&j, m->str);
			}
			if (any)
				json_close(&j, '}');
		}
	if (b.n > 0)
		json_close(&j, '}');
	return arena_buf(&w->row, &b);
}

static struct str cell_text(struct table_walk *w, const struct column *c,
			    const struct table_row *r)
{
	const struct json *of = r->part ? r->part : r->data;
	const struct json *v = c->field ? json_get(of, c->field->name) : NULL;
	struct arena *a = &w->row;

	switch (c->from) {
	case FROM_REF: return with(a, r->row->party, "/", r->row->id);
	case FROM_STATE: return r->row->state;
	case FROM_PLACE: return number_text_of(a, r->place);
	case FROM_VALUE: return value_text(a, c->member ? json_get(v, c->member) : v, c->kind);
	case FROM_CODE: return v ? code_name(c->field->list, v->str, w->plan->lang) : S("");
	case FROM_LABEL: return v ? label_of(w, c->field, v->str) : S("");
	case FROM_COUNT: return number_text_of(a, v ? v->count : 0);
	case FROM_LEDGER: return r->row->ledger;
	case FROM_ENTRY: return number_text_of(a, r->row->n);
	case FROM_TIME: return r->row->time;
	case FROM_OTHERS:
		return others(w, r->part ? &records[w->plan->parts->to] : r->row->record, of);
	}
	return S("");
}

struct table_cell table_cell(struct table_walk *w, const struct column *c,
			     const struct table_row *r)
{
	struct table_cell cell = { c->kind, cell_text(w, c, r), 0 };

	if (c->kind == CELL_MONEY)
		cell.places = currency_places(json_str(
			json_get(r->part ? r->part : r->data, c->field->name), "currency"));
	return cell;
}
