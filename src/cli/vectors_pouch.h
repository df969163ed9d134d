/* Test vectors of kind `pouch`: a whole file, and the state it would be opened on. */
#ifndef CLI_VECTORS_POUCH_H
#define CLI_VECTORS_POUCH_H
#include "cli/vectors_case.h"

/* "accept", "reject", "fork", or what else became of the case; v->err says why. */
struct str kind_pouch(struct vectors *v, const struct json *c);

#endif
