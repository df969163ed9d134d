#include "store/charter.h"

#include "store/project.h"
#include "store/store_private.h"

#include <string.h>
#include <unistd.h>

enum { CHARTER_ARENA = 64 << 20, CHAIN_MAX = 1024 };

/* --- what amend.h asks, out of a register --- */

struct desk {
	struct db *reg;
	const struct charter *now;
	const struct apply_source *from;
	struct hash by_hand;
};

/* A party's sequence bears the name of its first ledger. */
static struct str lid_of(const struct charter *c, struct str party)
{
	for (size_t i = 0; i < c->ledger_count; i++)
		if (str_eq(c->ledgers[i].party, party))
			return c->ledgers[i].name;
	return party;
}

static bool desk_document(void *ctx, const struct hash *h, struct arena *a, struct str *bytes,
			  bool *found, struct err *err)
{
	const struct desk *d = ctx;

	return d->from->blob(d->from->ctx, a, h, bytes, found, err);
}

static uint64_t index_or_never(struct stmt *s, int column)
{
	return col_null(s, column) ? ACT_NEVER : (uint64_t)col_int(s, column);
}

static bool held_of(const struct desk *d, struct act_word *w, struct err *err)
{
	struct stmt *s = db_prepare(d->reg, "SELECT applied FROM r_ledger WHERE name = ?", err);
	bool row;

	if (!s)
		return false;
	stmt_text(s, 0, lid_of(d->now, w->party));
	if (!stmt_step(s, &row, err))
		return false;
	w->held = row ? (uint64_t)col_int(s, 0) : 0;
	stmt_reset(s);
	return true;
}

static bool desk_said(void *ctx, const struct hash *h, struct str parties, struct act_word *w,
		      size_t count, struct err *err)
{
	const struct desk *d = ctx;

	for (size_t i = 0; i < count; i++) {
		struct stmt *s = db_prepare(d->reg,
					    "SELECT proposed, accepted, declined FROM "
					    "p_act_party WHERE h = ? AND parties = ? AND "
					    "party = ?",
					    err);
		bool row;

		if (!s)
			return false;
		stmt_blob(s, 0, h->b, HASH_SIZE);
		stmt_text(s, 1, parties);
		stmt_text(s, 2, w[i].party);
		if (!stmt_step(s, &row, err))
			return false;
		if (row) {
			w[i].proposed = index_or_never(s, 0);
			w[i].accepted = index_or_never(s, 1);
			w[i].declined = index_or_never(s, 2);
		}
		stmt_reset(s);
		if (!held_of(d, &w[i], err))
			return false;
	}
	return true;
}

static bool desk_seen(void *ctx, struct str party, struct str peer, uint64_t above, uint64_t *n,
		      uint64_t *size, struct err *err)
{
	const struct desk *d = ctx;
	struct stmt *s = db_prepare(d->reg,
				    "SELECT n, size FROM p_seen WHERE lid = ? AND peer = ? AND "
				    "size > ? AND state <> 'void' ORDER BY size, n LIMIT 1",
				    err);
	bool row;

	*n = *size = ACT_NEVER;
	if (!s)
		return false;
	stmt_text(s, 0, lid_of(d->now, party));
	stmt_text(s, 1, peer);
	stmt_int(s, 2, above > INT64_MAX ? INT64_MAX : (int64_t)above);
	if (!stmt_step(s, &row, err))
		return false;
	if (row) {
		*n = (uint64_t)col_int(s, 0);
		*size = (uint64_t)col_int(s, 1);
	}
	stmt_reset(s);
	return true;
}

static bool desk_accepted(void *ctx, struct str party, uint64_t before, struct hash *out,
			  size_t *count, struct err *err)
{
	const struct desk *d = ctx;
	struct stmt *s =
		party.n ? db_prepare(d->reg,
				     "SELECT DISTINCT h FROM r_amend WHERE amends = ? AND "
				     "party = ? AND n < ? ORDER BY h",
				     err)
			: db_prepare(
				  d->reg,
				  "SELECT DISTINCT h FROM r_amend WHERE amends = ? ORDER BY h",
				  err);
	bool row;

	*count = 0;
	if (!s)
		return false;
	stmt_blob(s, 0, d->now->hash.b, HASH_SIZE);
	if (party.n) {
		stmt_text(s, 1, party);
		stmt_int(s, 2, before > INT64_MAX ? INT64_MAX : (int64_t)before);
	}
	while (*count < AMENDS_MAX) {
		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			return true;
		if (col_blob(s, 0).n == HASH_SIZE)
			memcpy(out[(*count)++].b, col_blob(s, 0).p, HASH_SIZE);
	}
	stmt_reset(s);
	return true;
}

static bool desk_names(void *ctx, struct str party, uint64_t n, bool *is, struct err *err)
{
	const struct desk *d = ctx;
	struct stmt *s = db_prepare(
		d->reg, "SELECT 1 FROM r_amend WHERE amends = ? AND party = ? AND n = ?", err);

	if (!s)
		return false;
	stmt_blob(s, 0, d->now->hash.b, HASH_SIZE);
	stmt_text(s, 1, party);
	stmt_int(s, 2, (int64_t)n);
	if (!stmt_step(s, is, err))
		return false;
	stmt_reset(s);
	return true;
}

static bool desk_words(void *ctx, struct str party, uint64_t n, struct arena *a,
		       const struct json **out, struct err *err)
{
	const struct desk *d = ctx;
	struct str ledger, bytes;
	struct entry e;

	charter_at(d->now, lid_of(d->now, party), n, &ledger, &n);
	if (!d->from->entry(d->from->ctx, a, ledger, n, &bytes, err))
		return false;
	entry_read(a, bytes, party, n, INT64_MIN, &e);
	*out = e.state == ENTRY_VALID ? json_arr(e.body, "words") : NULL;
	return true;
}

static bool desk_keys(void *ctx, struct str ledger, uint64_t size, struct arena *a,
		      struct charter_ledger *out, struct err *err)
{
	const struct desk *d = ctx;

	*out = *charter_find(d->now, ledger);
	return keys_rolled(d->reg, a, size, out, err);
}

static struct amend_facts facts_of(struct desk *d)
{
	return (struct amend_facts){ .now = d->now,
				     .by_hand = &d->by_hand,
				     .document = desk_document,
				     .said = desk_said,
				     .seen = desk_seen,
				     .accepted = desk_accepted,
				     .names = desk_names,
				     .words = desk_words,
				     .keys = desk_keys,
				     .ctx = d };
}

bool projection_amend(struct projection *p, const struct hash *by_hand, struct arena *a,
		      struct str *bytes, bool *found, struct err *err)
{
	struct desk d = { p->db, p->charter, &p->from, *by_hand };
	struct amend_facts f = facts_of(&d);

	return amend_next(a, &f, bytes, found, err);
}

/* --- a store takes it --- */

bool charter_by_hand(struct db *ledger, struct hash *out, struct err *err)
{
	struct arena a;
	struct str text;
	bool found, ok;

	*out = (struct hash){ 0 };
	arena_init(&a, 1 << 16);
	ok = meta_get(ledger, &a, "by-hand", &text, &found, err);
	if (ok && found && !hash_hex(text, out))
		*out = (struct hash){ 0 };
	arena_done(&a);
	return ok;
}

bool store_charter_by_hand(struct store *s, const struct hash *h, struct err *err)
{
	struct buf b;
	bool ok;

	buf_init(&b, 2 * HASH_SIZE);
	buf_hex(&b, h->b, HASH_SIZE);
	ok = db_begin(s->ledger, true, err);
	if (ok) {
		ok = meta_put(s->ledger, "by-hand", buf_str(&b), err) &&
		     db_commit(s->ledger, err);
		if (!ok)
			db_rollback(s->ledger);
	}
	buf_done(&b);
	return ok;
}

static bool find(struct store *s, struct arena *a, struct str *bytes, bool *found,
		 struct err *err)
{
	struct hash by_hand;

	return charter_by_hand(s->ledger, &by_hand, err) &&
	       projection_amend(s->projection, &by_hand, a, bytes, found, err);
}

static bool drop_all(struct store *s, const struct held *h, struct err *err)
{
	static const char *const sql[] = { "DELETE FROM tile WHERE lid = ?",
					   "DELETE FROM cosig WHERE lid = ?" };

	for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++) {
		struct stmt *q = db_prepare(s->ledger, sql[i], err);

		if (!q)
			return false;
		stmt_int(q, 0, h->lid);
		if (!stmt_done(q, err))
			return false;
	}
	return entries_drop(s->ledger, h->lid, 0, ENTRIES_MAX, err);
}

static bool row_state(struct store *s, const struct held *h, enum ledger_state state,
		      struct err *err)
{
	struct stmt *q =
		db_prepare(s->ledger, "UPDATE ledger SET state = ? WHERE lid = ?", err);

	if (!q)
		return false;
	stmt_text(q, 0, str_z(ledger_state_names[state]));
	stmt_int(q, 1, h->lid);
	return stmt_done(q, err);
}

/*
 * What is held of a ledger that is closed: whole, when it is the history all agreed on; what
 * is of another is let go (its evidence stays), and what is missing still comes.  The own
 * ledger is closed whatever it holds: this node writes no more.
 */
static bool close_ledger(struct store *s, const struct charter_ledger *l, struct err *err)
{
	struct held *h = ledger_named(s, l->name);
	struct tile_source from;
	struct tiles tiles;
	struct hash root;

	if (h == s->own)
		return row_state(s, h, LEDGER_CLOSED, err);
	if (h->size < l->size)
		return h->state == LEDGER_OK || row_state(s, h, LEDGER_OK, err);
	from = (struct tile_source){ s->ledger, h->lid };
	tiles = tiles_of(&from);
	if (!tree_root(&tiles, l->size, &root, err))
		return false;
	if (hash_eq(&root, &l->root))
		return row_state(s, h, LEDGER_CLOSED, err);
	h->size = 0;
	h->root = empty_root();
	h->state = LEDGER_OK;
	return drop_all(s, h, err) && ledger_row_put(s, h, S(""), err);
}

static bool put_ledgers(struct store *s, const struct charter *next, struct err *err)
{
	for (size_t i = 0; i < next->ledger_count; i++) {
		const struct charter_ledger *l = &next->ledgers[i];
		struct held h = { .lid = (int64_t)i + 1,
				  .name = l->name,
				  .party = l->party,
				  .origin = l->origin,
				  .root = empty_root() };

		if (i >= s->count ? !ledger_row_put(s, &h, S(""), err)
				  : l->closed && !s->charter->ledgers[i].closed &&
					    !close_ledger(s, l, err))
			return false;
	}
	return true;
}

static bool install(struct store *s, struct str bytes, struct err *err)
{
	struct charter *next = arena_new(&s->arena, struct charter);

	bytes = arena_str(&s->arena, bytes);
	if (!charter_read(&s->arena, bytes, next, err) || !db_begin(s->ledger, true, err))
		return false;
	if (!put_ledgers(s, next, err) || !meta_put(s->ledger, "charter", bytes, err)) {
		db_rollback(s->ledger);
		return false;
	}
	if (!db_commit(s->ledger, err))
		return false;
	s->charter = next;
	memset(s->held, 0, sizeof(s->held));
	s->edge = (struct tree_edge){ 0 };
	if (!ledgers_load(s, err))
		return false;
	if (s->own->state != LEDGER_OK)
		atomic_store(&s->own_state, s->own->state);
	return true;
}

bool charter_come_up(struct store *s, struct err *err)
{
	struct arena a;
	bool found = s->charter && s->projection, ok = true;

	arena_init(&a, CHARTER_ARENA);
	while (ok && found) {
		struct str bytes;

		arena_reset(&a);
		ok = find(s, &a, &bytes, &found, err);
		if (ok && found)
			ok = install(s, bytes, err) && register_again(s, err);
	}
	arena_done(&a);
	return ok;
}

bool store_charter_next(struct store *s, struct arena *a, struct str *bytes, bool *due,
			struct err *err)
{
	bool ok, mine;

	*due = false;
	if (!s->charter || !s->projection)
		return true;
	store_follow(s);
	mine = store_turn_take(s);
	ok = find(s, a, bytes, due, err);
	if (mine)
		store_turn_give(s);
	return ok;
}

bool store_charter_due(struct store *s, bool *due, struct err *err)
{
	struct arena a;
	struct str bytes;
	bool ok;

	arena_init(&a, CHARTER_ARENA);
	ok = store_charter_next(s, &a, &bytes, due, err);
	arena_done(&a);
	return ok;
}

/* --- for readers --- */

static bool view_source_blob(void *ctx, struct arena *a, const struct hash *name,
			     struct str *bytes, bool *found, struct err *err)
{
	return view_blob_read(ctx, a, name, BLOB_ROOM, bytes, found, err);
}

static bool view_source_entry(void *ctx, struct arena *a, struct str ledger, uint64_t n,
			      struct str *bytes, struct err *err)
{
	return view_entry(ctx, a, ledger, n, bytes, err);
}

bool view_amend(struct view *v, struct arena *a, const struct hash *h,
		struct amend_verdict *out, struct err *err)
{
	const struct apply_source from = { .blob = view_source_blob,
					   .entry = view_source_entry,
					   .ctx = v };
	struct desk d = { .reg = v->reg, .now = store_charter(v->store), .from = &from };
	struct amend_facts f = facts_of(&d);

	return charter_by_hand(v->ledger, &d.by_hand, err) && amend_judge(a, &f, h, out, err);
}

bool view_amends(struct view *v, struct arena *a, struct str party, struct hash **out,
		 size_t *n, struct err *err)
{
	struct desk d = { .reg = v->reg, .now = store_charter(v->store) };

	*out = arena_array(a, struct hash, AMENDS_MAX);
	return desk_accepted(&d, party, ACT_NEVER, *out, n, err);
}

bool view_charters(struct view *v, struct arena *a, struct charter_link **out, size_t *n,
		   struct err *err)
{
	struct charter_link *list = arena_array(a, struct charter_link, CHAIN_MAX);
	struct charter *c = arena_new(a, struct charter);
	struct str bytes;
	size_t at = CHAIN_MAX;
	bool found = true;

	if (!view_charter(v, a, &bytes, err))
		return false;
	while (found && at > 0) {
		if (!charter_read(a, bytes, c, err))
			return false;
		list[--at] = (struct charter_link){ c->hash, bytes };
		if (!c->amends)
			break;
		if (!view_source_blob(v, a, &c->former, &bytes, &found, err))
			return false;
	}
	*out = list + at;
	*n = CHAIN_MAX - at;
	return true;
}
