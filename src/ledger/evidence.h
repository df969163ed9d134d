/* Evidence of a fork (LEDGER.md 11): two signed heads of one ledger that no one tree has. */
#ifndef LEDGER_EVIDENCE_H
#define LEDGER_EVIDENCE_H
#include "ledger/note.h"
#include "wire/json.h"

/*
 * Whether {"a","b","h","proof"} shows that the holder of `log` signed two histories of the
 * ledger the key is named after.  Needs nothing but the key; false says why it does not.
 */
bool evidence_check(const struct json *evidence, const struct vkey *log,
		    struct err *err) MUST_USE;

#endif
