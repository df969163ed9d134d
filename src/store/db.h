/*
 * One connection to one of the three stores, the same on both engines.  Private to
 * src/store/, as all SQL is.
 *
 * SQL is written once, in what both read: `?` for parameters, ON CONFLICT … DO UPDATE,
 * and in CREATE TABLE the type words INTEGER, TEXT, BLOB, DECIMAL, which the driver turns
 * into its own (PostgreSQL: BIGINT, TEXT COLLATE "C", BYTEA, NUMERIC).  On SQLite DECIMAL
 * is TEXT with a collation that compares as dec_cmp does.  dec_sum(x) adds a column exactly
 * and dec_add(a, b) two values, on both.  WITHOUT ROWID is SQLite's alone and left out on
 * PostgreSQL.  What differs beyond that is a query in two forms, chosen by db_engine.
 *
 * Statements are prepared once per connection and kept, keyed by the address of their
 * literal; SQL built at run time (lists with filters) is keyed by its text, with a bound.
 */
#ifndef STORE_DB_H
#define STORE_DB_H
#include "base/arena.h"
#include "base/dec.h"
#include "base/err.h"
#include "base/hash.h"

#include <stdatomic.h>

enum db_engine { DB_SQLITE, DB_POSTGRES };
enum db_durability {
	DB_FULL,
	DB_LAZY
}; /* LAZY: consistent after a crash, the last commits may be gone */

struct db;
struct stmt;

/* The one thread that may use a connection; 0: none may, once it matters. */
struct db_holder {
	_Atomic uintptr_t thread;
	_Atomic bool matters;
};
uintptr_t db_thread(void); /* this one */

struct db_plan {
	const char *dir;  /* node's folder */
	const char *url;  /* "sqlite" or "postgresql://…" */
	const char *name; /* "ledger", "register", "local": file name or schema */
	enum db_durability durability;
	bool read_only, create;
	bool lock; /* PostgreSQL: take the database's one writer's place, or ERR_CONFLICT */
	const struct db_holder *holder; /* of a connection that threads share; else NULL */
	int cache_kib; /* most page cache of this connection (SQLite); 0: a reader's 2 MiB */
	/* Of a database that is made (SQLite): one that is there keeps its own; 0: SQLite's */
	int page_bytes;
};
bool db_open(const struct db_plan *plan, struct db **out, struct err *err) MUST_USE;
void db_close(struct db *d);
/* Remove a store whole, without looking into it; nobody may have it open. */
bool db_drop(const struct db_plan *plan, struct err *err) MUST_USE;
enum db_engine db_engine(const struct db *d);

/* The error of a database that is hurt: names the way out, which differs by store. */
bool db_damaged(const struct db *d, const char *what, struct err *err);

/*
 * Statements without parameters or rows, several separated by `;`: schemas and the like.
 * Only here the type words are turned into the engine's own.
 */
bool db_run(struct db *d, const char *sql, struct err *err) MUST_USE;
/*
 * After an error inside a transaction it must be rolled back: PostgreSQL takes nothing
 * more.  A read transaction sees one moment, that of its first query; end it with
 * db_rollback.  Both ends leave every statement reset.
 */
bool db_begin(struct db *d, bool write, struct err *err) MUST_USE;
bool db_commit(struct db *d,
	       struct err *err) MUST_USE; /* on failure everything is rolled back */
/*
 * To be done once, in the next commit, while that waits for the disk; before one that needs no
 * disk of ours, or fails early, it may not be done at all.  It may not use this connection.
 */
void db_meanwhile(struct db *d, void (*work)(void *ctx), void *ctx);
void db_rollback(struct db *d);
/*
 * Outside a transaction: see to it that what was deleted is not in the files any more.  False
 * when somebody still reads an older moment: ask again later.  On SQLite deleted rows are
 * zeros at once, and this empties the log; on PostgreSQL it is left to the vacuum.
 */
bool db_scrub(struct db *d) MUST_USE;

/*
 * Rows that wait, so that several are written by one statement: `write` is called once, before
 * the next statement is prepared or the transaction committed, and so everybody finds them
 * there.  A rollback forgets it.
 */
void db_put_off(struct db *d, bool (*write)(void *ctx, struct err *err), void *ctx);
/* How many rows such a statement has, and its literal made of that of one row. */
enum { ROWS_AT_ONCE = 16 };
#define ROWS_4(row)    row ", " row ", " row ", " row
#define MANY_ROWS(row) ROWS_4(row) ", " ROWS_4(row) ", " ROWS_4(row) ", " ROWS_4(row)

/* A prepared statement, reset and with no bindings; NULL with an error. */
struct stmt *db_prepare(struct db *d, const char *literal, struct err *err) MUST_USE;
struct stmt *db_prepare_text(struct db *d, struct str sql, struct err *err) MUST_USE;
/*
 * Parameters count from 0; one that is not given is NULL.  Give a parameter the same
 * kind of value each time.  Slices must live until the last row was taken.
 */
void stmt_int(struct stmt *s, int i, int64_t v);
void stmt_text(struct stmt *s, int i, struct str v);
void stmt_blob(struct stmt *s, int i, const void *p, size_t n);
void stmt_dec(struct stmt *s, int i, struct dec v);
void stmt_null(struct stmt *s, int i);
/* Next row; *row is false at the end (the statement is then reset).  The first call runs it. */
bool stmt_step(struct stmt *s, bool *row, struct err *err) MUST_USE;
/*
 * Run a statement that gives no rows.  In a transaction on PostgreSQL it is sent and not
 * waited for: its error may be told by a later call of the transaction, db_commit at the last.
 */
bool stmt_done(struct stmt *s, struct err *err) MUST_USE;
void stmt_reset(struct stmt *s);      /* leave early */
int64_t stmt_changes(struct stmt *s); /* rows its last run changed */
/* Columns of the current row; slices live until the next step. */
bool col_null(struct stmt *s, int i);
int64_t col_int(struct stmt *s, int i);
struct str col_text(struct stmt *s, int i);
struct str col_blob(struct stmt *s, int i);
bool col_dec(struct stmt *s, int i, struct dec *out) MUST_USE;

#endif
