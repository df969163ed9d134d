/*
 * Pieces of pages that are the same on every page of a list for whoever is not signed in, and
 * dear to make: kept as HTML for one state of the store, language and record type.  Any thread.
 */
#ifndef WEB_KEPT_H
#define WEB_KEPT_H
#include "web/web.h"

enum kept_piece {
	KEPT_FILTERS, /* of a list that asks for nothing */
	KEPT_HELP,
	KEPT_PIECES
};
struct kept;
struct kept *kept_new(void);
void kept_free(struct kept *k);
/* The piece as it is kept, or as `write` makes it. */
void page_kept(struct visit *v, enum kept_piece piece, const struct record *r,
	       void (*write)(struct visit *v, const struct record *r));

#endif
