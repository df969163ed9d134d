/* The latest acts of every ledger, for the cockpit and the feed. */
#ifndef WEB_LATEST_H
#define WEB_LATEST_H
#include "ledger/entry.h"
#include "web/pages.h"

struct latest_act {
	const struct ledger_row *ledger;
	struct entry entry;
	struct str bytes; /* of the entry */
};
/* The youngest `max` entries that say something of a record, by the time they claim, newest
 * first. */
size_t latest_read(struct visit *v, size_t max, struct latest_act **out);
/* What it is about, as this visitor may see it; false when it may not, or it is not here. */
bool latest_subject(struct visit *v, const struct latest_act *x, struct record_row *row);
const char *latest_deed(const struct entry *e); /* N_("acceptance") */

#endif
