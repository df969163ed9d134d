/* The SHA256_ functions are deprecated in OpenSSL 3 but half as dear on short input as EVP. */
#define OPENSSL_API_COMPAT 0x10100000L
#include "base/hash.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

struct hash hash_parts(const struct str *parts, size_t n)
{
	SHA256_CTX c;
	struct hash h;
	int ok = SHA256_Init(&c);

	for (size_t i = 0; i < n; i++)
		ok &= SHA256_Update(&c, parts[i].p, parts[i].n);
	if (!ok || !SHA256_Final(h.b, &c))
		abort();
	return h;
}

struct hash hash_of(struct str s)
{
	return hash_parts(&s, 1);
}

bool hash_eq(const struct hash *a, const struct hash *b)
{
	return memcmp(a->b, b->b, HASH_SIZE) == 0;
}

bool hash_hex(struct str s, struct hash *out)
{
	return hex_decode(s, out->b, HASH_SIZE);
}

struct hash_stream {
	SHA256_CTX c;
};

struct hash_stream *hash_begin(void)
{
	struct hash_stream *h = malloc(sizeof(*h));

	if (!h || !SHA256_Init(&h->c))
		abort();
	return h;
}

void hash_feed(struct hash_stream *h, struct str s)
{
	if (!SHA256_Update(&h->c, s.p, s.n))
		abort();
}

struct hash hash_end(struct hash_stream *h)
{
	struct hash out;

	if (!SHA256_Final(out.b, &h->c))
		abort();
	free(h);
	return out;
}
