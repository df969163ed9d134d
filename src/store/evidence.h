/*
 * Forked ledgers: the evidence, the state, and the alerts that the own ledger has not told yet
 * (LEDGER.md 6.1, 11).  What proves a fork is register/fork.h's to judge.
 */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H
#include "store/view.h"

enum {
	EVIDENCE_MAX = 256 << 10, /* bytes: two notes and a proof */
	EVIDENCE_KEPT = 16        /* pieces of one ledger: more say nothing new */
};

struct evidence_row {
	struct hash id; /* SHA-256 of doc */
	struct str ledger, doc;
};
/* ERR_MISSING when it is not held. */
bool view_evidence(struct view *v, struct arena *a, const struct hash *id,
		   struct evidence_row *out, struct err *err) MUST_USE;
/* All that is held, by ledger and id. */
bool view_evidence_list(struct view *v, struct arena *a, struct evidence_row **out, size_t *n,
			struct err *err) MUST_USE;

/*
 * Keep the evidence, set its ledger forked and note that an alert is due, all or nothing;
 * under the writer, outside a transaction.  What is held already changes nothing, so that a
 * ledger that was released stays so; *fresh tells.
 */
bool store_fork(struct store *s, struct str ledger, struct str doc, struct hash *id,
		bool *fresh, struct err *err) MUST_USE;
/* A forked ledger is read again from here on. */
bool store_release(struct store *s, struct str ledger, struct err *err) MUST_USE;

/* Evidence that no alert.fork of the own ledger names yet; inside a transaction, all told. */
bool store_alerts_due(struct store *s, struct arena *a, struct evidence_row **out, size_t *n,
		      struct err *err) MUST_USE;
bool store_alerts_told(struct store *s, struct err *err) MUST_USE;

/*
 * Where another history may show, after a ledger grew to `to` from `from`: the `seen` entries
 * in that range that are void, or acknowledge more of the own ledger than is here; void ones
 * of others about that range (LEDGER.md 5.4); alert.fork in the range.  The register has
 * followed.  At most 256.
 */
struct entry_range {
	struct str ledger;
	uint64_t from, to;
};
struct entry_place {
	struct str ledger;
	uint64_t n;
};
bool view_doubts(struct view *v, struct arena *a, const struct entry_range *grown,
		 struct entry_place **out, size_t *n, struct err *err) MUST_USE;

#endif
