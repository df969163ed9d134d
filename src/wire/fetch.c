#include "wire/fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>

/* Give up on a peer that cannot be reached, or sends less than 100 bytes a second for a minute.
 */
enum { CONNECT_SECONDS = 15, SLOW_BYTES = 100, SLOW_SECONDS = 60 };
/* And on an answer that takes longer than a minute and a second for each KiB it may have. */
enum { ANSWER_SECONDS = 60, ANSWER_BYTES = 1 << 10, LEAST_MS = 10, HEADER_MAX = 16 << 10 };

struct fetch {
	CURL *curl;
	struct buf url;
	size_t base; /* bytes of url that every request shares */
	struct fetch_bounds bounds;
	struct buf *out;   /* of the request at hand */
	uint64_t received; /* all bodies, as they unpack */
	curl_off_t spent;  /* microseconds of transfer */
	unsigned requests;
	uint64_t bytes;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start_curl(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		abort();
}

static size_t take(char *p, size_t size, size_t n, void *ctx)
{
	struct fetch *f = ctx;

	f->received += size * n;
	buf_add(f->out, str_of(p, size * n));
	return f->out->full || f->received > f->bounds.bytes ? 0 : size * n;
}

static int go_on(void *ctx, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
		 curl_off_t up)
{
	const struct fetch *f = ctx;

	(void)down_all, (void)down, (void)up_all, (void)up;
	return f->bounds.stop && atomic_load(f->bounds.stop);
}

static void set_up(struct fetch *f)
{
	curl_easy_setopt(f->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(f->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(f->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(f->curl, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
	curl_easy_setopt(f->curl, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
	curl_easy_setopt(f->curl, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(f->curl, CURLOPT_USERAGENT, "benkan");
	curl_easy_setopt(f->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(f->curl, CURLOPT_WRITEDATA, f);
	curl_easy_setopt(f->curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(f->curl, CURLOPT_XFERINFOFUNCTION, go_on);
	curl_easy_setopt(f->curl, CURLOPT_XFERINFODATA, f);
}

bool fetch_open(struct str base, struct fetch **out, struct err *err)
{
	struct fetch *f;

	if (!str_starts(base, S("http://")) && !str_starts(base, S("https://")))
		return err_set(
			err, ERR_INPUT, "",
			N_("«%1» is not an address: it must begin with http:// or https://"),
			err_arg(base));
	pthread_once(&once, start_curl);
	f = calloc(1, sizeof(*f));
	if (!f)
		abort();
	f->curl = curl_easy_init();
	if (!f->curl)
		abort();
	buf_init(&f->url, 8192);
	buf_add(&f->url, str_cut(base, base.n - str_ends(base, S("/"))));
	f->base = f->url.n;
	f->bounds = (struct fetch_bounds){ .seconds = UINT32_MAX, .bytes = UINT64_MAX };
	set_up(f);
	*out = f;
	return true;
}

void fetch_close(struct fetch *f)
{
	if (!f)
		return;
	curl_easy_cleanup(f->curl);
	buf_done(&f->url);
	free(f);
}

void fetch_bound(struct fetch *f, const struct fetch_bounds *bounds)
{
	f->bounds = *bounds;
	f->received = 0;
	f->spent = 0;
}

void fetch_count(const struct fetch *f, unsigned *requests, uint64_t *bytes)
{
	*requests = f->requests;
	*bytes = f->bytes;
}

/* --- one request --- */

static bool put_address(struct fetch *f, struct str path, struct err *err)
{
	f->url.n = f->base;
	buf_add(&f->url, path);
	buf_ch(&f->url, '\0');
	if (f->url.full)
		return err_set(err, ERR_INPUT, "", N_("the address is too long"));
	curl_easy_setopt(f->curl, CURLOPT_URL, f->url.p);
	return true;
}

/* "Name: value"; a value of our own making, so without line ends. */
static struct curl_slist *header_add(struct curl_slist *list, const char *name,
				     struct str value)
{
	struct curl_slist *longer;
	struct buf b;

	buf_init(&b, HEADER_MAX);
	buf_z(&b, name);
	buf_lit(&b, ": ");
	buf_add(&b, value);
	buf_ch(&b, '\0');
	longer = b.full ? NULL : curl_slist_append(list, b.p);
	buf_done(&b);
	if (!longer)
		abort();
	return longer;
}

static struct curl_slist *headers_of(const struct fetch_request *q)
{
	/* Nobody is asked whether the body may come. */
	struct curl_slist *list = header_add(NULL, "Expect", S(""));

	if (q->type)
		list = header_add(list, "Content-Type", str_z(q->type));
	for (size_t i = 0; i < FETCH_HEADERS_MAX && q->headers[i].name; i++)
		list = header_add(list, q->headers[i].name, q->headers[i].value);
	return list;
}

static void put_body(struct fetch *f, const struct fetch_request *q)
{
	if (!q->type) {
		curl_easy_setopt(f->curl, CURLOPT_HTTPGET, 1L);
		return;
	}
	curl_easy_setopt(f->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(f->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n);
	curl_easy_setopt(f->curl, CURLOPT_POSTFIELDS, q->body.n ? q->body.p : "");
}

/* Milliseconds that are left for all; next to nothing is nothing. */
static int64_t left_ms(const struct fetch *f)
{
	int64_t left = (int64_t)f->bounds.seconds * 1000 - (int64_t)(f->spent / 1000);

	return left > LEAST_MS ? left : 0;
}

static void put_limits(struct fetch *f, size_t body, size_t max)
{
	int64_t ms = (int64_t)(ANSWER_SECONDS + (body + max) / ANSWER_BYTES) * 1000;
	int64_t left = left_ms(f);

	curl_easy_setopt(f->curl, CURLOPT_TIMEOUT_MS, (long)(ms < left ? ms : left));
}

static void count(struct fetch *f)
{
	curl_off_t up = 0, down = 0, time = 0;
	long head_up = 0, head_down = 0;

	curl_easy_getinfo(f->curl, CURLINFO_REQUEST_SIZE, &head_up);
	curl_easy_getinfo(f->curl, CURLINFO_SIZE_UPLOAD_T, &up);
	curl_easy_getinfo(f->curl, CURLINFO_HEADER_SIZE, &head_down);
	curl_easy_getinfo(f->curl, CURLINFO_SIZE_DOWNLOAD_T, &down);
	curl_easy_getinfo(f->curl, CURLINFO_TOTAL_TIME_T, &time);
	f->requests++;
	f->spent += time;
	f->bytes += (uint64_t)head_up + (uint64_t)up + (uint64_t)head_down + (uint64_t)down;
}

static bool told(struct fetch *f, CURLcode code, const struct buf *out, struct err *err)
{
	if (out->full)
		return err_set(err, ERR_UNREACHABLE, "",
			       N_("%1 answers with more than %2 bytes; the answer was dropped"),
			       f->url.p, err_num(out->max));
	if (f->received > f->bounds.bytes)
		return err_set(
			err, ERR_UNREACHABLE, "",
			N_("%1: more than %2 bytes came in one exchange; the next goes on "
			   "from there"),
			f->url.p, err_num(f->bounds.bytes));
	if (code == CURLE_ABORTED_BY_CALLBACK)
		return err_set(err, ERR_UNREACHABLE, "", N_("the exchange was stopped"));
	return code == CURLE_OK ||
	       err_set(err, ERR_UNREACHABLE, "", N_("%1 cannot be read: %2"), f->url.p,
		       curl_easy_strerror(code));
}

bool fetch_ask(struct fetch *f, const struct fetch_request *q, unsigned *status,
	       struct buf *out, struct err *err)
{
	struct curl_slist *headers;
	long number = 0;
	CURLcode code;

	if (!put_address(f, q->path, err))
		return false;
	if (left_ms(f) == 0)
		return err_set(
			err, ERR_UNREACHABLE, "",
			N_("%1: the exchange takes too long; the next goes on from there"),
			f->url.p);
	buf_clear(out);
	f->out = out;
	headers = headers_of(q);
	put_body(f, q);
	put_limits(f, q->body.n, out->max);
	curl_easy_setopt(f->curl, CURLOPT_HTTPHEADER, headers);
	code = curl_easy_perform(f->curl);
	curl_easy_setopt(f->curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	count(f);
	curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &number);
	*status = (unsigned)number;
	return told(f, code, out, err);
}

bool fetch_get(struct fetch *f, struct str path, struct buf *out, struct err *err)
{
	const struct fetch_request q = { .path = path };
	unsigned status;

	if (!fetch_ask(f, &q, &status, out, err))
		return false;
	if (status == 404)
		return err_set(err, ERR_MISSING, "", N_("%1 is not there"), f->url.p);
	if (status != 200)
		return err_set(err, ERR_UNREACHABLE, "", N_("%1 answers with status %2"),
			       f->url.p, err_num(status));
	return true;
}
