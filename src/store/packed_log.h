/*
 * Logs of packed lines in r_packed: what is kept of rows beside them, in the order in which it
 * was said.  Private to src/store/.
 */
#ifndef STORE_PACKED_LOG_H
#define STORE_PACKED_LOG_H
#include "store/packed.h"
#include "store/project.h"

/* In all logs: the row's number without its shape, its shape, and 1 when it came, -1 when it
 * went. */
enum { PACKED_RID, PACKED_SHAPE, PACKED_SIGN };

/* The pile's lines go behind those of the log, and leave the pile.  A block that it makes has a
 * number above all that there were, so that none comes twice. */
bool packed_settle(struct projection *p, int64_t log, struct pile *pile,
		   struct err *err) MUST_USE;
/* The error of a block that is none. */
bool packed_hurt(struct err *err);

#endif
