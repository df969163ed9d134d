/* A client that says exactly the bytes it is told to, for tests of the server. */
#ifndef TEST_WIRE_RAW_H
#define TEST_WIRE_RAW_H
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

enum { RAW_MAX = 1 << 20, RAW_WAIT_MS = 20000 };

/* One answer as it came. */
struct raw_answer {
	unsigned status; /* 0: the connection ended before a whole head was there */
	struct str head, body;
};

static inline int raw_open(uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

/* Send all of it; false when the other side has gone. */
static inline bool raw_say(int fd, struct str s)
{
	while (s.n > 0) {
		ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		s = str_from(s, (size_t)n);
	}
	return true;
}

/* Read until the other side closes or `enough` says so; what has come. */
static inline struct str raw_read(int fd, char *space, size_t cap, bool (*enough)(struct str))
{
	size_t n = 0;

	while (n < cap && !(enough && enough(str_of(space, n)))) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t got;

		if (poll(&p, 1, RAW_WAIT_MS) != 1) {
			print_error("no answer within %d ms\n", RAW_WAIT_MS);
			fail();
		}
		got = recv(fd, space + n, cap - n, 0);
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	return str_of(space, n);
}

static inline struct str raw_header(struct str head, const char *name)
{
	struct str line;

	while (str_split(&head, '\n', &line)) {
		size_t colon = str_index(line, ':');

		if (colon == strlen(name) && strncasecmp(line.p, name, colon) == 0)
			return str_trim(str_from(line, colon + 1));
	}
	return S("");
}

/* Take one answer off the front of `*all`; `bodyless` for HEAD. */
static inline struct raw_answer raw_next(struct str *all, bool bodyless)
{
	struct raw_answer r = { 0 };
	size_t end = str_find(*all, S("\r\n\r\n"));
	uint64_t length = 0;

	if (end == all->n || all->n < 12)
		return r;
	r.head = str_cut(*all, end + 2);
	r.status = (unsigned)((all->p[9] - '0') * 100 + (all->p[10] - '0') * 10 +
			      (all->p[11] - '0'));
	*all = str_from(*all, end + 4);
	if (bodyless || r.status == 304 || r.status == 204)
		return r;
	if (!str_u64(raw_header(r.head, "content-length"), RAW_MAX, &length))
		length = all->n;
	r.body = str_cut(*all, length);
	*all = str_from(*all, length);
	return r;
}

/* One whole exchange on a connection of its own: `request` should ask to close it. */
static inline struct raw_answer raw_ask(uint16_t port, struct str request)
{
	static char space[RAW_MAX];
	int fd = raw_open(port);
	struct str all;

	raw_say(fd, request);
	all = raw_read(fd, space, sizeof(space), NULL);
	close(fd);
	return raw_next(&all, str_starts(request, S("HEAD")));
}

#endif
