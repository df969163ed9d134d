#include "store/lexicon.h"

#include "store/tally.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST = 64 };
static const size_t bytes_max = (size_t)1 << 30;

void lexicon_init(struct lexicon *l)
{
	*l = (struct lexicon){ 0 };
	arena_init(&l->bytes, bytes_max);
	(void)lexicon_id(l, S(""));
}

void lexicon_done(struct lexicon *l)
{
	free(l->word);
	free(l->slot);
	arena_done(&l->bytes);
	*l = (struct lexicon){ 0 };
}

void lexicon_clear(struct lexicon *l)
{
	memset(l->slot, 0, l->cap * sizeof(*l->slot));
	l->n = 0;
	arena_reset(&l->bytes);
	(void)lexicon_id(l, S(""));
}

/* Of what is at both ends: references differ in their last letters, codes are short. */
static uint64_t ends_of(struct str s)
{
	uint64_t h = (last_word(s) ^ last_word(str_cut(s, sizeof(h))) * 31 ^ s.n) *
		     0x9e3779b97f4a7c15u;

	return h ^ h >> 32;
}

/* Whether two words are one: of those up to eight bytes their last word is all there is. */
static bool same(struct str a, struct str b)
{
	return a.n == b.n && last_word(a) == last_word(b) &&
	       (a.n <= sizeof(uint64_t) || memcmp(a.p, b.p, a.n) == 0);
}

static uint32_t *place(const struct lexicon *l, struct str word)
{
	size_t i = ends_of(word) & (l->cap - 1);

	while (l->slot[i] && !same(l->word[l->slot[i] - 1], word))
		i = (i + 1) & (l->cap - 1);
	return &l->slot[i];
}

static void grow(struct lexicon *l)
{
	l->cap = l->cap ? l->cap * 2 : FIRST;
	free(l->slot);
	l->slot = calloc(l->cap, sizeof(*l->slot));
	l->word = realloc(l->word, l->cap / 2 * sizeof(*l->word));
	if (!l->slot || !l->word)
		abort();
	for (size_t i = 0; i < l->n; i++)
		*place(l, l->word[i]) = (uint32_t)i + 1;
}

uint32_t lexicon_id(struct lexicon *l, struct str word)
{
	uint32_t *at;

	if (l->n * 2 >= l->cap)
		grow(l);
	at = place(l, word);
	if (!*at) {
		l->word[l->n] = word.n ? arena_str(&l->bytes, word) : S("");
		*at = (uint32_t)++l->n;
	}
	return *at - 1;
}

uint32_t lexicon_find(const struct lexicon *l, struct str word)
{
	return *place(l, word) - 1;
}
