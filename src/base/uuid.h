/* UUID version 7 (RFC 9562 section 5.7) in lower-case canonical text: the id of every record.
 */
#ifndef BASE_UUID_H
#define BASE_UUID_H
#include "base/str.h"

enum { UUID_TEXT = 37 };

/* Canonical lower-case text of a version 7, variant 10 UUID. */
bool uuid_valid(struct str s);
/*
 * From milliseconds since 1970 and 10 random bytes.  Time and randomness are the
 * caller's, so that a test can fix both.
 */
const char *uuid_make(char text[UUID_TEXT], int64_t unix_ms, const unsigned char random[10]);

#endif
