#include "store/packed_kept.h"
#include "store/store_private.h"

#include <assert.h>

/* Entries of one transaction of the register: bounds what a crash undoes and what memory it
 * takes. */
enum { BATCH = 10000 };

/* --- what the projection asks for --- */

/* In the middle of its own commit the ledger cannot be asked: the entry is replayed after it.
 */
static bool may_ask(const struct store *s, struct err *err)
{
	return !s->syncing || err_set(err, ERR_BROKEN, "ledger",
				      N_("The ledger was asked in the middle of a commit."));
}

static bool source_root(void *ctx, struct str ledger, uint64_t size, struct hash *out,
			struct err *err)
{
	struct store *s = ctx;
	const struct held *h = ledger_named(s, ledger);
	struct tile_source from = { s->ledger, h ? h->lid : 0 };
	struct tiles tiles = tiles_of(&from);

	if (!may_ask(s, err))
		return false;
	if (!h || size > h->size)
		return err_set(err, ERR_MISSING, "ledger",
			       N_("Ledger %1 holds fewer than %2 entries here."),
			       err_arg(ledger), err_num(size));
	return tree_root(&tiles, size, out, err);
}

static bool source_opening(void *ctx, struct arena *a, const struct hash *c, struct str *body,
			   bool *found, struct err *err)
{
	struct store *s = ctx;
	struct stmt *q;

	if (!may_ask(s, err))
		return false;
	q = db_prepare(s->ledger, "SELECT bytes FROM opening WHERE c = ?", err);
	if (!q)
		return false;
	stmt_blob(q, 0, c->b, HASH_SIZE);
	if (!stmt_step(q, found, err))
		return false;
	if (*found)
		*body = arena_str(a, col_blob(q, 0));
	stmt_reset(q);
	return true;
}

static bool source_blob(void *ctx, struct arena *a, const struct hash *name, struct str *bytes,
			bool *found, struct err *err)
{
	struct store *s = ctx;

	return may_ask(s, err) &&
	       view_blob_read(&s->writer, a, name, BLOB_ROOM, bytes, found, err);
}

static bool source_entry(void *ctx, struct arena *a, struct str ledger, uint64_t n,
			 struct str *bytes, struct err *err)
{
	struct store *s = ctx;
	const struct held *h = ledger_named(s, ledger);

	if (!h)
		return err_set(err, ERR_MISSING, "ledger",
			       N_("There is no ledger %1 in this register."), err_arg(ledger));
	return may_ask(s, err) && entry_get(s->ledger, h->lid, n, a, bytes, err);
}

struct apply_source replay_source(struct store *s)
{
	return (struct apply_source){ .root = source_root,
				      .opening = source_opening,
				      .blob = source_blob,
				      .entry = source_entry,
				      .ctx = s,
				      .erase = erase_body };
}

/* --- replaying --- */

/* Where entries go: the node's own register, or a scratch one at a past cut. */
struct replay {
	struct store *store;
	struct db *reg;
	struct projection *projection;
	bool (*progress)(void *ctx, uint64_t done, uint64_t all);
	void *ctx;
	uint64_t done, all;
};

static bool apply_rows(struct replay *r, const struct held *h, uint64_t from, uint64_t to,
		       struct err *err)
{
	struct stmt *q =
		db_prepare(r->store->ledger,
			   "SELECT k, bytes FROM entry WHERE k >= ? AND k < ? ORDER BY k", err);
	bool row;

	if (!q)
		return false;
	stmt_int(q, 0, entry_key(h->lid, from));
	stmt_int(q, 1, entry_key(h->lid, to));
	for (uint64_t n = from;; n++) {
		struct str bytes;

		if (!stmt_step(q, &row, err))
			return false;
		if (!row && n == to)
			return true;
		if (!row || col_int(q, 0) != entry_key(h->lid, n))
			return err_set(err, ERR_UNREACHABLE, "ledger",
				       N_("The database \"ledger\" is damaged: entry %1 of "
					  "ledger %2 is missing. Put back the newest "
					  "backup with `benkan restore`."),
				       err_num(n), err_arg(h->name));
		bytes = col_blob(q, 1);
		if (!apply_entry(r->projection, h->name, n, bytes, err))
			return false;
	}
}

static bool replay_batch(struct replay *r, const struct held *h, uint64_t from, uint64_t to,
			 struct err *err)
{
	if (!db_begin(r->reg, true, err))
		return false;
	if (apply_rows(r, h, from, to, err) && apply_settle(r->projection, err))
		return db_commit(r->reg, err);
	db_rollback(r->reg);
	return false;
}

static bool replay_to(struct replay *r, const struct held *h, uint64_t size, struct err *err)
{
	bool again = false;
	uint64_t n;

	if (!projection_applied(r->projection, h->name, &n, err))
		return false;
	size = projection_may(r->projection, h->name, size);
	apply_trust(r->projection);
	while (n < size) {
		uint64_t to = size - n > BATCH ? n + BATCH : size;

		if (!replay_batch(r, h, n, to, err)) {
			apply_forget(r->projection);
			if (again || db_engine(r->reg) != DB_POSTGRES)
				return false;
			again = true; /* without trust */
			continue;
		}
		again = false;
		apply_trust(r->projection);
		r->done += to - n;
		n = to;
		if (r->progress && !r->progress(r->ctx, r->done, r->all))
			return err_set(err, ERR_CONFLICT, "register",
				       N_("Stopped before the end: the next start goes on from "
					  "there."));
	}
	return true;
}

static bool replay_all(struct replay *r, struct err *err)
{
	for (size_t i = 0; i < r->store->count; i++)
		if (!replay_to(r, &r->store->held[i], r->store->held[i].size, err))
			return false;
	return !r->projection || apply_quiet(r->projection, err);
}

bool replay_missing(struct store *s, struct err *err)
{
	struct replay r = { .store = s, .reg = s->reg, .projection = s->projection };

	if (!replay_all(&r, err))
		return false;
	erase_done(s);
	return true;
}

bool replay_ledger(struct store *s, const struct held *h, struct err *err)
{
	struct replay r = { .store = s, .reg = s->reg, .projection = s->projection };

	return replay_to(&r, h, h->size, err);
}

bool store_project(struct store *s, bool *more, struct err *err)
{
	struct replay r = { .store = s, .reg = s->reg, .projection = s->projection };
	uint64_t n;

	*more = false;
	for (size_t i = 0; i < s->count && !*more; i++) {
		const struct held *h = &s->held[i];
		uint64_t size;

		if (!projection_applied(s->projection, h->name, &n, err))
			return false;
		size = projection_may(s->projection, h->name, h->size);
		*more = n < size;
		if (*more && !replay_to(&r, h, size - n > BATCH ? n + BATCH : size, err))
			return false;
	}
	atomic_fetch_add(&s->generation, r.done);
	/* What is shown can be acknowledged. */
	atomic_fetch_add(&s->heard, r.done);
	s->behind = *more;
	erase_done(s);
	return *more ||
	       (documents_apply(s, err) && (!s->projection || apply_quiet(s->projection, err)));
}

bool replay_into(struct store *s, struct db *reg, struct projection *p, const uint64_t *sizes,
		 struct err *err)
{
	struct replay r = { .store = s, .reg = reg, .projection = p };

	for (size_t i = 0; i < s->count; i++)
		if (!replay_to(&r, &s->held[i], sizes[i], err))
			return false;
	return true;
}

/* --- the register's life --- */

void register_close(struct store *s)
{
	if (s->projection)
		projection_close(s->projection);
	s->projection = NULL;
	db_close(s->reg);
	s->reg = s->writer.reg = NULL;
}

static bool register_anew(struct store *s, struct err *err)
{
	struct db_plan plan = register_plan(s);

	views_drop(s);
	register_close(s);
	if (!db_drop(&plan, err))
		return false;
	packed_kept_forget(s->kept);
	if (!db_open(&plan, &s->reg, err) || !projection_create(s->reg, err))
		return false;
	s->writer.reg = s->reg;
	return !s->charter ||
	       projection_open(s->reg, s->charter, &s->source, &s->projection, err);
}

/* A ledger shorter than what was applied of it was put back from a backup; a longer one was not
 * applied whole. */
static bool compare(struct store *s, bool *ahead, bool *behind, struct err *err)
{
	uint64_t n;

	*ahead = *behind = false;
	for (size_t i = 0; i < s->count; i++) {
		const struct held *h = &s->held[i];

		if (!projection_applied(s->projection, h->name, &n, err))
			return false;
		*ahead |= n > h->size;
		*behind |= n < projection_may(s->projection, h->name, h->size);
	}
	return true;
}

static bool open_to_read(struct store *s, bool current, struct err *err)
{
	bool ahead;

	if (!current)
		return err_set(err, ERR_UNREACHABLE, "register",
			       N_("The register was made by another version of Benkan. Run "
				  "`benkan rebuild`, or start the node "
				  "once."));
	return !s->charter ||
	       (projection_open(s->reg, s->charter, &s->source, &s->projection, err) &&
		compare(s, &ahead, &s->behind, err));
}

bool register_open(struct store *s, struct err *err)
{
	struct db_plan plan = register_plan(s);
	bool current, ahead, behind;

	if (s->mode == STORE_REBUILD)
		return register_anew(s, err);
	if (!s->reg && !db_open(&plan, &s->reg, err))
		return false;
	s->writer.reg = s->reg;
	if (!projection_current(s->reg, &current, err))
		return false;
	if (s->mode == STORE_READ)
		return open_to_read(s, current, err);
	if (!current && !register_anew(s, err))
		return false;
	if (!s->charter)
		return true;
	if (!s->projection &&
	    !projection_open(s->reg, s->charter, &s->source, &s->projection, err))
		return false;
	if (!compare(s, &ahead, &behind, err) || (ahead && !register_anew(s, err)))
		return false;
	if (!replay_missing(s, err) || !documents_look(s, err) || !charter_come_up(s, err))
		return false;
	erase_look(s);
	return true;
}

bool register_again(struct store *s, struct err *err)
{
	return register_anew(s, err) && replay_missing(s, err) && documents_look(s, err);
}

static bool rebuild(struct replay *r, struct err *err)
{
	struct store *s = r->store;

	store_follow(s);
	if (!register_anew(s, err))
		return false;
	r->reg = s->reg;
	r->projection = s->projection;
	for (size_t i = 0; i < s->count; i++)
		r->all += s->held[i].size;
	if (!replay_all(r, err))
		return false;
	erase_done(s);
	return true;
}

bool store_rebuild(struct store *s, bool (*progress)(void *ctx, uint64_t done, uint64_t all),
		   void *ctx, struct err *err)
{
	struct replay r = { .store = s, .progress = progress, .ctx = ctx };
	bool mine = store_turn_take(s), ok;

	assert(s->mode != STORE_READ && !s->writing);
	ok = rebuild(&r, err);
	if (mine)
		store_turn_give(s);
	return ok;
}
