/*
 * What a backup takes beside the entries of the ledgers: sealed bodies, and what belongs
 * to this node alone.  The same from both engines and into both, so that a copy of SQLite
 * files can be put into PostgreSQL.
 */
#ifndef STORE_CARRY_H
#define STORE_CARRY_H
#include "store/local.h"

/* Every opening this node is entitled to, by commitment; put back with store_opening. */
bool view_openings(struct view *v, bool (*each)(void *ctx, struct str body, struct err *err),
		   void *ctx, struct err *err) MUST_USE;

/* The name of every attachment that is kept here, in order, each once; within view_begin …
 * view_end. */
bool view_blobs(struct view *v,
		bool (*each)(void *ctx, const struct hash *name, struct err *err), void *ctx,
		struct err *err) MUST_USE;

/*
 * What was witnessed, the cosignatures held, evidence of forks with the ledgers' states and
 * the alerts due: one JSON array a line, ["cosig","ml",…].
 */
bool signed_carry(struct view *v, struct buf *out, struct err *err) MUST_USE;
/* Put them beside the ledgers they are of, all or nothing; through the writer's view. */
bool signed_settle(struct view *v, struct str lines, struct err *err) MUST_USE;

/*
 * Accounts, API tokens, drafts of forms, pouches, the operators' log: one JSON array a line,
 * ["account","demo",…].  Browser sessions stay behind: people sign in again.
 */
bool local_carry(struct view *v, struct buf *out, struct err *err) MUST_USE;
/* Put them into an empty local store, all or nothing. */
bool local_settle(struct view *v, struct str lines, struct err *err) MUST_USE;

#endif
