#include "store/high_water.h"

#include "store/durable.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/*
 * Under load one file covers the commits of PAUSE_MS: each write is two fsyncs that the
 * commits would otherwise wait behind.
 */
enum { LINE_ROOM = 128, PAUSE_MS = 100, RETRY_MS = 1000 };

static const char name[] = "high-water", temporary[] = "high-water.new";

struct high_water {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t posted;
	int ended; /* eventfd: readable when the thread shall end */
	char *dir;
	uint64_t size; /* to be written */
	struct hash root;
	bool stop, well, idle; /* idle: waits for a post */
	struct err trouble;
	_Atomic uint64_t done;
};

static const char *path_of(char path[PATH_ROOM], const char *dir, const char *file)
{
	snprintf(path, PATH_ROOM, "%.*s/%s", DIR_MAX, dir, file);
	return path;
}

static bool unwritten(const char *path, struct err *err)
{
	if (no_room(errno))
		return err_set(err, ERR_UNREACHABLE, "high-water",
			       N_("The disk is full: %1 could not be written. Make room on it; "
				  "until then no new "
				  "checkpoint is served."),
			       path);
	return err_set(err, ERR_UNREACHABLE, "high-water",
		       N_("%1 could not be written (%2). Look at the disk and at the rights on "
			  "the node's folder; "
			  "until then no new checkpoint is served."),
		       path, strerror(errno));
}

static bool parse(struct str line, uint64_t *size, struct hash *root)
{
	struct str number, rest = line;

	if (!str_ends(line, S("\n")))
		return false;
	rest.n--;
	return str_split(&rest, ' ', &number) && str_u64(number, UINT64_MAX >> 11, size) &&
	       hash_hex(rest, root);
}

bool high_water_read(const char *dir, uint64_t *size, struct hash *root, bool *found,
		     struct err *err)
{
	char path[PATH_ROOM], line[LINE_ROOM];
	ssize_t n;
	int fd;

	*found = false;
	fd = open(path_of(path, dir, name), O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return true;
	n = fd < 0 ? -1 : read(fd, line, sizeof(line));
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return err_set(
			err, ERR_UNREACHABLE, "high-water",
			N_("%1 could not be read (%2). Give this user the right to read it."),
			path, strerror(errno));
	*found = parse(str_of(line, (size_t)n), size, root);
	return true;
}

static bool write_durably(const char *path, struct str line)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool ok = fd >= 0 && file_fill(fd, line) && fsync(fd) == 0;
	int why = errno;

	if (fd >= 0)
		close(fd);
	errno = why;
	return ok;
}

bool high_water_write(const char *dir, uint64_t size, const struct hash *root, struct err *err)
{
	char path[PATH_ROOM], new[PATH_ROOM];
	struct buf line;
	bool ok;

	buf_init(&line, LINE_ROOM);
	buf_u64(&line, size);
	buf_ch(&line, ' ');
	buf_hex(&line, root->b, HASH_SIZE);
	buf_ch(&line, '\n');
	ok = write_durably(path_of(new, dir, temporary), buf_str(&line)) &&
	     rename(new, path_of(path, dir, name)) == 0 && folder_sync(dir);
	buf_done(&line);
	return ok || unwritten(path_of(path, dir, name), err);
}

/* --- the thread --- */

/* Sleep, unless the end comes first. */
static void pause_for(struct high_water *h, int ms)
{
	struct pollfd ended = { .fd = h->ended, .events = POLLIN };

	pthread_mutex_unlock(&h->lock);
	poll(&ended, 1, ms);
	pthread_mutex_lock(&h->lock);
}

/* The newest post only: what was posted meanwhile is covered by it. */
static void write_newest(struct high_water *h)
{
	uint64_t size = h->size;
	struct hash root = h->root;
	struct err err;
	bool ok;

	pthread_mutex_unlock(&h->lock);
	ok = high_water_write(h->dir, size, &root, &err);
	if (ok)
		atomic_store(&h->done, size);
	pthread_mutex_lock(&h->lock);
	h->well = ok;
	if (!ok)
		h->trouble = err;
}

static void wait_for_post(struct high_water *h)
{
	h->idle = true;
	pthread_cond_wait(&h->posted, &h->lock);
	h->idle = false;
}

static void *run(void *ctx)
{
	struct high_water *h = ctx;

	pthread_mutex_lock(&h->lock);
	for (;;) {
		bool due = h->size > atomic_load(&h->done);

		if (due)
			write_newest(h);
		if (h->stop && (!due || !h->well))
			break;
		if (due)
			pause_for(h, h->well ? PAUSE_MS : RETRY_MS);
		else
			wait_for_post(h);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

static void drop(struct high_water *h)
{
	if (h->ended >= 0)
		close(h->ended);
	pthread_mutex_destroy(&h->lock);
	pthread_cond_destroy(&h->posted);
	free(h->dir);
	free(h);
}

bool high_water_start(const char *dir, uint64_t size, struct high_water **out, struct err *err)
{
	struct high_water *h = calloc(1, sizeof(*h));

	assert(h);
	h->dir = strdup(dir);
	assert(h->dir);
	h->size = size;
	h->well = true;
	atomic_init(&h->done, size);
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->posted, NULL);
	h->ended = eventfd(0, EFD_CLOEXEC);
	if (h->ended >= 0 && pthread_create(&h->thread, NULL, run, h) == 0) {
		*out = h;
		return true;
	}
	drop(h);
	return err_set(err, ERR_UNREACHABLE, "node",
		       N_("The system gives no further thread. End other programs, then do "
			  "this again."));
}

void high_water_post(struct high_water *h, uint64_t size, const struct hash *root)
{
	pthread_mutex_lock(&h->lock);
	h->size = size;
	h->root = *root;
	if (h->idle)
		pthread_cond_signal(&h->posted);
	pthread_mutex_unlock(&h->lock);
}

uint64_t high_water_done(const struct high_water *h)
{
	return atomic_load(&h->done);
}

bool high_water_well(struct high_water *h, struct err *err)
{
	bool well;

	pthread_mutex_lock(&h->lock);
	well = h->well;
	if (!well)
		*err = h->trouble;
	pthread_mutex_unlock(&h->lock);
	return well;
}

void high_water_stop(struct high_water *h)
{
	pthread_mutex_lock(&h->lock);
	h->stop = true;
	pthread_cond_signal(&h->posted);
	pthread_mutex_unlock(&h->lock);
	eventfd_write(h->ended, 1);
	pthread_join(h->thread, NULL);
	drop(h);
}
