#include "exchange/pouch_file.h"

#include "register/file.h"
#include "register/ustar.h"
#include "wire/gzip_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 64 << 10, PART_MODE = 0644 };

/* Where a pouch is written: a file, or part after part, each under a temporary name. */
struct pouch_drawer {
	struct arena *a;
	struct str path;
	uint64_t split, room;  /* room: bytes left in the part at hand */
	bool standard;         /* to standard output */
	const char *temporary; /* behind its name until it is whole; "": it is written into */
	FILE *f;
	struct gzip_out *gzip; /* NULL: plain */
	struct pouch_writing *writing;
};

static const char *part_name(const struct pouch_drawer *d, size_t i, const char *end)
{
	struct buf b;

	buf_init(&b, d->path.n + 64);
	buf_add(&b, d->path);
	if (d->split) {
		buf_ch(&b, '.');
		pouch_part_suffix(&b, i);
	}
	buf_z(&b, end);
	return arena_z(d->a, arena_buf(d->a, &b));
}

static bool unwritten(const struct pouch_drawer *d, struct err *err)
{
	return err_set(err, ERR_UNREACHABLE, NULL, N_("%1 could not be written: %2."),
		       err_arg(d->path), strerror(errno));
}

static bool close_part(struct pouch_drawer *d, struct err *err)
{
	FILE *f = d->f;
	bool ok;

	d->f = NULL;
	if (!f)
		return true;
	if (d->standard)
		return fflush(f) == 0 || unwritten(d, err);
	ok = fflush(f) == 0 && file_synced(fileno(f));
	return (fclose(f) == 0 && ok) || unwritten(d, err);
}

static bool open_part(struct pouch_drawer *d, struct err *err)
{
	int fd;

	d->room = d->split;
	if (d->standard) {
		d->f = stdout;
		return true;
	}
	fd = open(part_name(d, d->writing->parts, d->temporary),
		  O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, PART_MODE);
	d->f = fd >= 0 ? fdopen(fd, "wb") : NULL;
	if (!d->f)
		return unwritten(d, err);
	d->writing->parts++;
	return true;
}

static bool put_raw(struct pouch_drawer *d, struct str bytes, struct err *err)
{
	while (bytes.n) {
		size_t n = bytes.n;

		if (d->f && d->split && d->room == 0 && !close_part(d, err))
			return false;
		if (!d->f && !open_part(d, err))
			return false;
		if (d->split && n > d->room)
			n = (size_t)d->room;
		if (fwrite(bytes.p, 1, n, d->f) != n)
			return unwritten(d, err);
		d->room -= d->split ? n : 0;
		d->writing->bytes += n;
		bytes = str_from(bytes, n);
	}
	return true;
}

static bool put_packed(struct pouch_drawer *d, struct str bytes, bool last, struct err *err)
{
	char piece[PIECE];
	size_t n;

	do {
		gzip_out_step(d->gzip, &bytes, last, piece, sizeof(piece), &n);
		if (!put_raw(d, str_of(piece, n), err))
			return false;
	} while (n > 0 || bytes.n > 0);
	return true;
}

static bool put(void *ctx, struct str bytes, struct err *err)
{
	struct pouch_drawer *d = ctx;

	return d->gzip ? put_packed(d, bytes, false, err) : put_raw(d, bytes, err);
}

bool pouch_file_create(struct arena *a, const char *path, uint64_t split,
		       struct pouch_writing *out, struct err *err)
{
	struct pouch_drawer *d = arena_new(a, struct pouch_drawer);

	*out = (struct pouch_writing){ .sink = { put, d }, .to = d };
	d->a = a;
	d->path = str_z(path);
	d->standard = strcmp(path, "-") == 0;
	d->split = split - split % USTAR_BLOCK;
	d->temporary = d->standard || (!split && !file_replaces(path)) ? "" : ".new";
	d->writing = out;
	if (split && (split < POUCH_PART_LEAST || d->standard))
		return err_set(err, ERR_USAGE, "--split",
			       N_("A part has at least 65536 bytes, and parts cannot go to "
				  "standard output."));
	if (str_ends(d->path, S(".gz")))
		d->gzip = gzip_out_begin();
	return open_part(d, err);
}

bool pouch_file_settle(struct pouch_writing *w, struct err *err)
{
	struct pouch_drawer *d = w->to;

	if ((d->gzip && !put_packed(d, S(""), true, err)) || !close_part(d, err))
		return false;
	for (size_t i = 0; d->temporary[0] && i < w->parts; i++)
		if (rename(part_name(d, i, d->temporary), part_name(d, i, "")) != 0)
			return unwritten(d, err);
	return true;
}

void pouch_file_drop(struct pouch_writing *w)
{
	struct pouch_drawer *d = w->to;
	struct err ignored;

	if (!d)
		return;
	(void)!close_part(d, &ignored);
	gzip_out_end(d->gzip);
	for (size_t i = 0; d->temporary[0] && i < w->parts; i++)
		unlink(part_name(d, i, d->temporary));
	w->to = NULL;
}
