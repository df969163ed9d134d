#include "register/key_ring.h"

#include "register/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RING_ARENA = 64 << 20, RING_FILES_MAX = 4096 };

static const enum key_role file_roles[] = { ROLE_LOG, ROLE_SEAL, ROLE_WITNESS };

/* --- files --- */

static bool here(const char *path)
{
	return access(path, F_OK) == 0;
}

const char *ring_path(struct arena *a, const struct node *n, enum key_role role, struct str key)
{
	struct hash sum = hash_of(key);
	struct vkey k;
	struct err ignored;
	struct buf name;
	const char *path;

	buf_init(&name, 64);
	buf_lit(&name, "keys/");
	buf_z(&name, key_role_names[role]);
	buf_ch(&name, '-');
	if (role != ROLE_SEAL && vkey_parse(key, &k, &ignored))
		buf_hex(&name, k.id, sizeof(k.id));
	else
		buf_hex(&name, sum.b, 4);
	path = file_path(a, n->dir, arena_z(a, buf_str(&name)));
	buf_done(&name);
	return path;
}

bool ring_file_name(struct str name)
{
	for (size_t i = 0; i < sizeof(file_roles) / sizeof(file_roles[0]); i++) {
		struct str role = str_z(key_role_names[file_roles[i]]), id;
		unsigned char bytes[4];

		if (!str_starts(name, role))
			continue;
		id = str_from(name, role.n);
		if (id.n == 0)
			return true;
		return id.p[0] == '-' && hex_decode(str_from(id, 1), bytes, sizeof(bytes));
	}
	return false;
}

bool ring_files(const struct node *n, struct arena *a, struct str **names, size_t *count,
		struct err *err)
{
	const char *dir = file_path(a, n->dir, "keys");
	struct dirent **found;
	int all = scandir(dir, &found, NULL, alphasort);

	*count = 0;
	if (all < 0)
		return err_set(err, ERR_UNREACHABLE, NULL, N_("%1 could not be read: %2."), dir,
			       strerror(errno));
	*names = arena_array(a, struct str, (size_t)all);
	for (int i = 0; i < all; i++) {
		if (ring_file_name(str_z(found[i]->d_name)) && *count < RING_FILES_MAX)
			(*names)[(*count)++] = arena_str(a, str_z(found[i]->d_name));
		free(found[i]);
	}
	free(found);
	return true;
}

/* --- one key --- */

static bool same_key(const struct vkey *a, const struct vkey *b)
{
	return a->type == b->type && str_eq(a->name, b->name) &&
	       memcmp(a->pub, b->pub, sizeof(a->pub)) == 0;
}

/* What is looked for: the key of a role, and whether another stood there before it. */
struct want {
	enum key_role role;
	const struct vkey *key;
	bool rolled;
};

/*
 * The file of the key, under the name a roll gave it or under init's.  A first key that
 * differs from init's file is a stranger's; after a roll init's file is an old key.
 */
static bool find_key(struct node *n, struct arena *a, const struct want *w, struct skey *out,
		     bool *held, struct err *err)
{
	struct buf text;
	const char *path;

	buf_init(&text, 1024);
	vkey_write(&text, w->key);
	path = ring_path(a, n, w->role, arena_buf(a, &text));
	if (!here(path))
		path = file_path(
			a, n->dir,
			arena_z(a, arena_join(a, S("keys/"), str_z(key_role_names[w->role]))));
	*held = false;
	if (!here(path))
		return true;
	if (!key_read(a, path, (enum key_type)w->key->type, out, err))
		return false;
	*held = same_key(&out->pub, w->key);
	if (*held || w->rolled)
		return true;
	return err_set(err, ERR_UNREACHABLE, "node",
		       N_("The keys in %1/keys are not those of this node. Put the right files "
			  "back from a backup."),
		       n->dir);
}

/* The name of a key lives as long as the node. */
static void hold(struct node *n, struct skey *place, bool *held, const struct skey *k, bool is)
{
	*held = is;
	if (!is) {
		skey_wipe(place);
		return;
	}
	*place = *k;
	place->pub.name = arena_str(&n->arena, k->pub.name);
}

/* --- what is in force --- */

/* Before adoption: what node.json names. */
static struct charter_ledger made_by_init(const struct node *n)
{
	struct charter_ledger l = { .origin = n->origin,
				    .log = n->log_pub,
				    .witness = n->witness_pub };

	memcpy(l.recovery, n->recovery, sizeof(l.recovery));
	return l;
}

/* The last log key before the one in force; *found false when there was none. */
static bool former_log(struct node *n, struct arena *a, struct view *v, struct vkey *out,
		       bool *found, struct err *err)
{
	struct key_row *rows;
	size_t count, logs = 0;
	struct str last[2] = { { 0 } };

	*found = false;
	if (!view_key_history(v, a, n->ledger, &rows, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (str_is(rows[i].role, "log")) {
			last[0] = last[1];
			last[1] = rows[i].key;
			logs++;
		}
	*found = logs > 1;
	return !*found || vkey_parse(last[0], out, err);
}

static bool load(struct node *n, struct arena *a, struct view *v,
		 const struct charter_ledger *now, struct err *err)
{
	struct vkey former = { 0 };
	bool rolled = false, log_is, witness_is, former_is = false;
	struct skey log = { 0 }, witness = { 0 }, old = { 0 };
	struct want want_log = { .role = ROLE_LOG, .key = &now->log },
		    want_witness = { .role = ROLE_WITNESS, .key = &now->witness };
	bool ok;

	if (v && !former_log(n, a, v, &former, &rolled, err))
		return false;
	want_log.rolled = rolled;
	want_witness.rolled = !same_key(&now->witness, &n->witness_pub);
	ok = find_key(n, a, &want_log, &log, &log_is, err) &&
	     find_key(n, a, &want_witness, &witness, &witness_is, err);
	if (ok && rolled)
		ok = find_key(n, a, &(struct want){ ROLE_LOG, &former, true }, &old, &former_is,
			      err);
	if (ok) {
		hold(n, &n->log, &n->log_held, &log, log_is);
		hold(n, &n->witness, &n->witness_held, &witness, witness_is);
		hold(n, &n->former, &n->former_held, &old, former_is);
		n->log_wanted = now->log;
		n->log_wanted.name = n->origin;
		memcpy(n->witness_wanted, now->witness.pub, sizeof(n->witness_wanted));
		n->ring_loaded = true;
	}
	skey_wipe(&log);
	skey_wipe(&witness);
	skey_wipe(&old);
	return ok;
}

bool ring_load(struct node *n, struct view *v, struct err *err)
{
	struct charter_ledger now = made_by_init(n);
	struct arena a;
	bool ok = true;

	arena_init(&a, RING_ARENA);
	if (v)
		ok = view_keys(v, &a, n->ledger, TREE_SIZE_MAX, &now, err);
	if (ok && !(n->ring_loaded && n->log_held && same_key(&now.log, &n->log_wanted) &&
		    memcmp(now.witness.pub, n->witness_wanted, sizeof(n->witness_wanted)) == 0))
		ok = load(n, &a, v, &now, err);
	if (ok && n->store)
		store_overlap(n->store, n->former_held ? &n->former : NULL);
	arena_done(&a);
	return ok;
}

bool ring_now(struct node *n, struct err *err)
{
	struct view *v;
	bool ok;

	if (!n->charter)
		return ring_load(n, NULL, err);
	if (!view_open(n->store, &v, err))
		return false;
	ok = view_begin(v, err);
	if (ok) {
		ok = ring_load(n, v, err);
		view_end(v);
	}
	view_close(v);
	return ok;
}

/* --- what others ask --- */

bool node_log_held(const struct node *n)
{
	return n->log_held;
}

bool node_recovery_here(const struct node *n)
{
	struct arena a;
	struct dirent **found;
	const char *dir;
	int all;

	arena_init(&a, 1 << 20);
	dir = file_path(&a, n->dir, RECOVERY_FOLDER);
	all = scandir(dir, &found, NULL, NULL);
	arena_done(&a);
	for (int i = 0; i < all; i++)
		free(found[i]);
	if (all >= 0)
		free(found);
	return all > 2; /* more than . and .. */
}

const struct skey *node_log_key(const struct node *n, struct err *err)
{
	if (n->log_held)
		return &n->log;
	(void)err_set(
		err, ERR_CONFLICT, "key",
		N_("The key that signs this node's ledger is not in %1/keys: nothing can "
		   "be written. Put its file back from a safe copy, or replace the key by "
		   "the recovery keys: benkan keys new log."),
		n->dir);
	return NULL;
}

const struct skey *node_witness_key(const struct node *n, struct err *err)
{
	if (n->witness_held)
		return &n->witness;
	(void)err_set(err, ERR_CONFLICT, "key",
		      N_("The key that signs as witness is not in %1/keys: nothing can be "
			 "cosigned. Put its file back from a safe copy, or replace the key by "
			 "the recovery keys: benkan keys new witness."),
		      n->dir);
	return NULL;
}

bool node_seals(const struct node *n, struct arena *a, struct seal_secret **out, size_t *count,
		struct err *err)
{
	struct str *names;
	size_t all;

	*count = 0;
	if (!ring_files(n, a, &names, &all, err))
		return false;
	*out = arena_array(a, struct seal_secret, all);
	for (size_t i = 0; i < all; i++) {
		struct str file = arena_join(a, S("keys/"), names[i]);

		if (!str_starts(names[i], S("seal")))
			continue;
		if (!seal_read(a, file_path(a, n->dir, arena_z(a, file)), (*out)[*count].bytes,
			       err))
			return false;
		++*count;
	}
	return true;
}
