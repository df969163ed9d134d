/* What the address of nodes (/pouch) and the page for people (/{lang}/pouch) share. */
#ifndef WEB_POUCH_H
#define WEB_POUCH_H
#include "exchange/pouch.h"
#include "web/pouch_shelf.h"
#include "web/server.h"

/* Pack, and answer with it; the answer is not begun when this fails. */
bool pouch_answer(struct visit *v, const struct pouch_plan *plan, struct err *err) MUST_USE;
/* pouch_open; afterwards the visit's view reads what is newest. */
bool pouch_take(struct visit *v, const struct pouch_source *from, struct pouch_report *report,
		struct err *err) MUST_USE;

#endif
