/* The kind `witness`: requests of C2SP add-checkpoint against what a witness knows. */
#ifndef CLI_VECTORS_WITNESS_H
#define CLI_VECTORS_WITNESS_H
#include "cli/vectors_case.h"

/* "accept" when status and answer are the case's, else what they were: "409 100". */
struct str kind_witness(struct vectors *v, const struct json *c);

#endif
