#include "web/server.h"
#include "wire/form.h"

#include <sodium.h>

bool is_secure(const struct visit *v)
{
	return v->web->tls || header_same(http_header(v->q, "X-Forwarded-Proto"), S("https"));
}

const char *cookie_name(bool secure)
{
	return secure ? "__Host-benkan" : "benkan";
}

bool has_credentials(const struct http_request *q)
{
	return http_header(q, "Authorization").n > 0 ||
	       (http_header(q, "Cookie").n > 0 &&
		(http_cookie(q, "benkan").n > 0 || http_cookie(q, "__Host-benkan").n > 0));
}

/* "Authorization: Bearer TOKEN" (RFC 6750 2.1). */
static struct str bearer_token(const struct http_request *q)
{
	struct str h = http_header(q, "Authorization");

	if (!header_same(str_cut(h, 7), S("Bearer ")))
		return S("");
	return str_trim(str_from(h, 7));
}

void guard_person(struct visit *v)
{
	struct str token =
		is_api(v) ? bearer_token(v->q) : http_cookie(v->q, cookie_name(is_secure(v)));

	v->person = (struct person){ .role = ROLE_NONE };
	if (token.n > 0)
		person_of(v->node, v->view, v->a, token, is_api(v), &v->person);
	v->who = role_audience(v->person.role);
}

bool guard_role(const struct visit *v, enum access least)
{
	switch (least) {
	case ACCESS_PUBLIC: return true;
	case ACCESS_READER: return v->person.role >= ROLE_READER;
	case ACCESS_CLERK: return v->person.role >= ROLE_CLERK;
	case ACCESS_SECRETARY: return v->person.role >= ROLE_SECRETARY;
	case ACCESS_ADMIN: return v->person.role >= ROLE_ADMIN;
	case ACCESS_UNSTATED: break;
	}
	return false;
}

/* --- forms --- */

/* Whether a browser says that another site sent this (Fetch Metadata; RFC 6454). */
static bool foreign(const struct visit *v)
{
	struct str site = http_header(v->q, "Sec-Fetch-Site"),
		   origin = http_header(v->q, "Origin");
	size_t host = str_find(origin, S("://"));

	if (site.n > 0)
		return !str_is(site, "same-origin") && !str_is(site, "none");
	if (origin.n == 0)
		return false;
	return host == origin.n ||
	       !header_same(str_from(origin, host + 3), http_header(v->q, "Host"));
}

enum { NONCE_BYTES = 8, NONCE_CHARS = 16, MARK_BYTES = 16, TOKEN_CHARS = 48 };

/* A nonce and the secret's mark of it (HMAC-SHA-256, RFC 2104), in hex. */
static struct str token_of(struct arena *a, struct str secret,
			   const unsigned char nonce[NONCE_BYTES])
{
	crypto_auth_hmacsha256_state state;
	unsigned char mark[crypto_auth_hmacsha256_BYTES];
	struct buf b;

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret.p, secret.n);
	crypto_auth_hmacsha256_update(&state, nonce, NONCE_BYTES);
	crypto_auth_hmacsha256_final(&state, mark);
	buf_init(&b, TOKEN_CHARS);
	buf_hex(&b, nonce, NONCE_BYTES);
	buf_hex(&b, mark, MARK_BYTES);
	return arena_buf(a, &b);
}

static bool token_fits(struct arena *a, struct str secret, struct str token)
{
	unsigned char nonce[NONCE_BYTES];

	return token.n == TOKEN_CHARS &&
	       hex_decode(str_cut(token, NONCE_CHARS), nonce, sizeof(nonce)) &&
	       sodium_memcmp(token.p, token_of(a, secret, nonce).p, TOKEN_CHARS) == 0;
}

enum sender guard_post(const struct visit *v)
{
	if (v->person.bearer)
		return SENDER_OURS;
	if (foreign(v))
		return SENDER_FOREIGN;
	if (v->person.role != ROLE_NONE &&
	    !token_fits(v->a, v->person.csrf, http_field(v->q, "csrf")))
		return SENDER_STALE;
	return SENDER_OURS;
}

void guard_mask(struct visit *v)
{
	struct str parts[] = { v->person.csrf, v->q->target };
	struct hash h = hash_parts(parts, 2);

	if (v->person.csrf.n > 0)
		v->person.csrf = token_of(v->a, v->person.csrf, h.b);
}

void set_cookie(struct visit *v, struct str value, unsigned seconds)
{
	bool secure = is_secure(v);
	struct buf b;

	buf_init(&b, 1000);
	buf_z(&b, cookie_name(secure));
	buf_ch(&b, '=');
	buf_add(&b, value);
	buf_lit(&b, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=");
	buf_u64(&b, seconds);
	if (secure)
		buf_lit(&b, "; Secure");
	http_set(v->a, v->r, "Set-Cookie", buf_str(&b));
	buf_done(&b);
}
