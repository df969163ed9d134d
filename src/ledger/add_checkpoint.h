/*
 * What a log asks of a witness (C2SP tlog-witness, "add-checkpoint") and what a witness that
 * knows this much of it must answer.  Pure: register/witness.h keeps and signs.
 */
#ifndef LEDGER_ADD_CHECKPOINT_H
#define LEDGER_ADD_CHECKPOINT_H
#include "ledger/note.h"
#include "ledger/tree.h"

enum { ADD_CHECKPOINT_MAX = 64 << 10 }; /* LEDGER.md 16 */

struct add_checkpoint {
	uint64_t old_size;
	struct hash proof[PROOF_MAX]; /* consistency, old_size to the head's */
	size_t proof_count;
	struct str note, origin; /* origin: first line of the note, whatever that is */
};
/*
 * The body: "old <size>", at most 63 lines of base64, an empty line, a checkpoint.  Shape
 * alone; false is status 400.  Borrows from `body`.
 */
bool add_checkpoint_read(struct str body, struct add_checkpoint *out, struct err *err) MUST_USE;
void add_checkpoint_write(struct buf *out, const struct add_checkpoint *q);

/*
 * The status this request deserves of a witness whose newest head of that origin is `known`
 * (size 0 and the empty root: none): 200, 400, 403, 409 or 422 (https://c2sp.org/tlog-witness;
 * another root at the same size is 422, as the vectors have it).  `keys` are the log's in
 * force.  *head is filled once the signature stands (status 200, 409, 422); `err` says why it
 * is not 200.
 */
unsigned add_checkpoint_judge(const struct add_checkpoint *q, const struct vkey *keys,
			      size_t key_count, const struct checkpoint *known,
			      struct checkpoint *head, struct err *err);

#endif
