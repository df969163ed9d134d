/*
 * Sums by their keys.  The keys of a dimension are numbered as they come, and their numbers,
 * each times what stands between two of it, add up to a code, by which a cell has the sum: to
 * add a figure costs a look into it.  Of what is left out or has no rate the reason is one more
 * dimension.  Once there would be too many cells, everything is found by hash.  Private to
 * src/register/.
 */
#ifndef REGISTER_TOTALS_GROUPS_H
#define REGISTER_TOTALS_GROUPS_H
#include "register/totals.h"

enum { LEFT_OUT = 16, CODE_DIMS = TOTALS_DIMS + 1, CODE_APART = TOTALS_DIMS };

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
	uint32_t n, room; /* room: numbers that have cells */
	uint32_t step;    /* between the codes of two */
};
/* What goes beyond 64 bits stands in the group. */
struct cell {
	int64_t count, sum;
};
struct groups {
	struct group *at; /* in the order they came */
	size_t n, placed; /* placed: those that stand in a slot */
	uint32_t *slot;   /* open addressing: place + 1 */
	size_t cap;
	struct numbered dim[CODE_DIMS];
	struct cell *cells; /* by code */
	size_t cell_count;
	bool too_many; /* there are no cells */
	bool moved;    /* a dimension has outgrown its room: groups_settle */
};
void groups_init(struct groups *g);
void groups_done(struct groups *g);
/* The group of these keys; made when there is none. */
struct group *groups_find(struct groups *g, const struct group *like);
/* All sums into groups; there are no cells after that. */
void groups_gather(struct groups *g);

void groups_number_new(struct groups *g, int d, uint32_t key);
/* Each key before its code is used; where that has `moved` codes, groups_settle, and all of
 * them anew. */
static inline void groups_number(struct groups *g, int d, uint32_t key)
{
	const struct numbered *of = &g->dim[d];

	if (key >= of->key_cap || !of->number[key])
		groups_number_new(g, d, key);
}
void groups_settle(struct groups *g);
/* What a key adds to a code. */
static inline uint32_t groups_code(const struct groups *g, int d, uint32_t key)
{
	return (g->dim[d].number[key] - 1) * g->dim[d].step;
}
/* Why a figure stands apart, as a key of CODE_APART; 0 is in no way. */
static inline uint32_t groups_apart(unsigned apart, uint32_t currency)
{
	return apart ? currency * 2 * LEFT_OUT + apart : 0;
}
void groups_spill(struct groups *g, uint32_t code, bool up); /* by 2^64 */
static inline void groups_add(struct groups *g, uint32_t code, int sign, int64_t amount)
{
	struct cell *c = &g->cells[code];

	c->count += sign;
	if (sign < 0 ? __builtin_sub_overflow(c->sum, amount, &c->sum)
		     : __builtin_add_overflow(c->sum, amount, &c->sum))
		groups_spill(g, code, c->sum < 0);
}

/* totals_rows.c: the groups as rows, in their order. */
struct totals_work;
bool totals_rows(struct totals_work *w, const struct groups *g, struct totals *out,
		 struct err *err) MUST_USE;

/* totals_json.c: rows as they are made, into the question's `json`; about `n` of them. */
struct rows_json {
	const struct totals_query *q;
	struct str key[TOTALS_DIMS]; /* as they are written; empty: it is none */
	struct str booked_in, currency;
	char comma;
};
void rows_json_begin(struct rows_json *r, struct arena *a, const struct totals_query *q,
		     size_t n);
void rows_json_put(struct rows_json *r, const struct totals_row *row);
void rows_json_end(struct rows_json *r);

#endif
