/*
 * Which record is meant by what people call it: its identifier, number, reference or acronym,
 * or its name in any of the languages, letters large or small.  Of a kind that is not joint the
 * own party's are looked at.  The records are read through once, at the first question.
 * Private to src/exchange/.
 */
#ifndef EXCHANGE_TABLE_IN_OWNER_H
#define EXCHANGE_TABLE_IN_OWNER_H
#include "exchange/table_in.h"

struct owner_names;
struct owner_names *owner_names_open(const struct table_in_plan *plan, const struct record *of);
void owner_names_close(struct owner_names *o); /* NULL is harmless */
/* The record called that, as long as the names are open; *n is how many there are: unless it
 * is one, *out is none. */
bool owner_named(struct owner_names *o, struct str name, struct ref *out, size_t *n,
		 struct err *err) MUST_USE;

#endif
