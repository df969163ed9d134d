/* `seen`: the acknowledgement of a peer's ledger (LEDGER.md 5.4).  Private to src/register/. */
#ifndef REGISTER_SEEN_H
#define REGISTER_SEEN_H
#include "register/pen.h"

/*
 * One `seen` for each peer's ledger of which this node holds a larger checkpoint than it
 * last acknowledged, when the new part says anything but `seen` (LEDGER.md 5.4 (a)).
 */
bool seen_write(struct pen *p, struct err *err) MUST_USE;

#endif
