#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4 << 10, LARGEST_STEP = 1 << 20 };

void arena_init(struct arena *a, size_t max)
{
	*a = (struct arena){ .max = max };
}

static void free_blocks(struct arena_block *b)
{
	while (b) {
		struct arena_block *next = b->next;

		free(b);
		b = next;
	}
}

void arena_done(struct arena *a)
{
	free_blocks(a->block);
	*a = (struct arena){ 0 };
}

void arena_reset(struct arena *a)
{
	if (!a->block)
		return;
	free_blocks(a->block->next);
	a->block->next = NULL;
	a->block->at = 0;
	a->used = a->block->cap;
}

size_t arena_size(size_t size, size_t n)
{
	size_t all;
	bool overflow = __builtin_mul_overflow(size, n, &all);

	assert(!overflow);
	return all;
}

void arena_grow(struct arena *a, size_t n)
{
	size_t cap = a->block ? a->block->cap * 2 : FIRST_BLOCK;
	struct arena_block *b;

	if (cap > LARGEST_STEP)
		cap = LARGEST_STEP;
	if (cap < n)
		cap = n;
	assert(cap <= a->max - a->used);
	b = malloc(sizeof(*b) + cap);
	if (!b)
		abort();
	*b = (struct arena_block){ .next = a->block, .cap = cap };
	a->block = b;
	a->used += cap;
}

struct str arena_str(struct arena *a, struct str s)
{
	return (struct str){ arena_z(a, s), s.n };
}

char *arena_z(struct arena *a, struct str s)
{
	char *p = arena_take(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

struct str arena_buf(struct arena *a, struct buf *b)
{
	struct str s;

	assert(!b->full);
	s = arena_str(a, buf_str(b));
	buf_done(b);
	return s;
}

struct str arena_join(struct arena *a, struct str x, struct str y)
{
	char *p = arena_take(a, x.n + y.n + 1);

	if (x.n)
		memcpy(p, x.p, x.n);
	if (y.n)
		memcpy(p + x.n, y.p, y.n);
	p[x.n + y.n] = '\0';
	return (struct str){ p, x.n + y.n };
}
