/*
 * Words by number and numbers by word: each different word once, counted from 0, which is the
 * empty word.
 */
#ifndef STORE_LEXICON_H
#define STORE_LEXICON_H
#include "base/arena.h"

struct lexicon {
	struct arena bytes;
	struct str *word; /* by number */
	uint32_t *slot;   /* open addressing: number + 1; 0: free */
	size_t n, cap;    /* cap: of `slot`, a power of two, twice the room of `word` */
};

void lexicon_init(struct lexicon *l);
void lexicon_done(struct lexicon *l);
void lexicon_clear(struct lexicon *l);
/* The word's number; a new word is copied and gets the next. */
uint32_t lexicon_id(struct lexicon *l, struct str word);
/* The same, looked for first where one like it was last found: words repeat from line to line.
 */
static inline uint32_t lexicon_again(struct lexicon *l, struct str word, uint32_t *last)
{
	if (*last >= l->n || !str_eq(l->word[*last], word))
		*last = lexicon_id(l, word);
	return *last;
}
/* The word's number, or UINT32_MAX when it is not there. */
uint32_t lexicon_find(const struct lexicon *l, struct str word);

#endif
