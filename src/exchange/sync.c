#include "exchange/session.h"

/* The most time and bytes of one exchange; the next goes on from there. */
enum { SESSION_SECONDS = 3600 };
#define SESSION_BYTES (UINT64_C(8) << 30)

struct str session_path(struct session *s, const char *before, struct str origin,
			const char *rest)
{
	struct hash h = hash_of(origin);
	struct buf b;

	buf_init(&b, 256);
	buf_z(&b, before);
	buf_hex(&b, h.b, HASH_SIZE);
	buf_z(&b, rest);
	return arena_buf(s->a, &b);
}

bool session_own(struct session *s, struct ledger_row *own, struct err *err)
{
	struct ledger_row *rows;
	size_t n;
	bool ok;

	*own = (struct ledger_row){ 0 };
	if (!view_begin(s->view, err))
		return false;
	ok = view_ledgers(s->view, s->a, &rows, &n, err);
	view_end(s->view);
	for (size_t i = 0; ok && i < n; i++)
		if (rows[i].own)
			*own = rows[i];
	s->out->own = own->size;
	return ok;
}

/* Which ledger of the charter bears this origin, other than our own. */
static const struct charter_ledger *of_origin(const struct session *s, struct str origin)
{
	const struct charter *c = node_charter(s->node);

	for (size_t i = 0; i < c->ledger_count; i++)
		if (str_eq(c->ledgers[i].origin, origin) &&
		    !str_eq(c->ledgers[i].name, node_ledger(s->node)))
			return &c->ledgers[i];
	return NULL;
}

static bool read_head(struct session *s, struct err *err)
{
	struct buf b;
	bool ok;

	buf_init(&b, NOTE_MAX);
	ok = fetch_get(s->peer, S("/log/checkpoint"), &b, err);
	s->head = arena_str(s->a, buf_str(&b));
	buf_done(&b);
	if (!ok)
		return false;
	s->ledger = of_origin(s, str_cut(s->head, str_index(s->head, '\n')));
	if (!s->ledger)
		return err_set(err, ERR_INPUT, "",
			       N_("that node serves the ledger %1, which is not another "
				  "party's ledger of "
				  "this register"),
			       err_arg(str_cut(s->head, str_index(s->head, '\n'))));
	s->out->ledger = s->ledger->name;
	return true;
}

static bool is_whole(const struct session *s)
{
	return store_own_state(node_store(s->node)) == LEDGER_OK;
}

/* LEDGER.md 5.4 (b); a node that may not write acknowledges once it may. */
static bool acknowledge(struct session *s, struct err *err)
{
	return !is_whole(s) || register_acknowledge(s->node, &s->out->seen, err);
}

/*
 * The steps.  Sealed bodies follow the attachments; a pouch goes to a peer that cannot reach
 * this node after it has seen our head, and holds what we acknowledged in this exchange too.
 */
static bool exchange(struct session *s, struct err *err)
{
	return read_head(s, err) && session_ask(s, err) &&
	       (is_whole(s) || session_take_own(s, err)) && session_take_closed(s, err) &&
	       session_take(s, err) && (!s->plan->missing || session_missing(s, err)) &&
	       (!is_whole(s) || session_sealed(s, err)) && acknowledge(s, err) &&
	       (!is_whole(s) || session_show(s, err)) &&
	       (!is_whole(s) || !s->plan->push || session_push(s, err));
}

bool sync_peer(struct node *n, struct arena *a, const struct sync_plan *plan,
	       struct sync_result *out, struct err *err)
{
	const struct fetch_bounds bounds = { SESSION_SECONDS, SESSION_BYTES, plan->stop };
	struct session s = { .node = n, .a = a, .plan = plan, .out = out };
	bool ok;

	*out = (struct sync_result){ 0 };
	if (!fetch_open(plan->url, &s.peer, err))
		return false;
	fetch_bound(s.peer, &bounds);
	ok = view_open(node_store(n), &s.view, err) && exchange(&s, err);
	view_close(s.view);
	fetch_count(s.peer, &out->requests, &out->bytes);
	fetch_close(s.peer);
	return ok;
}
