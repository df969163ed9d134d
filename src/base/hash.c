#include "base/hash.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A fetched method and one context per thread: 6 times faster than EVP_Digest on short input. */
static EVP_MD *sha256;
static pthread_key_t context_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_context(void *c)
{
	EVP_MD_CTX_free(c);
}

static void fetch(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (!sha256 || pthread_key_create(&context_key, free_context) != 0)
		abort();
}

static EVP_MD_CTX *thread_context(void)
{
	EVP_MD_CTX *c;

	pthread_once(&once, fetch);
	c = pthread_getspecific(context_key);
	if (!c) {
		c = EVP_MD_CTX_new();
		if (!c || pthread_setspecific(context_key, c) != 0)
			abort();
	}
	return c;
}

struct hash hash_parts(const struct str *parts, size_t n)
{
	EVP_MD_CTX *c = thread_context();
	struct hash h;
	int ok = EVP_DigestInit_ex2(c, sha256, NULL);

	for (size_t i = 0; i < n; i++)
		ok &= EVP_DigestUpdate(c, parts[i].p, parts[i].n);
	if (!ok || !EVP_DigestFinal_ex(c, h.b, NULL))
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
	EVP_MD_CTX *c;
};

struct hash_stream *hash_begin(void)
{
	struct hash_stream *h = malloc(sizeof(*h));

	pthread_once(&once, fetch);
	if (!h)
		abort();
	h->c = EVP_MD_CTX_new();
	if (!h->c || !EVP_DigestInit_ex2(h->c, sha256, NULL))
		abort();
	return h;
}

void hash_feed(struct hash_stream *h, struct str s)
{
	if (!EVP_DigestUpdate(h->c, s.p, s.n))
		abort();
}

struct hash hash_end(struct hash_stream *h)
{
	struct hash out;

	if (!EVP_DigestFinal_ex(h->c, out.b, NULL))
		abort();
	EVP_MD_CTX_free(h->c);
	free(h);
	return out;
}
