/*
 * From an activity of IATI to records of the register: a project, the organisations it names,
 * its payments, budgets, planned disbursements, documents, indicators and measurements
 * (docs/decisions/0018).
 *
 * A record's id is made of who published it and of what it is, so that the same file makes the
 * same records, whichever node reads it and however often.
 */
#ifndef EXCHANGE_IATI_READ_H
#define EXCHANGE_IATI_READ_H
#include "base/uuid.h"
#include "exchange/iati_tree.h"
#include "model/model.h"

/* One record to be.  Everything is borrowed for the call. */
struct iati_draft {
	const struct record *record;
	const char *id;
	struct str data; /* JSON; without sources */
	struct str activity;
	uint64_t line;
	bool mention; /* an organisation that is merely named: what the register says of it
			 already stands */
	bool below;   /* its id is made of the activity's */
};
/* How often something was met: an identifier, an organisation. */
struct iati_met;
struct iati_met *met_make(void);
void met_free(struct iati_met *m);
/* How often it was met before. */
unsigned met_again(struct iati_met *m, struct str key);

struct iati_reading {
	struct str party;     /* who imports: whose records they will be */
	struct iati_met *met; /* of the whole run: over all its files */
	void (*draft)(void *ctx, const struct iati_draft *d);
	/* The activity's identifier was met before: from the same publisher, or another. */
	void (*repeated)(void *ctx, struct str activity, uint64_t line, bool same_publisher);
	void *ctx;
	uint64_t *elements; /* IATI_COUNT of them: how many elements found no place */
	uint64_t *cut;      /* texts that were too long for the register */
};
/* Drafts in an order in which each names only what came before it. */
void iati_read(const struct iati_reading *r, struct arena *a, struct iati_tree *activity);

#endif
