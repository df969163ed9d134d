#include "store/tally.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST = 256 };
static const size_t keys_max = (size_t)1 << 30;

void tally_init(struct tally *t)
{
	*t = (struct tally){ 0 };
	arena_init(&t->keys, keys_max);
}

void tally_done(struct tally *t)
{
	free(t->lines);
	arena_done(&t->keys);
	*t = (struct tally){ 0 };
}

void tally_clear(struct tally *t)
{
	if (!t->n)
		return;
	memset(t->lines, 0, t->cap * sizeof(*t->lines));
	t->n = 0;
	arena_reset(&t->keys);
}

/* The line of the key, or the empty place where it belongs. */
static struct tally_line *place(struct tally_line *lines, size_t cap, struct str key,
				uint64_t hash)
{
	size_t i = hash & (cap - 1);

	while (lines[i].key.n && !(lines[i].hash == hash && str_eq(lines[i].key, key)))
		i = (i + 1) & (cap - 1);
	return &lines[i];
}

static void grow(struct tally *t)
{
	size_t cap = t->cap ? t->cap * 2 : FIRST;
	struct tally_line *lines = calloc(cap, sizeof(*lines));

	if (!lines)
		abort();
	for (size_t i = 0; i < t->cap; i++)
		if (t->lines[i].key.n)
			*place(lines, cap, t->lines[i].key, t->lines[i].hash) = t->lines[i];
	free(t->lines);
	t->lines = lines;
	t->cap = cap;
}

void tally_add(struct tally *t, struct str key, int64_t count, int128 micro)
{
	uint64_t hash = hash_key(key);
	struct tally_line *l;

	if (t->n * 2 >= t->cap)
		grow(t);
	l = place(t->lines, t->cap, key, hash);
	if (!l->key.n) {
		l->key = arena_str(&t->keys, key);
		l->hash = hash;
		t->n++;
	}
	l->count += count;
	l->micro += micro;
}

bool tally_has(const struct tally *t, struct str key)
{
	return t->n && place(t->lines, t->cap, key, hash_key(key))->key.n;
}

static int by_key(const void *a, const void *b)
{
	return str_cmp(((const struct tally_line *)a)->key,
		       ((const struct tally_line *)b)->key);
}

struct tally_line *tally_sorted(const struct tally *t, struct arena *a)
{
	struct tally_line *out;
	size_t n = 0;

	if (!t->n)
		return NULL;
	out = arena_array(a, struct tally_line, t->n);
	for (size_t i = 0; i < t->cap; i++)
		if (t->lines[i].key.n)
			out[n++] = t->lines[i];
	qsort(out, n, sizeof(*out), by_key);
	return out;
}
