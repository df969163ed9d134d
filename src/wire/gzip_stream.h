/* gzip (RFC 1952) piece by piece, over zlib: for files larger than memory. */
#ifndef WIRE_GZIP_STREAM_H
#define WIRE_GZIP_STREAM_H
#include "base/str.h"

struct gzip_in;
struct gzip_in *gzip_in_begin(void);
void gzip_in_end(struct gzip_in *g); /* NULL is harmless */
/*
 * Unpack from the front of *in, which is shortened by what was used, into `out`; *n bytes come
 * out, *ended after the last one.  False when the bytes are damaged.
 */
bool gzip_in_step(struct gzip_in *g, struct str *in, void *out, size_t max, size_t *n,
		  bool *ended) MUST_USE;

struct gzip_out;
struct gzip_out *gzip_out_begin(void);
void gzip_out_end(struct gzip_out *g); /* NULL is harmless */
/*
 * Pack from the front of *in into `out`; call again until *in is empty and *n is 0.  After the
 * last of the input: call with `last` and an empty *in until *n is 0.
 */
void gzip_out_step(struct gzip_out *g, struct str *in, bool last, void *out, size_t max,
		   size_t *n);

#endif
