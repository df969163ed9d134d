#include "store/acts.h"

const char *const act_state_names[] = {
	[ACT_NONE] = "none",         [ACT_PROPOSED] = "proposed", [ACT_ACCEPTED] = "accepted",
	[ACT_IN_FORCE] = "in_force", [ACT_REJECTED] = "rejected", [ACT_WITHDRAWN] = "withdrawn"
};

/* What one party's ledger tells of having received another's word. */
struct pair {
	bool pending; /* what it has seen reaches past what is held: it may turn out to be one
		       */
	bool late;    /* it has seen the other's ledger beyond the decline */
};

/*
 * Acknowledgements of one peer grow in size with their index, so that the first whose size
 * passes a bound is also the one of least size: one look-up answers each condition.
 */
static bool look(struct act_word *p, const struct act_word *q, size_t at, struct pair *out,
		 act_seen_fn *seen, void *ctx, struct err *err)
{
	uint64_t n, size;

	p->ack[at] = ACT_NEVER;
	*out = (struct pair){ 0 };
	if (q->accepted != ACT_NEVER) {
		if (!seen(ctx, p->party, q->party, q->accepted, &n, &size, err))
			return false;
		if (n < p->declined && size <= q->declined && size <= q->held) {
			p->ack[at] = n;
			return true;
		}
	}
	if (q->declined != ACT_NEVER) {
		if (!seen(ctx, p->party, q->party, q->declined, &n, &size, err))
			return false;
		out->late = n != ACT_NEVER;
		return true;
	}
	if (!seen(ctx, p->party, q->party, q->held, &n, &size, err))
		return false;
	out->pending = n < p->declined;
	return true;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Fills ack and ready of one party; whether it can never be ready, and whether the act is
 * closed by what it has seen. */
static bool weigh(struct act_word *w, size_t count, size_t i, bool *never, bool *closed,
		  act_seen_fn *seen, void *ctx, struct err *err)
{
	struct act_word *p = &w[i];

	*never = p->accepted == ACT_NEVER;
	p->ready = p->accepted;
	for (size_t k = 0; k < count; k++) {
		struct pair pair;

		p->ack[k] = ACT_NEVER;
		if (k == i)
			continue;
		if (!look(p, &w[k], k, &pair, seen, ctx, err))
			return false;
		p->ready = later(p->ready, p->ack[k]);
		if (p->ack[k] != ACT_NEVER)
			continue;
		*never = *never || !pair.pending;
		*closed = *closed || pair.late;
	}
	*closed = *closed || (p->declined != ACT_NEVER && *never);
	return true;
}

bool act_evaluate(struct act_word *w, size_t count, act_seen_fn *seen, void *ctx,
		  enum act_state *state, struct err *err)
{
	bool ready = true, closed = false, refused = false, accepted = false, proposed = false;
	enum act_state end;

	for (size_t i = 0; i < count; i++) {
		bool never;

		if (!weigh(w, count, i, &never, &closed, seen, ctx, err))
			return false;
		ready = ready && w[i].ready != ACT_NEVER;
		accepted = accepted || w[i].accepted != ACT_NEVER;
		proposed = proposed || w[i].proposed != ACT_NEVER;
		refused = refused || (w[i].declined != ACT_NEVER &&
				      w[i].accepted == ACT_NEVER && w[i].proposed == ACT_NEVER);
	}
	end = refused ? ACT_REJECTED : ACT_WITHDRAWN;
	*state = ready      ? ACT_IN_FORCE
		 : closed   ? end
		 : accepted ? ACT_ACCEPTED
		 : proposed ? ACT_PROPOSED
			    : ACT_NONE;
	return true;
}
