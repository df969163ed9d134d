/*
 * From an activity of IATI to records of the register: a project, the organisations it names,
 * its payments, budgets, planned disbursements, documents, indicators and measurements; from an
 * organisation to its record and its documents (docs/decisions/0018).
 *
 * A record's id is made of who published it and of what it is, so that the same file makes the
 * same records, whichever node reads it and however often.  The ids of what belongs to a
 * project begin as the project's does, so that they stand together in every index.
 */
#ifndef EXCHANGE_IATI_READ_H
#define EXCHANGE_IATI_READ_H
#include "base/hash.h"
#include "base/uuid.h"
#include "exchange/iati_tree.h"
#include "model/model.h"
#include "store/view.h"

/* One record to be.  Everything is borrowed for the call. */
struct iati_draft {
	const struct record *record;
	const char *id;
	const char *was;   /* another id a register may have it by; NULL: none */
	struct json *data; /* without sources */
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
/* What stands for a text there: 64 bits of its hash. */
uint64_t met_key(const struct hash *h);
/* How often it was met before; met_again counts this time too. */
unsigned met_again(struct iati_met *m, uint64_t key);
unsigned met_before(const struct iati_met *m, uint64_t key);

/*
 * Who reports which activity, so that money two publish is counted once: what the register
 * says of its projects, and what this run has read.  An activity is its publisher's own when
 * its identifier begins with the publisher's (IATI 2.03, iati-identifier).
 */
struct iati_known;
bool known_read(struct view *v, struct str party, struct iati_known **out,
		struct err *err) MUST_USE;
void known_free(struct iati_known *k);
/* Nothing more is read: gives back what known_late does not need. */
void known_read_all(struct iati_known *k);
/* A project (its data) that was read as the first report of an activity, whose publisher's own
 * report came after it in this run. */
bool known_late(const struct iati_known *k, struct arena *a, struct str party,
		struct str project);

struct iati_reading {
	struct str party;     /* who imports: whose records they will be */
	struct iati_met *met; /* of the whole run: over all its files */
	struct iati_known *known;
	/* Gives the id the record goes by: what names it is told that one. */
	const char *(*draft)(void *ctx, const struct iati_draft *d);
	/* The activity's identifier was met before: from the same publisher, or another. */
	void (*repeated)(void *ctx, struct str activity, uint64_t line, bool same_publisher);
	void *ctx;
	uint64_t *elements; /* IATI_COUNT of them: how many elements found no place */
	uint64_t *cut;      /* texts that were too long for the register */
	uint64_t *rounded;  /* amounts that were too fine for it */
};
/* An activity or an organisation.  Drafts in an order in which each names only what came
 * before it. */
void iati_read(const struct iati_reading *how, struct arena *a, struct iati_tree *t);

#endif
