/*
 * Exchange with a peer over HTTP, this side fetching (LEDGER.md 10, session step 1 to 3):
 * the peer's own ledger from /log/, verified before anything is taken over, and the
 * attachments its new entries name.
 */
#ifndef EXCHANGE_SYNC_H
#define EXCHANGE_SYNC_H
#include "register/register.h"

struct sync_result {
	struct str ledger;       /* in the arena */
	uint64_t before, after;  /* its size here */
	uint64_t blobs, missing; /* attachments fetched; named but not to be had */
	bool seen;               /* this side acknowledged what came */
};

/*
 * One exchange with the node at `url`.  ERR_FORK when the peer shows another history than
 * the one held; ERR_UNREACHABLE when it does not answer; nothing is half taken over.
 */
bool sync_peer(struct node *n, struct arena *a, struct str url, struct sync_result *out,
	       struct err *err) MUST_USE;

#endif
