/*
 * A list's address: filters, order and page as one can share them.
 *
 *   ?q=words&status=2&project=joint/0197…&date=2026-03&date.from=2026-01-01&date.to=…
 *    &value.currency=XOF&party=ml&state=in_force&sort=-date&ended=1&page=2&after=…
 *
 * Names are fields of the record type marked `column`, and its references; what is not known is
 * ignored, so that an old address still opens a list.
 */
#ifndef WEB_LIST_ADDRESS_H
#define WEB_LIST_ADDRESS_H
#include "web/web.h"

enum { LIST_ROWS = 25, LIST_PAGES_MAX = 100000 };

/* Reads the query of the visit into `q` (record, who and lang are set too). */
void list_address_read(struct visit *v, const struct record *r, struct list_query *q);
/*
 * ` href="?…"`: this address with every parameter of `name` (and `name.…`) replaced by
 * `value`; an empty value takes it away.  The page goes back to the first.
 */
void list_address_href(struct visit *v, const char *name, struct str value);
/* ` href="?…"`: this address at another page, which stands behind the row that `after` names
 * (view.h: list_query; may be empty). */
void list_address_page(struct visit *v, uint64_t page, struct str after);
/* What a filter by a CODE, REF or BOOL asks for, in words: "open, raised to a session". */
struct str list_value_words(struct visit *v, const struct field *f, struct str value);
/* Value of `name` in the address; empty when absent. */
struct str list_address_value(const struct visit *v, const char *name);

#endif
