/*
 * The rows that have a term: their numbers (rid.h) in ascending order, each with whether the
 * row has the term or has it no more.  Kept, a row mostly takes one byte.  Private to
 * src/store/.
 */
#ifndef STORE_POSTINGS_H
#define STORE_POSTINGS_H
#include "base/str.h"

struct postings {
	uint64_t *p; /* number << 1, and 1 when it went */
	size_t n, cap;
};

void postings_room(struct postings *l, size_t n); /* for n more */
static inline void postings_add(struct postings *l, uint64_t one)
{
	if (l->n == l->cap)
		postings_room(l, 1);
	l->p[l->n++] = one;
}
void postings_done(struct postings *l);
static inline int64_t posting_rid(uint64_t one)
{
	return (int64_t)(one >> 1);
}

void postings_write(struct buf *out, const struct postings *l);

/* On its way through what was written, from row to row. */
struct posting_walk {
	const unsigned char *at, *end;
	uint64_t one; /* as in a list; POSTINGS_OVER behind the last */
	uint64_t count, shape;
	bool first;
};
#define POSTINGS_OVER UINT64_MAX
/* To the first row; false when this is no list. */
bool postings_walk(struct posting_walk *w, struct str from) MUST_USE;

/* Rows of both lists; what `over` says of a row holds. */
void postings_join(struct postings *out, const struct postings *over,
		   const struct postings *under);
/*
 * Rows of several, of which an earlier says what holds of a row; `sift`: without those that
 * went.  Written behind what `out` has, however many they are; or the rows that did not go, as
 * a list.  False when one of them is no list.
 */
bool postings_merge(struct buf *out, struct posting_walk *const *walks, size_t n,
		    bool sift) MUST_USE;
bool postings_gather(struct postings *l, struct posting_walk *const *walks, size_t n) MUST_USE;
/* The rows of `l` that are in the other too. */
void postings_meet(struct postings *l, const struct postings *other);

#endif
