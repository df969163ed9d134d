/*
 * What an engine implements so that db.h works on it: one table of functions.
 * Private to db.c, sqlite*.c and postgres*.c.
 *
 * A driver's own structs begin with `struct db` and `struct stmt`.
 */
#ifndef STORE_DB_DRIVER_H
#define STORE_DB_DRIVER_H
#include "store/db.h"

enum value_kind { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BLOB, VALUE_DEC };

/* One parameter; `bytes` of TEXT and BLOB is the caller's and must not move before the
 * statement ends. */
struct value {
	enum value_kind kind;
	int64_t number;
	struct str bytes;
	struct dec dec;
};

enum { STMT_BUCKETS = 256, STMT_TEXT_MAX = 64 };

struct stmt {
	struct db *db;
	struct stmt *next;   /* of the same bucket */
	const char *literal; /* its key, or NULL when `sql` is */
	char *text; /* what `sql` borrows from when it was built at run time, or NULL */
	struct str sql;
	uint64_t used; /* when it was last asked for: the oldest run-time text goes first */
};

struct db_driver;
struct db {
	const struct db_driver *driver;
	struct stmt *bucket[STMT_BUCKETS];
	unsigned texts; /* kept statements that were built at run time */
	uint64_t clock;
	const struct db_holder *holder;
	bool (*put_off)(void *ctx, struct err *err); /* NULL: nothing waits */
	void *put_off_ctx;
	char name[16];
};

struct db_driver {
	enum db_engine engine;
	bool (*open)(const struct db_plan *plan, struct db **out, struct err *err);
	void (*close)(struct db *d);
	bool (*drop_store)(const struct db_plan *plan, struct err *err);
	bool (*run)(struct db *d, const char *sql, struct err *err);
	bool (*begin)(struct db *d, bool write, struct err *err);
	bool (*commit)(struct db *d, struct err *err); /* when it fails, rollback follows */
	/* NULL: it does not wait for a disk itself. */
	void (*meanwhile)(struct db *d, void (*work)(void *ctx), void *ctx);
	void (*rollback)(struct db *d);
	bool (*scrub)(struct db *d);

	/* A new statement of `sql`, which stays where it is; the front fills the rest of
	 * `struct stmt`. */
	bool (*prepare)(struct db *d, struct str sql, struct stmt **out, struct err *err);
	void (*drop)(struct stmt *s);
	void (*reset)(struct stmt *s); /* and forget the bindings */
	void (*bind)(struct stmt *s, int i, const struct value *v);
	bool (*step)(struct stmt *s, bool *row, struct err *err);
	bool (*done)(struct stmt *s, struct err *err);
	int64_t (*changes)(struct stmt *s);

	bool (*is_null)(struct stmt *s, int i);
	int64_t (*number)(struct stmt *s, int i);
	struct str (*text)(struct stmt *s, int i);
	struct str (*blob)(struct stmt *s, int i);
	bool (*dec)(struct stmt *s, int i, struct dec *out);
};

extern const struct db_driver sqlite_driver, postgres_driver;

/* The disk has no room left. */
bool db_full(const struct db *d, struct err *err);

#endif
