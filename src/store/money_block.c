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

struct dictionary {
	uint32_t *local; /* number + 1 in the block, by number in the pile; 0: not there */
	struct buf words;
	uint32_t count;
};
struct packing {
	const struct money_pile *pile;
	size_t from, to;
	int64_t *values; /* of one column */
	struct dictionary words, names;
};

static void put_number(struct buf *out, uint64_t v, size_t bytes)
{
	buf_add(out, str_of(&v, bytes));
}

static void dictionary_init(struct dictionary *d, const struct money_pile *p)
{
	d->local = calloc(p->words.n, sizeof(*d->local));
	if (!d->local)
		abort();
	buf_init(&d->words, MONEY_BLOCK_BYTES);
	d->count = 0;
}

static void put_dictionary(struct buf *out, struct dictionary *d)
{
	put_number(out, d->count, 4);
	buf_add(out, buf_str(&d->words));
	buf_done(&d->words);
	free(d->local);
}

static uint32_t local_word(struct dictionary *d, struct str word, int64_t id)
{
	if (!d->local[id]) {
		d->local[id] = ++d->count;
		put_number(&d->words, word.n, 2);
		buf_add(&d->words, word);
	}
	return d->local[id] - 1;
}

static int64_t packed_value(struct packing *k, size_t line, enum money_column c)
{
	int64_t v = k->pile->lines[line].at[c];

	if (c == MONEY_VALUE_DAY)
		return v - k->pile->lines[line].at[MONEY_DAY];
	if (!column_has_words(c))
		return v;
	return local_word(c == MONEY_PROJECT ? &k->names : &k->words, k->pile->words.word[v],
			  v);
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

/* The largest power of ten, a million at most, that all are apart by multiples of. */
static uint64_t step_of(const int64_t *values, size_t n, int64_t least)
{
	uint64_t step = 1000000;

	for (size_t i = 0; i < n; i++)
		while (((uint64_t)values[i] - (uint64_t)least) % step)
			step /= 10;
	return step;
}

static void pack_column(struct buf *out, struct packing *k, enum money_column c)
{
	int64_t *values = k->values, least = INT64_MAX, most = INT64_MIN;
	size_t n = k->to - k->from;
	uint64_t step;
	unsigned width;

	for (size_t i = 0; i < n; i++) {
		values[i] = packed_value(k, k->from + i, c);
		least = values[i] < least ? values[i] : least;
		most = values[i] > most ? values[i] : most;
	}
	step = c == MONEY_LOW ? step_of(values, n, least) : 1;
	width = width_of(((uint64_t)most - (uint64_t)least) / step);
	buf_ch(out, (char)width);
	put_number(out, step, 4);
	put_number(out, (uint64_t)least, 8);
	for (size_t i = 0; i < n; i++)
		put_number(out, ((uint64_t)values[i] - (uint64_t)least) / step, width);
}

void block_pack(struct buf *body, struct buf *names, const struct money_pile *p, size_t from,
		size_t to)
{
	struct packing k = { .pile = p,
			     .from = from,
			     .to = to,
			     .values = calloc(to - from, sizeof(*k.values)) };
	struct buf columns;

	assert(from < to && to - from <= MONEY_BLOCK);
	if (!k.values)
		abort();
	dictionary_init(&k.words, p);
	dictionary_init(&k.names, p);
	buf_init(&columns, MONEY_BLOCK_BYTES);
	for (enum money_column c = 0; c < MONEY_COLUMNS; c++)
		pack_column(&columns, &k, c);
	put_number(body, to - from, 4);
	put_dictionary(body, &k.words);
	buf_add(body, buf_str(&columns));
	buf_zero(body, TAIL);
	put_dictionary(names, &k.names);
	buf_done(&columns);
	free(k.values);
}

/* --- reading --- */

static bool take(struct str *s, size_t n, uint64_t *out)
{
	*out = 0;
	if (s->n < n)
		return false;
	memcpy(out, s->p, n);
	*s = str_from(*s, n);
	return true;
}

static bool take_words(struct str *rest, struct lexicon *words, struct word_map *out)
{
	uint64_t count, size;

	if (!take(rest, 4, &count) || count > rest->n)
		return false;
	out->n = count;
	out->id = malloc((count + 1) * sizeof(*out->id));
	if (!out->id)
		abort();
	for (size_t i = 0; i < count; i++) {
		if (!take(rest, 2, &size) || rest->n < size)
			return false;
		out->id[i] = lexicon_id(words, str_cut(*rest, size));
		*rest = str_from(*rest, size);
	}
	return true;
}

static bool take_column(struct str *rest, struct money_block *b, enum money_column c)
{
	uint64_t width, step, least;

	if (!take(rest, 1, &width) || !take(rest, 4, &step) || !take(rest, 8, &least) ||
	    width > 8 || rest->n < width * b->lines)
		return false;
	b->width[c] = (unsigned)width;
	b->least[c] = (int64_t)least;
	b->step[c] = (uint32_t)step;
	b->column[c] = rest->p;
	*rest = str_from(*rest, width * b->lines);
	return true;
}

static bool take_columns(struct str *rest, struct money_block *b)
{
	for (enum money_column c = 0; c < MONEY_COLUMNS; c++)
		if (!take_column(rest, b, c))
			return false;
	return rest->n == TAIL;
}

bool block_open(struct money_block *b, const struct money_bytes *bytes, struct lexicon *words,
		unsigned need)
{
	struct str body = bytes->body, names = bytes->names;
	uint64_t lines;

	if (need >> MONEY_VALUE_DAY & 1)
		need |= 1u << MONEY_DAY;
	*b = (struct money_block){ .need = need };
	if (!take(&body, 4, &lines) || lines > MONEY_BLOCK)
		return false;
	b->lines = lines;
	return take_words(&body, words, &b->words) && take_columns(&body, b) &&
	       (!(need >> MONEY_PROJECT & 1) || take_words(&names, words, &b->names));
}

void block_close(struct money_block *b)
{
	free(b->words.id);
	free(b->names.id);
}

/* Numbers of one or two bytes, as most are, are read by loops that the compiler widens. */
static void read_bytes(const char *p, uint64_t least, int64_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (int64_t)(least + (unsigned char)p[i]);
}

static void read_pairs(const char *p, uint64_t least, int64_t *out, size_t n)
{
	uint16_t v;

	for (size_t i = 0; i < n; i++) {
		memcpy(&v, p + 2 * i, sizeof(v));
		out[i] = (int64_t)(least + v);
	}
}

/* Eight bytes are read for each value: the block ends with as many to spare. */
static void read_wide(const struct money_block *b, enum money_column c, const char *p,
		      int64_t *out, size_t n)
{
	uint64_t least = (uint64_t)b->least[c], step = b->step[c], v;
	unsigned width = b->width[c];
	uint64_t mask = width == 8 ? UINT64_MAX : ((uint64_t)1 << 8 * width) - 1;

	for (size_t i = 0; i < n; i++, p += width) {
		memcpy(&v, p, sizeof(v));
		out[i] = (int64_t)(least + (v & mask) * step);
	}
}

static void read_column(const struct money_block *b, enum money_column c, size_t from,
			int64_t *out, size_t n)
{
	unsigned width = b->width[c];
	uint64_t least = (uint64_t)b->least[c];
	const char *p = b->column[c] + from * width;

	if (width == 0)
		for (size_t i = 0; i < n; i++)
			out[i] = (int64_t)least;
	else if (width == 1 && b->step[c] == 1)
		read_bytes(p, least, out, n);
	else if (width == 2 && b->step[c] == 1)
		read_pairs(p, least, out, n);
	else
		read_wide(b, c, p, out, n);
}

static bool map_column(const struct word_map *m, int64_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if ((uint64_t)out[i] >= m->n)
			return false;
		out[i] = m->id[out[i]];
	}
	return true;
}

static void add_column(int64_t *to, const int64_t *what, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (int64_t)((uint64_t)to[i] + (uint64_t)what[i]);
}

bool block_read(const struct money_block *b, size_t from, int64_t (*out)[MONEY_AT_ONCE],
		size_t *n)
{
	*n = b->lines - from < MONEY_AT_ONCE ? b->lines - from : MONEY_AT_ONCE;
	for (enum money_column c = 0; c < MONEY_COLUMNS; c++) {
		if (!(b->need >> c & 1) || (from && !b->width[c] && c != MONEY_VALUE_DAY))
			continue;
		read_column(b, c, from, out[c], *n);
		if (column_has_words(c) &&
		    !map_column(c == MONEY_PROJECT ? &b->names : &b->words, out[c], *n))
			return false;
	}
	if (b->need >> MONEY_VALUE_DAY & 1)
		add_column(out[MONEY_VALUE_DAY], out[MONEY_DAY], *n);
	return true;
}

static void unpack_lines(struct money_pile *to, int64_t (*column)[MONEY_AT_ONCE], size_t n)
{
	struct money_line l;

	for (size_t i = 0; i < n; i++) {
		for (enum money_column c = 0; c < MONEY_COLUMNS; c++)
			l.at[c] = column[c][i];
		pile_add(to, &l);
	}
}

bool pile_unpack(struct money_pile *to, const struct money_bytes *bytes)
{
	int64_t(*column)[MONEY_AT_ONCE] = calloc(MONEY_COLUMNS, sizeof(*column));
	struct money_block b;
	size_t n;
	bool ok;

	if (!column)
		abort();
	ok = block_open(&b, bytes, &to->words, MONEY_EVERYTHING);
	for (size_t from = 0; ok && from < b.lines; from += n) {
		ok = block_read(&b, from, column, &n);
		if (ok)
			unpack_lines(to, column, n);
	}
	block_close(&b);
	free(column);
	return ok;
}
