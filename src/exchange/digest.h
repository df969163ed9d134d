/*
 * The digest that a person gets by mail: what awaits this side, what is late, what comes due,
 * and what has changed since the one before.  A paper (paper.h) in the person's language.
 */
#ifndef EXCHANGE_DIGEST_H
#define EXCHANGE_DIGEST_H
#include "exchange/latest.h"
#include "exchange/report.h"

struct digest {
	struct report
		report; /* its paper begun in one language; `who` is who may read the mail */
	enum audience counted; /* what is counted: more than a mail may say in clear */
	struct str party;      /* whose node it is */
	struct str site;       /* where the node is served, without a slash; empty: no links */
	struct str cut; /* what the one before covered, "ml=300 ru=280"; empty: nothing */
	/* --- set by digest_compose --- */
	struct str reached;                    /* what this one covers */
	uint64_t awaiting, late, due, changed; /* all 0: there is nothing to say */
};
bool digest_compose(struct digest *d, struct err *err) MUST_USE;

#endif
