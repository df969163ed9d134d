/*
 * How long a server takes: asks for each path that stands on stdin, one after the other over
 * one connection (opened again where the server closes it), and prints the median and the 99th
 * hundredth in microseconds, and how many answers were not 200.
 *
 * With a command behind the port it starts that first, and prints instead how many microseconds
 * pass from the start of the command to its first answer to the first path; then it stops the
 * command.
 *
 * With -z it takes answers packed, as browsers do.
 *
 * usage: http_times [-z] PORT [COMMAND ARGUMENT...]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, HEAD_BYTES = 64 << 10, WINDOW_BYTES = 256 << 10 };
enum { TIMES_MAX = 1 << 20, START_TRIES = 20000 };

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int connect_to(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&a, sizeof(a)) != 0) {
		close(fd);
		return -1;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

struct client {
	uint16_t port;
	int fd;
	char *answer; /* WINDOW_BYTES: the head, then each piece of the body in its turn */
	bool packed;
};

/* Bytes after the head as it announces them, SIZE_MAX when the end of the connection tells. */
static size_t body_length(const char *head)
{
	const char *h = strcasestr(head, "\r\nContent-Length:");

	return h == NULL ? SIZE_MAX : (size_t)strtoull(h + 17, NULL, 10);
}

/*
 * Read one whole answer; its status, or 0 when the connection broke.  The body is not kept: a
 * window that is used again stays in the processor's cache, and the time is the server's.
 */
static int read_answer(struct client *c)
{
	size_t have = 0, head = 0, length = SIZE_MAX;

	while (head == 0 || (length == SIZE_MAX || have < head + length)) {
		size_t from = head == 0 ? have : HEAD_BYTES;
		ssize_t n = read(c->fd, c->answer + from, WINDOW_BYTES - 1 - from);
		const char *end;

		if (n < 0 || (n == 0 && (head == 0 || length != SIZE_MAX)))
			return 0;
		if (n == 0)
			break;
		have += (size_t)n;
		if (head != 0)
			continue;
		c->answer[have] = '\0';
		if ((end = strstr(c->answer, "\r\n\r\n")) != NULL) {
			head = (size_t)(end - c->answer) + 4;
			/* What is asked of it is asked of the head. */
			c->answer[head - 1] = '\0';
			length = body_length(c->answer);
		}
	}
	if (length == SIZE_MAX || strcasestr(c->answer, "\r\nConnection: close") != NULL) {
		close(c->fd);
		c->fd = -1;
	}
	return strncmp(c->answer, "HTTP/1.", 7) == 0 ? atoi(c->answer + 9) : 0;
}

static int ask(struct client *c, const char *path)
{
	char request[PATH_BYTES + 96];
	int n = snprintf(request, sizeof(request),
			 "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s\r\n", path, c->port,
			 c->packed ? "Accept-Encoding: gzip\r\n" : "");
	int status = 0;

	for (int tries = 0; tries < 2 && status == 0; tries++) {
		if (c->fd < 0 && (c->fd = connect_to(c->port)) < 0)
			return 0;
		if (write(c->fd, request, (size_t)n) == n)
			status = read_answer(c);
		if (status == 0) {
			close(c->fd);
			c->fd = -1;
		}
	}
	return status;
}

static bool next_path(char path[PATH_BYTES])
{
	if (fgets(path, PATH_BYTES, stdin) == NULL)
		return false;
	path[strcspn(path, "\n")] = '\0';
	return true;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int measure(struct client *c)
{
	static int64_t times[TIMES_MAX];
	char path[PATH_BYTES];
	size_t n = 0, bad = 0;

	while (n < TIMES_MAX && next_path(path)) {
		int64_t began = now_us();

		bad += ask(c, path) != 200;
		times[n++] = now_us() - began;
	}
	if (n == 0)
		return 2;
	qsort(times, n, sizeof(times[0]), by_size);
	printf("%lld %lld %zu\n", (long long)times[n / 2], (long long)times[n * 99 / 100], bad);
	return 0;
}

static int first_answer(struct client *c, char **command)
{
	char path[PATH_BYTES];
	int64_t began = now_us();
	pid_t pid;
	int status = 0;

	if (!next_path(path) || (pid = fork()) < 0)
		return 2;
	if (pid == 0) {
		if (freopen("/dev/null", "w", stdout) == NULL)
			_exit(127);
		(void)execvp(command[0], command);
		_exit(127);
	}
	for (int i = 0; i < START_TRIES && status == 0; i++) {
		status = ask(c, path);
		if (status == 0)
			(void)usleep(500);
	}
	printf("%lld %d\n", (long long)(now_us() - began), status);
	(void)kill(pid, SIGTERM);
	(void)waitpid(pid, NULL, 0);
	return status == 200 ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct client c = { .fd = -1, .answer = malloc(WINDOW_BYTES) };

	c.packed = argc > 1 && strcmp(argv[1], "-z") == 0;
	argc -= c.packed;
	argv += c.packed;
	if (argc < 2 || c.answer == NULL)
		return 2;
	c.port = (uint16_t)strtoul(argv[1], NULL, 10);
	(void)signal(SIGPIPE, SIG_IGN);
	return argc == 2 ? measure(&c) : first_answer(&c, argv + 2);
}
