#include "store/take.h"

#include <assert.h>
#include <string.h>

/* --- what is kept already --- */

bool take_leaves(struct take *t, uint64_t from, unsigned width, struct hash *out,
		 unsigned *count, struct err *err)
{
	struct stmt *s =
		db_prepare(t->s->ledger,
			   "SELECT k, bytes FROM entry WHERE k >= ? AND k < ? ORDER BY k", err);
	bool row = true;

	*count = 0;
	if (!s)
		return false;
	stmt_int(s, 0, entry_key(t->h->lid, from));
	stmt_int(s, 1, entry_key(t->h->lid, from + width));
	for (;;) {
		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			return true;
		if (col_int(s, 0) != entry_key(t->h->lid, from + *count)) {
			stmt_reset(s);
			return true; /* a hole: no more than these */
		}
		out[(*count)++] = leaf_hash(col_blob(s, 1));
	}
}

/* --- what the entries say that the range itself hangs on --- */

static void look(struct take *t, uint64_t n, struct str bytes)
{
	const unsigned types = 1 << ENTRY_KEY_ROLL | 1 << ENTRY_LEDGER_CLOSE;
	struct entry e;
	bool rolled;

	if (!entry_may_be(bytes, types))
		return;
	arena_reset(&t->scratch);
	entry_read(&t->scratch, bytes, t->h->party, n, INT64_MIN, &e);
	key_walk_entry(&t->keys, &e, &rolled);
}

static bool look_staged(struct take *t, uint64_t from, uint64_t to, struct err *err)
{
	struct stmt *s =
		db_prepare(t->s->ledger,
			   "SELECT k, bytes FROM entry WHERE k >= ? AND k < ? ORDER BY k", err);
	bool row = true;

	if (!s)
		return false;
	stmt_int(s, 0, entry_key(t->h->lid, from));
	stmt_int(s, 1, entry_key(t->h->lid, to));
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			look(t, entry_place(col_int(s, 0)), col_blob(s, 1));
	}
	return true;
}

static uint64_t first_new(const struct take *t, uint64_t bundle)
{
	uint64_t from = bundle * TILE_WIDTH;

	return from > t->h->size ? from : t->h->size;
}

bool take_bundle_staged(struct take *t, uint64_t n, unsigned width, bool *there,
			struct err *err)
{
	struct hash leaves[TILE_WIDTH], tile[TILE_WIDTH];
	struct tiles all = take_tiles(t);
	unsigned count;

	*there = false;
	if (!take_leaves(t, n * TILE_WIDTH, width, leaves, &count, err))
		return false;
	if (count < width)
		return true;
	if (!all.read(all.ctx, 0, n, width, tile, err))
		return false;
	*there = memcmp(leaves, tile, sizeof(tile[0]) * width) == 0;
	return !*there || look_staged(t, first_new(t, n), n * TILE_WIDTH + width, err);
}

/* --- what comes --- */

static bool false_bundle(const struct take *t, const struct tile_path *p, struct err *err)
{
	return err_set(
		err, ERR_INPUT, "bundle",
		N_("Bundle %1 of ledger %2 does not hold the entries that were signed. It "
		   "was not kept; fetch it again."),
		err_num(p->n), err_arg(t->h->name));
}

static bool cut(struct str *bytes, unsigned width, struct str *entries)
{
	for (unsigned i = 0; i < width; i++)
		if (!bundle_next(bytes, &entries[i]))
			return false;
	return true;
}

/* The entries of a bundle, and what they are in the tree. */
static bool cut_whole(struct str bytes, unsigned width, struct str *entries,
		      struct hash *leaves)
{
	if (!cut(&bytes, width, entries) || bytes.n)
		return false;
	for (unsigned i = 0; i < width; i++)
		leaves[i] = leaf_hash(entries[i]);
	return true;
}

/* --- bundles that wait --- */

/* What another run left in these places, under another head, gives way. */
static bool put_bundle(struct take *t, uint64_t n, const struct str *entries, unsigned width,
		       struct err *err)
{
	uint64_t start = n * TILE_WIDTH, end = start + width, from = first_new(t, n);
	struct tiles all = take_tiles(t);
	struct hash leaves[TILE_WIDTH];

	if (!entries_drop(t->s->ledger, t->h->lid, from, end, err))
		return false;
	if (!entries_put(t->s->ledger, t->h->lid, from, entries + (from - start),
			 (unsigned)(end - from), err))
		return false;
	return width < TILE_WIDTH ||
	       (all.read(all.ctx, 0, n, width, leaves, err) &&
		tile_put(t->s->ledger, t->h->lid, 0, n, leaves, width, err));
}

static bool put_waiting(struct take *t, struct err *err)
{
	struct str entries[TILE_WIDTH], rest = buf_str(&t->waiting);

	for (unsigned i = 0; i < t->waiting_count; i++) {
		uint64_t n = t->waits[i];
		unsigned width = tile_width(t->head.size, 0, n);
		bool whole = cut(&rest, width, entries);

		assert(whole);
		if (!put_bundle(t, n, entries, width, err))
			return false;
	}
	return true;
}

bool take_settle(struct take *t, struct err *err)
{
	if (t->waiting_count == 0)
		return true;
	if (!db_begin(t->s->ledger, true, err))
		return false;
	if (!put_waiting(t, err)) {
		db_rollback(t->s->ledger);
		return false;
	}
	if (!db_commit(t->s->ledger, err))
		return false;
	t->waiting_count = 0;
	buf_clear(&t->waiting);
	t->settled = t->s->env.now(t->s->env.ctx);
	return true;
}

static bool stage(struct take *t, uint64_t n, struct str bytes, struct err *err)
{
	if ((t->waiting_count == WAIT_BUNDLES || t->waiting.n + bytes.n > WAIT_BYTES) &&
	    !take_settle(t, err))
		return false;
	buf_add(&t->waiting, bytes);
	assert(!t->waiting.full);
	t->waits[t->waiting_count++] = n;
	return t->s->env.now(t->s->env.ctx) - t->settled < WAIT_S || take_settle(t, err);
}

/* --- one bundle --- */

static bool keep_tile(void *ctx, unsigned level, uint64_t n, const struct hash *hashes,
		      struct err *err)
{
	return take_tile_put(ctx, level, n, hashes, TILE_WIDTH, err);
}

/* Whether these leaves are the tile's; without tiles they make it. */
static bool right_leaves(struct take *t, const struct tile_path *p, const struct hash *leaves,
			 bool *right, struct err *err)
{
	struct tiles all = take_tiles(t);
	struct hash tile[TILE_WIDTH];

	*right = true;
	for (unsigned i = 0; t->bare && i < p->width; i++)
		if (!tree_edge_append(&t->edge, &leaves[i], keep_tile, t, err))
			return false;
	if (t->bare)
		return true;
	if (!all.read(all.ctx, 0, p->n, p->width, tile, err))
		return false;
	*right = memcmp(leaves, tile, sizeof(tile[0]) * p->width) == 0;
	return true;
}

bool take_bundle(struct take *t, const struct tile_path *p, struct str bytes, struct err *err)
{
	struct hash leaves[TILE_WIDTH];
	struct str entries[TILE_WIDTH];
	uint64_t start = p->n * TILE_WIDTH;
	bool right;

	if (!cut_whole(bytes, p->width, entries, leaves))
		return false_bundle(t, p, err);
	if (!right_leaves(t, p, leaves, &right, err))
		return false;
	if (!right)
		return false_bundle(t, p, err);
	if (!stage(t, p->n, bytes, err))
		return false;
	for (uint64_t n = first_new(t, p->n); n < start + p->width; n++)
		look(t, n, entries[n - start]);
	return true;
}

bool take_bundle_again(struct take *t, const struct tile_path *p, struct str bytes,
		       struct err *err)
{
	struct hash leaves[TILE_WIDTH], tile[TILE_WIDTH];
	struct tiles all = take_tiles(t);
	struct str entries[TILE_WIDTH];

	if (!cut_whole(bytes, p->width, entries, leaves))
		return false_bundle(t, p, err);
	if (!all.read(all.ctx, 0, p->n, p->width, tile, err))
		return false;
	return memcmp(leaves, tile, sizeof(tile[0]) * p->width) == 0 || false_bundle(t, p, err);
}
