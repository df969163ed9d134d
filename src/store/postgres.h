/*
 * The PostgreSQL driver's own structs, shared by its files.
 *
 * The connection is always in pipeline mode: a statement without rows is sent and not
 * waited for; its error, if it has one, is told by the next call that waits (a step with
 * rows, a commit).  The transaction is lost by then on the server anyway.
 */
#ifndef STORE_POSTGRES_H
#define STORE_POSTGRES_H
#include "store/db_driver.h"

#include <libpq-fe.h>

/* Type OIDs as PostgreSQL's pg_type.dat fixes them. */
enum pg_oid {
	PG_BOOL = 16,
	PG_BYTEA = 17,
	PG_NAME = 19,
	PG_INT8 = 20,
	PG_INT2 = 21,
	PG_INT4 = 23,
	PG_TEXT = 25,
	PG_NUMERIC = 1700
};

enum { PG_PENDING_MAX = 256, PG_NAME_ROOM = 16 };

/* Something sent and not yet answered. */
struct pg_pending {
	struct pg_stmt *of; /* NULL: nobody's any more */
	bool preparation;
};

struct pg {
	struct db base;
	PGconn *c;
	bool in_transaction;
	bool lost;          /* an error inside the transaction: it can only be rolled back */
	struct err trouble; /* that error: whatever else is asked of the transaction gets it */
	unsigned names;     /* prepared statements named so far */
	unsigned epoch;     /* grows with every new connection: older statements are gone */
	struct pg_pending pending[PG_PENDING_MAX]; /* in the order sent */
	unsigned pending_count;
	struct db_plan plan; /* without its texts */
};

struct pg_param {
	unsigned oid; /* 0: never given, PostgreSQL infers it */
	union {
		unsigned char number[8];
		char dec[DEC_TEXT];
	} own;
};

struct pg_stmt {
	struct stmt base;
	char *sql; /* with $1, $2, … */
	char name[PG_NAME_ROOM];
	unsigned epoch; /* of the connection that has it prepared; 0: none */
	int count;
	struct pg_param *param;
	unsigned *oid; /* as prepared */
	const char **value;
	int *length, *format;
	PGresult *result;
	int row;
	int64_t changes;
};

/* --- postgres_value.c --- */
void pg_bind(struct stmt *base, int i, const struct value *v);
bool pg_is_null(struct stmt *base, int i);
int64_t pg_number(struct stmt *base, int i);
struct str pg_text(struct stmt *base, int i);
struct str pg_blob(struct stmt *base, int i);
bool pg_dec(struct stmt *base, int i, struct dec *out);

/* --- postgres_link.c: the connection --- */
bool pg_open(const struct db_plan *plan, struct db **out, struct err *err);
void pg_close(struct db *base);
bool pg_drop_store(const struct db_plan *plan, struct err *err);
/* Connect anew when the server went away. */
bool pg_alive(struct pg *d, struct err *err);
bool pg_failed(const struct pg *d, const PGresult *r, struct err *err);

#endif
