#include "register/ustar.h"

#include <assert.h>
#include <string.h>

/* Offsets of the header's fields. */
enum {
	MODE = 100,
	UID = 108,
	GID = 116,
	SIZE = 124,
	MTIME = 136,
	SUM = 148,
	TYPE = 156,
	MAGIC = 257
};

/* `digits` octal digits, zeros in front. */
static void put_octal(unsigned char *to, uint64_t v, int digits)
{
	for (int i = digits - 1; i >= 0; i--, v >>= 3)
		to[i] = (unsigned char)('0' + (v & 7));
}

void ustar_header(unsigned char block[USTAR_BLOCK], struct str name, uint64_t size,
		  unsigned mode)
{
	unsigned sum = 0;

	assert(name.n > 0 && name.n <= USTAR_NAME_MAX && size <= USTAR_SIZE_MAX);
	memset(block, 0, USTAR_BLOCK);
	memcpy(block, name.p, name.n);
	put_octal(block + MODE, mode, 7);
	put_octal(block + UID, 0, 7);
	put_octal(block + GID, 0, 7);
	put_octal(block + SIZE, size, 11);
	put_octal(block + MTIME, 0, 11);
	block[TYPE] = '0';
	memcpy(block + MAGIC, "ustar\00000", 8);
	memset(block + SUM, ' ', 8);
	for (int i = 0; i < USTAR_BLOCK; i++)
		sum += block[i];
	put_octal(block + SUM, sum, 6);
	block[SUM + 6] = '\0';
}

static bool get_octal(const unsigned char *from, int digits, uint64_t *out)
{
	*out = 0;
	for (int i = 0; i < digits; i++) {
		if (from[i] < '0' || from[i] > '7')
			return false;
		*out = *out << 3 | (unsigned)(from[i] - '0');
	}
	return true;
}

bool ustar_parse(const unsigned char block[USTAR_BLOCK], unsigned mode, struct str *name,
		 uint64_t *size)
{
	unsigned char again[USTAR_BLOCK];
	const unsigned char *end = memchr(block, 0, USTAR_NAME_MAX);

	*name = str_of(block, end ? (size_t)(end - block) : USTAR_NAME_MAX);
	if (name->n == 0 || !get_octal(block + SIZE, 11, size))
		return false;
	ustar_header(again, *name, *size, mode);
	return memcmp(again, block, USTAR_BLOCK) == 0;
}
