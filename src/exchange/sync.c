#include "exchange/sync.h"

#include "wire/fetch.h"

#include <unistd.h>

/* What one exchange over HTTP takes at most; more than that travels better as a pouch. */
enum { BUNDLES_MAX = 1 << 30, BUNDLE_MAX = TILE_WIDTH * (ENTRY_CARRY_MAX + 2) };

struct sync {
	struct node *node;
	struct arena *a;
	struct fetch *peer;
	const struct charter_ledger *ledger; /* of the peer */
	struct ledger_row held;
	struct checkpoint head;
	struct str note;
	bool accepts; /* what came holds an acceptance: worth an acknowledgement */
	struct sync_result *out;
};

/* Which ledger of the charter bears this origin, other than our own. */
static const struct charter_ledger *ledger_of_origin(const struct sync *s, struct str origin)
{
	const struct charter *c = node_charter(s->node);

	for (size_t i = 0; i < c->ledger_count; i++)
		if (str_eq(c->ledgers[i].origin, origin) &&
		    !str_eq(c->ledgers[i].name, node_ledger(s->node)))
			return &c->ledgers[i];
	return NULL;
}

static bool read_head(struct sync *s, struct err *err)
{
	struct buf b;
	bool ok;

	buf_init(&b, NOTE_MAX);
	ok = fetch_get(s->peer, S("/log/checkpoint"), &b, err);
	s->note = arena_str(s->a, buf_str(&b));
	buf_done(&b);
	if (!ok)
		return false;
	s->ledger = ledger_of_origin(s, str_cut(s->note, str_index(s->note, '\n')));
	if (!s->ledger)
		return err_set(err, ERR_INPUT, "",
			       N_("that node serves the ledger %1, which is not another "
				  "party's ledger of "
				  "this register"),
			       err_arg(str_cut(s->note, str_index(s->note, '\n'))));
	return checkpoint_open(s->note, s->ledger->origin, &s->ledger->log, 1, &s->head, err);
}

static bool find_held(struct sync *s, struct view *v, struct err *err)
{
	struct ledger_row *rows;
	size_t n;

	if (!view_ledgers(v, s->a, &rows, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_eq(rows[i].name, s->ledger->name))
			s->held = rows[i];
	s->out->ledger = s->ledger->name;
	s->out->before = s->out->after = s->held.size;
	return true;
}

/* Entry bundles [from, to) into `out`, without what is held already. */
static bool read_bundles(struct sync *s, struct buf *out, struct err *err)
{
	struct buf bundle, path;
	bool ok = true;

	buf_init(&bundle, BUNDLE_MAX);
	buf_init(&path, 256);
	for (uint64_t n = s->held.size / TILE_WIDTH; ok && n * TILE_WIDTH < s->head.size; n++) {
		uint64_t left = s->head.size - n * TILE_WIDTH;
		const struct tile_path p = { ENTRY_LEVEL, n,
					     left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH };
		struct str rest, entry;

		buf_clear(&path);
		buf_lit(&path, "/log/");
		tile_path_write(&path, &p);
		ok = fetch_get(s->peer, buf_str(&path), &bundle, err);
		rest = buf_str(&bundle);
		for (uint64_t i = n * TILE_WIDTH; ok && rest.n; i++) {
			ok = bundle_next(&rest, &entry);
			if (!ok)
				(void)err_set(err, ERR_INPUT, "",
					      N_("bundle %1 of the peer's ledger is damaged"),
					      err_num(n));
			else if (i >= s->held.size)
				bundle_put(out, entry);
		}
		if (ok && out->full)
			ok = err_set(err, ERR_INPUT, "",
				     N_("more than 1 GiB of new entries: carry them in a pouch "
					"instead"));
	}
	buf_done(&path);
	buf_done(&bundle);
	return ok;
}

/* An attachment that cannot be had never blocks anything (LEDGER.md 6.4). */
static bool fetch_blob(struct sync *s, struct str hex, struct err *err)
{
	struct hash want, got;
	struct buf path, bytes;
	uint64_t size;
	int fd;
	bool ok;

	if (!hash_hex(hex, &want))
		return true;
	if (store_blob_open(node_store(s->node), &want, &fd, &size, err)) {
		close(fd);
		return true;
	}
	buf_init(&path, 128);
	buf_init(&bytes, BLOB_MAX);
	buf_lit(&path, "/blob/");
	buf_add(&path, hex);
	ok = fetch_get(s->peer, buf_str(&path), &bytes, err);
	got = hash_of(buf_str(&bytes));
	if (ok && hash_eq(&got, &want)) {
		ok = store_blob_put(node_store(s->node), buf_str(&bytes), &got, err);
		s->out->blobs++;
	} else {
		ok = true;
		s->out->missing++;
	}
	buf_done(&path);
	buf_done(&bytes);
	return ok;
}

/* Attachments first, so that the documents of acts are there when the entries are projected. */
static bool fetch_attachments(struct sync *s, struct str bundles, struct err *err)
{
	struct arena scratch;
	struct str entry;
	bool ok = true;

	arena_init(&scratch, 32 << 20);
	for (uint64_t n = s->held.size; ok && bundles.n && bundle_next(&bundles, &entry); n++) {
		struct entry e;

		arena_reset(&scratch);
		entry_read(&scratch, entry, s->ledger->party, n, INT64_MIN, &e);
		s->accepts |= e.state == ENTRY_VALID && e.type == ENTRY_ACT_ACCEPT;
		for (const struct json *b = e.blobs ? e.blobs->child : NULL; ok && b;
		     b = b->next)
			ok = fetch_blob(s, json_str(b, "sha256"), err);
	}
	arena_done(&scratch);
	return ok;
}

static bool take_over(struct sync *s, struct err *err)
{
	struct peer_range r = { .ledger = s->ledger->name,
				.checkpoint = s->note,
				.base = s->held.size,
				.keys = &s->ledger->log,
				.key_count = 1 };
	struct buf bundles;
	bool ok;

	buf_init(&bundles, BUNDLES_MAX);
	ok = read_bundles(s, &bundles, err) && fetch_attachments(s, buf_str(&bundles), err);
	r.bundles = buf_str(&bundles);
	ok = ok && register_take(s->node, &r, err);
	buf_done(&bundles);
	if (ok)
		s->out->after = s->head.size;
	return ok && (!s->accepts || register_acknowledge(s->node, &s->out->seen, err));
}

bool sync_peer(struct node *n, struct arena *a, struct str url, struct sync_result *out,
	       struct err *err)
{
	struct sync s = { .node = n, .a = a, .out = out };
	struct view *v = NULL;
	bool ok;

	*out = (struct sync_result){ 0 };
	if (!view_open(node_store(n), &v, err))
		return false;
	ok = fetch_open(url, &s.peer, err) && read_head(&s, err) && view_begin(v, err);
	if (ok) {
		ok = find_held(&s, v, err);
		view_end(v);
	}
	view_close(v);
	/* A head no larger than what is held still tells: it must be of the same history. */
	ok = ok && take_over(&s, err);
	fetch_close(s.peer);
	return ok;
}
