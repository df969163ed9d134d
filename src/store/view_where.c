#include "store/view_where.h"

#include "store/acts.h"
#include "store/schema.h"
#include "store/sql_text.h"

#include <assert.h>
#include <string.h>

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

/* Whether a value may stand in the column or in the index at all. */
static bool value_good(const struct field *f, struct str value)
{
	struct ref ref;

	if (f->kind == REF)
		return ref_parse(value, &ref);
	return f->column ? term_good(value)
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
		bool ok = term_value(&terms, l->field, one);

		assert(ok);
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

bool where_read(struct where *w)
{
	for (size_t i = 0; i < w->q->filter_count; i++)
		if (!filter(w, &w->q->filters[i]))
			return false;
	return put_words(w);
}

int where_bind(const struct where *w, struct stmt *s)
{
	int n = 0;

	for (size_t i = 0; i < w->text_count; i++)
		stmt_text(s, n++, w->texts[i]);
	if (w->question.any)
		stmt_text(s, n++, buf_str(&w->question.text));
	return n;
}

void where_columns(struct buf *sql, const struct where *w, bool likely)
{
	struct str rest = buf_str(&w->sql), part;
	bool first = true;

	for (; rest.n && str_split(&rest, LIKELY, &part); first = false) {
		if (!first && likely)
			buf_lit(sql, "likely");
		buf_add(sql, part);
	}
}

void where_from(struct buf *sql, const struct where *w)
{
	buf_lit(sql, " FROM r_");
	buf_z(sql, w->q->record->name);
	buf_lit(sql, " WHERE");
	rows_seen(sql, "rid", w->q->who, w->q->ended);
}

void where_rest(struct buf *sql, const struct where *w, bool dense)
{
	bool go_through = dense && w->question.engine == DB_SQLITE;

	where_columns(sql, w, go_through);
	if (!w->question.any)
		return;
	buf_z(sql, go_through ? " AND +rid IN (" : " AND rid IN (");
	buf_z(sql, search_rids(w->question.engine));
	buf_lit(sql, ")");
}
