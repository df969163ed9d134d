/*
 * One joint act whole (LEDGER.md 8), for its page: what each party said of it and in which
 * entry, what it would change, and the texts it is to be read beside.  Inside view_begin …
 * view_end; everything is in the caller's arena.
 */
#ifndef STORE_VIEW_ACT_H
#define STORE_VIEW_ACT_H
#include "store/view.h"

#define ACT_UNSAID UINT64_MAX
enum { ACT_EFFECTS_MAX = 64 };

/* What one party said: indices of entries of its ledger, ACT_UNSAID when there is none. */
struct act_side {
	struct str party, ledger;
	uint64_t proposed, accepted, declined;
	uint64_t ready; /* from here on the act binds it (LEDGER.md 8.2) */
};
/* `party` recorded in entry `n` of its ledger that it has received the acceptance of `peer`. */
struct act_receipt {
	struct str party, peer;
	uint64_t n;
};
/* One text of a joint record that is or was in force. */
struct act_text {
	struct hash act;
	struct str data; /* JSON; empty: that act ended the record */
	struct str time; /* since when in force, as claimed */
	struct str proposer;
};
struct act_effect {
	const struct record *record; /* NULL: of a kind that this program does not know */
	struct str kind, id;
	struct str data;       /* empty: it would end the record */
	struct act_text *base; /* the texts it says it replaces, as far as they are known */
	size_t base_count;
	struct act_text *heads; /* the texts in force, several when they diverge (8.5) */
	size_t head_count;
	bool based_on_heads; /* these are the same */
	bool replaced;       /* `by` took its place */
	struct hash by;
};
struct act_whole {
	struct hash act;
	struct str state; /* as record_row has it, without "divergent" */
	struct str in_force_time;
	struct str ledger, time, actor, proposer; /* of the proposal shown */
	uint64_t n;
	enum audience visibility;
	struct str document; /* its bytes; empty: not here */
	bool usable;         /* the document can be read and is of this register */
	struct act_side sides[ENTRY_PARTIES_MAX];
	size_t side_count;
	struct act_receipt *receipts;
	size_t receipt_count;
	struct str awaited[ENTRY_PARTIES_MAX]; /* as in struct open_act */
	size_t awaited_count;
	struct str since;
	bool acknowledgement;
	struct act_effect effects[ACT_EFFECTS_MAX]; /* by kind and id */
	size_t effect_count;
};
/* ERR_MISSING when no act of this hash was proposed, or not for this audience. */
bool view_act(struct view *v, struct arena *a, const struct hash *act, enum audience who,
	      struct act_whole *out, struct err *err) MUST_USE;
/* The texts of a joint record that are in force, oldest first. */
bool view_heads(struct view *v, struct arena *a, const struct record *r, struct str id,
		enum audience who, struct act_text **out, size_t *n, struct err *err) MUST_USE;

#endif
