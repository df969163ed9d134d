#include "exchange/table_cell_in.h"

#include <string.h>
#include <unicode/uchar.h>

/* --- numbers --- */

/* Without the blanks that group digits, with ASCII's minus, without a percent sign. */
static struct str closed_up(struct arena *a, struct str typed)
{
	static const struct {
		const char *from, *to;
	} marks[] = { { " ", "" },      { "\u00a0", "" },  { "\u2009", "" },
		      { "\u202f", "" }, { "\u2212", "-" }, { "%", "" } };
	struct buf b;

	buf_init(&b, typed.n + 1);
	while (typed.n > 0) {
		size_t i = 0, n = sizeof(marks) / sizeof(*marks);

		while (i < n && !str_starts(typed, str_z(marks[i].from)))
			i++;
		if (i < n)
			buf_z(&b, marks[i].to);
		else
			buf_ch(&b, typed.p[0]);
		typed = str_from(typed, i < n ? strlen(marks[i].from) : 1);
	}
	return arena_buf(a, &b);
}

static size_t count_of(struct str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/* Groups of exactly three digits after each `mark` of the whole part, one to three before. */
static bool grouped(struct str s, char mark)
{
	struct str group;
	bool first = true;

	s = str_from(s, str_starts(s, S("-")));
	while (str_split(&s, mark, &group)) {
		if (first ? group.n < 1 || group.n > 3 : group.n != 3)
			return false;
		first = false;
	}
	return true;
}

static struct str without(struct arena *a, struct str s, char mark, char point)
{
	struct buf b;

	buf_init(&b, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == point)
			buf_ch(&b, '.');
		else if (s.p[i] != mark)
			buf_ch(&b, s.p[i]);
	return arena_buf(a, &b);
}

static size_t last_of(struct str s, char c)
{
	size_t i = s.n;

	while (i > 0 && s.p[i - 1] != c)
		i--;
	return i; /* one behind it; 0: none */
}

bool cell_number(struct arena *a, struct str typed, struct str *out, struct err *err)
{
	struct str s = closed_up(a, typed);
	size_t comma = last_of(s, ','), point = last_of(s, '.');
	char mark = comma > point ? '.' : ',', decimal = comma > point ? ',' : '.';
	struct dec d;
	bool ok = true;

	if (comma && !point && count_of(s, ',') == 1 && s.n - comma == 3 && grouped(s, ','))
		return err_set(
			err, ERR_INPUT, NULL,
			N_("“%1” can be read in two ways. Write the number without marks "
			   "between thousands, with a point: 1250.5."),
			err_arg(typed));
	if (comma && point)
		ok = grouped(str_cut(s, (comma > point ? comma : point) - 1), mark);
	else if (count_of(s, ',') > 1 || count_of(s, '.') > 1) {
		mark = decimal;
		decimal = '\0';
		ok = grouped(s, mark);
	}
	*out = without(a, s, mark, decimal);
	if (ok && dec_parse(*out, &d))
		return true;
	return err_set(err, ERR_INPUT, NULL,
		       N_("“%1” is not a number. Write digits, with a point before the "
			  "fraction: 1250.5."),
		       err_arg(typed));
}

/* --- dates --- */

static bool small_number(struct str s, uint64_t max, uint64_t *out)
{
	return str_u64(str_from(s, s.n == 2 && s.p[0] == '0'), max, out) && *out > 0;
}

static void put_date(struct arena *a, uint64_t y, uint64_t m, uint64_t d, struct str *out)
{
	struct buf b;

	buf_init(&b, DATE_TEXT);
	buf_pad(&b, y, 4);
	buf_ch(&b, '-');
	buf_pad(&b, m, 2);
	buf_ch(&b, '-');
	buf_pad(&b, d, 2);
	*out = arena_buf(a, &b);
}

bool cell_date(struct arena *a, struct str typed, struct str *out, struct err *err)
{
	bool slashes = str_index(typed, '/') < typed.n;
	struct str rest = typed, first, second;
	uint64_t d, m, y;
	int32_t day;

	*out = typed;
	if (date_parse(typed, &day))
		return true;
	if (str_split(&rest, slashes ? '/' : '.', &first) &&
	    str_split(&rest, slashes ? '/' : '.', &second) && small_number(first, 31, &d) &&
	    small_number(second, 31, &m) && rest.n == 4 && str_u64(rest, 9999, &y)) {
		if (slashes && d <= 12 && m <= 12 && d != m)
			return err_set(err, ERR_INPUT, NULL,
				       N_("“%1” can be read in two ways: day and month. Write "
					  "2026-03-31."),
				       err_arg(typed));
		if (slashes && m > 12)
			put_date(a, y, d, m, out);
		else
			put_date(a, y, m, d, out);
		if (date_parse(*out, &day))
			return true;
	}
	return err_set(err, ERR_INPUT, NULL,
		       N_("“%1” is not a date of the calendar. Write 2026-03-31."),
		       err_arg(typed));
}

/* --- words --- */

/* The same text, letters large or small. */
bool same_word(struct str x, struct str y)
{
	size_t i = 0, k = 0;

	while (i < x.n && k < y.n) {
		uint32_t p = str_rune(x, &i), q = str_rune(y, &k);

		if (u_tolower((UChar32)p) != u_tolower((UChar32)q))
			return false;
	}
	return i == x.n && k == y.n;
}

bool cell_bool(struct str typed, bool *out, struct err *err)
{
	static const char *const words[] = { "true", "false", "yes", "no", "oui",
					     "non",  "да",    "нет", "1",  "0" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (same_word(typed, str_z(words[i]))) {
			*out = i % 2 == 0;
			return true;
		}
	return err_set(err, ERR_INPUT, NULL, N_("“%1” is neither yes nor no."), err_arg(typed));
}

struct str cell_code(const char *list, struct str typed)
{
	const struct codelist *l = codelist_named(list);

	if (codelist_find(l, typed))
		return typed;
	for (size_t i = 0; i < l->count; i++)
		for (int k = 0; k < LANG_COUNT; k++)
			if (same_word(typed, str_z(l->codes[i].name[k])))
				return str_z(l->codes[i].code);
	return typed;
}
