#include "store/cosig.h"
#include "store/store_private.h"

#include <string.h>

enum { BUNDLE_MAX = TILE_WIDTH * (ENTRY_CARRY_MAX + 2) };

/* --- ledgers --- */

static void read_row(struct arena *a, struct stmt *q, struct ledger_row *out)
{
	struct str root = col_blob(q, 4);

	*out = (struct ledger_row){ .name = arena_str(a, col_text(q, 0)),
				    .party = arena_str(a, col_text(q, 1)),
				    .origin = arena_str(a, col_text(q, 2)),
				    .size = (uint64_t)col_int(q, 3),
				    .checkpoint = arena_str(a, col_blob(q, 5)) };
	if (root.n == HASH_SIZE)
		memcpy(out->root.b, root.p, HASH_SIZE);
	for (int i = 0; i < 4; i++)
		if (str_is(col_text(q, 6), ledger_state_names[i]))
			out->state = (enum ledger_state)i;
}

/* The row of the own ledger does not know its head: the newest own checkpoint is that. */
static bool complete_own(struct view *v, struct arena *a, struct ledger_row *row,
			 struct err *err)
{
	struct head head;

	row->own = str_eq(row->name, store_own(v->store));
	if (!row->own)
		return true;
	if (!own_head_get(v->ledger, INT64_MAX, a, &head, err))
		return false;
	row->size = head.size;
	row->root = head.root;
	row->checkpoint = head.note;
	row->state = store_own_state(v->store);
	return true;
}

bool view_ledgers(struct view *v, struct arena *a, struct ledger_row **out, size_t *n,
		  struct err *err)
{
	struct stmt *q = db_prepare(v->ledger,
				    "SELECT name, party, origin, size, root, checkpoint, state "
				    "FROM ledger ORDER BY lid",
				    err);
	bool row;

	if (!q)
		return false;
	*out = arena_array(a, struct ledger_row, CHARTER_LEDGERS_MAX);
	for (*n = 0; *n < CHARTER_LEDGERS_MAX; ++*n) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		read_row(a, q, &(*out)[*n]);
		if (!complete_own(v, a, &(*out)[*n], err))
			return false;
	}
	stmt_reset(q);
	return true;
}

bool view_charter(struct view *v, struct arena *a, struct str *bytes, struct err *err)
{
	bool found;

	if (!meta_get(v->ledger, a, "charter", bytes, &found, err))
		return false;
	return found ||
	       err_set(err, ERR_MISSING, "charter",
		       N_("This node has no charter yet. Give it one with `benkan adopt`."));
}

static bool held_in(struct view *v, struct str ledger, const struct held **out, struct err *err)
{
	*out = ledger_named(v->store, ledger);
	return *out || err_set(err, ERR_MISSING, "ledger",
			       N_("There is no ledger %1 in this register."), err_arg(ledger));
}

bool view_entry(struct view *v, struct arena *a, struct str ledger, uint64_t n,
		struct str *bytes, struct err *err)
{
	const struct held *h;

	return held_in(v, ledger, &h, err) && entry_get(v->ledger, h->lid, n, a, bytes, err);
}

bool view_said(struct view *v, struct arena *a, struct str lid, uint64_t n,
	       struct said_entry *out, struct err *err)
{
	charter_at(store_charter(v->store), lid, n, &out->ledger, &out->index);
	return view_entry(v, a, out->ledger, out->index, &out->bytes, err);
}

void view_place(const struct view *v, struct str ledger, struct charter_place *out)
{
	charter_place(store_charter(v->store), ledger, out);
}

/* --- what is served of a ledger --- */

/* The own head as far as the high-water file covers it. */
static bool covered(struct view *v, uint64_t *size, struct err *err)
{
	const struct store *s = v->store;
	struct hash root;
	bool found;

	if (s->high_water) {
		*size = high_water_done(s->high_water);
		return true;
	}
	if (!high_water_read(s->dir, size, &root, &found, err))
		return false;
	if (!found)
		*size = 0;
	return true;
}

static bool newest_peer(struct view *v, struct arena *a, const struct held *h, struct head *out,
			struct err *err)
{
	struct stmt *q =
		db_prepare(v->ledger, "SELECT size, checkpoint FROM ledger WHERE lid = ?", err);
	bool row;

	*out = (struct head){ 0 };
	if (!q)
		return false;
	stmt_int(q, 0, h->lid);
	if (!stmt_step(q, &row, err))
		return false;
	if (row) {
		out->size = (uint64_t)col_int(q, 0);
		out->note = arena_str(a, col_blob(q, 1));
		stmt_reset(q);
	}
	return true;
}

/* Size and note of what is served of a ledger. */
static bool served(struct view *v, struct arena *a, const struct held *h, struct head *out,
		   struct err *err)
{
	uint64_t most;

	if (!str_eq(h->name, store_own(v->store)))
		return newest_peer(v, a, h, out, err);
	return covered(v, &most, err) && own_head_get(v->ledger, most, a, out, err);
}

static bool add_cosignatures(struct view *v, const struct held *h, uint64_t size,
			     struct buf *note, struct err *err)
{
	struct stmt *q = db_prepare(
		v->ledger, "SELECT line FROM cosig WHERE lid = ? AND size = ? ORDER BY witness",
		err);
	bool row;

	if (!q)
		return false;
	stmt_int(q, 0, h->lid);
	stmt_int(q, 1, (int64_t)size);
	for (;;) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		buf_add(note, col_text(q, 0));
	}
}

static bool with_cosignatures(struct view *v, struct arena *a, const struct held *h,
			      const struct head *head, struct str *note, struct err *err)
{
	struct buf whole;
	bool ok;

	if (head->note.n == 0)
		return err_set(err, ERR_MISSING, "checkpoint",
			       N_("No checkpoint of ledger %1 is held here yet."),
			       err_arg(h->name));
	buf_init(&whole, NOTE_MAX);
	buf_add(&whole, head->note);
	ok = add_cosignatures(v, h, head->size, &whole, err);
	if (ok)
		*note = arena_buf(a, &whole);
	else
		buf_done(&whole);
	return ok;
}

bool view_checkpoint(struct view *v, struct arena *a, struct str ledger, struct str *note,
		     struct err *err)
{
	const struct held *h;
	struct head head;

	return held_in(v, ledger, &h, err) && served(v, a, h, &head, err) &&
	       with_cosignatures(v, a, h, &head, note, err);
}

bool view_checkpoint_at(struct view *v, struct arena *a, uint64_t size, struct str *note,
			struct err *err)
{
	const struct held *h;
	struct head head;
	uint64_t most;

	if (!held_in(v, store_own(v->store), &h, err) || !covered(v, &most, err) ||
	    !own_head_get(v->ledger, size < most ? size : most, a, &head, err))
		return false;
	if (head.size != size)
		head.note = S("");
	return with_cosignatures(v, a, h, &head, note, err);
}

/* --- tiles --- */

struct tiles view_tiles(struct view *v, const struct ledger_row *ledger)
{
	const struct held *h = ledger_named(v->store, ledger->name);
	struct tile_source *from = &v->tiles[h - v->store->held];

	*from = (struct tile_source){ v->ledger, h->lid };
	return tiles_of(from);
}

static bool add_bundle(struct view *v, const struct held *h, const struct tile_path *p,
		       struct buf *out, struct err *err)
{
	struct stmt *q = db_prepare(
		v->ledger, "SELECT bytes FROM entry WHERE k >= ? AND k < ? ORDER BY k", err);
	bool row;

	if (!q)
		return false;
	stmt_int(q, 0, entry_key(h->lid, p->n * TILE_WIDTH));
	stmt_int(q, 1, entry_key(h->lid, p->n * TILE_WIDTH + p->width));
	for (unsigned i = 0;; i++) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row && i == p->width)
			return true;
		if (!row)
			return err_set(err, ERR_BROKEN, "entry",
				       N_("There is no entry %1 in this ledger."),
				       err_num(p->n * TILE_WIDTH + i));
		bundle_put(out, col_blob(q, 0));
	}
}

static bool add_hashes(struct view *v, const struct held *h, const struct tile_path *p,
		       struct buf *out, struct err *err)
{
	struct tile_source from = { v->ledger, h->lid };
	struct tiles tiles = tiles_of(&from);
	struct hash hashes[TILE_WIDTH];

	if (!tiles.read(tiles.ctx, (unsigned)p->level, p->n, p->width, hashes, err))
		return false;
	buf_add(out, str_of(hashes, sizeof(*hashes) * p->width));
	return true;
}

static bool tile_within(struct view *v, const struct held *h, uint64_t size,
			const struct tile_path *p, struct buf *out, struct err *err)
{
	unsigned level = p->level == ENTRY_LEVEL ? 0 : (unsigned)p->level;

	if (p->width > tile_width(size, level, p->n))
		return err_set(err, ERR_MISSING, "tile",
			       N_("Ledger %1 has no such tile at the size that is served."),
			       err_arg(h->name));
	return p->level == ENTRY_LEVEL ? add_bundle(v, h, p, out, err)
				       : add_hashes(v, h, p, out, err);
}

bool view_tile(struct view *v, struct str ledger, const struct tile_path *p, struct buf *out,
	       struct err *err)
{
	const struct held *h;
	struct head head;
	struct arena a;
	bool ok;

	if (!held_in(v, ledger, &h, err))
		return false;
	arena_init(&a, 2 * NOTE_MAX);
	ok = served(v, &a, h, &head, err);
	arena_done(&a);
	return ok && tile_within(v, h, head.size, p, out, err);
}

bool view_tile_at(struct view *v, struct str ledger, uint64_t size, const struct tile_path *p,
		  struct buf *out, struct err *err)
{
	const struct held *h;

	return held_in(v, ledger, &h, err) && tile_within(v, h, size, p, out, err);
}
