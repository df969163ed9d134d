#include "wire/http_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

void body_begin(struct http_body *in, uint64_t max, atomic_ullong *filed)
{
	*in = (struct http_body){ .fd = -1, .max = max, .filed = filed };
	buf_init(&in->kept, HTTP_BODY_KEPT);
}

static bool write_all(int fd, struct str s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s = str_from(s, (size_t)n);
	}
	return true;
}

/* Into a file that has no name and goes with its descriptor. */
static bool put_in_file(struct http_body *in, struct str piece)
{
	if (atomic_fetch_add(in->filed, piece.n) + piece.n > HTTP_BODIES_FILED) {
		atomic_fetch_sub(in->filed, piece.n);
		return false;
	}
	in->in_file += piece.n;
	return write_all(in->fd, piece);
}

/* Go on in a file, beginning with what is in memory. */
static bool spill(struct http_body *in)
{
	in->fd = open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (in->fd < 0 || !put_in_file(in, buf_str(&in->kept)))
		return false;
	buf_done(&in->kept);
	return true;
}

unsigned body_add(struct http_body *in, struct str piece)
{
	if (piece.n > in->max - in->size)
		return 413;
	in->size += piece.n;
	if (in->fd < 0 && in->size <= HTTP_BODY_KEPT) {
		buf_add(&in->kept, piece);
		return 0;
	}
	return (in->fd >= 0 || spill(in)) && put_in_file(in, piece) ? 0 : 503;
}

bool body_whole(struct http_body *in, struct str *body)
{
	if (in->fd < 0) {
		*body = buf_str(&in->kept);
		return true;
	}
	in->map = mmap(NULL, in->size, PROT_READ, MAP_PRIVATE, in->fd, 0);
	if (in->map == MAP_FAILED) {
		in->map = NULL;
		return false;
	}
	*body = str_of(in->map, in->size);
	return true;
}

void body_done(struct http_body *in)
{
	if (in->map)
		munmap(in->map, in->size);
	if (in->fd >= 0)
		close(in->fd);
	if (in->in_file > 0)
		atomic_fetch_sub(in->filed, in->in_file);
	buf_done(&in->kept);
}
