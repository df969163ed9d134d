#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void buf_done(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ 0 };
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->full = false;
}

struct str buf_str(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}

/* Room for n more bytes, or NULL once the ceiling is reached. */
static char *buf_room(struct buf *b, size_t n)
{
	if (b->full || n > b->max - b->n) {
		b->full = true;
		return NULL;
	}
	if (!b->p || b->n + n > b->cap) {
		size_t cap = b->cap ? b->cap * 2 : 256;

		while (cap < b->n + n)
			cap *= 2;
		b->p = realloc(b->p, cap);
		if (!b->p)
			abort();
		b->cap = cap;
	}
	return b->p + b->n;
}

void buf_reserve(struct buf *b, size_t n)
{
	(void)buf_room(b, n < b->max - b->n ? n : b->max - b->n);
}

void buf_add_slow(struct buf *b, struct str s)
{
	char *to = buf_room(b, s.n);

	if (to) {
		memcpy(to, s.p, s.n);
		b->n += s.n;
	}
}

void buf_z(struct buf *b, const char *z)
{
	buf_add(b, str_z(z));
}

void buf_ch_slow(struct buf *b, char c)
{
	buf_add(b, (struct str){ &c, 1 });
}

void buf_zero(struct buf *b, size_t n)
{
	char *to = buf_room(b, n);

	if (to && n) {
		memset(to, 0, n);
		b->n += n;
	}
}

void buf_rune(struct buf *b, uint32_t r)
{
	char c[4];
	size_t n = 0;

	if (r < 0x80) {
		c[n++] = (char)r;
	} else if (r < 0x800) {
		c[n++] = (char)(0xc0 | r >> 6);
		c[n++] = (char)(0x80 | (r & 0x3f));
	} else if (r < 0x10000) {
		c[n++] = (char)(0xe0 | r >> 12);
		c[n++] = (char)(0x80 | (r >> 6 & 0x3f));
		c[n++] = (char)(0x80 | (r & 0x3f));
	} else {
		c[n++] = (char)(0xf0 | r >> 18);
		c[n++] = (char)(0x80 | (r >> 12 & 0x3f));
		c[n++] = (char)(0x80 | (r >> 6 & 0x3f));
		c[n++] = (char)(0x80 | (r & 0x3f));
	}
	buf_add(b, (struct str){ c, n });
}

void buf_pad(struct buf *b, uint64_t v, unsigned width)
{
	char digits[32];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v || sizeof(digits) - at < width);
	buf_add(b, (struct str){ digits + at, sizeof(digits) - at });
}

void buf_u64(struct buf *b, uint64_t v)
{
	buf_pad(b, v, 1);
}

void buf_i64(struct buf *b, int64_t v)
{
	if (v < 0)
		buf_ch(b, '-');
	buf_u64(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void buf_hex(struct buf *b, const void *p, size_t n)
{
	const unsigned char *from = p;
	char *to = buf_room(b, n * 2);

	if (!to)
		return;
	for (size_t i = 0; i < n; i++) {
		*to++ = "0123456789abcdef"[from[i] >> 4];
		*to++ = "0123456789abcdef"[from[i] & 15];
	}
	b->n += n * 2;
}

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void buf_b64(struct buf *b, const void *p, size_t n)
{
	const unsigned char *from = p;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)from[i] << 16;
		char c[4];

		if (i + 1 < n)
			v |= (uint32_t)from[i + 1] << 8;
		if (i + 2 < n)
			v |= from[i + 2];
		c[0] = base64[v >> 18];
		c[1] = base64[v >> 12 & 63];
		c[2] = i + 1 < n ? base64[v >> 6 & 63] : '=';
		c[3] = i + 2 < n ? base64[v & 63] : '=';
		buf_add(b, (struct str){ c, 4 });
	}
}

/* One more than a lower-case hex digit stands for; 0 for what is none. */
static const unsigned char hex_digits[256] = {
	['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ['a'] = 11, 12, 13, 14, 15, 16,
};

bool hex_decode(struct str s, void *out, size_t n)
{
	unsigned char *to = out;

	if (s.n != n * 2)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned high = hex_digits[(unsigned char)s.p[2 * i]],
			 low = hex_digits[(unsigned char)s.p[2 * i + 1]];

		if (!high || !low)
			return false;
		to[i] = (unsigned char)((high - 1) << 4 | (low - 1));
	}
	return true;
}

/* The six bits a base64 character stands for, or -1. */
static int b64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* The first `chars` of the four characters at `p`; false when one is none, or what stands
 * behind the last whole byte is not zero. */
static bool b64_quad(const char *p, size_t chars, uint32_t *out)
{
	uint32_t v = 0;

	for (size_t k = 0; k < 4; k++) {
		int d = k < chars ? b64_digit(p[k]) : 0;

		if (d < 0)
			return false;
		v = v << 6 | (uint32_t)d;
	}
	*out = v;
	return !((chars == 3 && (v & 0xff)) || (chars == 2 && (v & 0xffff)));
}

bool b64_decode(struct str s, void *out, size_t cap, size_t *n)
{
	unsigned char *to = out;
	size_t pad = 0, at = 0;

	if (s.n % 4 != 0)
		return false;
	while (pad < 2 && pad < s.n && s.p[s.n - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < s.n; i += 4) {
		size_t chars = i + 4 == s.n ? 4 - pad : 4;
		uint32_t v;

		if (!b64_quad(s.p + i, chars, &v))
			return false;
		for (size_t k = 0; k + 1 < chars; k++) {
			if (at == cap)
				return false;
			to[at++] = (unsigned char)(v >> (16 - 8 * k));
		}
	}
	*n = at;
	return true;
}
