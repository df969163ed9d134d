/*
 * Rows that answer a list's filters, found in the lines that are kept of them (lines.h): how
 * many, which, and the first of them in the order of a field.  Private to src/store/.
 */
#ifndef STORE_VIEW_LINES_H
#define STORE_VIEW_LINES_H
#include "store/lines.h"
#include "store/view_hits.h"

/* A set of rows, by their numbers without the shape. */
struct rid_set {
	uint64_t *bits;
	size_t words;
};
void rid_set_add(struct rid_set *s, int64_t rid);
bool rid_set_has(const struct rid_set *s, int64_t rid);
void rid_set_done(struct rid_set *s);

/* What is asked of one column: one of the words, or with none of them from `low` to `high`. */
enum { LINE_TESTS_MAX = LIST_FILTERS_MAX };
struct line_test {
	unsigned column;
	int64_t low, high;
	struct str *words;
	size_t n;
};

/* Where a row stands in the order of a field; equals stand by id, then by number. */
struct line_key {
	int128 number; /* what stands in the field; of a word its number in the lexicon */
	uint64_t id[2];
	int64_t rid;
};
struct lines_query {
	const struct record *record;
	enum audience who;
	bool ended;
	bool of_party;
	unsigned party; /* rid.h */
	struct line_test tests[LINE_TESTS_MAX];
	size_t test_count;
	const struct hits *among; /* NULL: all */
	bool uncounted;           /* the total is known */

	const struct field *order; /* NULL: only `matches` is asked for */
	bool descending;
	bool after; /* only what stands behind `key`, or the word `word` in its place */
	struct line_key key;
	struct str word;
	size_t want; /* most rows */
};
struct lines_found {
	uint64_t total;
	struct line_key *rows; /* in order; by malloc */
	size_t n;
	struct rid_set matches; /* when there is no order */
};
bool view_lines(struct view *v, const struct lines_query *q, struct lines_found *out,
		struct err *err) MUST_USE;
void lines_found_done(struct lines_found *f);

#endif
