/*
 * The private keys of a node, one file each under DIR/keys, mode 0600 (LEDGER.md 2.2).
 *
 * An Ed25519 key stands in the text form of golang.org/x/mod/sumdb/note,
 * `PRIVATE+KEY+<name>+<8 hex key ID>+b64(type || seed)`, so that tools which are not ours
 * can sign with it after a disaster.  The seal key is an age identity file.
 */
#ifndef REGISTER_KEYS_H
#define REGISTER_KEYS_H
#include "ledger/key.h"

enum { SEED_SIZE = 32 };

/* Where init leaves recours-1.key to -3.key: a folder to be carried away whole.  Nothing reads
 * it but who asks whether it is still there. */
#define RECOVERY_FOLDER "recovery"

bool key_write(const char *path, const struct skey *k, struct err *err) MUST_USE;
/* Refuses a file that others may read, and a key that is not of `type`.  The name is the
 * arena's. */
bool key_read(struct arena *a, const char *path, enum key_type type, struct skey *out,
	      struct err *err) MUST_USE;

/* The age recipient `age1…` of an X25519 secret. */
void seal_recipient(struct buf *out, const unsigned char secret[SEED_SIZE]);
bool seal_write(const char *path, const unsigned char secret[SEED_SIZE],
		struct err *err) MUST_USE;
bool seal_read(struct arena *a, const char *path, unsigned char secret[SEED_SIZE],
	       struct err *err) MUST_USE;

#endif
