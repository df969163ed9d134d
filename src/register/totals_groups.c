#include "register/totals_groups.h"

#include <stdlib.h>

enum { GROUPS_FIRST = 1024, KEYS_FIRST = 64, CELLS_MAX = 1 << 22 };

static void grow_to(struct groups *g, size_t n);

void groups_init(struct groups *g)
{
	*g = (struct groups){ 0 };
	grow_to(g, 0);
	groups_number(g, CODE_APART, 0);
}

void groups_done(struct groups *g)
{
	for (int d = 0; d < CODE_DIMS; d++) {
		free(g->dim[d].number);
		free(g->dim[d].key);
	}
	free(g->at);
	free(g->slot);
	free(g->cells);
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

/* Room for twice as many, or for as many as these at once. */
static void grow_to(struct groups *g, size_t n)
{
	do
		g->cap = g->cap ? g->cap * 2 : GROUPS_FIRST;
	while (n * 2 + 2 >= g->cap);
	free(g->slot);
	g->slot = calloc(g->cap, sizeof(*g->slot));
	g->at = realloc(g->at, g->cap / 2 * sizeof(*g->at));
	if (!g->slot || !g->at)
		abort();
	g->placed = 0;
}

/* What was gathered stands in no slot until something is looked for. */
static void place_all(struct groups *g)
{
	for (; g->placed < g->n; g->placed++)
		*place(g, &g->at[g->placed]) = (uint32_t)g->placed + 1;
}

struct group *groups_find(struct groups *g, const struct group *like)
{
	uint32_t *at;

	place_all(g);
	at = place(g, like);
	if (!*at) {
		if (g->n * 2 + 2 >= g->cap) {
			grow_to(g, g->n);
			place_all(g);
			at = place(g, like);
		}
		g->at[g->n++] = *like;
		*at = (uint32_t)g->n;
		g->placed = g->n;
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

void groups_number_new(struct groups *g, int d, uint32_t key)
{
	struct numbered *of = &g->dim[d];

	of->number = room(of->number, &of->key_cap, key);
	of->key = room(of->key, &of->number_cap, of->n);
	of->key[of->n++] = key;
	of->number[key] = of->n;
	g->moved = g->moved || of->n > of->room;
}

/* The keys of a code, as it was laid out. */
static struct group group_of(const struct groups *g, uint32_t code)
{
	struct group like = { 0 };
	uint32_t key[CODE_DIMS] = { 0 }, apart;

	for (int d = CODE_DIMS; d-- > 0;) {
		const struct numbered *of = &g->dim[d];

		if (!of->room)
			continue;
		key[d] = of->key[code / of->step];
		code %= of->step;
	}
	memcpy(like.key, key, sizeof(like.key));
	apart = key[CODE_APART];
	if (apart) {
		like.apart = apart % (2 * LEFT_OUT);
		like.key[BY_CURRENCY] = apart / (2 * LEFT_OUT);
	}
	return like;
}

void groups_spill(struct groups *g, uint32_t code, bool up)
{
	struct group like = group_of(g, code);
	int128 past = (int128)1 << 64;

	groups_find(g, &like)->sum += up ? past : -past;
}

static bool is_used(const struct cell *c)
{
	return c->count || c->sum;
}

/* Codes differ as their keys do: into no groups they go without being looked for. */
void groups_gather(struct groups *g)
{
	bool none = !g->n;
	size_t used = 0;

	for (size_t code = 0; code < g->cell_count; code++)
		used += is_used(&g->cells[code]);
	if ((g->n + used) * 2 + 2 >= g->cap)
		grow_to(g, g->n + used);
	for (uint32_t code = 0; code < g->cell_count; code++) {
		const struct cell *c = &g->cells[code];
		struct group like, *to;

		if (!is_used(c))
			continue;
		like = group_of(g, code);
		to = none ? &g->at[g->n++] : groups_find(g, &like);
		if (none)
			*to = like;
		to->count += c->count;
		to->sum += c->sum;
	}
	free(g->cells);
	g->cells = NULL;
	g->cell_count = 0;
}

/* Room for a few more than there are. */
static size_t lay_out(struct groups *g)
{
	size_t step = 1;

	for (int d = 0; d < CODE_DIMS; d++) {
		struct numbered *of = &g->dim[d];

		of->step = (uint32_t)step;
		of->room = of->n + of->n / 8;
		step *= of->room ? of->room : 1;
		if (step > CELLS_MAX)
			break;
	}
	return step;
}

void groups_settle(struct groups *g)
{
	if (!g->moved || g->too_many)
		return;
	groups_gather(g);
	g->moved = false;
	g->cell_count = lay_out(g);
	g->too_many = g->cell_count > CELLS_MAX;
	if (g->too_many) {
		g->cell_count = 0;
		return;
	}
	g->cells = calloc(g->cell_count, sizeof(*g->cells));
	if (!g->cells)
		abort();
}
