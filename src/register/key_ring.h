/*
 * The private keys a node holds (LEDGER.md 4.2, 4.4).  Private to src/register/.
 *
 * What is in force stands in the ledger: the charter's keys with every roll applied.  The
 * files follow it and never lead: `keys/log` is the key that init made, `keys/log-<8 hex key
 * ID>` one made for a roll, and the node signs with the file of the key in force.  So the
 * commit of the roll's entry is the switch, and a crash beside it leaves a node that can
 * sign.  Old files stay: an old log key signs beside the new one while its file is there, old
 * seals open old bodies.
 *
 * A key in force of which the file is gone is lost: the node opens, is read, and writes
 * nothing but (with another key of the recovery quorum's making) the roll that replaces it.
 */
#ifndef REGISTER_KEY_RING_H
#define REGISTER_KEY_RING_H
#include "ledger/keyroll.h"
#include "register/node.h"

/*
 * Hold what is in force of the own ledger as `v` shows it (NULL: before adoption, what
 * node.json names).  Cheap when nothing changed.  ERR_DENIED for a file that others may
 * read, ERR_UNREACHABLE for a file of a key that was never this node's.
 */
bool ring_load(struct node *n, struct view *v, struct err *err) MUST_USE;

/* The same from a view of its own. */
bool ring_now(struct node *n, struct err *err) MUST_USE;

/* "log", "witness" or "seal" of this key: the file that roll_prepare makes for it. */
const char *ring_path(struct arena *a, const struct node *n, enum key_role role,
		      struct str key);
/* The names of the files in DIR/keys that hold keys of the node, ascending: what a backup
 * takes. */
bool ring_files(const struct node *n, struct arena *a, struct str **names, size_t *count,
		struct err *err) MUST_USE;
/* Whether `name` can be one of them. */
bool ring_file_name(struct str name);

#endif
