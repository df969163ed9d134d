/*
 * HTTP as a client, over libcurl: one peer, one connection kept open.
 * Answers are bounded by the caller; a slow, endless or silent peer is given up: it must send
 * 100 bytes a second, an answer as large as it may be within a minute and a second for each
 * KiB, and all together what fetch_bound allows.
 */
#ifndef WIRE_FETCH_H
#define WIRE_FETCH_H
#include "base/err.h"

#include <stdatomic.h>

struct fetch;

/* `base` is http:// or https://, host and perhaps a path; a final slash is dropped. */
bool fetch_open(struct str base, struct fetch **out, struct err *err) MUST_USE;
void fetch_close(struct fetch *f);
/* Bounds of all requests together, from here on. */
struct fetch_bounds {
	unsigned seconds;        /* of transfer */
	uint64_t bytes;          /* received */
	const atomic_bool *stop; /* given up once it is set; may be NULL */
};
void fetch_bound(struct fetch *f, const struct fetch_bounds *bounds);
/* What went over the line until here, both ways, headers too (not what TLS adds). */
void fetch_count(const struct fetch *f, unsigned *requests, uint64_t *bytes);
/*
 * GET base + path (which begins with a slash) into `out`, which is cleared first.
 * ERR_MISSING for 404; ERR_UNREACHABLE when nobody answers, answers with another status, or
 * with more bytes than out->max.
 */
bool fetch_get(struct fetch *f, struct str path, struct buf *out, struct err *err) MUST_USE;

enum { FETCH_HEADERS_MAX = 4 };
struct fetch_request {
	struct str path;
	const char *type; /* of the body; NULL: a GET without one, else a POST */
	struct str body;
	struct fetch_header {
		const char *name;
		struct str value;
	} headers[FETCH_HEADERS_MAX]; /* up to the first without a name */
};
/* The same for any request; whatever status the peer answers with is an answer. */
bool fetch_ask(struct fetch *f, const struct fetch_request *q, unsigned *status,
	       struct buf *out, struct err *err) MUST_USE;

#endif
