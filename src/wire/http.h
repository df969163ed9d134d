/*
 * HTTP/1.1 over libmicrohttpd: one event loop reads and writes, a pool of workers
 * answers (a slow answer delays nobody else).  What the library lets through and must
 * not pass is refused here: Content-Length beside Transfer-Encoding, repeated
 * Content-Length or Host (request smuggling), over-long targets, bodies over a route's bound.
 */
#ifndef WIRE_HTTP_H
#define WIRE_HTTP_H
#include "base/arena.h"
#include "base/err.h"

enum { HTTP_TARGET_MAX = 8192, HTTP_ARENA_MAX = 512 << 20 };

struct http_pair {
	struct str name, value;
};
enum { HTTP_PAIRS_MAX = 1000 };

struct http_request {
	struct str method;           /* "GET", "HEAD", "POST" … */
	struct str path;             /* percent-decoded, well-formed UTF-8, begins with / */
	struct str target;           /* path and query as sent: an address to come back to */
	struct http_pair *query;     /* decoded */
	size_t query_count;
	struct str body, body_type;  /* media type without parameters, lower case */
	struct http_pair *form;      /* of application/x-www-form-urlencoded and multipart bodies */
	size_t form_count;
	struct http_file *files;     /* of multipart bodies */
	size_t file_count;
	struct str peer;             /* address of the client, text */
	void *opaque;                /* wire's own */
};
struct http_file {
	struct str field, name, media, bytes;
};
struct str http_header(const struct http_request *q, const char *name); /* empty when absent */
struct str http_cookie(const struct http_request *q, const char *name);
struct str http_param(const struct http_request *q, const char *name);  /* first of the query */
struct str http_field(const struct http_request *q, const char *name);  /* first of the form */

struct http_answer {
	unsigned status;
	const char *type;            /* "text/html; charset=utf-8" */
	struct str body;             /* in the request's arena, or of a page held by `hold` */
	int fd;                      /* a file to send instead, or -1; closed by wire; Range is honoured */
	uint64_t fd_size;
	struct http_pair headers[24];
	size_t header_count;
	/* When set: called once the body has been sent; the body is borrowed until then. */
	void (*release)(void *hold);
	void *hold;
};
/* Values are copied into the arena.  Control characters in a value are a bug (assert). */
void http_set(struct arena *a, struct http_answer *r, const char *name, struct str value);
/* ETag strong and quoted; answers 304 by itself when If-None-Match has it. */
void http_etag(struct arena *a, const struct http_request *q, struct http_answer *r, struct str tag);
void http_redirect(struct arena *a, struct http_answer *r, unsigned status, struct str where);

struct http_server;
struct http_plan {
	const char *address;         /* "127.0.0.1", "[::1]", "0.0.0.0" */
	uint16_t port;               /* 0: any free one */
	const char *tls_cert, *tls_key; /* files; NULL: plain */
	unsigned workers;
	/* May this body be read at all?  Bytes allowed for this method and path; 0 refuses (405 or 413). */
	size_t (*body_max)(void *ctx, struct str method, struct str path);
	/* In a worker thread; `worker` is 0 .. workers - 1; the arena lives until the answer is sent. */
	void (*answer)(void *ctx, unsigned worker, struct arena *a, const struct http_request *q,
	               struct http_answer *r);
	/* On the event loop, before a worker is asked: true when it answered from memory at once. */
	bool (*quick)(void *ctx, struct arena *a, const struct http_request *q, struct http_answer *r);
	void *ctx;
};
bool http_start(const struct http_plan *plan, struct http_server **out, struct err *err) MUST_USE;
uint16_t http_port(const struct http_server *s);
void http_stop(struct http_server *s); /* lets answers in progress finish */

#endif
