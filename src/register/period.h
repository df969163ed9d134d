/*
 * A period in an address and in words: "2026-Q2", "2026", "2026-03", "2026-03-01", and two of
 * them with ".." between; "all" is DESK_EVER.
 */
#ifndef REGISTER_PERIOD_H
#define REGISTER_PERIOD_H
#include "base/lang.h"
#include "store/desk.h"

bool period_read(struct str text, struct desk_period *out);
/* "2nd quarter of 2026", "2026", "1 January 2026 – 30 June 2026", "all years". */
struct str period_words(struct arena *a, enum lang lang, struct desk_period p);

#endif
