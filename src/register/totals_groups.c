#include "register/totals_groups.h"

#include <stdlib.h>

enum { GROUPS_FIRST = 1024, KEYS_FIRST = 64, CODE_BITS_MAX = 20 };

static void grow(struct groups *g);

void groups_init(struct groups *g)
{
	*g = (struct groups){ 0 };
	grow(g);
	g->moved = true;
	groups_settle(g);
}

void groups_done(struct groups *g)
{
	for (int d = 0; d < TOTALS_DIMS; d++) {
		free(g->dim[d].number);
		free(g->dim[d].key);
	}
	free(g->at);
	free(g->slot);
	free(g->coded);
}

/* --- by hash --- */

static uint64_t hash(const struct group *g)
{
	uint64_t h = g->apart;

	for (int d = 0; d < TOTALS_DIMS; d += 2)
		h = (h ^ ((uint64_t)g->key[d] << 32 | g->key[d + 1])) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

static bool same(const struct group *x, const struct group *y)
{
	return x->apart == y->apart && memcmp(x->key, y->key, sizeof(x->key)) == 0;
}

static uint32_t *place(const struct groups *s, const struct group *like)
{
	size_t i = hash(like) & (s->cap - 1);

	while (s->slot[i] && !same(&s->at[s->slot[i] - 1], like))
		i = (i + 1) & (s->cap - 1);
	return &s->slot[i];
}

static void grow(struct groups *g)
{
	g->cap = g->cap ? g->cap * 2 : GROUPS_FIRST;
	free(g->slot);
	g->slot = calloc(g->cap, sizeof(*g->slot));
	g->at = realloc(g->at, g->cap / 2 * sizeof(*g->at));
	if (!g->slot || !g->at)
		abort();
	for (size_t i = 0; i < g->n; i++)
		*place(g, &g->at[i]) = (uint32_t)i + 1;
}

struct group *groups_find(struct groups *g, const struct group *like)
{
	uint32_t *at = place(g, like);

	if (!*at) {
		if (g->n * 2 + 2 >= g->cap) {
			grow(g);
			at = place(g, like);
		}
		g->at[g->n++] = *like;
		*at = (uint32_t)g->n;
	}
	return &g->at[*at - 1];
}

/* --- by code --- */

static void *room(void *old, size_t *cap, size_t at)
{
	size_t had = *cap;
	uint32_t *out;

	if (at < had)
		return old;
	while (*cap <= at)
		*cap = *cap ? *cap * 2 : KEYS_FIRST;
	out = realloc(old, *cap * sizeof(*out));
	if (!out)
		abort();
	memset(out + had, 0, (*cap - had) * sizeof(*out));
	return out;
}

void groups_number_new(struct groups *g, enum totals_dim d, uint32_t key)
{
	struct numbered *of = &g->dim[d];

	of->number = room(of->number, &of->key_cap, key);
	of->key = room(of->key, &of->number_cap, of->n);
	of->key[of->n++] = key;
	of->number[key] = of->n;
	if (of->n > 1u << of->bits) {
		of->bits++;
		g->moved = true;
	}
}

static void put_code(struct groups *g, size_t i)
{
	uint32_t code = 0;

	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++)
		if (g->dim[d].n)
			code |= groups_code(g, d, g->at[i].key[d]);
	g->coded[code] = (uint32_t)i + 1;
}

void groups_settle(struct groups *g)
{
	if (!g->moved || g->too_long)
		return;
	g->moved = false;
	g->bits = 0;
	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++) {
		g->dim[d].shift = g->bits;
		g->bits += g->dim[d].bits;
	}
	free(g->coded);
	g->coded = NULL;
	g->too_long = g->bits > CODE_BITS_MAX;
	if (g->too_long)
		return;
	g->coded = calloc((size_t)1 << g->bits, sizeof(*g->coded));
	if (!g->coded)
		abort();
	for (size_t i = 0; i < g->n; i++)
		if (!g->at[i].apart)
			put_code(g, i);
}

struct group *groups_coded_new(struct groups *g, uint32_t code)
{
	struct group like = { 0 };

	for (enum totals_dim d = 0; d < TOTALS_DIMS; d++) {
		const struct numbered *of = &g->dim[d];

		if (of->n)
			like.key[d] = of->key[code >> of->shift & ((1u << of->bits) - 1)];
	}
	(void)groups_find(g, &like);
	g->coded[code] = *place(g, &like);
	return &g->at[g->coded[code] - 1];
}
