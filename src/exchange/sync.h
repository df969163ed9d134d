/*
 * One exchange with a peer over HTTP, from this side (LEDGER.md 10, "Session"): only outbound
 * reach is needed.
 *
 *	its head → its entries → attachments → acknowledge → show ours, keep the cosignature
 *
 * Before that the peer says how much of our own ledger it has cosigned: a node that was put
 * back from an old backup learns of it there, and takes the rest back (LEDGER.md 5.2).
 */
#ifndef EXCHANGE_SYNC_H
#define EXCHANGE_SYNC_H
#include "register/register.h"

#include <stdatomic.h>

struct sync_plan {
	struct str url;
	bool missing;            /* ask once more for attachments that could not be had */
	bool push;               /* the peer cannot reach this node: bring it a pouch */
	const atomic_bool *stop; /* broken off once it is set; may be NULL */
};

struct sync_result {
	struct str ledger;       /* the peer's own; of the charter */
	uint64_t before, after;  /* its size here */
	uint64_t theirs;         /* size of the head it showed; smaller than `after`: stale */
	uint64_t blobs, missing; /* attachments fetched; named but not to be had */
	uint64_t bodies,
		lacking;       /* sealed bodies and their attachments: fetched; not to be had */
	bool seen;             /* this side acknowledged what came */
	uint64_t own_back;     /* entries of the own ledger that came back */
	uint64_t own;          /* size of the own ledger */
	uint64_t cosigned;     /* how much of it this peer has cosigned */
	unsigned refused;      /* HTTP status with which it refused to cosign; 0: it did not */
	uint64_t cosignatures; /* new ones kept, of any ledger */
	uint64_t pushed;       /* entries of the own ledger brought to the peer in a pouch */
	unsigned push_status;  /* HTTP status of that; 0: there was nothing to bring */
	unsigned requests;     /* what it took: requests, and bytes both ways */
	uint64_t bytes;
};

/*
 * ERR_FORK when a ledger shows another history than the one held; ERR_UNREACHABLE when the
 * peer does not answer, or not in time; ERR_INPUT when what it says is false.  Nothing is half
 * taken over; what was authenticated before it broke off is used by the next exchange.  *out
 * tells how far it came in any case.
 */
bool sync_peer(struct node *n, struct arena *a, const struct sync_plan *plan,
	       struct sync_result *out, struct err *err) MUST_USE;

#endif
