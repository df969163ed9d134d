#include "register/file.h"
#include "register/node.h"

#include "ledger/note.h"

enum { KEY_ARENA = 64 << 10 };

/* From its file, so that a pouch can be packed beside the process that serves the node. */
bool node_sign(struct node *n, struct str text, struct buf *note, struct err *err)
{
	struct skey key = { 0 };
	struct arena a;
	bool ok;

	arena_init(&a, KEY_ARENA);
	ok = key_read(&a, file_path(&a, n->dir, "keys/log"), KEY_LOG, &key, err);
	if (ok)
		note_sign(note, text, &key);
	skey_wipe(&key);
	arena_done(&a);
	return ok;
}
