/*
 * The terms of the search index by number, and which of them a text has: one writer's memory,
 * so that a word that was said before is not stemmed again and a text that is said again (the
 * source of a row, who pays) is not even taken apart.  Private to src/store/.
 *
 * Numbers hold until terms_rest, which forgets everything when it has become much.
 */
#ifndef STORE_TERMS_H
#define STORE_TERMS_H
#include "model/model.h"

/* A term, or a word as texts have it, which says terms. */
struct term {
	struct str text;
	const uint32_t *says; /* what the word says; NULL: itself alone */
	uint16_t n;
	bool word; /* what it says is known */
};

struct term_slot {
	uint64_t hash;
	uint32_t number; /* + 1; 0: free */
};

struct numbers {
	uint32_t *p;
	size_t n, cap;
};

struct terms {
	struct arena bytes;     /* of terms, and of texts */
	struct term *term;      /* by number */
	uint32_t *in;           /* by number: the last row that has the term */
	struct term_slot *slot; /* open addressing */
	size_t n, cap;          /* cap: of `slot`, a power of two, twice the room of `term` */
	struct numbers said;    /* what a text or word says, while that is found out: `aside` */
	bool aside;
	struct numbers row; /* of the row in hand, each once */
	struct buf text;    /* a term, for whoever says it */
	uint32_t rows;
	struct stems *stems;
	struct said *memory;
	struct known *known;
};

struct terms *terms_open(void);
void terms_close(struct terms *t);
/* A row begins: t->row is empty. */
void terms_row(struct terms *t);
/*
 * What a text in a field says, or in any (NULL), goes to the row.  `sayer` names its terms, one
 * after the other, by terms_say; it is not asked when the same was said lately.
 */
typedef void say_fn(struct terms *t, const struct field *f, struct str text);
void terms_put(struct terms *t, say_fn *sayer, const struct field *f, struct str text);
void terms_say(struct terms *t, struct str term);
/* A say_fn: the folded words of the text with their stems. */
void terms_say_words(struct terms *t, const struct field *f, struct str text);
/* How many bytes it has come to have. */
size_t terms_used(const struct terms *t);
/* Nobody holds a number any more. */
void terms_rest(struct terms *t);

#endif
