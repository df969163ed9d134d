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

static struct order order_of(const struct list_query *q)
{
	bool newest_first;
	const struct field *f = order_field(q, &newest_first);

	return (struct order){ .field = f,
			       .type = cursor_type(f),
			       .descending = q->descending != newest_first };
}

/* --- those that were found --- */

static enum rows_extent extent_of(const struct list_query *q)
{
	return q->brief ? ROWS_BRIEF : ROWS_SHORT;
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

/* --- by label, which no line has (labels.c) --- */

struct met {
	int64_t *rids;
	struct str *keys;
	size_t n;
	uint64_t skip; /* so many more are left out */
};

static void put_labels(struct buf *sql, const struct where *w, const char *table)
{
	const struct list_query *q = w->q;

	buf_lit(sql, "SELECT key, id, rid FROM ");
	buf_z(sql, table);
	buf_lit(sql, " WHERE kind = ");
	buf_i64(sql, record_id_of(q->record));
	buf_lit(sql, " AND lang = ");
	buf_i64(sql, q->lang);
	buf_lit(sql, " AND");
	rows_seen(sql, "rid", q->who, q->ended);
	cursor_put(sql, &w->cursor, w->order.descending);
}

/* All that may be seen, or as many as are asked for. */
static struct stmt *labels_asked(struct where *w, bool all)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	put_labels(&sql, w, "r_label");
	buf_lit(&sql, " UNION ALL ");
	put_labels(&sql, w, "r_unplaced");
	buf_z(&sql, w->order.descending ? " ORDER BY key DESC, id DESC, rid DESC"
					: " ORDER BY key, id, rid");
	if (!all)
		buf_lit(&sql, " LIMIT ? OFFSET ?");
	s = db_prepare_text(w->v->reg, buf_str(&sql), w->err);
	buf_done(&sql);
	return s;
}

static void meet_row(struct where *w, struct stmt *s, const struct rid_set *matches)
{
	struct met *m = w->met;
	int64_t rid = col_int(s, 2);

	if (matches && !rid_set_has(matches, rid >> RID_SEQ))
		return;
	if (m->skip) {
		m->skip--;
		return;
	}
	m->keys[m->n] = arena_str(w->a, col_blob(s, 0));
	m->rids[m->n++] = rid;
}

/* The rows in order, of `matches` alone or of all. */
static bool meet(struct where *w, const struct rid_set *matches)
{
	struct stmt *s = labels_asked(w, matches);
	struct met *m = w->met;
	bool row = true;
	int n;

	if (!s)
		return false;
	n = cursor_bind(s, cursor_bind(s, 0, &w->cursor), &w->cursor);
	if (!matches) {
		stmt_int(s, n, (int64_t)w->q->limit + 1);
		stmt_int(s, n + 1, (int64_t)m->skip);
		m->skip = 0;
	}
	while (row && m->n <= w->q->limit) {
		if (!stmt_step(s, &row, w->err))
			return false;
		if (row)
			meet_row(w, s, matches);
	}
	if (row)
		stmt_reset(s);
	return true;
}

static bool meet_matches(struct where *w, uint64_t *total)
{
	struct lines_found found;
	bool ok = view_lines(w->v, &w->lines, &found, w->err);

	*total = found.total;
	if (ok && w->met->skip < found.total)
		ok = meet(w, &found.matches);
	lines_found_done(&found);
	return ok;
}

static bool meet_all(struct where *w, uint64_t *total)
{
	return count_rows(w->v, w->q, total, w->err) &&
	       (w->met->skip >= *total || meet(w, NULL));
}

static bool read_by_label(struct where *w, struct list_result *out)
{
	struct met *m = arena_new(w->a, struct met);

	m->rids = arena_room(w->a, int64_t, w->q->limit + 1);
	m->keys = arena_room(w->a, struct str, w->q->limit + 1);
	m->skip = left_out(w);
	w->met = m;
	return (asks(w) ? meet_matches(w, &out->total) : meet_all(w, &out->total)) &&
	       read_rids(w, m->rids, m->n, out);
}

/* What the row was found by; nothing where that was no label. */
static struct str key_of(const struct where *w, const struct record_row *row)
{
	for (size_t i = 0; w->met && i < w->met->n; i++)
		if (w->met->rids[i] == row->rid)
			return w->met->keys[i];
	return (struct str){ 0 };
}

/* --- the list --- */

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
	const struct record_row *last;

	w->order = order_of(q);
	if (!where_read(w) ||
	    (q->after.n && !cursor_read(w->v, w->a, q, &w->order, &w->cursor, w->err)))
		return false;
	if (w->nothing)
		return true;
	if (!read_asked(w, out) || (!q->brief && !read_long(w, out)))
		return false;
	if (!w->more || !out->n)
		return true;
	last = &out->rows[out->n - 1];
	return cursor_write(w->v, w->a, &w->order, last, key_of(w, last), &out->next, w->err);
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
