#include "store/sqlite_log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FRAME_HEADER = 24, PAGE_MIN = 512, WRITE_LOCK = 0 /* WAL_WRITE_LOCK */ };

static const struct log_methods *methods_of(const sqlite3_file *f)
{
	return (const struct log_methods *)f->pMethods;
}

/* --- what is gathered --- */

static int flush(struct log_vfs *v)
{
	int n = v->pending_n;

	v->pending_n = 0;
	return n ? v->methods.own->xWrite(v->log, v->pending, n, v->at) : SQLITE_OK;
}

/* A frame's header says how large a transaction leaves the database, 0 in all but its last. */
static bool ends_transaction(const void *header)
{
	static const char zeros[4];

	return memcmp((const char *)header + 4, zeros, sizeof(zeros)) != 0;
}

static int gather(struct log_vfs *v, const void *p, int n, sqlite3_int64 at)
{
	if (v->pending_n == 0)
		v->at = at;
	memcpy(v->pending + v->pending_n, p, (size_t)n);
	v->pending_n += n;
	if (n == FRAME_HEADER || !v->last_frame)
		return SQLITE_OK;
	v->last_frame = false;
	return flush(v);
}

/* Halves of frames in their order; all else is written as it comes. */
static int log_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct log_vfs *v = methods_of(f)->of;
	bool follows = at == v->next && (n == FRAME_HEADER || n >= PAGE_MIN);
	int rc = SQLITE_OK;

	if (n == FRAME_HEADER)
		v->last_frame = ends_transaction(p);
	v->next = at + n;
	if (!follows || v->pending_n + n > LOG_PENDING)
		rc = flush(v);
	if (rc != SQLITE_OK)
		return rc;
	return follows && n <= LOG_PENDING ? gather(v, p, n, at)
					   : v->methods.own->xWrite(f, p, n, at);
}

static int log_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	struct log_vfs *v = methods_of(f)->of;
	int rc = at + n > v->at ? flush(v) : SQLITE_OK;

	return rc == SQLITE_OK ? v->methods.own->xRead(f, p, n, at) : rc;
}

static int log_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct log_vfs *v = methods_of(f)->of;
	int rc = flush(v);

	return rc == SQLITE_OK ? v->methods.own->xTruncate(f, size) : rc;
}

static int log_size(sqlite3_file *f, sqlite3_int64 *size)
{
	struct log_vfs *v = methods_of(f)->of;
	int rc = flush(v);

	return rc == SQLITE_OK ? v->methods.own->xFileSize(f, size) : rc;
}

/* What is still gathered when the lock is given back belongs to no transaction. */
static int db_lock(sqlite3_file *f, int at, int n, int flags)
{
	struct log_vfs *v = methods_of(f)->of;

	if (at == WRITE_LOCK && (flags & SQLITE_SHM_UNLOCK) && (flags & SQLITE_SHM_EXCLUSIVE)) {
		v->pending_n = 0;
		v->next = -1;
	}
	return v->db.own->xShmLock(f, at, n, flags);
}

/* --- its way to the disk --- */

/* The write is begun, the work is done meanwhile, the sync waits for what is left of it. */
static int log_sync(sqlite3_file *f, int flags)
{
	struct log_vfs *v = methods_of(f)->of;
	void (*work)(void *ctx) = v->work;
	int rc = flush(v), why = errno;

	if (rc != SQLITE_OK)
		return rc;
	v->work = NULL;
	if (work) {
		if (v->fd >= 0)
			(void)sync_file_range(v->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
		work(v->ctx);
		errno = why;
	}
	return v->methods.own->xSync(f, flags);
}

static void forget_file(struct log_vfs *v)
{
	if (v->fd >= 0)
		close(v->fd);
	v->fd = -1;
	v->pending_n = 0;
	v->next = -1;
}

/* --- files --- */

static struct sqlite3_io_methods *watch(struct log_methods *m, struct log_vfs *v,
					sqlite3_file *f)
{
	*m = (struct log_methods){ *f->pMethods, f->pMethods, v };
	f->pMethods = &m->base;
	return &m->base;
}

/* Closing the second descriptor drops no lock: SQLite holds none on the log's file. */
static void watch_log(struct log_vfs *v, sqlite3_filename name, sqlite3_file *f)
{
	struct sqlite3_io_methods *m = watch(&v->methods, v, f);

	forget_file(v);
	v->log = f;
	v->fd = open(name, O_WRONLY | O_CLOEXEC);
	m->xWrite = log_write;
	m->xRead = log_read;
	m->xTruncate = log_truncate;
	m->xFileSize = log_size;
	m->xSync = log_sync;
}

static int log_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags,
		    int *out_flags)
{
	struct log_vfs *v = (struct log_vfs *)vfs;
	sqlite3_vfs *base = sqlite3_vfs_find(NULL);
	int rc = base->xOpen(base, name, f, flags, out_flags);

	if (rc != SQLITE_OK)
		return rc;
	if (flags & SQLITE_OPEN_WAL)
		watch_log(v, name, f);
	else if (flags & SQLITE_OPEN_MAIN_DB)
		watch(&v->db, v, f)->xShmLock = db_lock;
	return SQLITE_OK;
}

void log_vfs_start(struct log_vfs *v)
{
	int rc;

	v->vfs = *sqlite3_vfs_find(NULL);
	v->fd = -1;
	v->log = NULL;
	v->work = NULL;
	v->last_frame = false;
	forget_file(v);
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
