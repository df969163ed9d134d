#include "store/store_private.h"

#include <assert.h>
#include <string.h>

const char *const ledger_state_names[4] = { "ok", "restored", "forked", "closed" };

/*
 * Entries stand by one number, so that a new one goes behind all others of its ledger without
 * being looked for, and pages that lead to it hold numbers alone.  What LEDGER.md 6.1 calls lid
 * and n can be asked for as well.
 */
#define ENTRY_TABLE                                                                            \
	"CREATE TABLE entry(k INTEGER PRIMARY KEY, bytes BLOB NOT NULL, "                      \
	"lid INTEGER GENERATED ALWAYS AS (k >> 40) VIRTUAL, "                                  \
	"n INTEGER GENERATED ALWAYS AS (k & 1099511627775) VIRTUAL);"
_Static_assert(ENTRIES_MAX == 1099511627776, "as in ENTRY_TABLE");

bool entries_carry_over(struct db *ledger, struct err *err)
{
	return db_run(ledger,
		      "ALTER TABLE entry RENAME TO entry_of_ledger;" ENTRY_TABLE
		      "INSERT INTO entry(k, bytes) SELECT lid * 1099511627776 + n, bytes "
		      "FROM entry_of_ledger ORDER BY lid, n; DROP TABLE entry_of_ledger",
		      err);
}

/*
 * LEDGER.md 6.1.  Of attachments the small ones alone have a table (blob.c).  The row of the
 * own ledger holds only its name and state: its head is the newest own_checkpoint.
 */
bool ledgers_schema(struct db *ledger, struct err *err)
{
	return blob_schema(ledger, err) &&
	       db_run(ledger,
		      "CREATE TABLE ledger(lid INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, "
		      "party "
		      "TEXT NOT NULL,"
		      " origin TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, root BLOB NOT "
		      "NULL, "
		      "checkpoint BLOB NOT NULL,"
		      " state TEXT NOT NULL);" ENTRY_TABLE
		      "CREATE TABLE tile(lid INTEGER NOT NULL, level INTEGER NOT NULL, n "
		      "INTEGER NOT "
		      "NULL,"
		      " hashes BLOB NOT NULL, PRIMARY KEY(lid, level, n)) WITHOUT ROWID;"
		      "CREATE TABLE own_checkpoint(size INTEGER PRIMARY KEY, root BLOB NOT "
		      "NULL, "
		      "note BLOB NOT NULL);"
		      "CREATE TABLE cosig(lid INTEGER NOT NULL, size INTEGER NOT NULL, witness "
		      "TEXT "
		      "NOT NULL,"
		      " line TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY(lid, size, "
		      "witness));"
		      "CREATE TABLE witnessed(origin TEXT PRIMARY KEY, size INTEGER NOT NULL, "
		      "root "
		      "BLOB NOT NULL,"
		      " note BLOB NOT NULL);"
		      "CREATE TABLE opening(c BLOB PRIMARY KEY, bytes BLOB NOT NULL);"
		      "CREATE TABLE evidence(id BLOB PRIMARY KEY, lid INTEGER NOT NULL, doc "
		      "BLOB NOT "
		      "NULL)",
		      err);
}

/* --- entries --- */

#define INTO_ENTRIES "INTO entry(k, bytes) VALUES "
#define ONE_ENTRY    "(?, ?)"

/* One, or ROWS_AT_ONCE: then with FAIL, so that SQLite keeps no copy of each page for taking
 * back this statement alone; whoever fails takes back the transaction. */
static bool put_some(struct db *ledger, int64_t lid, uint64_t n, const struct str *bytes,
		     unsigned count, struct err *err)
{
	bool lite = db_engine(ledger) == DB_SQLITE;
	struct stmt *s = db_prepare(ledger,
				    count == 1 ? "INSERT " INTO_ENTRIES ONE_ENTRY
				    : lite ? "INSERT OR FAIL " INTO_ENTRIES MANY_ROWS(ONE_ENTRY)
					   : "INSERT " INTO_ENTRIES MANY_ROWS(ONE_ENTRY),
				    err);

	if (!s)
		return false;
	for (unsigned i = 0; i < count; i++) {
		stmt_int(s, (int)i * 2, entry_key(lid, n + i));
		stmt_blob(s, (int)i * 2 + 1, bytes[i].p, bytes[i].n);
	}
	return stmt_done(s, err);
}

bool entries_put(struct db *ledger, int64_t lid, uint64_t n, const struct str *bytes,
		 unsigned count, struct err *err)
{
	for (unsigned i = 0, some; i < count; i += some) {
		some = count - i < ROWS_AT_ONCE ? 1 : ROWS_AT_ONCE;
		if (!put_some(ledger, lid, n + i, bytes + i, some, err))
			return false;
	}
	return true;
}

bool entries_drop(struct db *ledger, int64_t lid, uint64_t from, uint64_t to, struct err *err)
{
	struct stmt *s = db_prepare(ledger, "DELETE FROM entry WHERE k >= ? AND k < ?", err);

	if (!s)
		return false;
	stmt_int(s, 0, entry_key(lid, from));
	stmt_int(s, 1, entry_key(lid, to));
	return stmt_done(s, err);
}

bool entry_get(struct db *ledger, int64_t lid, uint64_t n, struct arena *a, struct str *bytes,
	       struct err *err)
{
	struct stmt *s = db_prepare(ledger, "SELECT bytes FROM entry WHERE k = ?", err);
	bool row;

	if (!s)
		return false;
	stmt_int(s, 0, entry_key(lid, n));
	if (!stmt_step(s, &row, err))
		return false;
	if (!row)
		return err_set(err, ERR_MISSING, "entry",
			       N_("There is no entry %1 in this ledger."), err_num(n));
	*bytes = arena_str(a, col_blob(s, 0));
	stmt_reset(s);
	return true;
}

/* --- tiles --- */

bool tile_put(struct db *ledger, int64_t lid, unsigned level, uint64_t n,
	      const struct hash *hashes, unsigned width, struct err *err)
{
	struct stmt *s =
		db_prepare(ledger,
			   "INSERT INTO tile(lid, level, n, hashes) VALUES(?, ?, ?, ?) "
			   "ON CONFLICT(lid, level, n) DO UPDATE SET hashes = excluded.hashes",
			   err);

	if (!s)
		return false;
	stmt_int(s, 0, lid);
	stmt_int(s, 1, level);
	stmt_int(s, 2, (int64_t)n);
	stmt_blob(s, 3, hashes, sizeof(*hashes) * width);
	return stmt_done(s, err);
}

/* The open tile of level 0 is not among them: see leaves_read. */
bool edge_put(struct db *ledger, int64_t lid, struct tree_edge *e, struct err *err)
{
	for (unsigned level = 1; level < TILE_LEVELS; level++) {
		uint64_t n = e->size >> (8 * level) >> 8;

		if ((e->touched >> level & 1) &&
		    !tile_put(ledger, lid, level, n, e->open[level],
			      tile_width(e->size, level, n), err))
			return false;
	}
	e->touched = 0;
	return true;
}

static bool no_tile(unsigned level, uint64_t n, struct err *err)
{
	return err_set(err, ERR_BROKEN, "tile",
		       N_("Tile %1 of level %2 is missing or too short."), err_num(n),
		       err_num(level));
}

/*
 * A level 0 tile is stored when it is full.  While it is open its hashes are those of the
 * entries themselves, at most 255: to write them again with each commit would write twice what
 * a single act costs.
 */
static bool leaves_read(const struct tile_source *from, uint64_t n, unsigned width,
			struct hash *out, struct err *err)
{
	struct stmt *s = db_prepare(
		from->ledger, "SELECT bytes FROM entry WHERE k >= ? AND k < ? ORDER BY k", err);
	bool row = true;

	if (!s)
		return false;
	stmt_int(s, 0, entry_key(from->lid, n * TILE_WIDTH));
	stmt_int(s, 1, entry_key(from->lid, n * TILE_WIDTH + width));
	for (unsigned w = 0; w < width; w++) {
		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			return no_tile(0, n, err);
		out[w] = leaf_hash(col_blob(s, 0));
	}
	stmt_reset(s);
	return true;
}

static bool tile_read(void *ctx, unsigned level, uint64_t n, unsigned width, struct hash *out,
		      struct err *err)
{
	const struct tile_source *from = ctx;
	struct stmt *s = db_prepare(
		from->ledger, "SELECT hashes FROM tile WHERE lid = ? AND level = ? AND n = ?",
		err);
	size_t size = sizeof(*out) * width;
	bool row;

	if (!s)
		return false;
	stmt_int(s, 0, from->lid);
	stmt_int(s, 1, level);
	stmt_int(s, 2, (int64_t)n);
	if (!stmt_step(s, &row, err))
		return false;
	if (!row)
		return level == 0 ? leaves_read(from, n, width, out, err)
				  : no_tile(level, n, err);
	row = col_blob(s, 0).n >= size;
	if (row)
		memcpy(out, col_blob(s, 0).p, size);
	stmt_reset(s);
	return row || no_tile(level, n, err);
}

struct tiles tiles_of(struct tile_source *from)
{
	return (struct tiles){ .read = tile_read, .ctx = from };
}

/* --- rows --- */

struct held *ledger_named(struct store *s, struct str name)
{
	for (size_t i = 0; i < s->count; i++)
		if (str_eq(s->held[i].name, name))
			return &s->held[i];
	return NULL;
}

bool ledger_row_put(struct store *s, const struct held *h, struct str checkpoint,
		    struct err *err)
{
	struct stmt *q = db_prepare(
		s->ledger,
		"INSERT INTO ledger(lid, name, party, origin, size, root, checkpoint, state) "
		"VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(lid) DO UPDATE "
		"SET size = excluded.size, root = excluded.root, checkpoint = "
		"excluded.checkpoint, state = excluded.state",
		err);

	if (!q)
		return false;
	stmt_int(q, 0, h->lid);
	stmt_text(q, 1, h->name);
	stmt_text(q, 2, h->party);
	stmt_text(q, 3, h->origin);
	stmt_int(q, 4, (int64_t)h->size);
	stmt_blob(q, 5, h->root.b, HASH_SIZE);
	stmt_blob(q, 6, checkpoint.p, checkpoint.n);
	stmt_text(q, 7, str_z(ledger_state_names[h->state]));
	atomic_fetch_add(&s->heard, 1);
	return stmt_done(q, err);
}

bool own_checkpoint_put(struct store *s, uint64_t size, const struct hash *root,
			struct str note, struct err *err)
{
	struct stmt *q =
		db_prepare(s->ledger,
			   "INSERT INTO own_checkpoint(size, root, note) VALUES(?, ?, ?) "
			   "ON CONFLICT(size) DO NOTHING",
			   err);
	bool taken;

	if (!q)
		return false;
	stmt_int(q, 0, (int64_t)size);
	stmt_blob(q, 1, root->b, HASH_SIZE);
	stmt_blob(q, 2, note.p, note.n);
	if (!stmt_done(q, err))
		return false;
	if (stmt_changes(q) == 1)
		return true;
	/* Either this size is taken, or the transaction was lost before: asking again tells. */
	q = db_prepare(s->ledger, "SELECT 1 FROM own_checkpoint WHERE size = ?", err);
	if (!q)
		return false;
	stmt_int(q, 0, (int64_t)size);
	if (!stmt_step(q, &taken, err))
		return false;
	stmt_reset(q);
	return err_set(err, ERR_FORK, "checkpoint",
		       N_("A checkpoint of size %1 was signed before, by another process with "
			  "the same keys: this node "
			  "never signs two histories. End the other process, then start this "
			  "one again."),
		       err_num(size));
}

static enum ledger_state state_named(struct str name)
{
	for (int i = 0; i < 4; i++)
		if (str_is(name, ledger_state_names[i]))
			return (enum ledger_state)i;
	return LEDGER_FORKED; /* a word this program does not know: nothing is taken over */
}

static bool load_rows(struct store *s, struct err *err)
{
	struct stmt *q = db_prepare(
		s->ledger,
		"SELECT lid, name, party, origin, size, root, state FROM ledger ORDER BY lid",
		err);
	bool row;

	if (!q)
		return false;
	for (size_t n = 0;; n++) {
		struct held *h = &s->held[n];

		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		if (n == CHARTER_LEDGERS_MAX || col_blob(q, 5).n != HASH_SIZE) {
			stmt_reset(q);
			return err_set(err, ERR_BROKEN, "ledger",
				       N_("The table of ledgers is not as it should be."));
		}
		/* Names stay as they were first read: readers of other threads look for them.
		 */
		if (n == s->count) {
			h->lid = col_int(q, 0);
			h->name = arena_str(&s->arena, col_text(q, 1));
			h->party = arena_str(&s->arena, col_text(q, 2));
			h->origin = arena_str(&s->arena, col_text(q, 3));
			s->count++;
		}
		h->size = (uint64_t)col_int(q, 4);
		memcpy(h->root.b, col_blob(q, 5).p, HASH_SIZE);
		h->state = state_named(col_text(q, 6));
	}
}

bool own_head_get(struct db *ledger, uint64_t most, struct arena *a, struct head *out,
		  struct err *err)
{
	struct stmt *q = db_prepare(ledger,
				    "SELECT size, root, note FROM own_checkpoint WHERE size <= "
				    "? ORDER BY size DESC LIMIT 1",
				    err);
	bool row;

	*out = (struct head){ .root = empty_root() };
	if (!q)
		return false;
	stmt_int(q, 0, (int64_t)most);
	if (!stmt_step(q, &row, err))
		return false;
	if (row && col_blob(q, 1).n == HASH_SIZE) {
		out->size = (uint64_t)col_int(q, 0);
		memcpy(out->root.b, col_blob(q, 1).p, HASH_SIZE);
		out->note = arena_str(a, col_blob(q, 2));
	}
	stmt_reset(q);
	return true;
}

static bool load_own_head(struct store *s, struct err *err)
{
	struct head head;
	struct arena a;
	bool ok;

	s->own = ledger_named(s, s->own_name);
	if (!s->own)
		return err_set(err, ERR_BROKEN, "store",
			       N_("The node does not know which ledger is its own."));
	arena_init(&a, NOTE_MAX);
	ok = own_head_get(s->ledger, INT64_MAX, &a, &head, err);
	s->own->size = head.size;
	s->own->root = head.root;
	arena_done(&a);
	return ok;
}

/*
 * A database of which pages were lost or changed shows here: the head it names is not
 * the one its tiles give.  (`benkan verify` reads every entry besides.)
 */
static bool check_head(struct store *s, const struct held *h, struct tree_edge *edge,
		       struct err *err)
{
	struct tile_source from = { s->ledger, h->lid };
	struct tiles t = tiles_of(&from);
	struct hash root;

	if (!tree_edge_load(&t, h->size, edge, err)) {
		if (err->kind != ERR_BROKEN)
			return false;
	} else {
		root = tree_edge_root(edge);
		if (hash_eq(&root, &h->root))
			return true;
	}
	return err_set(err, ERR_UNREACHABLE, "ledger",
		       N_("The database \"ledger\" is damaged: the tiles of ledger %1 do not "
			  "give its head at size %2. Put "
			  "back the newest backup with `benkan restore`, then fetch what is "
			  "missing from the other side "
			  "with `benkan sync`."),
		       err_arg(h->name), err_num(h->size));
}

static bool load_last_time(struct store *s, struct err *err)
{
	struct arena a;
	struct entry e;
	struct str bytes = { 0 };
	bool ok;

	s->last_time = INT64_MIN;
	if (s->own->size == 0)
		return true;
	arena_init(&a, 16 << 20);
	ok = entry_get(s->ledger, s->own->lid, s->own->size - 1, &a, &bytes, err);
	if (ok) {
		entry_read(&a, bytes, s->own->party, s->own->size - 1, INT64_MIN, &e);
		if (e.state != ENTRY_VOID)
			s->last_time = e.time;
	}
	arena_done(&a);
	return ok;
}

/* What came beside the entries: each of them shows on pages. */
static bool count_others(struct store *s, uint64_t *n, struct err *err)
{
	struct stmt *q = db_prepare(s->ledger,
				    "SELECT (SELECT count(*) FROM opening) + (SELECT count(*) "
				    "FROM cosig) + (SELECT count(*) FROM evidence)",
				    err);
	bool row;

	if (!q || !stmt_step(q, &row, err))
		return false;
	*n = (uint64_t)col_int(q, 0);
	stmt_reset(q);
	return true;
}

bool ledgers_load(struct store *s, struct err *err)
{
	uint64_t generation, late;

	if (!load_rows(s, err) || !load_own_head(s, err) ||
	    !count_others(s, &generation, err) || !documents_late(s, &late, err))
		return false;
	generation += late;
	for (struct held *h = s->held; h < s->held + s->count; h++) {
		generation += h->size;
		/* The own ledger is looked at last, so that its edge stays. */
		if (h != s->own && !check_head(s, h, &s->edge, err))
			return false;
	}
	atomic_store(&s->generation, generation);
	return check_head(s, s->own, &s->edge, err) && load_last_time(s, err);
}
