/* Passwords: Argon2id (RFC 9106), 64 MiB, two passes, by libsodium.  Private to src/register/.
 */
#ifndef REGISTER_PASSWORD_H
#define REGISTER_PASSWORD_H
#include "register/node.h"

/* Refuses one that is too short, too long or the account's own name. */
bool password_hash(struct node *n, struct arena *a, struct str name, struct str password,
		   struct str *out, struct err *err) MUST_USE;
/*
 * As slow when `hash` is empty (no such account), which no password fits.  The caller
 * holds node->sign_in, so that one password at a time takes its 64 MiB.
 */
bool password_fits(struct str hash, struct str password);

#endif
