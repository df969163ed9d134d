/*
 * What belongs to this node alone and never enters a ledger: accounts, sign-in
 * sessions, API tokens, drafts of forms, the operators' log.  Secrets are stored only
 * as hashes; policy (who may do what, how long a session lasts) is register/account.h's.
 */
#ifndef STORE_LOCAL_H
#define STORE_LOCAL_H
#include "store/view.h"

struct account_row {
	struct str name, role, password; /* password: libsodium's Argon2id text */
	struct str actor;                /* the role label that goes into ledger entries */
	bool disabled;
	int64_t created, last_seen;
	unsigned failures;
	int64_t locked_until;
};
bool local_account(struct view *v, struct arena *a, struct str name, struct account_row *out,
		   struct err *err) MUST_USE;
bool local_accounts(struct view *v, struct arena *a, struct account_row **out, size_t *n,
		    struct err *err) MUST_USE;
/* Insert or replace.  Local writes are small and rare: any thread, one short transaction each.
 */
bool local_account_put(struct view *v, const struct account_row *row, struct err *err) MUST_USE;

struct session_row {
	struct hash token;        /* SHA-256 of the cookie or bearer token */
	struct str account, csrf; /* csrf: its secret, hex */
	bool bearer;              /* an API token, not a browser session */
	struct str title;         /* what a bearer token is for */
	int64_t created, expires;
};
bool local_session(struct view *v, struct arena *a, const struct hash *token,
		   struct session_row *out, struct err *err) MUST_USE;
bool local_session_put(struct view *v, const struct session_row *row, struct err *err) MUST_USE;
bool local_session_end(struct view *v, const struct hash *token, struct err *err) MUST_USE;
bool local_sessions_expire(struct view *v, int64_t now, struct err *err) MUST_USE;

/* A form as it was typed, kept until it is submitted: (account, kind, id or "new") → fields. */
bool local_draft(struct view *v, struct arena *a, struct str account, struct str key,
		 struct str *form, struct err *err) MUST_USE;
bool local_draft_put(struct view *v, struct str account, struct str key, struct str form,
		     int64_t now, struct err *err) MUST_USE;
bool local_draft_end(struct view *v, struct str account, struct str key,
		     struct err *err) MUST_USE;

/*
 * Pouches exchanged with a party (LEDGER.md 9): the last one packed for it and the last one
 * opened from it.  `note`: of a packed one the hash of what it carries and how far it
 * reaches, of an opened one what its sender said it holds.
 */
enum pouch_way { POUCH_PACKED, POUCH_OPENED };
struct pouch_row {
	struct str party; /* or "*" */
	uint64_t serial;  /* 0: none yet */
	int64_t made;
	struct str note;
};
bool local_pouch(struct view *v, struct arena *a, enum pouch_way way, struct str party,
		 struct pouch_row *out, struct err *err) MUST_USE;
bool local_pouch_put(struct view *v, enum pouch_way way, const struct pouch_row *row,
		     struct err *err) MUST_USE;

/* Who asked for the digest by mail, and what the last one covered. */
struct mail_row {
	struct str account, address;
	struct str lang; /* "fr" */
	unsigned every;  /* days between two */
	int64_t sent;    /* seconds since 1970; 0: none yet */
	struct str cut;  /* how far it reached: "ml=300 ru=280" */
};
bool local_mail_put(struct view *v, const struct mail_row *row, struct err *err) MUST_USE;
/* By account. */
bool local_mails(struct view *v, struct arena *a, struct mail_row **out, size_t *n,
		 struct err *err) MUST_USE;
bool local_mail_end(struct view *v, struct str account, struct err *err) MUST_USE;

/* Operators' log: what was done to this node by hand. */
bool local_log(struct view *v, int64_t now, struct str who, struct str what,
	       struct err *err) MUST_USE;

/*
 * What an administrator must look at, until somebody says it was seen: one of a kind and
 * ledger, the newest.  "old-key": a checkpoint that only a replaced key signed.
 */
struct alert_row {
	struct str kind, ledger, time, note; /* note: the checkpoint, as evidence */
};
bool local_alert_put(struct view *v, int64_t now, struct str kind, struct str ledger,
		     struct str note, struct err *err) MUST_USE;
bool local_alerts(struct view *v, struct arena *a, struct alert_row **out, size_t *n,
		  struct err *err) MUST_USE;
bool local_alert_end(struct view *v, struct str kind, struct str ledger, bool *found,
		     struct err *err) MUST_USE;

/* What is known of peers, by address: `state` is the exchange's own.  Of more than 64 the one
 * that was tried longest ago goes. */
struct peer_state {
	struct str url, state;
	int64_t tried; /* seconds since 1970 */
};
bool local_peer_put(struct view *v, const struct peer_state *p, struct err *err) MUST_USE;
bool local_peers(struct view *v, struct arena *a, struct peer_state **out, size_t *n,
		 struct err *err) MUST_USE;

#endif
