/*
 * What the files of the pairing share: the work on one set of flows, and what the sides have
 * said of them.  pairing.c makes the rounds, pairing_links.c does what was said.
 */
#ifndef MODEL_PAIRING_INSIDE_H
#define MODEL_PAIRING_INSIDE_H
#include "model/pairing.h"

struct link {
	uint32_t given, received;
	unsigned sayers; /* how many sides say so */
	struct str party;
};

struct work {
	const struct pairing *p;
	struct arena *a;
	const struct round *round;
	uint32_t *mate;     /* of each flow; FLOW_NONE */
	bool *contradicted; /* another link than the one taken names this flow */
	struct link *apart; /* what a side has said to be two flows */
	size_t apart_count;
	uint32_t *order; /* the flows still alone, sorted for the round */
	/* One cluster's table. */
	struct cost *costs;
	unsigned char *steps;
	uint32_t *givers, *takers;
};

/* Whole days, never negative. */
int32_t flow_days(const struct flow *x, const struct flow *y);
bool flow_goods(const struct flow *f);
/* Whether the one may be the other's mirror whatever else they say: given and received, of one
 * kind unless either is goods, by two parties. */
bool flows_mirror(const struct flow *given, const struct flow *received);
void flows_join(struct work *w, uint32_t given, uint32_t received);

/* --- pairing_links.c --- */
/* Round 1.  What is linked is one flow; where links contradict each other, the pair taken is
 * disputed.  Fills w->apart as well. */
void links_take(struct work *w);
/* Whether a side has said that these are two flows. */
bool links_apart(const struct work *w, uint32_t given, uint32_t received);

#endif
