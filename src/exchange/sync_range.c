#include "exchange/session.h"

#include "register/intake.h"
#include "register/witness.h"

enum { BUNDLE_MAX = TILE_WIDTH * (ENTRY_CARRY_MAX + 2), SCRATCH = 32 << 20, AT_ONCE = 256 };

/* --- a ledger, tile by tile --- */

/* Where a ledger is served: "/log", or "/mirror/<oh>" for a copy. */
struct served {
	struct str at, ledger, head;
	uint64_t before, after;
};

static bool read_tile(struct session *s, const struct served *from, struct intake *i,
		      const struct tile_path *p, struct err *err)
{
	struct buf path, bytes;
	bool ok;

	buf_init(&path, 256);
	buf_init(&bytes, p->level == ENTRY_LEVEL ? BUNDLE_MAX : p->width * HASH_SIZE);
	buf_add(&path, from->at);
	buf_ch(&path, '/');
	tile_path_write(&path, p);
	ok = fetch_get(s->peer, buf_str(&path), &bytes, err) &&
	     intake_give(i, p, buf_str(&bytes), err);
	buf_done(&path);
	buf_done(&bytes);
	return ok;
}

/* --- attachments --- */

/*
 * An attachment that cannot be had never blocks anything (LEDGER.md 6.4); a line that is cut
 * ends the exchange.
 */
static bool fetch_blob(struct session *s, struct blob_pile *pile, const struct hash *name,
		       uint64_t size, struct err *err)
{
	struct buf path, bytes;
	struct hash got;
	unsigned status;
	bool ok;

	if (blob_pile_has(pile, name) || view_blob_here(s->view, name))
		return true;
	if (size > BLOB_MAX) {
		s->out->missing++;
		return true;
	}
	buf_init(&path, 128);
	buf_init(&bytes, size ? size : 1);
	buf_lit(&path, "/blob/");
	buf_hex(&path, name->b, HASH_SIZE);
	ok = fetch_ask(s->peer, &(struct fetch_request){ .path = buf_str(&path) }, &status,
		       &bytes, err);
	if (ok && status == 200) {
		got = hash_of(buf_str(&bytes));
		status = hash_eq(&got, name) ? 200 : 0;
	}
	if (ok && status == 200)
		ok = blob_pile_add(pile, buf_str(&bytes), &got, err);
	else if (bytes.full)
		ok = true; /* more than its entry says */
	s->out->blobs += ok && status == 200 && !bytes.full;
	s->out->missing += ok && (status != 200 || bytes.full);
	buf_done(&path);
	buf_done(&bytes);
	return ok;
}

static bool named_by(struct session *s, struct blob_pile *pile, const struct entry *e,
		     struct err *err)
{
	for (const struct json *b = e->blobs ? e->blobs->child : NULL; b; b = b->next) {
		int64_t size = 0;
		struct hash name;

		if (!hash_hex(json_str(b, "sha256"), &name) || !json_int(b, "size", &size) ||
		    size < 0)
			continue;
		if (!fetch_blob(s, pile, &name, (uint64_t)size, err))
			return false;
	}
	return true;
}

/* What came before a line was cut is kept. */
static bool settle(struct blob_pile *pile, bool ok, struct err *err)
{
	struct err later;
	bool kept = blob_pile_put(pile, ok ? err : &later);

	blob_pile_end(pile);
	return ok && kept;
}

/* So that the documents of acts are here when the entries are projected. */
static bool fetch_attachments(struct session *s, const struct served *l, struct err *err)
{
	struct blob_pile pile;
	struct arena scratch;
	struct str bytes;
	bool ok = true;

	blob_pile_begin(&pile, node_store(s->node));
	arena_init(&scratch, SCRATCH);
	for (uint64_t n = l->before; ok && n < l->after; n++) {
		struct entry e;

		arena_reset(&scratch);
		ok = view_entry(s->view, &scratch, l->ledger, n, &bytes, err);
		if (ok && str_find(bytes, S("\"blobs\"")) < bytes.n) {
			entry_read(&scratch, bytes, s->ledger->party, n, INT64_MIN, &e);
			ok = named_by(s, &pile, &e, err);
		}
	}
	arena_done(&scratch);
	return settle(&pile, ok, err);
}

static bool list_missing(struct session *s, const struct hash *after, struct blob_ref *refs,
			 size_t *n, struct err *err)
{
	bool ok = view_begin(s->view, err);

	if (ok) {
		ok = view_blobs_missing(s->view, s->ledger->name, after, refs, AT_ONCE, n, err);
		view_end(s->view);
	}
	return ok;
}

bool session_missing(struct session *s, struct err *err)
{
	struct blob_ref refs[AT_ONCE];
	struct hash last = { 0 };
	struct blob_pile pile;
	size_t n = AT_ONCE;
	bool ok = true;

	s->out->missing = 0; /* what this exchange missed is asked for again */
	blob_pile_begin(&pile, node_store(s->node));
	while (ok && n == AT_ONCE) {
		ok = list_missing(s, &last, refs, &n, err);
		for (size_t i = 0; ok && i < n; i++)
			ok = fetch_blob(s, &pile, &refs[i].name, refs[i].size, err);
		if (ok && n)
			last = refs[n - 1].name;
	}
	return settle(&pile, ok, err);
}

/* --- a range --- */

static bool take_range(struct session *s, struct served *l, struct intake *i, bool attachments,
		       struct err *err)
{
	struct intake_result came;
	struct tile_path p;
	struct err later;
	bool fetched;

	while (intake_wants(i, &p))
		if (!read_tile(s, l, i, &p, err))
			return false;
	if (!intake_stand(i, &came, err))
		return false;
	l->before = came.before;
	l->after = came.after;
	fetched = !attachments || fetch_attachments(s, l, err);
	/* What stands is projected, whatever became of its attachments. */
	return intake_finish(i, &came, fetched ? err : &later) && fetched;
}

static bool take(struct session *s, struct served *l, bool attachments, struct err *err)
{
	const struct intake_plan plan = { .ledger = l->ledger, .checkpoint = l->head };
	struct intake *i;
	bool ok;

	if (!intake_begin(s->node, s->a, &plan, &i, err))
		return false;
	ok = take_range(s, l, i, attachments, err);
	intake_end(i);
	return ok;
}

static uint64_t size_of(struct str note)
{
	struct checkpoint head;
	struct note parts;
	struct err ignored;

	return note_parse(note, &parts, &ignored) &&
			       checkpoint_parse(parts.text, &head, &ignored)
		       ? head.size
		       : 0;
}

/* A head no larger than what is held still tells: it must be of the same history. */
bool session_take(struct session *s, struct err *err)
{
	struct served l = { .at = S("/log"), .ledger = s->ledger->name, .head = s->head };
	size_t kept;
	bool ok = take(s, &l, true, err);

	s->out->before = l.before;
	s->out->after = l.after;
	if (!ok)
		return false;
	s->out->theirs = size_of(s->head);
	if (s->out->theirs != l.after)
		return true;
	ok = cosignatures_keep(s->node, s->ledger->name, s->head, &kept, err);
	s->out->cosignatures += ok ? kept : 0;
	return ok;
}

/* A peer that does not hold it, or not all of it, is no reason to stop. */
static bool take_closed(struct session *s, const struct charter_ledger *l, struct err *err)
{
	struct served from = { .ledger = l->name,
			       .at = session_path(s, "/mirror/", l->origin, "") };
	struct buf note;
	bool ok;

	buf_init(&note, NOTE_MAX);
	ok = fetch_get(s->peer, arena_join(s->a, from.at, S("/checkpoint")), &note, err);
	from.head = arena_str(s->a, buf_str(&note));
	buf_done(&note);
	if (!ok)
		return err->kind == ERR_MISSING;
	return size_of(from.head) < l->size || take(s, &from, true, err);
}

bool session_take_closed(struct session *s, struct err *err)
{
	const struct charter *c = node_charter(s->node);
	struct ledger_row *rows;
	size_t n;
	bool ok;

	if (!view_begin(s->view, err))
		return false;
	ok = view_ledgers(s->view, s->a, &rows, &n, err);
	view_end(s->view);
	for (size_t i = 0; ok && i < n && i < c->ledger_count; i++)
		if (c->ledgers[i].closed && !rows[i].own && rows[i].state == LEDGER_OK)
			ok = take_closed(s, &c->ledgers[i], err);
	return ok;
}

bool session_take_own(struct session *s, struct err *err)
{
	struct ledger_row own;
	struct served l = { .ledger = node_ledger(s->node) };
	struct buf note;
	bool ok;

	if (!session_own(s, &own, err))
		return false;
	l.at = session_path(s, "/mirror/", own.origin, "");
	buf_init(&note, NOTE_MAX);
	ok = fetch_get(s->peer, arena_join(s->a, l.at, S("/checkpoint")), &note, err);
	l.head = arena_str(s->a, buf_str(&note));
	buf_done(&note);
	if (!ok)
		return err->kind == ERR_MISSING; /* it holds nothing of us */
	ok = take(s, &l, false, err);
	s->out->own_back = l.after - l.before;
	return ok && session_own(s, &own, err);
}
