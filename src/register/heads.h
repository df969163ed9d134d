/*
 * Signed heads as witness.c and fork.c look at them: whose they are, which keys hold for them,
 * and what is held to compare them with.  Under the writer.  Private to src/register/.
 */
#ifndef REGISTER_HEADS_H
#define REGISTER_HEADS_H
#include "register/fork.h"
#include "register/pen.h"
#include "store/cosig.h"
#include "store/evidence.h"

/* A head that came from outside, and what is known of its ledger. */
struct signed_head {
	const struct charter_ledger *ledger; /* of the charter */
	struct charter_ledger keys;          /* in force for the head's size */
	struct str note;
	struct checkpoint head;
	struct ledger_row held;
	struct witnessed last; /* what was cosigned last */
};

/* NULL when no ledger of the charter bears this origin. */
const struct charter_ledger *ledger_of_origin(const struct charter *c, struct str origin);
/* What is held of the ledger that out->ledger names, and witnessed. */
bool head_neighbours(struct view *v, struct arena *a, struct signed_head *out,
		     struct err *err) MUST_USE;
/* The note's text and signature of that key alone. */
void note_signed_by(struct buf *out, struct str note, const struct vkey *key);
/* The signature line of that key in the note; empty when it bears none. */
struct str note_line_of(struct arena *a, struct str note, const struct vkey *key);
/* "<name>+<8 hex key ID>": what cosignatures are kept under. */
struct str witness_label(struct arena *a, const struct vkey *witness);
/* Root of the copy held here at `size`, at most the size held. */
bool held_root(struct view *v, const struct ledger_row *held, uint64_t size, struct hash *root,
	       struct err *err) MUST_USE;

/* --- fork.c, while the caller holds the pen --- */
/*
 * The signature of s->head stood: is it of the history that is held, and that was witnessed?
 * When not, *forked is set, and evidence is kept where one key signed both heads; *id names
 * it.  A head of the own ledger that is larger than that sets it restored (LEDGER.md 5.2).
 */
bool fork_against_held(struct pen *p, struct arena *a, const struct signed_head *s,
		       bool *forked, struct hash *id, struct err *err) MUST_USE;
bool fork_prove_held(struct pen *p, struct arena *a, const struct fork_heads *heads,
		     struct hash *id, struct err *err) MUST_USE;
/* Append the alerts that are due; a ledger that cannot be written to now tells them later. */
void fork_tell_due(struct node *n);

#endif
