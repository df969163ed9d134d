#include "store/db_driver.h"
#include "store/durable.h"
#include "store/sql_text.h"
#include "store/sqlite_dec.h"
#include "store/sqlite_log.h"
#include "store/sqlite_terms.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * WAL: readers never wait for the writer, nor it for them.  The busy time covers the
 * short moments of recovery and of two threads writing the local store.
 *
 * The log is carried into the file every so many bytes and then written over from its
 * start.  To write over blocks that are there and sync them takes a third of the time
 * that growing a file takes; so a log that is synced with each commit comes round soon,
 * and a connection that commits often grows it to its full length at once.  What is not
 * synced may come round late: a page written often is then copied once.  So may a log of
 * large commits, which write the same pages of an index each: after LOG_COMMITS of them.
 */
enum {
	BUSY_MS = 10000,
	CACHE_KIB = 2048,
	LOG_BYTES_FULL = 4 << 20,
	LOG_BYTES_LAZY = 128 << 20,
	LOG_COMMITS = 3
};
enum { SCRUB_MS = 50 }; /* readers are not waited for: they may wait for the writer */
enum { OFTEN = 16, FRAME_HEADER = 24 };

struct lite {
	struct db base;
	sqlite3 *h;
	struct log_vfs *log; /* of one that writes, or NULL */
	bool often;          /* the one that commits acts */
	unsigned commits;
	int log_frames, log_limit; /* as long as it was at the last commit; may be */
	char path[PATH_ROOM];
};

struct lite_stmt {
	struct stmt base;
	sqlite3_stmt *h;
	bool bound, on_row;
};

/* --- errors --- */

/* A commit that fails leaves the system's reason in errno only. */
static bool is_full(sqlite3 *h, int rc)
{
	return rc == SQLITE_FULL ||
	       (rc == SQLITE_IOERR && (no_room(sqlite3_system_errno(h)) || no_room(errno)));
}

static bool failed(const struct lite *d, int extended, struct err *err)
{
	const char *why = d->h ? sqlite3_errmsg(d->h) : sqlite3_errstr(extended);
	int rc = extended & 0xff;

	if (d->h && is_full(d->h, rc))
		return db_full(&d->base, err);
	if (rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB || rc == SQLITE_FORMAT)
		return db_damaged(&d->base, why, err);
	if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
		return err_set(err, ERR_CONFLICT, d->base.name,
			       N_("Another process is writing to %1. End it, or wait, then do "
				  "this again."),
			       d->path);
	if (rc == SQLITE_READONLY || rc == SQLITE_PERM || rc == SQLITE_AUTH)
		return err_set(err, ERR_UNREACHABLE, d->base.name,
			       N_("%1 cannot be written. Give this user the right to write it "
				  "and its folder."),
			       d->path);
	if (rc == SQLITE_CANTOPEN)
		return err_set(err, ERR_UNREACHABLE, d->base.name,
			       N_("%1 cannot be opened. Look whether the file is there and "
				  "this user may read it."),
			       d->path);
	if (rc == SQLITE_IOERR || rc == SQLITE_NOMEM)
		return err_set(err, ERR_UNREACHABLE, d->base.name,
			       N_("%1 could not be read or written (%2). Look at the disk and "
				  "the system's log."),
			       d->path, why);
	return err_set(err, ERR_BROKEN, d->base.name,
		       N_("The database \"%1\" refused a statement (%2). This is a fault in "
			  "Benkan: please report it."),
		       d->base.name, why);
}

static bool checked(const struct lite *d, int rc, struct err *err)
{
	return rc == SQLITE_OK || failed(d, rc, err);
}

/* --- connections --- */

/*
 * Connections belong to one thread each, and nobody asks SQLite how much memory it has:
 * so it need not lock for either.  Too late, and harmless, when SQLite is in use already.
 */
static void configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* What cannot be carried over now is at a later commit. */
static int committed(void *ctx, sqlite3 *h, const char *schema, int frames)
{
	struct lite *d = ctx;
	int added = frames > d->log_frames ? frames - d->log_frames : frames;

	d->log_frames = frames;
	if (frames >= d->log_limit && frames >= LOG_COMMITS * added)
		(void)sqlite3_wal_checkpoint_v2(h, schema, SQLITE_CHECKPOINT_PASSIVE, NULL,
						NULL);
	return SQLITE_OK;
}

/* SQLite counts the log in frames, of pages as large as those of the file that is there. */
static int limit_log(struct lite *d, enum db_durability durability)
{
	int bytes = durability == DB_FULL ? LOG_BYTES_FULL : LOG_BYTES_LAZY;
	sqlite3_stmt *s;
	int page;

	if (sqlite3_prepare_v2(d->h, "PRAGMA page_size", -1, &s, NULL) != SQLITE_OK)
		return sqlite3_errcode(d->h);
	page = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int(s, 0) : 0;
	if (sqlite3_finalize(s) != SQLITE_OK)
		return sqlite3_errcode(d->h);
	d->log_limit = bytes / (FRAME_HEADER + page);
	sqlite3_wal_hook(d->h, committed, d);
	return SQLITE_OK;
}

static bool set_up(struct lite *d, const struct db_plan *plan, struct err *err)
{
	char sql[256];
	int rc = sqlite_dec_register(d->h);

	if (rc == SQLITE_OK)
		rc = sqlite_terms_register(d->h, &d->base);
	if (rc == SQLITE_OK)
		rc = sqlite3_busy_timeout(d->h, BUSY_MS);
	snprintf(sql, sizeof(sql),
		 "PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF; "
		 "PRAGMA secure_delete=ON; PRAGMA synchronous=%s; "
		 "PRAGMA page_size=%d; PRAGMA cache_size=-%d;",
		 plan->durability == DB_FULL ? "FULL" : "NORMAL", plan->page_bytes,
		 plan->cache_kib ? plan->cache_kib : CACHE_KIB);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(d->h, sql, NULL, NULL, NULL);
	if (rc == SQLITE_OK && !plan->read_only)
		rc = sqlite3_exec(d->h, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
	/* The first page is read here, so that a file that is no database says so at once. */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(d->h, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
	if (rc == SQLITE_OK && !plan->read_only)
		rc = limit_log(d, plan->durability);
	return checked(d, rc, err);
}

static void lite_close(struct db *base)
{
	struct lite *d = (struct lite *)base;
	int rc = sqlite3_close(d->h);

	assert(rc == SQLITE_OK);
	if (d->log)
		log_vfs_end(d->log);
	free(d->log);
	free(d);
}

static void watch_log(struct lite *d)
{
	d->log = malloc(sizeof(*d->log));
	assert(d->log);
	log_vfs_start(d->log);
}

static bool lite_open(const struct db_plan *plan, struct db **out, struct err *err)
{
	int flags = plan->read_only
			    ? SQLITE_OPEN_READONLY
			    : SQLITE_OPEN_READWRITE | (plan->create ? SQLITE_OPEN_CREATE : 0);
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct lite *d = calloc(1, sizeof(*d));
	int rc;

	assert(d);
	pthread_once(&once, configure);
	d->base.driver = &sqlite_driver;
	snprintf(d->base.name, sizeof(d->base.name), "%s", plan->name);
	rc = snprintf(d->path, sizeof(d->path), "%s/%s.db", plan->dir, plan->name);
	if (rc >= PATH_ROOM) {
		free(d);
		return err_set(
			err, ERR_INPUT, "node",
			N_("The node's folder has too long a path: choose a shorter one."));
	}
	d->often = plan->lock;
	if (!plan->read_only)
		watch_log(d);
	rc = sqlite3_open_v2(d->path, &d->h,
			     flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
			     d->log ? d->log->name : NULL);
	if (!checked(d, rc, err) || !set_up(d, plan, err)) {
		lite_close(&d->base);
		return false;
	}
	*out = &d->base;
	return true;
}

static bool lite_drop_store(const struct db_plan *plan, struct err *err)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[PATH_ROOM];

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(path, sizeof(path), "%.*s/%s.db%s", DIR_MAX, plan->dir, plan->name,
			 ends[i]);
		if (unlink(path) != 0 && errno != ENOENT)
			return err_set(err, ERR_UNREACHABLE, plan->name,
				       N_("%1 could not be removed (%2). Give this user the "
					  "right to write the node's folder."),
				       path, strerror(errno));
	}
	return true;
}

static bool lite_run(struct db *base, const char *sql, struct err *err)
{
	static const struct sql_word words[] = { { "DECIMAL", "TEXT COLLATE DEC" },
						 { NULL, NULL } };
	struct lite *d = (struct lite *)base;
	struct buf own;
	int rc;

	buf_init(&own, 1 << 20);
	sql_words(&own, str_z(sql), words);
	buf_ch(&own, '\0');
	assert(!own.full);
	rc = sqlite3_exec(d->h, own.p, NULL, NULL, NULL);
	buf_done(&own);
	return checked(d, rc, err);
}

/* --- transactions --- */

/* Statements that were left in the middle of their rows would keep the snapshot. */
static void end_statements(struct lite *d)
{
	for (sqlite3_stmt *s = sqlite3_next_stmt(d->h, NULL); s; s = sqlite3_next_stmt(d->h, s))
		if (sqlite3_stmt_busy(s))
			sqlite3_reset(s);
}

static bool run_kept(struct db *base, const char *literal, struct err *err)
{
	struct stmt *s = db_prepare(base, literal, err);

	return s && stmt_done(s, err);
}

static bool lite_begin(struct db *base, bool write, struct err *err)
{
	return run_kept(base, write ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

static void lite_meanwhile(struct db *base, void (*work)(void *ctx), void *ctx)
{
	struct lite *d = (struct lite *)base;

	assert(d->log);
	d->log->work = work;
	d->log->ctx = ctx;
}

/* Zeros behind the log's last frame end it, as a checksum that is wrong does. */
static bool lite_commit(struct db *base, struct err *err)
{
	struct lite *d = (struct lite *)base;

	end_statements(d);
	if (!run_kept(base, "COMMIT", err))
		return false;
	if (d->often && ++d->commits == OFTEN)
		log_vfs_lengthen(d->log, LOG_BYTES_FULL);
	return true;
}

static void lite_rollback(struct db *base)
{
	struct lite *d = (struct lite *)base;
	struct err ignored;

	end_statements(d);
	/* An error may have ended the transaction already; a rollback cannot fail otherwise. */
	if (!sqlite3_get_autocommit(d->h) && !run_kept(base, "ROLLBACK", &ignored))
		assert(sqlite3_get_autocommit(d->h));
}

static bool lite_scrub(struct db *base)
{
	struct lite *d = (struct lite *)base;
	int rc;

	sqlite3_busy_timeout(d->h, SCRUB_MS);
	rc = sqlite3_wal_checkpoint_v2(d->h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(d->h, BUSY_MS);
	return rc == SQLITE_OK;
}

/* --- statements --- */

static bool lite_prepare(struct db *base, struct str sql, struct stmt **out, struct err *err)
{
	struct lite *d = (struct lite *)base;
	struct lite_stmt *s = calloc(1, sizeof(*s));
	int rc;

	assert(s);
	rc = sqlite3_prepare_v3(d->h, sql.p, (int)sql.n, SQLITE_PREPARE_PERSISTENT, &s->h,
				NULL);
	if (rc != SQLITE_OK) {
		free(s);
		return failed(d, rc, err);
	}
	*out = &s->base;
	return true;
}

static void lite_drop(struct stmt *base)
{
	struct lite_stmt *s = (struct lite_stmt *)base;

	sqlite3_finalize(s->h);
	free(s);
}

static void lite_reset(struct stmt *base)
{
	struct lite_stmt *s = (struct lite_stmt *)base;

	if (s->on_row)
		sqlite3_reset(s->h);
	if (s->bound)
		sqlite3_clear_bindings(s->h);
	s->on_row = s->bound = false;
}

static void lite_bind(struct stmt *base, int i, const struct value *v)
{
	struct lite_stmt *s = (struct lite_stmt *)base;
	const char *p = v->bytes.n ? v->bytes.p : ""; /* SQLite takes a NULL pointer for NULL */
	char text[DEC_TEXT];
	int rc = SQLITE_MISUSE;

	switch (v->kind) {
	case VALUE_NULL: rc = sqlite3_bind_null(s->h, i + 1); break;
	case VALUE_INT: rc = sqlite3_bind_int64(s->h, i + 1, v->number); break;
	case VALUE_TEXT:
		rc = sqlite3_bind_text64(s->h, i + 1, p, v->bytes.n, SQLITE_STATIC,
					 SQLITE_UTF8);
		break;
	case VALUE_BLOB:
		rc = sqlite3_bind_blob64(s->h, i + 1, p, v->bytes.n, SQLITE_STATIC);
		break;
	case VALUE_DEC:
		rc = sqlite3_bind_text(s->h, i + 1, dec_text(text, v->dec, 0), -1,
				       SQLITE_TRANSIENT);
		break;
	}
	assert(rc == SQLITE_OK);
	s->bound = true;
}

static bool lite_step(struct stmt *base, bool *row, struct err *err)
{
	struct lite_stmt *s = (struct lite_stmt *)base;
	int rc;

	errno = 0;
	rc = sqlite3_step(s->h);
	*row = s->on_row = rc == SQLITE_ROW;
	if (*row)
		return true;
	if (rc == SQLITE_DONE) {
		sqlite3_reset(s->h);
		return true;
	}
	failed((struct lite *)base->db, rc, err);
	sqlite3_reset(s->h);
	return false;
}

static bool lite_done(struct stmt *base, struct err *err)
{
	bool row;

	if (!lite_step(base, &row, err))
		return false;
	assert(!row);
	return true;
}

static int64_t lite_changes(struct stmt *base)
{
	return sqlite3_changes64(((struct lite *)base->db)->h);
}

static bool lite_is_null(struct stmt *base, int i)
{
	return sqlite3_column_type(((struct lite_stmt *)base)->h, i) == SQLITE_NULL;
}

static int64_t lite_number(struct stmt *base, int i)
{
	return sqlite3_column_int64(((struct lite_stmt *)base)->h, i);
}

static struct str lite_text(struct stmt *base, int i)
{
	sqlite3_stmt *h = ((struct lite_stmt *)base)->h;
	const void *p = sqlite3_column_text(h, i);

	return str_of(p, (size_t)sqlite3_column_bytes(h, i));
}

static struct str lite_blob(struct stmt *base, int i)
{
	sqlite3_stmt *h = ((struct lite_stmt *)base)->h;
	const void *p = sqlite3_column_blob(h, i);

	return str_of(p, (size_t)sqlite3_column_bytes(h, i));
}

static bool lite_dec(struct stmt *base, int i, struct dec *out)
{
	return !lite_is_null(base, i) && dec_parse(lite_text(base, i), out);
}

const struct db_driver sqlite_driver = {
	.engine = DB_SQLITE,
	.open = lite_open,
	.close = lite_close,
	.drop_store = lite_drop_store,
	.run = lite_run,
	.begin = lite_begin,
	.commit = lite_commit,
	.meanwhile = lite_meanwhile,
	.rollback = lite_rollback,
	.scrub = lite_scrub,
	.prepare = lite_prepare,
	.drop = lite_drop,
	.reset = lite_reset,
	.bind = lite_bind,
	.step = lite_step,
	.done = lite_done,
	.changes = lite_changes,
	.is_null = lite_is_null,
	.number = lite_number,
	.text = lite_text,
	.blob = lite_blob,
	.dec = lite_dec,
};
