#include "register/roll.h"

#include "register/file.h"
#include "register/key_ring.h"
#include "register/writer.h"
#include "store/view.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

/* --- the keys in force --- */

static bool keys_now(struct node *n, struct arena *a, struct charter_ledger *now,
		     uint64_t *size, struct err *err)
{
	struct ledger_row *rows;
	struct view *v;
	size_t count;
	bool ok;

	if (!n->charter)
		return err_set(
			err, ERR_CONFLICT, NULL,
			N_("This node has no charter yet. Adopt one first: benkan adopt"));
	if (!view_open(n->store, &v, err))
		return false;
	ok = view_begin(v, err);
	if (ok) {
		ok = view_ledgers(v, a, &rows, &count, err) &&
		     view_keys(v, a, n->ledger, TREE_SIZE_MAX, now, err);
		for (size_t i = 0; ok && i < count; i++)
			if (rows[i].own)
				*size = rows[i].size;
		view_end(v);
	}
	view_close(v);
	return ok;
}

static struct str key_text(struct arena *a, const struct vkey *k)
{
	struct buf b;

	buf_init(&b, 1024);
	vkey_write(&b, k);
	return arena_buf(a, &b);
}

/* --- a new key --- */

static bool not_there(const char *path, struct err *err)
{
	return access(path, F_OK) != 0 ||
	       err_set(err, ERR_CONFLICT, "key",
		       N_("%1 is there already: name another file for the new key."), path);
}

/* A pair for signing, written where its role wants it. */
static bool make_pair(struct node *n, struct arena *a, const struct roll_plan *plan,
		      struct str name, struct skey *out, struct err *err)
{
	unsigned char seed[SEED_SIZE];
	const char *path;

	n->env->random(n->env->ctx, seed, sizeof(seed));
	skey_from_seed(out, plan->role == ROLE_WITNESS ? KEY_WITNESS : KEY_LOG, name, seed);
	sodium_memzero(seed, sizeof(seed));
	path = plan->role == ROLE_RECOVERY
		       ? plan->key_file
		       : ring_path(a, n, plan->role, key_text(a, &out->pub));
	return not_there(path, err) && key_write(path, out, err);
}

static bool make_seal(struct node *n, struct arena *a, struct str *recipient, struct err *err)
{
	unsigned char secret[SEED_SIZE];
	struct buf text;
	bool ok;

	n->env->random(n->env->ctx, secret, sizeof(secret));
	buf_init(&text, 256);
	seal_recipient(&text, secret);
	*recipient = arena_buf(a, &text);
	ok = seal_write(ring_path(a, n, ROLE_SEAL, *recipient), secret, err);
	sodium_memzero(secret, sizeof(secret));
	return ok;
}

/* --- the statement --- */

static const struct vkey *old_key(const struct charter_ledger *now,
				  const struct roll_plan *plan)
{
	switch (plan->role) {
	case ROLE_LOG: return &now->log;
	case ROLE_WITNESS: return &now->witness;
	case ROLE_RECOVERY: return &now->recovery[plan->place];
	case ROLE_SEAL:
	case ROLE_COUNT: break;
	}
	return NULL;
}

/* Possession is shown by the roles of which the key signs for the party (LEDGER.md 4.3). */
static void put_statement(struct buf *out, const struct key_statement *s, const struct skey *k)
{
	struct buf text;

	buf_init(&text, NOTE_MAX);
	key_statement_write(&text, s);
	if (s->role == ROLE_LOG || s->role == ROLE_RECOVERY)
		note_sign(out, buf_str(&text), k);
	else
		buf_add(out, buf_str(&text));
	buf_done(&text);
}

bool roll_prepare(struct node *n, struct arena *a, const struct roll_plan *plan,
		  struct buf *statement, struct err *err)
{
	struct charter_ledger now;
	struct key_statement s = { .role = plan->role };
	const struct vkey *old;
	struct skey key = { 0 };

	if (!keys_now(n, a, &now, &s.index, err))
		return false;
	old = old_key(&now, plan);
	s.register_id = n->charter->id;
	s.origin = now.origin;
	s.old_key = old ? key_text(a, old) : now.seal;
	if (plan->role == ROLE_SEAL && !now.seal.n)
		return err_set(err, ERR_CONFLICT, "role",
			       N_("The charter gives this party no seal: there is none to "
				  "replace."));
	if (old ? !make_pair(n, a, plan, old->name, &key, err)
		: !make_seal(n, a, &s.new_key, err))
		return false;
	if (old)
		s.new_key = key_text(a, &key.pub);
	put_statement(statement, &s, &key);
	skey_wipe(&key);
	return true;
}

/* --- the entry --- */

/* The private half of what the statement brings into force must be here first. */
static bool new_key_held(struct node *n, struct arena *a, const struct keyroll *roll,
			 struct skey *log, struct err *err)
{
	const char *path;
	struct skey key = { 0 };
	unsigned char secret[SEED_SIZE];
	bool ok;

	if (roll->role == ROLE_RECOVERY)
		return true;
	path = ring_path(a, n, roll->role, roll->new_key);
	if (access(path, F_OK) != 0)
		return err_set(
			err, ERR_MISSING, "key",
			N_("The new key's file %1 is not here: without it the node could "
			   "not go on. Put it there, or begin again with benkan keys "
			   "new."),
			path);
	if (roll->role == ROLE_SEAL) {
		ok = seal_read(a, path, secret, err);
		sodium_memzero(secret, sizeof(secret));
		return ok;
	}
	if (!key_read(a, path, (enum key_type)roll->key.type, &key, err))
		return false;
	ok = memcmp(key.pub.pub, roll->key.pub, sizeof(key.pub.pub)) == 0 ||
	     err_set(err, ERR_INPUT, "key", N_("%1 is not the key that the statement names."),
		     path);
	if (ok && roll->role == ROLE_LOG)
		*log = key;
	else
		skey_wipe(&key);
	return ok;
}

static bool append_roll(struct node *n, struct str statement, struct str actor, struct err *err)
{
	struct entry_draft d = { .party = n->party,
				 .type = str_z(entry_type_names[ENTRY_KEY_ROLL]),
				 .actor = actor,
				 .n = store_next(n->store) };
	int64_t now = node_now(n), last = store_last_time(n->store);
	struct buf body, entry;
	struct json_w w = json_w(&body);
	struct hash leaf;
	bool ok;

	d.time = now > last ? now : last;
	buf_init(&body, NOTE_MAX * 2);
	buf_init(&entry, ENTRY_MAX);
	json_open(&w, '{');
	json_pair(&w, "statement", statement);
	json_close(&w, '}');
	d.body = buf_str(&body);
	entry_write(&entry, &d);
	ok = entry.full ? err_set(err, ERR_INPUT, "statement",
				  N_("The statement is too long for an entry."))
			: store_append(n->store, buf_str(&entry), &leaf, err);
	buf_done(&body);
	buf_done(&entry);
	return ok;
}

/* In an open transaction of the store: what must hold, the entry, the commit. */
static bool write_open(struct node *n, struct arena *a, struct str statement, struct str actor,
		       struct roll_done *out, struct err *err)
{
	struct charter_ledger now;
	struct skey log = { 0 };
	const struct skey *with;
	struct keyroll roll;
	bool ok;

	out->n = store_next(n->store);
	if (!view_keys(store_writer_view(n->store), a, n->ledger, TREE_SIZE_MAX, &now, err) ||
	    !keyroll_check(statement, &now, &n->charter->id, out->n, &roll, err) ||
	    !new_key_held(n, a, &roll, &log, err))
		return false;
	out->role = roll.role;
	if (roll.role == ROLE_LOG) {
		with = &log;
		out->both = n->log_held;
		store_overlap(n->store, n->log_held ? &n->log : NULL);
	} else if (!(with = node_log_key(n, err))) {
		return false;
	}
	ok = append_roll(n, statement, actor, err) && store_commit(n->store, with, err);
	skey_wipe(&log);
	return ok;
}

/* No acknowledgement goes before this entry: the statement names the index. */
bool roll_write(struct node *n, struct arena *a, struct str statement, struct str actor,
		struct roll_done *out, struct err *err)
{
	struct err later;
	bool ok;

	*out = (struct roll_done){ 0 };
	if (!n->charter)
		return err_set(
			err, ERR_CONFLICT, NULL,
			N_("This node has no charter yet. Adopt one first: benkan adopt"));
	writer_hold(n->writer);
	ok = store_begin(n->store, err);
	if (ok && !write_open(n, a, statement, actor, out, err)) {
		store_rollback(n->store);
		ok = false;
	}
	/* The files follow the ledger, whatever it says now; what fails here is told at the
	 * next act. */
	n->ring_loaded = false;
	(void)!ring_load(n, store_writer_view(n->store), &later);
	writer_free(n->writer);
	return ok;
}
