/* Bech32 (BIP 173) as age uses it for X25519 keys: no limit of 90 characters, no version byte.
 */
#ifndef LEDGER_BECH32_H
#define LEDGER_BECH32_H
#include "base/str.h"

/* `hrp`, "1", the 32 bytes of `key` and the checksum, in lower case. */
void bech32_write(struct buf *out, struct str hrp, const unsigned char key[32]);
/*
 * 32 bytes behind `hrp` (lower case); the text is all lower or all upper case.  False for
 * another prefix, a wrong checksum, padding that is not zero, or another length.
 */
bool bech32_read(struct str text, struct str hrp, unsigned char key[32]) MUST_USE;

#endif
