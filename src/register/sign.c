#include "register/key_ring.h"

#include "ledger/note.h"

bool node_sign(struct node *n, struct str text, struct buf *note, struct err *err)
{
	const struct skey *key;

	/* Beside the process that serves the node nobody has loaded its keys yet. */
	if (!n->writer && !ring_now(n, err))
		return false;
	key = node_log_key(n, err);
	if (!key)
		return false;
	note_sign(note, text, key);
	return true;
}
