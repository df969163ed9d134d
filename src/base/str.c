#include "base/str.h"

#include <endian.h>
#include <string.h>

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c != 0)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number that begins at *at; *at then stands behind it. */
static uint64_t digits(struct str s, size_t *at)
{
	uint64_t n = 0;

	for (; *at < s.n && is_digit(s.p[*at]); ++*at)
		n = n < UINT32_MAX ? n * 10 + (uint64_t)(s.p[*at] - '0') : n;
	return n;
}

int str_cmp_numbers(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	while (i < a.n && k < b.n) {
		bool number = is_digit(a.p[i]) && is_digit(b.p[k]);
		uint64_t m = number ? digits(a, &i) : (unsigned char)a.p[i++];
		uint64_t n = number ? digits(b, &k) : (unsigned char)b.p[k++];

		if (m != n)
			return m < n ? -1 : 1;
	}
	if (i == a.n && k == b.n)
		return 0;
	return i < a.n ? 1 : -1;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_cut(s, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_from(s, s.n - suffix.n), suffix);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct str str_cut_whole(struct str s, size_t n)
{
	if (s.n <= n)
		return s;
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_cut(s, n);
}

struct str str_trim(struct str s)
{
	while (s.n && is_space(s.p[0]))
		s = str_from(s, 1);
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

size_t str_index(struct str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

bool str_split(struct str *s, char sep, struct str *head)
{
	size_t at;

	if (!s->p)
		return false;
	at = str_index(*s, sep);
	*head = str_cut(*s, at);
	*s = at < s->n ? str_from(*s, at + 1) : (struct str){ NULL, 0 };
	return true;
}

size_t str_find(struct str s, struct str needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	at = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
	return at ? (size_t)(at - s.p) : s.n;
}

bool str_u64(struct str s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > 20 || (s.n > 1 && s.p[0] == '0'))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)(s.p[i] - '0');

		if (s.p[i] < '0' || s.p[i] > '9' || v > (max - d) / 10 || d > max)
			return false;
		v = v * 10 + d;
	}
	*out = v;
	return true;
}

/* Length of the well-formed sequence at p (n bytes left), 0 when there is none. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		len = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		len = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (n < len || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

/* Where the ASCII from byte `i` on ends; eight bytes at a time. */
static inline size_t ascii_end(const unsigned char *p, size_t i, size_t n)
{
	for (uint64_t word; n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		word = le64toh(word) & UINT64_C(0x8080808080808080);
		if (word)
			return i + (size_t)__builtin_ctzll(word) / 8;
	}
	while (i < n && p[i] < 0x80)
		i++;
	return i;
}

bool str_utf8(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = ascii_end(p, 0, s.n);

	while (i < s.n) {
		/* Two bytes are most of what is not ASCII: Cyrillic, accents. */
		if (p[i] >= 0xc2 && p[i] <= 0xdf && s.n - i > 1 && (p[i + 1] & 0xc0) == 0x80) {
			i += 2;
		} else {
			size_t len = utf8_length(p + i, s.n - i);

			if (len == 0)
				return false;
			i += len;
		}
		if (i < s.n && p[i] < 0x80)
			i = ascii_end(p, i, s.n);
	}
	return true;
}

uint32_t str_rune(struct str s, size_t *at)
{
	const unsigned char *p = (const unsigned char *)s.p + *at;

	if (p[0] >= 0xc2 && p[0] <= 0xdf && s.n - *at > 1) {
		*at += 2;
		return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
	}
	switch (utf8_length(p, s.n - *at)) {
	case 3:
		*at += 3;
		return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 |
		       (p[2] & 0x3f);
	case 4:
		*at += 4;
		return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
		       (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
	default: *at += 1; return p[0];
	}
}

size_t str_runes(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

size_t str_sequence(struct str s, size_t at)
{
	return utf8_length((const unsigned char *)s.p + at, s.n - at);
}
