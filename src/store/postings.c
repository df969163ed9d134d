#include "store/postings.h"

#include "store/rid.h"

#include <stdlib.h>

enum { FIRST = 64, SHAPE_BYTES = 2, VARINT_BYTES = 10, SOME = 512 };

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
void postings_write(struct buf *out, const struct postings *l)
{
	unsigned char some[SOME];
	uint64_t count = 0, shape = 0;
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		uint64_t rid = l->p[i] >> 1, now = rid & RID_SHAPE;
		uint64_t step = (rid >> RID_SEQ) - count;
		uint64_t v = step << 2 | (uint64_t)(now != shape) << 1 | (l->p[i] & 1);

		count = rid >> RID_SEQ;
		for (; v >= 0x80; v >>= 7)
			some[n++] = (unsigned char)(v | 0x80);
		some[n++] = (unsigned char)v;
		if (now != shape) {
			memcpy(some + n, &now, SHAPE_BYTES);
			n += SHAPE_BYTES;
			shape = now;
		}
		if (n > SOME - VARINT_BYTES - SHAPE_BYTES) {
			buf_add(out, str_of(some, n));
			n = 0;
		}
	}
	buf_add(out, str_of(some, n));
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

bool postings_read(struct postings *l, struct str from)
{
	const unsigned char *at = (const unsigned char *)from.p, *end = at + from.n;
	uint64_t count = 0, shape = 0, before = 0, v;
	uint64_t *to;

	l->n = 0;
	postings_room(l, from.n);
	for (to = l->p; at < end; to++) {
		v = *at; /* most are one byte */
		if (v < 0x80)
			at++;
		else if (!take_step(&at, end, &v))
			return false;
		if (v & 2) {
			if (end - at < SHAPE_BYTES)
				return false;
			shape = at[0] | (uint64_t)at[1] << 8;
			at += SHAPE_BYTES;
		}
		count += v >> 2;
		if (count >> (63 - RID_SEQ))
			return false;
		*to = (count << RID_SEQ | shape) << 1 | (v & 1);
		if (to > l->p && *to >> 1 <= before >> 1)
			return false;
		before = *to;
	}
	l->n = (size_t)(to - l->p);
	return true;
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

void postings_over(struct postings *l, const struct postings *over, struct postings *spare)
{
	struct postings swap = *l;

	if (!over->n)
		return;
	if (l->n && l->p[l->n - 1] >> 1 >= over->p[0] >> 1) {
		postings_join(spare, over, l);
		*l = *spare;
		*spare = swap;
		return;
	}
	postings_room(l, over->n);
	memcpy(l->p + l->n, over->p, over->n * sizeof(*l->p));
	l->n += over->n;
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

void postings_sift(struct postings *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (!(l->p[i] & 1))
			l->p[n++] = l->p[i];
	l->n = n;
}
