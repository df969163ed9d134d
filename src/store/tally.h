/*
 * What a batch adds to figures that are kept at write time, gathered in memory so that
 * each figure is written once a batch: key → count and sum.  Also serves as a set.
 *
 * Keys are bytes; whoever makes them lays them out so that their order is of use:
 * tally_sorted gives them bytewise, which is also the order that writes a table fastest.
 */
#ifndef STORE_TALLY_H
#define STORE_TALLY_H
#include "base/arena.h"
#include "base/dec.h"

struct tally_line {
	struct str key;
	uint64_t hash;
	int64_t count;
	int128 micro; /* a sum of dec.micro: 10^11 amounts of the largest size fit */
};

struct tally {
	struct arena keys;
	struct tally_line *lines; /* open addressing; an empty place has no key */
	size_t cap, n;
};

/* The last bytes of a text in a word: fewer than eight with some of them twice. */
static inline uint64_t last_word(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	uint32_t low, high;
	uint64_t w;

	if (s.n >= sizeof(w)) {
		memcpy(&w, p + s.n - sizeof(w), sizeof(w));
		return w;
	}
	if (s.n >= sizeof(low)) {
		memcpy(&low, p, sizeof(low));
		memcpy(&high, p + s.n - sizeof(high), sizeof(high));
		return (uint64_t)high << 32 | low;
	}
	return s.n ? (uint64_t)p[0] << 16 | (uint64_t)p[s.n / 2] << 8 | p[s.n - 1] : 0;
}

/* As FNV-1a, but eight bytes at a time, the last of which may overlap; the high bits of each
 * product are folded into the low, which alone choose the place. */
static inline uint64_t hash_key(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u ^ s.n, w;

	for (size_t i = 0; i + sizeof(w) < s.n; i += sizeof(w)) {
		memcpy(&w, s.p + i, sizeof(w));
		h = (h ^ w) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	h = (h ^ last_word(s)) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

void tally_init(struct tally *t);
void tally_done(struct tally *t);
void tally_clear(struct tally *t);
/* Add to the line of `key` (not empty), which is copied when it is new. */
void tally_add(struct tally *t, struct str key, int64_t count, int128 micro);
bool tally_has(const struct tally *t, struct str key);
/* The lines in the order of their keys, in the arena; NULL when there are none. */
struct tally_line *tally_sorted(const struct tally *t, struct arena *a);

#endif
