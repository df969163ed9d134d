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
/* What was written, into `l`; false when it is no such thing. */
bool postings_read(struct postings *l, struct str from) MUST_USE;

/* Rows of both lists; what `over` says of a row holds. */
void postings_join(struct postings *out, const struct postings *over,
		   const struct postings *under);
/* The same, in `l`; mostly its rows come before the others'. */
void postings_over(struct postings *l, const struct postings *over, struct postings *spare);
/* The rows of `l` that are in the other too. */
void postings_meet(struct postings *l, const struct postings *other);
/* Leave out what went. */
void postings_sift(struct postings *l);

#endif
