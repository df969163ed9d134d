/* This node as the side that opens a pouch: its keys and trees through one view. */
#ifndef EXCHANGE_POUCH_HERE_H
#define EXCHANGE_POUCH_HERE_H
#include "exchange/pouch_verify.h"

struct pouch_here {
	struct node *node;
	struct view *view;
	struct arena *a;
	struct ledger_row *rows;
	size_t row_count;
	struct pouch_side side;
};
/* `out` must stay where it is; between the two everything is of one moment. */
bool pouch_here_begin(struct node *n, struct arena *a, struct pouch_here *out,
		      struct err *err) MUST_USE;
void pouch_here_end(struct pouch_here *h);
/* NULL when this register has no such ledger; pouch_here_find says so with an error. */
const struct ledger_row *pouch_here_row(const struct pouch_here *h, struct str ledger);
bool pouch_here_find(const struct pouch_here *h, struct str ledger,
		     const struct ledger_row **out, struct err *err) MUST_USE;

#endif
