/*
 * HTTP as a client, over libcurl: one peer, one connection kept open.
 * Answers are bounded by the caller; a slow, endless or silent peer is given up.
 */
#ifndef WIRE_FETCH_H
#define WIRE_FETCH_H
#include "base/err.h"

struct fetch;

/* `base` is http:// or https://, host and perhaps a path; a final slash is dropped. */
bool fetch_open(struct str base, struct fetch **out, struct err *err) MUST_USE;
void fetch_close(struct fetch *f);
/*
 * GET base + path (which begins with a slash) into `out`, which is cleared first.
 * ERR_MISSING for 404; ERR_UNREACHABLE when nobody answers, answers with another status, or
 * with more bytes than out->max.
 */
bool fetch_get(struct fetch *f, struct str path, struct buf *out, struct err *err) MUST_USE;

#endif
