/*
 * POSIX ustar (IEEE Std 1003.1) in the closed profile of LEDGER.md 9: regular files alone,
 * no owner, no time, names of at most 100 bytes, zero padding, two zero blocks at the end
 * and nothing after them.  `tar xf` reads what this writes.
 */
#ifndef REGISTER_USTAR_H
#define REGISTER_USTAR_H
#include "base/str.h"

enum { USTAR_BLOCK = 512, USTAR_NAME_MAX = 100 };
#define USTAR_SIZE_MAX ((UINT64_C(1) << 33) - 1)

/* `mode` is 0644 in a pouch, 0600 in a backup. */
void ustar_header(unsigned char block[USTAR_BLOCK], struct str name, uint64_t size,
		  unsigned mode);
/* Strict: writing the name and size found gives the same block.  The name borrows from it. */
bool ustar_parse(const unsigned char block[USTAR_BLOCK], unsigned mode, struct str *name,
		 uint64_t *size) MUST_USE;
/* Zero bytes between a member of this size and the next block. */
static inline size_t ustar_padding(uint64_t size)
{
	return (size_t)((USTAR_BLOCK - size % USTAR_BLOCK) % USTAR_BLOCK);
}

#endif
