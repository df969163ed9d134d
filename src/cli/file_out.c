#include "cli/file_out.h"

#include "register/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool file_audience(const struct words *w, enum audience *who, struct err *err)
{
	const char *name = word_of(w, "--for");

	*who = AUDIENCE_PUBLIC;
	for (size_t i = 0; name && i < sizeof(audience_names) / sizeof(*audience_names); i++)
		if (strcmp(audience_names[i], name) == 0) {
			*who = (enum audience)i;
			return true;
		}
	return !name ||
	       err_set(err, ERR_USAGE, NULL,
		       N_("--for %1 is not known: write public, parties or national."), name);
}

static bool into_file(void *ctx, struct str bytes, struct err *err)
{
	const int *fd = ctx;

	while (bytes.n > 0) {
		ssize_t n = write(*fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err, ERR_UNREACHABLE, NULL,
				       N_("The file could not be written (%1)."),
				       strerror(errno));
		bytes = str_from(bytes, (size_t)n);
	}
	return true;
}

bool file_open(const struct words *w, struct file_out *f, struct err *err)
{
	const char *file = word_of(w, "-o");

	*f = (struct file_out){ .fd = STDOUT_FILENO };
	f->to = (struct byte_sink){ into_file, &f->fd };
	if (!file || strcmp(file, "-") == 0)
		return true;
	f->file = file;
	if (file_replaces(file))
		f->part = arena_z(w->a, arena_join(w->a, str_z(file), S(".part")));
	f->fd = open(f->part ? f->part : file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	return f->fd >= 0 || err_set(err, ERR_UNREACHABLE, NULL,
				     N_("%1 could not be opened: %2."), file, strerror(errno));
}

bool file_close(struct file_out *f, bool ok, struct err *err)
{
	bool closed;

	if (!f->file)
		return ok;
	closed = close(f->fd) == 0;
	if (ok && closed && (!f->part || rename(f->part, f->file) == 0))
		return true;
	if (ok)
		(void)err_set(err, ERR_UNREACHABLE, NULL,
			      N_("The file could not be written (%1)."), strerror(errno));
	if (f->part)
		unlink(f->part);
	return false;
}
