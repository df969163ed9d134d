#include "store/sqlite_log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static struct log_vfs *vfs_of(const sqlite3_file *f)
{
	return ((const struct log_methods *)f->pMethods)->of;
}

/* The write is begun, the work is done meanwhile, the sync waits for what is left of it. */
static int log_sync(sqlite3_file *f, int flags)
{
	struct log_vfs *v = vfs_of(f);
	void (*work)(void *ctx) = v->work;

	int why = errno;

	v->work = NULL;
	if (work) {
		if (v->fd >= 0)
			(void)sync_file_range(v->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
		work(v->ctx);
		errno = why;
	}
	return v->sync(f, flags);
}

static void forget_file(struct log_vfs *v)
{
	if (v->fd >= 0)
		close(v->fd);
	v->fd = -1;
}

/* Closing the second descriptor drops no lock: SQLite holds none on the log's file. */
static int log_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags,
		    int *out_flags)
{
	struct log_vfs *v = (struct log_vfs *)vfs;
	sqlite3_vfs *base = sqlite3_vfs_find(NULL);
	int rc = base->xOpen(base, name, f, flags, out_flags);

	if (rc != SQLITE_OK || !(flags & SQLITE_OPEN_WAL))
		return rc;
	forget_file(v);
	v->fd = open(name, O_WRONLY | O_CLOEXEC);
	v->methods = (struct log_methods){ *f->pMethods, v };
	v->sync = v->methods.base.xSync;
	v->methods.base.xSync = log_sync;
	f->pMethods = &v->methods.base;
	return SQLITE_OK;
}

void log_vfs_start(struct log_vfs *v)
{
	int rc;

	*v = (struct log_vfs){ .vfs = *sqlite3_vfs_find(NULL), .fd = -1 };
	snprintf(v->name, sizeof(v->name), "log-%p", (void *)v);
	v->vfs.zName = v->name;
	v->vfs.pNext = NULL;
	v->vfs.xOpen = log_open;
	rc = sqlite3_vfs_register(&v->vfs, 0);
	assert(rc == SQLITE_OK);
}

void log_vfs_end(struct log_vfs *v)
{
	sqlite3_vfs_unregister(&v->vfs);
	forget_file(v);
}

void log_vfs_lengthen(const struct log_vfs *v, off_t bytes)
{
	static const char zeros[64 << 10];
	struct stat st;

	if (v->fd < 0 || fstat(v->fd, &st) != 0)
		return;
	for (off_t at = st.st_size; at < bytes; at += (off_t)sizeof(zeros))
		if (pwrite(v->fd, zeros, sizeof(zeros), at) != (ssize_t)sizeof(zeros))
			return;
}
