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

static char order_type(const struct field *f)
{
	struct field_column c[FIELD_COLUMNS_MAX];

	if (!f)
		return 'b';
	(void)field_columns(f, c);
	return str_is(S("TEXT"), c[0].type) ? 't' : str_is(S("INTEGER"), c[0].type) ? 'i' : 'd';
}

static struct order order_of(struct arena *a, const struct list_query *q)
{
	bool newest_first;
	const struct field *f = order_field(q, &newest_first);

	return (struct order){ .column =
				       f ? arena_join(a, S("f_"), str_z(f->name))
					 : arena_join(a, S("key_"), str_z(lang_codes[q->lang])),
			       .type = order_type(f),
			       .descending = q->descending != newest_first };
}

static void put_order(struct buf *sql, const struct where *w)
{
	buf_lit(sql, " ORDER BY ");
	rows_order(sql, db_engine(w->v->reg), w->order.column, w->order.descending);
	buf_z(sql, w->order.descending ? ", id DESC, rid DESC" : ", id, rid");
}

/* --- how many --- */

/*
 * Hits of the words and references: the number of a row says all but what stands in its
 * columns, so that these are left out.
 */
static void put_hits(struct buf *sql, const struct where *w)
{
	buf_lit(sql, " FROM (");
	buf_z(sql, search_rids(w->question.engine));
	buf_lit(sql, ") AS hits WHERE (rid & 65535) >> 9 = ");
	buf_u64(sql, record_id_of(w->q->record));
	buf_lit(sql, " AND");
	rows_seen(sql, "rid", w->q->who, w->q->ended);
	if (!w->on_columns)
		where_columns(sql, w, false);
}

enum counted { HITS, ROWS, ROWS_GONE_THROUGH };

static bool count_them(struct where *w, enum counted what, uint64_t *out)
{
	struct stmt *s;
	struct buf sql;
	bool row = false, ok;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT count(*)");
	if (what == HITS) {
		put_hits(&sql, w);
	} else {
		where_from(&sql, w);
		where_rest(&sql, w, what == ROWS_GONE_THROUGH);
	}
	s = db_prepare_text(w->v->reg, buf_str(&sql), w->err);
	buf_done(&sql);
	if (!s)
		return false;
	if (what == HITS)
		stmt_text(s, 0, buf_str(&w->question.text));
	else
		where_bind(w, s);
	ok = stmt_step(s, &row, w->err);
	*out = ok && row ? (uint64_t)col_int(s, 0) : 0;
	stmt_reset(s);
	return ok;
}

enum { DENSE = 16 }; /* one row in so many */

/*
 * Whether SQLite is to go through the table in order until it has met enough, rather than
 * look up and sort what answers.
 */
static bool is_dense(const struct where *w, uint64_t total)
{
	return w->on_columns || w->question.any
		       ? total * DENSE > view_count(w->v, w->q->record, w->q->who)
		       : true;
}

/* What every row answers need not be asked of each. */
static bool drop_vain_question(struct where *w, uint64_t hits)
{
	struct list_query all = { .record = w->q->record, .who = w->q->who };
	uint64_t n;

	all.ended = w->q->ended;
	if (!count_kept(w->v, &all, &n, w->err))
		return false;
	w->question.any = hits < n;
	return true;
}

static bool count_rows(struct where *w, uint64_t *out)
{
	if (count_is_kept(w->q))
		return count_kept(w->v, w->q, out, w->err);
	if (!w->question.any)
		return count_them(w, ROWS, out);
	if (!count_them(w, HITS, out) || !drop_vain_question(w, *out))
		return false;
	return !w->on_columns ||
	       count_them(w, is_dense(w, *out) ? ROWS_GONE_THROUGH : ROWS, out);
}

/* --- the list --- */

/* Whether the rows stand in an index in the order asked for (schema.c). */
static bool is_indexed(const struct list_query *q)
{
	const struct record *r = q->record;
	bool newest_first;
	const struct field *f = order_field(q, &newest_first);

	return f ? f == &fields[r->order] : kind_by_label(r);
}

/*
 * In the order of an index each row is read as it is met, and what the index says is asked of
 * it.  Else first which rows, so that what is sorted is narrow, and then these alone.
 */
static struct stmt *rows_of(struct where *w, uint64_t total, enum cursor_part part)
{
	const struct list_query *q = w->q;
	bool first = !is_indexed(q);
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	rows_select(&sql, q->record, q->who, q->lang, q->ended,
		    q->brief ? ROWS_BRIEF : ROWS_SHORT);
	if (first) {
		buf_lit(&sql, " AND rid IN (SELECT rid");
		where_from(&sql, w);
	}
	where_rest(&sql, w, is_dense(w, total));
	cursor_put(&sql, &w->order, part);
	put_order(&sql, w);
	buf_lit(&sql, " LIMIT ? OFFSET ?");
	if (first) {
		buf_lit(&sql, ")");
		put_order(&sql, w);
	}
	s = db_prepare_text(w->v->reg, buf_str(&sql), w->err);
	buf_done(&sql);
	return s;
}

/* One row more than is asked for tells that there are more. */
static bool read_part(struct where *w, struct stmt *s, enum cursor_part part,
		      struct list_result *out)
{
	const struct list_query *q = w->q;
	bool row = true;
	int n;

	if (!s)
		return false;
	n = cursor_bind(s, where_bind(w, s), &w->cursor, part);
	stmt_int(s, n, (int64_t)(q->limit - out->n) + 1);
	stmt_int(s, n + 1, w->cursor.type ? 0 : (int64_t)q->offset);
	while (row && !w->more) {
		if (!stmt_step(s, &row, w->err))
			return false;
		w->more = row && (out->n == q->limit || w->bytes > w->room);
		if (!row || w->more)
			break;
		rows_read(s, w->a, q->record, q->lang, &out->rows[out->n]);
		w->bytes += out->rows[out->n++].data.n;
	}
	if (row)
		stmt_reset(s);
	return true;
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

static bool read_rows(struct where *w, struct list_result *out)
{
	const struct list_query *q = w->q;
	enum cursor_part parts[2];
	unsigned n = cursor_parts(&w->order, &w->cursor, parts);

	out->rows = arena_array(w->a, struct record_row, q->limit);
	for (unsigned i = 0; i < n && !w->more; i++)
		if (!read_part(w, rows_of(w, out->total, parts[i]), parts[i], out))
			return false;
	if (!q->brief && !read_long(w, out))
		return false;
	return !w->more || !out->n ||
	       cursor_write(w->v, w->a, &w->order, &out->rows[out->n - 1], &out->next, w->err);
}

static bool list_rows(struct where *w, struct list_result *out)
{
	const struct list_query *q = w->q;

	w->order = order_of(w->a, q);
	return where_read(w) && count_rows(w, &out->total) &&
	       (!q->after.n || cursor_read(w->v, w->a, q, &w->order, &w->cursor, w->err)) &&
	       ((!q->after.n && q->offset >= out->total) || read_rows(w, out));
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
	buf_init(&w.sql, VIEW_SQL_MAX);
	question_begin(&w.question, v->reg);
	ok = list_rows(&w, out);
	question_done(&w.question);
	buf_done(&w.sql);
	return ok;
}
