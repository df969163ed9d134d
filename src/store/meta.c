#include "store/store_private.h"

bool meta_make(struct db *d, struct err *err)
{
	return db_run(d, "CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL)", err);
}

bool meta_put(struct db *d, const char *key, struct str value, struct err *err)
{
	struct stmt *s = db_prepare(d,
				    "INSERT INTO meta(key, value) VALUES(?, ?) "
				    "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
				    err);

	if (!s)
		return false;
	stmt_text(s, 0, str_z(key));
	stmt_blob(s, 1, value.p, value.n);
	return stmt_done(s, err);
}

/* Asked before the table is, so that an empty store is told from a broken one. */
static bool has_meta(struct db *d, bool *has, struct err *err)
{
	struct stmt *s =
		db_prepare(d,
			   db_engine(d) == DB_SQLITE
				   ? "SELECT count(*) FROM sqlite_schema WHERE name = 'meta'"
				   : "SELECT count(to_regclass('meta'))",
			   err);

	if (!s || !stmt_step(s, has, err))
		return false;
	*has = *has && col_int(s, 0) > 0;
	stmt_reset(s);
	return true;
}

bool meta_get(struct db *d, struct arena *a, const char *key, struct str *value, bool *found,
	      struct err *err)
{
	struct stmt *s;

	*found = false;
	if (!has_meta(d, found, err))
		return false;
	if (!*found)
		return true;
	s = db_prepare(d, "SELECT value FROM meta WHERE key = ?", err);
	if (!s)
		return false;
	stmt_text(s, 0, str_z(key));
	if (!stmt_step(s, found, err))
		return false;
	if (*found)
		*value = arena_str(a, col_blob(s, 0));
	stmt_reset(s);
	return true;
}
