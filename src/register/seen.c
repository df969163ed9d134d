#include "register/seen.h"

#include "register/writer.h"

enum { SEEN_ARENA = 64 << 20 };

/* What is new of a peer's ledger says something: it is not all acknowledgements of us. */
static bool says_anything(struct pen *p, const struct ledger_row *peer, uint64_t from,
			  bool *anything, struct err *err)
{
	struct arena a;
	struct str bytes;
	struct entry e;
	bool ok = true;

	*anything = false;
	arena_init(&a, SEEN_ARENA);
	for (uint64_t n = from; ok && !*anything && n < peer->size; n++) {
		arena_reset(&a);
		ok = view_entry(p->view, &a, peer->name, n, &bytes, err);
		if (ok) {
			entry_read(&a, bytes, peer->party, n, INT64_MIN, &e);
			*anything = e.type != ENTRY_SEEN;
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

static bool acknowledge(struct pen *p, const struct ledger_row *peer, struct err *err)
{
	const struct charter_ledger *l = charter_find(p->node->charter, peer->name);
	uint64_t last, shown;
	bool anything;

	if (peer->own || peer->state != LEDGER_OK || peer->size == 0 || !l ||
	    str_eq(l->party, p->node->party))
		return true;
	if (!view_seen(p->view, p->node->ledger, peer->name, &last, err))
		return false;
	if (!view_applied(p->view, peer->name, &shown, err))
		return false;
	/* What the register does not show yet nobody can have taken note of. */
	if (peer->size <= last || shown < peer->size)
		return true;
	return says_anything(p, peer, last, &anything, err) &&
	       (!anything || write_seen(p, peer, l, err));
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

bool register_acknowledge(struct node *n, bool *written, struct err *err)
{
	struct pen *p = writer_hold(n->writer);
	/* A node that may not write now says later what it has seen. */
	bool may = node_log_held(n) && store_own_state(n->store) == LEDGER_OK;
	bool ok = may && pen_begin(p, err);

	*written = ok && p->acknowledged > 0;
	if (*written)
		ok = pen_commit(p, err);
	else if (ok)
		pen_undo(p);
	writer_free(n->writer);
	return ok || !may;
}
