#include "store/terms.h"

#include "store/fold.h"
#include "store/tally.h"

#include <stdlib.h>
#include <string.h>

enum {
	BYTES_MAX = 1 << 30,
	FIRST = 1024,     /* slots, and numbers of a row */
	KEPT = 16 << 20,  /* bytes that outlive a settling */
	MEMORY = 1 << 10, /* texts */
	TEXT_LONG = 256,  /* such a text hardly comes again, */
	WORD_LONG = 128   /* nor such a word */
};

/* A text that was said; `terms` only from the second time on: most come once. */
struct said {
	uint64_t hash;
	const struct field *field;
	struct str text;
	const uint32_t *terms;
	size_t n;
};

static void *grown(void *p, size_t n, size_t size)
{
	p = realloc(p, arena_size(size, n));
	if (!p)
		abort();
	return p;
}

static void number_room(struct numbers *to)
{
	to->cap = to->cap ? to->cap * 2 : FIRST;
	to->p = grown(to->p, to->cap, sizeof(*to->p));
}

static inline void number_add(struct numbers *to, uint32_t number)
{
	if (to->n == to->cap)
		number_room(to);
	to->p[to->n++] = number;
}

struct terms *terms_open(void)
{
	struct terms *t = calloc(1, sizeof(*t));

	if (!t)
		abort();
	arena_init(&t->bytes, BYTES_MAX);
	t->stems = stems_open();
	t->memory = calloc(MEMORY, sizeof(*t->memory));
	if (!t->memory)
		abort();
	number_room(&t->said);
	number_room(&t->row);
	return t;
}

void terms_close(struct terms *t)
{
	if (!t)
		return;
	stems_close(t->stems);
	arena_done(&t->bytes);
	free(t->term);
	free(t->slot);
	free(t->said.p);
	free(t->row.p);
	free(t->memory);
	free(t);
}

size_t terms_used(const struct terms *t)
{
	return t->bytes.used + t->n * sizeof(*t->term);
}

void terms_rest(struct terms *t)
{
	if (terms_used(t) < KEPT)
		return;
	memset(t->slot, 0, t->cap * sizeof(*t->slot));
	memset(t->memory, 0, MEMORY * sizeof(*t->memory));
	t->n = 0;
	arena_reset(&t->bytes);
}

/* --- numbers --- */

static uint32_t *place(const struct terms *t, struct str term)
{
	size_t i = hash_key(term) & (t->cap - 1);

	while (t->slot[i] && !str_eq(t->term[t->slot[i] - 1].text, term))
		i = (i + 1) & (t->cap - 1);
	return &t->slot[i];
}

static void grow(struct terms *t)
{
	t->cap = t->cap ? t->cap * 2 : FIRST;
	free(t->slot);
	t->slot = calloc(t->cap, sizeof(*t->slot));
	if (!t->slot)
		abort();
	t->term = grown(t->term, t->cap / 2, sizeof(*t->term));
	for (size_t i = 0; i < t->n; i++)
		*place(t, t->term[i].text) = (uint32_t)i + 1;
}

static uint32_t number_of(struct terms *t, struct str term)
{
	uint32_t *at;

	if (t->n * 2 >= t->cap)
		grow(t);
	at = place(t, term);
	if (!*at) {
		t->term[t->n] = (struct term){ .text = arena_str(&t->bytes, term) };
		*at = (uint32_t)++t->n;
	}
	return *at - 1;
}

/* --- rows --- */

void terms_row(struct terms *t)
{
	t->row.n = 0;
	t->rows++;
}

static void row_add(struct terms *t, const uint32_t *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (t->term[numbers[i]].row != t->rows) {
			t->term[numbers[i]].row = t->rows;
			number_add(&t->row, numbers[i]);
		}
}

void terms_say(struct terms *t, struct str term)
{
	number_add(&t->said, number_of(t, term));
}

/* --- words --- */

static void say_folded(struct terms *t, struct str text)
{
	struct word word;
	struct str all, one;

	while (fold_word(&text, &word)) {
		all = stems_of(t->stems, str_of(word.p, word.n));
		while (all.n && str_split(&all, ' ', &one))
			terms_say(t, one);
	}
}

/* What a word is to say from now on is what was said since `from`. */
static void learn(struct terms *t, uint32_t word, size_t from)
{
	const uint32_t *said = t->said.p + from;
	size_t n = t->said.n - from;
	struct term *w = &t->term[word];

	w->word = true;
	w->n = (uint16_t)n;
	if (n != 1 || said[0] != word)
		w->says = memcpy(arena_room(&t->bytes, uint32_t, n), said, n * sizeof(*said));
}

static void say_word(struct terms *t, struct str text)
{
	uint32_t word;
	size_t from = t->said.n;

	if (text.n > WORD_LONG) {
		say_folded(t, text);
		return;
	}
	word = number_of(t, text);
	if (!t->term[word].word) {
		say_folded(t, text);
		learn(t, word, from);
	} else if (t->term[word].says) {
		for (size_t i = 0; i < t->term[word].n; i++)
			number_add(&t->said, t->term[word].says[i]);
	} else {
		number_add(&t->said, word);
	}
}

/* Whatever else there is: at an ASCII character that is no letter or digit a word is over. */
static inline bool in_word(unsigned char c)
{
	static const uint64_t bits[4] = { UINT64_C(0x03ff) << '0', UINT64_C(0x07fffffe07fffffe),
					  UINT64_MAX, UINT64_MAX };

	return bits[c >> 6] >> (c & 63) & 1;
}

void terms_say_words(struct terms *t, const struct field *f, struct str text)
{
	(void)f;
	for (size_t at = 0, end; at < text.n; at = end + 1) {
		for (end = at; end < text.n && in_word((unsigned char)text.p[end]);)
			end++;
		if (end > at)
			say_word(t, str_of(text.p + at, end - at));
	}
}

/* --- texts --- */

static void keep(struct terms *t, struct said *s, const struct field *f, struct str text)
{
	s->field = f;
	s->text = arena_str(&t->bytes, text);
	s->n = t->said.n;
	s->terms = memcpy(arena_room(&t->bytes, uint32_t, s->n), t->said.p,
			  s->n * sizeof(*s->terms));
}

void terms_put(struct terms *t, say_fn *say, const struct field *f, struct str text)
{
	uint64_t hash = hash_key(text) + (uintptr_t)f;
	struct said *s = &t->memory[hash % MEMORY];

	if (s->hash == hash && s->n && s->field == f && str_eq(s->text, text)) {
		row_add(t, s->terms, s->n);
		return;
	}
	t->said.n = 0;
	say(t, f, text);
	row_add(t, t->said.p, t->said.n);
	if (s->hash == hash && t->said.n && text.n <= TEXT_LONG) {
		keep(t, s, f, text);
	} else {
		*s = (struct said){ .hash = hash };
	}
}
