#include "base/uuid.h"
#include "exchange/table_in_inside.h"

#include <stdlib.h>

/*
 * A table whose rows are parts of records.  All rows are read first, for those of one record
 * need not stand together; then record by record: what it holds, with the rows in it, is
 * checked and written as one draft.
 */
enum { RECORD_ROWS_MAX = 2000 };
enum {
	ROWS_MAX = 200000,
	BYTES_MAX = 32 << 20,
	ROWS_ARENA = 512 << 20,
	RECORD_ARENA = 256 << 20
};

struct part_row {
	struct str *cells;
	size_t n;
	struct str party, id; /* of the record; none when that is a fault */
	uint64_t first;       /* line of the first row of the record */
	struct table_in_row out;
};
/* One place of a record's list. */
struct part {
	const struct json *old,
		*data;        /* as the record has it, NULL: it is new; as it shall be */
	struct part_row *row; /* that speaks of it */
};
struct group {
	struct part *parts;
	size_t n;
	const struct table_in_plan *plan;
};
struct table_parts {
	struct arena arena, one; /* one: of the record in hand */
	struct part_row *rows;
	size_t n, room, bytes;
	size_t at, end; /* next row; where the rows of its record end */
};

void table_in_parts_close(struct table_parts *p)
{
	if (!p)
		return;
	arena_done(&p->arena);
	arena_done(&p->one);
	free(p->rows);
	free(p);
}

/* --- which record --- */

static bool by_name(struct row *r, struct str typed, struct err *err)
{
	struct ref found;
	size_t n;

	if (!table_in_named(r->t, r->t->plan.record, typed, &found, &n, err))
		return false;
	if (n == 1) {
		r->party = found.party;
		r->id = found.id;
		return true;
	}
	if (n == 0)
		return err_set(err, ERR_INPUT, "id",
			       N_("There is no %1 “%2” here to which this row could belong. "
				  "Make it first, or mend the name."),
			       r->t->plan.record->name, err_arg(typed));
	return err_set(err, ERR_INPUT, "id", SEVERAL_NAMED, err_num(n), r->t->plan.record->name,
		       err_arg(typed));
}

static bool read_owner(struct row *r, struct err *err)
{
	struct str typed = S(""), key = S("");
	struct ref ref;

	for (size_t i = 0; i < r->t->n; i++) {
		if (r->t->headings[i].key)
			key = table_in_cell(r, i);
		else if (r->t->headings[i].column && r->t->headings[i].column->from == FROM_REF)
			typed = table_in_cell(r, i);
	}
	r->party = table_in_party(&r->t->plan);
	if (ref_parse(typed, &ref)) {
		r->party = ref.party;
		r->id = ref.id;
	} else if (uuid_valid(typed)) {
		r->id = typed;
	} else if (typed.n) {
		return by_name(r, typed, err);
	} else if (key.n) {
		r->id = table_in_key_id(r, key);
	} else {
		return err_set(err, ERR_INPUT, "id",
			       N_("This row does not say which %1 it belongs to."),
			       r->t->plan.record->name);
	}
	return true;
}

static struct str owner_heading(const struct table_in *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->headings[i].key ||
		    (t->headings[i].column && t->headings[i].column->from == FROM_REF))
			return t->headings[i].text;
	return S("id");
}

/* --- reading all --- */

static bool keep_row(struct table_parts *p, struct row *r, struct err *err)
{
	struct part_row *row;

	if (p->n == p->room) {
		p->room = p->room ? 2 * p->room : 256;
		p->rows = realloc(p->rows, arena_size(sizeof(*p->rows), p->room));
		if (!p->rows)
			abort();
	}
	row = &p->rows[p->n++];
	*row = (struct part_row){ .first = r->t->source.line,
				  .out = { .row = r->t->source.line } };
	r->out = &row->out;
	table_in_fit(r);
	row->n = r->n < r->t->n ? r->n : r->t->n;
	row->cells = arena_array(&p->arena, struct str, row->n);
	for (size_t i = 0; i < row->n; i++) {
		row->cells[i] = arena_str(&p->arena, r->cells[i]);
		p->bytes += r->cells[i].n + sizeof(struct str);
	}
	return (p->n <= ROWS_MAX && p->bytes <= BYTES_MAX) ||
	       err_set(err, ERR_INPUT, NULL,
		       N_("The table is too long to be read at once: at most %1 rows and %2 "
			  "MB. Split it, the rows of one record together."),
		       err_num(ROWS_MAX), err_num(BYTES_MAX >> 20));
}

/* The row a struct row speaks of, its cells before it. */
static void look_at(struct row *r, struct part_row *row)
{
	memcpy(r->cells, row->cells, row->n * sizeof(*row->cells));
	r->n = row->n;
	r->out = &row->out;
}

/* Who it belongs to; what that cannot be told of is a fault of the row. */
static bool place_row(struct row *r, struct table_parts *p, struct part_row *row,
		      struct err *err)
{
	look_at(r, row);
	if (read_owner(r, err)) {
		row->party = arena_str(&p->arena, r->party);
		row->id = arena_str(&p->arena, r->id);
	} else if (err->kind != ERR_INPUT) {
		return false;
	} else {
		table_in_tell(r, owner_heading(r->t), err);
	}
	return true;
}

static int by_owner(const void *x, const void *y)
{
	const struct part_row *a = x, *b = y;
	int d = str_cmp(a->party, b->party);

	if (d == 0)
		d = str_cmp(a->id, b->id);
	return d ? d : (a->out.row > b->out.row) - (a->out.row < b->out.row);
}

static int by_first(const void *x, const void *y)
{
	const struct part_row *a = x, *b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->out.row > b->out.row) - (a->out.row < b->out.row);
}

static bool same_owner(const struct part_row *a, const struct part_row *b)
{
	return a->id.n && str_eq(a->party, b->party) && str_eq(a->id, b->id);
}

/* The rows of a record come together where its first stands. */
static void sort_rows(struct table_parts *p)
{
	if (p->n < 2)
		return;
	qsort(p->rows, p->n, sizeof(*p->rows), by_owner);
	for (size_t i = 1; i < p->n; i++)
		if (same_owner(&p->rows[i - 1], &p->rows[i]))
			p->rows[i].first = p->rows[i - 1].first;
	qsort(p->rows, p->n, sizeof(*p->rows), by_first);
}

static bool read_rows(struct row *r, struct table_parts *p, struct err *err)
{
	for (;;) {
		if (!source_row(&r->t->source, &p->arena, r->cells, &r->n, err))
			return false;
		if (r->n == 0)
			break;
		if (!keep_row(p, r, err))
			return false;
	}
	for (size_t i = 0; i < p->n; i++)
		if (!place_row(r, p, &p->rows[i], err))
			return false;
	sort_rows(p);
	return true;
}

/* --- which part --- */

/* What tells a part from others of its list: its key, else what it is called by, but for
 * figures, and the day it is of. */
static bool tells(const struct record *kind, const struct field *f)
{
	const struct field *key = record_field(kind, S("key"));
	enum field_id id = (enum field_id)(f - fields);

	if (key)
		return f == key;
	if (f->kind == DATE && kind->order == id)
		return true;
	for (size_t i = 0; i < 3 && kind->name_fields[i]; i++)
		if (kind->name_fields[i] == id)
			return f->kind == TEXT || f->kind == MTEXT || f->kind == CODE ||
			       f->kind == REF || f->kind == DATE;
	return false;
}

/* Of a text in languages those that the row has. */
static bool same_value(const struct field *f, const struct json *said, const struct json *was)
{
	if (!said || !was)
		return !said && !was;
	if (f->kind != MTEXT)
		return str_eq(said->str, was->str);
	for (const struct json *m = said->child; m; m = m->next) {
		const struct json *old = was->child;

		while (old && !str_eq(old->name, m->name))
			old = old->next;
		if (!old || !str_eq(str_trim(m->str), old->str))
			return false;
	}
	return true;
}

static bool same_part(const struct record *kind, const struct json *said,
		      const struct json *was)
{
	bool any = false;

	for
		each_field(f, kind)
		{
			if (!tells(kind, f))
				continue;
			any = true;
			if (!same_value(f, json_get(said, f->name), json_get(was, f->name)))
				return false;
		}
	return any;
}

static bool read_place(const struct row *r, uint64_t *place)
{
	for (size_t i = 0; i < r->t->n; i++) {
		const struct column *c = r->t->headings[i].column;

		if (c && c->from == FROM_PLACE)
			return str_u64(table_in_cell(r, i), ROWS_MAX, place) && *place > 0;
	}
	return false;
}

/* The one part that the row means and no other row does; NULL: a new one. */
static struct part *find_part(const struct row *r, struct group *g, const struct json *said)
{
	const struct record *kind = &records[g->plan->parts->to];
	struct part *found = NULL;
	size_t n = 0;
	uint64_t place;

	for (size_t i = 0; i < g->n; i++)
		if (g->parts[i].old && !g->parts[i].row &&
		    same_part(kind, said, g->parts[i].old)) {
			found = &g->parts[i];
			n++;
		}
	if (n == 1)
		return found;
	if (read_place(r, &place) && place <= g->n && g->parts[place - 1].old &&
	    !g->parts[place - 1].row)
		return &g->parts[place - 1];
	return found;
}

static bool take_row(struct row *r, struct group *g, struct part_row *row)
{
	struct json *said;
	struct part *part;

	look_at(r, row);
	r->old = NULL;
	if (!table_in_data(r, &said))
		return false;
	part = find_part(r, g, said);
	if (!part)
		part = &g->parts[g->n++];
	r->old = part->old;
	if (r->old && !table_in_data(r, &said))
		return false;
	part->row = row;
	part->data = said;
	return true;
}

/* --- the record --- */

void table_in_part_tell(struct row *r, struct str path, const struct err *err)
{
	struct table_in_row *whole = r->out;
	struct str rest = path, head;
	uint64_t i;

	if (str_split(&rest, '.', &head) && str_is(head, r->t->plan.parts->name) &&
	    str_split(&rest, '.', &head) && str_u64(head, UINT32_MAX, &i) && i < r->group->n &&
	    r->group->parts[i].row) {
		r->out = &r->group->parts[i].row->out;
		table_in_tell(r, table_in_heading_of(r, rest), err);
		r->out = whole;
		whole->faults++;
	} else {
		table_in_tell(r, path, err);
	}
}

static void put_list(struct json_w *j, const struct group *g)
{
	json_key(j, g->plan->parts->name);
	json_open(j, '[');
	for (size_t i = 0; i < g->n; i++)
		json_put(j, g->parts[i].data);
	json_close(j, ']');
}

static bool whole_data(struct row *r, struct json **data, struct err *err)
{
	struct json_w j;
	struct buf b;

	buf_init(&b, RECORD_ARENA);
	j = json_w(&b);
	json_open(&j, '{');
	for
		each_field(f, r->t->plan.record)
		{
			const struct json *v = json_get(r->old, f->name);

			if (f == r->t->plan.parts) {
				put_list(&j, r->group);
			} else if (v) {
				json_key(&j, f->name);
				json_put(&j, v);
			}
		}
	json_close(&j, '}');
	return json_object(r->a, arena_buf(r->a, &b), data, err);
}

static struct str normal(struct row *r, const struct json *part)
{
	struct buf b;

	buf_init(&b, RECORD_ARENA);
	model_write(&b, &records[r->t->plan.parts->to], part, &r->t->plan.model);
	return arena_buf(r->a, &b);
}

/* What each row does, once the record is known to do; the last that does something has the
 * draft. */
static void share_out(struct row *r, struct table_in_row *whole)
{
	struct table_in_row *last = NULL;

	for (size_t i = 0; i < r->group->n; i++) {
		struct part *part = &r->group->parts[i];

		if (!part->row)
			continue;
		part->row->out.does = !part->old ? ROW_ADDS
				      : str_eq(normal(r, part->old), normal(r, part->data))
					      ? ROW_LEAVES
					      : ROW_CHANGES;
		if (part->row->out.does != ROW_LEAVES &&
		    (!last || last->row < part->row->out.row))
			last = &part->row->out;
	}
	if (last)
		last->draft = whole->draft;
}

static struct group *group_of(struct row *r, size_t rows)
{
	struct group *g = arena_new(r->a, struct group);
	const struct json *list = json_arr(r->old, r->t->plan.parts->name);

	g->plan = &r->t->plan;
	g->parts = arena_array(r->a, struct part, rows + (list ? list->count : 0));
	for (const struct json *k = list ? list->child : NULL; k; k = k->next)
		g->parts[g->n++] = (struct part){ .old = k, .data = k };
	return g;
}

static void tell_all(struct row *r, struct part_row *rows, size_t n, const struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		r->out = &rows[i].out;
		table_in_tell(r, owner_heading(r->t), err);
	}
}

static void no_owner(struct row *r, struct part_row *rows, size_t n)
{
	struct err err;

	err_set(&err, ERR_INPUT, "id",
		N_("There is no %1 “%2” here to which this row could belong. Make it first, "
		   "or mend the name."),
		r->t->plan.record->name, err_arg(rows->id));
	tell_all(r, rows, n, &err);
}

/* More than any list can have: nobody looks for places in it. */
static bool too_many(struct row *r, struct part_row *rows, size_t n)
{
	struct err err;

	if (n <= RECORD_ROWS_MAX)
		return false;
	err_set(&err, ERR_INPUT, "id",
		N_("%1 rows belong to one record; at most %2 are taken. Split it."), err_num(n),
		err_num(RECORD_ROWS_MAX));
	tell_all(r, rows, n, &err);
	return true;
}

/* The rows of one record, into its draft. */
static bool settle(struct row *r, struct part_row *rows, size_t n, struct err *err)
{
	struct table_in_row whole = { .row = rows->out.row };
	struct row *w = arena_new(r->a, struct row);
	struct json *data;
	size_t good = 0;

	*w = (struct row){ .t = r->t, .a = r->a, .fault = r->fault, .ctx = r->ctx };
	w->out = &whole;
	w->party = rows->party;
	w->id = rows->id;
	if (too_many(r, rows, n))
		return true;
	if (!table_in_find(w, err))
		return false;
	if (!w->old) {
		no_owner(r, rows, n);
		return true;
	}
	w->group = group_of(w, n);
	for (size_t i = 0; i < n; i++)
		good += take_row(r, w->group, &rows[i]);
	if (good == 0)
		return true;
	if (!whole_data(w, &data, err))
		return false;
	table_in_draft(w, data, S(""));
	if (whole.faults == 0)
		share_out(w, &whole);
	for (size_t i = 0; i < n && whole.faults; i++)
		rows[i].out.faults += rows[i].out.faults == 0;
	return true;
}

/* --- one row after the other --- */

static struct table_parts *open_parts(void)
{
	struct table_parts *p = calloc(1, sizeof(*p));

	if (!p)
		abort();
	arena_init(&p->arena, ROWS_ARENA);
	arena_init(&p->one, RECORD_ARENA);
	return p;
}

static bool next_record(struct row *r, struct table_parts *p, struct err *err)
{
	struct part_row *rows = p->rows + p->at;

	for (p->end = p->at + 1; p->end < p->n && same_owner(rows, p->rows + p->end);)
		p->end++;
	arena_reset(&p->one);
	r->a = &p->one;
	return !rows->id.n || settle(r, rows, p->end - p->at, err);
}

bool table_in_part(struct row *r, bool *more, struct err *err)
{
	struct table_in_row *out = r->out;
	struct arena *a = r->a;
	struct table_parts *p = r->t->parts;

	if (!p) {
		p = r->t->parts = open_parts();
		if (!read_rows(r, p, err))
			return false;
	}
	*more = p->at < p->n;
	if (!*more)
		return true;
	if (p->at >= p->end && !next_record(r, p, err))
		return false;
	*out = p->rows[p->at++].out;
	if (out->draft.n)
		out->draft = arena_str(a, out->draft);
	return true;
}
