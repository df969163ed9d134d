/*
 * A node of which only the private keys and the charter are left (LEDGER.md 4.4): empty stores,
 * and an own ledger that writes nothing before it came back from a peer.
 */
#include "register/backup.h"
#include "register/file.h"
#include "register/key_ring.h"
#include "register/place.h"
#include "register/writer.h"
#include "store/high_water.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LOST_ARENA = 96 << 20, NAME_ROOM = 4 << 10 };

struct finding {
	struct arena a;
	const struct restore_plan *plan;
	const struct node_env *env;
	const char *dir; /* being filled */
	struct charter charter;
	struct str bytes; /* of the charter */
	const struct charter_ledger *own;
};

/* --- whose keys they are --- */

/* The ledger of which this is a key by its name: a log key bears the origin. */
static void recognize(struct finding *f, struct str file, const char *path)
{
	enum key_type type = str_starts(file, S("log")) ? KEY_LOG : KEY_WITNESS;
	struct err none;
	struct skey k;

	if (str_starts(file, S("seal")) || !key_read(&f->a, path, type, &k, &none))
		return;
	for (size_t i = 0; i < f->charter.ledger_count; i++) {
		const struct charter_ledger *l = &f->charter.ledgers[i];

		/* A party that goes on in a new ledger has one name for its witnesses. */
		if (type == KEY_LOG ? str_eq(k.pub.name, l->origin)
				    : !f->own && str_eq(k.pub.name, l->witness.name))
			f->own = l;
	}
	skey_wipe(&k);
}

static bool copy_key(struct finding *f, struct str name, struct err *err)
{
	const char *from = file_path(&f->a, f->plan->keys, arena_z(&f->a, name)), *to;
	struct str bytes;

	to = file_path(&f->a, f->dir, arena_z(&f->a, arena_join(&f->a, S("keys/"), name)));
	if (!file_read(&f->a, from, NAME_ROOM, &bytes, err) ||
	    !file_write(to, bytes, 0600, err))
		return false;
	recognize(f, name, from);
	return true;
}

static bool copy_keys(struct finding *f, struct err *err)
{
	struct dirent **found;
	int n = scandir(f->plan->keys, &found, NULL, alphasort);
	bool ok = n >= 0 && mkdir(file_path(&f->a, f->dir, "keys"), 0700) == 0;

	if (!ok)
		(void)err_set(err, ERR_UNREACHABLE, "keys", N_("%1 could not be read: %2."),
			      f->plan->keys, strerror(errno));
	for (int i = 0; i < n; i++) {
		struct str name = str_z(found[i]->d_name);

		ok = ok && (!ring_file_name(name) || copy_key(f, name, err));
		free(found[i]);
	}
	if (n >= 0)
		free(found);
	if (!ok)
		return false;
	return f->own || err_set(err, ERR_INPUT, "keys",
				 N_("%1 holds no key of a ledger of this charter: name the "
				    "folder with the files log and witness."),
				 f->plan->keys);
}

/* --- the node --- */

/* "fr=Mali; ru=Мали" */
static struct str name_of(struct finding *f)
{
	struct json *title;
	struct err none;
	struct buf b;

	if (!f->own->title.n || !json_object(&f->a, f->own->title, &title, &none))
		return f->own->party;
	buf_init(&b, NAME_ROOM);
	for (const struct json *m = title->child; m; m = m->next) {
		buf_z(&b, b.n ? "; " : "");
		buf_add(&b, m->name);
		buf_ch(&b, '=');
		buf_add(&b, m->str);
	}
	return arena_buf(&f->a, &b);
}

static bool write_node_file(struct finding *f, const char *store, struct err *err)
{
	struct node_keys k = { .party = f->own->party,
			       .name = name_of(f),
			       .origin = f->own->origin,
			       .url = f->own->url,
			       .log = f->own->log,
			       .witness = f->own->witness,
			       .seal = f->own->seal };

	memcpy(k.recovery, f->own->recovery, sizeof(k.recovery));
	return node_file_write(&f->a, f->dir, store, &k, err);
}

/* The high-water file says how much was signed; without it nobody knows, and an operator's
 * word is needed in the end. */
static bool put_high_water(struct finding *f, struct err *err)
{
	struct str bytes;
	struct hash root;
	uint64_t size;
	bool found;

	if (!f->plan->high_water)
		return true;
	if (!file_read(&f->a, f->plan->high_water, NAME_ROOM, &bytes, err) ||
	    !file_write(file_path(&f->a, f->dir, "high-water"), bytes, 0600, err) ||
	    !high_water_read(f->dir, &size, &root, &found, err))
		return false;
	return found || err_set(err, ERR_INPUT, "high-water",
				N_("%1 is not a high-water file. Restore without it, then "
				   "fetch what is missing "
				   "from a peer."),
				f->plan->high_water);
}

static int64_t now_of(void *ctx)
{
	const struct finding *f = ctx;

	return f->env->now_ms(f->env->ctx) / 1000;
}

static bool make_stores(struct finding *f, const char *store, struct err *err)
{
	struct store_place place = { f->dir, store };
	struct store_env env = { now_of, f };
	struct hash name;
	struct store *s;
	bool ok;

	if (!store_create(&place, err) || !store_open(&place, STORE_WRITE, &env, &s, err))
		return false;
	ok = store_adopt(s, &f->charter, f->bytes, f->own->name, err) &&
	     store_blob_put(s, f->bytes, &name, err) &&
	     (f->plan->high_water || store_lost(s, err));
	store_close(s);
	return ok && put_high_water(f, err);
}

static bool fill(struct finding *f, struct err *err)
{
	const char *store = f->plan->store ? f->plan->store : "sqlite";

	return file_read(&f->a, f->plan->file, CHARTER_MAX, &f->bytes, err) &&
	       charter_read(&f->a, f->bytes, &f->charter, err) && copy_keys(f, err) &&
	       write_node_file(f, store, err) && make_stores(f, store, err);
}

bool node_restore_keys(const struct restore_plan *plan, const struct node_env *env,
		       struct err *err)
{
	struct finding f = { .plan = plan, .env = env };
	struct place place;
	bool ok;

	arena_init(&f.a, LOST_ARENA);
	ok = place_begin(&f.a, plan->dir, &place, err);
	if (ok) {
		f.dir = place.temporary;
		ok = fill(&f, err) && place_settle(&place, err);
		if (!ok)
			place_drop(&place);
	}
	arena_done(&f.a);
	return ok;
}

bool node_confirm(struct node *n, struct str who, struct err *err)
{
	bool ok;

	writer_hold(n->writer);
	ok = store_confirm(n->store, who, err);
	writer_free(n->writer);
	return ok;
}
