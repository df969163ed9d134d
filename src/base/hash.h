/* SHA-256 (FIPS 180-4), over OpenSSL with one fetched method per process. */
#ifndef BASE_HASH_H
#define BASE_HASH_H
#include "base/str.h"

enum { HASH_SIZE = 32 };

struct hash {
	unsigned char b[HASH_SIZE];
};

struct hash hash_of(struct str s);
/* Of several pieces in a row. */
struct hash hash_parts(const struct str *parts, size_t n);
bool hash_eq(const struct hash *a, const struct hash *b);
bool hash_hex(struct str s, struct hash *out) MUST_USE; /* from 64 lower-case hex digits */

/* A running hash, for input that comes piece by piece.  hash_end frees it. */
struct hash_stream;
struct hash_stream *hash_begin(void);
void hash_feed(struct hash_stream *h, struct str s);
struct hash hash_end(struct hash_stream *h);

#endif
