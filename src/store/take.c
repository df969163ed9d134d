#include "store/take.h"

#include "ledger/sig_line.h"
#include "store/project.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

/* As much as one head may be ahead of what is held: a bound on the file of tiles. */
#define RANGE_MAX (UINT64_C(1) << 32)
enum { TAKE_ARENA = 32 << 20, SCRATCH = 8 << 20 };

/* --- the order: levels from the top, then bundles (LEDGER.md 9) --- */

static int order(const struct tile_path *a, const struct tile_path *b)
{
	if (a->level != b->level)
		return a->level > b->level ? -1 : 1;
	return a->n < b->n ? -1 : a->n > b->n;
}

static unsigned level_of(int level)
{
	return level == ENTRY_LEVEL ? 0 : (unsigned)level;
}

/* Whether an interrupted run left what would be wanted here. */
static bool is_there(struct take *t, bool *there, struct err *err)
{
	const struct tile_path *p = &t->next;

	*there = false;
	if (t->bare || p->level > 0)
		return true;
	return p->level == 0 ? take_tile_staged(t, p->n, there, err)
			     : take_bundle_staged(t, p->n, p->width, there, err);
}

/* From t->next on, the first that is not here. */
static bool seek(struct take *t, struct err *err)
{
	bool there = true;

	t->wants = true;
	for (;; t->next.n++) {
		unsigned level = level_of(t->next.level);

		while (t->next.n >= t->end[level]) {
			if (t->next.level == ENTRY_LEVEL) {
				t->wants = false;
				return true;
			}
			if (t->next.level-- == 0 && !take_tiles_stand(t, err))
				return false;
			level = level_of(t->next.level);
			t->next.n = t->first[level];
		}
		t->next.width = tile_width(t->head.size, level, t->next.n);
		if (!is_there(t, &there, err))
			return false;
		if (!there)
			return true;
	}
}

/* --- begin --- */

static bool may_take(struct take *t, struct str ledger, struct err *err)
{
	t->h = ledger_named(t->s, ledger);
	if (!t->h)
		return err_set(err, ERR_MISSING, "ledger",
			       N_("There is no ledger %1 in this register."), err_arg(ledger));
	if (t->h->state == LEDGER_FORKED)
		return err_set(err, ERR_FORK, "ledger",
			       N_("Ledger %1 showed two histories: nothing of it is taken over "
				  "until that is settled."),
			       err_arg(ledger));
	if (t->h->state == LEDGER_CLOSED)
		return err_set(err, ERR_CONFLICT, "closed",
			       N_("Ledger %1 is closed, and all of it that counts is here: its "
				  "party goes on in another."),
			       err_arg(ledger));
	if (t->h == t->s->own && store_own_state(t->s) != LEDGER_RESTORED)
		return err_set(err, ERR_CONFLICT, "ledger",
			       N_("Ledger %1 is this node's own and is whole: nobody else's "
				  "copy of it is taken over."),
			       err_arg(ledger));
	if (t->h->taking)
		return err_set(
			err, ERR_CONFLICT, "busy",
			N_("Another exchange is taking over ledger %1 at this moment. Try "
			   "again when it is done."),
			err_arg(ledger));
	t->busy = t->h->taking = true;
	return true;
}

/*
 * A head that no key in force signed may be signed by one that the range itself brings
 * (LEDGER.md 4.3); nothing is taken over before that is so.
 */
static bool read_head(struct take *t, struct err *err)
{
	struct note note;

	if (!replay_ledger(t->s, t->h, err) ||
	    !view_keys(&t->s->writer, &t->arena, t->h->name, t->h->size, &t->keys.now, err))
		return false;
	t->keys.keep = &t->arena;
	t->keys.closed = projection_closed(t->s->projection, t->h->name);
	t->keys.charter = &t->s->charter->id;
	if (!note_parse(t->note, &note, err) || !checkpoint_parse(note.text, &t->head, err))
		return false;
	if (!str_eq(t->head.origin, t->h->origin))
		return err_set(err, ERR_INPUT, "checkpoint",
			       N_("The checkpoint is of the ledger %1, not of %2."),
			       err_arg(t->head.origin), err_arg(t->h->origin));
	t->known = note_bears(&note, &t->keys.now.log) || t->head.size <= t->h->size;
	return !t->known || key_walk_head(&t->keys, t->note, &t->head, err);
}

/* A head that is not beyond what is held must be of the same history. */
static bool check_older(struct take *t, struct err *err)
{
	struct tile_source from = { t->s->ledger, t->h->lid };
	struct tiles ours = tiles_of(&from);
	struct hash root;

	for (unsigned level = 0; level < TILE_LEVELS; level++)
		t->first[level] = UINT64_MAX;
	if (!tree_root(&ours, t->head.size, &root, err))
		return false;
	return hash_eq(&root, &t->head.root) || take_is_fork(t, err);
}

static bool check_bounds(const struct take *t, uint64_t base, struct err *err)
{
	if (base > t->h->size)
		return err_set(err, ERR_CONFLICT, "base",
			       N_("The entries sent begin at %1, but only %2 are held here: "
				  "entries between them are missing."),
			       err_num(base), err_num(t->h->size));
	if (t->head.size - t->h->size > RANGE_MAX)
		return err_set(
			err, ERR_INPUT, "checkpoint",
			N_("The head of ledger %1 is %2 entries ahead of what is held: more "
			   "than can be taken over at once."),
			err_arg(t->h->name), err_num(t->head.size - t->h->size));
	return true;
}

static bool begin(struct take *t, const struct take_plan *plan, struct err *err)
{
	if (!store_settle(t->s, err) || !may_take(t, plan->ledger, err) || !read_head(t, err))
		return false;
	if (t->head.size <= t->h->size)
		return check_older(t, err);
	if (!check_bounds(t, plan->base, err) || !take_tiles_open(t, err))
		return false;
	assert(!t->bare || t->h->size == 0);
	t->next.level = t->bare ? ENTRY_LEVEL : TILE_LEVELS - 1;
	t->next.n = t->first[level_of(t->next.level)];
	return seek(t, err);
}

bool store_take_begin(struct store *s, const struct take_plan *plan, struct take **out,
		      struct err *err)
{
	struct take *t = calloc(1, sizeof(*t));

	assert(t && s->mode == STORE_WRITE && !s->writing);
	*out = t;
	t->s = s;
	t->fd = -1;
	t->bare = plan->bare;
	arena_init(&t->arena, TAKE_ARENA);
	arena_init(&t->scratch, SCRATCH);
	buf_init(&t->waiting, WAIT_BYTES + BUNDLE_MAX);
	t->settled = s->env.now(s->env.ctx);
	t->note = arena_str(&t->arena, plan->checkpoint);
	return begin(t, plan, err);
}

void store_take_end(struct take *t)
{
	struct err ignored;

	if (!t)
		return;
	(void)!take_settle(t, &ignored); /* of an exchange that broke off: kept for the next */
	buf_done(&t->waiting);
	if (t->busy)
		t->h->taking = false;
	if (t->fd >= 0)
		close(t->fd);
	arena_done(&t->arena);
	arena_done(&t->scratch);
	free(t);
}

/* --- what comes --- */

uint64_t store_take_size(const struct take *t)
{
	return t->h->size;
}

bool store_take_wants(const struct take *t, struct tile_path *out)
{
	*out = t->next;
	return t->wants;
}

bool store_take_give(struct take *t, const struct tile_path *p, struct str bytes,
		     struct err *err)
{
	bool entries = p->level == ENTRY_LEVEL;
	int at = t->wants ? order(p, &t->next) : -1;

	if (p->level >= TILE_LEVELS || p->width == 0 ||
	    p->width != tile_width(t->head.size, level_of(p->level), p->n))
		return err_set(err, ERR_INPUT, "tile",
			       N_("There is no such tile in ledger %1 at size %2."),
			       err_arg(t->h->name), err_num(t->head.size));
	if (at > 0)
		return err_set(err, ERR_INPUT, "tile",
			       N_("A tile of ledger %1 that comes before this one is missing: "
				  "level %2 from the top, then the entries."),
			       err_arg(t->h->name), err_num(level_of(t->next.level)));
	if (at < 0)
		return entries ? take_bundle_again(t, p, bytes, err)
			       : take_tile_again(t, p, bytes, err);
	if (!(entries ? take_bundle(t, p, bytes, err) : take_tile(t, p, bytes, err)))
		return false;
	t->next.n++;
	return seek(t, err) && (t->wants || take_settle(t, err));
}

bool store_take_fork(const struct take *t, struct take_fork *out)
{
	*out = t->fork;
	return t->forked;
}

/* --- the end --- */

/* The tiles that the bundles alone have made, and the root they give. */
static bool bare_stands(struct take *t, struct err *err)
{
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		uint64_t n = t->edge.size >> 8 * level >> 8;
		unsigned width = tile_width(t->edge.size, level, n);

		if (width && !take_tile_put(t, level, n, t->edge.open[level], width, err))
			return false;
	}
	return take_tiles_stand(t, err);
}

/* Nothing is kept of a ledger from `size` on. */
static bool drop_from(struct store *s, const struct held *h, uint64_t size, struct err *err)
{
	struct stmt *q;

	if (!entries_drop(s->ledger, h->lid, size, ENTRIES_MAX, err))
		return false;
	q = db_prepare(s->ledger, "DELETE FROM tile WHERE lid = ? AND level = 0 AND n >= ?",
		       err);
	if (!q)
		return false;
	stmt_int(q, 0, h->lid);
	stmt_int(q, 1, (int64_t)(size / TILE_WIDTH));
	return stmt_done(q, err);
}

bool staged_drop(struct store *s, const struct held *h, struct err *err)
{
	if (!db_begin(s->ledger, true, err))
		return false;
	if (drop_from(s, h, h->size, err))
		return db_commit(s->ledger, err);
	db_rollback(s->ledger);
	return false;
}

/* Tiles of level 0 came with their bundles. */
static bool put_tiles(struct take *t, struct err *err)
{
	struct tiles all = take_tiles(t);
	struct hash hashes[TILE_WIDTH];

	for (unsigned level = 1; level < TILE_LEVELS; level++)
		for (uint64_t n = t->first[level]; n < t->end[level]; n++) {
			unsigned width = tile_width(t->head.size, level, n);

			if (!all.read(all.ctx, level, n, width, hashes, err) ||
			    !tile_put(t->s->ledger, t->h->lid, level, n, hashes, width, err))
				return false;
		}
	return true;
}

static bool put_head(struct take *t, const struct held *after, struct err *err)
{
	struct store *s = t->s;

	return put_tiles(t, err) && drop_from(s, after, after->size, err) &&
	       (t->h == s->own ? own_checkpoint_put(s, after->size, &after->root, t->note, err)
			       : ledger_row_put(s, after, t->note, err));
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
	if (!hash_eq(&root, &signed_root))
		return own_state_put(s, LEDGER_FORKED, err);
	high_water_post(s->high_water, s->own->size, &s->own->root);
	/* What the row says needs somebody's word: nobody knows whether this is all. */
	return s->own->state == LEDGER_RESTORED || own_state_put(s, LEDGER_OK, err);
}

static bool stand(struct take *t, struct err *err)
{
	struct store *s = t->s;
	struct held after = *t->h;

	after.size = t->head.size;
	after.root = t->head.root;
	if (!db_begin(s->ledger, true, err))
		return false;
	if (!put_head(t, &after, err)) {
		db_rollback(s->ledger);
		return false;
	}
	if (!db_commit(s->ledger, err)) {
		s->stale = true;
		return false;
	}
	t->h->size = after.size;
	t->h->root = after.root;
	s->behind = true;
	return t->h != s->own || own_again(s, err);
}

/*
 * A closed ledger is taken as far as it counts, at once, and is the one that was agreed on
 * (docs/decisions/0020): of two histories the other is not let in.
 */
static bool agreed(struct take *t, struct err *err)
{
	const struct charter_ledger *l = charter_find(t->s->charter, t->h->name);
	struct tiles all = take_tiles(t);
	struct err ignored;
	struct hash root;

	if (!l || !l->closed)
		return true;
	if (t->head.size < l->size)
		return err_set(err, ERR_CONFLICT, "closed",
			       N_("Ledger %1 is closed at entry %2, and this copy has only %3: "
				  "fetch it from a node that holds all of it."),
			       err_arg(t->h->name), err_num(l->size), err_num(t->head.size));
	if (!tree_root(&all, l->size, &root, err))
		return false;
	if (hash_eq(&root, &l->root)) {
		t->h->state = LEDGER_CLOSED;
		return true;
	}
	(void)!staged_drop(t->s, t->h, &ignored);
	return err_set(err, ERR_INPUT, "closed",
		       N_("This copy of ledger %1 is not the history that the parties agreed "
			  "on when they closed it. Nothing of it is taken over."),
		       err_arg(t->h->name));
}

/* What nobody in force signed is not kept for a second run. */
static bool signed_by_the_end(struct take *t, struct err *err)
{
	struct err ignored;

	if (key_walk_head(&t->keys, t->note, &t->head, err))
		return true;
	(void)!staged_drop(t->s, t->h, &ignored);
	return false;
}

bool store_take_stand(struct take *t, struct err *err)
{
	if (t->wants)
		return err_set(
			err, ERR_INPUT, "bundle",
			N_("What was sent of ledger %1 ends too early. What came is kept: "
			   "the next exchange goes on from there."),
			err_arg(t->h->name));
	if (t->stood || t->head.size <= t->h->size)
		return true;
	if (!take_settle(t, err))
		return false;
	if ((t->bare && !bare_stands(t, err)) || !signed_by_the_end(t, err) || !agreed(t, err))
		return false;
	t->stood = stand(t, err);
	return t->stood;
}
