#include "store/schema.h"
#include "store/search_index.h"
#include "store/totals.h"
#include "store/view_rows.h"

/* A list's SQL after WHERE, and what its parameters are bound to, in their order. */
enum { BINDINGS_MAX = 4 * LIST_FILTERS_MAX };
struct where {
	struct view *v;
	struct arena *a;
	const struct list_query *q;
	struct buf sql;
	struct question question;
	struct str texts[BINDINGS_MAX];
	size_t text_count;
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
}

static void on_column(struct where *w, const struct field *f, struct str condition,
		      struct str value)
{
	buf_lit(&w->sql, " AND f_");
	buf_z(&w->sql, f->name);
	bind(w, condition, value);
}

/* --- one filter --- */

/* "2026", "2026-03" or "2026-03-01" as its first or last day. */
static bool day_of(struct str s, bool last, char text[DATE_TEXT])
{
	struct str whole = s.n == 4 ? S("-01-01") : s.n == 7 ? S("-01") : S("");
	char first[DATE_TEXT];
	int y, m, d;
	int32_t days;
	struct buf b;
	bool ok;

	buf_init(&b, sizeof(first));
	buf_add(&b, str_cut(s, 10));
	buf_add(&b, whole);
	ok = s.n <= 10 && date_parse(buf_str(&b), &days);
	buf_done(&b);
	if (!ok)
		return false;
	date_civil(days, &y, &m, &d);
	if (last && s.n == 4)
		days = date_days(y + 1, 1, 1) - 1;
	else if (last && s.n == 7)
		days = date_days(m == 12 ? y + 1 : y, m == 12 ? 1 : m + 1, 1) - 1;
	date_text(text, days);
	return true;
}

static bool filter_date(struct where *w, const struct list_filter *l)
{
	size_t dots = str_find(l->value, S(".."));
	struct str from = str_cut(l->value, dots);
	struct str to = dots < l->value.n ? str_from(l->value, dots + 2) : from;
	char day[DATE_TEXT];

	if (from.n == 0 && to.n == 0)
		return bad_filter(w, str_z(l->field->name),
				  N_("%1: give a year, a month, a day, or two with .. between: "
				     "2026-03-01..2026-06-30"));
	if (from.n) {
		if (!day_of(from, false, day))
			return bad_filter(
				w, str_z(l->field->name),
				N_("%1: write a date as 2026, 2026-03 or 2026-03-01"));
		on_column(w, l->field, S(" >= ?"), arena_str(w->a, str_z(day)));
	}
	if (to.n) {
		if (!day_of(to, true, day))
			return bad_filter(
				w, str_z(l->field->name),
				N_("%1: write a date as 2026, 2026-03 or 2026-03-01"));
		on_column(w, l->field, S(" <= ?"), arena_str(w->a, str_z(day)));
	}
	return true;
}

static bool filter_bool(struct where *w, const struct list_filter *l)
{
	bool yes = str_is(l->value, "true") || str_is(l->value, "1");

	if (!yes && !str_is(l->value, "false") && !str_is(l->value, "0"))
		return bad_filter(w, str_z(l->field->name), N_("%1 is true or false"));
	buf_lit(&w->sql, " AND coalesce(f_");
	buf_z(&w->sql, l->field->name);
	buf_z(&w->sql, yes ? ", 0) = 1" : ", 0) = 0");
	return true;
}

/* References, and codes without a column, are terms of the search index. */
static bool filter_term(struct where *w, const struct list_filter *l)
{
	struct buf term;
	bool ok;

	buf_init(&term, 4096);
	ok = term_value(&term, l->field, l->value);
	buf_ch(&term, ' ');
	if (ok)
		question_terms(&w->question, buf_str(&term));
	buf_done(&term);
	return ok ||
	       bad_filter(w, str_z(l->field->name),
			  N_("%1: this is not a value it can have; choose one of the list"));
}

static bool filter_field(struct where *w, const struct list_filter *l)
{
	const struct field *f = l->field;
	struct field_column columns[FIELD_COLUMNS_MAX];
	bool column = field_columns(f, columns) > 0;

	switch (f->kind) {
	case REF: return filter_term(w, l);
	case CODE:
		if (!column)
			return filter_term(w, l);
		on_column(w, f, S(" = ?"), l->value);
		return true;
	case TEXT:
		if (!column)
			break;
		on_column(w, f, S(" = ?"), l->value);
		return true;
	case DATE:
		if (!column)
			break;
		return filter_date(w, l);
	case BOOL:
		if (!column)
			break;
		return filter_bool(w, l);
	case MTEXT:
	case DECIMAL:
	case PERCENT:
	case MONEY:
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

static bool filter(struct where *w, const struct list_filter *l)
{
	if (l->field)
		return filter_field(w, l);
	if (str_is(l->name, "party"))
		bind(w, S(" AND party = ?"), l->value);
	else if (str_is(l->name, "state"))
		bind(w, S(" AND state = ?"), l->value);
	else
		return bad_filter(w, l->name, N_("%2 has no field %1 to filter by"));
	return true;
}

/* --- the whole condition --- */

static void put_words(struct where *w)
{
	struct stems *stems = stems_open();

	question_words(&w->question, stems, w->q->words);
	stems_close(stems);
}

static bool conditions(struct where *w)
{
	for (size_t i = 0; i < w->q->filter_count; i++)
		if (!filter(w, &w->q->filters[i]))
			return false;
	if (w->q->words.n)
		put_words(w);
	if (w->question.any) {
		buf_lit(&w->sql, " AND rid IN (");
		buf_z(&w->sql, search_rids(w->question.engine));
		bind(w, S(")"), buf_str(&w->question.text));
	} else if (w->q->words.n) {
		buf_lit(&w->sql, " AND 1 = 0"); /* words without a letter are found nowhere */
	}
	return true;
}

static void bind_texts(const struct where *w, struct stmt *s)
{
	for (size_t i = 0; i < w->text_count; i++)
		stmt_text(s, (int)i, w->texts[i]);
}

/* --- order --- */

/* Column of r_<kind> to sort by; empty when the record has none for that. */
static struct str order_column(struct arena *a, const struct list_query *q,
			       const struct field *f)
{
	struct field_column columns[FIELD_COLUMNS_MAX];
	bool label = !f || f->kind == MTEXT || f->kind == REF;

	if (label && !kind_has_labels(q->record))
		return (struct str){ 0 };
	if (label)
		return arena_join(a, kind_by_label(q->record) ? S("key_") : S("label_"),
				  str_z(lang_codes[q->lang]));
	return field_columns(f, columns) ? arena_join(a, S("f_"), str_z(f->name))
					 : (struct str){ 0 };
}

static void put_order(struct where *w)
{
	const struct list_query *q = w->q;
	const struct record *r = q->record;
	enum db_engine engine = db_engine(w->v->reg);
	const struct field *f = q->sort;
	bool descending = q->descending;
	struct str column;

	if (!f && !q->sort_label && r->order != FIELD_NONE && !kind_by_label(r)) {
		f = &fields[r->order];
		descending = !descending; /* the newest first */
	}
	column = order_column(w->a, q, f);
	buf_lit(&w->sql, " ORDER BY ");
	if (column.n) {
		rows_order(&w->sql, engine, column, descending);
		buf_lit(&w->sql, ", ");
	}
	buf_z(&w->sql, descending ? "id DESC, party DESC" : "id, party");
}

/* --- how many --- */

/* Kept at write time for everything, for one value of a field, and for one state. */
static bool kept_count(const struct list_query *q, int *field, struct str *value)
{
	const struct list_filter *l = &q->filters[0];

	*field = COUNTED_ALL;
	*value = S("");
	if (q->words.n || q->filter_count > 1)
		return false;
	if (q->filter_count == 0)
		return true;
	*value = l->value;
	if (l->field) {
		*field = (int)(l->field - fields);
		return l->field->column && (l->field->kind == CODE || l->field->kind == REF);
	}
	*field = COUNTED_STATE;
	return q->record->joint && str_is(l->name, "state");
}

/* The shapes of a record type are a range (rid.h). */
static bool sum_kept(struct view *v, const struct list_query *q, int field, struct str value,
		     uint64_t *out, struct err *err)
{
	int64_t kind = (int64_t)record_id_of(q->record) << RID_KIND;
	struct stmt *s;
	struct buf sql;
	bool row = false, ok;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT CAST(coalesce(sum(count), 0) AS BIGINT) FROM r_count WHERE field "
		      "= ? AND value = ? "
		      "AND shape >= ? AND shape < ? AND");
	rows_seen(&sql, "shape", q->who, q->ended);
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_int(s, 0, field);
	stmt_text(s, 1, value);
	stmt_int(s, 2, kind);
	stmt_int(s, 3, kind + (1 << RID_KIND));
	ok = stmt_step(s, &row, err);
	*out = ok && row ? (uint64_t)col_int(s, 0) : 0;
	stmt_reset(s);
	return ok;
}

static bool count_rows(struct where *w, uint64_t *out)
{
	struct str value;
	struct stmt *s;
	struct buf sql;
	bool row = false, ok;
	int field;

	if (kept_count(w->q, &field, &value))
		return sum_kept(w->v, w->q, field, value, out, w->err);
	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT count(*) FROM r_");
	buf_z(&sql, w->q->record->name);
	buf_lit(&sql, " WHERE");
	rows_seen(&sql, "rid", w->q->who, w->q->ended);
	buf_add(&sql, buf_str(&w->sql));
	s = db_prepare_text(w->v->reg, buf_str(&sql), w->err);
	buf_done(&sql);
	if (!s)
		return false;
	bind_texts(w, s);
	ok = stmt_step(s, &row, w->err);
	*out = ok && row ? (uint64_t)col_int(s, 0) : 0;
	stmt_reset(s);
	return ok;
}

/* --- the list --- */

static bool read_rows(struct where *w, struct list_result *out)
{
	const struct list_query *q = w->q;
	struct stmt *s;
	struct buf sql;
	bool row = true;

	put_order(w);
	buf_lit(&w->sql, " LIMIT ");
	buf_u64(&w->sql, q->limit);
	buf_lit(&w->sql, " OFFSET ");
	buf_u64(&w->sql, q->offset);
	buf_init(&sql, VIEW_SQL_MAX);
	rows_select(&sql, q->record, q->who, q->lang, q->ended);
	buf_add(&sql, buf_str(&w->sql));
	s = db_prepare_text(w->v->reg, buf_str(&sql), w->err);
	buf_done(&sql);
	if (!s)
		return false;
	bind_texts(w, s);
	out->rows = arena_array(w->a, struct record_row, q->limit);
	while (row && out->n <= q->limit) {
		if (!stmt_step(s, &row, w->err))
			return false;
		if (row)
			rows_read(s, w->a, q->record, q->lang, &out->rows[out->n++]);
	}
	return true;
}

bool view_list(struct view *v, struct arena *a, const struct list_query *q,
	       struct list_result *out, struct err *err)
{
	struct where w = { .v = v, .a = a, .q = q, .err = err };
	bool ok;

	*out = (struct list_result){ 0 };
	if (q->limit < 1 || q->limit > 1000)
		return err_set(err, ERR_INPUT, "limit",
			       N_("limit is a whole number from 1 to 1000"));
	buf_init(&w.sql, VIEW_SQL_MAX);
	question_begin(&w.question, db_engine(v->reg));
	ok = conditions(&w) && count_rows(&w, &out->total) &&
	     (q->offset >= out->total || read_rows(&w, out));
	question_done(&w.question);
	buf_done(&w.sql);
	return ok;
}

uint64_t view_count(struct view *v, const struct record *r, enum audience who)
{
	const struct list_query q = { .record = r, .who = who };
	uint64_t n;
	struct err err;

	return sum_kept(v, &q, COUNTED_ALL, S(""), &n, &err) ? n : 0;
}

/* --- facets --- */

enum { FACETS_MAX = 500 };

bool view_facets(struct view *v, struct arena *a, const struct record *r, const struct field *f,
		 enum audience who, struct facet **out, size_t *n, struct err *err)
{
	int64_t kind = (int64_t)record_id_of(r) << RID_KIND;
	struct stmt *s;
	struct buf sql;
	bool row = true;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT value, CAST(sum(count) AS BIGINT) AS many FROM r_count WHERE "
		      "field = ? AND shape >= ? "
		      "AND shape < ? AND");
	rows_seen(&sql, "shape", who, false);
	buf_lit(&sql, " GROUP BY value ORDER BY many DESC, value LIMIT ");
	buf_u64(&sql, FACETS_MAX);
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_int(s, 0, f - fields);
	stmt_int(s, 1, kind);
	stmt_int(s, 2, kind + (1 << RID_KIND));
	*out = arena_array(a, struct facet, FACETS_MAX);
	for (*n = 0; row && *n <= FACETS_MAX;) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			(*out)[(*n)++] = (struct facet){ arena_str(a, col_text(s, 0)),
							 (uint64_t)col_int(s, 1) };
	}
	return true;
}
