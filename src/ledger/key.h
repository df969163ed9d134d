/*
 * Keys (LEDGER.md 2.2): Ed25519, in C2SP verifier-key text
 * `<name>+<8 hex key ID>+b64(type || 32 bytes)`.
 */
#ifndef LEDGER_KEY_H
#define LEDGER_KEY_H
#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

enum key_type { KEY_LOG = 0x01, KEY_WITNESS = 0x04 };

struct vkey {
	struct str name; /* borrowed from the text it was parsed from */
	unsigned char id[4];
	unsigned char type; /* 0x01 or 0x04; others are refused */
	unsigned char pub[32];
};

/* Strict; refuses a wrong ID, a point not canonically encoded or of small order (vectors:
 * vkey). */
bool vkey_parse(struct str text, struct vkey *out, struct err *err) MUST_USE;
void vkey_write(struct buf *out, const struct vkey *k);
/* The first 4 bytes of SHA-256(name || 0x0A || type || pub). */
void vkey_set_id(struct vkey *k);

/* A private key: its public half and the 32-byte seed.  Wiped by skey_wipe. */
struct skey {
	struct vkey pub;
	unsigned char seed[32];
};
void skey_from_seed(struct skey *out, enum key_type type, struct str name,
		    const unsigned char seed[32]);
void skey_wipe(struct skey *k);
void skey_sign(const struct skey *k, struct str message, unsigned char sig[64]);
/* Ed25519 with S < L enforced. */
bool vkey_verify(const struct vkey *k, struct str message, const unsigned char sig[64]);

/*
 * `[a-z0-9-]+(\.[a-z0-9-]+)+(/[a-z0-9._-]+)+`, at most 128 bytes: what an origin or
 * a key name may be (LEDGER.md 2.3).
 */
bool key_name_valid(struct str name);

#endif
