/*
 * The peers of this node: exchange with them in the background while it is served, and what
 * became of the last exchange with each, for pages.
 */
#ifndef EXCHANGE_PEERS_H
#define EXCHANGE_PEERS_H
#include "exchange/sync.h"

/* How things stand with one peer, since it was last asked; kept over a restart. */
struct peer_row {
	struct str url;
	struct str ledger;      /* its own; empty before it was first reached */
	int64_t tried, heard;   /* last exchange, last that came to its end; 0: never */
	unsigned failures;      /* in a row */
	struct err error;       /* of the last one; ERR_NONE: it went well */
	uint64_t theirs, held;  /* the head it showed; how much of its ledger is held here */
	int64_t stale;          /* since when it shows less than is held; 0: it does not */
	uint64_t own, cosigned; /* size of the own ledger then; how much of it the peer cosigned
				 */
	unsigned refused;       /* HTTP status with which it refused to; 0: it did not */
};
/* All that were asked, by address; rows in the arena. */
bool peers_list(struct view *v, struct arena *a, struct peer_row **out, size_t *n,
		struct err *err) MUST_USE;

/* sync_peer, and what became of it is kept. */
bool peer_exchange(struct node *n, struct arena *a, const struct sync_plan *plan,
		   struct sync_result *out, struct err *err) MUST_USE;

/*
 * Exchange with each of these peers, a thread each: at once, then every minute; at once too
 * when this node writes, or a peer shows a head beyond what is held; after a failure a minute
 * later, doubling up to an hour; a peer that cannot be reached at the start is asked once more
 * after a moment, for nodes that start together.  All times with jitter.
 */
struct peers;
struct peers_plan {
	const struct str *urls;
	size_t count;
	bool push; /* they cannot reach this node: bring them what it writes */
	/* When the state of a peer changes; from its thread.  err NULL: it is reached again. */
	void (*told)(void *ctx, struct str url, const struct err *err);
	void *ctx;
};
enum { PEERS_MAX = 16 };
bool peers_start(struct node *n, const struct peers_plan *plan, struct peers **out,
		 struct err *err) MUST_USE;
/* Break off what is going on, end the threads, free.  NULL is harmless. */
void peers_stop(struct peers *all);

#endif
