#include "store/terms.h"

#include "store/fold.h"
#include "store/tally.h"

#include <emmintrin.h>
#include <stdlib.h>
#include <string.h>

enum {
	BYTES_MAX = 1 << 30,
	FIRST = 1024,   /* slots, and numbers of a row */
	KEPT = 2 << 20, /* bytes that outlive a settling */
	TERM_MAX = 1024,
	MEMORY = 1 << 10, /* texts */
	KNOWN = 1 << 11,  /* words */
	TEXT_LONG = 256,  /* such a text hardly comes again, */
	WORD_LONG = 128,  /* nor such a word */
	WORD_SHORT = 16
};

/* A text that was said; `terms` only from the second time on: most come once. */
struct said {
	uint64_t hash;
	const struct field *field;
	struct str text;
	const uint32_t *terms;
	size_t n;
};

/* A short word that was said lately: its length, its first eight bytes and its last are it. */
struct known {
	uint64_t head, tail;
	uint32_t length; /* none: free */
	uint32_t word;
	uint32_t one; /* the only term it says, or MORE */
	uint32_t row; /* the last that has what it says */
};
#define MORE UINT32_MAX

static void *grown(void *p, size_t n, size_t size)
{
	p = realloc(p, arena_size(size, n));
	if (!p)
		abort();
	return p;
}

/* Room for so many more. */
static inline void number_room(struct numbers *to, size_t n)
{
	if (to->cap - to->n >= n)
		return;
	to->cap = to->cap * 2 + n;
	to->p = grown(to->p, to->cap, sizeof(*to->p));
}

struct terms *terms_open(void)
{
	struct terms *t = calloc(1, sizeof(*t));

	if (!t)
		abort();
	arena_init(&t->bytes, BYTES_MAX);
	t->stems = stems_open();
	buf_init(&t->text, TERM_MAX);
	t->memory = calloc(MEMORY, sizeof(*t->memory));
	t->known = calloc(KNOWN, sizeof(*t->known));
	if (!t->memory || !t->known)
		abort();
	number_room(&t->said, FIRST);
	number_room(&t->row, FIRST);
	return t;
}

void terms_close(struct terms *t)
{
	if (!t)
		return;
	stems_close(t->stems);
	arena_done(&t->bytes);
	free(t->term);
	free(t->in);
	free(t->slot);
	free(t->said.p);
	free(t->row.p);
	buf_done(&t->text);
	free(t->memory);
	free(t->known);
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
	free(t->term);
	free(t->in);
	free(t->slot);
	t->term = NULL;
	t->in = NULL;
	t->slot = NULL;
	memset(t->memory, 0, MEMORY * sizeof(*t->memory));
	memset(t->known, 0, KNOWN * sizeof(*t->known));
	t->n = t->cap = 0;
	arena_reset(&t->bytes);
}

/* --- numbers --- */

/* Up to so many bytes the hash and the length are the text: hash_key takes no word but the
 * last, and loses nothing of it. */
enum { HASH_IS_TEXT = 8 };

static struct term_slot *place(const struct terms *t, struct str term, uint64_t hash)
{
	for (size_t i = hash & (t->cap - 1);; i = (i + 1) & (t->cap - 1)) {
		struct term_slot *s = &t->slot[i];
		const struct term *had;

		if (!s->number)
			return s;
		had = &t->term[s->number - 1];
		if (s->hash == hash && had->text.n == term.n &&
		    (term.n <= HASH_IS_TEXT || memcmp(had->text.p, term.p, term.n) == 0))
			return s;
	}
}

static void grow(struct terms *t)
{
	struct term_slot *old = t->slot;
	size_t had = t->cap;

	t->cap = had ? had * 2 : FIRST;
	t->slot = calloc(t->cap, sizeof(*t->slot));
	if (!t->slot)
		abort();
	t->term = grown(t->term, t->cap / 2, sizeof(*t->term));
	t->in = grown(t->in, t->cap / 2, sizeof(*t->in));
	for (size_t i = 0; i < had; i++)
		if (old[i].number)
			*place(t, t->term[old[i].number - 1].text, old[i].hash) = old[i];
	free(old);
}

static uint32_t number_of(struct terms *t, struct str term)
{
	uint64_t hash = hash_key(term);
	struct term_slot *at;

	if (t->n * 2 >= t->cap)
		grow(t);
	at = place(t, term, hash);
	if (!at->number) {
		t->term[t->n] = (struct term){ .text = arena_str(&t->bytes, term) };
		t->in[t->n] = 0;
		*at = (struct term_slot){ hash, (uint32_t)++t->n };
	}
	return at->number - 1;
}

/* --- rows --- */

void terms_row(struct terms *t)
{
	t->row.n = 0;
	t->rows++;
}

static inline void row_add(struct terms *t, const uint32_t *numbers, size_t n)
{
	uint32_t *row, *in = t->in, at = t->rows;

	number_room(&t->row, n);
	row = t->row.p + t->row.n;
	for (size_t i = 0; i < n; i++) {
		uint32_t number = numbers[i];

		*row = number;
		row += in[number] != at;
		in[number] = at;
	}
	t->row.n = (size_t)(row - t->row.p);
}

static inline void say(struct terms *t, uint32_t number)
{
	struct numbers *to = &t->said;

	if (!t->aside) {
		if (t->in[number] == t->rows)
			return;
		t->in[number] = t->rows;
		to = &t->row;
	}
	number_room(to, 1);
	to->p[to->n++] = number;
}

void terms_say(struct terms *t, struct str term)
{
	say(t, number_of(t, term));
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

/* A number as it is written: what is folded of it is the same, and has no stems. */
static bool is_number(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	return text.n <= FOLD_WORD_MAX;
}

/* What the word is to say from now on. */
static void learn(struct terms *t, uint32_t word, struct str text)
{
	bool aside = t->aside;
	size_t from = t->said.n, n;
	const uint32_t *said;
	struct term *w;

	t->aside = true;
	say_folded(t, text);
	t->aside = aside;
	said = t->said.p + from;
	n = t->said.n - from;
	w = &t->term[word];
	w->n = (uint16_t)n;
	if (n != 1 || said[0] != word)
		w->says = memcpy(arena_room(&t->bytes, uint32_t, n), said, n * sizeof(*said));
	t->said.n = from;
}

/* Its number; what it says is known then. */
static uint32_t word_of(struct terms *t, struct str text)
{
	uint32_t word = number_of(t, text);
	struct term *w = &t->term[word];

	if (w->word)
		return word;
	w->word = true;
	w->n = 1;
	if (!is_number(text))
		learn(t, word, text);
	return word;
}

static void say_what(struct terms *t, uint32_t word)
{
	const struct term *w = &t->term[word];

	if (!w->says)
		say(t, word);
	for (size_t i = 0; w->says && i < w->n; i++)
		say(t, w->says[i]);
}

static void say_long(struct terms *t, struct str text)
{
	if (text.n > WORD_LONG)
		say_folded(t, text);
	else
		say_what(t, word_of(t, text));
}

/* What the word says, by which it is known from now on. */
static void remember(struct terms *t, struct known *k, struct str text)
{
	const struct term *w;

	k->word = word_of(t, text);
	k->length = (uint32_t)text.n;
	k->row = 0;
	w = &t->term[k->word];
	k->one = !w->says ? k->word : w->n == 1 ? w->says[0] : MORE;
}

static inline void say_short(struct terms *t, struct str text)
{
	uint64_t tail = last_word(text), head = 0, hash;
	struct known *k;

	if (text.n > sizeof(head))
		memcpy(&head, text.p, sizeof(head));
	hash = (head * 0x9e3779b97f4a7c15u ^ tail ^ text.n) * 0x9e3779b97f4a7c15u;
	k = &t->known[(hash ^ hash >> 32) & (KNOWN - 1)];
	if (k->length != text.n || k->head != head || k->tail != tail) {
		k->head = head;
		k->tail = tail;
		remember(t, k, text);
	} else if (k->row == t->rows && !t->aside) {
		return;
	}
	k->row = t->aside ? k->row : t->rows;
	if (k->one != MORE)
		say(t, k->one);
	else
		say_what(t, k->word);
}

static inline void say_word(struct terms *t, struct str text)
{
	if (text.n <= WORD_SHORT)
		say_short(t, text);
	else
		say_long(t, text);
}

/*
 * Whatever else there is: at an ASCII character that is no letter or digit a word is over.
 * Sixteen bytes at a time, a bit for each.
 */
static uint64_t letters(const char *p)
{
	__m128i c = _mm_loadu_si128((const __m128i *)p), low;
	__m128i digit = _mm_and_si128(_mm_cmpgt_epi8(c, _mm_set1_epi8('0' - 1)),
				      _mm_cmplt_epi8(c, _mm_set1_epi8('9' + 1)));

	low = _mm_or_si128(c, _mm_set1_epi8(32));
	low = _mm_and_si128(_mm_cmpgt_epi8(low, _mm_set1_epi8('a' - 1)),
			    _mm_cmplt_epi8(low, _mm_set1_epi8('z' + 1)));
	return (uint64_t)_mm_movemask_epi8(_mm_or_si128(c, _mm_or_si128(digit, low)));
}

/* The next 64 bytes of a text from `at` on; those behind its end are no letters. */
static uint64_t letters_from(struct str text, size_t at)
{
	char last[16] = { 0 };
	uint64_t bits = 0;

	for (unsigned i = 0; i < 64 && at < text.n; i += 16, at += 16) {
		const char *p = text.p + at;

		if (text.n - at < sizeof(last))
			p = memcpy(last, p, text.n - at);
		bits |= letters(p) << i;
	}
	return bits;
}

void terms_say_words(struct terms *t, const struct field *f, struct str text)
{
	size_t begin = 0;
	bool in = false; /* a word that began at `begin` */

	(void)f;
	for (size_t at = 0; at < text.n; at += 64) {
		uint64_t bits = letters_from(text, at), change = bits ^ (bits << 1 | in);

		for (; change; change &= change - 1, in = !in) {
			size_t here = at + (unsigned)__builtin_ctzll(change);

			if (in)
				say_word(t, str_of(text.p + begin, here - begin));
			begin = here;
		}
	}
	if (in)
		say_word(t, str_of(text.p + begin, text.n - begin));
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

/* Of what is at its ends and in the middle: texts that are not the same are told apart all the
 * same, these are only remembered sooner. */
static uint64_t hash_of_text(struct str text)
{
	struct str begin = str_cut(text, sizeof(uint64_t)), middle = str_cut(text, text.n / 2);
	uint64_t h = last_word(text) * 0x9e3779b97f4a7c15u ^ text.n;

	h = (h ^ h >> 32 ^ last_word(begin)) * 0x9e3779b97f4a7c15u;
	h = (h ^ h >> 32 ^ last_word(middle)) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

void terms_put(struct terms *t, say_fn *sayer, const struct field *f, struct str text)
{
	uint64_t hash = hash_of_text(text) + (uintptr_t)f;
	struct said *s = &t->memory[hash % MEMORY];

	if (s->hash == hash && s->n && s->field == f && str_eq(s->text, text)) {
		row_add(t, s->terms, s->n);
		return;
	}
	if (s->hash != hash || text.n > TEXT_LONG) {
		*s = (struct said){ .hash = hash };
		sayer(t, f, text);
		return;
	}
	t->said.n = 0;
	t->aside = true;
	sayer(t, f, text);
	t->aside = false;
	row_add(t, t->said.p, t->said.n);
	keep(t, s, f, text);
}
