/*
 * What the files of the server's core share: server.c (a request's way), guard.c (who may),
 * cache.c (kept pages), frame.c (what every page has around it), and the answers that are
 * not pages of records.  Pages themselves know web.h alone.
 */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H
#include "web/cache.h"
#include "web/router.h"

#include <pthread.h>
#include <stdatomic.h>

enum { LATENCY_BOUNDS = 10, STATUS_CLASSES = 6, ASSET_COUNT = 2, BUILD_BYTES = 16 };
struct counters {
	atomic_ullong status[STATUS_CLASSES]; /* by hundreds */
	atomic_ullong latency[LATENCY_BOUNDS + 1], latency_ms;
	atomic_ullong cache_hits, cache_misses;
};
extern const unsigned latency_bounds[LATENCY_BOUNDS]; /* milliseconds */

/* A figure of the first page that takes long to reckon, as it was at one state of the store. */
struct kept_figure {
	bool known;
	struct page_state state;
	uint64_t n;
};

struct web {
	struct node *node;
	/* As many requests read at once; more of them may wait for what they wrote. */
	unsigned workers, reading;
	pthread_mutex_t lock;
	pthread_cond_t given;
	bool tls;
	struct http_server *http;
	struct cache *cache;
	struct arena arena;
	struct str asset_hashes[ASSET_COUNT];
	struct counters counters;
	atomic_uint signing_in, drawing;  /* drawing: papers */
	struct pouch_shelf *shelf;        /* pouch_shelf.h */
	struct kept *kept;                /* kept.h */
	struct kept_figure at_risk[3];    /* by audience; under `lock` */
	unsigned char build[BUILD_BYTES]; /* of this program: other code, other pages */
};

/* --- server.c --- */
bool is_api(const struct visit *v);
/*
 * Give the view back: what follows only waits, for a commit, and others may read meanwhile.
 * The visit has none after that.
 */
void visit_read_no_more(struct visit *v);
/*
 * Nothing is waited for: `then` makes the answer, of `with`, after http_go_on, on the event
 * loop and without a view.  From here on the visit may be over before this thread goes on.
 */
void visit_later(struct visit *v, void (*then)(struct visit *v), void *with);
/* Signed out, and on a row that says its pages are the same for everybody. */
bool is_shared(const struct visit *v);

/* --- build_id.c --- */
/* Changes with the program: the note that the linker makes of its bytes; zeros when it made
 * none. */
void build_id(unsigned char out[BUILD_BYTES]);

/* --- guard.c --- */
/* Whether the request came by TLS: to this server, or to a proxy before it. */
bool is_secure(const struct visit *v);
/* `__Host-benkan` by TLS (RFC 6265bis 4.1.3.2), else `benkan`. */
const char *cookie_name(bool secure);
/* Whether the request bears anything that could be somebody's. */
bool has_credentials(const struct http_request *q);
/*
 * Fill v->person (its csrf: the secret of the session) and v->who: from the cookie on pages,
 * from the bearer token on the API, so that no foreign page can write through the API by a
 * cookie.
 */
void guard_person(struct visit *v);
bool guard_role(const struct visit *v, enum access least);
/*
 * Whether this POST may act: Sec-Fetch-Site or Origin must not name another site, and with
 * a session the form bears its token.  What a bearer token signs needs neither.
 */
enum sender { SENDER_OURS, SENDER_STALE /* a page of an earlier session */, SENDER_FOREIGN };
enum sender guard_post(const struct visit *v);
/*
 * Put a token in the place of the session's secret, after guard_post.  It is derived from
 * the secret and the address: the secret itself stands in no page, where compression would
 * let it be guessed (BREACH).
 */
void guard_mask(struct visit *v);
void set_cookie(struct visit *v, struct str value, unsigned seconds);

/* --- frame.c, error.c --- */
/* The headers every answer bears. */
void frame_headers(struct visit *v);
/* An error with a status of its own; page_error takes the status of its kind. */
void page_refuse(struct visit *v, unsigned status, const struct err *err);
/* Several errors of one draft, for the API. */
void problem(struct visit *v, unsigned status, const struct err *errs, size_t n);
/* An answer that is not a page: takes v->out. */
void answer_out(struct visit *v, const char *type);
/* An answer that may be asked for in ranges, as a file in memory (sealed_file.c). */
bool answer_memory(struct visit *v, struct str file) MUST_USE;
void cache_for_ever(struct visit *v);
struct str register_title(const struct visit *v); /* as the charter has it */

/* --- answers --- */
void to_language(struct visit *v); /* / and /fr: to /fr/ */
void sign_in_page(struct visit *v);
void sign_in_post(struct visit *v);
void sign_out_post(struct visit *v);
/* A form was sent without a session, or from a page of an earlier one: nothing of it is lost.
 */
void sign_in_carrying(struct visit *v);
/* Any page of any site may read this answer: a verifier can be a page of somebody else's. */
void open_to_all(struct visit *v);
void log_checkpoint(struct visit *v);
void log_tile(struct visit *v);
void blob(struct visit *v);
void sealed_file(struct visit *v); /* sealed_file.c: GET /sealed/{} */
void witness_add(struct visit *v); /* exchange.c, from here on */
void witness_head(struct visit *v);
void mirror_checkpoint(struct visit *v);
void mirror_tile(struct visit *v);
void witnessed_checkpoint(struct visit *v);
void witnessed_tile(struct visit *v);
void policy(struct visit *v);
void keys(struct visit *v);
void evidence(struct visit *v);
void evidence_list(struct visit *v);
void data_activities(struct visit *v); /* GET  /data/activities.xml */
void pouch_get(struct visit *v);       /* GET  /pouch: by the party's signature */
void pouch_post(struct visit *v);      /* POST /pouch */
void api_list(struct visit *v);
void api_record(struct visit *v);
void api_figures(struct visit *v);
void api_totals(struct visit *v);
void api_desk(struct visit *v);
void api_desk_csv(struct visit *v);
void api_acts(struct visit *v);
void api_openapi(struct visit *v);
void data_file(struct visit *v);       /* data.c: GET /data/{} */
void data_feed(struct visit *v);       /* feed.c: GET /data/feed.atom */
void map_image(struct visit *v);       /* map_files.c: GET /{lang}/map.svg */
void data_map(struct visit *v);        /* GET /data/map.geojson, with the filters of the page */
void data_boundaries(struct visit *v); /* GET /data/boundaries.geojson */
void data_calendar(struct visit *v);   /* calendar_file.c: GET /data/calendar.ics */
void ops_health(struct visit *v);
void ops_metrics(struct visit *v);
void robots(struct visit *v);

/* --- assets.c --- */
void asset(struct visit *v);
void favicon(struct visit *v);
/* Once, at start: what stands in the addresses of the files. */
void assets_hash(struct str hashes[ASSET_COUNT], struct arena *a);
/* "/assets/<hash of its bytes>/benkan.css" of a file in assets/. */
void asset_href(const struct web *w, struct buf *out, const char *name);

#endif
