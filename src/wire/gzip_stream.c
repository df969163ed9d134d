#include "wire/gzip_stream.h"

#include <assert.h>
#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

/* 16 more than the largest window asks for a gzip header, without name or time. */
enum { LEVEL = 6, GZIP_WINDOW = 15 + 16, MEMORY = 8, STEP = 1 << 20 };

struct gzip_in {
	z_stream z;
	bool ended;
};

struct gzip_out {
	z_stream z;
	bool ended;
};

static uInt at_most(size_t n)
{
	return n < STEP ? (uInt)n : STEP;
}

struct gzip_in *gzip_in_begin(void)
{
	struct gzip_in *in = calloc(1, sizeof(*in));

	if (!in || inflateInit2(&in->z, GZIP_WINDOW) != Z_OK)
		abort();
	return in;
}

void gzip_in_end(struct gzip_in *g)
{
	if (!g)
		return;
	inflateEnd(&g->z);
	free(g);
}

bool gzip_in_step(struct gzip_in *g, struct str *in, void *out, size_t max, size_t *n,
		  bool *ended)
{
	uInt given = at_most(in->n), room = at_most(max);
	int said = Z_STREAM_END;

	*n = 0;
	if (!g->ended) {
		g->z.next_in = (const Bytef *)in->p;
		g->z.avail_in = given;
		g->z.next_out = out;
		g->z.avail_out = room;
		said = inflate(&g->z, Z_NO_FLUSH);
		*n = room - g->z.avail_out;
		*in = str_from(*in, given - g->z.avail_in);
		g->ended = said == Z_STREAM_END;
	}
	*ended = g->ended;
	return said == Z_OK || said == Z_STREAM_END || said == Z_BUF_ERROR;
}

struct gzip_out *gzip_out_begin(void)
{
	struct gzip_out *g = calloc(1, sizeof(*g));

	if (!g || deflateInit2(&g->z, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY,
			       Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	return g;
}

void gzip_out_end(struct gzip_out *g)
{
	if (!g)
		return;
	deflateEnd(&g->z);
	free(g);
}

void gzip_out_step(struct gzip_out *g, struct str *in, bool last, void *out, size_t max,
		   size_t *n)
{
	uInt given = at_most(in->n), room = at_most(max);
	int said;

	*n = 0;
	if (g->ended)
		return;
	g->z.next_in = (const Bytef *)in->p;
	g->z.avail_in = given;
	g->z.next_out = out;
	g->z.avail_out = room;
	said = deflate(&g->z, last && given == in->n ? Z_FINISH : Z_NO_FLUSH);
	assert(said == Z_OK || said == Z_STREAM_END || said == Z_BUF_ERROR);
	g->ended = said == Z_STREAM_END;
	*n = room - g->z.avail_out;
	*in = str_from(*in, given - g->z.avail_in);
}
