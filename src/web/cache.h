/*
 * Pages kept as they were sent, for everybody who is not signed in.  A page holds for one
 * state of the store and one day; what is of another is not found, and its place is taken
 * by the next page.  Bounded by slots and by bytes.  Any thread.
 */
#ifndef WEB_CACHE_H
#define WEB_CACHE_H
#include "web/web.h"

struct cache;

enum { CACHE_BYTES = 16 << 20, CACHE_PAGE_MAX = 8 << 20 };

struct cache *cache_new(void);
void cache_free(struct cache *c);
/*
 * The page of this address in this encoding, or NULL; one reference, the caller's.  When
 * the request's If-None-Match has its tag, that is a 304.
 */
struct http_ready *cache_find(struct cache *c, const struct page_state *s,
			      const struct http_request *q, bool gzip);
/*
 * Keep the answer to this request; its ETag header is what later requests are compared with.
 * What it holds may go with it (http_ready_make).  Gives it as it is kept, one reference, the
 * caller's; NULL when it is too large.
 */
struct http_ready *cache_keep(struct cache *c, const struct page_state *s,
			      const struct http_request *q, bool gzip, struct http_answer *r);

#endif
