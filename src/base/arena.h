/*
 * One arena per request or command: everything that lives as long as it does is
 * taken from here and given back in one piece.
 *
 * The ceiling is a trap for bugs, not a check of input: outside bytes are bounded
 * where they come in, so that passing the ceiling stops the program.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include "base/str.h"

#include <stdalign.h>

struct arena_block {
	struct arena_block *next;
	size_t cap, at;
	alignas(max_align_t) unsigned char bytes[];
};
struct arena {
	struct arena_block *block;
	size_t used, max;
};

void arena_init(struct arena *a, size_t max);
void arena_done(struct arena *a);
void arena_reset(struct arena *a); /* gives everything back, keeps one block for reuse */

void arena_grow(struct arena *a, size_t n); /* arena_alloc when the block is spent */
/* `n` bytes that the caller fills, aligned for any type; never NULL. */
__attribute__((returns_nonnull)) static inline void *arena_take(struct arena *a, size_t n)
{
	size_t aligned = alignof(max_align_t), step = (n + aligned - 1) / aligned * aligned;
	void *p;

	if (!a->block || step < n || step > a->block->cap - a->block->at)
		arena_grow(a, step < n ? n : step);
	p = a->block->bytes + a->block->at;
	a->block->at += step;
	return p;
}
/* The same, zeroed. */
__attribute__((returns_nonnull)) static inline void *arena_alloc(struct arena *a, size_t n)
{
	return memset(arena_take(a, n), 0, n);
}
#define arena_new(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), arena_size(sizeof(type), (n))))
/* Room for n that the caller fills as far as they are used: zeroing it would cost more. */
#define arena_room(a, type, n) ((type *)arena_take((a), arena_size(sizeof(type), (n))))
size_t arena_size(size_t size, size_t n); /* size * n; stops on overflow */

struct str arena_str(struct arena *a, struct str s);  /* a copy */
char *arena_z(struct arena *a, struct str s);         /* a copy with a zero byte after it */
struct str arena_buf(struct arena *a, struct buf *b); /* a copy of its text; frees the buffer */
struct str arena_join(struct arena *a, struct str x, struct str y);

#endif
