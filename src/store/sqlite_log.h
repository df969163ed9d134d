/*
 * SQLite's own VFS but for two things of the write-ahead log: what is written one frame after
 * the other goes to the file in one piece, and while the log is on its way to the disk, the
 * thread that commits may do other work.  One a connection that writes.  Private to sqlite*.c.
 *
 * SQLite writes a log in halves of frames, a header and a page (sqlite.org/walformat.html),
 * each a call of the system.  They are gathered until a transaction's last frame, whose header
 * says so; until the log is read, measured, cut or synced; or until the lock of who writes is
 * given back, so that nothing of an undone transaction is written when another's stands there.
 */
#ifndef STORE_SQLITE_LOG_H
#define STORE_SQLITE_LOG_H
#include "store/durable.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <sys/types.h>

/* SQLite hands at most 2^17 - 1 bytes to the system at once. */
enum { LOG_PENDING = 120 << 10 };

struct log_vfs;

struct log_methods {
	sqlite3_io_methods base;
	const sqlite3_io_methods *own; /* SQLite's */
	struct log_vfs *of;
};

struct log_vfs {
	sqlite3_vfs vfs;
	struct log_methods methods; /* of the log's file */
	struct log_methods db;      /* of the database's */
	sqlite3_file *log;          /* while it is open; NULL: it is not */
	int fd; /* the log's file once more, or -1: SQLite does not tell its own */
	void (*work)(void *ctx); /* done once, at the next sync; NULL: none */
	void *ctx;
	sqlite3_int64 at, next; /* where what is pending begins; where the last write ended */
	int pending_n;
	bool last_frame; /* the last header was that of a transaction's last frame */
	char pending[LOG_PENDING];
	char name[32];
};

/* Before the connection is opened, with vfs->name; ends after it is closed. */
void log_vfs_start(struct log_vfs *v);
void log_vfs_end(struct log_vfs *v);
/* Zeros up to `bytes`: to write over blocks that are there is quicker than to grow a file. */
void log_vfs_lengthen(const struct log_vfs *v, off_t bytes);

#endif
