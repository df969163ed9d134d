#include "wire/http_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

enum { COPIED_MAX = 256 << 10 };

struct http_ready {
	atomic_uint refs;
	unsigned status;
	size_t size;
	struct MHD_Response *response;
};

void http_set(struct arena *a, struct http_answer *r, const char *name, struct str value)
{
	assert(r->header_count < sizeof(r->headers) / sizeof(r->headers[0]));
	for (size_t i = 0; i < value.n; i++)
		assert((unsigned char)value.p[i] >= 0x20 && value.p[i] != 0x7f);
	r->headers[r->header_count++] = (struct http_pair){ str_z(name), arena_str(a, value) };
}

void http_etag(struct arena *a, const struct http_request *q, struct http_answer *r,
	       struct str tag)
{
	struct str quoted = arena_join(a, arena_join(a, S("\""), tag), S("\""));

	http_set(a, r, "ETag", quoted);
	if (http_has_tag(q, quoted)) {
		r->status = 304;
		r->type = NULL;
		r->body = S("");
		if (r->fd >= 0)
			close(r->fd);
		r->fd = -1;
	}
}

void http_redirect(struct arena *a, struct http_answer *r, unsigned status, struct str where)
{
	r->status = status;
	http_set(a, r, "Location", where);
}

static void add_header(struct MHD_Response *m, const char *name, const char *value)
{
	enum MHD_Result added = MHD_add_response_header(m, name, value);

	assert(added == MHD_YES);
}

static void add_headers(struct MHD_Response *m, const struct http_answer *r)
{
	if (r->type)
		add_header(m, "Content-Type", r->type);
	for (size_t i = 0; i < r->header_count; i++)
		add_header(m, r->headers[i].name.p, r->headers[i].value.p);
}

static struct MHD_Response *from_bytes(struct str body, enum MHD_ResponseMemoryMode mode)
{
	/* The library takes a void * it does not write through. */
	union {
		const char *in;
		void *out;
	} p = { .in = body.n ? body.p : "" };
	struct MHD_Response *m = MHD_create_response_from_buffer(body.n, p.out, mode);

	if (!m)
		abort();
	return m;
}

struct MHD_Response *answer_plain(struct str text)
{
	struct MHD_Response *m = from_bytes(text, MHD_RESPMEM_PERSISTENT);

	add_header(m, "Content-Type", "text/plain; charset=utf-8");
	add_header(m, "Connection", "close");
	return m;
}

/* --- kept answers --- */

/* A large body that the answer holds itself need not be copied: the library frees it. */
static struct MHD_Response *from_held(struct http_answer *r)
{
	struct MHD_Response *m = MHD_create_response_from_buffer_with_free_callback(
		r->body.n, r->hold, r->release);

	if (!m)
		abort();
	r->release = NULL;
	return m;
}

struct http_ready *http_ready_make(struct http_answer *r)
{
	struct http_ready *h = malloc(sizeof(*h));

	if (!h)
		abort();
	*h = (struct http_ready){ .refs = 1, .status = r->status, .size = r->body.n };
	h->response = r->release && r->hold == r->body.p && r->body.n >= COPIED_MAX
			      ? from_held(r)
			      : from_bytes(r->body, MHD_RESPMEM_MUST_COPY);
	add_headers(h->response, r);
	return h;
}

struct http_ready *http_ready_hold(struct http_ready *h)
{
	atomic_fetch_add(&h->refs, 1);
	return h;
}

void http_ready_drop(struct http_ready *h)
{
	if (atomic_fetch_sub(&h->refs, 1) > 1)
		return;
	MHD_destroy_response(h->response);
	free(h);
}

/* --- files and ranges (RFC 9110 section 14) --- */

struct range {
	uint64_t from, to; /* both included */
};

/*
 * One range of bytes: 206 with `*out`, 416 when it lies outside, 200 when there is
 * none to honour (several, malformed, or If-Range names another version).
 */
static unsigned read_range(const struct exchange *x, uint64_t size, struct range *out)
{
	struct str s = http_header(&x->q, "Range"), if_range = http_header(&x->q, "If-Range"),
		   first, last;
	size_t dash;
	bool bound = true;

	if (!str_starts(s, S("bytes=")) || str_index(s, ',') < s.n)
		return 200;
	for (size_t i = 0; if_range.n && bound && i < x->r.header_count; i++)
		if (str_is(x->r.headers[i].name, "ETag"))
			bound = str_eq(x->r.headers[i].value, if_range);
	s = str_from(s, 6);
	dash = str_index(s, '-');
	first = str_cut(s, dash);
	last = str_from(s, dash + 1);
	*out = (struct range){ 0, size - 1 };
	if (!bound || dash == s.n || (first.n && !str_u64(first, INT64_MAX, &out->from)) ||
	    (last.n && !str_u64(last, INT64_MAX, &out->to)) || first.n + last.n == 0)
		return 200;
	if (!first.n) { /* the last N bytes */
		if (out->to == 0 || size == 0)
			return 416;
		*out = (struct range){ out->to < size ? size - out->to : 0, size - 1 };
	}
	if (last.n && first.n && out->to < out->from)
		return 200;
	if (out->to >= size)
		out->to = size - 1;
	return out->from < size ? 206 : 416;
}

/* "bytes 0-99/1234", or with a star when no range can be given. */
static void content_range(struct exchange *x, const struct range *range)
{
	struct buf b;

	buf_init(&b, 100);
	buf_lit(&b, "bytes ");
	if (range) {
		buf_u64(&b, range->from);
		buf_ch(&b, '-');
		buf_u64(&b, range->to);
	} else {
		buf_ch(&b, '*');
	}
	buf_ch(&b, '/');
	buf_u64(&b, x->r.fd_size);
	http_set(&x->arena, &x->r, "Content-Range", buf_str(&b));
	buf_done(&b);
}

static struct MHD_Response *from_file(struct exchange *x, unsigned *status, uint64_t *size)
{
	struct http_answer *r = &x->r;
	struct range range = { 0 };
	unsigned ranged = r->status == 200 ? read_range(x, r->fd_size, &range) : 200;
	struct MHD_Response *m;

	http_set(&x->arena, r, "Accept-Ranges", S("bytes"));
	*status = ranged == 200 ? r->status : ranged;
	*size = ranged == 416 ? 0 : ranged == 206 ? range.to - range.from + 1 : r->fd_size;
	if (ranged != 200)
		content_range(x, ranged == 206 ? &range : NULL);
	if (*size == 0)
		return from_bytes(S(""), MHD_RESPMEM_PERSISTENT);
	m = MHD_create_response_from_fd_at_offset64(*size, r->fd,
						    ranged == 206 ? range.from : 0);
	if (!m)
		abort();
	r->fd = -1;
	return m;
}

struct MHD_Response *answer_response(struct exchange *x, unsigned *status, uint64_t *size)
{
	struct http_answer *r = &x->r;
	struct MHD_Response *m;

	*status = r->ready ? r->ready->status : r->status;
	*size = r->ready ? r->ready->size : r->body.n;
	if (r->ready)
		return r->ready->response;
	m = r->fd >= 0 ? from_file(x, status, size)
		       : from_bytes(r->body, MHD_RESPMEM_PERSISTENT);
	add_headers(m, r);
	if (x->close)
		add_header(m, "Connection", "close");
	return m;
}

void answer_done(struct exchange *x)
{
	if (x->r.ready)
		http_ready_drop(x->r.ready);
	else if (x->response)
		MHD_destroy_response(x->response);
	if (x->r.fd >= 0)
		close(x->r.fd);
	if (x->r.release)
		x->r.release(x->r.hold);
}
