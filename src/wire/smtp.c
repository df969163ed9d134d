#include "wire/smtp.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_SECONDS = 15, ALL_SECONDS = 120, ADDRESS_ROOM = 512 };

struct smtp {
	CURL *curl;
	const char *url;
	struct str rest; /* of the message at hand */
};

static size_t give(char *p, size_t size, size_t n, void *ctx)
{
	struct smtp *s = ctx;
	size_t room = size * n < s->rest.n ? size * n : s->rest.n;

	memcpy(p, s->rest.p, room);
	s->rest = str_from(s->rest, room);
	return room;
}

/* Whether the server is this machine, where nobody listens in between. */
static bool is_here(const char *url)
{
	static const char *const hosts[] = { "smtp://127.0.0.1", "smtp://[::1]",
					     "smtp://localhost" };
	struct str s = str_z(url);

	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		struct str rest = str_from(s, strlen(hosts[i]));

		if (str_starts(s, str_z(hosts[i])) &&
		    (rest.n == 0 || rest.p[0] == ':' || rest.p[0] == '/'))
			return true;
	}
	return false;
}

bool smtp_open(const struct smtp_server *server, struct smtp **out, struct err *err)
{
	struct smtp *s;
	CURL *c;

	if (!str_starts(str_z(server->url), S("smtp://")) &&
	    !str_starts(str_z(server->url), S("smtps://")))
		return err_set(err, ERR_INPUT, "server",
			       N_("“%1” is no mail server: write smtp://HOST:587 or "
				  "smtps://HOST:465."),
			       server->url);
	s = calloc(1, sizeof(*s));
	c = s ? curl_easy_init() : NULL;
	if (!c)
		abort();
	s->curl = c;
	s->url = server->url;
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)ALL_SECONDS);
	curl_easy_setopt(c, CURLOPT_URL, server->url);
	curl_easy_setopt(
		c, CURLOPT_USE_SSL,
		(long)(is_here(server->url) && !server->ca ? CURLUSESSL_TRY : CURLUSESSL_ALL));
	if (server->ca)
		curl_easy_setopt(c, CURLOPT_CAINFO, server->ca);
	if (server->user) {
		curl_easy_setopt(c, CURLOPT_USERNAME, server->user);
		curl_easy_setopt(c, CURLOPT_PASSWORD, server->password);
	}
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(c, CURLOPT_READDATA, s);
	*out = s;
	return true;
}

void smtp_close(struct smtp *s)
{
	if (!s)
		return;
	curl_easy_cleanup(s->curl);
	free(s);
}

static void bracketed(char room[ADDRESS_ROOM], struct str address)
{
	struct buf b;

	buf_init(&b, ADDRESS_ROOM - 1);
	buf_ch(&b, '<');
	buf_add(&b, address);
	buf_ch(&b, '>');
	memcpy(room, b.p, b.n);
	room[b.n] = '\0';
	buf_done(&b);
}

static bool told(const struct smtp *s, CURLcode code, struct err *err)
{
	long reply = 0;

	curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &reply);
	if (code == CURLE_OK)
		return true;
	if (code == CURLE_LOGIN_DENIED)
		return err_set(err, ERR_DENIED, "password",
			       N_("The mail server %1 does not take this name and password."),
			       s->url);
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
	    code == CURLE_USE_SSL_FAILED)
		return err_set(err, ERR_DENIED, "ca",
			       N_("The mail server %1 is not talked to: %2."), s->url,
			       curl_easy_strerror(code));
	if (reply >= 500)
		return err_set(err, ERR_DENIED, NULL,
			       N_("The mail server %1 refuses the message (%2)."), s->url,
			       err_num((uint64_t)reply));
	return err_set(err, ERR_UNREACHABLE, NULL,
		       N_("The mail server %1 did not take the message: %2. Run the same "
			  "command again later."),
		       s->url, curl_easy_strerror(code));
}

bool smtp_send(struct smtp *s, struct str from, struct str to, struct str message,
	       struct err *err)
{
	char sender[ADDRESS_ROOM], receiver[ADDRESS_ROOM];
	struct curl_slist *list;
	CURLcode code;

	bracketed(sender, from);
	bracketed(receiver, to);
	list = curl_slist_append(NULL, receiver);
	if (!list)
		abort();
	s->rest = message;
	curl_easy_setopt(s->curl, CURLOPT_MAIL_FROM, sender);
	curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, list);
	code = curl_easy_perform(s->curl);
	curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(list);
	return told(s, code, err);
}
