#include "web/pouch_shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PLACES = 8 };

struct place {
	struct hash account, name; /* account: the hash of its name */
	int fd;                    /* -1: empty */
	uint64_t put;              /* by which the oldest is known */
};
struct pouch_shelf {
	pthread_mutex_t lock;
	struct place places[PLACES];
	uint64_t puts;
};

struct pouch_shelf *shelf_new(void)
{
	struct pouch_shelf *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	pthread_mutex_init(&s->lock, NULL);
	for (int i = 0; i < PLACES; i++)
		s->places[i].fd = -1;
	return s;
}

void shelf_free(struct pouch_shelf *s)
{
	if (!s)
		return;
	for (int i = 0; i < PLACES; i++)
		if (s->places[i].fd >= 0)
			close(s->places[i].fd);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static bool unwritten(struct err *err)
{
	return err_set(err, ERR_UNREACHABLE, NULL,
		       N_("A temporary file could not be used (%1). Make room in the temporary "
			  "folder."),
		       strerror(errno));
}

static int file_of(struct str bytes)
{
	int fd = open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	while (fd >= 0 && bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			close(fd);
			return -1;
		}
		bytes = str_from(bytes, (size_t)n);
	}
	return fd;
}

static struct place *find(struct pouch_shelf *s, const struct hash *account,
			  const struct hash *name)
{
	for (int i = 0; i < PLACES; i++)
		if (s->places[i].fd >= 0 && hash_eq(&s->places[i].account, account) &&
		    hash_eq(&s->places[i].name, name))
			return &s->places[i];
	return NULL;
}

static struct place *oldest(struct pouch_shelf *s)
{
	struct place *p = &s->places[0];

	for (int i = 1; i < PLACES; i++)
		if (s->places[i].put < p->put)
			p = &s->places[i];
	return p;
}

bool shelf_put(struct pouch_shelf *s, struct str account, struct str bytes, struct hash *name,
	       struct err *err)
{
	struct hash who = hash_of(account);
	struct place *p;
	int fd = file_of(bytes);

	if (fd < 0)
		return unwritten(err);
	*name = hash_of(bytes);
	pthread_mutex_lock(&s->lock);
	p = find(s, &who, name);
	if (!p)
		p = oldest(s);
	if (p->fd >= 0)
		close(p->fd);
	*p = (struct place){ who, *name, fd, ++s->puts };
	pthread_mutex_unlock(&s->lock);
	return true;
}

bool shelf_open(struct pouch_shelf *s, struct arena *a, struct str account,
		const struct hash *name, const char **path, int *fd, struct err *err)
{
	struct hash who = hash_of(account);
	const struct place *p;
	char text[64];

	pthread_mutex_lock(&s->lock);
	p = find(s, &who, name);
	*fd = p ? fcntl(p->fd, F_DUPFD_CLOEXEC, 0) : -1;
	pthread_mutex_unlock(&s->lock);
	if (!p)
		return err_set(err, ERR_MISSING, "file",
			       N_("This file is not kept any more. Send it again."));
	if (*fd < 0)
		return unwritten(err);
	/* Opened by this name a file is read from its beginning, by each reader for itself. */
	snprintf(text, sizeof(text), "/proc/self/fd/%d", *fd);
	*path = arena_z(a, str_z(text));
	return true;
}

void shelf_close(int fd)
{
	if (fd >= 0)
		close(fd);
}
