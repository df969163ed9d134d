#include "wire/http_inside.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { TICK_MS = 1000, PATIENCE = 30, MOVE_SECONDS = 60, MOVE_RATE = 1024 };

struct watched {
	struct watched *next, **at;
	int fd;
	struct in6_addr from;
	atomic_uint since, allowed; /* allowed 0: no limit */
	atomic_bool head;
};

struct watch {
	pthread_mutex_t lock;
	pthread_t thread;
	struct watched *all;
	atomic_uint count, now; /* now: seconds since the start */
	unsigned patience;
	int stop; /* an eventfd: readable when the thread is to end */
};

/* IPv4 as ::ffff:a.b.c.d, so that one comparison does for both. */
static struct in6_addr address_of(const struct sockaddr *from)
{
	struct in6_addr to = { 0 };

	if (from->sa_family == AF_INET6) {
		to = ((const struct sockaddr_in6 *)(const void *)from)->sin6_addr;
	} else if (from->sa_family == AF_INET) {
		memset(to.s6_addr + 10, 0xff, 2);
		memcpy(to.s6_addr + 12,
		       &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
	}
	return to;
}

static bool loopback(const struct in6_addr *a)
{
	return IN6_IS_ADDR_LOOPBACK(a) || (IN6_IS_ADDR_V4MAPPED(a) && a->s6_addr[12] == 127);
}

/* Whether this connection has had its time. */
static bool spent(const struct watched *c, unsigned now, bool pressed)
{
	unsigned allowed = atomic_load(&c->allowed);

	if (pressed && atomic_load(&c->head))
		allowed = (allowed + 9) / 10;
	return allowed != 0 && now - atomic_load(&c->since) > allowed;
}

static void sweep(struct watch *w)
{
	unsigned now = atomic_fetch_add(&w->now, 1) + 1;
	bool pressed = atomic_load(&w->count) > HTTP_CONNECTIONS / 4 * 3;

	for (struct watched *c = w->all; c; c = c->next)
		if (spent(c, now, pressed))
			shutdown(c->fd, SHUT_RDWR);
}

static void *watch_run(void *arg)
{
	struct watch *w = arg;
	struct pollfd p = { .fd = w->stop, .events = POLLIN };

	while (poll(&p, 1, TICK_MS) <= 0) {
		pthread_mutex_lock(&w->lock);
		sweep(w);
		pthread_mutex_unlock(&w->lock);
	}
	return NULL;
}

bool watch_start(unsigned patience, struct watch **out, struct err *err)
{
	struct watch *w = calloc(1, sizeof(*w));

	if (!w)
		abort();
	w->patience = patience ? patience : PATIENCE;
	w->stop = eventfd(0, EFD_CLOEXEC);
	pthread_mutex_init(&w->lock, NULL);
	if (w->stop < 0 || pthread_create(&w->thread, NULL, watch_run, w) != 0) {
		if (w->stop >= 0)
			close(w->stop);
		free(w);
		return err_set(err, ERR_UNREACHABLE, NULL,
			       N_("no thread can be started: the system's limit is reached"));
	}
	*out = w;
	return true;
}

void watch_stop(struct watch *w)
{
	if (eventfd_write(w->stop, 1) != 0)
		abort();
	pthread_join(w->thread, NULL);
	close(w->stop);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

bool watch_admits(struct watch *w, const struct sockaddr *from)
{
	struct in6_addr a = address_of(from);
	unsigned n = 0;

	if (loopback(&a))
		return true;
	pthread_mutex_lock(&w->lock);
	for (const struct watched *c = w->all; c; c = c->next)
		n += memcmp(&c->from, &a, sizeof(a)) == 0;
	pthread_mutex_unlock(&w->lock);
	return n < HTTP_PER_PEER;
}

struct watched *watch_enter(struct watch *w, int fd, const struct sockaddr *from)
{
	struct watched *c = calloc(1, sizeof(*c));

	if (!c)
		abort();
	c->fd = fd;
	c->from = address_of(from);
	watch_head(w, c);
	pthread_mutex_lock(&w->lock);
	c->next = w->all;
	c->at = &w->all;
	if (c->next)
		c->next->at = &c->next;
	w->all = c;
	atomic_fetch_add(&w->count, 1);
	pthread_mutex_unlock(&w->lock);
	return c;
}

void watch_leave(struct watch *w, struct watched *c)
{
	pthread_mutex_lock(&w->lock);
	*c->at = c->next;
	if (c->next)
		c->next->at = c->at;
	atomic_fetch_sub(&w->count, 1);
	pthread_mutex_unlock(&w->lock);
	free(c);
}

unsigned watch_count(const struct watch *w)
{
	return atomic_load(&w->count);
}

static void allow(struct watch *w, struct watched *c, bool head, unsigned seconds)
{
	atomic_store_explicit(&c->allowed, 0, memory_order_relaxed);
	atomic_store_explicit(&c->since, atomic_load(&w->now), memory_order_relaxed);
	atomic_store_explicit(&c->head, head, memory_order_relaxed);
	atomic_store_explicit(&c->allowed, seconds, memory_order_release);
}

void watch_head(struct watch *w, struct watched *c)
{
	allow(w, c, true, w->patience);
}

void watch_move(struct watch *w, struct watched *c, uint64_t bytes)
{
	allow(w, c, false, MOVE_SECONDS + (unsigned)(bytes / MOVE_RATE));
}

void watch_rest(struct watch *w, struct watched *c)
{
	allow(w, c, false, 0);
}
