/*
 * Sums by their keys.  The keys of a dimension are numbered as they come, and their numbers
 * side by side make a code: as long as that is short, a table has the group of each, and adding
 * a figure costs a look into it.  What is left out or has no rate, and everything once the
 * codes have become too long, is found by hash.  Private to src/register/.
 */
#ifndef REGISTER_TOTALS_GROUPS_H
#define REGISTER_TOTALS_GROUPS_H
#include "register/totals.h"

enum { LEFT_OUT = 16 };

struct group {
	uint32_t key[TOTALS_DIMS]; /* an even number of them: the hash takes two at a time */
	unsigned apart;            /* enum rate_gap, and LEFT_OUT */
	int64_t count;
	int128 sum;
};
/* The keys of one dimension, numbered from 0. */
struct numbered {
	uint32_t *number; /* by key, + 1; 0: not met */
	uint32_t *key;    /* by number */
	size_t key_cap, number_cap;
	uint32_t n;
	unsigned bits, shift; /* its place in a code */
};
struct groups {
	struct group *at; /* in the order they came */
	size_t n;
	uint32_t *slot; /* open addressing: place + 1 */
	size_t cap;
	struct numbered dim[TOTALS_DIMS];
	uint32_t *coded; /* by code: place + 1 */
	unsigned bits;   /* of a code */
	bool too_long;   /* there are no codes */
	bool moved;      /* a dimension has outgrown its place: groups_settle */
};
void groups_init(struct groups *g);
void groups_done(struct groups *g);
/* The group of these keys; made when there is none. */
struct group *groups_find(struct groups *g, const struct group *like);

void groups_number_new(struct groups *g, enum totals_dim d, uint32_t key);
/* Each key before its code is used; where that has `moved` codes, groups_settle, and all of
 * them anew. */
static inline void groups_number(struct groups *g, enum totals_dim d, uint32_t key)
{
	const struct numbered *of = &g->dim[d];

	if (key >= of->key_cap || !of->number[key])
		groups_number_new(g, d, key);
}
void groups_settle(struct groups *g);
/* What a key adds to a code. */
static inline uint32_t groups_code(const struct groups *g, enum totals_dim d, uint32_t key)
{
	return (g->dim[d].number[key] - 1) << g->dim[d].shift;
}
struct group *groups_coded_new(struct groups *g, uint32_t code);
static inline struct group *groups_coded(struct groups *g, uint32_t code)
{
	uint32_t at = g->coded[code];

	return at ? &g->at[at - 1] : groups_coded_new(g, code);
}

#endif
