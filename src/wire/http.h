/*
 * HTTP/1.1 over libmicrohttpd: one event loop reads and writes, a pool of workers
 * answers (a slow answer delays nobody else).  What the library lets through and must
 * not pass is refused here: Content-Length beside Transfer-Encoding, repeated
 * Content-Length or Host (request smuggling), over-long targets, bodies over a route's bound.
 *
 * Nobody can hold a connection without using it: each stage of a request has a time it must
 * be over by (http_watch.c), and one address holds at most HTTP_PER_PEER connections.
 */
#ifndef WIRE_HTTP_H
#define WIRE_HTTP_H
#include "base/arena.h"
#include "base/err.h"

enum {
	HTTP_TARGET_MAX = 8192,
	HTTP_PAIRS_MAX = 20000, /* of a query or a form */
	HTTP_ARENA_MAX = 512 << 20,
	HTTP_CONNECTIONS = 1000,
	HTTP_PER_PEER = 200, /* of one address; loopback (a proxy) has no bound of its own */
	/* A larger body is kept in an unlinked file, not in memory; all such files together. */
	HTTP_BODY_KEPT = 256 << 10,
	HTTP_BODIES_FILED = 1 << 30,
	/* So much of a body that is refused is read all the same: the client then hears why. */
	HTTP_BODY_DRAINED = 32 << 20
};

struct http_pair {
	struct str name, value;
};

struct http_file {
	struct str field, name, media, bytes;
};

struct http_request {
	struct str method; /* "GET", "HEAD", "POST" … */
	struct str path;   /* percent-decoded, well-formed UTF-8, no control characters, begins
			      with / */
	struct str target; /* path and query as sent: an address to come back to */
	/*
	 * 0, or why this request must not be acted on: 400 its path, query or form cannot be
	 * read, 413 its body is larger than body_max allows, 414 its target is too long.
	 * Whoever answers says so in words.  What could not be read is empty (path: "/").
	 */
	unsigned refused;
	/* From here on filled for `answer`, empty in `quick`. */
	struct http_pair *query; /* decoded */
	size_t query_count;
	struct str body, body_type; /* media type without parameters, lower case */
	struct http_pair *form; /* of application/x-www-form-urlencoded and multipart bodies */
	size_t form_count;
	struct http_file *files; /* of multipart bodies */
	size_t file_count;
	struct str peer; /* address of the client, text */
	void *opaque;    /* wire's own */
};
struct str http_header(const struct http_request *q, const char *name); /* empty when absent */
struct str http_cookie(const struct http_request *q, const char *name);
struct str http_param(const struct http_request *q, const char *name); /* first of the query */
struct str http_field(const struct http_request *q, const char *name); /* first of the form */
/* Whether the client takes gzip (RFC 9110 12.5.3). */
bool http_takes_gzip(const struct http_request *q);
/* Whether If-None-Match has this tag (quoted, as in the ETag header) or is `*`. */
bool http_has_tag(const struct http_request *q, struct str tag);

/* An answer made once and sent many times: a page in a cache.  Counted references, any thread.
 */
struct http_ready;

struct http_answer {
	unsigned status;
	const char *type; /* "text/html; charset=utf-8"; NULL: no body */
	struct str body;  /* in the request's arena, or of something held by `hold` */
	int fd;           /* a file to send instead, or -1; closed by wire; Range is honoured */
	uint64_t fd_size;
	struct http_pair headers[24];
	size_t header_count;
	/* When set: called once the body has been sent; the body is borrowed until then. */
	void (*release)(void *hold);
	void *hold;
	/* When set, this is sent and nothing of the above but release; wire drops one
	 * reference. */
	struct http_ready *ready;
};
/* Values are copied into the arena.  Control characters in a value are a bug (assert). */
void http_set(struct arena *a, struct http_answer *r, const char *name, struct str value);
/* ETag strong, given without its quotes; answers 304 by itself when If-None-Match has it. */
void http_etag(struct arena *a, const struct http_request *q, struct http_answer *r,
	       struct str tag);
void http_redirect(struct arena *a, struct http_answer *r, unsigned status, struct str where);

/* Status, headers and a copy of the body of `r`, or the body itself when it is large and what
 * `r` holds: then `r` releases it no more.  One reference, the caller's. */
struct http_ready *http_ready_make(struct http_answer *r);
struct http_ready *http_ready_hold(struct http_ready *h); /* one reference more; returns h */
void http_ready_drop(struct http_ready *h);

/*
 * Within `answer`: what makes the answer is still to come, and no thread waits for it.  From
 * here on the request is the caller's, beyond the end of `answer`, until http_go_on, from any
 * thread, once, has `resume` called, unless the client has gone.
 */
void http_later(const struct http_request *q, void *later);
void http_go_on(const struct http_request *q);

struct http_server;
struct http_plan {
	const char *address;            /* "127.0.0.1", "[::1]", "0.0.0.0" */
	uint16_t port;                  /* 0: any free one */
	const char *tls_cert, *tls_key; /* PEM files; NULL: plain */
	unsigned workers;
	/* How long a client may take to send the head of a request, seconds; 0: 30.
	   Under pressure (three quarters of the connections in use) a tenth of it. */
	unsigned patience;
	/* How large a body may be for this method and path; 0: none. */
	size_t (*body_max)(void *ctx, struct str method, struct str path);
	/* In a worker thread; `worker` is 0 .. workers - 1; the arena lives until the answer is
	 * sent. */
	void (*answer)(void *ctx, unsigned worker, struct arena *a,
		       const struct http_request *q, struct http_answer *r);
	/* Makes the answer that was put off (http_later); on the event loop. */
	void (*resume)(void *ctx, void *later);
	/* On the event loop, before a worker is asked: true when it answered from memory at
	 * once. */
	bool (*quick)(void *ctx, struct arena *a, const struct http_request *q,
		      struct http_answer *r);
	void *ctx;
};
bool http_start(const struct http_plan *plan, struct http_server **out,
		struct err *err) MUST_USE;
uint16_t http_port(const struct http_server *s);
/* How many connections are open. */
unsigned http_connections(const struct http_server *s);
void http_stop(struct http_server *s); /* lets answers in progress finish */

#endif
