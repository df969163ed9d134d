#include "store/local.h"

#include "store/store_private.h"

#include <string.h>

/* A table that an older program did not know is made when the store is next opened. */
bool local_schema(struct db *local, struct err *err)
{
	return db_run(local,
		      "CREATE TABLE IF NOT EXISTS account(name TEXT PRIMARY KEY, role TEXT "
		      "NOT NULL, password TEXT NOT NULL, actor TEXT NOT NULL, disabled INTEGER "
		      "NOT NULL, created INTEGER NOT NULL, last_seen INTEGER NOT NULL, "
		      "failures INTEGER NOT NULL, locked_until INTEGER NOT NULL);"
		      "CREATE TABLE IF NOT EXISTS session(token BLOB PRIMARY KEY, account TEXT "
		      "NOT NULL, csrf TEXT NOT NULL, bearer INTEGER NOT NULL, title TEXT NOT "
		      "NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL);"
		      "CREATE INDEX IF NOT EXISTS session_expires ON session(expires);"
		      "CREATE TABLE IF NOT EXISTS draft(account TEXT NOT NULL, key TEXT NOT "
		      "NULL, form TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY(account, "
		      "key));"
		      "CREATE TABLE IF NOT EXISTS pouch(way INTEGER NOT NULL, party TEXT NOT "
		      "NULL, serial INTEGER NOT NULL, made INTEGER NOT NULL, note TEXT NOT "
		      "NULL, PRIMARY KEY(way, party));"
		      "CREATE TABLE IF NOT EXISTS mail(account TEXT PRIMARY KEY, address TEXT "
		      "NOT NULL, lang TEXT NOT NULL, every INTEGER NOT NULL, sent INTEGER NOT "
		      "NULL, cut TEXT NOT NULL);"
		      "CREATE TABLE IF NOT EXISTS log(time INTEGER NOT NULL, who TEXT NOT "
		      "NULL, what TEXT NOT NULL);"
		      "CREATE INDEX IF NOT EXISTS log_time ON log(time)",
		      err);
}

/* --- accounts --- */

static void read_account(struct stmt *q, struct arena *a, struct account_row *out)
{
	*out = (struct account_row){ .name = arena_str(a, col_text(q, 0)),
				     .role = arena_str(a, col_text(q, 1)),
				     .password = arena_str(a, col_text(q, 2)),
				     .actor = arena_str(a, col_text(q, 3)),
				     .disabled = col_int(q, 4) != 0,
				     .created = col_int(q, 5),
				     .last_seen = col_int(q, 6),
				     .failures = (unsigned)col_int(q, 7),
				     .locked_until = col_int(q, 8) };
}

#define ACCOUNT_COLUMNS                                                                        \
	"name, role, password, actor, disabled, created, last_seen, failures, locked_until"

bool local_account(struct view *v, struct arena *a, struct str name, struct account_row *out,
		   struct err *err)
{
	struct stmt *q = db_prepare(
		v->local, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE name = ?", err);
	bool row;

	if (!q)
		return false;
	stmt_text(q, 0, name);
	if (!stmt_step(q, &row, err))
		return false;
	if (!row)
		return err_set(err, ERR_MISSING, "account", N_("There is no account \"%1\"."),
			       err_arg(name));
	read_account(q, a, out);
	stmt_reset(q);
	return true;
}

static bool count_accounts(struct view *v, size_t *n, struct err *err)
{
	struct stmt *q = db_prepare(v->local, "SELECT count(*) FROM account", err);
	bool row;

	if (!q || !stmt_step(q, &row, err))
		return false;
	*n = (size_t)col_int(q, 0);
	stmt_reset(q);
	return true;
}

bool local_accounts(struct view *v, struct arena *a, struct account_row **out, size_t *n,
		    struct err *err)
{
	struct stmt *q;
	size_t most;
	bool row;

	if (!count_accounts(v, &most, err))
		return false;
	q = db_prepare(v->local,
		       "SELECT " ACCOUNT_COLUMNS " FROM account ORDER BY name LIMIT ?", err);
	if (!q)
		return false;
	*out = arena_array(a, struct account_row, most + 1);
	stmt_int(q, 0, (int64_t)most);
	for (*n = 0;; ++*n) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		read_account(q, a, &(*out)[*n]);
	}
}

bool local_account_put(struct view *v, const struct account_row *row, struct err *err)
{
	struct stmt *q = db_prepare(
		v->local,
		"INSERT INTO account(" ACCOUNT_COLUMNS
		") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(name) DO UPDATE "
		"SET role = excluded.role, password = excluded.password, actor = "
		"excluded.actor,"
		" disabled = excluded.disabled, created = excluded.created, last_seen = "
		"excluded.last_seen,"
		" failures = excluded.failures, locked_until = excluded.locked_until",
		err);

	if (!q)
		return false;
	stmt_text(q, 0, row->name);
	stmt_text(q, 1, row->role);
	stmt_text(q, 2, row->password);
	stmt_text(q, 3, row->actor);
	stmt_int(q, 4, row->disabled);
	stmt_int(q, 5, row->created);
	stmt_int(q, 6, row->last_seen);
	stmt_int(q, 7, row->failures);
	stmt_int(q, 8, row->locked_until);
	return stmt_done(q, err);
}

/* --- sessions and tokens --- */

bool local_session(struct view *v, struct arena *a, const struct hash *token,
		   struct session_row *out, struct err *err)
{
	struct stmt *q = db_prepare(v->local,
				    "SELECT account, csrf, bearer, title, created, expires "
				    "FROM session WHERE token = ?",
				    err);
	bool row;

	if (!q)
		return false;
	stmt_blob(q, 0, token->b, HASH_SIZE);
	if (!stmt_step(q, &row, err))
		return false;
	if (!row)
		return err_set(err, ERR_MISSING, "session",
			       N_("You are not signed in, or were signed out."));
	*out = (struct session_row){ .token = *token,
				     .account = arena_str(a, col_text(q, 0)),
				     .csrf = arena_str(a, col_text(q, 1)),
				     .bearer = col_int(q, 2) != 0,
				     .title = arena_str(a, col_text(q, 3)),
				     .created = col_int(q, 4),
				     .expires = col_int(q, 5) };
	stmt_reset(q);
	return true;
}

bool local_session_put(struct view *v, const struct session_row *row, struct err *err)
{
	struct stmt *q = db_prepare(
		v->local,
		"INSERT INTO session(token, account, csrf, bearer, title, created, expires) "
		"VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(token) DO UPDATE "
		"SET account = excluded.account, csrf = excluded.csrf, bearer = "
		"excluded.bearer,"
		" title = excluded.title, created = excluded.created, expires = "
		"excluded.expires",
		err);

	if (!q)
		return false;
	stmt_blob(q, 0, row->token.b, HASH_SIZE);
	stmt_text(q, 1, row->account);
	stmt_text(q, 2, row->csrf);
	stmt_int(q, 3, row->bearer);
	stmt_text(q, 4, row->title);
	stmt_int(q, 5, row->created);
	stmt_int(q, 6, row->expires);
	return stmt_done(q, err);
}

bool local_session_end(struct view *v, const struct hash *token, struct err *err)
{
	struct stmt *q = db_prepare(v->local, "DELETE FROM session WHERE token = ?", err);

	if (!q)
		return false;
	stmt_blob(q, 0, token->b, HASH_SIZE);
	return stmt_done(q, err);
}

bool local_sessions_expire(struct view *v, int64_t now, struct err *err)
{
	struct stmt *q = db_prepare(v->local, "DELETE FROM session WHERE expires <= ?", err);

	if (!q)
		return false;
	stmt_int(q, 0, now);
	return stmt_done(q, err);
}

/* --- drafts --- */

bool local_draft(struct view *v, struct arena *a, struct str account, struct str key,
		 struct str *form, struct err *err)
{
	struct stmt *q = db_prepare(
		v->local, "SELECT form FROM draft WHERE account = ? AND key = ?", err);
	bool row;

	if (!q)
		return false;
	stmt_text(q, 0, account);
	stmt_text(q, 1, key);
	if (!stmt_step(q, &row, err))
		return false;
	if (!row)
		return err_set(err, ERR_MISSING, "draft", N_("Nothing was kept of this form."));
	*form = arena_str(a, col_text(q, 0));
	stmt_reset(q);
	return true;
}

bool local_draft_put(struct view *v, struct str account, struct str key, struct str form,
		     int64_t now, struct err *err)
{
	struct stmt *q =
		db_prepare(v->local,
			   "INSERT INTO draft(account, key, form, time) VALUES(?, ?, ?, ?) "
			   "ON CONFLICT(account, key) DO UPDATE SET form = excluded.form, time "
			   "= excluded.time",
			   err);

	if (!q)
		return false;
	stmt_text(q, 0, account);
	stmt_text(q, 1, key);
	stmt_text(q, 2, form);
	stmt_int(q, 3, now);
	return stmt_done(q, err);
}

bool local_draft_end(struct view *v, struct str account, struct str key, struct err *err)
{
	struct stmt *q =
		db_prepare(v->local, "DELETE FROM draft WHERE account = ? AND key = ?", err);

	if (!q)
		return false;
	stmt_text(q, 0, account);
	stmt_text(q, 1, key);
	return stmt_done(q, err);
}

/* --- pouches --- */

bool local_pouch(struct view *v, struct arena *a, enum pouch_way way, struct str party,
		 struct pouch_row *out, struct err *err)
{
	struct stmt *q = db_prepare(
		v->local, "SELECT serial, made, note FROM pouch WHERE way = ? AND party = ?",
		err);
	bool row;

	*out = (struct pouch_row){ .party = party };
	if (!q)
		return false;
	stmt_int(q, 0, way);
	stmt_text(q, 1, party);
	if (!stmt_step(q, &row, err))
		return false;
	if (row) {
		out->serial = (uint64_t)col_int(q, 0);
		out->made = col_int(q, 1);
		out->note = arena_str(a, col_text(q, 2));
		stmt_reset(q);
	}
	return true;
}

bool local_pouch_put(struct view *v, enum pouch_way way, const struct pouch_row *row,
		     struct err *err)
{
	struct stmt *q = db_prepare(
		v->local,
		"INSERT INTO pouch(way, party, serial, made, note) VALUES(?, ?, ?, ?, ?) "
		"ON CONFLICT(way, party) DO UPDATE SET serial = excluded.serial,"
		" made = excluded.made, note = excluded.note",
		err);

	if (!q)
		return false;
	stmt_int(q, 0, way);
	stmt_text(q, 1, row->party);
	stmt_int(q, 2, (int64_t)row->serial);
	stmt_int(q, 3, row->made);
	stmt_text(q, 4, row->note);
	return stmt_done(q, err);
}

/* --- the operators' log --- */

bool local_log(struct view *v, int64_t now, struct str who, struct str what, struct err *err)
{
	struct stmt *q =
		db_prepare(v->local, "INSERT INTO log(time, who, what) VALUES(?, ?, ?)", err);

	if (!q)
		return false;
	stmt_int(q, 0, now);
	stmt_text(q, 1, who);
	stmt_text(q, 2, what);
	return stmt_done(q, err);
}
