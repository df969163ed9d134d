#include "store/high_water.h"

#include "ledger/tree.h"
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
enum { FILE_ROOM = 8 << 10, PAUSE_MS = 100, RETRY_MS = 1000, LOOK_MS = 5 };

static const char name[] = "high-water", temporary[] = "high-water.new";
static const struct str witnessed = { "witnessed ", 10 };

struct high_water {
	pthread_t thread;
	pthread_mutex_t lock, file; /* file: one writes it at a time; never inside `lock` */
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

/* "SIZE HEX" */
static bool parse_head(struct str text, uint64_t *size, struct hash *root)
{
	struct str number;

	return str_split(&text, ' ', &number) && str_u64(number, UINT64_MAX >> 11, size) &&
	       hash_hex(text, root);
}

/* "witnessed ORIGIN SIZE HEX" */
static bool parse_witnessed(struct str line, struct str *origin, uint64_t *size,
			    struct hash *root)
{
	if (!str_starts(line, witnessed))
		return false;
	line = str_from(line, witnessed.n);
	return str_split(&line, ' ', origin) && parse_head(line, size, root);
}

/* What stands in the file; *found is false when a line of it cannot be understood. */
struct content {
	char bytes[FILE_ROOM];
	uint64_t size;
	struct hash root;
	struct str lines; /* what was witnessed */
	bool found;
};

static bool parse(struct content *c, size_t n)
{
	struct str rest = str_of(c->bytes, n), line, origin;
	struct hash root;
	uint64_t size;

	if (!str_ends(rest, S("\n")))
		return false;
	rest.n--;
	if (!str_split(&rest, '\n', &line) || !parse_head(line, &c->size, &c->root))
		return false;
	c->lines = rest.p ? str_of(rest.p, rest.n + 1) : S("");
	while (str_split(&rest, '\n', &line))
		if (!parse_witnessed(line, &origin, &size, &root))
			return false;
	return true;
}

static bool read_file(const char *dir, struct content *c, struct err *err)
{
	char path[PATH_ROOM];
	ssize_t n;
	int fd;

	c->found = false;
	c->lines = S("");
	fd = open(path_of(path, dir, name), O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return true;
	n = fd < 0 ? -1 : read(fd, c->bytes, sizeof(c->bytes));
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return err_set(
			err, ERR_UNREACHABLE, "high-water",
			N_("%1 could not be read (%2). Give this user the right to read it."),
			path, strerror(errno));
	c->found = parse(c, (size_t)n);
	if (!c->found)
		c->lines = S("");
	return true;
}

bool high_water_read(const char *dir, uint64_t *size, struct hash *root, bool *found,
		     struct err *err)
{
	struct content c;

	if (!read_file(dir, &c, err))
		return false;
	*found = c.found;
	if (c.found) {
		*size = c.size;
		*root = c.root;
	}
	return true;
}

bool high_water_witnessed(const char *dir,
			  bool (*each)(void *ctx, struct str origin, uint64_t size,
				       const struct hash *root, struct err *err),
			  void *ctx, struct err *err)
{
	struct str line, origin;
	struct content c;
	struct hash root;
	uint64_t size;

	if (!read_file(dir, &c, err))
		return false;
	while (str_split(&c.lines, '\n', &line))
		if (parse_witnessed(line, &origin, &size, &root) &&
		    !each(ctx, origin, size, &root, err))
			return false;
	return true;
}

static bool write_durably(const char *path, struct str bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool ok = fd >= 0 && file_fill(fd, bytes) && fsync(fd) == 0;
	int why = errno;

	if (fd >= 0)
		close(fd);
	errno = why;
	return ok;
}

static bool replace_file(const char *dir, struct buf *bytes, struct err *err)
{
	char path[PATH_ROOM], new[PATH_ROOM];
	bool ok;

	assert(!bytes->full);
	ok = write_durably(path_of(new, dir, temporary), buf_str(bytes)) &&
	     rename(new, path_of(path, dir, name)) == 0 && folder_sync(dir);
	return ok || unwritten(path_of(path, dir, name), err);
}

static void put_head(struct buf *out, uint64_t size, const struct hash *root)
{
	buf_u64(out, size);
	buf_ch(out, ' ');
	buf_hex(out, root->b, HASH_SIZE);
	buf_ch(out, '\n');
}

bool high_water_write(const char *dir, uint64_t size, const struct hash *root, struct err *err)
{
	struct content before;
	struct buf bytes;
	bool ok;

	if (!read_file(dir, &before, err))
		return false;
	buf_init(&bytes, 2 * FILE_ROOM);
	if (before.found && before.size > size)
		put_head(&bytes, before.size, &before.root);
	else
		put_head(&bytes, size, root);
	buf_add(&bytes, before.lines);
	ok = replace_file(dir, &bytes, err);
	buf_done(&bytes);
	return ok;
}

/* The file as it is, but for the line of this origin. */
static void put_line(struct buf *out, const struct content *before, struct str origin,
		     uint64_t size, const struct hash *root)
{
	struct str rest = before->lines, line, other;
	struct hash ignored;
	uint64_t n;

	put_head(out, before->size, &before->root);
	while (str_split(&rest, '\n', &line))
		if (parse_witnessed(line, &other, &n, &ignored) && !str_eq(other, origin)) {
			buf_add(out, line);
			buf_ch(out, '\n');
		}
	buf_add(out, witnessed);
	buf_add(out, origin);
	buf_ch(out, ' ');
	put_head(out, size, root);
}

bool high_water_witness(struct high_water *h, struct str origin, uint64_t size,
			const struct hash *root, struct err *err)
{
	struct content before;
	struct buf bytes;
	bool ok;

	buf_init(&bytes, 2 * FILE_ROOM);
	pthread_mutex_lock(&h->file);
	ok = read_file(h->dir, &before, err) &&
	     (before.found || err_set(err, ERR_CONFLICT, "high-water",
				      N_("The high-water file of this node is missing: "
					 "nothing is cosigned before somebody states that the "
					 "node is whole.")));
	if (ok) {
		put_line(&bytes, &before, origin, size, root);
		ok = replace_file(h->dir, &bytes, err);
	}
	pthread_mutex_unlock(&h->file);
	buf_done(&bytes);
	return ok;
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
	pthread_mutex_lock(&h->file);
	ok = high_water_write(h->dir, size, &root, &err);
	pthread_mutex_unlock(&h->file);
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
	pthread_mutex_destroy(&h->file);
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
	pthread_mutex_init(&h->file, NULL);
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

bool high_water_first(struct high_water *h, struct err *err)
{
	struct hash root = empty_root();
	struct content before;
	bool ok;

	pthread_mutex_lock(&h->file);
	ok = read_file(h->dir, &before, err) &&
	     (before.found || high_water_write(h->dir, 0, &root, err));
	pthread_mutex_unlock(&h->file);
	return ok;
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

/* Rare enough to look again and again instead of burdening every write with a signal. */
bool high_water_settle(struct high_water *h, struct err *err)
{
	bool waits = true;

	while (waits && high_water_well(h, err)) {
		pthread_mutex_lock(&h->lock);
		waits = h->size > atomic_load(&h->done);
		pthread_mutex_unlock(&h->lock);
		if (waits)
			poll(NULL, 0, LOOK_MS);
	}
	return !waits;
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
