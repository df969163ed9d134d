/* SQL as db.h writes it, turned into an engine's own words. */
#ifndef STORE_SQL_TEXT_H
#define STORE_SQL_TEXT_H
#include "base/str.h"

struct sql_word {
	const char *from, *to; /* whole words, as written: type words are in capitals */
};
/* Copy `sql`, replacing words (outside quoted text) by the table, which ends with a NULL. */
void sql_words(struct buf *out, struct str sql, const struct sql_word *table);
/* Whether both engines take it as text: well-formed UTF-8 without a zero byte. */
bool sql_text_good(struct str text);
/* Copy `sql` with its `?` numbered: $1, $2, …; returns how many there are. */
int sql_number(struct buf *out, struct str sql);

#endif
