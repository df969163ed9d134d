#include "register/node.h"

#include "register/door.h"
#include "register/file.h"
#include "register/heads.h"
#include "register/key_ring.h"
#include "register/writer.h"
#include "store/view.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { NODE_ARENA = 64 << 20, NODE_FILE_MAX = 64 << 10, DAY_MS = 86400000 };

int64_t node_now(const struct node *n)
{
	return n->env->now_ms(n->env->ctx) / 1000;
}

static int64_t now_for_store(void *ctx)
{
	return node_now(ctx);
}

/* --- node.json --- */

static bool read_vkey(struct node *n, const struct json *keys, const char *name,
		      struct vkey *out)
{
	struct err ignored;

	return vkey_parse(arena_str(&n->arena, json_str(keys, name)), out, &ignored);
}

static bool read_recovery(struct node *n, const struct json *keys)
{
	const struct json *list = json_arr(keys, "recovery"), *k = list ? list->child : NULL;
	struct err ignored;

	if (!list || list->count != 3)
		return false;
	for (int i = 0; i < 3; i++, k = k->next)
		if (!vkey_parse(k->str, &n->recovery[i], &ignored))
			return false;
	return true;
}

static bool read_node_file(struct node *n, const char *dir, const char **store, struct err *err)
{
	const char *path = file_path(&n->arena, dir, "node.json");
	struct str text;
	struct json *doc;
	const struct json *keys;

	if (!file_read(&n->arena, path, NODE_FILE_MAX, &text, err))
		return err->kind != ERR_MISSING ? false
						: err_set(err, ERR_UNREACHABLE, "node",
							  N_("There is no node in %1. Make one "
							     "with benkan init, or name its "
							     "folder with --node."),
							  dir);
	if (!json_object(&n->arena, text, &doc, err))
		return err_set(err, ERR_UNREACHABLE, "node",
			       N_("%1 is damaged. Put it back from a backup."), path);
	keys = json_obj(doc, "node");
	n->party = n->ledger = json_str(keys, "party");
	n->name = json_str(keys, "name");
	n->origin = json_str(keys, "origin");
	n->url = json_str(keys, "url");
	n->seal = json_str(keys, "seal");
	*store = arena_z(&n->arena, json_str(doc, "store"));
	if (!read_vkey(n, keys, "log", &n->log_pub) ||
	    !read_vkey(n, keys, "witness", &n->witness_pub) || !read_recovery(n, keys) ||
	    !*store[0])
		return err_set(err, ERR_UNREACHABLE, "node",
			       N_("%1 is damaged. Put it back from a backup."), path);
	return true;
}

/* --- the charter --- */

static void take_charter(struct node *n)
{
	const struct charter_ledger *own = ledger_of_origin(n->charter, n->origin);

	n->party_count = charter_parties(n->charter, n->parties);
	if (!own)
		return;
	n->ledger = own->name;
	charter_place(n->charter, own->name, &n->place);
}

bool node_load_charter(struct node *n, struct err *err)
{
	n->charter = store_charter(n->store);
	if (n->charter)
		take_charter(n);
	return !n->signs || ring_load(n, n->charter ? store_writer_view(n->store) : NULL, err);
}

/* --- open and close --- */

static bool open_in(struct node *n, const char *dir, enum store_mode mode, struct err *err)
{
	struct store_place place = { .dir = arena_z(&n->arena, str_z(dir)) };

	n->dir = place.dir;
	if (sodium_init() < 0)
		return err_set(err, ERR_BROKEN, NULL,
			       N_("The cryptographic library did not start."));
	n->signs = mode == STORE_WRITE;
	if (!read_node_file(n, place.dir, &place.url, err) ||
	    !store_open(&place, mode, &n->store_env, &n->store, err) ||
	    !node_load_charter(n, err))
		return false;
	if (mode != STORE_WRITE)
		return true;
	if (!writer_start(n, &n->writer, err))
		return false;
	fork_tell_due(n);
	return true;
}

bool node_open(const char *dir, enum store_mode mode, const struct node_env *env,
	       struct node **out, struct err *err)
{
	struct node *n = calloc(1, sizeof(*n));

	if (!n)
		abort();
	arena_init(&n->arena, NODE_ARENA);
	pthread_mutex_init(&n->sign_in, NULL);
	pthread_mutex_init(&n->auth, NULL);
	pthread_mutex_init(&n->watch, NULL);
	n->env = env;
	n->store_env = (struct store_env){ now_for_store, n };
	if (!open_in(n, dir, mode, err)) {
		node_close(n);
		return false;
	}
	*out = n;
	return true;
}

void node_close(struct node *n)
{
	amend_farewell(n);
	if (n->writer)
		writer_stop(n->writer);
	if (n->store)
		store_close(n->store);
	skey_wipe(&n->log);
	skey_wipe(&n->witness);
	skey_wipe(&n->former);
	pthread_mutex_destroy(&n->sign_in);
	pthread_mutex_destroy(&n->auth);
	pthread_mutex_destroy(&n->watch);
	nonces_free(n);
	arena_done(&n->arena);
	free(n);
}

/* --- who watches --- */

void register_watch(struct node *n, void (*stirred)(void *ctx, struct str ledger), void *ctx)
{
	pthread_mutex_lock(&n->watch);
	n->stirred = stirred;
	n->stirred_ctx = ctx;
	pthread_mutex_unlock(&n->watch);
}

void register_stir(struct node *n, struct str ledger)
{
	pthread_mutex_lock(&n->watch);
	if (n->stirred)
		n->stirred(n->stirred_ctx, ledger);
	pthread_mutex_unlock(&n->watch);
}

/* --- what others ask of it --- */

struct store *node_store(struct node *n)
{
	return n->store;
}

const struct charter *node_charter(const struct node *n)
{
	return n->charter;
}

struct str node_party(const struct node *n)
{
	return n->party;
}

struct str node_ledger(const struct node *n)
{
	return n->ledger;
}

struct str node_name(const struct node *n)
{
	return n->name;
}

const struct node_env *node_env(const struct node *n)
{
	return n->env;
}

struct model_ctx node_model(const struct node *n)
{
	return (struct model_ctx){
		.today = (int32_t)(n->env->now_ms(n->env->ctx) / DAY_MS),
		.languages = n->charter ? n->charter->languages : NULL,
		.language_count = n->charter ? n->charter->language_count : 0,
		.parties = n->parties,
		.party_count = n->party_count,
	};
}
