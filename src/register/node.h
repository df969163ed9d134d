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
	struct skey log, witness; /* only when opened for writing */
	const struct charter *charter;
	struct str parties[CHARTER_LEDGERS_MAX]; /* of the charter, ascending */
	size_t party_count;
	struct store_env store_env;
	struct store *store;
	struct writer *writer;                      /* NULL when not opened for writing */
	pthread_mutex_t sign_in;                    /* one password at a time: 64 MiB each */
	pthread_mutex_t auth;                       /* over nonces */
	struct nonces *nonces[CHARTER_LEDGERS_MAX]; /* by party; NULL: it never asked */
};

/* Read the charter the store holds into node->charter; true and NULL before adoption. */
bool node_load_charter(struct node *n, struct err *err) MUST_USE;

void nonces_free(struct node *n); /* party_auth.c */

int64_t node_now(const struct node *n); /* seconds since 1970 */

#endif
