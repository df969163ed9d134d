/*
 * Which amendment of the charter takes effect (docs/decisions/0020): a pure function of the
 * ledgers' prefixes, like the rule of joint acts it rests on.  Knows no tables: who holds the
 * entries answers what it asks, a node out of its register, a verifier out of the bytes.
 *
 * An amendment of the charter in force takes effect when
 *	- its document follows from that charter (charter_follows);
 *	- among the parties that speak in a ledger it leaves open, the rule of LEDGER.md 8.2
 *	  puts it in force, and the acceptance of each names the charter it amends;
 *	- for every party whose ledger it closes, or that it brings in, one of their proposals
 *or acceptances carries a word that stands (charter_word_check);
 *	- every other amendment of the same charter that one of them accepted before is closed.
 * The last makes it one amendment at most: each ledger has an order, and of two amendments the
 * one that a party accepted later can count only when the earlier never will.
 */
#ifndef STORE_AMEND_H
#define STORE_AMEND_H
#include "ledger/amend.h"
#include "store/acts.h"

/* The act is named by h and `parties` ("ml,ru"), those of the charter in force. */
struct amend_facts {
	const struct charter *now; /* the charter in force */
	/* Given by hand to this node, or to the verifier: stands for the word of old keys. */
	const struct hash *by_hand;
	/* Its document; *found false when it is not here. */
	bool (*document)(void *ctx, const struct hash *h, struct arena *a, struct str *bytes,
			 bool *found, struct err *err);
	/* proposed, accepted, declined and held of w[i].party. */
	bool (*said)(void *ctx, const struct hash *h, struct str parties, struct act_word *w,
		     size_t count, struct err *err);
	act_seen_fn *seen;
	/* Acts that acceptances of amendments of `now` name, of `party` before index `before`
	 * (ACT_NEVER: all; party empty: anybody's), each as often as it is named; at most
	 * AMENDS_MAX. */
	bool (*accepted)(void *ctx, struct str party, uint64_t before, struct hash *out,
			 size_t *count, struct err *err);
	/* Whether acceptance `n` of `party` names `now` as what it amends. */
	bool (*names)(void *ctx, struct str party, uint64_t n, bool *is, struct err *err);
	/* `words` of entry `n` of `party`: a JSON array of notes, or NULL. */
	bool (*words)(void *ctx, struct str party, uint64_t n, struct arena *a,
		      const struct json **out, struct err *err);
	/* Keys in force of an open ledger at `size`. */
	bool (*keys)(void *ctx, struct str ledger, uint64_t size, struct arena *a,
		     struct charter_ledger *out, struct err *err);
	void *ctx;
};

enum { AMENDS_MAX = 256 };
enum amend_state { AMEND_OPEN, AMEND_CLOSED, AMEND_EFFECTIVE };
struct amend_verdict {
	enum amend_state state;
	struct str bytes;   /* the document */
	struct str lacking; /* open: the first party whose word is wanted; may be empty */
	bool by_hand;       /* open: all is there but a word of its old keys */
};
/* One amendment by its hash. */
bool amend_judge(struct arena *a, const struct amend_facts *f, const struct hash *h,
		 struct amend_verdict *out, struct err *err) MUST_USE;
/* The one that takes effect; *found false when none does. */
bool amend_next(struct arena *a, const struct amend_facts *f, struct str *bytes, bool *found,
		struct err *err) MUST_USE;

#endif
