/*
 * A copy of a whole node in one file, and a node made from it.
 *
 * The file is a ustar archive (ustar.h, mode 0600), the same whatever the store is:
 *
 *	benkan-backup {"v":1,"party","register","made","ledgers":[{"name","size","root"}]}
 *	node.json keys/… charter.json  every key in use and before (key_ring.h)
 *	blobs/<sha256>                attachments
 *	log/<ledger>/checkpoint log/<ledger>/tile/entries/…   as tlog-tiles names them
 *	openings/<commitment>         sealed bodies
 *	signed.jsonl                  cosignatures, what was witnessed, evidence (store/carry.h)
 *	local.jsonl                   accounts, tokens, drafts, log (store/carry.h)
 *	sha256                        hash of every byte before this member's header, in hex
 *
 * The recovery keys are not in it: they belong in safes.  Nor is the high-water file
 * (LEDGER.md 5.2): it must not come out of a backup, since it is how a restored node finds
 * out that it is behind what it has signed.
 */
#ifndef REGISTER_BACKUP_H
#define REGISTER_BACKUP_H
#include "register/register.h"

struct backup_watch {
	void (*progress)(void *ctx, uint64_t done, uint64_t all); /* entries; may be NULL */
	void *ctx;
};

/* Of one moment, also while another process serves the node.  The file appears when it is
 * whole. */
bool node_backup(struct node *n, const char *file, const struct backup_watch *watch,
		 struct err *err) MUST_USE;

struct restore_plan {
	const char *file, *dir;
	const char *store;      /* NULL: the one the backup was made from */
	const char *keys;       /* node_restore_keys: the folder of the private keys */
	const char *high_water; /* the high-water file the lost node left, or NULL */
	struct str confirm;     /* who states that nothing was signed after the backup; empty:
				   nobody */
};
/*
 * Make the node DIR; all or nothing.  Its own ledger then stands as `*state` says: LEDGER_OK
 * when the high-water file agrees or somebody confirmed, else LEDGER_RESTORED: nothing is
 * written before the missing entries came back from a peer, or store_confirm.
 */
bool node_restore(const struct restore_plan *plan, const struct node_env *env,
		  const struct backup_watch *watch, enum ledger_state *state,
		  struct err *err) MUST_USE;
/*
 * The same when no backup is left: `plan->file` is the charter and `plan->keys` a folder with
 * the files log, witness and seal (and those of later rolls) that DIR/keys had.  Its own ledger
 * is LEDGER_RESTORED and empty: exchange brings it back from a peer, then node_confirm.  What
 * only this node had is gone: accounts, sealed bodies for itself alone.
 */
bool node_restore_keys(const struct restore_plan *plan, const struct node_env *env,
		       struct err *err) MUST_USE;
/*
 * `who` states in writing that nothing was signed beyond what is held now: for a node whose
 * high-water file is missing (LEDGER.md 5.2).  Logged.
 */
bool node_confirm(struct node *n, struct str who, struct err *err) MUST_USE;

#endif
