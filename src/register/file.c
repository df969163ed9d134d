#include "register/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *file_path(struct arena *a, const char *dir, const char *name)
{
	return arena_z(a, arena_join(a, arena_join(a, str_z(dir), S("/")), str_z(name)));
}

static void close_fd(const int *fd)
{
	if (*fd > 2)
		close(*fd);
}

static bool read_all(int fd, struct buf *b, const char *path, struct err *err)
{
	char piece[16 << 10];
	ssize_t n;

	while ((n = read(fd, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, ERR_UNREACHABLE, NULL,
				       N_("%1 could not be read: %2."), path, strerror(errno));
		buf_add(b, str_of(piece, (size_t)n));
		if (b->full)
			return err_set(
				err, ERR_INPUT, NULL,
				N_("%1 is larger than the %2 bytes that are allowed here."),
				path, err_num(b->max));
	}
	return true;
}

bool file_read(struct arena *a, const char *path, size_t max, struct str *out, struct err *err)
{
	bool input = strcmp(path, "-") == 0;
	__attribute__((cleanup(close_fd))) int fd =
		input ? 0 : open(path, O_RDONLY | O_CLOEXEC);
	struct buf b;
	bool ok;

	if (fd < 0)
		return errno == ENOENT ? err_set(err, ERR_MISSING, NULL,
						 N_("There is no file %1."), path)
				       : err_set(err, ERR_UNREACHABLE, NULL,
						 N_("%1 could not be opened: %2."), path,
						 strerror(errno));
	buf_init(&b, max);
	ok = read_all(fd, &b, path, err);
	if (ok)
		*out = arena_str(a, buf_str(&b));
	buf_done(&b);
	return ok;
}

bool file_synced(int fd)
{
	return fsync(fd) == 0 || errno == EINVAL;
}

static bool write_all(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			s = str_from(s, (size_t)n);
	}
	return file_synced(fd);
}

/* The rename itself must survive a crash: the folder that holds the name is synced. */
static bool sync_folder(const char *path)
{
	struct arena a;
	const char *slash = strrchr(path, '/');
	__attribute__((cleanup(close_fd))) int fd = -1;

	arena_init(&a, 1 << 20);
	fd = open(slash == path ? "/"
		  : slash       ? arena_z(&a, str_of(path, (size_t)(slash - path)))
				: ".",
		  O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	arena_done(&a);
	return fd >= 0 && fsync(fd) == 0;
}

bool file_replaces(const char *path)
{
	struct stat st;

	return lstat(path, &st) != 0 || S_ISREG(st.st_mode);
}

static bool unwritten(const char *path, struct err *err)
{
	return err_set(err, ERR_UNREACHABLE, NULL, N_("%1 could not be written: %2."), path,
		       strerror(errno));
}

static bool write_into(const char *path, struct str bytes, mode_t mode, struct err *err)
{
	__attribute__((cleanup(close_fd))) int fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	return (fd >= 0 && write_all(fd, bytes)) || unwritten(path, err);
}

bool file_write(const char *path, struct str bytes, mode_t mode, struct err *err)
{
	char name[4096];
	int length = snprintf(name, sizeof(name), "%s.XXXXXX", path);
	__attribute__((cleanup(close_fd))) int fd = -1;

	if (!file_replaces(path))
		return write_into(path, bytes, mode, err);
	if (length < 0 || (size_t)length >= sizeof(name))
		return err_set(err, ERR_INPUT, NULL, N_("The path %1 is too long."), path);
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		return unwritten(path, err);
	if (fchmod(fd, mode) || !write_all(fd, bytes) || rename(name, path) ||
	    !sync_folder(path)) {
		(void)unwritten(path, err);
		unlink(name);
		return false;
	}
	return true;
}
