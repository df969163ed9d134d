/*
 * The index of words on SQLite: which rows have which term.  Private to src/store/.
 *
 * Each settling of the projection leaves a segment in r_term: its terms in the order of their
 * bytes, each with the rows that came to have it, or have it no more, cut into blocks.  A later
 * segment overrules an earlier one.  Four of a level are merged into one of the next, so that
 * a row is written again as often as there are levels, and few segments are asked.
 */
#ifndef STORE_WORD_INDEX_H
#define STORE_WORD_INDEX_H
#include "store/db.h"
#include "store/postings.h"

enum { WORD_MAX = 255 }; /* bytes of a term */

/* The first bytes of a term, the first the highest: they sort as terms do. */
static inline uint64_t word_front(struct str term)
{
	uint64_t front = 0;

	memcpy(&front, term.p, term.n < sizeof(front) ? term.n : sizeof(front));
	return __builtin_bswap64(front);
}

/* Write a segment: terms ascending, each with rows. */
struct segment {
	struct db *db;
	int64_t number;
	struct buf block;
	char first[WORD_MAX], last[WORD_MAX];
	size_t first_n, last_n;
};
bool segment_begin(struct segment *s, struct db *d, struct err *err) MUST_USE;
bool segment_put(struct segment *s, struct str term, const struct postings *rows,
		 struct err *err) MUST_USE;
/* After what failed, too. */
bool segment_end(struct segment *s, bool good, struct err *err) MUST_USE;

/* Each term that begins so, or this one alone (`exact`), in the order of their bytes, with the
 * rows that have it, until `fn` says that it is enough. */
typedef bool word_fn(void *ctx, struct str term, const struct postings *rows);
bool words_each(struct db *d, struct str term, bool exact, word_fn *fn, void *ctx,
		struct err *err) MUST_USE;
/*
 * The rows that answer a question: they have one of the terms of each line.  Terms stand apart
 * by a space, lines by a line's end; a term with a `*` behind it is the beginning of others.
 */
bool words_ask(struct db *d, struct str question, struct postings *out,
	       struct err *err) MUST_USE;
/* Make one segment of all, in which nothing is left of what went. */
bool words_merge(struct db *d, struct err *err) MUST_USE;

#endif
