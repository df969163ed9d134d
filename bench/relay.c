/*
 * Passes connections on to a port of this machine and counts what goes over them, as the peers'
 * own counters cannot be taken for it.  On SIGTERM it prints requests and bytes: a request is a
 * line of the caller that ends in " HTTP/1.1", bytes are those of both ways as the sockets give
 * them, heads and all.
 *
 * usage: relay LISTEN_PORT TO_PORT
 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINES_MAX = 64, CHUNK = 64 << 10 };

/* One connection: the caller's socket, then that of who is called. */
struct line {
	int fd[2];
	size_t matched; /* of `request`, at the end of what the caller sent last */
};

static volatile sig_atomic_t ended;
static const char request[] = " HTTP/1.1\r\n";

static void end(int number)
{
	(void)number;
	ended = 1;
}

static void must(bool good, const char *what)
{
	if (!good) {
		perror(what);
		exit(1);
	}
}

static struct sockaddr_in local(const char *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons((uint16_t)strtoul(port, NULL, 10)) };

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

static int listen_on(const char *port)
{
	struct sockaddr_in a = local(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	must(fd >= 0 && bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0 &&
		     listen(fd, LINES_MAX) == 0,
	     "relay: listen");
	return fd;
}

static void take(int listening, const char *to, struct line *lines, size_t *n)
{
	struct sockaddr_in a = local(to);
	struct line l = { { accept(listening, NULL, NULL), socket(AF_INET, SOCK_STREAM, 0) },
			  0 };

	must(*n < LINES_MAX && l.fd[0] >= 0 &&
		     connect(l.fd[1], (const struct sockaddr *)&a, sizeof(a)) == 0,
	     "relay: connect");
	lines[(*n)++] = l;
}

static unsigned count_requests(struct line *l, const char *p, size_t n)
{
	unsigned found = 0;

	for (size_t i = 0; i < n; i++) {
		l->matched = p[i] == request[l->matched] ? l->matched + 1 : p[i] == request[0];
		if (l->matched == sizeof(request) - 1) {
			found++;
			l->matched = 0;
		}
	}
	return found;
}

/* What has come from one side goes to the other; false when the connection has ended. */
static bool pass(struct line *l, int side, uint64_t *requests, uint64_t *bytes)
{
	static char chunk[CHUNK];
	ssize_t n = read(l->fd[side], chunk, sizeof(chunk));

	if (n <= 0)
		return false;
	*bytes += (uint64_t)n;
	if (side == 0)
		*requests += count_requests(l, chunk, (size_t)n);
	for (ssize_t done = 0, k; done < n; done += k)
		if ((k = write(l->fd[!side], chunk + done, (size_t)(n - done))) <= 0)
			return false;
	return true;
}

int main(int argc, char **argv)
{
	struct sigaction stop = { .sa_handler = end };
	struct line lines[LINES_MAX];
	uint64_t requests = 0, bytes = 0;
	size_t n = 0;
	int listening;

	if (argc != 3)
		return 2;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigaction(SIGTERM, &stop, NULL);
	listening = listen_on(argv[1]);
	while (!ended) {
		struct pollfd p[1 + 2 * LINES_MAX] = { { .fd = listening, .events = POLLIN } };

		for (size_t i = 0; i < 2 * n; i++)
			p[1 + i] = (struct pollfd){ .fd = lines[i / 2].fd[i % 2],
						    .events = POLLIN };
		if (poll(p, (nfds_t)(1 + 2 * n), 500) <= 0)
			continue;
		for (size_t i = n; i-- > 0;)
			if ((p[1 + 2 * i].revents && !pass(&lines[i], 0, &requests, &bytes)) ||
			    (p[2 + 2 * i].revents && !pass(&lines[i], 1, &requests, &bytes))) {
				(void)close(lines[i].fd[0]);
				(void)close(lines[i].fd[1]);
				lines[i] = lines[--n];
			}
		if (p[0].revents)
			take(listening, argv[2], lines, &n);
	}
	(void)printf("%llu %llu\n", (unsigned long long)requests, (unsigned long long)bytes);
	return 0;
}
