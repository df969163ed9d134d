#include "store/cosig.h"

#include "store/store_private.h"

#include <assert.h>
#include <string.h>

enum { WITNESSED_ARENA = 4 << 20 };

/* --- what this node witnessed --- */

static void read_witnessed(struct stmt *q, struct arena *a, struct witnessed *out)
{
	out->origin = arena_str(a, col_text(q, 0));
	out->size = (uint64_t)col_int(q, 1);
	if (col_blob(q, 2).n == HASH_SIZE)
		memcpy(out->root.b, col_blob(q, 2).p, HASH_SIZE);
	out->note = arena_str(a, col_blob(q, 3));
}

bool view_witnessed(struct view *v, struct arena *a, struct str origin, struct witnessed *out,
		    struct err *err)
{
	struct stmt *q = db_prepare(
		v->ledger, "SELECT origin, size, root, note FROM witnessed WHERE origin = ?",
		err);
	bool row;

	*out = (struct witnessed){ .origin = origin, .root = empty_root() };
	if (!q)
		return false;
	stmt_text(q, 0, origin);
	if (!stmt_step(q, &row, err))
		return false;
	if (row)
		read_witnessed(q, a, out);
	stmt_reset(q);
	return true;
}

static bool put_witnessed(struct store *s, const struct witnessed *w, struct err *err)
{
	struct stmt *q =
		db_prepare(s->ledger,
			   "INSERT INTO witnessed(origin, size, root, note) VALUES(?, ?, ?, ?) "
			   "ON CONFLICT(origin) DO UPDATE SET size = excluded.size, root = "
			   "excluded.root, note = excluded.note",
			   err);

	if (!q)
		return false;
	stmt_text(q, 0, w->origin);
	stmt_int(q, 1, (int64_t)w->size);
	stmt_blob(q, 2, w->root.b, HASH_SIZE);
	stmt_blob(q, 3, w->note.p, w->note.n);
	return stmt_done(q, err);
}

static bool never_behind(struct store *s, const struct witnessed *w, struct err *err)
{
	struct witnessed before;
	struct arena a;
	bool ok;

	arena_init(&a, WITNESSED_ARENA);
	ok = view_witnessed(&s->writer, &a, w->origin, &before, err);
	arena_done(&a);
	if (!ok)
		return false;
	if (w->size > before.size ||
	    (w->size == before.size && hash_eq(&w->root, &before.root)))
		return true;
	return err_set(err, ERR_CONFLICT, "checkpoint",
		       N_("A head of %1 entries of this ledger was cosigned before: nothing "
			  "smaller, and no other of that size, is cosigned after it."),
		       err_num(before.size));
}

bool store_witness(struct store *s, const struct witnessed *w, struct err *err)
{
	assert(s->mode == STORE_WRITE && !s->writing);
	if (!db_begin(s->ledger, true, err))
		return false;
	if (!never_behind(s, w, err) || !put_witnessed(s, w, err)) {
		db_rollback(s->ledger);
		return false;
	}
	return db_commit(s->ledger, err) &&
	       high_water_witness(s->high_water, w->origin, w->size, &w->root, err);
}

/* --- the high-water file and the database, after a crash or a restored backup --- */

/* The file knows of a head that this database does not: its note is lost, its root is not. */
static bool learn(void *ctx, struct str origin, uint64_t size, const struct hash *root,
		  struct err *err)
{
	struct store *s = ctx;
	struct witnessed w = { .origin = origin, .size = size, .root = *root }, before;
	struct arena a;
	bool ok;

	arena_init(&a, WITNESSED_ARENA);
	ok = view_witnessed(&s->writer, &a, origin, &before, err) &&
	     (before.size >= size || put_witnessed(s, &w, err));
	arena_done(&a);
	return ok;
}

bool witnessed_learn(struct store *s, struct err *err)
{
	return high_water_witnessed(s->dir, learn, s, err);
}

static bool all_witnessed(struct store *s, struct arena *a, struct witnessed *out, size_t *n,
			  struct err *err)
{
	struct stmt *q = db_prepare(
		s->ledger, "SELECT origin, size, root, note FROM witnessed ORDER BY origin",
		err);
	bool row;

	if (!q)
		return false;
	for (*n = 0; *n < CHARTER_LEDGERS_MAX; ++*n) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		read_witnessed(q, a, &out[*n]);
	}
	stmt_reset(q);
	return true;
}

bool witnessed_cover(struct store *s, struct err *err)
{
	struct witnessed rows[CHARTER_LEDGERS_MAX];
	struct arena a;
	size_t n;
	bool ok;

	arena_init(&a, CHARTER_LEDGERS_MAX * 2 * NOTE_MAX);
	ok = all_witnessed(s, &a, rows, &n, err);
	for (size_t i = 0; ok && i < n; i++)
		ok = high_water_witness(s->high_water, rows[i].origin, rows[i].size,
					&rows[i].root, err);
	arena_done(&a);
	return ok;
}

/* --- cosignatures held --- */

static bool known_ledger(struct store *s, struct str ledger, const struct held **out,
			 struct err *err)
{
	*out = ledger_named(s, ledger);
	return *out || err_set(err, ERR_MISSING, "ledger",
			       N_("There is no ledger %1 in this register."), err_arg(ledger));
}

bool store_cosig_put(struct store *s, struct str ledger, const struct cosig_row *row,
		     bool *fresh, struct err *err)
{
	const struct held *h;
	struct stmt *q;

	assert(s->mode == STORE_WRITE);
	if (!known_ledger(s, ledger, &h, err))
		return false;
	q = db_prepare(s->ledger,
		       "INSERT INTO cosig(lid, size, witness, line, time) "
		       "VALUES(?, ?, ?, ?, ?) ON CONFLICT(lid, size, witness) DO NOTHING",
		       err);
	if (!q)
		return false;
	stmt_int(q, 0, h->lid);
	stmt_int(q, 1, (int64_t)row->size);
	stmt_text(q, 2, row->witness);
	stmt_text(q, 3, row->line);
	stmt_int(q, 4, (int64_t)row->time);
	if (!stmt_done(q, err))
		return false;
	*fresh = stmt_changes(q) == 1;
	if (*fresh)
		atomic_fetch_add(&s->generation,
				 1); /* pages say how far a ledger is cosigned */
	return true;
}

bool view_cosigned_at(struct view *v, struct str ledger, uint64_t size, struct str witness,
		      bool *is, struct err *err)
{
	const struct held *h;
	struct stmt *q;

	if (!known_ledger(v->store, ledger, &h, err))
		return false;
	q = db_prepare(v->ledger,
		       "SELECT 1 FROM cosig WHERE lid = ? AND size = ? AND witness = ?", err);
	if (!q)
		return false;
	stmt_int(q, 0, h->lid);
	stmt_int(q, 1, (int64_t)size);
	stmt_text(q, 2, witness);
	if (!stmt_step(q, is, err))
		return false;
	stmt_reset(q);
	return true;
}

static bool newest_by(struct view *v, const struct held *h, struct str witness, uint64_t most,
		      uint64_t *size, struct err *err)
{
	struct stmt *q = db_prepare(v->ledger,
				    "SELECT size FROM cosig WHERE lid = ? AND witness = ? AND "
				    "size <= ? ORDER BY size DESC LIMIT 1",
				    err);
	bool row;

	if (!q)
		return false;
	stmt_int(q, 0, h->lid);
	stmt_text(q, 1, witness);
	stmt_int(q, 2, (int64_t)most);
	if (!stmt_step(q, &row, err))
		return false;
	*size = row ? (uint64_t)col_int(q, 0) : 0;
	stmt_reset(q);
	return true;
}

/* Each in turn says how far it goes; when nobody lowers the size any more, it is everybody's.
 */
bool view_cosigned(struct view *v, struct str ledger, const struct str *witnesses, size_t n,
		   uint64_t *size, struct err *err)
{
	uint64_t before;
	const struct held *h;

	if (n == 0)
		*size = 0;
	if (!known_ledger(v->store, ledger, &h, err))
		return false;
	do {
		before = *size;
		for (size_t i = 0; i<n && * size> 0; i++)
			if (!newest_by(v, h, witnesses[i], *size, size, err))
				return false;
	} while (*size != before && *size > 0);
	return true;
}
