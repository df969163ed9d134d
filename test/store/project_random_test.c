/*
 * State is a function of the ledgers alone (LEDGER.md 7): whatever the interleaving of their
 * entries, wherever batches end, on either engine, the dump is the same as after a rebuild.
 */
#include "history.h"

enum { STEPS = 220, INTERLEAVINGS = 3 };

/* Entries of the chains in random turns, in batches of random length. */
static void apply_at_random(struct reader *r, struct random_source *random)
{
	struct chains *w = r->w;
	size_t left = 0;

	for (size_t i = 0; i < w->count; i++)
		left += w->chain[i].n - reader_applied(r, &w->chain[i]);
	while (left) {
		unsigned batch = 1 + random_below(random, random_below(random, 2) ? 3 : 60);

		reader_begin(r);
		while (left && batch--) {
			const struct chain *c = &w->chain[random_below(random, (unsigned)w->count)];
			unsigned run = 1 + random_below(random, 12);
			struct err err;

			for (uint64_t n = reader_applied(r, c); n < c->n && run--; n++, left--)
				reader_apply(r, c, n);
			if (random_below(random, 4) == 0)
				check_ok(apply_look(r->p, &err), &err);
		}
		reader_commit(r);
	}
}

static struct buf rebuilt(struct chains *w, const struct place *at, const char *name)
{
	struct reader r;
	struct buf dump;

	reader_open(&r, w, at, name);
	reader_apply_to(&r, NULL);
	dump = reader_dump(&r, true);
	reader_close(&r);
	return dump;
}

static void check_interleavings(struct chains *w, const struct place *at, const struct buf *want,
				struct random_source *random)
{
	for (int i = 0; i < INTERLEAVINGS; i++) {
		struct reader r;
		struct buf dump;
		char name[16];

		snprintf(name, sizeof(name), "turn%d", i);
		reader_open(&r, w, at, name);
		apply_at_random(&r, random);
		dump = reader_dump(&r, true);
		check_dumps(&dump, want);
		buf_done(&dump);
		reader_close(&r);
		if (!on_postgres(at)) {
			char path[128];

			snprintf(path, sizeof(path), "%s/%s.db", at->dir, name);
			unlink(path);
		}
	}
}

static void one_seed(const struct place *at, const char *codes, uint64_t seed)
{
	struct history *h = history_make(codes, seed);
	struct random_source random = random_from(seed + 1000);
	struct buf want;

	for (int i = 0; i < STEPS; i++)
		history_step(h);
	want = rebuilt(h->w, at, "rebuilt");
	check_interleavings(h->w, at, &want, &random);
	/* The other engine says the same. */
	if (on_postgres(at)) {
		struct place lite = *at;
		struct buf other;

		snprintf(lite.url, sizeof(lite.url), "sqlite");
		other = rebuilt(h->w, &lite, "lite");
		check_dumps(&other, &want);
		buf_done(&other);
	}
	buf_done(&want);
	history_free(h);
}

static void two_parties(void **state)
{
	one_seed(place_of(state), "ml ru", 7);
}

static void two_parties_again(void **state)
{
	one_seed(place_of(state), "ml ru", 8);
}

static void three_parties(void **state)
{
	one_seed(place_of(state), "ml ru bf", 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(two_parties), BOTH(two_parties_again),
					    BOTH(three_parties) };

	return run_on_engines(tests);
}
