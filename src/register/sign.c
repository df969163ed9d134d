#include "register/key_ring.h"

#include "ledger/note.h"

/* Also where the node is open for reading alone: a pouch is packed beside the process that
 * serves it. */
bool node_sign(struct node *n, struct str text, struct buf *note, struct err *err)
{
	const struct skey *key;

	if (!n->ring_loaded && !ring_now(n, err))
		return false;
	key = node_log_key(n, err);
	if (key)
		note_sign(note, text, key);
	return key != NULL;
}
