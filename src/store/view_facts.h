/* What the register knows of one act, for who asks what more entries would make of it. */
#ifndef STORE_VIEW_FACTS_H
#define STORE_VIEW_FACTS_H
#include "store/acts.h"
#include "store/view.h"

struct act_facts {
	struct str parties;  /* "ml,ru" */
	struct str state;    /* as p_act has it; "none" when it is not known */
	struct str kind, id; /* of the record its first effect is about; may be empty */
	struct str data;     /* what it would put, as far as `who` may read it */
	struct act_word words[ACT_PARTIES_MAX]; /* `held` is the caller's to fill */
	size_t count;
};
bool view_act_facts(struct view *v, struct arena *a, const struct hash *act, struct str parties,
		    enum audience who, struct act_facts *out, struct err *err) MUST_USE;
/*
 * The first acknowledgement of party `peer` in a ledger, not void, of a size above `above`;
 * *n is ACT_NEVER when there is none.
 */
bool view_first_seen(struct view *v, struct str ledger, struct str peer, uint64_t above,
		     uint64_t *n, uint64_t *size, struct err *err) MUST_USE;

#endif
