/* What is kept of peers, and peers that are not there. */
#include "../register/nodes.h"

#include "exchange/peers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

static struct nodes t;

static int up(void **state)
{
	(void)state;
	nodes_up(&t);
	return 0;
}

static int down(void **state)
{
	(void)state;
	nodes_down(&t);
	return 0;
}

/* An address nothing listens on: the socket is bound and never listens. */
static struct str nobody(int *fd)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	char url[64];

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(bind(*fd, (struct sockaddr *)&a, n), 0);
	assert_return_code(getsockname(*fd, (struct sockaddr *)&a, &n), 0);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u", ntohs(a.sin_port));
	return arena_str(&t.a, str_z(url));
}

static size_t list(struct peer_row **rows)
{
	struct view *v = reading(t.ml);
	struct err err;
	size_t n;

	check_ok(peers_list(v, &t.a, rows, &n, &err), &err);
	read_done(v);
	return n;
}

static void a_failure_is_kept_in_words(void **state)
{
	int fd;
	struct sync_plan plan = { .url = nobody(&fd) };
	struct sync_result result;
	struct peer_row *rows;
	struct err err;

	(void)state;
	assert_int_equal(list(&rows), 0);
	for (unsigned i = 1; i <= 3; i++) {
		assert_false(peer_exchange(t.ml, &t.a, &plan, &result, &err));
		assert_int_equal(err.kind, ERR_UNREACHABLE);
		assert_int_equal(list(&rows), 1);
		check_str(rows[0].url, plan.url);
		assert_int_equal(rows[0].failures, i);
		assert_int_equal(rows[0].tried, MARCH_2_2026 + (int)i - 1);
		assert_int_equal(rows[0].heard, 0);
		assert_int_equal(rows[0].error.kind, err.kind);
		assert_string_equal(rows[0].error.message, err.message);
		assert_string_equal(rows[0].error.arg[0], err.arg[0]);
		assert_string_equal(rows[0].error.arg[1], err.arg[1]);
		t.fixed.ms += 1000;
	}
	node_close(t.ml);
	t.ml = open_node(&t, t.ml_dir, STORE_WRITE);
	assert_int_equal(list(&rows), 1);
	assert_int_equal(rows[0].failures, 3);
	close(fd);
}

/* Addresses nobody asks any more give way. */
static void only_so_many_are_kept(void **state)
{
	struct peer_row *rows;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 70; i++) {
		struct sync_plan plan = { .url = S("http://127.0.0.1:1/") };
		struct sync_result result;
		struct err err;
		char url[64];

		snprintf(url, sizeof(url), "ftp://127.0.0.1/%d", i);
		plan.url = str_z(url);
		t.fixed.ms += 1000;
		assert_false(peer_exchange(t.ml, &t.a, &plan, &result, &err));
		n = list(&rows);
		assert_true(n <= 64);
	}
	assert_int_equal(n, 64);
	for (size_t i = 0; i < n; i++)
		assert_true(rows[i].tried > MARCH_2_2026 + 6);
}

static void told(void *ctx, struct str url, const struct err *err)
{
	(void)url;
	if (err)
		atomic_fetch_add((_Atomic int *)ctx, 1);
}

static void they_are_told_once_and_stop(void **state)
{
	_Atomic int times = 0;
	int fd;
	struct str urls[PEERS_MAX + 1] = { nobody(&fd) };
	struct peers_plan plan = { .urls = urls, .count = 1, .told = told, .ctx = &times };
	struct peers *p;
	struct err err;

	(void)state;
	check_ok(peers_start(t.ml, &plan, &p, &err), &err);
	for (int i = 0; i < 500 && atomic_load(&times) == 0; i++)
		poll(NULL, 0, 20);
	good(&t, t.ml,
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":" ORGANISATION(
		     "A") "}");
	peers_stop(p);
	assert_int_equal(atomic_load(&times), 1);
	peers_stop(NULL);
	close(fd);
	for (size_t i = 0; i <= PEERS_MAX; i++)
		urls[i] = S("http://127.0.0.1:1");
	plan.count = PEERS_MAX + 1;
	assert_false(peers_start(t.ml, &plan, &p, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	plan.count = 1;
	urls[0] = S("127.0.0.1:8080");
	assert_false(peers_start(t.ml, &plan, &p, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_null(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_failure_is_kept_in_words, up, down),
		cmocka_unit_test_setup_teardown(only_so_many_are_kept, up, down),
		cmocka_unit_test_setup_teardown(they_are_told_once_and_stop, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
