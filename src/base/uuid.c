#include "base/uuid.h"

#include <endian.h>
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

/* The eight digits of four bytes: each half of a byte in a byte of its own, all at once. */
static void put_hex(char *to, const unsigned char *four)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t d;
	uint32_t word;

	memcpy(&word, four, sizeof(word));
	d = be32toh(word);
	d = (d | d << 16) & UINT64_C(0x0000ffff0000ffff);
	d = (d | d << 8) & UINT64_C(0x00ff00ff00ff00ff);
	d = (d | d << 4) & ones * 15;
	d += ones * '0' + ((d + ones * 6) >> 4 & ones) * ('a' - '9' - 1);
	d = htobe64(d);
	memcpy(to, &d, sizeof(d));
}

const char *uuid_make(char text[UUID_TEXT], int64_t unix_ms, const unsigned char random[10])
{
	uint64_t head = htobe64((uint64_t)unix_ms << 16);
	unsigned char b[16];
	char hex[32];

	memcpy(b, &head, 6);
	memcpy(b + 6, random, 10);
	b[6] = (unsigned char)(0x70 | (b[6] & 0x0f));
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
	for (int i = 0; i < 4; i++)
		put_hex(hex + i * 8, b + i * 4);
	memset(text, '-', UUID_TEXT - 1);
	memcpy(text, hex, 8);
	memcpy(text + 9, hex + 8, 4);
	memcpy(text + 14, hex + 12, 4);
	memcpy(text + 19, hex + 16, 4);
	memcpy(text + 24, hex + 20, 12);
	text[UUID_TEXT - 1] = '\0';
	return text;
}
