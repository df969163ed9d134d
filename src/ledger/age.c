#include "ledger/age.h"

#include "ledger/bech32.h"

#include <sodium.h>
#include <string.h>

enum {
	KEY = 32,      /* every derived key, every X25519 point */
	FILE_KEY = 16, /* what a stanza wraps */
	NONCE = 16,    /* before the payload */
	TAG = crypto_aead_chacha20poly1305_ietf_ABYTES,
	AEAD_NONCE = crypto_aead_chacha20poly1305_ietf_NPUBBYTES,
	WRAPPED = FILE_KEY + TAG,
	SEALED_CHUNK = AGE_CHUNK + TAG,
	LINE = 64,     /* of a stanza's body */
	KEY_TEXT = 43, /* 32 bytes in base64 without padding */
	HEADER_MAX = 64 << 10,
	ARGS_MAX = 16
};

#define VERSION_LINE "age-encryption.org/v1"

static bool hurt(struct err *err)
{
	return err_set(err, ERR_INPUT, "age",
		       N_("This is not a sound age file: it is cut off, changed, or was never "
			  "one. Have it sent again."));
}

static bool no_room(struct err *err)
{
	return err_set(err, ERR_INPUT, "age", N_("This age file is larger than is taken."));
}

/* --- keys --- */

/* HKDF-SHA-256 (RFC 5869) for one block of output. */
static void derive(struct str secret, struct str salt, struct str info, unsigned char out[KEY])
{
	static const unsigned char first = 1;
	crypto_auth_hmacsha256_state s;
	unsigned char prk[KEY];

	crypto_auth_hmacsha256_init(&s, (const unsigned char *)salt.p, salt.n);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)secret.p, secret.n);
	crypto_auth_hmacsha256_final(&s, prk);
	crypto_auth_hmacsha256_init(&s, prk, sizeof(prk));
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)info.p, info.n);
	crypto_auth_hmacsha256_update(&s, &first, sizeof(first));
	crypto_auth_hmacsha256_final(&s, out);
	sodium_memzero(prk, sizeof(prk));
	sodium_memzero(&s, sizeof(s));
}

static void header_mac(const unsigned char file_key[FILE_KEY], struct str header,
		       unsigned char mac[KEY])
{
	unsigned char key[KEY];
	crypto_auth_hmacsha256_state s;

	derive(str_of(file_key, FILE_KEY), S(""), S("header"), key);
	crypto_auth_hmacsha256_init(&s, key, sizeof(key));
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)header.p, header.n);
	crypto_auth_hmacsha256_final(&s, mac);
	sodium_memzero(key, sizeof(key));
	sodium_memzero(&s, sizeof(s));
}

/*
 * The key that wraps the file key, from one side's secret and the other's point.  False when
 * the point has small order: then anyone knows what comes of it.
 */
static bool wrap_key(const unsigned char secret[KEY], const unsigned char point[KEY],
		     const unsigned char share[KEY], const unsigned char recipient[KEY],
		     unsigned char out[KEY])
{
	unsigned char shared[KEY], salt[2 * KEY];
	bool sound = crypto_scalarmult(shared, secret, point) == 0 &&
		     !sodium_is_zero(shared, sizeof(shared));

	memcpy(salt, share, KEY);
	memcpy(salt + KEY, recipient, KEY);
	if (sound)
		derive(str_of(shared, KEY), str_of(salt, sizeof(salt)),
		       S(VERSION_LINE "/X25519"), out);
	sodium_memzero(shared, sizeof(shared));
	return sound;
}

/* --- the payload: STREAM, chunks of 64 KiB, each with its place and whether it is the last ---
 */

struct stream {
	unsigned char key[KEY], nonce[AEAD_NONCE];
};

static void stream_begin(struct stream *s, const unsigned char file_key[FILE_KEY],
			 struct str nonce)
{
	derive(str_of(file_key, FILE_KEY), nonce, S("payload"), s->key);
	memset(s->nonce, 0, sizeof(s->nonce));
}

static void stream_next(struct stream *s)
{
	for (int i = AEAD_NONCE - 2; i >= 0 && ++s->nonce[i] == 0; i--)
		;
}

/* Room for n more bytes at the end of `out`; false past its ceiling. */
static bool room(struct buf *out, size_t n, unsigned char **to)
{
	buf_zero(out, n);
	*to = n && !out->full ? (unsigned char *)out->p + out->n - n : NULL;
	return !out->full;
}

static bool seal_chunks(struct stream *s, struct str plain, struct buf *out)
{
	bool last;

	do {
		struct str chunk = str_cut(plain, AGE_CHUNK);
		unsigned char *to;

		if (!room(out, chunk.n + TAG, &to))
			return false;
		plain = str_from(plain, chunk.n);
		last = plain.n == 0;
		s->nonce[AEAD_NONCE - 1] = last;
		crypto_aead_chacha20poly1305_ietf_encrypt(
			to, NULL, (const unsigned char *)chunk.p, chunk.n, NULL, 0, NULL,
			s->nonce, s->key);
		stream_next(s);
	} while (!last);
	return true;
}

static bool open_chunks(struct stream *s, struct str sealed, struct buf *out, struct err *err)
{
	bool first = true, last = false;

	while (!last) {
		struct str chunk = str_cut(sealed, SEALED_CHUNK);
		unsigned char *to;

		sealed = str_from(sealed, chunk.n);
		last = sealed.n == 0;
		/* A last chunk is empty only when everything is. */
		if (chunk.n < TAG || (chunk.n == TAG && !first))
			return hurt(err);
		if (!room(out, chunk.n - TAG, &to))
			return no_room(err);
		s->nonce[AEAD_NONCE - 1] = last;
		if (crypto_aead_chacha20poly1305_ietf_decrypt(
			    to, NULL, NULL, (const unsigned char *)chunk.p, chunk.n, NULL, 0,
			    s->nonce, s->key) != 0)
			return hurt(err);
		stream_next(s);
		first = false;
	}
	return true;
}

/* --- writing --- */

static void put_b64(struct buf *out, const void *p, size_t n)
{
	buf_b64(out, p, n);
	while (!out->full && out->p[out->n - 1] == '=')
		out->n--;
}

static bool put_stanza(struct buf *out, struct str recipient,
		       const unsigned char file_key[FILE_KEY], const struct age_chance *chance,
		       struct err *err)
{
	static const unsigned char zero[AEAD_NONCE];
	unsigned char point[KEY], secret[KEY], share[KEY], key[KEY], wrapped[WRAPPED];
	bool sound =
		str_starts(recipient, S("age1")) && bech32_read(recipient, S("age"), point);

	chance->random(chance->ctx, secret, sizeof(secret));
	sound = sound && crypto_scalarmult_base(share, secret) == 0 &&
		wrap_key(secret, point, share, point, key);
	sodium_memzero(secret, sizeof(secret));
	if (!sound)
		return err_set(err, ERR_INPUT, "recipient", N_("“%1” is not an age recipient."),
			       err_arg(recipient));
	crypto_aead_chacha20poly1305_ietf_encrypt(wrapped, NULL, file_key, FILE_KEY, NULL, 0,
						  NULL, zero, key);
	sodium_memzero(key, sizeof(key));
	buf_lit(out, "-> X25519 ");
	put_b64(out, share, sizeof(share));
	buf_ch(out, '\n');
	put_b64(out, wrapped, sizeof(wrapped));
	buf_ch(out, '\n');
	return true;
}

static bool put_header(struct buf *out, const struct str *recipients, size_t n,
		       const unsigned char file_key[FILE_KEY], const struct age_chance *chance,
		       struct err *err)
{
	unsigned char mac[KEY];
	size_t at = out->n;

	buf_lit(out, VERSION_LINE "\n");
	for (size_t i = 0; i < n; i++)
		if (!put_stanza(out, recipients[i], file_key, chance, err))
			return false;
	buf_lit(out, "---");
	if (out->full)
		return no_room(err);
	header_mac(file_key, str_from(buf_str(out), at), mac);
	buf_ch(out, ' ');
	put_b64(out, mac, sizeof(mac));
	buf_ch(out, '\n');
	return true;
}

bool age_seal(struct str plain, const struct str *recipients, size_t n,
	      const struct age_chance *chance, struct buf *out, struct err *err)
{
	unsigned char file_key[FILE_KEY], nonce[NONCE];
	struct stream s;
	bool ok;

	if (n == 0)
		return err_set(err, ERR_INPUT, "recipient",
			       N_("An age file needs somebody who can open it."));
	chance->random(chance->ctx, file_key, sizeof(file_key));
	chance->random(chance->ctx, nonce, sizeof(nonce));
	ok = put_header(out, recipients, n, file_key, chance, err);
	if (ok) {
		buf_add(out, str_of(nonce, sizeof(nonce)));
		stream_begin(&s, file_key, str_of(nonce, sizeof(nonce)));
		ok = (seal_chunks(&s, plain, out) && !out->full) || no_room(err);
		sodium_memzero(&s, sizeof(s));
	}
	sodium_memzero(file_key, sizeof(file_key));
	return ok;
}

/* --- reading --- */

struct opening {
	struct str rest;
	const unsigned char *secret;
	unsigned char point[KEY]; /* of the secret */
	unsigned char file_key[FILE_KEY];
	size_t stanzas;
	bool found, password; /* password: an scrypt stanza */
};

static bool next_line(struct str *rest, struct str *line)
{
	size_t end = str_index(*rest, '\n');

	if (end == rest->n)
		return false;
	*line = str_cut(*rest, end);
	*rest = str_from(*rest, end + 1);
	return true;
}

/* Base64 without padding, canonical, of exactly n bytes. */
static bool read_b64(struct str text, unsigned char *out, size_t n)
{
	char padded[KEY_TEXT + 1 + 1];
	size_t got;

	if (text.n != (n * 4 + 2) / 3 || text.n > KEY_TEXT)
		return false;
	memcpy(padded, text.p, text.n);
	memcpy(padded + text.n, "==", 4 - text.n % 4);
	return b64_decode(str_of(padded, text.n + 4 - text.n % 4), out, n, &got) && got == n;
}

static bool is_b64(struct str line)
{
	for (size_t i = 0; i < line.n; i++) {
		char c = line.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		      (c >= '0' && c <= '9') || c == '+' || c == '/'))
			return false;
	}
	return true;
}

/* The spare bits of a last group are zero; a single letter in it is no byte. */
static bool ends_well(struct str line)
{
	unsigned char some[2];

	switch (line.n % 4) {
	case 1: return false;
	case 2: return read_b64(str_from(line, line.n - 2), some, 1);
	case 3: return read_b64(str_from(line, line.n - 3), some, 2);
	}
	return true;
}

/*
 * The lines of base64 below a stanza's first: full ones, and one that is shorter.  What fits
 * on one line is returned; no stanza that this program opens has more.
 */
static bool read_body(struct str *rest, struct str *body)
{
	struct str line;
	bool one = true;

	for (;; one = false) {
		if (!next_line(rest, &line) || line.n > LINE || !is_b64(line))
			return false;
		if (line.n < LINE)
			break;
	}
	*body = one ? line : S("");
	return ends_well(line);
}

static bool read_args(struct str line, struct str args[ARGS_MAX], size_t *n)
{
	struct str arg;

	for (*n = 0; *n < ARGS_MAX && str_split(&line, ' ', &arg); (*n)++) {
		for (size_t i = 0; i < arg.n; i++)
			if (arg.p[i] < 0x21 || arg.p[i] > 0x7e)
				return false;
		if (!arg.n)
			return false;
		args[*n] = arg;
	}
	return *n > 0 && line.n == 0;
}

/* A stanza for somebody's X25519 key; it may be ours. */
static bool try_stanza(struct opening *o, const struct str *args, size_t n, struct str body)
{
	static const unsigned char zero[AEAD_NONCE];
	unsigned char share[KEY], wrapped[WRAPPED], key[KEY];

	if (n != 2 || !read_b64(args[1], share, sizeof(share)) ||
	    !read_b64(body, wrapped, sizeof(wrapped)) ||
	    !wrap_key(o->secret, share, share, o->point, key))
		return false;
	if (!o->found)
		o->found = crypto_aead_chacha20poly1305_ietf_decrypt(o->file_key, NULL, NULL,
								     wrapped, sizeof(wrapped),
								     NULL, 0, zero, key) == 0;
	sodium_memzero(key, sizeof(key));
	return true;
}

static bool read_stanza(struct opening *o, struct str line)
{
	struct str args[ARGS_MAX], body;
	size_t n;

	if (!read_args(line, args, &n) || !read_body(&o->rest, &body))
		return false;
	o->stanzas++;
	if (str_is(args[0], "scrypt"))
		o->password = true;
	return !str_is(args[0], "X25519") || try_stanza(o, args, n, body);
}

/* Up to the line of the MAC, which is left in *mac. */
static bool read_header(struct opening *o, unsigned char mac[KEY])
{
	struct str line;

	if (!next_line(&o->rest, &line) || !str_is(line, VERSION_LINE))
		return false;
	while (next_line(&o->rest, &line) && str_starts(line, S("-> ")))
		if (!read_stanza(o, str_from(line, 3)))
			return false;
	/* A password stands alone (the specification's scrypt section). */
	return o->stanzas && !(o->password && o->stanzas > 1) && str_starts(line, S("--- ")) &&
	       read_b64(str_from(line, 4), mac, KEY);
}

static bool open_payload(const struct opening *o, struct buf *out, struct err *err)
{
	struct stream s;
	size_t before = out->n;
	bool ok;

	if (o->rest.n < NONCE)
		return hurt(err);
	stream_begin(&s, o->file_key, str_cut(o->rest, NONCE));
	ok = open_chunks(&s, str_from(o->rest, NONCE), out, err);
	sodium_memzero(&s, sizeof(s));
	if (!ok) {
		if (out->n > before)
			sodium_memzero(out->p + before, out->n - before);
		out->n = before;
		out->full = false;
	}
	return ok;
}

static bool open_file(struct opening *o, struct str file, struct buf *out, struct err *err)
{
	unsigned char said[KEY], mac[KEY];
	struct str header;

	o->rest = str_cut(file, HEADER_MAX);
	if (!read_header(o, said))
		return hurt(err);
	if (!o->found)
		return err_set(err, ERR_DENIED, "age",
			       N_("This age file is not for this node's seal key."));
	header = str_cut(file, (size_t)(o->rest.p - file.p) - 1 - KEY_TEXT - 1);
	header_mac(o->file_key, header, mac);
	if (sodium_memcmp(said, mac, sizeof(mac)) != 0)
		return hurt(err);
	o->rest = str_from(file, (size_t)(o->rest.p - file.p));
	return open_payload(o, out, err);
}

bool age_open(struct str file, const unsigned char secret[AGE_SECRET], struct buf *out,
	      struct err *err)
{
	struct opening o = { .secret = secret };
	bool ok;

	crypto_scalarmult_base(o.point, secret);
	ok = open_file(&o, file, out, err);
	sodium_memzero(o.file_key, sizeof(o.file_key));
	return ok;
}
