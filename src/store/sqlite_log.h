/*
 * SQLite's own VFS but for one thing: while the write-ahead log is on its way to the disk, the
 * thread that commits may do other work.  One a connection.  Private to sqlite*.c.
 */
#ifndef STORE_SQLITE_LOG_H
#define STORE_SQLITE_LOG_H
#include "store/durable.h"

#include <sqlite3.h>
#include <sys/types.h>

struct log_vfs;

struct log_methods {
	sqlite3_io_methods base;
	struct log_vfs *of;
};

struct log_vfs {
	sqlite3_vfs vfs;
	struct log_methods methods; /* of the log's file */
	int (*sync)(sqlite3_file *f, int flags);
	int fd; /* the log's file once more, or -1: SQLite does not tell its own */
	void (*work)(void *ctx); /* done once, at the next sync; NULL: none */
	void *ctx;
	char name[32];
};

/* Before the connection is opened, with vfs->name; ends after it is closed. */
void log_vfs_start(struct log_vfs *v);
void log_vfs_end(struct log_vfs *v);
/* Zeros up to `bytes`: to write over blocks that are there is quicker than to grow a file. */
void log_vfs_lengthen(const struct log_vfs *v, off_t bytes);

#endif
