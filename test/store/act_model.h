/*
 * LEDGER.md 8.2 written down as it reads, to hold the store's rule against: ledgers of
 * operations about one act, and what they come to for somebody who knows a part of each.
 */
#ifndef TEST_STORE_ACT_MODEL_H
#define TEST_STORE_ACT_MODEL_H
#include "model/random_record.h"
#include "store/acts.h"

enum { MODEL_PARTIES = 3, MODEL_OPS = 24 };

enum model_what { OP_OTHER, OP_PROPOSE, OP_ACCEPT, OP_DECLINE, OP_SEEN };
struct model_op {
	enum model_what what;
	unsigned peer; /* OP_SEEN */
	uint64_t size;
};
struct model_acts {
	unsigned count;
	struct model_op op[MODEL_PARTIES][MODEL_OPS];
	uint64_t n[MODEL_PARTIES], known[MODEL_PARTIES];
};

static const uint64_t never = ACT_NEVER;

static inline uint64_t model_first(const struct model_acts *m, unsigned p, enum model_what what)
{
	for (uint64_t k = 0; k < m->known[p]; k++)
		if (m->op[p][k].what == what)
			return k;
	return never;
}

static inline uint64_t model_declined(const struct model_acts *m, unsigned p)
{
	return model_first(m, p, OP_DECLINE);
}

/* a(P): the first acceptance, if no decline precedes it. */
static inline uint64_t model_accepted(const struct model_acts *m, unsigned p)
{
	uint64_t a = model_first(m, p, OP_ACCEPT);

	return a < model_declined(m, p) ? a : never;
}

/* Whether P[k] is an acknowledgement of Q that is not void: sizes never go back. */
static inline bool model_seen(const struct model_acts *m, unsigned p, unsigned q, uint64_t k)
{
	const struct model_op *s = &m->op[p][k];
	uint64_t last = 0;

	if (s->what != OP_SEEN || s->peer != q || p == q || s->size < 1)
		return false;
	for (uint64_t i = 0; i < k; i++)
		if (m->op[p][i].what == OP_SEEN && m->op[p][i].peer == q &&
		    m->op[p][i].size >= last)
			last = m->op[p][i].size;
	return s->size >= last;
}

/* The first index at which P acknowledges Q's acceptance. */
static inline uint64_t model_ack(const struct model_acts *m, unsigned p, unsigned q)
{
	uint64_t a = model_accepted(m, q), d = model_declined(m, q);

	for (uint64_t k = 0; a != never && k < m->known[p] && k < model_declined(m, p); k++)
		if (model_seen(m, p, q, k) && m->op[p][k].size <= m->known[q] &&
		    a < m->op[p][k].size && m->op[p][k].size <= d)
			return k;
	return never;
}

static inline uint64_t model_ready(const struct model_acts *m, unsigned p)
{
	uint64_t r = model_accepted(m, p);

	for (unsigned q = 0; q < m->count; q++)
		if (q != p && (model_ack(m, p, q) == never || model_ack(m, p, q) > r))
			r = model_ack(m, p, q);
	return model_accepted(m, p) == never ? never : r;
}

/* A `seen` reaches past what is known of Q while no decline of Q is known. */
static inline bool model_pending(const struct model_acts *m, unsigned p, unsigned q)
{
	if (model_ack(m, p, q) != never || model_declined(m, q) != never)
		return false;
	for (uint64_t k = 0; k < m->known[p] && k < model_declined(m, p); k++)
		if (model_seen(m, p, q, k) && m->op[p][k].size > m->known[q])
			return true;
	return false;
}

static inline bool model_never_ready(const struct model_acts *m, unsigned p)
{
	if (model_accepted(m, p) == never)
		return true;
	for (unsigned q = 0; q < m->count; q++)
		if (q != p && model_ack(m, p, q) == never && !model_pending(m, p, q))
			return true;
	return false;
}

static inline bool model_closed(const struct model_acts *m)
{
	for (unsigned p = 0; p < m->count; p++) {
		if (model_declined(m, p) != never && model_never_ready(m, p))
			return true;
		for (unsigned q = 0; q < m->count; q++)
			for (uint64_t k = 0; p != q && k < m->known[p]; k++)
				if (model_ack(m, p, q) == never &&
				    model_declined(m, q) != never && model_seen(m, p, q, k) &&
				    m->op[p][k].size > model_declined(m, q))
					return true;
	}
	return false;
}

static inline enum act_state model_state(const struct model_acts *m)
{
	bool ready = true, refused = false, accepted = false, proposed = false;

	for (unsigned p = 0; p < m->count; p++) {
		bool a = model_accepted(m, p) != never,
		     t = model_first(m, p, OP_PROPOSE) != never;

		ready = ready && model_ready(m, p) != never;
		refused = refused || (model_declined(m, p) != never && !a && !t);
		accepted = accepted || a;
		proposed = proposed || t;
	}
	if (ready)
		return ACT_IN_FORCE;
	if (model_closed(m))
		return refused ? ACT_REJECTED : ACT_WITHDRAWN;
	return accepted ? ACT_ACCEPTED : proposed ? ACT_PROPOSED : ACT_NONE;
}

/* Random ledgers: entry 0 is something else, as a charter is. */
static inline struct model_acts model_random(struct random_source *s)
{
	struct model_acts m = { .count = 2 + random_below(s, 2) };
	unsigned steps = 2 + random_below(s, 8 * m.count), calm = random_below(s, 3);

	for (unsigned p = 0; p < m.count; p++)
		m.n[p] = 1;
	while (steps--) {
		unsigned p = random_below(s, m.count),
			 q = (p + 1 + random_below(s, m.count - 1)) % m.count;
		unsigned way = random_below(s, 100);
		struct model_op *op = &m.op[p][m.n[p]];

		if (m.n[p] == MODEL_OPS)
			continue;
		m.n[p]++;
		if (way < 8)
			op->what = OP_PROPOSE;
		else if (way < 36)
			op->what = OP_ACCEPT;
		else if (way < (calm ? 39 : 46))
			op->what = OP_DECLINE;
		else if (way < 54)
			op->what = OP_OTHER;
		else
			*op = (struct model_op){ OP_SEEN, q,
						 1 + random_below(s, (unsigned)m.n[q]) };
		/* Mostly all there is. */
		if (op->what == OP_SEEN && random_below(s, 4))
			op->size = m.n[q];
	}
	for (unsigned p = 0; p < m.count; p++)
		m.known[p] =
			random_below(s, 3) ? m.n[p] : 1 + random_below(s, (unsigned)m.n[p]);
	return m;
}

#endif
