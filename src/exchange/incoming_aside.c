#include "exchange/incoming_aside.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Written and read in pieces of ROOM, or of one record that is larger; what was read is given
 * back to the disk in pieces of SPENT. */
enum { ROOM = 64 << 10, ROOM_MAX = 32 << 20, SPENT = 4 << 20 };

void aside_init(struct aside *f)
{
	*f = (struct aside){ .fd = -1 };
	buf_init(&f->room, ROOM_MAX);
}

void aside_done(struct aside *f)
{
	if (f->fd >= 0)
		close(f->fd);
	buf_done(&f->room);
}

static bool failed(struct err *err)
{
	return err_set(err, ERR_UNREACHABLE, "", N_("%1 cannot be written (%2)."), "/var/tmp",
		       strerror(errno));
}

static bool write_out(struct aside *f, struct err *err)
{
	for (struct str left = buf_str(&f->room); left.n;) {
		ssize_t n = write(f->fd, left.p, left.n);

		if (n < 0 && errno != EINTR)
			return failed(err);
		left = str_from(left, n < 0 ? 0 : (size_t)n);
	}
	buf_clear(&f->room);
	return true;
}

bool aside_put(struct aside *f, struct str head, struct str text, struct err *err)
{
	if (f->fd < 0) {
		f->fd = open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		if (f->fd < 0)
			return failed(err);
		buf_reserve(&f->room, ROOM);
	}
	if (f->room.n + head.n + text.n > ROOM && !write_out(f, err))
		return false;
	buf_add(&f->room, head);
	buf_add(&f->room, text);
	return !f->room.full || failed(err);
}

bool aside_turn(struct aside *f, struct err *err)
{
	f->at = 0;
	return f->fd < 0 || (write_out(f, err) && lseek(f->fd, 0, SEEK_SET) == 0) ||
	       failed(err);
}

/* A file system that cannot keeps it until the end. */
static void give_back(struct aside *f, size_t got)
{
	for (f->read += (off_t)got; f->read - f->spent >= SPENT; f->spent += SPENT)
		(void)fallocate(f->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, f->spent,
				SPENT);
}

/* At least `n` bytes that were not given out, at the front of the room. */
static bool fill(struct aside *f, size_t n, struct err *err)
{
	size_t want = n > ROOM ? n : ROOM;
	struct buf *b = &f->room;

	b->n -= f->at;
	memmove(b->p, b->p + f->at, b->n);
	f->at = 0;
	buf_reserve(b, want - b->n);
	while (b->n < n && b->n < b->cap) {
		ssize_t got = read(f->fd, b->p + b->n, b->cap - b->n);

		if (got == 0 || (got < 0 && errno != EINTR))
			return failed(err);
		b->n += got < 0 ? 0 : (size_t)got;
		give_back(f, got < 0 ? 0 : (size_t)got);
	}
	return b->n >= n || failed(err);
}

bool aside_get(struct aside *f, size_t n, struct str *out, struct err *err)
{
	if (f->room.n - f->at < n && !fill(f, n, err))
		return false;
	*out = str_of(f->room.p + f->at, n);
	f->at += n;
	return true;
}
