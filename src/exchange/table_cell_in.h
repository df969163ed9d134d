/*
 * Cells as people write them, into the JSON of a record's fields: only what can be read in one
 * way is taken, whatever the language of whoever wrote it.
 */
#ifndef EXCHANGE_TABLE_CELL_IN_H
#define EXCHANGE_TABLE_CELL_IN_H
#include "model/model.h"

/* "1 250,50", "1.250,50", "1,250.50", "1250.5" into "1250.5"; "1,250" can be read in two ways.
 */
bool cell_number(struct arena *a, struct str typed, struct str *out, struct err *err) MUST_USE;
/* "2026-03-01", "1.3.2026", "31/03/2026"; "03/04/2026" can be read in two ways. */
bool cell_date(struct arena *a, struct str typed, struct str *out, struct err *err) MUST_USE;
/* true false, oui non, да нет, yes no, 1 0. */
bool cell_bool(struct str typed, bool *out, struct err *err) MUST_USE;
/* A code, or its name in any language, letters large or small; what is neither comes back as it
 * is: the check of the record says so. */
struct str cell_code(const char *list, struct str typed);
/* Whether two texts are the same, letters large or small. */
bool same_word(struct str x, struct str y);

#endif
