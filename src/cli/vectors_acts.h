/* Test vectors of kind `acts`: what each party's ledger says of one act, as far as it is known.
 */
#ifndef CLI_VECTORS_ACTS_H
#define CLI_VECTORS_ACTS_H
#include "cli/vectors_case.h"

/* The act's state, "in_force" and so on, when who is ready since when is the case's too; else
 * what came. */
struct str kind_acts(struct vectors *v, const struct json *c);

#endif
