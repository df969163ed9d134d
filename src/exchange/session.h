/* What the steps of one exchange share.  Private to src/exchange/sync*.c. */
#ifndef EXCHANGE_SESSION_H
#define EXCHANGE_SESSION_H
#include "exchange/sync.h"
#include "wire/fetch.h"

struct session {
	struct node *node;
	struct arena *a;
	const struct sync_plan *plan;
	struct view *view; /* begun by each step that reads */
	struct fetch *peer;
	const struct charter_ledger *ledger; /* the peer's own */
	struct str head;                     /* its newest checkpoint, as it came */
	struct sync_result *out;
};

/* The own ledger's row, in the arena. */
bool session_own(struct session *s, struct ledger_row *own, struct err *err) MUST_USE;

/* --- sync_range.c --- */
/* The peer's ledger as far as `head` goes, and the attachments its new entries name. */
bool session_take(struct session *s, struct err *err) MUST_USE;
/* What is missing here of ledgers that were closed, out of the peer's copies. */
bool session_take_closed(struct session *s, struct err *err) MUST_USE;
/* What this node lost of its own ledger, out of the peer's copy. */
bool session_take_own(struct session *s, struct err *err) MUST_USE;
/* Attachments named by entries of the peer that are not here. */
bool session_missing(struct session *s, struct err *err) MUST_USE;

/* --- sync_sealed.c --- */
/* Sealed bodies and their attachments that this party may have; erasures are answered. */
bool session_sealed(struct session *s, struct err *err) MUST_USE;

/* --- sync_head.c --- */
/* How much of the own ledger the peer has cosigned; it may know more of it than we. */
bool session_ask(struct session *s, struct err *err) MUST_USE;
/* The own newest head, for the peer to cosign. */
bool session_show(struct session *s, struct err *err) MUST_USE;

/* --- sync_push.c --- */
/* A pouch for a peer that cannot reach this node, when it holds less than was written. */
bool session_push(struct session *s, struct err *err) MUST_USE;

/* "/mirror/" or "/witness/", then the origin's hash in hex, then `rest`; in the arena. */
struct str session_path(struct session *s, const char *before, struct str origin,
			const char *rest);

#endif
