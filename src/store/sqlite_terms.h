/*
 * The index of words (word_index.h) as a table of SQLite that is asked in SQL: the rows of
 * r_search(QUESTION) are the numbers of the rows that answer it.  Private to src/store/.
 */
#ifndef STORE_SQLITE_TERMS_H
#define STORE_SQLITE_TERMS_H
#include "store/db.h"

#include <sqlite3.h>

/* r_search of this connection, which `d` is; an SQLite code. */
int sqlite_terms_register(sqlite3 *h, struct db *d);

#endif
