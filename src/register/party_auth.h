/*
 * How one party's node proves to another who it is: the header `Benkan-Auth`, a note signed by
 * its log key over this one request (LEDGER.md 10).
 */
#ifndef REGISTER_PARTY_AUTH_H
#define REGISTER_PARTY_AUTH_H
#include "register/register.h"

struct party_request {
	struct str method; /* "GET", "POST" */
	struct str target; /* path and query as sent */
	struct hash body;  /* SHA-256 of the body; of nothing when there is none */
};
/* The header's value, fresh nonce and the node's clock. */
bool party_auth_write(struct node *n, const struct party_request *q, struct buf *out,
		      struct err *err) MUST_USE;
/*
 * Which other party sent this request; ERR_DENIED with the reason: another register, another
 * request, unknown key, a clock more than 300 s off, a nonce met before (kept for 600 s).
 */
bool party_auth_check(struct node *n, struct arena *a, struct str header,
		      const struct party_request *q, struct str *party,
		      struct err *err) MUST_USE;

#endif
