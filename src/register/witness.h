/*
 * This node as a C2SP tlog-witness of the other parties' ledgers, and the keeper of the
 * cosignatures others give (LEDGER.md 5.3; https://c2sp.org/tlog-witness).
 */
#ifndef REGISTER_WITNESS_H
#define REGISTER_WITNESS_H
#include "register/register.h"

/*
 * The body of POST add-checkpoint: judged and answered in one atomic read-check-write.
 * `status` is 200 (answer: cosignature lines), 400, 403 (also: the ledger is forked), 404, 409
 * (answer: the size, as text/x.tlog.size), 422, or 503 while this node may sign nothing (it is
 * restored or forked itself); `answer` is what goes into the body, in words where nothing else
 * is said.  The size of a 409 is that of the newest head cosigned, or of the copy held here
 * when that is larger.  The checkpoint note is kept with the log's signature, so that a second
 * history can be proven; one that shows here is (fork.h).  False only when the store fails.
 */
bool witness_add_checkpoint(struct node *n, struct arena *a, struct str body, unsigned *status,
			    struct buf *answer, struct err *err) MUST_USE;

/*
 * Keep a cosignature of a ledger's head that came from elsewhere: `note` is a checkpoint of a
 * size and root held here, with lines of witnesses in force.  False lines refuse it whole;
 * lines of unknown keys are left out.  *kept counts the new ones.
 */
bool cosignatures_keep(struct node *n, struct str ledger, struct str note, size_t *kept,
		       struct err *err) MUST_USE;
/*
 * Our cosignature of the head we hold in full, made and kept as add-checkpoint would, or the
 * one made before.  ERR_CONFLICT: a larger one was cosigned already, or this node may sign
 * nothing; ERR_FORK when what was cosigned is of another history than what is held.
 */
bool witness_cosign_held(struct node *n, struct arena *a, struct str ledger, struct str *note,
			 struct err *err) MUST_USE;
/*
 * What follows a range that was taken over, once the register has followed too: fork_search
 * (fork.h), then our cosignature of the new head where one can be given.  ERR_FORK when that
 * shows the ledger forked.
 */
bool register_taken(struct node *n, struct arena *a, struct str ledger, uint64_t before,
		    uint64_t after, struct err *err) MUST_USE;

/*
 * The largest size of `ledger`, at most what *size says, that the nodes of all other parties
 * cosigned with the keys in force; 0 when there is none.
 */
bool witnessed_by_all(struct node *n, struct view *v, struct arena *a, struct str ledger,
		      uint64_t *size, struct err *err) MUST_USE;

#endif
