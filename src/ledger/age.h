/*
 * age v1 files for X25519 recipients (https://age-encryption.org/v1): how sealed bodies travel
 * (LEDGER.md 12.2).  `age -d -i keys/seal.txt` opens what this writes, and this opens what
 * `age -r` writes.
 *
 * The reader is as strict as the specification asks: canonical base64, exact stanza arguments
 * and lengths, no point of small order, the header's MAC before anything of the payload, every
 * chunk whole and in its place, nothing after the last.
 */
#ifndef LEDGER_AGE_H
#define LEDGER_AGE_H
#include "base/err.h"
#include "base/str.h"

enum { AGE_SECRET = 32, AGE_CHUNK = 64 << 10 };

struct age_chance {
	void (*random)(void *ctx, void *out, size_t n);
	void *ctx;
};
/*
 * Append the file of `plain` for these recipients ("age1…").  It is made of what `chance` gives
 * and nothing else: the same chance gives the same bytes, and must never serve two plain texts.
 * ERR_INPUT: no recipient, one that is none, or a file that passes out's ceiling.
 */
bool age_seal(struct str plain, const struct str *recipients, size_t n,
	      const struct age_chance *chance, struct buf *out, struct err *err) MUST_USE;
/* Append what is inside; ERR_DENIED when it is not for this key, ERR_INPUT when it is hurt or
 * passes out's ceiling: then `out` is as it was. */
bool age_open(struct str file, const unsigned char secret[AGE_SECRET], struct buf *out,
	      struct err *err) MUST_USE;

#endif
