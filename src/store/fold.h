/*
 * Words as the search index holds them: lower case, without accents, œ→oe, æ→ae, ß→ss,
 * ё→е (й stays й: it is a letter of its own), and their stems, so that a search finds
 * "électrification" by "electrifications" and "ёлки" by "елка".
 *
 * A word of Latin letters has its French and its English stem, one of Cyrillic letters
 * its Russian one: an index of words and stems answers in all three languages at once.
 */
#ifndef STORE_FOLD_H
#define STORE_FOLD_H
#include "base/arena.h"
#include "base/err.h"

enum { FOLD_WORD_MAX = 64 }; /* bytes of a folded word; the rest of a longer one is left out */

struct word {
	char p[FOLD_WORD_MAX];
	size_t n;
};
/* Take the next word off the front of well-formed `*text`, folded; false when there is none. */
bool fold_word(struct str *text, struct word *out);

/* Stemmers; one thread. */
struct stems;
struct stems *stems_open(void);
void stems_close(struct stems *s);
/* The folded word and the stems that differ from it, at most two, one space after each; lives
 * until the next call.  What has a digit is in no language, and its own stem. */
struct str stems_of(struct stems *s, struct str word);

#endif
