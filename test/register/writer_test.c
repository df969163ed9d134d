/* Sixty-four clients at once: no error, nothing lost, nothing twice. */
#include "nodes.h"

#include <stdatomic.h>

static struct nodes t;

enum { CLIENTS = 64, EACH = 40 };

struct client {
	pthread_t thread;
	struct arena a;
	uint64_t places[EACH];
	size_t refused;
};

static void *write_some(void *ctx)
{
	struct client *c = ctx;
	struct draft d = { .json = S("{\"type\":\"record.put\",\"kind\":\"organisation\","
				     "\"data\":" ORGANISATION("A") "}") };

	for (int i = 0; i < EACH; i++) {
		struct act_result r;

		arena_reset(&c->a);
		register_do(t.ml, &c->a, &d, &r);
		c->places[i] = r.n;
		c->refused += !r.done;
	}
	return NULL;
}

static void every_act_has_its_place(void **state)
{
	static struct client clients[CLIENTS];
	static bool taken[CLIENTS * EACH + 1];

	(void)state;
	nodes_up(&t);
	for (int i = 0; i < CLIENTS; i++) {
		arena_init(&clients[i].a, 16 << 20);
		assert_int_equal(
			pthread_create(&clients[i].thread, NULL, write_some, &clients[i]), 0);
	}
	for (int i = 0; i < CLIENTS; i++) {
		pthread_join(clients[i].thread, NULL);
		arena_done(&clients[i].a);
		assert_int_equal(clients[i].refused, 0);
		for (int k = 0; k < EACH; k++) {
			assert_in_range(clients[i].places[k], 1, CLIENTS * EACH);
			assert_false(taken[clients[i].places[k]]);
			taken[clients[i].places[k]] = true;
		}
	}
	node_close(t.ml);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE); /* and it is still there */
	assert_int_equal(store_next(node_store(t.ml)), CLIENTS * EACH + 1);
	nodes_down(&t);
}

/* --- callers that wait beside callers that do not --- */

enum { LATER = 300, WAITING = 8 };

struct later {
	struct arena a;
	struct act_result r;
	bool bad;
};

static atomic_uint done;

static void count_done(void *ctx)
{
	(void)ctx;
	atomic_fetch_add(&done, 1);
}

static void *write_later(void *ctx)
{
	struct later *some = ctx;

	for (int i = 0; i < LATER; i++) {
		const struct draft d = { .json = some[i].bad ? S("{}")
							     : S("{\"type\":\"record.put\","
								 "\"kind\":\"organisation\","
								 "\"data\":" ORGANISATION(
									 "B") "}") };

		register_do_later(t.ml, &some[i].a, &d, &some[i].r, count_done, &some[i]);
	}
	return NULL;
}

static void who_does_not_wait_is_told(void **state)
{
	static struct client clients[WAITING];
	static struct later some[LATER];
	pthread_t thread;
	int good = 0;

	(void)state;
	nodes_up(&t);
	for (int i = 0; i < LATER; i++) {
		arena_init(&some[i].a, 16 << 20);
		some[i].bad = i % 7 == 3;
	}
	assert_int_equal(pthread_create(&thread, NULL, write_later, some), 0);
	for (int i = 0; i < WAITING; i++) {
		arena_init(&clients[i].a, 16 << 20);
		assert_int_equal(
			pthread_create(&clients[i].thread, NULL, write_some, &clients[i]), 0);
	}
	for (int i = 0; i < WAITING; i++) {
		pthread_join(clients[i].thread, NULL);
		arena_done(&clients[i].a);
		assert_int_equal(clients[i].refused, 0);
	}
	pthread_join(thread, NULL);
	node_close(t.ml); /* waits for what is left */
	assert_int_equal(atomic_load(&done), LATER);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	for (int i = 0; i < LATER; i++) {
		assert_int_equal(some[i].r.done, !some[i].bad);
		good += some[i].r.done;
		if (some[i].r.done)
			assert_in_range(some[i].r.n, 1, WAITING * EACH + LATER);
		arena_done(&some[i].a);
	}
	assert_int_equal(store_next(node_store(t.ml)), 1 + WAITING * EACH + good);
	nodes_down(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_act_has_its_place),
					    cmocka_unit_test(who_does_not_wait_is_told) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
