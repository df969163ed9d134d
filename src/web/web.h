/*
 * The node's face: pages in French, Russian and English, and the API.
 *
 * Every address is one row of the route table (routes.c): method, pattern, who may see
 * it, how large a body may be, the function that answers.  A row without an audience
 * stops the server at start.  A page function reads through its view and writes HTML;
 * it decides nothing about rights: what it may see is in `struct visit`.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H
#include "register/account.h"
#include "wire/html.h"
#include "wire/http.h"

struct web; /* one server: node, workers, page cache */

enum { ROUTE_PARTS = 6, PAGE_MAX = 16 << 20 };

/* What a page hangs on beside its address, who asks, and this program. */
struct page_state {
	uint64_t generation, served; /* of the store (store.h) */
	int32_t day;                 /* days since 1970: what is late changes by itself */
};
static inline bool page_state_same(const struct page_state *a, const struct page_state *b)
{
	return a->generation == b->generation && a->served == b->served && a->day == b->day;
}

/* One request as a page sees it. */
struct visit {
	struct web *web;
	struct node *node;
	struct view *view; /* inside view_begin … view_end */
	struct arena *a;
	const struct http_request *q;
	struct http_answer *r;
	struct person person;
	enum audience who; /* what this person may read */
	enum lang lang;
	int32_t today;                 /* days since 1970 */
	struct str parts[ROUTE_PARTS]; /* what the pattern's braces matched, in order */
	struct buf out;                /* the page; the frame takes it */
	const struct route *route;     /* NULL: no row matches */
	struct page_state state;       /* when the visit began */
	int64_t begun;                 /* milliseconds */
	bool *put_off;                 /* visit_later was called */
	void (*then)(struct visit *v);
	void *with;
	const struct ledger_row *ledgers; /* as this view sees them; none before view_begin */
	size_t ledger_count;
	/* Of the charter's ledgers in their order, as far as they were asked for (party_name).
	 */
	struct str party_names[CHARTER_LEDGERS_MAX];
};

enum access {
	ACCESS_UNSTATED, /* a row that forgot to say: the server does not start */
	ACCESS_PUBLIC,
	ACCESS_READER,
	ACCESS_CLERK,
	ACCESS_SECRETARY,
	ACCESS_ADMIN
};
struct route {
	const char *method;  /* "GET" also answers HEAD */
	const char *pattern; /* "/{lang}/search": {lang} is fr, ru or en, {} one segment, a last
				{*} the rest */
	enum access access;
	size_t body_max;
	bool cached; /* same for everybody who is not signed in: kept, with an ETag of ledgers,
			day, address */
	void (*answer)(struct visit *v);
};
extern const struct route routes[];
extern const size_t route_count;

struct web_plan {
	const char *address;
	uint16_t port;
	const char *tls_cert, *tls_key;
	unsigned workers;
};
/* Refuses to start (ERR_BROKEN, the row named) when a row of `routes` does not say who may see
 * it. */
bool web_start(struct node *n, const struct web_plan *plan, struct web **out,
	       struct err *err) MUST_USE;
uint16_t web_port(const struct web *w);
void web_stop(struct web *w);

/* --- for pages (frame.c) --- */
/* Page head: language links, navigation, sign-in; `title` is plain text. */
void page_begin(struct visit *v, struct str title);
void page_end(struct visit *v); /* closes the page and hands it to the answer, status 200 unless
				   set */
/* A translated literal as escaped text. */
#define page_say(v, lit) html_text(&(v)->out, T((v)->lang, lit))
/* Href of a record in the visit's language: /fr/project/joint/0197… */
void page_record_href(struct visit *v, const struct record *r, struct ref ref);
/* An error page (or problem+json for the API), status by kind, sentence in the visit's
 * language. */
void page_error(struct visit *v, const struct err *err);
/* Whether this person may hand in a draft of this type: accepting and declining bind the party,
   publishing and erasing sealed bodies is for good: a secretary's.  The door asks no roles;
   whoever hands in a draft for a visitor asks here first. */
bool visit_may_do(const struct visit *v, struct str type, struct err *err) MUST_USE;
/* Kind to HTTP status: the web's half of the one table (cli has exit codes). */
unsigned web_status(enum err_kind k);

/* One field's value as HTML: links for references, <time>, tabular figures, the language marked
   when it is not the one asked for. */
void page_value(struct visit *v, const struct field *f, const struct json *value);

#endif
