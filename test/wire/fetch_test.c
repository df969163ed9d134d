/* A client that false, slow and endless peers cannot hold. */
#include "raw.h"

#include "wire/fetch.h"

#include <pthread.h>
#include <stdlib.h>

/* A server that says the same to everyone who asks, and keeps what it was asked. */
struct saying {
	int fd;
	uint16_t port;
	pthread_t thread;
	struct str answer, drip; /* drip: again and again after the answer */
	unsigned pause_ms;       /* between drips */
	char asked[8192];
	size_t asked_n;
};

static void say_drips(const struct saying *s, int to)
{
	while (s->drip.n && raw_say(to, s->drip))
		poll(NULL, 0, (int)s->pause_ms);
}

static void *serve_saying(void *ctx)
{
	struct saying *s = ctx;

	for (;;) {
		int to = accept(s->fd, NULL, NULL);
		ssize_t n;

		if (to < 0)
			return NULL;
		n = recv(to, s->asked, sizeof(s->asked), 0);
		s->asked_n = n > 0 ? (size_t)n : 0;
		if (raw_say(to, s->answer))
			say_drips(s, to);
		close(to);
	}
}

static void say(struct saying *s, const char *answer)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);

	s->answer = str_z(answer);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(bind(s->fd, (struct sockaddr *)&a, n), 0);
	assert_return_code(listen(s->fd, 8), 0);
	assert_return_code(getsockname(s->fd, (struct sockaddr *)&a, &n), 0);
	s->port = ntohs(a.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, serve_saying, s), 0);
}

static struct fetch *asker(const struct saying *s)
{
	struct fetch *f;
	char url[64];
	struct err err;

	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", s->port);
	check_ok(fetch_open(str_z(url), &f, &err), &err);
	return f;
}

static void quiet(struct saying *s, struct fetch *f)
{
	fetch_close(f);
	shutdown(s->fd, SHUT_RDWR);
	close(s->fd);
	pthread_join(s->thread, NULL);
}

static void it_posts_and_counts(void **state)
{
	struct saying s = { 0 };
	struct fetch *f;
	struct fetch_request q = { .path = S("/x"),
				   .type = "text/plain",
				   .body = S("hello\n"),
				   .headers = { { "Benkan-Auth", S("abc") } } };
	unsigned status, requests;
	uint64_t bytes;
	struct str asked;
	struct buf out;
	struct err err;

	(void)state;
	say(&s, "HTTP/1.1 409 Conflict\r\nContent-Length: 3\r\nConnection: close\r\n\r\n42\n");
	f = asker(&s);
	buf_init(&out, 100);
	check_ok(fetch_ask(f, &q, &status, &out, &err), &err);
	assert_int_equal(status, 409);
	check_str(buf_str(&out), S("42\n"));
	asked = str_of(s.asked, s.asked_n);
	assert_true(str_starts(asked, S("POST /x HTTP/1.1\r\n")));
	assert_true(str_find(asked, S("\r\nBenkan-Auth: abc\r\n")) < asked.n);
	assert_true(str_find(asked, S("\r\nContent-Type: text/plain\r\n")) < asked.n);
	assert_true(str_find(asked, S("Expect")) == asked.n);
	fetch_count(f, &requests, &bytes);
	assert_int_equal(requests, 1);
	assert_in_range(bytes, asked.n + s.answer.n - 8, asked.n + s.answer.n + 8);
	/* A GET after a POST is one. */
	assert_false(fetch_get(f, S("/y"), &out, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	assert_true(str_starts(str_of(s.asked, s.asked_n), S("GET /y HTTP/1.1\r\n")));
	assert_true(str_find(str_of(s.asked, s.asked_n), S("Content-Type")) == s.asked_n);
	buf_done(&out);
	quiet(&s, f);
}

static void an_endless_answer_is_dropped(void **state)
{
	struct saying s = { .drip = S("0123456789012345678901234567890123456789") };
	struct fetch *f;
	struct buf out;
	struct err err;

	(void)state;
	say(&s, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
	f = asker(&s);
	buf_init(&out, 1000);
	assert_false(fetch_get(f, S("/"), &out, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	fetch_bound(f, &(struct fetch_bounds){ 60, 500, NULL });
	buf_done(&out);
	buf_init(&out, 1 << 20);
	assert_false(fetch_get(f, S("/"), &out, &err));
	assert_non_null(strstr(err.message, "in one exchange"));
	buf_done(&out);
	quiet(&s, f);
}

static void a_slow_answer_is_given_up(void **state)
{
	struct saying s = { .drip = S("."), .pause_ms = 20 };
	struct fetch *f;
	struct buf out;
	struct err err;

	(void)state;
	say(&s, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
	f = asker(&s);
	buf_init(&out, 1 << 20);
	fetch_bound(f, &(struct fetch_bounds){ 1, UINT64_MAX, NULL });
	assert_false(fetch_get(f, S("/"), &out, &err));
	assert_int_equal(err.kind, ERR_UNREACHABLE);
	assert_false(fetch_get(f, S("/"), &out, &err)); /* the time is used up */
	assert_non_null(strstr(err.message, "too long"));
	buf_done(&out);
	quiet(&s, f);
}

static void *stop_soon(void *ctx)
{
	poll(NULL, 0, 100);
	atomic_store((atomic_bool *)ctx, true);
	return NULL;
}

static void it_can_be_stopped(void **state)
{
	struct saying s = { .drip = S("."), .pause_ms = 20 };
	atomic_bool stop = false;
	pthread_t stopper;
	struct fetch *f;
	struct buf out;
	struct err err;

	(void)state;
	say(&s, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
	f = asker(&s);
	buf_init(&out, 1 << 20);
	fetch_bound(f, &(struct fetch_bounds){ 600, UINT64_MAX, &stop });
	assert_int_equal(pthread_create(&stopper, NULL, stop_soon, &stop), 0);
	assert_false(fetch_get(f, S("/"), &out, &err));
	assert_non_null(strstr(err.message, "stopped"));
	pthread_join(stopper, NULL);
	buf_done(&out);
	quiet(&s, f);
}

static void other_addresses_are_none(void **state)
{
	static const char *const bad[] = { "", "ftp://x/", "file:///etc/passwd", "x" };
	struct fetch *f;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(fetch_open(str_z(bad[i]), &f, &err));
		assert_int_equal(err.kind, ERR_INPUT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_posts_and_counts),
		cmocka_unit_test(an_endless_answer_is_dropped),
		cmocka_unit_test(a_slow_answer_is_given_up),
		cmocka_unit_test(it_can_be_stopped),
		cmocka_unit_test(other_addresses_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
