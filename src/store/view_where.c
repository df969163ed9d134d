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

static struct line_test *test_of(struct where *w, unsigned column)
{
	struct line_test *t = &w->lines.tests[w->lines.test_count++];

	*t = (struct line_test){ .column = column };
	return t;
}

static void is_within(struct where *w, unsigned column, int64_t low, int64_t high)
{
	struct line_test *t = test_of(w, column);

	t->low = low;
	t->high = high;
}

/* One of `n` words with spaces between; a single one may have spaces itself. */
static void is_word(struct where *w, unsigned column, struct str words, size_t n)
{
	struct line_test *t = test_of(w, column);

	t->words = arena_array(w->a, struct str, n);
	if (n == 1)
		t->words[t->n++] = words;
	while (t->n < n && str_split(&words, ' ', &t->words[t->n]))
		t->n++;
}

/* Where the field's numbers begin in a line; 0: it has none, or is a part's. */
static unsigned column_of(const struct where *w, const struct field *f)
{
	return &records[f->record] == w->q->record
		       ? w->layout.at[(int)(f - fields) - w->q->record->first]
		       : 0;
}

/* --- one filter --- */

/* "2026", "2026-03" or "2026-03-01" as its first or last day. */
static bool day_of(struct str s, bool last, int32_t *days)
{
	char whole[DATE_TEXT] = "0000-01-01";
	int y, m, d;

	if ((s.n != 4 && s.n != 7 && s.n != 10) || (s.n == 4 && s.p[3] == '-'))
		return false;
	memcpy(whole, s.p, s.n);
	if (!date_parse(str_z(whole), days))
		return false;
	date_civil(*days, &y, &m, &d);
	if (last && s.n == 4)
		*days = date_days(y + 1, 1, 1) - 1;
	else if (last && s.n == 7)
		*days = date_days(m == 12 ? y + 1 : y, m == 12 ? 1 : m + 1, 1) - 1;
	return true;
}

static bool filter_date(struct where *w, const struct list_filter *l)
{
	size_t dots = str_find(l->value, S(".."));
	struct str from = str_cut(l->value, dots);
	struct str to = dots < l->value.n ? str_from(l->value, dots + 2) : from;
	int32_t low = LINE_NO_NUMBER + 1, high = INT32_MAX;

	if (from.n == 0 && to.n == 0)
		return bad_filter(w, str_z(l->field->name),
				  N_("%1: give a year, a month, a day, or two with .. between: "
				     "2026-03-01..2026-06-30"));
	if ((from.n && !day_of(from, false, &low)) || (to.n && !day_of(to, true, &high)))
		return bad_filter(w, str_z(l->field->name),
				  N_("%1: write a date as 2026, 2026-03 or 2026-03-01"));
	is_within(w, column_of(w, l->field), low, high);
	return true;
}

static bool filter_bool(struct where *w, const struct list_filter *l)
{
	bool yes = filter_says_yes(l->value);

	if (!yes && !str_is(l->value, "false") && !str_is(l->value, "0"))
		return bad_filter(w, str_z(l->field->name), N_("%1 is true or false"));
	is_within(w, column_of(w, l->field), yes ? 1 : LINE_NO_NUMBER, yes ? 1 : 0);
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
	size_t n = values_good(w, l);

	if (n)
		is_word(w, column_of(w, l->field), l->value, n);
	return n > 0;
}

static bool filter_currency(struct where *w, const struct list_filter *l)
{
	if (!term_good(l->value))
		return bad_filter(w, str_z(l->field->name), not_a_value);
	is_word(w, column_of(w, l->field) + LINE_CURRENCY, l->value, 1);
	return true;
}

static bool filter_field(struct where *w, const struct list_filter *l)
{
	const struct field *f = l->field;
	bool column = column_of(w, f);

	switch (f->kind) {
	case REF: return filter_term(w, l);
	case CODE: return column ? filter_code(w, l) : filter_term(w, l);
	case TEXT:
		if (!column)
			break;
		is_word(w, column_of(w, f), l->value, 1);
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
	w->nothing |= w->lines.of_party && w->lines.party != place;
	w->lines.of_party = true;
	w->lines.party = place;
	return true;
}

static bool filter_state(struct where *w, const struct list_filter *l)
{
	if (!is_state(l->value))
		return bad_filter(w, l->name, N_("A joint record has no such state."));
	is_word(w, LINE_STATE, l->value, 1);
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
	w->nothing |= !any; /* words without a letter are found nowhere */
	return true;
}

bool where_read(struct where *w)
{
	w->lines = (struct lines_query){ .record = w->q->record,
					 .who = w->q->who,
					 .ended = w->q->ended };
	lines_layout(w->q->record, &w->layout);
	for (size_t i = 0; i < w->q->filter_count; i++)
		if (!filter(w, &w->q->filters[i]))
			return false;
	return put_words(w);
}
