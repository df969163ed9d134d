#include "store/money_block.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { TAIL = 8, PILE_FIRST = 64 };
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are copied as they stand");

static bool column_has_words(enum money_column c)
{
	return c >= MONEY_TYPE && c <= MONEY_COUNTRY;
}

/* --- piles --- */

void pile_init(struct money_pile *p)
{
	*p = (struct money_pile){ 0 };
	lexicon_init(&p->words);
}

void pile_done(struct money_pile *p)
{
	free(p->lines);
	lexicon_done(&p->words);
	*p = (struct money_pile){ 0 };
}

void pile_clear(struct money_pile *p)
{
	if (!p->n)
		return;
	p->n = 0;
	lexicon_clear(&p->words);
}

void pile_add(struct money_pile *p, const struct money_line *line)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : PILE_FIRST;
		p->lines = realloc(p->lines, p->cap * sizeof(*p->lines));
		if (!p->lines)
			abort();
	}
	p->lines[p->n++] = *line;
}

/* Lines `from` of the pile on are a block's: their words are numbered by it. */
static void own_words(struct money_pile *p, size_t from, const uint32_t *id)
{
	for (size_t i = from; i < p->n; i++)
		for (enum money_column c = MONEY_TYPE; column_has_words(c); c++)
			p->lines[i].at[c] = id[p->lines[i].at[c]];
}

void pile_append(struct money_pile *to, const struct money_pile *from)
{
	uint32_t *id = calloc(from->words.n, sizeof(*id));
	size_t had = to->n;

	if (!id)
		abort();
	for (size_t i = 0; i < from->words.n; i++)
		id[i] = lexicon_id(&to->words, from->words.word[i]);
	for (size_t i = 0; i < from->n; i++)
		pile_add(to, &from->lines[i]);
	own_words(to, had, id);
	free(id);
}

/* --- packing --- */

struct packing {
	const struct money_pile *pile;
	size_t from, to;
	uint32_t *local; /* number + 1 in the block, by number in the pile; 0: not there */
	struct buf words;
	uint32_t word_count;
};

static void put_number(struct buf *out, uint64_t v, size_t bytes)
{
	buf_add(out, str_of(&v, bytes));
}

static uint32_t local_word(struct packing *k, int64_t id)
{
	struct str word = k->pile->words.word[id];

	if (!k->local[id]) {
		k->local[id] = ++k->word_count;
		put_number(&k->words, word.n, 2);
		buf_add(&k->words, word);
	}
	return k->local[id] - 1;
}

static int64_t packed_value(struct packing *k, size_t line, enum money_column c)
{
	int64_t v = k->pile->lines[line].at[c];

	return column_has_words(c) ? (int64_t)local_word(k, v) : v;
}

static unsigned width_of(uint64_t most)
{
	unsigned width = 0;

	while (most) {
		most >>= 8;
		width++;
	}
	return width;
}

static void pack_column(struct buf *out, struct packing *k, enum money_column c)
{
	int64_t values[MONEY_BLOCK], least = INT64_MAX, most = INT64_MIN;
	size_t n = k->to - k->from;
	unsigned width;

	for (size_t i = 0; i < n; i++) {
		values[i] = packed_value(k, k->from + i, c);
		least = values[i] < least ? values[i] : least;
		most = values[i] > most ? values[i] : most;
	}
	width = width_of((uint64_t)most - (uint64_t)least);
	buf_ch(out, (char)width);
	put_number(out, (uint64_t)least, 8);
	for (size_t i = 0; i < n; i++)
		put_number(out, (uint64_t)values[i] - (uint64_t)least, width);
}

void block_pack(struct buf *out, const struct money_pile *p, size_t from, size_t to)
{
	struct packing k = { .pile = p, .from = from, .to = to };
	struct buf columns;

	assert(from < to && to - from <= MONEY_BLOCK);
	k.local = calloc(p->words.n, sizeof(*k.local));
	if (!k.local)
		abort();
	buf_init(&k.words, MONEY_BLOCK_BYTES);
	buf_init(&columns, MONEY_BLOCK_BYTES);
	for (enum money_column c = 0; c < MONEY_COLUMNS; c++)
		pack_column(&columns, &k, c);
	put_number(out, to - from, 4);
	put_number(out, k.word_count, 4);
	buf_add(out, buf_str(&k.words));
	buf_add(out, buf_str(&columns));
	buf_zero(out, TAIL);
	buf_done(&k.words);
	buf_done(&columns);
	free(k.local);
}

/* --- reading --- */

struct money_block {
	size_t lines, words;
	struct str word_bytes;
	const char *column[MONEY_COLUMNS];
	int64_t least[MONEY_COLUMNS];
	unsigned width[MONEY_COLUMNS];
};

static bool take(struct str *s, size_t n, uint64_t *out)
{
	*out = 0;
	if (s->n < n)
		return false;
	memcpy(out, s->p, n);
	*s = str_from(*s, n);
	return true;
}

static bool take_words(struct str *rest, struct money_block *b)
{
	struct str all = *rest;
	uint64_t size;

	for (size_t i = 0; i < b->words; i++) {
		if (!take(rest, 2, &size) || rest->n < size)
			return false;
		*rest = str_from(*rest, size);
	}
	b->word_bytes = str_cut(all, all.n - rest->n);
	return true;
}

static bool take_column(struct str *rest, struct money_block *b, enum money_column c)
{
	uint64_t width, least;

	if (!take(rest, 1, &width) || !take(rest, 8, &least) || width > 8 ||
	    rest->n < width * b->lines)
		return false;
	b->width[c] = (unsigned)width;
	b->least[c] = (int64_t)least;
	b->column[c] = rest->p;
	*rest = str_from(*rest, width * b->lines);
	return true;
}

static bool block_open(struct str bytes, struct money_block *out)
{
	uint64_t lines, words;

	if (!take(&bytes, 4, &lines) || !take(&bytes, 4, &words) || lines > MONEY_BLOCK)
		return false;
	*out = (struct money_block){ .lines = lines, .words = words };
	if (!take_words(&bytes, out))
		return false;
	for (enum money_column c = 0; c < MONEY_COLUMNS; c++)
		if (!take_column(&bytes, out, c))
			return false;
	return bytes.n == TAIL;
}

static struct str block_word(struct str *rest)
{
	uint64_t size;
	struct str word;

	(void)!take(rest, 2, &size);
	word = str_cut(*rest, size);
	*rest = str_from(*rest, size);
	return word;
}

/* Eight bytes are read for each value: the block ends with as many to spare. */
static void block_column(const struct money_block *b, enum money_column c, int64_t *out)
{
	unsigned width = b->width[c];
	uint64_t least = (uint64_t)b->least[c], v;
	uint64_t mask = width == 8 ? UINT64_MAX : ((uint64_t)1 << 8 * width) - 1;
	const char *p = b->column[c];

	for (size_t i = 0; i < b->lines; i++, p += width) {
		memcpy(&v, p, sizeof(v));
		out[i] = (int64_t)(least + (v & mask));
	}
}

bool block_read(struct str bytes, struct lexicon *words, int64_t (*out)[MONEY_BLOCK], size_t *n)
{
	struct money_block b;
	struct str rest;
	uint32_t *id;
	bool ok = true;

	if (!block_open(bytes, &b))
		return false;
	*n = b.lines;
	rest = b.word_bytes;
	id = calloc(b.words ? b.words : 1, sizeof(*id));
	if (!id)
		abort();
	for (size_t i = 0; i < b.words; i++)
		id[i] = lexicon_id(words, block_word(&rest));
	for (enum money_column c = 0; c < MONEY_COLUMNS; c++) {
		block_column(&b, c, out[c]);
		for (size_t i = 0; column_has_words(c) && i < b.lines && ok; i++) {
			ok = (uint64_t)out[c][i] < b.words;
			out[c][i] = ok ? id[out[c][i]] : 0;
		}
	}
	free(id);
	return ok;
}

bool pile_unpack(struct money_pile *to, struct str bytes)
{
	int64_t(*column)[MONEY_BLOCK] = calloc(MONEY_COLUMNS, sizeof(*column));
	struct money_line l;
	size_t n = 0;
	bool ok;

	if (!column)
		abort();
	ok = block_read(bytes, &to->words, column, &n);
	for (size_t i = 0; i < n && ok; i++) {
		for (enum money_column c = 0; c < MONEY_COLUMNS; c++)
			l.at[c] = column[c][i];
		pile_add(to, &l);
	}
	free(column);
	return ok;
}
