/*
 * Key rolls (LEDGER.md 4.3): a statement, signed by a quorum of the recovery keys, that
 * puts a new key in the place of the one in force.
 */
#ifndef LEDGER_KEYROLL_H
#define LEDGER_KEYROLL_H
#include "ledger/charter.h"

enum key_role { ROLE_LOG, ROLE_WITNESS, ROLE_SEAL, ROLE_RECOVERY, ROLE_COUNT };

struct keyroll {
	enum key_role role;
	struct str old_key, new_key; /* as the statement writes them */
	struct vkey key;             /* the new one; not for a seal */
	unsigned place;              /* ROLE_RECOVERY: which of the three */
};

/*
 * Whether `statement` (a signed note), as entry `index` of the ledger whose keys in force
 * are `now`, is valid.  The old online key counts for nothing.  Borrows from `statement`.
 */
bool keyroll_check(struct str statement, const struct charter_ledger *now,
		   const struct hash *register_id, uint64_t index, struct keyroll *out,
		   struct err *err) MUST_USE;
/* The keys in force after a valid roll. */
void keyroll_apply(struct charter_ledger *now, const struct keyroll *roll);

#endif
