/*
 * Equivocation (LEDGER.md 11): a ledger that shows two histories.  Found from any source, told
 * to everyone, repaired by nobody but people.
 */
#ifndef REGISTER_FORK_H
#define REGISTER_FORK_H
#include "register/register.h"

/*
 * `evidence` ({"a","b","h","proof"}) proves that the ledger's key signed two histories: keep
 * it, set the ledger forked, append alert.fork to the own ledger.  Once for one piece of
 * evidence; ERR_INPUT when it proves nothing.
 */
bool fork_found(struct node *n, struct arena *a, struct str ledger, struct str evidence,
		struct hash *id, struct err *err) MUST_USE;
/*
 * Make and report evidence out of two signed heads: roots differ at one size, or `proof` shows
 * that the larger tree has another root at the smaller size.
 */
struct fork_heads {
	struct str ledger, a, b;  /* notes, size(a) <= size(b) */
	const struct hash *root;  /* of b's tree at size(a); NULL when sizes are equal */
	const struct hash *proof; /* consistency, size(a) to size(b) */
	size_t proof_count;
};
bool fork_prove(struct node *n, struct arena *a, const struct fork_heads *heads,
		struct hash *id, struct err *err) MUST_USE;

/*
 * After ledger `ledger` grew from `before` to `after` entries: hold the heads that these
 * entries name (`seen`, of this and of any other ledger), and those of others that name these,
 * against what is held; take in what other parties found (alert.fork).  Whoever takes a range
 * over calls this after it.  False only when the store fails.
 */
bool fork_search(struct node *n, struct str ledger, uint64_t before, uint64_t after,
		 struct err *err) MUST_USE;
/*
 * Hold a head that came from anywhere against what is held of its ledger; its signature must
 * stand (else ERR_INPUT).  *forked: it is of another history, and evidence of that is kept
 * where one key signed both.
 * A larger one of the own ledger sets that restored (LEDGER.md 5.2); a larger one of others
 * says nothing yet.
 */
bool fork_look(struct node *n, struct arena *a, struct str note, bool *forked,
	       struct err *err) MUST_USE;

/* The evidence with this id; ERR_MISSING. */
bool fork_evidence(struct node *n, struct arena *a, const struct hash *id, struct str *doc,
		   struct err *err) MUST_USE;
/* An operator's written word, logged in local: the ledger is read again from here on. */
bool fork_release(struct node *n, struct str ledger, struct str who, struct str why,
		  struct err *err) MUST_USE;

#endif
