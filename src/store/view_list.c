#include "store/schema.h"
#include "store/view_count.h"
#include "store/view_where.h"

/* --- order --- */

bool view_sorts_by(const struct field *f)
{
	struct field_column columns[FIELD_COLUMNS_MAX];

	return field_columns(f, columns) > 0 ||
	       (f->column && f->kind == MTEXT &&
		&fields[records[f->record].name_fields[0]] == f);
}

/* The field whose column orders the list; NULL: its label. */
static const struct field *order_field(const struct list_query *q, bool *newest_first)
{
	const struct record *r = q->record;
	const struct field *f = q->sort && view_sorts_by(q->sort) ? q->sort : NULL;

	*newest_first = !f && !q->sort_label && r->order != FIELD_NONE && !kind_by_label(r);
	if (*newest_first)
		f = &fields[r->order];
	if (f)
		return f->kind == MTEXT ? NULL : f;
	return kind_has_labels(r) ? NULL : &fields[r->name_fields[0]];
}

static struct str label_key(struct arena *a, enum lang lang)
{
	struct str key;
	struct buf b;

	buf_init(&b, VIEW_SQL_MAX);
	kind_label(&b, "key_", lang);
	key = arena_str(a, buf_str(&b));
	buf_done(&b);
	return key;
}

static struct order order_of(struct arena *a, const struct list_query *q)
{
	bool newest_first;
	const struct field *f = order_field(q, &newest_first);

	return (struct order){ .field = f,
			       .column = f ? (struct str){ 0 } : label_key(a, q->lang),
			       .type = cursor_type(f),
			       .descending = q->descending != newest_first };
}

/* --- by label, over its index --- */

static void put_order(struct buf *sql, const struct where *w)
{
	buf_lit(sql, " ORDER BY ");
	rows_order(sql, db_engine(w->v->reg), w->order.column, w->order.descending);
	buf_z(sql, w->order.descending ? ", id DESC, rid DESC" : ", id, rid");
}

static enum rows_extent extent_of(const struct list_query *q)
{
	return q->brief ? ROWS_BRIEF : ROWS_SHORT;
}

/* Rows in their order, read as they are met. */
static struct stmt *rows_of(struct where *w, enum cursor_part part)
{
	const struct list_query *q = w->q;
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	rows_select(&sql, q->record, q->who, q->lang, q->ended, extent_of(q));
	cursor_put(&sql, &w->order, part);
	put_order(&sql, w);
	buf_lit(&sql, " LIMIT ? OFFSET ?");
	s = db_prepare_text(w->v->reg, buf_str(&sql), w->err);
	buf_done(&sql);
	return s;
}

/* One row more than is asked for tells that there are more. */
static void take_row(struct where *w, struct stmt *s, struct list_result *out)
{
	const struct list_query *q = w->q;

	w->more = out->n == q->limit || w->bytes > w->room;
	if (w->more)
		return;
	rows_read(s, w->a, q->record, q->lang, &out->rows[out->n]);
	w->bytes += out->rows[out->n++].data.n;
}

static bool read_part(struct where *w, struct stmt *s, enum cursor_part part,
		      struct list_result *out)
{
	const struct list_query *q = w->q;
	bool row = true;
	int n;

	if (!s)
		return false;
	n = cursor_bind(s, 0, &w->cursor, part);
	stmt_int(s, n, (int64_t)(q->limit - out->n) + 1);
	stmt_int(s, n + 1, w->cursor.type ? 0 : (int64_t)q->offset);
	while (row && !w->more) {
		if (!stmt_step(s, &row, w->err))
			return false;
		if (row)
			take_row(w, s, out);
	}
	if (row)
		stmt_reset(s);
	return true;
}

static bool read_by_index(struct where *w, struct list_result *out)
{
	enum cursor_part parts[2];
	unsigned n = cursor_parts(&w->order, &w->cursor, parts);

	if (!count_rows(w->v, w->q, &out->total, w->err))
		return false;
	if (!w->q->after.n && w->q->offset >= out->total)
		return true;
	out->rows = arena_room(w->a, struct record_row, w->q->limit);
	for (unsigned i = 0; i < n && !w->more; i++)
		if (!read_part(w, rows_of(w, parts[i]), parts[i], out))
			return false;
	return true;
}

/* --- those that were found --- */

static struct stmt *one_row(struct where *w)
{
	const struct list_query *q = w->q;
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	rows_select(&sql, q->record, q->who, q->lang, q->ended, extent_of(q));
	buf_lit(&sql, " AND rid = ?");
	s = db_prepare_text(w->v->reg, buf_str(&sql), w->err);
	buf_done(&sql);
	return s;
}

static bool read_rids(struct where *w, const int64_t *rids, size_t n, struct list_result *out)
{
	struct stmt *s = NULL;

	out->rows = arena_room(w->a, struct record_row, n);
	if (n > 0 && !(s = one_row(w)))
		return false;
	for (size_t i = 0; i < n && !w->more; i++) {
		bool row;

		stmt_int(s, 0, rids[i]);
		if (!stmt_step(s, &row, w->err))
			return false;
		if (!row)
			continue;
		take_row(w, s, out);
		stmt_reset(s);
	}
	return true;
}

/* How many of the rows in order are left out first, and then looked at. */
static uint64_t left_out(const struct where *w)
{
	return w->cursor.type ? 0 : w->q->offset;
}

static bool asks(const struct where *w)
{
	return w->lines.test_count || w->lines.of_party || w->question.any;
}

/* By a field: the lines say in which order. */
static void ask_order(struct where *w)
{
	const struct cursor *c = &w->cursor;
	struct lines_query *l = &w->lines;
	int32_t day = LINE_NO_NUMBER;

	l->order = w->order.field;
	l->descending = w->order.descending;
	l->want = left_out(w) + w->q->limit + 1;
	l->after = c->type;
	if (!c->type)
		return;
	lines_id(c->id, (int64_t *)&l->key.id[0], (int64_t *)&l->key.id[1]);
	l->key.rid = c->rid;
	if (c->type == 't' && l->order->kind == DATE)
		(void)!date_parse(c->value, &day);
	else if (c->type == 't')
		l->word = c->value;
	if (c->type == 'd')
		l->key.number = c->dec.micro;
	else if (c->type == 'n' && w->order.type == 'd')
		l->key.number = lines_micro(0, LINE_NO_NUMBER);
	else
		l->key.number = c->type == 'i' ? c->number : day;
}

static bool read_by_field(struct where *w, struct list_result *out)
{
	uint64_t from = left_out(w);
	struct lines_found found;
	int64_t *rids;
	bool ok;

	w->lines.uncounted = !asks(w);
	if (w->lines.uncounted && !count_rows(w->v, w->q, &out->total, w->err))
		return false;
	if (w->lines.uncounted && from > 0 && from >= out->total)
		return true;
	ask_order(w);
	if (!view_lines(w->v, &w->lines, &found, w->err)) {
		lines_found_done(&found);
		return false;
	}
	if (!w->lines.uncounted)
		out->total = found.total;
	rids = arena_room(w->a, int64_t, w->q->limit + 1);
	for (size_t i = from; i < found.n; i++)
		rids[i - from] = found.rows[i].rid;
	ok = read_rids(w, rids, found.n > from ? found.n - from : 0, out);
	lines_found_done(&found);
	return ok;
}

/* --- by label, which no line has: those that were found are met in the order of all --- */

static struct stmt *rids_of(struct where *w, enum cursor_part part)
{
	const struct list_query *q = w->q;
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT rid FROM r_");
	buf_z(&sql, q->record->name);
	buf_lit(&sql, " WHERE");
	rows_seen(&sql, "rid", q->who, q->ended);
	cursor_put(&sql, &w->order, part);
	put_order(&sql, w);
	s = db_prepare_text(w->v->reg, buf_str(&sql), w->err);
	buf_done(&sql);
	return s;
}

struct met {
	int64_t *rids;
	size_t n;
	uint64_t skip; /* so many more are left out */
};

static bool meet(struct where *w, const struct rid_set *matches, enum cursor_part part,
		 struct met *m)
{
	struct stmt *s = rids_of(w, part);
	bool row = true;

	if (!s)
		return false;
	(void)cursor_bind(s, 0, &w->cursor, part);
	while (row && m->n <= w->q->limit) {
		if (!stmt_step(s, &row, w->err))
			return false;
		if (!row || !rid_set_has(matches, col_int(s, 0) >> RID_SEQ))
			continue;
		if (m->skip)
			m->skip--;
		else
			m->rids[m->n++] = col_int(s, 0);
	}
	if (row)
		stmt_reset(s);
	return true;
}

static bool read_by_label(struct where *w, struct list_result *out)
{
	struct met m = { .rids = arena_room(w->a, int64_t, w->q->limit + 1),
			 .skip = left_out(w) };
	enum cursor_part parts[2];
	unsigned n = cursor_parts(&w->order, &w->cursor, parts);
	struct lines_found found;
	bool ok = view_lines(w->v, &w->lines, &found, w->err);

	out->total = found.total;
	if (m.skip >= found.total)
		n = 0;
	for (unsigned i = 0; i < n && ok && m.n <= w->q->limit; i++)
		ok = meet(w, &found.matches, parts[i], &m);
	lines_found_done(&found);
	return ok && read_rids(w, m.rids, m.n, out);
}

/* --- the list --- */

/* Whether the rows stand in an index in the order asked for (schema.c). */
static bool by_index(const struct where *w)
{
	return !w->order.field && kind_by_label(w->q->record);
}

static bool read_asked(struct where *w, struct list_result *out)
{
	if (w->question.any) {
		if (!hits_read(w->v, &w->question, rid_kind(127),
			       rid_kind(record_id_of(w->q->record)), &w->hits, w->err))
			return false;
		if (!w->hits.n)
			return true;
		w->lines.among = &w->hits;
	}
	return w->order.field ? read_by_field(w, out) : read_by_label(w, out);
}

/* Data that is long is read row by row, as far as there is room; at least the first row's. */
static bool read_long(struct where *w, struct list_result *out)
{
	size_t room = w->room;

	for (size_t i = 0; i < out->n; i++) {
		struct record_row *row = &out->rows[i];
		bool fits = true;

		if (!row->data.n &&
		    !rows_data(w->v, w->a, row, i ? room : SIZE_MAX, &fits, w->err))
			return false;
		if (i && (!fits || row->data.n > room)) {
			out->n = i;
			w->more = true;
			break;
		}
		room -= row->data.n < room ? row->data.n : room;
	}
	return true;
}

static bool list_rows(struct where *w, struct list_result *out)
{
	const struct list_query *q = w->q;

	w->order = order_of(w->a, q);
	if (!where_read(w) ||
	    (q->after.n && !cursor_read(w->v, w->a, q, &w->order, &w->cursor, w->err)))
		return false;
	if (w->nothing)
		return true;
	if (!asks(w) && by_index(w) ? !read_by_index(w, out) : !read_asked(w, out))
		return false;
	if (!q->brief && !read_long(w, out))
		return false;
	return !w->more || !out->n ||
	       cursor_write(w->v, w->a, &w->order, &out->rows[out->n - 1], &out->next, w->err);
}

bool view_list(struct view *v, struct arena *a, const struct list_query *q,
	       struct list_result *out, struct err *err)
{
	struct where w = { .v = v,
			   .a = a,
			   .q = q,
			   .room = q->brief   ? SIZE_MAX
				   : q->bytes ? q->bytes
					      : LIST_BYTES,
			   .err = err };
	bool ok;

	*out = (struct list_result){ 0 };
	if (q->limit < 1 || q->limit > 1000)
		return err_set(err, ERR_INPUT, "limit",
			       N_("limit is a whole number from 1 to 1000"));
	question_begin(&w.question, v->reg);
	ok = list_rows(&w, out);
	question_done(&w.question);
	hits_done(&w.hits);
	return ok;
}
