/* Readers beside the one who writes: each sees one moment, whole; what was committed before it
 * began is in it. */
#include "rig.h"

#include <pthread.h>
#include <stdatomic.h>

enum { READERS = 3, COMMITS = 150 };

struct reading {
	struct store *store;
	_Atomic uint64_t *committed;
	_Atomic bool *stop;
	unsigned views;
	const char *wrong;
};

/* Entries below the size are there, the one at the size is not; the checkpoint served is no
 * larger. */
static const char *look(struct view *v, struct arena *a, uint64_t committed)
{
	struct ledger_row *rows;
	struct checkpoint cp;
	struct note note;
	struct str bytes;
	struct err err;
	size_t n;

	if (!view_ledgers(v, a, &rows, &n, &err) || n != 2)
		return "no ledgers";
	if (rows[0].size < committed)
		return "a commit is not seen";
	if (rows[0].size && !view_entry(v, a, S("ml"), rows[0].size - 1, &bytes, &err))
		return "an entry is missing";
	if (view_entry(v, a, S("ml"), rows[0].size, &bytes, &err))
		return "an entry beyond the size";
	if (!view_checkpoint(v, a, S("ml"), &bytes, &err))
		return err.kind == ERR_MISSING ? NULL : "no checkpoint";
	if (!note_parse(bytes, &note, &err) || !checkpoint_parse(note.text, &cp, &err) ||
	    cp.size > rows[0].size)
		return "a checkpoint beyond the size";
	return NULL;
}

static void *read_on(void *ctx)
{
	struct reading *r = ctx;
	struct arena a;
	struct view *v;
	struct err err;

	arena_init(&a, 16 << 20);
	if (!view_open(r->store, &v, &err)) {
		r->wrong = "no view";
		return NULL;
	}
	while (!r->wrong && (!atomic_load(r->stop) || r->views == 0)) {
		uint64_t committed = atomic_load(r->committed),
			 generation = store_generation(r->store);

		if (!view_begin(v, &err)) {
			r->wrong = "no snapshot";
			break;
		}
		r->wrong = look(v, &a, committed);
		view_end(v);
		if (store_generation(r->store) < generation)
			r->wrong = "the generation went back";
		arena_reset(&a);
		r->views++;
	}
	view_close(v);
	arena_done(&a);
	return NULL;
}

/* After that the store reads the ledgers again, under those who read. */
static void take_back(struct store *s)
{
	struct hash leaf;
	struct arena a;
	struct err err;

	arena_init(&a, 1 << 20);
	check_ok(store_begin(s, &err), &err);
	check_ok(store_append(s, rig_entry(&a, "ml", store_next(s), 1), &leaf, &err), &err);
	store_rollback(s);
	arena_done(&a);
}

static void readers_beside_the_writer(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	_Atomic uint64_t committed = 0;
	_Atomic bool stop = false;
	struct reading reading[READERS];
	pthread_t threads[READERS];
	struct hash name;
	struct err err;
	char text[32];

	for (int i = 0; i < READERS; i++) {
		reading[i] =
			(struct reading){ .store = s, .committed = &committed, .stop = &stop };
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, &reading[i]), 0);
	}
	for (int i = 0; i < COMMITS; i++) {
		rig_append(s, &world.ml, 1 + (uint64_t)(i % 3));
		atomic_store(&committed, store_next(s));
		if (i % 3 == 0)
			take_back(s);
		snprintf(text, sizeof(text), "attachment %d", i);
		check_ok(store_blob_put(s, str_z(text), &name, &err), &err);
	}
	atomic_store(&stop, true);
	for (int i = 0; i < READERS; i++) {
		pthread_join(threads[i], NULL);
		if (reading[i].wrong)
			print_error("reader %d: %s\n", i, reading[i].wrong);
		assert_null(reading[i].wrong);
		assert_true(reading[i].views > 0);
	}
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(readers_beside_the_writer) };

	return run_on_engines(tests);
}
