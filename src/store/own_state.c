/* Whether the own ledger may grow, when that is not plain (LEDGER.md 5.2). */
#include "store/store_private.h"

#include <assert.h>

/* Pages say it: they are made anew. */
static void state_tell(struct store *s, enum ledger_state state)
{
	if (atomic_exchange(&s->own_state, state) != (int)state)
		atomic_fetch_add(&s->generation, 1);
}

bool own_state_put(struct store *s, enum ledger_state state, struct err *err)
{
	struct held h = *s->own;

	h.state = state;
	if (!db_begin(s->ledger, true, err))
		return false;
	if (!ledger_row_put(s, &h, S(""), err)) {
		db_rollback(s->ledger);
		return false;
	}
	if (!db_commit(s->ledger, err))
		return false;
	s->own->state = state;
	state_tell(s, state);
	return true;
}

/* Another root at a size that is held: two histories bear this node's signature. */
static bool compare(struct store *s, uint64_t size, const struct hash *root, struct err *err)
{
	struct tile_source from = { s->ledger, s->own->lid };
	struct tiles tiles = tiles_of(&from);
	struct hash ours;

	if (!tree_root(&tiles, size, &ours, err))
		return false;
	return hash_eq(&ours, root) || own_state_put(s, LEDGER_FORKED, err);
}

/* That the high-water file was missing outlives its being written again: then what comes back
 * may still not be all that was signed, and somebody's word is needed. */
static bool keep_missing(struct store *s, struct err *err)
{
	struct hash root;
	uint64_t size;
	bool found;

	if (!high_water_read(s->dir, &size, &root, &found, err))
		return false;
	return found || own_state_put(s, LEDGER_RESTORED, err);
}

/*
 * The high-water file is where a larger size is kept: what a later start finds there is what
 * was heard, and the missing entries must agree with it.
 */
bool store_heard_own(struct store *s, uint64_t size, const struct hash *root, struct err *err)
{
	assert(s->mode == STORE_WRITE && !s->writing);
	if (!s->own || store_own_state(s) == LEDGER_FORKED)
		return true;
	if (size <= s->own->size)
		return compare(s, size, root, err);
	state_tell(s, LEDGER_RESTORED);
	if (size <= high_water_done(s->high_water))
		return true;
	if (!keep_missing(s, err))
		return false;
	high_water_post(s->high_water, size, root);
	return high_water_settle(s->high_water, err);
}

bool store_lost(struct store *s, struct err *err)
{
	assert(s->mode == STORE_WRITE && s->own && s->own->size == 0);
	return own_state_put(s, LEDGER_RESTORED, err);
}
