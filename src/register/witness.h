/*
 * This node as a C2SP tlog-witness of the other parties' ledgers, and the keeper of the
 * cosignatures others give (LEDGER.md 5.3; https://c2sp.org/tlog-witness).
 */
#ifndef REGISTER_WITNESS_H
#define REGISTER_WITNESS_H
#include "register/register.h"

/*
 * The body of POST add-checkpoint: judged and answered in one atomic read-check-write.
 * `status` is 200 (answer: cosignature lines), 400, 403, 404, 409 (answer: the size, as
 * text/x.tlog.size) or 422; `answer` is what goes into the body.  The whole checkpoint note is
 * kept, so that a second history can be proven.  False only when the store fails.
 */
bool witness_add_checkpoint(struct node *n, struct arena *a, struct str body, unsigned *status,
			    struct buf *answer, struct err *err) MUST_USE;
/* The note last cosigned of this origin, with the cosignature; ERR_MISSING. */
bool witness_checkpoint(struct node *n, struct arena *a, struct str origin, struct str *note,
			struct err *err) MUST_USE;

/*
 * Keep a cosignature of a ledger's head that came from elsewhere: `note` is a checkpoint of a
 * size and root held here, with lines of witnesses in force.  False lines refuse it whole;
 * lines of unknown keys are left out.  *kept counts the new ones.
 */
bool cosignatures_keep(struct node *n, struct str ledger, struct str note, size_t *kept,
		       struct err *err) MUST_USE;
/* Our cosignature of a head we hold in full, made and kept (as add-checkpoint would). */
bool witness_cosign_held(struct node *n, struct arena *a, struct str ledger, struct str *note,
			 struct err *err) MUST_USE;

#endif
