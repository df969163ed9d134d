#include "register/password.h"

#include "register/account.h"

#include <sodium.h>

enum { PASSES = 2, MEMORY = 64 << 20 };

/* The hash of an unknown password, in the form and with the cost of the real ones. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$"
			     "YmVua2FuYmVua2FuYmVuaw$"
			     "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

bool password_hash(struct node *n, struct arena *a, struct str name, struct str password,
		   struct str *out, struct err *err)
{
	char text[crypto_pwhash_STRBYTES];
	int failed;

	if (password.n < PASSWORD_MIN || password.n > PASSWORD_MAX || str_eq(password, name))
		return err_set(err, ERR_INPUT, "password",
			       N_("A password has %1 to %2 bytes and is not the account's "
				  "name. Several words "
				  "together are easy to remember and hard to guess."),
			       err_num(PASSWORD_MIN), err_num(PASSWORD_MAX));
	pthread_mutex_lock(&n->sign_in);
	failed = crypto_pwhash_str(text, password.p, password.n, PASSES, MEMORY);
	pthread_mutex_unlock(&n->sign_in);
	if (failed)
		return err_set(err, ERR_UNREACHABLE, "password",
			       N_("There is not enough memory to protect a password: 64 MiB "
				  "are needed."));
	*out = arena_str(a, str_z(text));
	return true;
}

bool password_fits(struct str hash, struct str password)
{
	char text[crypto_pwhash_STRBYTES] = { 0 };
	struct str from = hash.n > 0 && hash.n < sizeof(text) ? hash : str_z(nobody);
	bool fits;

	for (size_t i = 0; i < from.n; i++)
		text[i] = from.p[i];
	password = str_cut(password, PASSWORD_MAX);
	fits = crypto_pwhash_str_verify(text, password.p ? password.p : "", password.n) == 0;
	return fits && hash.n > 0;
}
