/* From an address to a row of the route table.  Pure. */
#ifndef WEB_ROUTER_H
#define WEB_ROUTER_H
#include "web/web.h"

/* Whether `path` has the shape of `pattern`; what its braces matched. */
bool route_matches(const char *pattern, struct str path, struct str parts[ROUTE_PARTS]);

struct route_table {
	const struct route *rows;
	size_t count;
};
/*
 * The first row whose pattern and method match; HEAD asks as GET.  NULL when there is
 * none; `*methods` then lists those that the path knows ("GET, HEAD"), empty when the path is
 * unknown.
 */
const struct route *route_find(const struct route_table *t, struct str method, struct str path,
			       struct str parts[ROUTE_PARTS], struct buf *methods);
/* ERR_BROKEN naming the first row that states no audience, or no answer. */
bool routes_check(const struct route_table *t, struct err *err) MUST_USE;

/* The language that begins the path ("/fr/…"); false when none does. */
bool path_lang(struct str path, enum lang *lang);
/*
 * An address of this site to go back to: a path from the root.  No host can hide in it
 * ("//x", "/\x"), nor a control character.
 */
bool local_address(struct str target);

#endif
