#include "store/postings.h"

#include "store/rid.h"

#include <stdlib.h>

enum { FIRST = 64, SHAPE_BYTES = 2, VARINT_BYTES = 10, SOME = 512, NEAR = 32 };

/* --- memory --- */

void postings_room(struct postings *l, size_t n)
{
	size_t cap = l->cap ? l->cap : FIRST;

	while (cap - l->n < n)
		cap *= 2;
	if (cap == l->cap)
		return;
	l->p = realloc(l->p, cap * sizeof(*l->p));
	if (!l->p)
		abort();
	l->cap = cap;
}

void postings_done(struct postings *l)
{
	free(l->p);
	*l = (struct postings){ 0 };
}

/* --- as they are kept --- */

/*
 * For each row a number: how far it is from the one before, without the shapes, with two bits
 * below: whether its shape is another than that one's, which then follows, and whether it went.
 */
struct encoder {
	struct buf *out;
	uint64_t count, shape;
	size_t n;
	unsigned char some[SOME];
};

static void encode_begin(struct encoder *w, struct buf *out)
{
	w->out = out;
	w->count = w->shape = w->n = 0;
}

static void encode_end(struct encoder *w)
{
	buf_add(w->out, str_of(w->some, w->n));
	w->n = 0;
}

/* Most are near the one before and have its shape: one byte says that. */
static inline bool encode_near(struct encoder *w, uint64_t one)
{
	uint64_t count = one >> (RID_SEQ + 1), step = count - w->count;

	if (step >= NEAR || (one >> 1 & RID_SHAPE) != w->shape)
		return false;
	w->count = count;
	w->some[w->n++] = (unsigned char)(step << 2 | (one & 1));
	return true;
}

static inline void encode(struct encoder *w, uint64_t one)
{
	uint64_t rid = one >> 1, shape = rid & RID_SHAPE, step = (rid >> RID_SEQ) - w->count;
	uint64_t v = step << 2 | (uint64_t)(shape != w->shape) << 1 | (one & 1);

	w->count += step;
	for (; v >= 0x80; v >>= 7)
		w->some[w->n++] = (unsigned char)(v | 0x80);
	w->some[w->n++] = (unsigned char)v;
	if (shape != w->shape) {
		memcpy(w->some + w->n, &shape, SHAPE_BYTES);
		w->n += SHAPE_BYTES;
		w->shape = shape;
	}
	if (w->n > SOME - VARINT_BYTES - SHAPE_BYTES)
		encode_end(w);
}

void postings_write(struct buf *out, const struct postings *l)
{
	struct encoder w;

	encode_begin(&w, out);
	for (const uint64_t *p = l->p, *end = p + l->n; p < end; p++) {
		if (!encode_near(&w, *p))
			encode(&w, *p);
		else if (w.n > SOME - VARINT_BYTES - SHAPE_BYTES)
			encode_end(&w);
	}
	encode_end(&w);
}

/* A number from `*at` on, which moves past it; false when it does not end before `end`. */
static inline bool take_step(const unsigned char **at, const unsigned char *end, uint64_t *v)
{
	const unsigned char *p = *at, *last = end - p > VARINT_BYTES ? p + VARINT_BYTES : end;
	unsigned shift = 0;

	for (*v = 0; p < last; shift += 7) {
		*v |= (uint64_t)(*p & 0x7f) << shift;
		if (*p++ < 0x80) {
			*at = p;
			return true;
		}
	}
	return false;
}

/* To the next; false when this is no list. */
static inline bool walk_next(struct posting_walk *w)
{
	uint64_t before = w->one >> 1, v;

	if (w->at == w->end) {
		w->one = POSTINGS_OVER;
		return true;
	}
	v = *w->at; /* most are one byte */
	if (v < 0x80)
		w->at++;
	else if (!take_step(&w->at, w->end, &v))
		return false;
	if (v & 2) {
		if (w->end - w->at < SHAPE_BYTES)
			return false;
		w->shape = w->at[0] | (uint64_t)w->at[1] << 8;
		w->at += SHAPE_BYTES;
	}
	w->count += v >> 2;
	if (w->count >> (63 - RID_SEQ))
		return false;
	w->one = (w->count << RID_SEQ | w->shape) << 1 | (v & 1);
	return w->first || w->one >> 1 > before;
}

bool postings_walk(struct posting_walk *w, struct str from)
{
	bool ok;

	*w = (struct posting_walk){ .at = (const unsigned char *)from.p,
				    .end = (const unsigned char *)from.p + from.n,
				    .first = true };
	ok = walk_next(w);
	w->first = false;
	return ok;
}

/* --- of several --- */

void postings_join(struct postings *out, const struct postings *over,
		   const struct postings *under)
{
	size_t i = 0, k = 0, n = 0;

	out->n = 0;
	postings_room(out, over->n + under->n);
	while (i < over->n && k < under->n) {
		uint64_t x = over->p[i], y = under->p[k];

		out->p[n++] = x >> 1 <= y >> 1 ? x : y;
		i += x >> 1 <= y >> 1;
		k += y >> 1 <= x >> 1;
	}
	for (; i < over->n; i++)
		out->p[n++] = over->p[i];
	for (; k < under->n; k++)
		out->p[n++] = under->p[k];
	out->n = n;
}

/* The least of several, which the latest says; *next: the least of the others' rows. */
static struct posting_walk *least(struct posting_walk *const *walks, size_t n, uint64_t *next)
{
	struct posting_walk *found = walks[0];

	*next = POSTINGS_OVER >> 1;
	for (size_t i = 1; i < n; i++) {
		uint64_t row = walks[i]->one >> 1, first = found->one >> 1;

		if (row < first) {
			*next = first;
			found = walks[i];
		} else if (row < *next) {
			*next = row;
		}
	}
	return found;
}

/* All others that stand at this row. */
static bool pass(struct posting_walk *const *walks, size_t n, uint64_t row)
{
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++)
		if (walks[i]->one >> 1 == row)
			ok = walk_next(walks[i]);
	return ok;
}

__attribute__((always_inline)) static inline bool merge(struct posting_walk *const *walks,
							size_t n, bool sift,
							void (*put)(void *to, uint64_t one),
							void *to)
{
	struct posting_walk *w;
	uint64_t next;
	bool ok = true;

	while (ok && (w = least(walks, n, &next))->one != POSTINGS_OVER) {
		uint64_t row;

		do {
			row = w->one >> 1;
			if (!sift || !(w->one & 1))
				put(to, w->one);
			ok = walk_next(w);
		} while (ok && w->one >> 1 < next);
		ok = ok && pass(walks, n, row);
	}
	return ok;
}

static inline void put_written(void *to, uint64_t one)
{
	encode(to, one);
}

bool postings_merge(struct buf *out, struct posting_walk *const *walks, size_t n, bool sift)
{
	struct encoder w;
	bool ok;

	encode_begin(&w, out);
	ok = merge(walks, n, sift, put_written, &w);
	encode_end(&w);
	return ok;
}

static inline void put_listed(void *to, uint64_t one)
{
	postings_add(to, one);
}

bool postings_gather(struct postings *l, struct posting_walk *const *walks, size_t n)
{
	l->n = 0;
	return merge(walks, n, true, put_listed, l);
}

void postings_meet(struct postings *l, const struct postings *other)
{
	size_t n = 0;

	for (size_t i = 0, k = 0; i < l->n && k < other->n;) {
		uint64_t x = l->p[i], y = other->p[k];

		if (x == y)
			l->p[n++] = x;
		i += x <= y;
		k += y <= x;
	}
	l->n = n;
}
