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

/* As FNV-1a, but eight bytes at a time; the high bits of each product are folded into the low,
 * which alone choose the place. */
static inline uint64_t hash_key(struct str s)
{
	uint64_t h = 0xcbf29ce484222325u ^ s.n, w;

	for (; s.n >= sizeof(w); s = str_from(s, sizeof(w))) {
		memcpy(&w, s.p, sizeof(w));
		h = (h ^ w) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	if (s.n) {
		w = 0;
		memcpy(&w, s.p, s.n);
		h = (h ^ w) * 0x9e3779b97f4a7c15u;
	}
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
