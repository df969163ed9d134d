/* What a node is made of.  Private to src/register/. */
#ifndef REGISTER_NODE_H
#define REGISTER_NODE_H
#include "register/keys.h"
#include "register/register.h"

#include <pthread.h>

struct writer;
struct nonces;

struct node {
	struct arena arena; /* everything below that is text */
	const struct node_env *env;
	const char *dir;
	struct str name, party, ledger, origin, url, seal;
	struct vkey log_pub, witness_pub, recovery[3];
	/* Only when opened for writing, and when their files are here (key_ring.h). */
	struct skey log, witness, former; /* former: the log key before the last roll */
	bool log_held, witness_held, former_held;
	unsigned char witness_wanted[32];
	struct vkey log_wanted;  /* the log key in force, held or not */
	bool signs, ring_loaded; /* signs: opened for writing */
	const struct charter *charter;
	struct charter_place place;              /* of the own ledger in its party's sequence */
	struct str parties[CHARTER_LEDGERS_MAX]; /* that write a ledger, ascending */
	size_t party_count;
	struct store_env store_env;
	struct store *store;
	struct writer *writer;   /* NULL when not opened for writing */
	pthread_mutex_t sign_in; /* one password at a time: 64 MiB each */
	pthread_mutex_t watch;   /* over stirred */
	void (*stirred)(void *ctx, struct str ledger);
	void *stirred_ctx;
	pthread_mutex_t auth;                       /* over nonces */
	struct nonces *nonces[CHARTER_LEDGERS_MAX]; /* by party; NULL: it never asked */
};

/*
 * Take the charter that the store holds, which is NULL before adoption, and with the right
 * to write the keys in force.  While nobody else writes.
 */
bool node_load_charter(struct node *n, struct err *err) MUST_USE;

/*
 * The keys to sign with: those in force.  NULL with ERR_CONFLICT "key" and the way out when
 * the file is not here.
 */
const struct skey *node_log_key(const struct node *n, struct err *err) MUST_USE;
const struct skey *node_witness_key(const struct node *n, struct err *err) MUST_USE;
/* Every age identity here, also of seals that were replaced: old bodies are sealed for them. */
struct seal_secret {
	unsigned char bytes[SEED_SIZE];
};
bool node_seals(const struct node *n, struct arena *a, struct seal_secret **out, size_t *count,
		struct err *err) MUST_USE;
void nonces_free(struct node *n); /* party_auth.c */

/* DIR/node.json: the store and the public keys as init made them. */
bool node_file_write(struct arena *a, const char *dir, const char *store,
		     const struct node_keys *k, struct err *err) MUST_USE;

int64_t node_now(const struct node *n); /* seconds since 1970 */

#endif
