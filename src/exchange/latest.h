/*
 * The latest acts: the youngest entries of every ledger that say something of a record, by the
 * time they claim.  For the cockpit, the feed and the digest.
 */
#ifndef EXCHANGE_LATEST_H
#define EXCHANGE_LATEST_H
#include "ledger/entry.h"
#include "store/view.h"

struct latest_from {
	struct str ledger;
	uint64_t size;
};
struct latest {
	struct view *v; /* begun */
	struct arena *a;
	enum audience who;
	enum lang lang;
	const struct latest_from *from; /* only entries at or above these; NULL: all */
	size_t from_count;
};
struct latest_act {
	const struct ledger_row *ledger;
	struct entry entry;
	struct str bytes; /* of the entry */
};
/* The youngest `max`, newest first; a ledger's last `max` entries are looked at, or a few more.
 */
size_t latest_read(const struct latest *l, size_t max, struct latest_act **out);
/* What it is about, as this audience may see it; false when it may not, or it is not here. */
bool latest_subject(const struct latest *l, const struct latest_act *x, struct record_row *row);
const char *latest_deed(const struct entry *e); /* N_("acceptance") */

#endif
