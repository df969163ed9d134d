#include "base/uuid.h"

#include <string.h>

static bool hex(char c)
{
	return (unsigned char)(c - '0') < 10 || (unsigned char)(c - 'a') < 6;
}

bool uuid_valid(struct str s)
{
	const uint64_t dashes =
		UINT64_C(1) << 8 | UINT64_C(1) << 13 | UINT64_C(1) << 18 | UINT64_C(1) << 23;

	if (s.n != 36 || s.p[14] != '7' || !memchr("89ab", s.p[19], 4))
		return false;
	for (size_t i = 0; i < 36; i++)
		if (dashes >> i & 1 ? s.p[i] != '-' : !hex(s.p[i]))
			return false;
	return true;
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
