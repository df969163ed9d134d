/*
 * Who may do what at this node.  Local accounts only; nothing here enters a ledger.
 * Passwords: Argon2id (RFC 9106) by libsodium; tokens: 32 random bytes, stored hashed.
 */
#ifndef REGISTER_ACCOUNT_H
#define REGISTER_ACCOUNT_H
#include "register/register.h"

enum role {
	ROLE_NONE,      /* not signed in: public records */
	ROLE_READER,    /* reads what its party may read */
	ROLE_CLERK,     /* writes national records, proposes joint ones */
	ROLE_SECRETARY, /* and accepts or declines acts for the party */
	ROLE_ADMIN      /* and keeps accounts */
};
extern const char *const role_names[5]; /* "none", "reader", "clerk", "secretary", "admin" */
bool role_parse(struct str s, enum role *out) MUST_USE;
enum audience role_audience(enum role r);

struct person { /* who makes this request */
	struct str account, actor;
	enum role role;
	struct str csrf; /* empty for bearer tokens */
	bool bearer;
};

/*
 * Names: 1 to 64 of a-z 0-9 . _ - @, beginning with a letter or digit.  Passwords: 12 to
 * 1024 bytes, not the name itself.  A new password, and disabling, end every sign-in
 * session of the account; bearer tokens outlive a new password, not the disabling.
 */
enum {
	ACCOUNT_NAME_MAX = 64,
	PASSWORD_MIN = 12,
	PASSWORD_MAX = 1024,
	TOKEN_SECONDS = 365 * 86400
};
bool account_add(struct node *n, struct view *v, struct str name, enum role role,
		 struct str password, struct err *err) MUST_USE;
bool account_password(struct node *n, struct view *v, struct str name, struct str password,
		      struct err *err) MUST_USE;
bool account_role(struct node *n, struct view *v, struct str name, enum role role,
		  struct err *err) MUST_USE;
/* The label that stands in ledger entries for what this account writes; the role's name until
 * it is set. */
bool account_actor(struct node *n, struct view *v, struct str name, struct str actor,
		   struct err *err) MUST_USE;
bool account_disable(struct node *n, struct view *v, struct str name, bool disabled,
		     struct err *err) MUST_USE;
/* A bearer token for the API, shown once; good for TOKEN_SECONDS. */
bool account_token(struct node *n, struct view *v, struct str name, struct str title,
		   struct buf *token, struct err *err) MUST_USE;

enum { SESSION_SECONDS = 8 * 3600, SIGN_IN_TRIES = 5, SIGN_IN_PAUSE = 900 };
/*
 * Slow on purpose (Argon2id, 64 MiB; one at a time, so that a flood of them takes no more
 * memory).  SIGN_IN_TRIES wrong passwords in a row close an account for SIGN_IN_PAUSE
 * seconds.  The same words (ERR_DENIED) and time for an unknown name, a wrong password, a
 * closed and a disabled account.
 */
bool sign_in(struct node *n, struct view *v, struct arena *a, struct str name,
	     struct str password, struct buf *cookie, struct err *err) MUST_USE;
/* Who bears this cookie or bearer token; ROLE_NONE when nobody. */
void person_of(struct node *n, struct view *v, struct arena *a, struct str token, bool bearer,
	       struct person *out);
bool sign_out(struct node *n, struct view *v, struct str token, struct err *err) MUST_USE;

#endif
