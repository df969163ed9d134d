#include "wire/form.h"
#include "wire/html.h"
#include "wire/http_inside.h"

#include <netdb.h>
#include <string.h>

static struct MHD_Connection *connection_of(const struct http_request *q)
{
	return ((struct exchange *)q->opaque)->connection;
}

struct str http_header(const struct http_request *q, const char *name)
{
	return str_z(MHD_lookup_connection_value(connection_of(q), MHD_HEADER_KIND, name));
}

/* RFC 6265 4.2.1: pairs separated by semicolons; values as they stand. */
struct str http_cookie(const struct http_request *q, const char *name)
{
	struct str rest = http_header(q, "Cookie"), pair;

	while (str_split(&rest, ';', &pair)) {
		size_t equals = str_index(pair, '=');

		if (str_is(str_trim(str_cut(pair, equals)), name))
			return str_trim(str_from(pair, equals + 1));
	}
	return S("");
}

static struct str first(const struct http_pair *pairs, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(pairs[i].name, name))
			return pairs[i].value;
	return S("");
}

struct str http_param(const struct http_request *q, const char *name)
{
	return first(q->query, q->query_count, name);
}

struct str http_field(const struct http_request *q, const char *name)
{
	return first(q->form, q->form_count, name);
}

/* A weight of zero: ";q=0", ";q=0.000". */
static bool refuses(struct str params)
{
	size_t at = str_find(params, S("q=")), i = at + 2;

	if (at == params.n)
		return false;
	while (i < params.n && (params.p[i] == '0' || params.p[i] == '.'))
		i++;
	return i == params.n || params.p[i] < '0' || params.p[i] > '9';
}

bool http_takes_gzip(const struct http_request *q)
{
	struct str rest = http_header(q, "Accept-Encoding"), item;

	while (str_split(&rest, ',', &item)) {
		size_t semi = str_index(item, ';');

		if (header_same(str_trim(str_cut(item, semi)), S("gzip")))
			return !refuses(str_from(item, semi));
	}
	return false;
}

bool http_has_tag(const struct http_request *q, struct str tag)
{
	struct str rest = http_header(q, "If-None-Match"), item;

	while (str_split(&rest, ',', &item)) {
		item = str_trim(item);
		if (str_starts(item, S("W/")))
			item = str_from(item, 2);
		if (str_eq(item, tag) || str_is(item, "*"))
			return true;
	}
	return false;
}

/* --- the head --- */

/* tchar of RFC 9110 5.6.2. */
static bool token(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c))))
			return false;
	}
	return s.n > 0;
}

static bool has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
			return true;
	return false;
}

struct seen {
	unsigned lengths, codings, hosts;
	struct str length, coding, host;
	bool broken, expects;
};

static enum MHD_Result see_header(void *cls, enum MHD_ValueKind kind, const char *key,
				  size_t key_size, const char *text, size_t text_size)
{
	struct seen *s = cls;
	struct str name = str_of(key, key_size), value = str_trim(str_of(text, text_size));

	(void)kind;
	if (!token(name) || has_control(value)) {
		s->broken = true;
	} else if (header_same(name, S("content-length"))) {
		s->lengths++;
		s->length = value;
	} else if (header_same(name, S("transfer-encoding"))) {
		s->codings++;
		s->coding = value;
	} else if (header_same(name, S("host"))) {
		s->hosts++;
		s->host = value;
	} else if (header_same(name, S("expect"))) {
		s->expects = header_same(value, S("100-continue"));
	}
	return MHD_YES;
}

/* uri-host [ ":" port ] of RFC 9110 7.2, as far as it is used: no user, no escapes. */
static bool host_sound(struct str host)
{
	for (size_t i = 0; i < host.n; i++) {
		char c = host.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || (c && strchr("-._:[]", c))))
			return false;
	}
	return true;
}

/* RFC 9112 3.2.1: the path before any `?`, decoded. */
static void read_path(struct exchange *x)
{
	struct str raw = str_cut(x->q.target, str_index(x->q.target, '?')), path;

	x->q.path = S("/");
	if (x->q.target.n > HTTP_TARGET_MAX)
		x->q.refused = 414;
	else if (!url_text(&x->arena, raw, false, &path) || has_control(path) ||
		 str_index(path, '\t') < path.n)
		x->q.refused = 400;
	else
		x->q.path = path;
}

bool request_head(struct exchange *x, const char *method, const char *version, struct head *h)
{
	struct seen s = { 0 };

	MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, see_header, &s);
	x->q.method = str_z(method);
	x->q.target = str_z(x->target);
	if (s.broken || s.lengths + s.codings > 1 || s.hosts > 1 || !host_sound(s.host) ||
	    !token(x->q.method) || !str_starts(x->q.target, S("/")))
		return false;
	if (s.codings &&
	    (!header_same(s.coding, S("chunked")) || str_is(str_z(version), "HTTP/1.0")))
		return false;
	if (s.lengths && !str_u64(s.length, INT64_MAX, &h->length))
		return false;
	h->chunked = s.codings;
	h->expects = s.expects;
	read_path(x);
	return true;
}

/* --- the rest --- */

static bool read_form(struct exchange *x, struct str type)
{
	struct http_request *q = &x->q;
	struct form form = { 0 };

	if (str_is(q->body_type, "application/x-www-form-urlencoded")) {
		if (!form_urlencoded(&x->arena, q->body, &form))
			return false;
	} else if (str_is(q->body_type, "multipart/form-data")) {
		if (!form_multipart(&x->arena, q->body, type, &form))
			return false;
	}
	q->form = form.pairs;
	q->form_count = form.count;
	q->files = form.files;
	q->file_count = form.file_count;
	return true;
}

static struct str peer_of(struct exchange *x)
{
	const union MHD_ConnectionInfo *i =
		MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	socklen_t n = i->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
							    : sizeof(struct sockaddr_in);
	char text[NI_MAXHOST];

	if (getnameinfo(i->client_addr, n, text, sizeof(text), NULL, 0, NI_NUMERICHOST) != 0)
		return S("");
	return arena_str(&x->arena, str_z(text));
}

void request_fill(struct exchange *x)
{
	struct http_request *q = &x->q;
	struct str type = http_header(q, "Content-Type");
	struct form query;

	q->peer = peer_of(x);
	if (!q->refused &&
	    !form_urlencoded(&x->arena, str_from(q->target, str_index(q->target, '?') + 1),
			     &query))
		q->refused = 400;
	if (q->refused)
		return;
	q->query = query.pairs;
	q->query_count = query.count;
	q->body_type = header_lower(&x->arena, str_trim(str_cut(type, str_index(type, ';'))));
	if (!body_whole(&x->body, &q->body))
		q->refused = 503;
	else if (!read_form(x, type))
		q->refused = 400;
}
