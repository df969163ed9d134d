/*
 * Exact decimals in SQLite: the collation of DECIMAL columns, dec_sum(x) and dec_add(a, b).
 * PostgreSQL has the same two functions over NUMERIC.
 */
#ifndef STORE_SQLITE_DEC_H
#define STORE_SQLITE_DEC_H
#include <sqlite3.h>

/* Teach a connection; an SQLite result code. */
int sqlite_dec_register(sqlite3 *h);

#endif
