/*
 * Amendments of the charter (docs/decisions/0020): proposed and accepted like any joint act,
 * with what the rule of store/amend.h asks for in their bodies.
 */
#ifndef REGISTER_AMEND_H
#define REGISTER_AMEND_H
#include "register/register.h"
#include "store/charter.h"

/* A charter's document of `size` bytes as entries name it: `blobs` of LEDGER.md 3.3. */
void charter_put_blobs(struct buf *out, const struct charter *c, size_t size);
/*
 * Everything that can be said against `document` as an amendment of the charter in force
 * before anybody spoke: that it follows, and that no key it brings was in use before.
 */
bool register_amend_check(struct node *n, struct arena *a, struct str document,
			  struct charter *out, struct err *err) MUST_USE;
/*
 * Propose it, with words of parties that cannot speak in a ledger; durable when it returns.
 * A second proposal of the same document only adds words.
 */
struct amend_proposal {
	struct str document;
	const struct str *words;
	size_t word_count;
	struct str actor;
};
bool register_amend_propose(struct node *n, struct arena *a, const struct amend_proposal *p,
			    struct act_result *out, struct err *err) MUST_USE;
/* This node's word as the party whose ledger it would write: its log key, and `also`, files of
 * old keys; on top of `before`, a word that others signed, or empty. */
struct amend_signing {
	struct str document, before;
	const char *const *also;
	size_t also_count;
};
bool register_amend_sign(struct node *n, struct arena *a, const struct amend_signing *s,
			 struct buf *note, struct err *err) MUST_USE;

/* Whether an amendment has come to take effect: the node is to be opened again. */
bool node_charter_due(struct node *n, bool *due, struct err *err) MUST_USE;

#endif
