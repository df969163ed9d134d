/* A folder that appears whole or not at all: filled under a temporary name, then renamed. */
#ifndef REGISTER_PLACE_H
#define REGISTER_PLACE_H
#include "base/arena.h"
#include "base/err.h"

struct place {
	const char *dir;       /* where it will be */
	const char *temporary; /* where it is filled */
};
/* DIR must not be there, or be an empty folder (ERR_CONFLICT). */
bool place_begin(struct arena *a, const char *dir, struct place *out, struct err *err) MUST_USE;
bool place_settle(const struct place *p, struct err *err) MUST_USE;
void place_drop(const struct place *p); /* everything under the temporary name */

#endif
