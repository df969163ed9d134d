/* Figures kept line by line (view_money.h): how they are written.  Private to src/store/. */
#ifndef STORE_MONEY_H
#define STORE_MONEY_H
#include "store/packed.h"
#include "store/view_money.h"

struct projection;
struct row;

extern const struct packed_shape money_shape;
/* What came and went since the last settling. */
struct money_piles {
	struct pile of[MONEY_LOGS];
	uint32_t last[MONEY_LOGS][MONEY_COLUMNS]; /* the words of the line before */
};
void money_init(struct money_piles *m);
void money_done(struct money_piles *m);
void money_clear(struct money_piles *m);
/* A record's row came (1) or went (-1). */
void money_row(struct projection *p, const struct row *r, int sign);
bool money_settle(struct projection *p, struct err *err) MUST_USE;

#endif
