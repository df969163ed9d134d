/*
 * The tokenizer of the search index (search_index.h) on SQLite: its terms come folded already,
 * with one space after each.  FTS5's own would fold and judge every byte again.  Private to
 * src/store/.
 */
#ifndef STORE_SQLITE_TERMS_H
#define STORE_SQLITE_TERMS_H
#include <sqlite3.h>

/* `tokenize=terms` from now on; an SQLite code. */
int sqlite_terms_register(sqlite3 *h);

#endif
