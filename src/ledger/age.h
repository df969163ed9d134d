/*
 * age v1 files for X25519 recipients (https://age-encryption.org/v1): how sealed bodies travel
 * (LEDGER.md 12.2).  `age -d -i keys/seal.txt` opens what this writes, and this opens what
 * `age -r` writes.
 */
#ifndef LEDGER_AGE_H
#define LEDGER_AGE_H
#include "base/err.h"
#include "base/str.h"

struct age_chance {
	void (*random)(void *ctx, void *out, size_t n);
	void *ctx;
};
/* Append the file of `plain` for these recipients ("age1…"). */
bool age_seal(struct str plain, const struct str *recipients, size_t n,
	      const struct age_chance *chance, struct buf *out, struct err *err) MUST_USE;
/* Append what is inside; ERR_DENIED when it is not for this key, ERR_INPUT when it is hurt. */
bool age_open(struct str file, const unsigned char secret[32], struct buf *out,
	      struct err *err) MUST_USE;

#endif
