#include "ledger/key.h"

#include <sodium.h>
#include <string.h>

/*
 * Only pure functions of libsodium are used here (Ed25519 is deterministic), so that
 * sodium_init, which prepares its random generator, is not this room's business.
 */

enum { NAME_MAX_BYTES = 128, ID_HEX = 8 };

static bool name_char(char c, bool in_path)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       (in_path && (c == '.' || c == '_'));
}

/* Every piece between separators is non-empty and of allowed characters; at least `least`
 * pieces. */
static bool pieces_valid(struct str s, char separator, bool in_path, size_t least)
{
	struct str piece;
	size_t n = 0;

	for (; str_split(&s, separator, &piece); n++) {
		if (piece.n == 0)
			return false;
		for (size_t i = 0; i < piece.n; i++)
			if (!name_char(piece.p[i], in_path))
				return false;
	}
	return n >= least;
}

bool key_name_valid(struct str name)
{
	size_t slash = str_index(name, '/');

	return name.n <= NAME_MAX_BYTES && slash < name.n &&
	       pieces_valid(str_cut(name, slash), '.', false, 2) &&
	       pieces_valid(str_from(name, slash + 1), '/', true, 1);
}

/* RFC 8032 5.1.3: y below p = 2^255 - 19; the sign bit is not part of y. */
static bool point_canonical(const unsigned char p[32])
{
	bool high = (p[31] & 0x7f) == 0x7f;

	for (int i = 1; i < 31; i++)
		high &= p[i] == 0xff;
	return !high || p[0] < 0xed;
}

/* On the curve, and 8 times the point is not the neutral element. */
static bool point_large_order(const unsigned char p[32])
{
	static const unsigned char neutral[32] = { 1 };
	unsigned char q[32];

	memcpy(q, p, sizeof(q));
	for (int doubling = 0; doubling < 3; doubling++)
		if (crypto_core_ed25519_add(q, q, q) != 0)
			return false;
	return memcmp(q, neutral, sizeof(q)) != 0;
}

static bool key_bytes(struct str b64, struct vkey *out)
{
	unsigned char bytes[33];
	size_t n;

	if (!b64_decode(b64, bytes, sizeof(bytes), &n) || n != sizeof(bytes))
		return false;
	out->type = bytes[0];
	memcpy(out->pub, bytes + 1, sizeof(out->pub));
	return true;
}

bool vkey_parse(struct str text, struct vkey *out, struct err *err)
{
	struct vkey k = { 0 };
	unsigned char id[4];
	struct str rest = text, hex;

	if (!str_split(&rest, '+', &k.name) || !key_name_valid(k.name))
		return err_set(
			err, ERR_INPUT, "",
			N_("«%1» is not a verifier key: it must begin with a name such as "
			   "registre.example.org/ml and a plus sign"),
			err_arg(text));
	if (!str_split(&rest, '+', &hex) || !hex_decode(hex, id, sizeof(id)) ||
	    !key_bytes(rest, &k))
		return err_set(err, ERR_INPUT, "",
			       N_("the key of %1 is damaged: after the name stand 8 hex "
				  "digits, a plus "
				  "sign and 44 characters of base64; copy it again, whole"),
			       err_arg(k.name));
	if (k.type != KEY_LOG && k.type != KEY_WITNESS)
		return err_set(
			err, ERR_INPUT, "",
			N_("the key of %1 is of a type this register does not use; a log key "
			   "has type 1, a witness key type 4"),
			err_arg(k.name));
	vkey_set_id(&k);
	if (memcmp(id, k.id, sizeof(id)) != 0)
		return err_set(
			err, ERR_INPUT, "",
			N_("the key of %1 does not match its own key ID; copy it again, whole"),
			err_arg(k.name));
	if (!point_canonical(k.pub) || !point_large_order(k.pub))
		return err_set(
			err, ERR_INPUT, "",
			N_("the key of %1 is weak: anybody could sign with it; its owner must "
			   "make a new one"),
			err_arg(k.name));
	*out = k;
	return true;
}

void vkey_write(struct buf *out, const struct vkey *k)
{
	unsigned char bytes[33] = { k->type };

	memcpy(bytes + 1, k->pub, sizeof(k->pub));
	buf_add(out, k->name);
	buf_ch(out, '+');
	buf_hex(out, k->id, sizeof(k->id));
	buf_ch(out, '+');
	buf_b64(out, bytes, sizeof(bytes));
}

void vkey_set_id(struct vkey *k)
{
	const struct str parts[] = { k->name, S("\n"), str_of(&k->type, 1),
				     str_of(k->pub, sizeof(k->pub)) };
	struct hash h = hash_parts(parts, sizeof(parts) / sizeof(parts[0]));

	memcpy(k->id, h.b, sizeof(k->id));
}

void skey_from_seed(struct skey *out, enum key_type type, struct str name,
		    const unsigned char seed[32])
{
	unsigned char secret[crypto_sign_SECRETKEYBYTES];

	*out = (struct skey){ .pub = { .name = name, .type = (unsigned char)type } };
	memcpy(out->seed, seed, sizeof(out->seed));
	crypto_sign_seed_keypair(out->pub.pub, secret, seed);
	sodium_memzero(secret, sizeof(secret));
	vkey_set_id(&out->pub);
}

void skey_wipe(struct skey *k)
{
	sodium_memzero(k, sizeof(*k));
}

void skey_sign(const struct skey *k, struct str message, unsigned char sig[64])
{
	/* libsodium's secret key is the seed and the public key in a row. */
	unsigned char secret[crypto_sign_SECRETKEYBYTES];

	memcpy(secret, k->seed, sizeof(k->seed));
	memcpy(secret + sizeof(k->seed), k->pub.pub, sizeof(k->pub.pub));
	crypto_sign_detached(sig, NULL, (const unsigned char *)message.p, message.n, secret);
	sodium_memzero(secret, sizeof(secret));
}

bool vkey_verify(const struct vkey *k, struct str message, const unsigned char sig[64])
{
	return crypto_sign_verify_detached(sig, (const unsigned char *)message.p, message.n,
					   k->pub) == 0;
}
