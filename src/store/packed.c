#include "store/packed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { TAIL = 8, PILE_FIRST = 64 };
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are copied as they stand");

static bool has(uint64_t columns, unsigned c)
{
	return columns >> c & 1;
}

/* --- piles --- */

void pile_init(struct pile *p, struct packed_shape shape)
{
	assert(shape.columns <= PACKED_COLUMNS && !(shape.names & ~shape.words));
	*p = (struct pile){ .shape = shape };
	lexicon_init(&p->words);
}

void pile_done(struct pile *p)
{
	free(p->lines);
	lexicon_done(&p->words);
	*p = (struct pile){ 0 };
}

void pile_clear(struct pile *p)
{
	if (!p->n)
		return;
	p->n = 0;
	lexicon_clear(&p->words);
}

static void pile_room(struct pile *p, size_t cap)
{
	p->cap = cap;
	p->lines = realloc(p->lines, p->cap * p->shape.columns * sizeof(*p->lines));
	if (!p->lines)
		abort();
}

int64_t *pile_add(struct pile *p)
{
	if (p->n == p->cap)
		pile_room(p, p->cap ? p->cap * 2 : PILE_FIRST);
	return p->lines + p->shape.columns * p->n++;
}

static int64_t *line_at(const struct pile *p, size_t i)
{
	return p->lines + p->shape.columns * i;
}

/* So many lines before all others, which the caller fills. */
static void pile_before(struct pile *p, size_t n)
{
	if (p->cap < p->n + n)
		pile_room(p, p->n + n);
	if (p->n)
		memmove(line_at(p, n), p->lines, p->n * p->shape.columns * sizeof(*p->lines));
	p->n += n;
}

/* --- packing --- */

struct dictionary {
	uint32_t *local; /* number + 1 in the block, by number in the pile; 0: not there */
	struct buf words;
	uint32_t count;
};
struct packing {
	const struct pile *pile;
	size_t from, to;
	int64_t *values; /* of one column */
	struct dictionary words, names;
};

static void put_number(struct buf *out, uint64_t v, size_t bytes)
{
	buf_add(out, str_of(&v, bytes));
}

static void dictionary_init(struct dictionary *d, const struct pile *p)
{
	d->local = calloc(p->words.n, sizeof(*d->local));
	if (!d->local)
		abort();
	buf_init(&d->words, PACKED_BYTES);
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

static unsigned width_of(uint64_t most)
{
	unsigned width = 0;

	while (most) {
		most >>= 8;
		width++;
	}
	return width;
}

/* What the column has in the block's lines, its words by their numbers there; the smallest and
 * the largest of it. */
static void gather(struct packing *k, unsigned c, int64_t range[2])
{
	const struct pile *p = k->pile;
	struct dictionary *d = has(p->shape.names, c) ? &k->names : &k->words;
	size_t n = k->to - k->from, step = p->shape.columns, at = k->from * step + c;
	int64_t least = n ? INT64_MAX : 0, most = n ? INT64_MIN : 0, *to = k->values;
	const int64_t *lines = p->lines;
	bool words = has(p->shape.words, c);

	for (size_t i = 0; i < n; i++, at += step) {
		int64_t v = lines[at];

		v = words ? local_word(d, p->words.word[v], v) : v;
		least = v < least ? v : least;
		most = v > most ? v : most;
		to[i] = v;
	}
	range[0] = least;
	range[1] = most;
}

/* Eight bytes are written for each value, of which the next one's take what is too much. */
static void put_values(struct buf *out, const int64_t *values, size_t n, int64_t least,
		       unsigned width)
{
	size_t at = out->n;

	buf_zero(out, n * width + TAIL);
	if (out->full)
		return;
	for (size_t i = 0; i < n && width; i++, at += width) {
		uint64_t v = (uint64_t)values[i] - (uint64_t)least;

		memcpy(out->p + at, &v, sizeof(v));
	}
	out->n -= TAIL;
}

static void pack_column(struct buf *out, struct packing *k, unsigned c)
{
	int64_t range[2];
	unsigned width;

	gather(k, c, range);
	width = width_of((uint64_t)range[1] - (uint64_t)range[0]);
	buf_ch(out, (char)width);
	put_number(out, (uint64_t)range[0], 8);
	put_values(out, k->values, k->to - k->from, range[0], width);
}

size_t packed_most(struct packed_shape shape)
{
	return shape.most ? shape.most : PACKED_LINES;
}

void packed_write(struct buf *body, struct buf *names, const struct pile *p, size_t from,
		  size_t to)
{
	struct packing k = { .pile = p,
			     .from = from,
			     .to = to,
			     .values = calloc(to - from + 1, sizeof(*k.values)) };
	struct buf columns;

	assert(from <= to && to - from <= packed_most(p->shape));
	if (!k.values)
		abort();
	dictionary_init(&k.words, p);
	dictionary_init(&k.names, p);
	buf_init(&columns, PACKED_BYTES);
	for (unsigned c = 0; c < p->shape.columns; c++)
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

static bool take_words(struct str *rest, struct lexicon *words, struct packed_words *out)
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

static bool take_column(struct str *rest, struct packed_reading *r, unsigned c)
{
	uint64_t width, least;

	if (!take(rest, 1, &width) || !take(rest, 8, &least) || width > 8 ||
	    rest->n < width * r->lines)
		return false;
	r->width[c] = (unsigned)width;
	r->least[c] = (int64_t)least;
	r->column[c] = rest->p;
	*rest = str_from(*rest, width * r->lines);
	return true;
}

static bool take_columns(struct str *rest, struct packed_reading *r)
{
	for (unsigned c = 0; c < r->shape.columns; c++)
		if (!take_column(rest, r, c))
			return false;
	return rest->n == TAIL;
}

bool packed_open(struct packed_reading *r, const struct packed *from, struct packed_shape shape,
		 struct lexicon *words, uint64_t need)
{
	struct str body = from->body, names = from->names;
	uint64_t lines;

	*r = (struct packed_reading){ .shape = shape, .need = need };
	if (!take(&body, 4, &lines) || lines > packed_most(shape))
		return false;
	r->lines = lines;
	return take_words(&body, words, &r->words) && take_columns(&body, r) &&
	       (!(need & shape.names) || take_words(&names, words, &r->names));
}

void packed_close(struct packed_reading *r)
{
	free(r->words.id);
	free(r->names.id);
}

/* Numbers of one or two bytes, as most are, by loops that are short. */
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
static void read_wide(const char *p, unsigned width, uint64_t least, int64_t *out, size_t n)
{
	uint64_t mask = width == 8 ? UINT64_MAX : ((uint64_t)1 << 8 * width) - 1, v;

	for (size_t i = 0; i < n; i++, p += width) {
		memcpy(&v, p, sizeof(v));
		out[i] = (int64_t)(least + (v & mask));
	}
}

static void read_column(const struct packed_reading *r, unsigned c, size_t from, int64_t *out,
			size_t n)
{
	unsigned width = r->width[c];
	uint64_t least = (uint64_t)r->least[c];
	const char *p = r->column[c] + from * width;

	if (width == 0)
		for (size_t i = 0; i < n; i++)
			out[i] = (int64_t)least;
	else if (width == 1)
		read_bytes(p, least, out, n);
	else if (width == 2)
		read_pairs(p, least, out, n);
	else
		read_wide(p, width, least, out, n);
}

int64_t packed_number(const struct packed_reading *r, unsigned c, size_t line)
{
	unsigned width = r->width[c];
	uint64_t mask = width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * width) - 1, v;

	memcpy(&v, r->column[c] + line * width, sizeof(v));
	return (int64_t)((uint64_t)r->least[c] + (v & mask));
}

/* --- lines whose number is in a range --- */

enum { PACKED_STEP = 64 }; /* so many are looked at by one short loop */

static bool any_byte(const char *p, uint8_t low, uint8_t span)
{
	uint8_t v[PACKED_STEP], any = 0;

	memcpy(v, p, sizeof(v));
	for (size_t i = 0; i < PACKED_STEP; i++)
		any |= (uint8_t)(v[i] - low) <= span;
	return any;
}

static bool any_pair(const char *p, uint16_t low, uint16_t span)
{
	uint16_t v[PACKED_STEP], any = 0;

	memcpy(v, p, sizeof(v));
	for (size_t i = 0; i < PACKED_STEP; i++)
		any |= (uint16_t)(v[i] - low) <= span;
	return any;
}

/* Whether the next lines are to be looked at one by one. */
static bool may_be(const char *p, unsigned width, size_t n, uint64_t low, uint64_t span)
{
	if (n < PACKED_STEP || width > 2 || width == 0)
		return true;
	return width == 1 ? any_byte(p, (uint8_t)low, (uint8_t)span)
			  : any_pair(p, (uint16_t)low, (uint16_t)span);
}

size_t packed_within(const struct packed_reading *r, unsigned c, size_t from, int64_t low,
		     int64_t high, uint16_t out[PACKED_RANGE])
{
	unsigned width = r->width[c];
	uint64_t most = width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * width) - 1;
	uint64_t least = (uint64_t)r->least[c];
	uint64_t above = low > r->least[c] ? (uint64_t)low - least : 0,
		 span = high < r->least[c] ? 0 : (uint64_t)high - least;
	size_t to = r->lines - from < PACKED_RANGE ? r->lines : from + PACKED_RANGE, n = 0;

	if (high < r->least[c] || high < low || above > most)
		return 0;
	span = (span < most ? span : most) - above;
	for (size_t at = from; at < to; at += PACKED_STEP) {
		size_t end = to - at < PACKED_STEP ? to : at + PACKED_STEP;

		if (!may_be(r->column[c] + at * width, width, end - at, above, span))
			continue;
		for (size_t i = at; i < end; i++) {
			out[n] = (uint16_t)i;
			n += (uint64_t)packed_number(r, c, i) - least - above <= span;
		}
	}
	return n;
}

static bool map_column(const struct packed_words *m, int64_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if ((uint64_t)out[i] >= m->n)
			return false;
		out[i] = m->id[out[i]];
	}
	return true;
}

static bool read_numbers(const struct packed_reading *r, unsigned c, int64_t *out, size_t n)
{
	read_column(r, c, r->at, out, n);
	return !has(r->shape.words, c) ||
	       map_column(has(r->shape.names, c) ? &r->names : &r->words, out, n);
}

static bool column_sound(const struct packed_reading *r, unsigned c)
{
	size_t words = has(r->shape.names, c) ? r->names.n : r->words.n, n;
	int64_t at[PACKED_LINES];

	for (size_t from = 0; from < r->lines; from += n) {
		n = r->lines - from < PACKED_LINES ? r->lines - from : PACKED_LINES;
		read_column(r, c, from, at, n);
		for (size_t i = 0; i < n; i++)
			if ((uint64_t)at[i] >= words)
				return false;
	}
	return !r->lines || (uint64_t)r->least[c] < words;
}

bool packed_sound(const struct packed_reading *r)
{
	for (unsigned c = 0; c < r->shape.columns; c++)
		if (has(r->shape.words & r->need, c) && !column_sound(r, c))
			return false;
	return true;
}

static size_t lines_now(const struct packed_reading *r)
{
	return r->lines - r->at < PACKED_LINES ? r->lines - r->at : PACKED_LINES;
}

bool packed_next(struct packed_reading *r, int64_t (*out)[PACKED_LINES], size_t *n)
{
	*n = lines_now(r);
	for (unsigned c = 0; c < r->shape.columns && *n; c++)
		if (has(r->need, c) && (r->width[c] || !r->at) &&
		    !read_numbers(r, c, out[c], *n))
			return false;
	r->at += *n;
	return true;
}

bool packed_read(const struct packed *from, struct packed_shape shape, struct lexicon *words,
		 uint64_t need, int64_t (*out)[PACKED_LINES], size_t *n)
{
	struct packed_reading r;
	bool ok = packed_open(&r, from, shape, words, need) && r.lines <= PACKED_LINES &&
		  packed_next(&r, out, n);

	packed_close(&r);
	return ok;
}

bool pile_unpack(struct pile *to, const struct packed *from)
{
	struct packed_reading r;
	int64_t column[PACKED_LINES];
	bool ok = packed_open(&r, from, to->shape, &to->words, UINT64_MAX);

	if (ok && r.lines)
		pile_before(to, r.lines);
	while (ok && r.at < r.lines) {
		size_t n = lines_now(&r);

		for (unsigned c = 0; c < to->shape.columns && ok; c++) {
			ok = read_numbers(&r, c, column, n);
			for (size_t i = 0; i < n; i++)
				line_at(to, r.at + i)[c] = column[i];
		}
		r.at += n;
	}
	packed_close(&r);
	return ok;
}
