/*
 * What stands above some lists, and on some records' pages, beside what every type has:
 * letters with how long each body takes to answer, calls with their answers, partners with what
 * each has promised and done.
 */
#ifndef WEB_LIST_PARTS_H
#define WEB_LIST_PARTS_H
#include "web/pages.h"

/*
 * letters.c.  A letter that both sides have written down (same number, date, sender, recipient)
 * counts once.  It is answered by the first letter written in reply to it; the body it was sent
 * to took the days between the two dates.  Of an even number of times the median is the longer
 * of the two in the middle.
 *
 *   /fr/letters?view=unanswered|answered &by=ru/…
 */
void letters_part(struct visit *v);
/* The address asks for one of the views above instead of the list. */
bool letters_asked(const struct visit *v);

void calls_part(struct visit *v); /* calls.c: the calls that are open */
void call_part(struct visit *v, const struct record_row *call); /* its answers compared */

/* partners.c: the rows of the directory, and one partner whole. */
void partners_table(struct visit *v, const struct list_result *found);
void partner_part(struct visit *v, const struct record_row *organisation);

#endif
