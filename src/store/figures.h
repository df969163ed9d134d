/*
 * Figures kept at write time, as they are gathered between settlings and as r_target keeps
 * them. Private to src/store/.
 *
 * A figure is of a word: a code, a party, the reference of a record that others point at, or
 * "", which is of all.  It counts rows that hold the word in a field, by their shape (rid.h),
 * or it counts and sums money of one class: of a record type, party, type and currency, for
 * the audiences that see it.  Words and classes repeat from row to row: a figure is gathered
 * under two numbers.
 *
 * What r_target keeps of one record are its figures in the order of their keys, one behind the
 * other: how many bytes the key has, the key, count and sum in millionths.  All numbers are
 * written seven bits a byte, the least first, the high bit on all but the last; those that may
 * be negative as 2n, or -2n - 1.  A key that begins with 0 counts rows, field and shape in two
 * bytes each; else it is a class.
 */
#ifndef STORE_FIGURES_H
#define STORE_FIGURES_H
#include "base/dec.h"
#include "model/model.h"
#include "store/lexicon.h"

/* What a figure is of, beside its word. */
enum { FIGURE_MONEY = 1u << 30 };
static inline uint32_t figure_counting(int field, int64_t shape)
{
	return (uint32_t)field << 16 | (uint32_t)(shape & 0xffff);
}
_Static_assert((int)FIELD_COUNT + 2 < 1 << 14, "a field has 14 bits");

struct figure_sum {
	uint64_t key; /* word << 32 | what it is of; 0: free */
	int64_t count;
	int128 micro;
};
struct figures {
	struct lexicon words, classes;
	unsigned char *good; /* by word: what it can be (figures_code, figures_ref) */
	size_t good_cap;
	uint32_t last[FIELD_COUNT]; /* word, by the field that held it */
	struct figure_sum *at;      /* open addressing */
	size_t cap, n;
};
void figures_init(struct figures *f);
void figures_done(struct figures *f);
void figures_clear(struct figures *f);

/* The number of a word that stands in the field, or in none; 0 when it is no code that could be
 * asked for, or no reference. */
uint32_t figures_code(struct figures *f, enum field_id field, struct str word);
uint32_t figures_ref(struct figures *f, enum field_id field, struct str word);
/* A class of money. */
struct figure_class {
	enum record_id record;
	struct str party, type, currency;
	unsigned mask; /* bits of enum audience */
};
uint32_t figures_class(struct figures *f, const struct figure_class *c);
void figures_add(struct figures *f, uint32_t word, uint32_t of, int64_t count, int128 micro);

/* Where figures stand: counts by field, sums of all, and what is kept of one record. */
enum figure_table { FIGURE_COUNT, FIGURE_TOTAL, FIGURE_TARGET, FIGURE_TABLES };
struct figure_line {
	uint64_t group, order; /* table, field or kind, word; what is left */
	enum figure_table table;
	int kind; /* of the record pointed at */
	struct str word, class;
	int field, shape;
	int64_t count;
	int128 micro;
};
/* Those that are not nothing, in the order of their tables' keys; in the arena. */
struct figure_line *figures_sorted(const struct figures *f, struct arena *a, size_t *n);

/* --- as they are kept --- */

struct figure {
	struct str key;
	int64_t count;
	int128 micro;
	bool money;
	int field, shape;
	struct figure_class class;
};
/* Take the next figure off the front; false when that is none. */
bool figure_take(struct str *rest, struct figure *out) MUST_USE;
bool figure_class_of(struct str key, struct figure_class *out) MUST_USE;
/* Figures after these lines came to `old`. */
bool figures_merged(struct buf *out, struct str old, const struct figure_line *lines,
		    size_t n) MUST_USE;
/* r_target holds what is no figure. */
bool figures_hurt(struct err *err) MUST_USE;

#endif
