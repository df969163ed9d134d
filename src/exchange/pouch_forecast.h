/*
 * Which acts a pouch would bring into force or close: the rule of LEDGER.md 8.2 over the
 * register and the words that came, without writing them.  Private to src/exchange/.
 */
#ifndef EXCHANGE_POUCH_FORECAST_H
#define EXCHANGE_POUCH_FORECAST_H
#include "exchange/pouch_here.h"
#include "store/view_facts.h"

enum { FORECAST_WORDS_MAX = 4096 };

enum act_op { OP_PROPOSE, OP_ACCEPT, OP_DECLINE };
struct forecast_word { /* an entry on an act */
	struct str party, parties;
	struct hash act;
	enum act_op op;
	uint64_t n;
};
struct forecast_seen { /* an acknowledgement that stands */
	struct str party, peer;
	uint64_t n, size;
};
struct forecast {
	struct pouch_here *here;
	enum audience who;
	struct forecast_word words[FORECAST_WORDS_MAX];
	size_t word_count;
	struct buf seen;                     /* of struct forecast_seen */
	uint64_t sizes[CHARTER_LEDGERS_MAX]; /* by here->rows: once it is opened */
	bool partial; /* more words came than there is room for: nothing is foretold */
};
void forecast_word(struct forecast *f, struct str party, const struct entry *e, enum act_op op);
/* An entry of type seen by `party`; what does not stand against what is held is left out. */
bool forecast_seen(struct forecast *f, struct str party, const struct entry *e,
		   struct err *err) MUST_USE;
/* This node acknowledges all that came: as it would on opening. */
void forecast_acknowledge(struct forecast *f, struct str party);
/* What the act would be, and what is known of it now. */
bool forecast_act(struct forecast *f, struct arena *a, const struct hash *act,
		  struct str parties, struct act_facts *facts, enum act_state *state,
		  struct err *err) MUST_USE;
struct str forecast_parties(struct arena *a, const struct entry *e); /* "ml,ru" */

#endif
