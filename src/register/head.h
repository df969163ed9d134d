/*
 * A signed head of a ledger of this register, judged by the keys that are known here
 * (LEDGER.md 4.2, 5.2).
 */
#ifndef REGISTER_HEAD_H
#define REGISTER_HEAD_H
#include "store/local.h"

struct node;

/*
 * The checkpoint `note` of `ledger`, under the log key in force for its size as far as the
 * rolls are held here.  One that only a replaced key signed is refused with the field
 * "old-key" and kept as an alert that administrators see.
 */
bool head_open(struct node *n, struct view *v, struct arena *a, struct str ledger,
	       struct str note, struct checkpoint *out, struct err *err) MUST_USE;

/*
 * Somebody holds this checkpoint of our own ledger: a peer's `/witness/<oh>/checkpoint`, a
 * mirror, a pouch.  Ask at start and now and then, before the first act if that can be.
 * Larger than what is here: this node was put back from an older copy, or another copy of it
 * runs, and its ledger is LEDGER_RESTORED until what is missing came back.  Of another
 * history: LEDGER_FORKED.  ERR_INPUT when it is not validly ours; a note that says nothing
 * new is good.
 */
bool node_heard_own(struct node *n, struct str note, struct err *err) MUST_USE;

#endif
