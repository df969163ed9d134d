#include "register/seen.h"

#include "register/writer.h"

enum { SEEN_ARENA = 64 << 20 };

/* Whether a peer's ledger holds, from entry `from` on, anything but acknowledgements of us. */
static bool says_more(struct view *v, const struct ledger_row *peer, uint64_t from, bool *more,
		      struct err *err)
{
	struct arena a;
	struct str bytes;
	struct entry e;
	bool ok = true;

	arena_init(&a, SEEN_ARENA);
	for (uint64_t n = from; ok && n < peer->size && !*more; n++) {
		arena_reset(&a);
		ok = view_entry(v, &a, peer->name, n, &bytes, err);
		if (ok) {
			entry_read(&a, bytes, peer->party, n, INT64_MIN, &e);
			*more = e.type != ENTRY_SEEN;
		}
	}
	arena_done(&a);
	return ok;
}

/* The checkpoint with the log's signature alone: cosignatures are stripped, so that it fits. */
static void put_checkpoint(struct buf *out, struct str note, const struct vkey *log)
{
	struct note parts;
	struct err ignored;
	struct str line, name;

	if (!note_parse(note, &parts, &ignored))
		return;
	buf_add(out, parts.text);
	buf_ch(out, '\n');
	while (str_split(&parts.lines, '\n', &line)) {
		struct str rest = str_from(line, sizeof("— ") - 1);

		if (!str_split(&rest, ' ', &name) || !str_eq(name, log->name))
			continue;
		buf_add(out, line);
		buf_ch(out, '\n');
	}
}

static bool write_seen(struct pen *p, const struct ledger_row *peer,
		       const struct charter_ledger *l, struct err *err)
{
	struct entry_draft d = { .type = str_z(entry_type_names[ENTRY_SEEN]) };
	struct buf note, body;
	struct json_w w = json_w(&body);
	struct hash leaf;
	uint64_t n;
	bool ok;

	buf_init(&note, NOTE_MAX);
	buf_init(&body, NOTE_MAX * 2);
	put_checkpoint(&note, peer->checkpoint, &l->log);
	json_open(&w, '{');
	json_pair(&w, "party", peer->party);
	json_pair(&w, "checkpoint", buf_str(&note));
	json_close(&w, '}');
	d.body = buf_str(&body);
	ok = pen_put(p, &d, &n, &leaf, err);
	buf_done(&note);
	buf_done(&body);
	return ok;
}

/* From where on nothing of a peer's ledger is acknowledged; its size when all is. */
static bool news_begin(const struct node *n, struct view *v, const struct ledger_row *peer,
		       uint64_t *from, struct err *err)
{
	uint64_t shown;

	*from = peer->size;
	if (peer->own || peer->state != LEDGER_OK || peer->size == 0 ||
	    str_eq(peer->party, n->party))
		return true;
	if (!view_seen(v, n->ledger, peer->name, from, err) ||
	    !view_applied(v, peer->name, &shown, err))
		return false;
	/* What the register does not show yet nobody can have taken note of. */
	if (shown < peer->size || *from > peer->size)
		*from = peer->size;
	return true;
}

static bool acknowledge(struct pen *p, const struct ledger_row *peer, struct err *err)
{
	const struct charter_ledger *l = charter_find(p->node->charter, peer->name);
	bool more = false;
	uint64_t from;

	return !l || (news_begin(p->node, p->view, peer, &from, err) &&
		      says_more(p->view, peer, from, &more, err) &&
		      (!more || write_seen(p, peer, l, err)));
}

bool seen_write(struct pen *p, struct err *err)
{
	struct ledger_row *rows;
	struct arena a;
	size_t n;
	bool ok;

	arena_init(&a, SEEN_ARENA);
	ok = view_ledgers(p->view, &a, &rows, &n, err);
	for (size_t i = 0; ok && i < n; i++)
		ok = acknowledge(p, &rows[i], err);
	arena_done(&a);
	return ok;
}

/* --- for exchange --- */

/*
 * Whether an acceptance waits to be acknowledged.  Asked of the ledgers, not of what the last
 * exchange brought: a node that stopped between taking over and acknowledging must come to it.
 */
static bool acceptance_waits(struct node *n, bool *waits, struct err *err)
{
	struct ledger_row *rows;
	struct view *v;
	struct arena a;
	uint64_t from;
	size_t count;
	bool ok;

	*waits = false;
	if (!view_open(n->store, &v, err))
		return false;
	arena_init(&a, SEEN_ARENA);
	if (view_begin(v, err)) {
		ok = view_ledgers(v, &a, &rows, &count, err);
		for (size_t i = 0; ok && !*waits && i < count; i++)
			ok = news_begin(n, v, &rows[i], &from, err) &&
			     (from == rows[i].size ||
			      view_accepts(v, rows[i].name, from, waits, err));
		view_end(v);
	} else
		ok = false;
	arena_done(&a);
	view_close(v);
	return ok;
}

bool register_acknowledge(struct node *n, bool *written, struct err *err)
{
	struct pen *p = writer_hold(n->writer);
	uint64_t heard = store_heard(n->store) + 1;
	/* A node that may not write now says later what it has seen. */
	bool may = node_log_held(n) && store_own_state(n->store) == LEDGER_OK;
	bool waits = false, ok = true;

	if (may && p->heard != heard && p->looked != heard)
		ok = acceptance_waits(n, &waits, err);
	if (ok && waits)
		ok = pen_begin(p, err) && pen_commit(p, err);
	*written = ok && waits;
	if (ok && may)
		p->looked = heard;
	writer_free(n->writer);
	return ok;
}
