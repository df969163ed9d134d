#include "base/uuid.h"

#include <string.h>

/*
 * Whether eight bytes are all hex digits, at once: a byte of a sum has its top bit when it has
 * passed a bound.  No sum carries into the next byte, for all are below 128 first.
 */
static bool hex8(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t w, digit, letter;

	memcpy(&w, p, sizeof(w));
	if (w & tops)
		return false;
	digit = (w + ones * (128 - '0')) & ~(w + ones * (127 - '9'));
	letter = (w + ones * (128 - 'a')) & ~(w + ones * (127 - 'f'));
	return ((digit | letter) & tops) == tops;
}

bool uuid_valid(struct str s)
{
	const char *p = s.p;
	char middle[8], node[8];

	if (s.n != 36 || p[8] != '-' || p[13] != '-' || p[18] != '-' || p[23] != '-' ||
	    p[14] != '7' || (p[19] != '8' && p[19] != '9' && p[19] != 'a' && p[19] != 'b'))
		return false;
	memcpy(middle, p + 9, 4);
	memcpy(middle + 4, p + 14, 4);
	memcpy(node, p + 19, 4);
	memcpy(node + 4, p + 24, 4);
	return hex8(p) && hex8(middle) && hex8(node) && hex8(p + 28);
}

const char *uuid_make(char text[UUID_TEXT], int64_t unix_ms, const unsigned char random[10])
{
	unsigned char b[16];
	size_t at = 0;

	for (int i = 0; i < 6; i++)
		b[i] = (unsigned char)(unix_ms >> (40 - 8 * i));
	memcpy(b + 6, random, 10);
	b[6] = (unsigned char)(0x70 | (b[6] & 0x0f));
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[at++] = '-';
		text[at++] = "0123456789abcdef"[b[i] >> 4];
		text[at++] = "0123456789abcdef"[b[i] & 15];
	}
	text[at] = '\0';
	return text;
}
