#include "base/uuid.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifdef __SSE2__
/* Of sixteen bytes, a bit for each that is a lower-case hex digit, and for each hyphen. */
static inline void sixteen(const char *p, unsigned *hex, unsigned *hyphen)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i digit = _mm_sub_epi8(v, _mm_set1_epi8('0')),
		letter = _mm_sub_epi8(v, _mm_set1_epi8('a'));

	digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
	letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter);
	*hex = (unsigned)_mm_movemask_epi8(_mm_or_si128(digit, letter));
	*hyphen = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('-')));
}

/* Hyphens behind 8, 12, 16 and 20 digits, and nothing but digits else. */
static bool well_formed(const char *p)
{
	enum { FIRST = 1 << 8 | 1 << 13, SECOND = 1 << 2 | 1 << 7, LAST = 1 << 3 };
	unsigned hex[3], hyphen[3];

	sixteen(p, &hex[0], &hyphen[0]);
	sixteen(p + 16, &hex[1], &hyphen[1]);
	sixteen(p + 20, &hex[2], &hyphen[2]);
	return hyphen[0] == FIRST && hyphen[1] == SECOND && hyphen[2] == LAST &&
	       (hex[0] | FIRST) == 0xffff && (hex[1] | SECOND) == 0xffff &&
	       (hex[2] | LAST) == 0xffff;
}
#else
static bool well_formed(const char *p)
{
	for (int i = 0; i < UUID_TEXT - 1; i++) {
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (hyphen ? p[i] != '-'
			   : !((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'a' && p[i] <= 'f')))
			return false;
	}
	return true;
}
#endif

bool uuid_valid(struct str s)
{
	return s.n == UUID_TEXT - 1 && s.p[14] == '7' &&
	       (s.p[19] == '8' || s.p[19] == '9' || s.p[19] == 'a' || s.p[19] == 'b') &&
	       well_formed(s.p);
}

/* Two digits for each byte, the hyphens between. */
static char *put_hex(char *to, const unsigned char *b, int n)
{
	for (int i = 0; i < n; i++) {
		*to++ = "0123456789abcdef"[b[i] >> 4];
		*to++ = "0123456789abcdef"[b[i] & 15];
	}
	return to;
}

const char *uuid_make(char text[UUID_TEXT], int64_t unix_ms, const unsigned char random[10])
{
	static const unsigned char groups[] = { 4, 2, 2, 2, 6 };
	unsigned char b[16], *from = b;
	char *to = text;

	for (int i = 0; i < 6; i++)
		b[i] = (unsigned char)(unix_ms >> (40 - 8 * i));
	memcpy(b + 6, random, 10);
	b[6] = (unsigned char)(0x70 | (b[6] & 0x0f));
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
	for (size_t i = 0; i < sizeof(groups); i++) {
		to = put_hex(to, from, groups[i]);
		from += groups[i];
		*to++ = '-';
	}
	to[-1] = '\0';
	return text;
}
