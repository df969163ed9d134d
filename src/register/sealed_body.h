/*
 * Restricted bodies on their way between the parties (LEDGER.md 12): which files travel apart
 * from the ledgers, to whom, and how they are taken over.
 *
 * A file is named by 32 bytes.  A sealed body is named by its commitment c = SHA-256(body).  An
 * attachment that a body names is named by SHA-256(the body's salt || its own SHA-256): who
 * holds the body can work the name out and ask for it, while to anyone else, a courier or a
 * log of addresses, the name says nothing of the bytes (LEDGER.md 6.4 forbids what their hash
 * alone would: docs/decisions/0007-names-of-confidential-attachments.md).
 *
 * In a pouch it is the member sealed/<recipient>/<name>.age, over HTTP /sealed/<name>.
 */
#ifndef REGISTER_SEALED_BODY_H
#define REGISTER_SEALED_BODY_H
#include "register/register.h"

/* Entries [base, size) of a ledger. */
struct body_range {
	struct str ledger;
	uint64_t base, size;
};
/*
 * Names of the files that `recipient` may have and that this node holds: bodies which those
 * entries commit to with it in their audience, neither erased nor published, and their
 * attachments.  Ascending, each once.  `v` is begun.
 */
bool body_list(struct view *v, struct arena *a, struct str recipient,
	       const struct body_range *ranges, size_t range_count, struct hash **out,
	       size_t *n, struct err *err) MUST_USE;

/* The largest age file there is: an attachment and what age adds. */
enum { BODY_FILE_MAX = BLOB_MAX + (BLOB_MAX >> 11) + 4096 };
/*
 * Append the age file of one of them for `recipient`, under the seal key it has in force.  The
 * same bytes each time it is asked for, so that a pouch is reproducible and a transfer can be
 * resumed.  ERR_MISSING: there is no such file, or it is not for this recipient; the answer
 * does not tell which.
 */
bool body_file(struct node *n, struct view *v, struct arena *a, struct str recipient,
	       const struct hash *name, struct buf *out, struct err *err) MUST_USE;

/*
 * What became of a file that came.  Never fatal (LEDGER.md 9, step 6): false only when this
 * node cannot write.
 */
enum body_fate {
	BODY_TAKEN, /* opened, checked, stored; what it opens is projected */
	BODY_HELD,  /* it was here already */
	BODY_KEPT,  /* not for the key we have, or nothing says yet what it belongs to: kept as
		       it came, in DIR/sealed */
	BODY_REFUSED, /* hurt, or not what its name says: dropped */
	BODY_ERASED   /* its body was erased: dropped */
};
/* Between two commits of the writer; a body may come before or after its entry. */
bool body_take(struct node *n, const struct hash *name, struct str file, enum body_fate *fate,
	       struct err *err) MUST_USE;
/*
 * The same of a plain file, carried by other means (LEDGER.md 12.2): it is what its hash says,
 * a body that some entry commits to or an attachment that a body here names; anything else is
 * BODY_REFUSED.  *name is its SHA-256.
 */
bool body_import(struct node *n, struct str plain, enum body_fate *fate, struct hash *name,
		 struct err *err) MUST_USE;
/*
 * Once all of a pouch or of an exchange was taken over: what is kept is tried again, an
 * attachment that no body names is dropped, and erasures by others that this party is to obey
 * are answered in its own ledger (LEDGER.md 12.4).  *opened counts what found its place.
 */
bool body_settle(struct node *n, uint64_t *opened, struct err *err) MUST_USE;

/* Names of files that this party may have and lacks, of bodies first; at most `limit`. */
bool body_lack(struct node *n, struct view *v, struct arena *a, size_t limit, struct hash **out,
	       size_t *count, struct err *err) MUST_USE;

#endif
