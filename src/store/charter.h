/*
 * The charter in force changes (amend.h): what a register knows of an amendment, and how a
 * store takes one that has come to take effect.
 *
 * A store is opened under one charter and closed under it.  An amendment that takes effect is
 * put into the ledger store, and the register is made anew from entry 0 under it: a rare act
 * that may cut ledgers and join others on.  It happens at open, after the register came up
 * with the ledgers, and at close; who keeps a store open asks store_charter_due and opens it
 * again.
 */
#ifndef STORE_CHARTER_H
#define STORE_CHARTER_H
#include "store/amend.h"
#include "store/view.h"

/* Whether an amendment has come to take effect.  Any thread. */
bool store_charter_due(struct store *s, bool *due, struct err *err) MUST_USE;
/* The same with its document. */
bool store_charter_next(struct store *s, struct arena *a, struct str *bytes, bool *due,
			struct err *err) MUST_USE;
/* The charter in force as the first charter and the ledgers held give it, whatever is stored:
 * derive.h, in a scratch folder.  For verification. */
bool store_charter_derived(struct store *s, struct arena *a, struct hash *out,
			   struct err *err) MUST_USE;
/*
 * An operator's word that this amendment is the right one although a closed ledger's old keys
 * did not sign for it; everybody else's acceptance is wanted all the same.
 */
bool store_charter_by_hand(struct store *s, const struct hash *h, struct err *err) MUST_USE;

/* The amendments of the charter in force that the party accepted, or with an empty party
 * anybody did. */
bool view_amends(struct view *v, struct arena *a, struct str party, struct hash **out,
		 size_t *n, struct err *err) MUST_USE;
/* What stands for and against an amendment of the charter in force. */
bool view_amend(struct view *v, struct arena *a, const struct hash *h,
		struct amend_verdict *out, struct err *err) MUST_USE;
/*
 * The charters from the first to the one in force, oldest first; documents that are not here
 * end it early, from the newest back.
 */
struct charter_link {
	struct hash hash;
	struct str bytes;
};
bool view_charters(struct view *v, struct arena *a, struct charter_link **out, size_t *n,
		   struct err *err) MUST_USE;

#endif
