/* A view that was closed waits for the next reader, who finds in it nothing of the last one. */
#include "rig.h"

#include <pthread.h>
#include <stdatomic.h>

enum { MANY = 20, READERS = 8, TURNS = 60 };

static uint64_t shown(struct view *v)
{
	struct err err;
	uint64_t n;

	check_ok(view_applied(v, S("ml"), &n, &err), &err);
	return n;
}

static void closed_and_opened_again(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct view *first, *again;
	struct err err;

	rig_append(s, &world.ml, 3);
	first = rig_view(s);
	check_ok(view_begin(first, &err), &err);
	assert_int_equal(shown(first), 3);
	view_close(first); /* in the middle of its moment */
	rig_append(s, &world.ml, 2);
	again = rig_view(s);
	assert_ptr_equal(again, first);
	check_ok(view_begin(again, &err), &err);
	assert_int_equal(shown(again), 5);
	view_end(again);
	view_close(again);
	store_close(s);
}

static void more_than_are_kept(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct view *v[MANY];
	struct err err;

	rig_append(s, &world.ml, 1);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < MANY; i++) {
			v[i] = rig_view(s);
			check_ok(view_begin(v[i], &err), &err);
			assert_int_equal(shown(v[i]), 1);
			for (int k = 0; k < i; k++)
				assert_ptr_not_equal(v[k], v[i]);
		}
		for (int i = 0; i < MANY; i++)
			view_close(v[i]);
	}
	store_close(s);
}

/* The register that a view had open is gone. */
static void the_register_is_made_anew(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	struct view *v;
	struct err err;

	rig_append(s, &world.ml, 2);
	v = rig_view(s);
	check_ok(view_begin(v, &err), &err);
	view_end(v);
	view_close(v);
	check_ok(store_rebuild(s, NULL, NULL, &err), &err);
	rig_append(s, &world.ml, 2);
	v = rig_view(s);
	check_ok(view_begin(v, &err), &err);
	assert_int_equal(shown(v), 4);
	view_close(v);
	store_close(s);
}

struct reader {
	struct store *store;
	_Atomic uint64_t *committed;
	bool good;
};

static void *read_in_turns(void *ctx)
{
	struct reader *r = ctx;
	struct view *v;
	struct err err;
	uint64_t n;

	r->good = true;
	for (int i = 0; r->good && i < TURNS; i++) {
		uint64_t committed = atomic_load(r->committed);

		r->good = view_open(r->store, &v, &err);
		if (!r->good)
			break;
		r->good = view_begin(v, &err) && view_applied(v, S("ml"), &n, &err) &&
			  n >= committed;
		view_close(v);
	}
	return NULL;
}

static void many_readers_in_turns(void **state)
{
	struct store *s = rig_node(place_of(state), "ml");
	_Atomic uint64_t committed = 0;
	struct reader reader[READERS];
	pthread_t threads[READERS];

	for (int i = 0; i < READERS; i++) {
		reader[i] = (struct reader){ .store = s, .committed = &committed };
		assert_int_equal(pthread_create(&threads[i], NULL, read_in_turns, &reader[i]),
				 0);
	}
	for (int i = 0; i < TURNS; i++) {
		rig_append(s, &world.ml, 1);
		atomic_store(&committed, store_next(s));
	}
	for (int i = 0; i < READERS; i++) {
		pthread_join(threads[i], NULL);
		assert_true(reader[i].good);
	}
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH(closed_and_opened_again),
					    BOTH(more_than_are_kept),
					    BOTH(the_register_is_made_anew),
					    BOTH(many_readers_in_turns) };

	return run_on_engines(tests);
}
