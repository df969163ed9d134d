#include "exchange/iati_write.h"
#include "web/server.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* /data/activities.xml: the public projects as IATI 2.03, in a file without a name, so that the
 * memory it takes does not grow with the register. */
struct filing {
	int fd;
	uint64_t size;
	struct hash_stream *hash;
};

static bool into_file(void *ctx, struct str bytes, struct err *err)
{
	struct filing *f = ctx;

	hash_feed(f->hash, bytes);
	f->size += bytes.n;
	while (bytes.n > 0) {
		ssize_t n = write(f->fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err, ERR_UNREACHABLE, NULL,
				       N_("A temporary file could not be used (%1). Make room "
					  "in the temporary folder."),
				       strerror(errno));
		bytes = str_from(bytes, (size_t)n);
	}
	return true;
}

static bool write_all(struct visit *v, struct filing *f, struct err *err)
{
	const struct iati_job job = { v->view, node_charter(v->node), into_file, f };
	struct iati_tally *tally = arena_new(v->a, struct iati_tally);

	if (!job.charter)
		return err_set(err, ERR_MISSING, NULL,
			       N_("There is nothing of this name here."));
	if (f->fd < 0)
		return err_set(err, ERR_UNREACHABLE, NULL,
			       N_("A temporary file could not be used (%1). Make room "
				  "in the temporary folder."),
			       strerror(errno));
	return iati_write(&job, tally, err);
}

void data_activities(struct visit *v)
{
	struct filing f = { .fd = open("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600),
			    .hash = hash_begin() };
	struct hash hash;
	struct buf tag;
	struct err err;
	bool ok = write_all(v, &f, &err);

	hash = hash_end(f.hash);
	if (!ok) {
		if (f.fd >= 0)
			close(f.fd);
		page_error(v, &err);
		return;
	}
	buf_init(&tag, sizeof(hash) * 2);
	buf_hex(&tag, hash.b, 16);
	v->r->type = "application/xml";
	v->r->fd = f.fd;
	v->r->fd_size = f.size;
	http_set(v->a, v->r, "Access-Control-Allow-Origin", S("*"));
	http_set(v->a, v->r, "Cache-Control", S("no-cache"));
	http_etag(v->a, v->q, v->r, arena_buf(v->a, &tag));
}
