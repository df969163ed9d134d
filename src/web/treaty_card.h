/*
 * The treaty board: each agreement with every side's steps beside the other's, its entry into
 * force reckoned from its clause (model/treaty.h), notice and renewal, and what it obliges whom
 * to.  page_agreements.c reads and writes the page, treaty_card.c one agreement.
 *
 *   /fr/agreements?status=signed &kind=treaty &field=energy &q=words &page=2
 */
#ifndef WEB_TREATY_CARD_H
#define WEB_TREATY_CARD_H
#include "model/treaty.h"
#include "web/pages.h"

enum { BOARD_ROWS = 10, STEPS_MAX = ABOUT_ROWS };

struct board {
	struct visit *v;
	struct list_query q;
	struct list_result found;
	struct list_result procedures;
	struct str parties[TREATY_PARTIES_MAX];
	size_t party_count;
};

/* One agreement while it is written. */
struct instrument {
	struct board *b;
	const struct record_row *row;
	const struct json *data;
	const struct record_row *steps[STEPS_MAX]; /* procedure records of it */
	struct treaty_step said[STEPS_MAX];
	size_t n;
	struct treaty t;
};

void instrument_write(struct instrument *x);

#endif
