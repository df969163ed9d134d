#include "exchange/sync.h"

#include "register/intake.h"
#include "wire/fetch.h"

#include <unistd.h>

enum { BUNDLE_MAX = TILE_WIDTH * (ENTRY_CARRY_MAX + 2) };

struct sync {
	struct node *node;
	struct arena *a;
	struct fetch *peer;
	const struct charter_ledger *ledger; /* of the peer */
	struct ledger_row held;
	struct str note;
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
	return true;
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

/* One tile or bundle of the peer's tree. */
static bool read_tile(struct sync *s, struct intake *i, const struct tile_path *p,
		      struct err *err)
{
	struct buf path, bytes;
	bool ok;

	buf_init(&path, 256);
	buf_init(&bytes, BUNDLE_MAX);
	buf_lit(&path, "/log/");
	tile_path_write(&path, p);
	ok = fetch_get(s->peer, buf_str(&path), &bytes, err) &&
	     intake_give(i, p, buf_str(&bytes), err);
	buf_done(&path);
	buf_done(&bytes);
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

/* So that the documents of acts are there when the entries are projected. */
static bool fetch_attachments(struct sync *s, struct view *v, const struct intake_result *came,
			      struct err *err)
{
	struct arena scratch;
	struct str bytes;
	bool ok = true;

	arena_init(&scratch, 32 << 20);
	for (uint64_t n = came->before; ok && n < came->after; n++) {
		struct entry e;

		arena_reset(&scratch);
		ok = view_entry(v, &scratch, s->ledger->name, n, &bytes, err);
		if (!ok)
			break;
		entry_read(&scratch, bytes, s->ledger->party, n, INT64_MIN, &e);
		for (const struct json *b = e.blobs ? e.blobs->child : NULL; ok && b;
		     b = b->next)
			ok = fetch_blob(s, json_str(b, "sha256"), err);
	}
	arena_done(&scratch);
	return ok;
}

static bool take_range(struct sync *s, struct view *v, struct intake *i, struct err *err)
{
	struct intake_result came;
	struct tile_path p;

	while (intake_wants(i, &p))
		if (!read_tile(s, i, &p, err))
			return false;
	if (!intake_stand(i, &came, err))
		return false;
	s->out->after = came.after;
	return fetch_attachments(s, v, &came, err) && intake_finish(i, &came, err) &&
	       (!came.accepts || register_acknowledge(s->node, &s->out->seen, err));
}

/* A head no larger than what is held still tells: it must be of the same history. */
static bool take_over(struct sync *s, struct view *v, struct err *err)
{
	const struct intake_plan plan = { .ledger = s->ledger->name, .checkpoint = s->note };
	struct intake *i;
	bool ok;

	if (!intake_begin(s->node, s->a, &plan, &i, err))
		return false;
	ok = take_range(s, v, i, err);
	intake_end(i);
	return ok;
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
	ok = ok && take_over(&s, v, err);
	view_close(v);
	fetch_close(s.peer);
	return ok;
}
