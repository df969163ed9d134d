#include "web/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool unusable(struct err *err)
{
	return err_set(err, ERR_UNREACHABLE, NULL,
		       N_("A temporary file could not be used (%1). Make room in the temporary "
			  "folder."),
		       strerror(errno));
}

bool spool_open(struct spool *s, struct err *err)
{
	*s = (struct spool){ .fd = open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) };
	if (s->fd < 0)
		return unusable(err);
	s->hash = hash_begin();
	return true;
}

bool spool_write(void *ctx, struct str bytes, struct err *err)
{
	struct spool *s = ctx;

	hash_feed(s->hash, bytes);
	s->size += bytes.n;
	while (bytes.n > 0) {
		ssize_t n = write(s->fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return unusable(err);
		bytes = str_from(bytes, (size_t)n);
	}
	return true;
}

void spool_drop(struct spool *s)
{
	(void)hash_end(s->hash);
	close(s->fd);
}

void spool_answer(struct spool *s, struct visit *v, struct hash *hash)
{
	*hash = hash_end(s->hash);
	v->r->fd = s->fd;
	v->r->fd_size = s->size;
}

void spool_tag(struct visit *v, const struct hash *hash)
{
	struct buf hex;

	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, hash->b, HASH_SIZE);
	http_etag(v->a, v->q, v->r, arena_buf(v->a, &hex));
}
