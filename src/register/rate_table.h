/*
 * All that one named source has published, to convert money of any day.
 *
 * The rule: the last rate on or before the value date; never one of another source, never one
 * that came later, none made up.  Of several ways from one currency to another that of the
 * fewest steps is taken, then the one whose oldest rate is the newest, then the first by codes.
 * Of two rates for one step a parity comes first, then the newer, then the one quoted this way
 * round.  A way has one middle currency at the most; what is fixed by treaty (rates.h) adds one
 * more.  All steps are one fraction: only the result is rounded, to the minor unit of its
 * currency, half away from zero.
 */
#ifndef REGISTER_RATE_TABLE_H
#define REGISTER_RATE_TABLE_H
#include "register/rates.h"

struct rate_table;
/* In the arena. */
bool rate_table_read(struct view *v, struct arena *a, struct str source, enum audience who,
		     struct rate_table **out, struct err *err) MUST_USE;
/* Of these rates, oldest first: for who has them from elsewhere. */
struct rate_table *rate_table_of(struct arena *a, struct str source,
				 const struct rate_row *rows, size_t n);

/* How an amount in one currency becomes one in another. */
struct rate_way {
	enum rate_gap { RATE_FOUND, RATE_NONE, RATE_NO_DAY, RATE_TOO_LARGE } gap;
	struct rate_step steps[RATE_STEPS_MAX];
	size_t n; /* 0: the currency is the same */
	struct rate_fraction by;
};
extern const char *const rate_gap_names[]; /* "", "no-rate", "no-date", "too-large" */
void rate_table_way(const struct rate_table *t, struct str from, struct str to, int32_t day,
		    struct rate_way *out);
struct str rate_table_source(const struct rate_table *t);
/* Where a step leads. */
struct str rate_step_to(const struct rate_step *s);

#endif
