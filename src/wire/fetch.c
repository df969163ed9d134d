#include "wire/fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>

/* Give up on a peer that cannot be reached, or sends less than 100 bytes a second for a minute.
 */
enum { CONNECT_SECONDS = 15, SLOW_BYTES = 100, SLOW_SECONDS = 60 };

struct fetch {
	CURL *curl;
	struct buf url;
	size_t base; /* bytes of url that every request shares */
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start_curl(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		abort();
}

static size_t take(char *p, size_t size, size_t n, void *ctx)
{
	struct buf *out = ctx;

	buf_add(out, str_of(p, size * n));
	return out->full ? 0 : size * n;
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
	curl_easy_setopt(f->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(f->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(f->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(f->curl, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
	curl_easy_setopt(f->curl, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
	curl_easy_setopt(f->curl, CURLOPT_USERAGENT, "benkan");
	curl_easy_setopt(f->curl, CURLOPT_WRITEFUNCTION, take);
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

bool fetch_get(struct fetch *f, struct str path, struct buf *out, struct err *err)
{
	CURLcode code;
	long status = 0;

	f->url.n = f->base;
	buf_add(&f->url, path);
	buf_ch(&f->url, '\0');
	if (f->url.full)
		return err_set(err, ERR_INPUT, "", N_("the address is too long"));
	buf_clear(out);
	curl_easy_setopt(f->curl, CURLOPT_URL, f->url.p);
	curl_easy_setopt(f->curl, CURLOPT_WRITEDATA, out);
	code = curl_easy_perform(f->curl);
	if (out->full)
		return err_set(err, ERR_UNREACHABLE, "",
			       N_("%1 answers with more than %2 bytes; the answer was dropped"),
			       f->url.p, err_num(out->max));
	if (code != CURLE_OK)
		return err_set(err, ERR_UNREACHABLE, "", N_("%1 cannot be read: %2"), f->url.p,
			       curl_easy_strerror(code));
	curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status == 404)
		return err_set(err, ERR_MISSING, "", N_("%1 is not there"), f->url.p);
	if (status != 200)
		return err_set(err, ERR_UNREACHABLE, "", N_("%1 answers with status %2"),
			       f->url.p, err_num((uint64_t)status));
	return true;
}
