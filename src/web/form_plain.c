#include "web/form.h"

#include <string.h>

struct str plain_text(struct arena *a, struct str typed, bool lines)
{
	char *to = arena_alloc(a, typed.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < typed.n; i++) {
		unsigned char c = (unsigned char)typed.p[i];

		if (c == '\r' && i + 1 < typed.n && typed.p[i + 1] == '\n')
			continue;
		if (c == '\r' || c == '\n')
			to[n++] = lines ? '\n' : ' ';
		else if (c == '\t')
			to[n++] = ' ';
		else if (c >= 0x20 && c != 0x7f)
			to[n++] = (char)c;
	}
	return str_trim((struct str){ to, n });
}

/* Length of a blank that groups digits: plain, no-break, thin, narrow no-break; else 0. */
static size_t group_blank(struct str s)
{
	static const char *const blanks[] = { " ", "\u00a0", "\u2009", "\u202f" };

	for (size_t i = 0; i < sizeof(blanks) / sizeof(*blanks); i++)
		if (str_starts(s, str_z(blanks[i])))
			return strlen(blanks[i]);
	return 0;
}

/* "1,234,567" and "1,234.50": groups of three after each comma. */
static bool comma_groups(struct str s)
{
	size_t at = str_index(s, ','), point = str_index(s, '.');

	if (at == s.n || at == 0)
		return false;
	for (; at < point; at += 4) {
		if (s.p[at] != ',' || at + 4 > point)
			return false;
		for (size_t i = at + 1; i < at + 4; i++)
			if (s.p[i] < '0' || s.p[i] > '9')
				return false;
	}
	return true;
}

/* Without grouping blanks and percent sign, with ASCII's minus. */
static struct str closed_up(struct arena *a, struct str typed)
{
	struct buf b;

	buf_init(&b, typed.n + 1);
	while (typed.n > 0) {
		size_t n = group_blank(typed);

		if (n == 0 && str_starts(typed, S("\u2212"))) {
			buf_ch(&b, '-');
			n = S("\u2212").n;
		} else if (n == 0) {
			buf_ch(&b, typed.p[0]);
			n = 1;
		}
		typed = str_from(typed, n);
	}
	if (str_ends(buf_str(&b), S("%")))
		b.n--;
	return arena_buf(a, &b);
}

struct str plain_number(struct arena *a, struct str typed, enum lang lang)
{
	struct str s = closed_up(a, typed);
	struct buf b;
	struct dec d;

	if (lang == LANG_EN && str_index(s, ',') < s.n && !comma_groups(s))
		return typed;
	buf_init(&b, s.n + 1);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ',')
			buf_ch(&b, s.p[i]);
		else if (lang != LANG_EN)
			buf_ch(&b, '.');
	s = arena_buf(a, &b);
	return dec_parse(s, &d) ? s : typed;
}

/* A day or month of one or two digits. */
static bool short_number(struct str s, uint64_t max, uint64_t *out)
{
	if (s.n == 2 && s.p[0] == '0')
		s = str_from(s, 1);
	return str_u64(s, max, out);
}

struct str plain_date(struct arena *a, struct str typed, enum lang lang)
{
	char mark = str_index(typed, '/') < typed.n ? '/' : '.';
	struct str rest = typed, day, month;
	uint64_t d, m, y;
	struct buf b;

	if (lang == LANG_EN || !str_split(&rest, mark, &day) || !str_split(&rest, mark, &month))
		return typed;
	if (!short_number(day, 31, &d) || !short_number(month, 12, &m) ||
	    !str_u64(rest, 9999, &y))
		return typed;
	buf_init(&b, DATE_TEXT);
	buf_pad(&b, y, 4);
	buf_ch(&b, '-');
	buf_pad(&b, m, 2);
	buf_ch(&b, '-');
	buf_pad(&b, d, 2);
	return arena_buf(a, &b);
}

static const char name_dot[] = " · ";

/* What follows the last " · ", where a suggestion has its code. */
static struct str after_dot(struct str s)
{
	struct str dot = str_z(name_dot);

	for (;;) {
		size_t at = str_find(s, dot);

		if (at == s.n)
			return s;
		s = str_from(s, at + dot.n);
	}
}

struct str plain_code(const char *list, struct str typed)
{
	const struct codelist *l = codelist_named(list);
	struct str tail = after_dot(typed);

	if (codelist_find(l, typed))
		return typed;
	if (codelist_find(l, tail))
		return tail;
	for (size_t i = 0; i < l->count; i++)
		for (int k = 0; k < LANG_COUNT; k++)
			if (l->codes[i].name[k] && str_is(typed, l->codes[i].name[k]))
				return str_z(l->codes[i].code);
	return typed;
}

struct str form_code(struct arena *a, const char *list, struct str code, enum lang lang)
{
	if (str_is(str_z(list), "Currency") || !codelist_find(codelist_named(list), code))
		return code;
	return arena_join(a, code_name(list, code, lang), arena_join(a, str_z(name_dot), code));
}

/* A decimal with the language's sign, not grouped: as it is comfortable to correct. */
static struct str number_box(struct arena *a, struct str s, enum lang lang)
{
	struct dec d;
	size_t point = str_index(s, '.');
	char *copy;

	if (lang == LANG_EN || point == s.n || !dec_parse(s, &d))
		return s;
	copy = arena_z(a, s);
	copy[point] = ',';
	return (struct str){ copy, s.n };
}

static bool is_long(const char *list)
{
	return codelist_named(list)->count > FORM_MENU_MAX;
}

/* The text of a value that stands alone; "" of anything else. */
static struct str scalar(const struct json *value)
{
	return value && value->type == JSON_STR ? value->str : S("");
}

struct str form_box(struct arena *a, const struct field *f, const struct json *value,
		    const char *sub, enum lang lang)
{
	struct str s = sub ? json_str(value, sub) : scalar(value);
	int64_t size;

	switch (f->kind) {
	case DECIMAL:
	case PERCENT:
	case COORD: return number_box(a, s, lang);
	case MONEY:
	case QUANTITY: return sub && str_is(S("amount"), sub) ? number_box(a, s, lang) : s;
	case CODE: return is_long(f->list) ? form_code(a, f->list, s, lang) : s;
	case BOOL:
		if (value && value->type == JSON_BOOL)
			return value->num ? S("yes") : S("no");
		return s;
	case FILE_REF:
		if (sub && str_is(S("size"), sub) && json_int(value, sub, &size) && size >= 0)
			return arena_str(a, str_z(err_num((uint64_t)size)));
		return s;
	case TEXT:
	case MTEXT:
	case DATE:
	case REF:
	case PARTS:
	case FIELD_KIND_COUNT: break;
	}
	return s;
}
