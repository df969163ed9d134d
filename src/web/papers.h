/*
 * Papers from the pages: a line on a page with the way to each form of its papers, and the
 * address that makes them.
 *
 *   /fr/papers/execution.pdf?id=joint/0197… &with=ru &period=2026-Q2
 *
 * The paper is that of `benkan report`, for the audience of the page; the language of the
 * address stands left, that of `with` right.
 */
#ifndef WEB_PAPERS_H
#define WEB_PAPERS_H
#include "web/pages.h"

/* The papers there are about a record, on its page; nothing for most records. */
void papers_of_record(struct visit *v, const struct record *r, struct ref ref);
/* The way to papers of these kinds (names of report.h, ended by NULL), all about one record
 * ("joint/0197…", empty: the one meant), or of a period. */
struct papers_about {
	struct str id, period;
};
void papers_line(struct visit *v, const char *const *kinds, const struct papers_about *about);

void page_paper(struct visit *v); /* GET  /{}/papers/{}   public, cached; KIND.FORMAT */

#endif
