#include "store/acts.h"
#include "store/schema.h"
#include "store/search_index.h"
#include "store/sql_text.h"
#include "store/view_count.h"
#include "store/view_cursor.h"

#include <string.h>

/* A list's SQL after WHERE, and what its parameters are bound to, in their order. */
enum { BINDINGS_MAX = FILTER_VALUES_MAX * LIST_FILTERS_MAX };
struct where {
	struct view *v;
	struct arena *a;
	const struct list_query *q;
	struct buf sql;
	struct question question; /* asked beside it, of the search index */
	bool on_columns;          /* it is about more than the numbers of rows */
	struct str texts[BINDINGS_MAX];
	size_t text_count;
	struct order order;
	struct cursor cursor; /* of type 0 when the list is read from its beginning */
	size_t bytes, room;   /* of their data, and most of it */
	bool more;            /* there are rows behind them */
	struct err *err;
};

static bool bad_filter(const struct where *w, struct str name, const char *message)
{
	return err_make(w->err, ERR_INPUT, err_arg(name), message,
			(const char *[]){ err_arg(name), w->q->record->name, NULL });
}

static void bind(struct where *w, struct str condition, struct str value)
{
	buf_add(&w->sql, condition);
	w->texts[w->text_count++] = value;
	w->on_columns = true;
}

/* Where SQLite is to be told that many rows are equal; it stands in no SQL. */
enum { LIKELY = 1 };

static void is_equal(struct where *w, struct str column, struct str value)
{
	buf_lit(&w->sql, " AND ");
	buf_ch(&w->sql, LIKELY);
	buf_lit(&w->sql, "(");
	buf_add(&w->sql, column);
	bind(w, S(" = ?)"), value);
}

static struct str column_of(struct where *w, const struct field *f)
{
	return arena_join(w->a, S("f_"), str_z(f->name));
}

/* --- one filter --- */

/* "2026", "2026-03" or "2026-03-01" as its first or last day. */
static bool day_of(struct str s, bool last, char text[DATE_TEXT])
{
	char whole[DATE_TEXT] = "0000-01-01";
	int y, m, d;
	int32_t days;

	if ((s.n != 4 && s.n != 7 && s.n != 10) || (s.n == 4 && s.p[3] == '-'))
		return false;
	memcpy(whole, s.p, s.n);
	if (!date_parse(str_z(whole), &days))
		return false;
	date_civil(days, &y, &m, &d);
	if (last && s.n == 4)
		days = date_days(y + 1, 1, 1) - 1;
	else if (last && s.n == 7)
		days = date_days(m == 12 ? y + 1 : y, m == 12 ? 1 : m + 1, 1) - 1;
	date_text(text, days);
	return true;
}

static bool filter_end(struct where *w, const struct list_filter *l, struct str end, bool last)
{
	char day[DATE_TEXT];

	if (!end.n)
		return true;
	if (!day_of(end, last, day))
		return bad_filter(w, str_z(l->field->name),
				  N_("%1: write a date as 2026, 2026-03 or 2026-03-01"));
	buf_lit(&w->sql, " AND ");
	buf_add(&w->sql, column_of(w, l->field));
	bind(w, last ? S(" <= ?") : S(" >= ?"), arena_str(w->a, str_z(day)));
	return true;
}

static bool filter_date(struct where *w, const struct list_filter *l)
{
	size_t dots = str_find(l->value, S(".."));
	struct str from = str_cut(l->value, dots);
	struct str to = dots < l->value.n ? str_from(l->value, dots + 2) : from;

	if (from.n == 0 && to.n == 0)
		return bad_filter(w, str_z(l->field->name),
				  N_("%1: give a year, a month, a day, or two with .. between: "
				     "2026-03-01..2026-06-30"));
	return filter_end(w, l, from, false) && filter_end(w, l, to, true);
}

static bool filter_bool(struct where *w, const struct list_filter *l)
{
	bool yes = filter_says_yes(l->value);

	if (!yes && !str_is(l->value, "false") && !str_is(l->value, "0"))
		return bad_filter(w, str_z(l->field->name), N_("%1 is true or false"));
	buf_lit(&w->sql, " AND coalesce(f_");
	buf_z(&w->sql, l->field->name);
	buf_z(&w->sql, yes ? ", 0) = 1" : ", 0) = 0");
	w->on_columns = true;
	return true;
}

static const char *const not_a_value =
	N_("%1: this is not a value it can have; choose one of the list");

static bool value_good(const struct field *f, struct str value)
{
	struct ref ref;

	return f->kind == REF ? ref_parse(value, &ref)
	       : f->column    ? term_good(value)
			      : codelist_find(codelist_named(f->list), value) != NULL;
}

/* How many values with spaces between, each good; 0, with the error, when they are not. */
static size_t values_good(const struct where *w, const struct list_filter *l)
{
	struct str rest = l->value, one;
	size_t n = 0;

	for (; rest.n && str_split(&rest, ' ', &one); n++)
		if (n == FILTER_VALUES_MAX || !value_good(l->field, one))
			return bad_filter(w, str_z(l->field->name), not_a_value);
	return n ? n : bad_filter(w, str_z(l->field->name), not_a_value);
}

/* References, and codes without a column, are terms of the search index, which knows no
 * capitals: a value that the field cannot have is not asked for. */
static bool filter_term(struct where *w, const struct list_filter *l)
{
	struct str rest = l->value, one;
	struct buf terms;

	if (!values_good(w, l))
		return false;
	buf_init(&terms, 64 << 10);
	while (rest.n && str_split(&rest, ' ', &one)) {
		(void)!term_value(&terms, l->field, one);
		buf_ch(&terms, ' ');
	}
	question_terms(&w->question, buf_str(&terms));
	buf_done(&terms);
	return true;
}

/* A code that this program does not know may stand in a row of the other side. */
static bool filter_code(struct where *w, const struct list_filter *l)
{
	struct str rest = l->value, one, column = column_of(w, l->field);
	size_t n = values_good(w, l);

	if (n == 1)
		is_equal(w, column, l->value);
	for (size_t i = 0; n > 1 && str_split(&rest, ' ', &one); i++) {
		buf_z(&w->sql, i ? " OR " : " AND (");
		buf_add(&w->sql, column);
		bind(w, S(" = ?"), one);
	}
	if (n > 1)
		buf_lit(&w->sql, ")");
	return n > 0;
}

static bool filter_currency(struct where *w, const struct list_filter *l)
{
	if (!term_good(l->value))
		return bad_filter(w, str_z(l->field->name), not_a_value);
	is_equal(w, arena_join(w->a, column_of(w, l->field), S("_currency")), l->value);
	return true;
}

static bool filter_field(struct where *w, const struct list_filter *l)
{
	const struct field *f = l->field;
	struct field_column columns[FIELD_COLUMNS_MAX];
	bool column = field_columns(f, columns) > 0;

	switch (f->kind) {
	case REF: return filter_term(w, l);
	case CODE: return column ? filter_code(w, l) : filter_term(w, l);
	case TEXT:
		if (!column)
			break;
		is_equal(w, column_of(w, f), l->value);
		return true;
	case DATE:
		if (!column)
			break;
		return filter_date(w, l);
	case BOOL:
		if (!column)
			break;
		return filter_bool(w, l);
	case MONEY:
		if (!column)
			break;
		return filter_currency(w, l);
	case MTEXT:
	case DECIMAL:
	case PERCENT:
	case QUANTITY:
	case COORD:
	case FILE_REF:
	case PARTS:
	case FIELD_KIND_COUNT: break;
	}
	return bad_filter(
		w, str_z(f->name),
		N_("lists of %2 cannot be filtered by %1; search for its words instead"));
}

static bool is_state(struct str name)
{
	for (unsigned i = ACT_PROPOSED; i <= ACT_WITHDRAWN; i++)
		if (str_is(name, act_state_names[i]))
			return true;
	return str_is(name, "superseded") || str_is(name, "divergent");
}

static bool filter_party(struct where *w, const struct list_filter *l)
{
	unsigned place;

	if (!rows_party(w->v, l->value, &place))
		return bad_filter(w, l->name, N_("There is no such side in this register."));
	buf_lit(&w->sql, " AND (rid & 496) = ");
	buf_u64(&w->sql, place << RID_PARTY);
	return true;
}

static bool filter_state(struct where *w, const struct list_filter *l)
{
	if (!is_state(l->value))
		return bad_filter(w, l->name, N_("A joint record has no such state."));
	is_equal(w, S("state"), l->value);
	return true;
}

static bool filter(struct where *w, const struct list_filter *l)
{
	struct str name = l->field ? str_z(l->field->name) : l->name;

	if (!sql_text_good(l->value))
		return bad_filter(w, name, N_("%1: this is no text"));
	if (l->field)
		return filter_field(w, l);
	if (str_is(l->name, "party"))
		return filter_party(w, l);
	if (str_is(l->name, "state"))
		return filter_state(w, l);
	return bad_filter(w, l->name, N_("%2 has no field %1 to filter by"));
}

/* --- the whole condition --- */

static bool put_words(struct where *w)
{
	bool any;

	if (!w->q->words.n)
		return true;
	if (!question_words(&w->question, w->q->words, &any, w->err))
		return false;
	if (!any) /* words without a letter are found nowhere */
		buf_lit(&w->sql, " AND 1 = 0");
	return true;
}

static bool conditions(struct where *w)
{
	for (size_t i = 0; i < w->q->filter_count; i++)
		if (!filter(w, &w->q->filters[i]))
			return false;
	return put_words(w);
}

/* Binds everything; returns how many parameters that were. */
static int bind_all(const struct where *w, struct stmt *s)
{
	int n = 0;

	for (size_t i = 0; i < w->text_count; i++)
		stmt_text(s, n++, w->texts[i]);
	if (w->question.any)
		stmt_text(s, n++, buf_str(&w->question.text));
	return n;
}

static void put_conditions(struct buf *sql, const struct where *w, bool likely)
{
	struct str rest = buf_str(&w->sql), part;
	bool first = true;

	for (; rest.n && str_split(&rest, LIKELY, &part); first = false) {
		if (!first && likely)
			buf_lit(sql, "likely");
		buf_add(sql, part);
	}
}

/* "FROM r_<kind> WHERE …": those that may be seen. */
static void put_from(struct buf *sql, const struct where *w)
{
	buf_lit(sql, " FROM r_");
	buf_z(sql, w->q->record->name);
	buf_lit(sql, " WHERE");
	rows_seen(sql, "rid", w->q->who, w->q->ended);
}

/*
 * "AND …": those that are asked for.  SQLite looks each hit of the words up in the table, and
 * sorts what equals a value; or with `dense` goes through the table in order until it has met
 * enough.
 */
static void put_rest(struct buf *sql, const struct where *w, bool dense)
{
	bool go_through = dense && w->question.engine == DB_SQLITE;

	put_conditions(sql, w, go_through);
	if (!w->question.any)
		return;
	buf_z(sql, go_through ? " AND +rid IN (" : " AND rid IN (");
	buf_z(sql, search_rids(w->question.engine));
	buf_lit(sql, ")");
}

/* --- order --- */

static bool names_first(const struct field *f)
{
	return &fields[records[f->record].name_fields[0]] == f;
}

bool view_sorts_by(const struct field *f)
{
	struct field_column columns[FIELD_COLUMNS_MAX];

	return field_columns(f, columns) > 0 ||
	       (f->column && f->kind == MTEXT && names_first(f));
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

/* The number of a row says all but what stands in its columns. */
static void put_hits(struct buf *sql, const struct where *w)
{
	buf_lit(sql, " FROM (");
	buf_z(sql, search_rids(w->question.engine));
	buf_lit(sql, ") AS hits WHERE (rid & 65535) >> 9 = ");
	buf_u64(sql, record_id_of(w->q->record));
	buf_lit(sql, " AND");
	rows_seen(sql, "rid", w->q->who, w->q->ended);
	put_conditions(sql, w, false);
}

static bool count_rows(struct where *w, uint64_t *out)
{
	struct stmt *s;
	struct buf sql;
	bool row = false, ok;

	if (count_is_kept(w->q))
		return count_kept(w->v, w->q, out, w->err);
	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT count(*)");
	if (w->question.any && !w->on_columns) {
		put_hits(&sql, w);
	} else {
		put_from(&sql, w);
		put_rest(&sql, w, false);
	}
	s = db_prepare_text(w->v->reg, buf_str(&sql), w->err);
	buf_done(&sql);
	if (!s)
		return false;
	bind_all(w, s);
	ok = stmt_step(s, &row, w->err);
	*out = ok && row ? (uint64_t)col_int(s, 0) : 0;
	stmt_reset(s);
	return ok;
}

/* --- the list --- */

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

/* Whether the rows stand in an index in the order asked for (schema.c). */
static bool is_indexed(const struct list_query *q)
{
	const struct record *r = q->record;
	bool newest_first;
	const struct field *f = order_field(q, &newest_first);

	return f ? f == &fields[r->order] : kind_by_label(r);
}

/*
 * In the order of an index each row is read as it is met.  Else first which rows, so that what
 * is sorted is small, and then these alone.
 */
static struct stmt *rows_of(struct where *w, uint64_t total, enum cursor_part part)
{
	const struct list_query *q = w->q;
	bool dense = is_dense(w, total), twice = !is_indexed(q);
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	rows_select(&sql, q->record, q->who, q->lang, q->ended,
		    q->brief ? ROWS_BRIEF : ROWS_SHORT);
	if (twice) {
		buf_lit(&sql, " AND rid IN (SELECT rid");
		put_from(&sql, w);
	}
	put_rest(&sql, w, dense);
	cursor_put(&sql, &w->order, part);
	put_order(&sql, w);
	buf_lit(&sql, " LIMIT ? OFFSET ?");
	if (twice) {
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
	n = cursor_bind(s, bind_all(w, s), &w->cursor, part);
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
	return conditions(w) && count_rows(w, &out->total) &&
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
	question_begin(&w.question, db_engine(v->reg));
	ok = list_rows(&w, out);
	question_done(&w.question);
	buf_done(&w.sql);
	return ok;
}
