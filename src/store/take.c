#include "store/store_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A range of a ledger that somebody else sent, and what it would make of our copy. */
struct taking {
	struct store *s;
	const struct peer_range *r;
	struct held *h;
	struct checkpoint head;
	struct tile_source from;
	struct tree_edge edge;
	bool contradicts; /* an entry we hold already reads otherwise in the range */
};

static bool may_take(struct taking *t, struct err *err)
{
	t->h = ledger_named(t->s, t->r->ledger);
	if (!t->h)
		return err_set(err, ERR_MISSING, "ledger",
			       N_("There is no ledger %1 in this register."),
			       err_arg(t->r->ledger));
	if (t->h->state == LEDGER_FORKED)
		return err_set(err, ERR_FORK, "ledger",
			       N_("Ledger %1 showed two histories: nothing of it is taken over "
				  "until that is settled."),
			       err_arg(t->r->ledger));
	if (t->h == t->s->own && store_own_state(t->s) != LEDGER_RESTORED)
		return err_set(err, ERR_CONFLICT, "ledger",
			       N_("Ledger %1 is this node's own and is whole: nobody else's "
				  "copy of it is taken over."),
			       err_arg(t->r->ledger));
	t->from = (struct tile_source){ t->s->ledger, t->h->lid };
	return true;
}

static bool is_fork(const struct taking *t, uint64_t size, struct err *err)
{
	return err_set(err, ERR_FORK, "checkpoint",
		       N_("Ledger %1 shows two histories: the one signed at size %2 is not the "
			  "one held here. Nothing was "
			  "taken over."),
		       err_arg(t->h->name), err_num(size));
}

/* Our own history at the size of a checkpoint that is not beyond us. */
static bool check_older(const struct taking *t, struct err *err)
{
	struct tiles tiles = tiles_of(&t->from);
	struct hash root;

	if (!tree_root(&tiles, t->head.size, &root, err))
		return false;
	return hash_eq(&root, &t->head.root) || is_fork(t, t->head.size, err);
}

/* Whether entry n, which we hold, has this leaf hash here too. */
static bool compare_held(struct taking *t, uint64_t n, const struct hash *leaf, struct err *err)
{
	struct tiles tiles = tiles_of(&t->from);
	struct hash tile[TILE_WIDTH];
	unsigned at = (unsigned)(n % TILE_WIDTH);

	if (!tiles.read(tiles.ctx, 0, n / TILE_WIDTH, at + 1, tile, err))
		return false;
	if (!hash_eq(&tile[at], leaf))
		t->contradicts = true;
	return true;
}

static bool next_entry(struct str *rest, struct str *entry, struct err *err)
{
	return bundle_next(rest, entry) ||
	       err_set(err, ERR_INPUT, "bundles",
		       N_("The entries sent are cut off in the middle. Fetch them again."));
}

/* Grow our tree at `base` by what was sent, in memory only. */
static bool grow(struct taking *t, struct err *err)
{
	struct tiles tiles = tiles_of(&t->from);
	struct str rest = t->r->bundles, entry;

	if (!tree_edge_load(&tiles, t->r->base, &t->edge, err))
		return false;
	while (rest.n) {
		struct hash leaf;

		if (!next_entry(&rest, &entry, err))
			return false;
		leaf = leaf_hash(entry);
		if (t->edge.size < t->h->size && !compare_held(t, t->edge.size, &leaf, err))
			return false;
		if (!tree_edge_append(&t->edge, &leaf, NULL, NULL, err))
			return false;
	}
	return true;
}

/*
 * The range must add up to the signed root.  When it does and yet differs from what is
 * held, the signer signed two histories; when it does not, what was sent is not what
 * was signed, or the histories part below `base`: a consistency proof or the whole
 * ledger from 0 tells which.
 */
static bool check_range(struct taking *t, struct err *err)
{
	struct hash root;

	if (t->r->base > t->h->size)
		return err_set(err, ERR_CONFLICT, "base",
			       N_("The entries sent begin at %1, but only %2 are held here: "
				  "entries between them are missing."),
			       err_num(t->r->base), err_num(t->h->size));
	if (!grow(t, err))
		return false;
	root = tree_edge_root(&t->edge);
	if (t->edge.size != t->head.size || !hash_eq(&root, &t->head.root))
		return err_set(err, ERR_INPUT, "bundles",
			       N_("The entries sent of ledger %1 do not add up to the root "
				  "signed at size %2. Nothing was taken "
				  "over; fetch them again, from entry 0 if this repeats."),
			       err_arg(t->h->name), err_num(t->head.size));
	return !t->contradicts || is_fork(t, t->head.size, err);
}

static bool put_tile(void *ctx, unsigned level, uint64_t n, const struct hash *hashes,
		     struct err *err)
{
	struct taking *t = ctx;

	return tile_put(t->s->ledger, t->h->lid, level, n, hashes, TILE_WIDTH, err);
}

static bool put_entries(struct taking *t, struct err *err)
{
	struct tiles tiles = tiles_of(&t->from);
	struct str rest = t->r->bundles, entry;

	if (!tree_edge_load(&tiles, t->h->size, &t->edge, err))
		return false;
	for (uint64_t n = t->r->base; rest.n; n++) {
		struct hash leaf;

		if (!next_entry(&rest, &entry, err))
			return false;
		if (n < t->h->size)
			continue;
		leaf = leaf_hash(entry);
		if (!entry_put(t->s->ledger, t->h->lid, n, entry, err) ||
		    !tree_edge_append(&t->edge, &leaf, put_tile, t, err))
			return false;
	}
	return edge_put(t->s->ledger, t->h->lid, &t->edge, err);
}

static bool put_all(struct taking *t, const struct held *after, struct err *err)
{
	if (!put_entries(t, err))
		return false;
	return t->h == t->s->own ? own_checkpoint_put(t->s, after->size, &after->root,
						      t->r->checkpoint, err)
				 : ledger_row_put(t->s, after, t->r->checkpoint, err);
}

/* The missing part of the own ledger is here again: the high-water file must agree
 * (LEDGER.md 5.2). */
static bool own_again(struct store *s, struct err *err)
{
	struct tile_source from = { s->ledger, s->own->lid };
	struct tiles tiles = tiles_of(&from);
	struct hash signed_root, root;
	uint64_t size;
	bool found;

	s->edge = (struct tree_edge){ 0 };
	if (!ledgers_load(s, err) || !high_water_read(s->dir, &size, &signed_root, &found, err))
		return false;
	if (!found || size > s->own->size)
		return true;
	if (!tree_root(&tiles, size, &root, err))
		return false;
	atomic_store(&s->own_state, hash_eq(&root, &signed_root) ? LEDGER_OK : LEDGER_FORKED);
	if (store_own_state(s) == LEDGER_OK)
		high_water_post(s->high_water, s->own->size, &s->own->root);
	return true;
}

static bool take_over(struct taking *t, struct err *err)
{
	struct store *s = t->s;
	struct held after = *t->h;
	struct err later;

	after.size = t->head.size;
	after.root = t->head.root;
	if (!db_begin(s->ledger, true, err))
		return false;
	if (!put_all(t, &after, err)) {
		db_rollback(s->ledger);
		return false;
	}
	if (!db_commit(s->ledger, err)) {
		s->stale = true;
		return false;
	}
	atomic_fetch_add(&s->generation, after.size - t->h->size);
	t->h->size = after.size;
	t->h->root = after.root;
	/* The ledger stands; when the projection cannot follow, store_begin tries again and
	 * says why. */
	s->behind = !replay_missing(s, &later);
	return t->h != s->own || own_again(s, err);
}

bool store_take(struct store *s, const struct peer_range *r, struct err *err)
{
	struct taking *t = calloc(1, sizeof(*t));
	struct err later;
	bool ok;

	assert(t && s->mode == STORE_WRITE && !s->writing);
	t->s = s;
	t->r = r;
	turn_take(s);
	follow_all(s);
	ok = may_take(t, err) &&
	     checkpoint_open(r->checkpoint, t->h->origin, r->keys, r->key_count, &t->head, err);
	if (ok)
		ok = t->head.size <= t->h->size ? check_older(t, err)
						: check_range(t, err) && take_over(t, err);
	free(t);
	/* What cannot be done here is tried again, and told, by store_begin. */
	if (ok && !s->behind)
		(void)!documents_apply(s, &later);
	turn_give(s);
	return ok;
}
