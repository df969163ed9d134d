/*
 * The peer of one durable act: one SQLite commit with synchronous=FULL of an entry of the same
 * size, one at a time.  Prints commits a second.
 *
 * usage: sqlite_commits FILE COUNT BYTES
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void must(int good, sqlite3 *db)
{
	if (!good) {
		(void)fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
}

int main(int argc, char **argv)
{
	sqlite3 *db;
	sqlite3_stmt *insert;
	int64_t began;

	if (argc != 4)
		return 2;
	must(sqlite3_open(argv[1], &db) == SQLITE_OK, db);
	must(sqlite3_exec(db,
			  "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
			  "CREATE TABLE entry(lid INTEGER, n INTEGER, bytes BLOB NOT NULL, "
			  "PRIMARY KEY(lid,n)) WITHOUT ROWID",
			  NULL, NULL, NULL) == SQLITE_OK,
	     db);
	must(sqlite3_prepare_v2(db, "INSERT INTO entry VALUES(1, ?, randomblob(?))", -1,
				&insert, NULL) == SQLITE_OK,
	     db);
	began = now_us();
	for (int i = 0; i < atoi(argv[2]); i++) {
		must(sqlite3_bind_int(insert, 1, i) == SQLITE_OK, db);
		must(sqlite3_bind_int(insert, 2, atoi(argv[3])) == SQLITE_OK, db);
		must(sqlite3_step(insert) == SQLITE_DONE, db);
		must(sqlite3_reset(insert) == SQLITE_OK, db);
	}
	printf("%lld\n", (long long)atoi(argv[2]) * 1000000 / (now_us() - began));
	(void)sqlite3_finalize(insert);
	(void)sqlite3_close(db);
	return 0;
}
