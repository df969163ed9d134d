#include "register/head.h"

#include "ledger/keyroll.h"
#include "register/file.h"
#include "register/fork.h"
#include "register/key_ring.h"
#include "register/writer.h"

#include <string.h>

enum { HEAD_ARENA = 16 << 20 };

/* --- under the keys of the ledger --- */

/* Whether a log key of this ledger that has been replaced signed the note. */
static bool signed_by_former(struct view *v, struct arena *a, const struct charter_ledger *now,
			     struct str note, bool *is, uint64_t *rolled, struct err *err)
{
	struct key_row *rows;
	size_t n;

	*is = false;
	if (!view_key_history(v, a, now->name, &rows, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct checkpoint ignored;
		struct err none;
		struct vkey k;

		if (!str_is(rows[i].role, "log") || !vkey_parse(rows[i].key, &k, &none))
			continue;
		if (memcmp(k.pub, now->log.pub, sizeof(k.pub)) == 0)
			*rolled = rows[i].from;
		else
			*is |= checkpoint_open(note, now->origin, &k, 1, &ignored, &none);
	}
	return true;
}

static bool size_of(struct str note, struct checkpoint *out, struct err *err)
{
	struct note parts;

	return note_parse(note, &parts, err) && checkpoint_parse(parts.text, out, err);
}

bool head_open(struct node *n, struct view *v, struct arena *a, struct str ledger,
	       struct str note, struct checkpoint *out, struct err *err)
{
	struct charter_ledger now;
	uint64_t rolled = 0;
	struct err why;
	bool former;

	if (!size_of(note, out, err) || !view_keys(v, a, ledger, out->size, &now, err))
		return false;
	if (checkpoint_open(note, now.origin, &now.log, 1, out, err))
		return true;
	why = *err;
	if (!signed_by_former(v, a, &now, note, &former, &rolled, err))
		return false;
	if (!former) {
		*err = why;
		return false;
	}
	if (!local_alert_put(v, node_now(n), S("old-key"), ledger, note, err))
		return false;
	return err_set(
		err, ERR_INPUT, "old-key",
		N_("The checkpoint of ledger %1 at size %2 is signed by a key that entry "
		   "%3 replaced: whoever holds the old key wrote it. It is kept as "
		   "evidence."),
		err_arg(ledger), err_num(out->size), err_num(rolled));
}

/* --- of our own ledger --- */

/* Whether the ledger as held here has this log key, in force or replaced. */
static bool is_listed(const struct key_row *rows, size_t n, const struct vkey *k)
{
	struct buf text;
	bool listed = false;

	buf_init(&text, 1024);
	vkey_write(&text, k);
	for (size_t i = 0; i < n; i++)
		listed |= str_eq(rows[i].key, buf_str(&text));
	buf_done(&text);
	return listed;
}

/*
 * A node put back from before a roll does not know the roll, but its folder may hold the key
 * made for it: that key's signature is its own too.
 */
static bool signed_by_file(struct node *n, struct view *v, struct arena *a, struct str note,
			   struct checkpoint *out, struct err *err)
{
	struct key_row *rows;
	struct str *files;
	size_t row_count, count;
	bool is = false;

	if (!view_key_history(v, a, n->ledger, &rows, &row_count, err) ||
	    !ring_files(n, a, &files, &count, err))
		return false;
	for (size_t i = 0; i < count && !is; i++) {
		struct str path = arena_join(a, S("keys/"), files[i]);
		struct err none;
		struct skey k;

		if (!str_starts(files[i], S("log")) ||
		    !key_read(a, file_path(a, n->dir, arena_z(a, path)), KEY_LOG, &k, &none))
			continue;
		is = !is_listed(rows, row_count, &k.pub) &&
		     checkpoint_open(note, n->origin, &k.pub, 1, out, &none);
		skey_wipe(&k);
	}
	return is || err_set(err, ERR_INPUT, "checkpoint",
			     N_("No key of this node signed that checkpoint."));
}

/* Under the key in force as it is known here the note can be evidence, too (fork.h). */
static bool open_own(struct node *n, struct view *v, struct arena *a, struct str note,
		     struct checkpoint *out, struct err *err)
{
	bool forked;

	if (head_open(n, v, a, n->ledger, note, out, err))
		return fork_look(n, a, note, &forked, err);
	if (err->kind != ERR_INPUT || strcmp(err->field, "old-key") == 0)
		return false;
	return signed_by_file(n, v, a, note, out, err);
}

/* Between two commits, so that nothing is signed between what is heard and what it does. */
static bool hear(struct node *n, struct view *v, struct arena *a, struct str note,
		 struct err *err)
{
	struct checkpoint heard = { 0 };
	bool ok;

	if (!open_own(n, v, a, note, &heard, err))
		return false;
	writer_hold(n->writer);
	ok = store_heard_own(n->store, heard.size, &heard.root, err);
	writer_free(n->writer);
	return ok;
}

bool node_heard_own(struct node *n, struct str note, struct err *err)
{
	struct view *v;
	struct arena a;
	bool ok;

	if (!n->charter)
		return err_set(
			err, ERR_CONFLICT, NULL,
			N_("This node has no charter yet. Adopt one first: benkan adopt"));
	arena_init(&a, HEAD_ARENA);
	ok = view_open(n->store, &v, err);
	if (ok) {
		ok = view_begin(v, err);
		if (ok) {
			ok = hear(n, v, &a, note, err);
			view_end(v);
		}
		view_close(v);
	}
	arena_done(&a);
	return ok;
}
