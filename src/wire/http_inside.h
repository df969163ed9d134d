/* What the files of the HTTP server share; private to src/wire/http*.c. */
#ifndef WIRE_HTTP_INSIDE_H
#define WIRE_HTTP_INSIDE_H
#include "wire/http.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <sys/socket.h>

/* --- http_watch.c: who is connected, and until when --- */

/*
 * Times are whole seconds that the watching thread counts.  A connection that has not
 * come to its next stage in time is shut down; the event loop then sees its end.
 */
struct watch;
struct watched;

bool watch_start(unsigned patience, struct watch **out, struct err *err) MUST_USE;
void watch_stop(struct watch *w);
/* Whether this address may have one connection more. */
bool watch_admits(struct watch *w, const struct sockaddr *from);
struct watched *watch_enter(struct watch *w, int fd, const struct sockaddr *from);
void watch_leave(struct watch *w, struct watched *c);
unsigned watch_count(const struct watch *w);
void watch_head(struct watch *w, struct watched *c); /* awaiting the head of a request */
/* Taking or sending `bytes`: a minute, and a second for each KiB. */
void watch_move(struct watch *w, struct watched *c, uint64_t bytes);
void watch_rest(struct watch *w, struct watched *c); /* the server's turn: no limit */

/* --- http_body.c: a body as it comes in --- */

struct http_body {
	struct buf kept; /* up to HTTP_BODY_KEPT bytes */
	int fd;          /* beyond: an unlinked file; -1: none */
	void *map;
	uint64_t size, max, in_file;
	atomic_ullong
		*filed; /* bytes in such files, of all requests; at most HTTP_BODIES_FILED */
};

void body_begin(struct http_body *in, uint64_t max, atomic_ullong *filed);
/* 0, or the status that refuses: 413 past `max`, 503 when the disk does not take it. */
unsigned body_add(struct http_body *in, struct str piece);
/* The whole body, until body_done; false when it cannot be read back. */
bool body_whole(struct http_body *in, struct str *body) MUST_USE;
void body_done(struct http_body *in);

/* --- one request and its answer --- */

enum stage {
	STAGE_HEAD,    /* its head has not been looked at */
	STAGE_BODY,    /* its body comes in */
	STAGE_WORKER,  /* a worker has it; the connection is suspended */
	STAGE_RESUMED, /* its answer was put off, and is to be made */
	STAGE_ANSWERED /* `response` is to be queued */
};

struct exchange {
	struct http_server *server;
	struct MHD_Connection *connection;
	struct watched *watched;
	enum stage stage;
	bool counted, close; /* close: no further request on this connection */
	struct arena arena;
	struct http_body body;
	struct http_request q;
	struct http_answer r;
	struct MHD_Response *response;
	unsigned status;
	bool *put_off; /* of the worker that has it: http_later was called */
	void *later;
	struct exchange *next; /* in the workers' queue */
	char target[];
};

/* --- http_request.c --- */

struct head {
	uint64_t length;       /* Content-Length; 0 when absent */
	bool chunked, expects; /* expects: 100-continue */
};
/* Read the head; false: malformed in a way that another server might read otherwise. */
bool request_head(struct exchange *x, const char *method, const char *version,
		  struct head *h) MUST_USE;
/* The rest: query, body, form, files, peer.  What cannot be read sets `refused`. */
void request_fill(struct exchange *x);

/* --- http_answer.c --- */

/* What x->r says as the library wants it; *size is how many bytes will go out. */
struct MHD_Response *answer_response(struct exchange *x, unsigned *status, uint64_t *size);
/* Give back what x->r and x->response hold, sent or not. */
void answer_done(struct exchange *x);
/* A plain text of wire's own, for what no page answers; closes the connection. */
struct MHD_Response *answer_plain(struct str text);

#endif
