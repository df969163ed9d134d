#include "base/date.h"
#include "wire/xlsx_in_inside.h"

/* --- formats --- */

bool xlsx_format_dated(uint32_t id)
{
	return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
	       (id >= 50 && id <= 54) || id == 57 || id == 58;
}

/* What stands in quotes, brackets or behind an escape says nothing. */
static struct str skip_quoted(struct str code)
{
	char close = code.p[0] == '"' ? '"' : code.p[0] == '[' ? ']' : '\0';

	if (code.p[0] == '\\' || code.p[0] == '_' || code.p[0] == '*')
		return str_from(code, 2);
	return close ? str_from(code, str_index(str_from(code, 1), close) + 2)
		     : str_from(code, 1);
}

bool xlsx_code_dated(struct str code)
{
	while (code.n) {
		char c = (char)(code.p[0] | 32);

		if (c == 'y' || c == 'd')
			return true;
		code = skip_quoted(code);
	}
	return false;
}

/* --- decimals --- */

enum { DIGITS_MAX = 400, KEPT = 15, EXPONENT_MAX = 300 };

struct decimal {
	bool negative;
	char digits[DIGITS_MAX];
	int n;     /* digits, without zeros before the first */
	int point; /* how many of them stand before the point; may be negative or more than n */
};

static bool read_exponent(struct str s, int *out)
{
	bool negative = s.n && s.p[0] == '-';
	uint64_t v;

	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		s = str_from(s, 1);
	while (s.n > 1 && s.p[0] == '0')
		s = str_from(s, 1);
	if (!str_u64(s, EXPONENT_MAX, &v))
		return false;
	*out = negative ? -(int)v : (int)v;
	return true;
}

/* "-1.25E+3" */
static bool read_decimal(struct str raw, struct decimal *d)
{
	size_t e = str_index(raw, 'E') < raw.n ? str_index(raw, 'E') : str_index(raw, 'e');
	struct str digits = str_cut(raw, e);
	bool point = false, any = false;
	int exponent = 0;

	*d = (struct decimal){ .negative = raw.n && raw.p[0] == '-' };
	for (size_t i = d->negative; i < digits.n; i++) {
		char c = digits.p[i];

		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (c < '0' || c > '9' || d->n == DIGITS_MAX)
			return false;
		any = true;
		d->point += !point && (d->n || c != '0');
		d->point -= point && !d->n && c == '0';
		if (d->n || c != '0')
			d->digits[d->n++] = c;
	}
	if (!any || (e < raw.n && !read_exponent(str_from(raw, e + 1), &exponent)))
		return false;
	d->point += exponent;
	return true;
}

/* To the digits that a spreadsheet keeps; half away from zero. */
static void round_off(struct decimal *d)
{
	int i = KEPT;

	if (d->n > KEPT) {
		bool up = d->digits[KEPT] >= '5';

		d->n = KEPT;
		while (up && i > 0) {
			up = d->digits[i - 1] == '9';
			d->digits[i - 1] = up ? '0' : (char)(d->digits[i - 1] + 1);
			i--;
		}
		if (up) {
			d->digits[0] = '1';
			d->point++;
		}
	}
	while (d->n && d->digits[d->n - 1] == '0')
		d->n--;
}

static struct str decimal_text(struct arena *a, const struct decimal *d)
{
	struct buf b;

	buf_init(&b, 1024);
	if (d->negative && d->n)
		buf_ch(&b, '-');
	if (d->point <= 0)
		buf_ch(&b, '0');
	for (int i = 0; i < d->point; i++)
		buf_ch(&b, i < d->n ? d->digits[i] : '0');
	if (d->n && d->n > d->point) {
		buf_ch(&b, '.');
		for (int i = d->point; i < 0; i++)
			buf_ch(&b, '0');
		for (int i = d->point > 0 ? d->point : 0; i < d->n; i++)
			buf_ch(&b, d->digits[i]);
	}
	return arena_buf(a, &b);
}

/* --- days --- */

enum {
	FIRST_1900 = -25568, /* 1899-12-31, so that 1 is 1900-01-01 … */
	LEAP_1900 = 60,      /* … until the 29th of February 1900, which was none */
	FIRST_1904 = -24107, /* 1904-01-01 is 0 */
	LAST_DAY = 2958465,  /* 9999-12-31 */
	DAY_SECONDS = 86400
};

/* Seconds of the fraction of a day, of its first nine digits. */
static int64_t seconds_of(const struct decimal *d)
{
	int64_t v = 0;

	for (int i = d->point, k = 0; k < 9; i++, k++)
		v = v * 10 + (i >= 0 && i < d->n ? d->digits[i] - '0' : 0);
	return (v * DAY_SECONDS + 500000000) / 1000000000;
}

static bool read_day(const struct decimal *d, struct xlsx_number n, int32_t *day)
{
	int64_t serial = 0;

	if (d->negative || d->point > 7)
		return false;
	for (int i = 0; i < d->point; i++)
		serial = serial * 10 + (i < d->n ? d->digits[i] - '0' : 0);
	if (serial > LAST_DAY || (!n.from_1904 && (serial == 0 || serial == LEAP_1900)))
		return false;
	*day = n.from_1904 ? FIRST_1904 + (int32_t)serial
			   : FIRST_1900 + (int32_t)serial - (serial > LEAP_1900);
	return true;
}

static void put_two(struct buf *b, int64_t v)
{
	buf_pad(b, (uint64_t)v, 2);
}

static struct str day_text(struct arena *a, int32_t day, int64_t seconds)
{
	char text[DATE_TEXT];
	struct buf b;

	buf_init(&b, 64);
	buf_z(&b, date_text(text, day));
	if (seconds) {
		buf_ch(&b, ' ');
		put_two(&b, seconds / 3600);
		buf_ch(&b, ':');
		put_two(&b, seconds / 60 % 60);
		buf_ch(&b, ':');
		put_two(&b, seconds % 60);
	}
	return arena_buf(a, &b);
}

struct str xlsx_number_text(struct arena *a, struct str raw, struct xlsx_number n)
{
	struct decimal d;
	int64_t seconds;
	int32_t day;

	if (!read_decimal(raw, &d))
		return arena_str(a, raw);
	round_off(&d);
	if (!n.dated || !read_day(&d, n, &day))
		return decimal_text(a, &d);
	seconds = seconds_of(&d);
	return day_text(a, day + (seconds == DAY_SECONDS), seconds % DAY_SECONDS);
}
