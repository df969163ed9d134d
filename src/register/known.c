#include "register/known.h"

#include "store/tally.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST = 256 };
static const size_t arena_most = (size_t)1 << 30;

void known_init(struct known_set *s)
{
	*s = (struct known_set){ 0 };
	arena_init(&s->arena, arena_most);
}

void known_done(struct known_set *s)
{
	free(s->buckets);
	arena_done(&s->arena);
	*s = (struct known_set){ 0 };
}

void known_clear(struct known_set *s)
{
	if (!s->n)
		return;
	memset(s->buckets, 0, s->cap * sizeof(*s->buckets));
	s->n = 0;
	arena_reset(&s->arena);
}

static void put(struct known **buckets, size_t cap, struct known *k)
{
	struct known **first = &buckets[k->hash & (cap - 1)];

	k->next = *first;
	*first = k;
}

static void grow(struct known_set *s)
{
	size_t cap = s->cap ? s->cap * 2 : FIRST;
	struct known **buckets = calloc(cap, sizeof(struct known *));

	if (!buckets)
		abort();
	for (size_t i = 0; i < s->cap; i++)
		for (struct known *k = s->buckets[i], *next; k; k = next) {
			next = k->next;
			put(buckets, cap, k);
		}
	free(s->buckets);
	s->buckets = buckets;
	s->cap = cap;
}

static struct known *add(struct known_set *s, const struct known *what)
{
	struct known *k = arena_take(&s->arena, sizeof(*k));

	if (s->n == s->cap)
		grow(s);
	*k = *what;
	k->ref.party = arena_str(&s->arena, what->ref.party);
	k->ref.id = arena_str(&s->arena, what->ref.id);
	put(s->buckets, s->cap, k);
	s->n++;
	return k;
}

static bool is_it(const struct known *k, const struct known *what)
{
	return k->hash == what->hash && k->record == what->record &&
	       str_eq(k->ref.id, what->ref.id) && str_eq(k->ref.party, what->ref.party);
}

struct known *known_record(struct known_set *s, const struct record *record, struct ref ref)
{
	const struct known what = { .record = record, .ref = ref, .hash = hash_key(ref.id) };
	struct known *k = s->n ? s->buckets[what.hash & (s->cap - 1)] : NULL;

	while (k && !is_it(k, &what))
		k = k->next;
	return k ? k : add(s, &what);
}
