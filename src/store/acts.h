/*
 * The rule of joint acts (LEDGER.md 8.2) by itself, over what one act's parties said and
 * acknowledged.  acts.c fills it from the tables and writes its result back.
 */
#ifndef STORE_ACTS_H
#define STORE_ACTS_H
#include "ledger/entry.h"

enum act_state {
	ACT_NONE,
	ACT_PROPOSED,
	ACT_ACCEPTED,
	ACT_IN_FORCE,
	ACT_REJECTED,
	ACT_WITHDRAWN
};
extern const char *const act_state_names[]; /* "none", "proposed", … as p_act holds them */

enum { ACT_PARTIES_MAX = ENTRY_PARTIES_MAX };
#define ACT_NEVER UINT64_MAX /* an index that is absent: larger than any */

struct act_word {
	struct str party;
	uint64_t held;                         /* entries of its ledger that are known */
	uint64_t proposed, accepted, declined; /* ACT_NEVER */
	uint64_t ready;                        /* result */
	uint64_t ack[ACT_PARTIES_MAX];         /* result: by peer */
};

/* The first acknowledgement of `peer` by `party` that is not void and has a size above
 * `above`; *n is ACT_NEVER when there is none. */
typedef bool act_seen_fn(void *ctx, struct str party, struct str peer, uint64_t above,
			 uint64_t *n, uint64_t *size, struct err *err);

bool act_evaluate(struct act_word *w, size_t count, act_seen_fn *seen, void *ctx,
		  enum act_state *state, struct err *err) MUST_USE;

#endif
