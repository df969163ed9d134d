/*
 * Replacing a key of this node (LEDGER.md 4.3, 4.4): made here, agreed to by a quorum of the
 * recovery keys where those are, written here.
 *
 *	roll_prepare (new key, statement) → key_statement_sign, twice, offline → roll_write
 */
#ifndef REGISTER_ROLL_H
#define REGISTER_ROLL_H
#include "ledger/keyroll.h"
#include "register/register.h"

struct roll_plan {
	enum key_role role;
	unsigned place; /* ROLE_RECOVERY: 0, 1, 2 */
	const char
		*key_file; /* ROLE_RECOVERY: where the new private key goes; not in the node */
};
/*
 * Make the new key and the statement to be signed, which the new key of a log or recovery
 * place signs at once (possession).  The statement is for the next entry: when anything else
 * is written before roll_write, it must be made and signed again.  The node may be serving.
 */
bool roll_prepare(struct node *n, struct arena *a, const struct roll_plan *plan,
		  struct buf *statement, struct err *err) MUST_USE;
/*
 * Write entry key.roll, in a commit that is signed by the key in force after it.  Also when
 * the log key in force is lost.  Refuses a statement that is not valid here and now, and a
 * new key of which this node has no file.
 */
struct roll_done {
	enum key_role role;
	uint64_t n; /* the entry */
	bool both;  /* the old log key still signs beside the new one */
};
bool roll_write(struct node *n, struct arena *a, struct str statement, struct str actor,
		struct roll_done *out, struct err *err) MUST_USE;

#endif
