/*
 * Flows that both sides report, kept paired at write time.  Private to src/store/.
 *
 *	r_flow  one row a report: a transaction or consignment that has another side; `lone`
 *	        holds the audiences for whom it stands alone and nobody has said anything
 *	r_remark  what a side says of one (flow_remark)
 *	r_pair  all other pairs that model/pairing.h makes of them, with the figures of both
 *
 * A row comes as a lone one; most remain so, and are not looked at again.  A commit touches
 * few flows.  All that could be paired with them (of the same project or activity identifiers,
 * or named by a link) are paired anew; what follows is the same whatever the order in which
 * entries came.  A project that one side alone has booked pairs nothing, and costs nothing
 * however large.  Each audience's pairs are made of what it may read.
 */
#ifndef STORE_FLOWS_H
#define STORE_FLOWS_H
#include "model/pairing.h"
#include "store/project.h"

/* --- flows.c: rows as they come and go; what is to be paired anew goes to p->flows --- */
struct flow_row {
	int64_t rid;
	unsigned lone;  /* as it stands in its row */
	unsigned alone; /* as it is to stand */
	struct flow flow;
};
bool flows_row(struct projection *p, const struct row *r, bool came, struct err *err) MUST_USE;
/* Columns of r_flow in their order, for flow_read.  Few flows have anything in the last ones.
 */
#define FLOW_PLAIN_COLUMNS                                                                     \
	"rid, lone, id, party, peer, kind, gives, place, project, day, whole, part, currency"
#define FLOW_COLUMNS                                                                           \
	FLOW_PLAIN_COLUMNS ", provider_activity, receiver_activity, worth, worth_currency, "   \
			   "counterpart"
enum { FLOW_PLAIN = 13, FLOW_WIDTH = 18 };
/* Whether nothing stands in the last ones. */
bool flow_plain(const struct flow *f);
/* r_flow.place: one number for a project and a side, which an index holds in little room.  Two
 * projects may have the same. */
int64_t flow_place(struct str project, bool gives);
void flow_bind(struct stmt *s, int at, const struct flow_row *r);
void flow_read(struct arena *a, struct stmt *s, struct flow_row *out);
/* The row numbers of a reference: its id and party, twice. */
#define FLOW_RIDS                                                                              \
	"SELECT rid FROM r_transaction WHERE id = ? AND party = ? UNION ALL "                  \
	"SELECT rid FROM r_consignment WHERE id = ? AND party = ?"

/* Keys of p->flows, and of what they lead to: a first byte says what follows. */
enum flow_key {
	KEY_REF = 'r',      /* a flow by its reference, and what is found by KEY_NAMED */
	KEY_NAMED = 'n',    /* who points at a flow, what is said of it; at first in p->named */
	KEY_PROJECT = 'p',  /* all of a project */
	KEY_ACTIVITY = 'a', /* all of two activity identifiers, a zero byte between them */
	KEY_PAIRS = 'o',    /* the pairs a row number stands in */
	KEY_GONE = 'g'      /* a row number whose row went; it may have come again */
};

/*
 * In both tables an amount is two integers, whole * PAIR_SPLIT + part millionths with part
 * never negative, so that both engines add up a million of them without rounding or overflow.
 */
#define PAIR_SPLIT ((int128)10000000000000)
void flow_bind_amount(struct stmt *s, int i, struct dec amount); /* at i and i + 1 */

/* --- pairs.c --- */
bool pairs_settle(struct projection *p, struct err *err) MUST_USE;

#endif
