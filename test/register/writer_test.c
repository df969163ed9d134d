/* Sixty-four clients at once: no error, nothing lost, nothing twice. */
#include "nodes.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_act_has_its_place) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
