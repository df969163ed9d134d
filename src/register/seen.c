#include "register/seen.h"

#include "register/writer.h"

enum { SEEN_ARENA = 64 << 20 };

/* What a peer's ledger holds beyond what was acknowledged of it. */
struct news {
	bool anything; /* something but acknowledgements of us */
	bool accepts;  /* an act.accept: worth an acknowledgement of its own */
	bool all; /* look for these alone, at every entry, not only until there is anything */
};

static void look_at(struct arena *a, const struct ledger_row *peer, uint64_t n,
		    struct str bytes, struct news *out)
{
	struct entry e;

	if (out->all && !entry_may_be(bytes, 1u << ENTRY_ACT_ACCEPT))
		return;
	entry_read(a, bytes, peer->party, n, INT64_MIN, &e);
	out->anything |= e.type != ENTRY_SEEN;
	out->accepts |= e.state == ENTRY_VALID && e.type == ENTRY_ACT_ACCEPT;
}

static bool read_news(struct view *v, const struct ledger_row *peer, uint64_t from,
		      struct news *out, struct err *err)
{
	struct arena a;
	struct str bytes;
	bool ok = true;

	arena_init(&a, SEEN_ARENA);
	for (uint64_t n = from; ok && n < peer->size && (out->all || !out->anything); n++) {
		arena_reset(&a);
		ok = view_entry(v, &a, peer->name, n, &bytes, err);
		if (ok)
			look_at(&a, peer, n, bytes, out);
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

static bool peer_news(const struct node *n, struct view *v, const struct ledger_row *peer,
		      struct news *out, struct err *err)
{
	uint64_t last, shown;

	if (peer->own || peer->state != LEDGER_OK || peer->size == 0 ||
	    str_eq(peer->party, n->party))
		return true;
	if (!view_seen(v, n->ledger, peer->name, &last, err) ||
	    !view_applied(v, peer->name, &shown, err))
		return false;
	/* What the register does not show yet nobody can have taken note of. */
	return peer->size <= last || shown < peer->size || read_news(v, peer, last, out, err);
}

static bool acknowledge(struct pen *p, const struct ledger_row *peer, struct err *err)
{
	const struct charter_ledger *l = charter_find(p->node->charter, peer->name);
	struct news news = { 0 };

	return !l || (peer_news(p->node, p->view, peer, &news, err) &&
		      (!news.anything || write_seen(p, peer, l, err)));
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
	struct news news = { .all = true };
	struct ledger_row *rows;
	struct view *v;
	struct arena a;
	size_t count;
	bool ok;

	if (!view_open(n->store, &v, err))
		return false;
	arena_init(&a, SEEN_ARENA);
	if (view_begin(v, err)) {
		ok = view_ledgers(v, &a, &rows, &count, err);
		for (size_t i = 0; ok && i < count; i++)
			ok = peer_news(n, v, &rows[i], &news, err);
		view_end(v);
	} else
		ok = false;
	arena_done(&a);
	view_close(v);
	*waits = news.accepts;
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
