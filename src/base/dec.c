#include "base/dec.h"

#include <assert.h>
#include <string.h>

#define MILLION ((int128)1000000)

/* 10^21 - 1 and six nines after the point. */
static int128 dec_limit(void)
{
	return (int128)1000000000 * 1000000000 * 1000 * MILLION - 1;
}

static bool in_range(int128 micro)
{
	return micro <= dec_limit() && micro >= -dec_limit();
}

unsigned dec_places(struct str s)
{
	size_t point = str_index(s, '.');

	return point < s.n ? (unsigned)(s.n - point - 1) : 0;
}

static const uint64_t powers[DEC_PLACES + 1] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };

/* A word holds so many digits, those after the point, and one more. */
enum { LOW_DIGITS = 12 };

/* The digits of `s` as a number after `v`; false when one is none. */
static bool more_digits(struct str s, uint64_t *v)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned char)s.p[i] - (unsigned)'0';

		if (d > 9)
			return false;
		*v = *v * 10 + d;
	}
	return true;
}

bool dec_parse(struct str s, struct dec *out)
{
	bool negative = s.n && s.p[0] == '-';
	struct str digits = str_from(s, negative), whole, places;
	uint64_t high = 0, low = 0;
	size_t point = 0, top;
	int128 v;

	while (point < digits.n && digits.p[point] != '.')
		point++;
	if (point == 0 || point > 21 || (point > 1 && digits.p[0] == '0'))
		return false;
	whole = str_cut(digits, point);
	places = str_from(digits, point + 1);
	if ((point < digits.n && places.n == 0) || places.n > DEC_PLACES)
		return false;
	top = point > LOW_DIGITS ? point - LOW_DIGITS : 0;
	if (!more_digits(str_cut(whole, top), &high) ||
	    !more_digits(str_from(whole, top), &low) || !more_digits(places, &low))
		return false;
	low *= powers[DEC_PLACES - places.n];
	v = (int128)high * (int64_t)1000000000000 * MILLION + low;
	if (negative && v == 0)
		return false;
	out->micro = negative ? -v : v;
	return true;
}

struct dec dec_int(int64_t v)
{
	return (struct dec){ v * MILLION };
}

void dec_write(struct buf *b, struct dec d, unsigned places)
{
	char text[DEC_TEXT];

	buf_z(b, dec_text(text, d, places));
}

/* The digits of a whole number, the last first; how many. */
static size_t digits_of(char reversed[40], int128 whole)
{
	size_t n = 0;
	uint64_t rest;

	for (; whole > INT64_MAX; whole /= 10) /* slow: of 128 bits */
		reversed[n++] = (char)('0' + (int)(whole % 10));
	rest = (uint64_t)whole;
	do {
		reversed[n++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	return n;
}

const char *dec_text(char text[DEC_TEXT], struct dec d, unsigned places)
{
	int128 v = d.micro < 0 ? -d.micro : d.micro;
	bool small = v <= INT64_MAX;
	int128 whole = small ? (int64_t)v / 1000000 : v / MILLION;
	unsigned part = (unsigned)(small ? (int64_t)v % 1000000 : v % MILLION);
	unsigned shown = DEC_PLACES;
	char reversed[40];
	size_t n = digits_of(reversed, whole), at = 0;

	assert(places <= DEC_PLACES);
	if (d.micro < 0)
		text[at++] = '-';
	while (n)
		text[at++] = reversed[--n];
	while (shown > places && part % 10 == 0) {
		part /= 10;
		shown--;
	}
	if (shown) {
		text[at] = '.';
		for (unsigned i = shown; i > 0; i--, part /= 10)
			text[at + i] = (char)('0' + part % 10);
		at += shown + 1;
	}
	text[at] = '\0';
	return text;
}

bool dec_add(struct dec a, struct dec b, struct dec *out)
{
	out->micro = a.micro + b.micro; /* both are far from the ends of int128 */
	return in_range(out->micro);
}

bool dec_sub(struct dec a, struct dec b, struct dec *out)
{
	return dec_add(a, dec_neg(b), out);
}

/*
 * a * b / c for magnitudes below 2^91: the product needs up to 182 bits, so it is
 * built and divided bit by bit as (high, low).
 */
static bool mul_div(int128 a, int128 b, int128 c, int128 *quotient, int128 *rest)
{
	int128 q = 0, r = 0;

	for (int bit = 126; bit >= 0; bit--) {
		/* q, r: a's leading bits times b, divided by c */
		if (q > ((int128)1 << 125))
			return false;
		q *= 2;
		r *= 2;
		if (a >> bit & 1) {
			q += b / c;
			r += b % c;
		}
		q += r / c;
		r %= c;
	}
	*quotient = q;
	*rest = r;
	return true;
}

bool dec_ratio(struct dec a, struct dec b, struct dec c, unsigned places, struct dec *out)
{
	bool negative = (a.micro < 0) != (b.micro < 0);
	int128 x = a.micro < 0 ? -a.micro : a.micro, y = b.micro < 0 ? -b.micro : b.micro;
	int128 z = c.micro < 0 ? -c.micro : c.micro, step = 1, q, r;

	assert(z != 0 && places <= DEC_PLACES);
	if (c.micro < 0)
		negative = !negative;
	for (unsigned i = places; i < DEC_PLACES; i++)
		step *= 10;
	/* divide by z * step, then round: the quotient counts units of the last place */
	if (z > (((int128)1 << 124) / step) || !mul_div(x, y, z * step, &q, &r))
		return false;
	if (r * 2 >= z * step)
		q += 1;
	if (q > dec_limit() / step)
		return false;
	out->micro = (negative ? -q : q) * step;
	return in_range(out->micro);
}

int dec_cmp(struct dec a, struct dec b)
{
	return a.micro < b.micro ? -1 : a.micro > b.micro;
}

struct dec dec_neg(struct dec a)
{
	return (struct dec){ -a.micro };
}
