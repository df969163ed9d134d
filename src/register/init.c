/* A new node: its folder appears whole at the end, so that an init that fails leaves nothing.
 */
#include "register/file.h"
#include "register/node.h"
#include "register/place.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

enum { INIT_ARENA = 1 << 20, NODE_FILE_MAX = 64 << 10, NAME_MAX_BYTES = 200 };

static const char *const recovery_names[3] = { "recours-1", "recours-2", "recours-3" };

static bool name_text_valid(struct str s)
{
	if (s.n == 0 || s.n > NAME_MAX_BYTES || !str_utf8(s))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

static bool plan_check(const struct node_plan *p, struct err *err)
{
	struct str store = str_z(p->store);

	if (!party_code_valid(p->party) || str_is(p->party, JOINT_PARTY))
		return err_set(err, ERR_USAGE, "party",
			       N_("“%1” cannot be a party's code. Use 2 to 16 lower-case "
				  "letters, digits "
				  "or hyphens that begin with a letter, for example ml; "
				  "“joint” is taken."),
			       err_arg(p->party));
	if (!name_text_valid(p->name))
		return err_set(err, ERR_USAGE, "name",
			       N_("Give the party's name as it is to be read, up to 200 bytes "
				  "on one line."));
	if (!key_name_valid(p->origin))
		return err_set(err, ERR_USAGE, "origin",
			       N_("“%1” cannot be an origin. Use a host with a dot and a path, "
				  "in lower "
				  "case, for example registre.diplomatie.example/ml."),
			       err_arg(p->origin));
	if (p->url.n && !str_starts(p->url, S("https://")) && !str_starts(p->url, S("http://")))
		return err_set(
			err, ERR_USAGE, "url",
			N_("“%1” is not an address. It begins with https:// or http://."),
			err_arg(p->url));
	if (!str_is(store, "sqlite") && !str_starts(store, S("postgresql://")))
		return err_set(
			err, ERR_USAGE, "store",
			N_("“%1” is not a store. Use sqlite or postgresql://HOST/DATABASE."),
			p->store);
	return true;
}

/* One signing key: made, written to keys/FILE, its public half kept. */
struct key_maker {
	struct arena *a;
	const struct node_env *env;
	const char *dir;
};

static bool make_key(const struct key_maker *m, const char *file, enum key_type type,
		     struct str name, struct vkey *pub, struct err *err)
{
	unsigned char seed[SEED_SIZE];
	struct skey k;
	bool ok;

	if (!key_name_valid(name))
		return err_set(
			err, ERR_USAGE, "origin",
			N_("The origin “%1” is too long: names of keys are built on it."),
			err_arg(name));
	m->env->random(m->env->ctx, seed, sizeof(seed));
	skey_from_seed(&k, type, name, seed);
	sodium_memzero(seed, sizeof(seed));
	*pub = k.pub;
	ok = key_write(file_path(m->a, m->dir, file), &k, err);
	skey_wipe(&k);
	return ok;
}

static bool make_seal(const struct key_maker *m, struct str *recipient, struct err *err)
{
	unsigned char secret[SEED_SIZE];
	struct buf text;
	bool ok;

	m->env->random(m->env->ctx, secret, sizeof(secret));
	buf_init(&text, 256);
	seal_recipient(&text, secret);
	*recipient = arena_buf(m->a, &text);
	ok = seal_write(file_path(m->a, m->dir, "keys/seal"), secret, err);
	sodium_memzero(secret, sizeof(secret));
	return ok;
}

/* LEDGER.md 2.2: log, witness, three recovery keys, seal. */
static bool make_keys(const struct key_maker *m, const struct node_plan *p, struct node_keys *k,
		      struct err *err)
{
	struct arena *a = m->a;
	struct str host = str_cut(p->origin, str_index(p->origin, '/'));
	struct str witness = arena_join(a, arena_join(a, host, S("/temoin/")), p->party);

	*k = (struct node_keys){
		.party = p->party, .name = p->name, .origin = p->origin, .url = p->url
	};
	if (mkdir(file_path(a, m->dir, "keys"), 0700) ||
	    mkdir(file_path(a, m->dir, RECOVERY_FOLDER), 0700))
		return err_set(err, ERR_UNREACHABLE, NULL, N_("%1 could not be written: %2."),
			       m->dir, strerror(errno));
	for (int i = 0; i < 3; i++) {
		struct str name = arena_join(a, arena_join(a, p->origin, S("/")),
					     str_z(recovery_names[i]));
		struct str file = arena_join(
			a, arena_join(a, S(RECOVERY_FOLDER "/"), str_z(recovery_names[i])),
			S(".key"));

		if (!make_key(m, file.p, KEY_LOG, name, &k->recovery[i], err))
			return false;
	}
	return make_key(m, "keys/log", KEY_LOG, p->origin, &k->log, err) &&
	       make_key(m, "keys/witness", KEY_WITNESS, witness, &k->witness, err) &&
	       make_seal(m, &k->seal, err);
}

bool node_file_write(struct arena *a, const char *dir, const char *store,
		     const struct node_keys *k, struct err *err)
{
	struct buf b, keys;
	struct json_w w = json_w(&b);
	bool ok;

	buf_init(&b, NODE_FILE_MAX);
	buf_init(&keys, NODE_FILE_MAX);
	node_keys_write(&keys, k);
	json_open(&w, '{');
	json_key(&w, "v");
	json_put_int(&w, 1);
	json_pair(&w, "store", str_z(store));
	json_key(&w, "node");
	json_put_raw(&w, str_trim(buf_str(&keys)));
	json_close(&w, '}');
	buf_ch(&b, '\n');
	ok = file_write(file_path(a, dir, "node.json"), buf_str(&b), 0600, err);
	buf_done(&keys);
	buf_done(&b);
	return ok;
}

static bool fill(const struct key_maker *m, const struct node_plan *p, struct buf *keys,
		 struct err *err)
{
	struct store_place place = { m->dir, p->store };
	struct node_keys k;

	if (!make_keys(m, p, &k, err))
		return false;
	node_keys_write(keys, &k);
	return node_file_write(m->a, m->dir, p->store, &k, err) && store_create(&place, err);
}

static bool init_in(struct arena *a, const struct node_plan *p, const struct node_env *env,
		    struct buf *keys, struct err *err)
{
	struct place place;
	struct key_maker m = { a, env, NULL };

	if (!place_begin(a, p->dir, &place, err))
		return false;
	m.dir = place.temporary;
	if (fill(&m, p, keys, err) && place_settle(&place, err))
		return true;
	place_drop(&place);
	return false;
}

bool node_init(const struct node_plan *plan, const struct node_env *env, struct buf *keys,
	       struct err *err)
{
	struct arena a;
	bool ok;

	if (!plan_check(plan, err))
		return false;
	arena_init(&a, INIT_ARENA);
	ok = init_in(&a, plan, env, keys, err);
	arena_done(&a);
	return ok;
}
