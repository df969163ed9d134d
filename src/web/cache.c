#include "web/cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 2048, HEADERS_COST = 2048 };

struct page {
	char *target; /* NULL: the slot is empty */
	size_t target_n, cost;
	bool gzip;
	struct page_state state;
	char *tag;
	struct http_ready *whole, *unchanged; /* 200 and 304 */
};

struct cache {
	pthread_mutex_t lock;
	size_t bytes, hand; /* hand: the slot that is emptied next for want of room */
	struct page slots[SLOTS];
};

struct cache *cache_new(void)
{
	struct cache *c = calloc(1, sizeof(*c));

	if (!c)
		abort();
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

static void empty(struct cache *c, struct page *p)
{
	if (!p->target)
		return;
	c->bytes -= p->cost;
	free(p->target);
	free(p->tag);
	http_ready_drop(p->whole);
	http_ready_drop(p->unchanged);
	*p = (struct page){ 0 };
}

void cache_free(struct cache *c)
{
	for (size_t i = 0; i < SLOTS; i++)
		empty(c, &c->slots[i]);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* FNV-1a: an address picks its one slot; two that fall on the same one take turns. */
static struct page *slot_of(struct cache *c, struct str target, bool gzip)
{
	uint64_t h = 14695981039346656037u + gzip;

	for (size_t i = 0; i < target.n; i++)
		h = (h ^ (unsigned char)target.p[i]) * 1099511628211u;
	return &c->slots[(h ^ h >> 32) % SLOTS];
}

static bool is_page(const struct page *p, const struct page_state *s, struct str target,
		    bool gzip)
{
	return p->target && p->gzip == gzip && page_state_same(&p->state, s) &&
	       str_eq(str_of(p->target, p->target_n), target);
}

struct http_ready *cache_find(struct cache *c, const struct page_state *s,
			      const struct http_request *q, bool gzip)
{
	struct http_ready *found = NULL;
	struct page *p;

	pthread_mutex_lock(&c->lock);
	p = slot_of(c, q->target, gzip);
	if (is_page(p, s, q->target, gzip))
		found = http_ready_hold(http_has_tag(q, str_z(p->tag)) ? p->unchanged
								       : p->whole);
	pthread_mutex_unlock(&c->lock);
	return found;
}

static char *copy(struct str s)
{
	char *z = malloc(s.n + 1);

	if (!z)
		abort();
	if (s.n)
		memcpy(z, s.p, s.n);
	z[s.n] = '\0';
	return z;
}

static struct str tag_of(const struct http_answer *r)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (str_is(r->headers[i].name, "ETag"))
			return r->headers[i].value;
	return S("");
}

struct http_ready *cache_keep(struct cache *c, const struct page_state *s,
			      const struct http_request *q, bool gzip, struct http_answer *r)
{
	struct http_answer unchanged = *r;
	struct page p = { .target_n = q->target.n, .gzip = gzip, .state = *s };
	struct page *slot;

	p.cost = sizeof(p) + q->target.n + r->body.n + HEADERS_COST;
	if (r->body.n > CACHE_PAGE_MAX)
		return NULL;
	unchanged.status = 304;
	unchanged.type = NULL;
	unchanged.body = S("");
	unchanged.release = NULL;
	p.target = copy(q->target);
	p.tag = copy(tag_of(r));
	p.whole = http_ready_make(r);
	p.unchanged = http_ready_make(&unchanged);
	http_ready_hold(p.whole); /* for the caller */
	pthread_mutex_lock(&c->lock);
	slot = slot_of(c, q->target, gzip);
	empty(c, slot);
	while (c->bytes + p.cost > CACHE_BYTES)
		empty(c, &c->slots[c->hand++ % SLOTS]);
	*slot = p;
	c->bytes += p.cost;
	pthread_mutex_unlock(&c->lock);
	return p.whole;
}
