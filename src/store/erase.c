/*
 * A body that was erased (LEDGER.md 12.4): the file with its salt, the attachments it names
 * and forms begun on its record go when the entry that says so is applied; rows and words of
 * the projection go with them, for what they are made of is gone.
 *
 * An attachment that is a row goes in the transaction in hand.  One that is a file is first put
 * aside, in DIR/blobs/erased, and removed once the entry stands: should the transaction fail,
 * it is put back.
 */
#include "store/durable.h"
#include "store/plain.h"
#include "store/store_private.h"
#include "store/word_index.h"

#include "ledger/entry.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ERASE_ARENA = 16 << 20 };

static void aside_folder(char path[PATH_ROOM], const struct store *s)
{
	snprintf(path, PATH_ROOM, "%.*s/blobs/erased", DIR_MAX, s->dir);
}

static void aside_path(char path[PATH_ROOM], const struct store *s, const struct hash *name)
{
	int n = snprintf(path, PATH_ROOM, "%.*s/blobs/erased/", DIR_MAX, s->dir);

	for (int i = 0; i < HASH_SIZE; i++)
		n += snprintf(path + n, (size_t)(PATH_ROOM - n), "%02x", name->b[i]);
}

static bool put_aside(struct store *s, const struct hash *name, struct err *err)
{
	char folder[PATH_ROOM], from[PATH_ROOM], to[PATH_ROOM];

	aside_folder(folder, s);
	blob_path(from, s->dir, name);
	aside_path(to, s, name);
	if (access(from, F_OK) != 0)
		return true;
	if ((mkdir(folder, 0700) != 0 && errno != EEXIST) || rename(from, to) != 0)
		return err_set(err, ERR_UNREACHABLE, "blob",
			       N_("%1 could not be removed. Look at the disk and at the rights "
				  "on the node's folder."),
			       from);
	return true;
}

/* A node of an older program may have it in both places. */
static bool erase_blob(struct store *s, const struct hash *name, struct err *err)
{
	return blob_erase(s, name, err) && put_aside(s, name, err);
}

/* --- what is kept of one body --- */

struct erasing {
	struct store *s;
	struct arena a;
	const struct hash *c;
};

static bool count_is(struct stmt *q, bool *some, struct err *err)
{
	if (!stmt_step(q, some, err))
		return false;
	stmt_reset(q);
	return true;
}

/* Whether it is the document of a proposal that nobody answered. */
static bool proposes(const struct erasing *e, const struct hash *name, bool *is,
		     struct err *err)
{
	struct plain_act x;
	struct arena a;
	bool ok;

	arena_init(&a, PLAIN_ROOM);
	ok = plain_by_act(&e->s->writer, &a, name, &x, is, err);
	arena_done(&a);
	return ok;
}

/* Whether another body, or an entry in the open, names the attachment too. */
static bool named_elsewhere(const struct erasing *e, const struct hash *name, bool *is,
			    struct err *err)
{
	struct stmt *q = db_prepare(e->s->reg,
				    "SELECT 1 FROM p_blob_ref WHERE sha256 = ? UNION ALL "
				    "SELECT 1 FROM r_attached WHERE sha256 = ? AND c <> ?",
				    err);

	if (!q)
		return false;
	stmt_blob(q, 0, name->b, HASH_SIZE);
	stmt_blob(q, 1, name->b, HASH_SIZE);
	stmt_blob(q, 2, e->c->b, HASH_SIZE);
	return count_is(q, is, err) && (*is || proposes(e, name, is, err));
}

static bool erase_attachments(const struct erasing *e, const struct json *body, struct err *err)
{
	const struct json *blobs = json_arr(body, "blobs");

	for (const struct json *b = blobs ? blobs->child : NULL; b; b = b->next) {
		struct hash name;
		bool elsewhere;

		if (!hash_hex(json_str(b, "sha256"), &name))
			continue;
		if (!named_elsewhere(e, &name, &elsewhere, err) ||
		    (!elsewhere && !erase_blob(e->s, &name, err)))
			return false;
	}
	return true;
}

/* Forms that were begun on the record, in any account; their keys end in its id. */
static bool erase_forms(struct erasing *e, struct str id, struct err *err)
{
	struct stmt *q;

	if (!id.n)
		return true;
	q = db_prepare(e->s->local, "DELETE FROM draft WHERE key LIKE ?", err);
	if (!q)
		return false;
	stmt_text(q, 0, arena_join(&e->a, S("%/"), id));
	return stmt_done(q, err);
}

static bool erase_forms_of_act(struct erasing *e, const struct json *body, struct err *err)
{
	const struct json *effects = json_arr(body, "effects");

	for (const struct json *one = effects ? effects->child : NULL; one; one = one->next)
		if (!erase_forms(e, json_str(one, "id"), err))
			return false;
	return true;
}

static bool erase_forms_of_records(struct erasing *e, struct err *err)
{
	struct stmt *q =
		db_prepare(e->s->reg, "SELECT lid, n FROM p_sealed WHERE c = ? LIMIT 64", err);
	struct str ledger[64];
	uint64_t at[64];
	size_t n = 0;
	bool row = true;

	if (!q)
		return false;
	stmt_blob(q, 0, e->c->b, HASH_SIZE);
	while (row && n < 64) {
		if (!stmt_step(q, &row, err))
			return false;
		if (row) {
			ledger[n] = arena_str(&e->a, col_text(q, 0));
			at[n++] = (uint64_t)col_int(q, 1);
		}
	}
	stmt_reset(q);
	for (size_t i = 0; i < n; i++) {
		struct str name, bytes;
		const struct held *h;
		struct entry entry;

		charter_at(e->s->charter, ledger[i], at[i], &name, &at[i]);
		h = ledger_named(e->s, name);
		if (!h || !entry_get(e->s->ledger, h->lid, at[i], &e->a, &bytes, err))
			return false;
		entry_read(&e->a, bytes, h->party, at[i], INT64_MIN, &entry);
		if (!erase_forms(e, entry.id, err))
			return false;
	}
	return true;
}

static bool erase_opening(const struct erasing *e, struct err *err)
{
	struct stmt *q = db_prepare(e->s->ledger, "DELETE FROM opening WHERE c = ?", err);

	if (!q)
		return false;
	stmt_blob(q, 0, e->c->b, HASH_SIZE);
	if (!stmt_done(q, err))
		return false;
	e->s->openings += (uint64_t)stmt_changes(q);
	return true;
}

static bool erase_all(struct erasing *e, struct err *err)
{
	struct str bytes;
	struct json *body;
	struct err ignored;
	bool found;

	if (!e->s->source.opening(e->s, &e->a, e->c, &bytes, &found, err))
		return false;
	if (found && json_object(&e->a, bytes, &body, &ignored) &&
	    (!erase_attachments(e, body, err) || !erase_forms_of_act(e, body, err)))
		return false;
	e->s->erased = true;
	return erase_forms_of_records(e, err) && erase_blob(e->s, e->c, err) &&
	       (!found || erase_opening(e, err));
}

bool erase_body(void *ctx, struct str ledger, const struct hash *c, bool last, struct err *err)
{
	struct erasing e = { .s = ctx, .c = c };
	struct charter_place own;
	bool ok;

	charter_place(e.s->charter, store_own(e.s), &own);
	if (e.s->mode == STORE_READ || !(last || str_eq(ledger, own.name)))
		return true;
	arena_init(&e.a, ERASE_ARENA);
	ok = erase_all(&e, err);
	arena_done(&e.a);
	return ok;
}

/* Its ledgers erased it, all that commit to it, or this party has. */
bool erase_holds(struct store *s, const struct hash *c, bool *erased, struct err *err)
{
	struct stmt *q = db_prepare(
		s->reg,
		"SELECT 1 FROM r_erasure WHERE c = ? AND (lid = ? OR NOT EXISTS (SELECT 1 FROM "
		"p_sealed p WHERE p.c = r_erasure.c AND p.erased IS NULL)) AND EXISTS "
		"(SELECT 1 FROM p_sealed p WHERE p.c = r_erasure.c)",
		err);
	struct charter_place own;

	if (!q)
		return false;
	stmt_blob(q, 0, c->b, HASH_SIZE);
	charter_place(s->charter, store_own(s), &own);
	stmt_text(q, 1, own.name);
	return count_is(q, erased, err);
}

/* --- files put aside --- */

typedef bool aside_fn(struct store *s, const struct hash *name, const char *path);

static void each_aside(struct store *s, aside_fn *act)
{
	char folder[PATH_ROOM], path[PATH_ROOM];
	struct dirent *one;
	struct hash name;
	DIR *d;

	aside_folder(folder, s);
	d = opendir(folder);
	while (d && (one = readdir(d)))
		if (hash_hex(str_z(one->d_name), &name)) {
			aside_path(path, s, &name);
			(void)act(s, &name, path);
		}
	if (d) {
		closedir(d);
		rmdir(folder);
	}
}

static bool remove_it(struct store *s, const struct hash *name, const char *path)
{
	(void)s, (void)name;
	return unlink(path) == 0;
}

static bool put_back(struct store *s, const struct hash *name, const char *path)
{
	char to[PATH_ROOM];

	blob_path(to, s->dir, name);
	return rename(path, to) == 0;
}

static bool settle_it(struct store *s, const struct hash *name, const char *path)
{
	struct stmt *q;
	struct err ignored;
	bool named = true;

	q = db_prepare(s->reg,
		       "SELECT 1 FROM r_attached WHERE sha256 = ? UNION ALL "
		       "SELECT 1 FROM p_sealed WHERE c = ? AND erased IS NULL",
		       &ignored);
	if (!q)
		return false;
	stmt_blob(q, 0, name->b, HASH_SIZE);
	stmt_blob(q, 1, name->b, HASH_SIZE);
	if (!count_is(q, &named, &ignored))
		return false;
	return named ? put_back(s, name, path) : remove_it(s, name, path);
}

/*
 * Words of an erased body stay in SQLite's index until its pieces are merged, dead rows on
 * PostgreSQL until they are vacuumed.
 */
static void merge_away(struct store *s)
{
	struct err ignored;

	if (db_engine(s->ledger) == DB_POSTGRES)
		(void)!db_run(s->ledger, "VACUUM opening, blob", &ignored);
	else if (db_begin(s->reg, true, &ignored) &&
		 (!words_merge(s->reg, &ignored) || !db_commit(s->reg, &ignored)))
		db_rollback(s->reg);
}

/* What cannot be done while somebody reads is done after the next commit, or at the end. */
void erase_done(struct store *s)
{
	if (s->behind)
		return;
	if (s->erased) {
		s->erased = false;
		s->unscrubbed = true;
		each_aside(s, remove_it);
		merge_away(s);
	}
	if (s->unscrubbed)
		s->unscrubbed =
			!(db_scrub(s->reg) && db_scrub(s->ledger) && db_scrub(s->local));
}

void erase_undone(struct store *s)
{
	if (s->erased)
		each_aside(s, put_back);
	s->erased = false;
}

void erase_look(struct store *s)
{
	each_aside(s, settle_it);
}
