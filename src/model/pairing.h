/*
 * Which report of one side is the other side's report of the same flow.
 *
 * What one side books as given (IATI 2.03 transaction types 12 outgoing pledge, 2 outgoing
 * commitment, 3 disbursement, 4 expenditure) the other books as received (13, 11, 1); goods in
 * kind are a consignment of each side.  A pair is made of one of each, of one kind and between
 * the same two parties.  Pure: the result hangs on the flows and the words alone, never on the
 * order they are given in.
 *
 * The rounds, each over what those before it have left:
 *
 *	1  links that a side has stated, whatever else is known
 *	2  both activity identifiers equal, same amount, at most PAIRING_NEAR days apart
 *	3  same project, same amount, at most PAIRING_NEAR days apart
 *	4, 5  as 2, 3, at most PAIRING_FAR days apart
 *	6, 7  as 2, 3 with another amount of the same currency, the smaller at least half of
 *	      the larger, at most PAIRING_APART days apart
 *	8, 9  as 2, 3 in another currency, at most PAIRING_APART days apart
 *
 * In each round as many pairs are made as can be without crossing in time (what left first
 * arrived first); of these the least difference in amount, then the fewest days, then the
 * earlier dates and the smaller references.  So no single pair that looks best takes away
 * what two others need.  Identifiers that contradict each other are no candidates, nor what a
 * side has said to be two flows.  Goods are paired by their reference or project and unit,
 * whatever their dates: a journey has no fixed length.
 */
#ifndef MODEL_PAIRING_H
#define MODEL_PAIRING_H
#include "base/arena.h"
#include "base/date.h"
#include "base/dec.h"
#include "model/model.h"

enum { PAIRING_NEAR = 10, PAIRING_APART = 31, PAIRING_FAR = 92 };

enum flow_kind { FLOW_PLEDGE, FLOW_COMMITMENT, FLOW_PAYMENT, FLOW_GOODS, FLOW_KINDS };
extern const char *const flow_kind_codes[FLOW_KINDS]; /* codelist FlowKind */

/* Codelist GapClass, in its order. */
enum gap {
	GAP_MATCHED,
	GAP_TIMING,   /* the same figure, more than PAIRING_NEAR days apart */
	GAP_RATE,     /* two currencies */
	GAP_AMOUNT,   /* two amounts of one currency */
	GAP_IN_KIND,  /* goods whose quantity or stated value differs, or goods against money */
	GAP_ONE_SIDE, /* the other side has no such entry */
	GAP_DISPUTED, /* a side says so */
	GAPS
};
extern const char *const gap_codes[GAPS];

struct flow {
	enum flow_kind kind;
	bool gives;                                      /* reported by the provider */
	struct str party, ref;                           /* who reports, "party/id" */
	struct str peer;                                 /* the other side; empty: not known */
	struct str project;                              /* empty: none */
	struct str provider_activity, receiver_activity; /* of goods: the reference, twice */
	int32_t day;
	struct dec amount;   /* of goods: the quantity */
	struct str currency; /* of goods: the unit */
	struct dec worth;    /* goods: the value stated, when worth_currency is given */
	struct str worth_currency;
	struct str counterpart; /* the other side's entry, as this side states it; or empty */
};

#define FLOW_NONE UINT32_MAX
enum word_kind { WORD_LINK, WORD_SEPARATE, WORD_DISPUTE, WORD_COMMENT, WORD_KINDS };
extern const char *const word_kind_codes[WORD_KINDS]; /* codelist RemarkKind */
struct flow_word {
	enum word_kind kind;
	struct str party;
	uint32_t given, received; /* places in flows[]; FLOW_NONE */
};

struct flow_pair {
	uint32_t given, received; /* places in flows[]; one may be FLOW_NONE */
	enum gap gap;             /* what stands above all others */
	enum gap under;           /* without the dispute */
	unsigned words;           /* of either side on this pair */
};

struct pairing {
	const struct flow *flows;
	size_t n;
	const struct flow_word *words;
	size_t word_count;
};
/*
 * Every flow in exactly one pair, in the arena, sorted by (given, received) as places in
 * flows[]; returns how many.  O(n log n) but for what many flows of one day and amount cost.
 */
size_t pairing_make(struct arena *a, const struct pairing *p, struct flow_pair **out);
/* Whether a figure is counted in this unit and is no money (codelist Unit). */
bool flow_unit(struct str currency);
/* What a pair is without anybody's word. */
enum gap pairing_gap(const struct flow *given, const struct flow *received);

#endif
