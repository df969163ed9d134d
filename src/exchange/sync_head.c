#include "exchange/session.h"

#include "ledger/add_checkpoint.h"
#include "register/head.h"
#include "register/witness.h"

#include <time.h>

enum { SIZE_MAX_TEXT = 32, TRIES = 3, WAITS = 200, WAIT_NS = 5000000 };

static bool own_forked(struct err *err)
{
	return err_set(
		err, ERR_FORK, "ledger",
		N_("The peer has cosigned another history of this node's own ledger than "
		   "the one held here. Nothing more is written to it: see `benkan "
		   "verify`."));
}

/* --- what the peer has cosigned --- */

/* The note is of our ledger and signed by our key, or the peer talks nonsense. */
static bool hear(struct session *s, struct str note, struct err *err)
{
	struct checkpoint head;
	struct note parts;
	size_t kept;

	if (!node_heard_own(s->node, note, err))
		return false;
	if (store_own_state(node_store(s->node)) == LEDGER_FORKED)
		return own_forked(err);
	if (!note_parse(note, &parts, err) || !checkpoint_parse(parts.text, &head, err))
		return false;
	s->out->cosigned = head.size;
	if (head.size > s->out->own)
		return true; /* this node is restored: what is missing comes back first */
	if (!cosignatures_keep(s->node, node_ledger(s->node), note, &kept, err))
		return false;
	s->out->cosignatures += kept;
	return true;
}

bool session_ask(struct session *s, struct err *err)
{
	struct fetch_request q = { 0 };
	struct ledger_row own;
	struct buf note;
	unsigned status;
	bool ok;

	if (!session_own(s, &own, err))
		return false;
	q.path = session_path(s, "/witness/", own.origin, "/checkpoint");
	buf_init(&note, NOTE_MAX);
	ok = fetch_ask(s->peer, &q, &status, &note, err) &&
	     (status != 200 || hear(s, arena_str(s->a, buf_str(&note)), err));
	buf_done(&note);
	return ok;
}

/* --- what it shall cosign --- */

/* The head that may be shown follows the commit by a moment (LEDGER.md 5.2). */
static void wait_served(struct session *s, uint64_t size)
{
	const struct timespec t = { .tv_nsec = WAIT_NS };

	for (int i = 0; i < WAITS && store_served(node_store(s->node)) < size; i++)
		nanosleep(&t, NULL);
}

/* A request from the size the peer knows to the head in `note`. */
static bool put_request(struct session *s, const struct ledger_row *own, struct str note,
			struct buf *out, struct err *err)
{
	struct add_checkpoint q = { .old_size = s->out->cosigned, .note = note };
	struct tiles tiles = view_tiles(s->view, own);

	if (!tree_consistency(&tiles, q.old_size, own->size, q.proof, &q.proof_count, err))
		return false;
	add_checkpoint_write(out, &q);
	return true;
}

/* Our head with the line it came back with. */
static bool keep(struct session *s, struct str note, struct str lines, struct err *err)
{
	size_t kept;

	if (!cosignatures_keep(s->node, node_ledger(s->node), arena_join(s->a, note, lines),
			       &kept, err))
		return false;
	s->out->cosignatures += kept;
	s->out->cosigned = s->out->own;
	return true;
}

static bool post(struct session *s, struct str body, unsigned *status, struct str *answer,
		 struct err *err)
{
	const struct fetch_request q = { .path = S("/witness/add-checkpoint"),
					 .type = "text/plain; charset=utf-8",
					 .body = body };
	struct buf b;
	bool ok;

	buf_init(&b, NOTE_MAX);
	ok = fetch_ask(s->peer, &q, status, &b, err);
	*answer = arena_str(s->a, buf_str(&b));
	buf_done(&b);
	return ok;
}

/* One try; *again when the peer knows another size than we thought. */
static bool show(struct session *s, const struct ledger_row *own, struct str note, bool *again,
		 struct err *err)
{
	struct buf body;
	struct str answer;
	unsigned status;
	uint64_t size;
	bool ok;

	*again = false;
	buf_init(&body, ADD_CHECKPOINT_MAX);
	ok = view_begin(s->view, err);
	if (ok) {
		ok = put_request(s, own, note, &body, err);
		view_end(s->view);
	}
	ok = ok && post(s, buf_str(&body), &status, &answer, err);
	buf_done(&body);
	if (!ok)
		return false;
	if (status == 200)
		return keep(s, note, answer, err);
	if (status == 409 && str_u64(str_trim(answer), TREE_SIZE_MAX, &size) &&
	    size != s->out->cosigned && size <= own->size) {
		s->out->cosigned = size;
		*again = size < own->size;
		return true;
	}
	s->out->refused = status;
	return true;
}

bool session_show(struct session *s, struct err *err)
{
	struct ledger_row own;
	bool again = true, ok;
	struct str note;

	if (!session_own(s, &own, err))
		return false;
	if (own.size == 0 || s->out->cosigned >= own.size)
		return true;
	wait_served(s, own.size);
	ok = view_begin(s->view, err);
	if (ok) {
		ok = view_checkpoint(s->view, s->a, own.name, &note, err);
		view_end(s->view);
	}
	/* Another thread may have written since; what is shown is what was looked at. */
	for (int i = 0; ok && again && i < TRIES; i++)
		ok = show(s, &own, note, &again, err);
	return ok;
}
