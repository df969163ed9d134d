#include "store/carry.h"

#include "store/view_private.h"

bool view_openings(struct view *v, bool (*each)(void *ctx, struct str body, struct err *err),
		   void *ctx, struct err *err)
{
	struct stmt *q = db_prepare(v->ledger, "SELECT bytes FROM opening ORDER BY c", err);
	bool row;

	if (!q)
		return false;
	for (;;) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		if (!each(ctx, col_blob(q, 0), err)) {
			stmt_reset(q);
			return false;
		}
	}
}

/* One table of the local store; kinds: t text, i integer, b blob (as hex), in the order of its
 * columns. */
static const struct carried {
	const char *name, *kinds, *get, *put;
} tables[] = {
	{ "account", "ttttiiiii",
	  "SELECT name, role, password, actor, disabled, created, last_seen, failures, "
	  "locked_until"
	  " FROM account ORDER BY name",
	  "INSERT INTO account(name, role, password, actor, disabled, created, last_seen, "
	  "failures, locked_until)"
	  " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	{ "session", "bttitii",
	  "SELECT token, account, csrf, bearer, title, created, expires FROM session WHERE "
	  "bearer = 1"
	  " ORDER BY token",
	  "INSERT INTO session(token, account, csrf, bearer, title, created, expires) "
	  "VALUES(?, ?, ?, ?, ?, ?, ?)" },
	{ "draft", "ttti", "SELECT account, key, form, time FROM draft ORDER BY account, key",
	  "INSERT INTO draft(account, key, form, time) VALUES(?, ?, ?, ?)" },
	{ "pouch", "itiit",
	  "SELECT way, party, serial, made, note FROM pouch ORDER BY way, party",
	  "INSERT INTO pouch(way, party, serial, made, note) VALUES(?, ?, ?, ?, ?)" },
	{ "log", "itt", "SELECT time, who, what FROM log ORDER BY time",
	  "INSERT INTO log(time, who, what) VALUES(?, ?, ?)" },
};
enum {
	TABLE_COUNT = sizeof(tables) / sizeof(tables[0]),
	LINE_ARENA = 256 << 20,
	BLOB_TEXT = 64
};

static void put_column(struct json_w *w, struct stmt *q, int i, char kind)
{
	struct str blob;

	if (kind == 'i') {
		json_put_int(w, col_int(q, i));
	} else if (kind == 't') {
		json_put_str(w, col_text(q, i));
	} else {
		blob = col_blob(q, i);
		json_put_hex(w, blob.p, blob.n);
	}
}

static void put_row(struct buf *out, const struct carried *t, struct stmt *q)
{
	struct json_w w = json_w(out);

	json_open(&w, '[');
	json_put_str(&w, str_z(t->name));
	for (int i = 0; t->kinds[i]; i++)
		put_column(&w, q, i, t->kinds[i]);
	json_close(&w, ']');
	buf_ch(out, '\n');
}

static bool carry_table(struct view *v, const struct carried *t, struct buf *out,
			struct err *err)
{
	struct stmt *q = db_prepare(v->local, t->get, err);
	bool row;

	if (!q)
		return false;
	for (;;) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		put_row(out, t, q);
	}
}

bool local_carry(struct view *v, struct buf *out, struct err *err)
{
	bool ok = true;

	if (!db_begin(v->local, false, err))
		return false;
	for (int i = 0; ok && i < TABLE_COUNT; i++)
		ok = carry_table(v, &tables[i], out, err);
	db_rollback(v->local);
	if (ok && out->full)
		return err_set(err, ERR_UNREACHABLE, NULL,
			       N_("Accounts, drafts and log of this node are too large to be "
				  "copied."));
	return ok;
}

static bool damaged(struct err *err)
{
	return err_set(
		err, ERR_INPUT, NULL,
		N_("The copy of accounts, drafts and log is damaged. Take another backup."));
}

/* Bind one value; `blob` is room for a binary one, which must live until the statement ran. */
static bool bind(struct stmt *q, int i, char kind, const struct json *value,
		 unsigned char blob[BLOB_TEXT])
{
	if (!value || value->type != (kind == 'i' ? JSON_INT : JSON_STR))
		return false;
	if (kind == 'i') {
		stmt_int(q, i, value->num);
	} else if (kind == 't') {
		stmt_text(q, i, value->str);
	} else {
		if (value->str.n > 2 * BLOB_TEXT ||
		    !hex_decode(value->str, blob, value->str.n / 2))
			return false;
		stmt_blob(q, i, blob, value->str.n / 2);
	}
	return true;
}

static bool settle_row(struct view *v, const struct json *row, struct err *err)
{
	const struct json *value = row->child;
	unsigned char blob[BLOB_TEXT];
	struct stmt *q;

	for (int t = 0; t < TABLE_COUNT && value; t++) {
		if (!str_is(value->str, tables[t].name))
			continue;
		q = db_prepare(v->local, tables[t].put, err);
		if (!q)
			return false;
		for (int i = 0; tables[t].kinds[i]; i++) {
			value = value->next;
			if (!bind(q, i, tables[t].kinds[i], value, blob))
				return damaged(err);
		}
		return stmt_done(q, err);
	}
	return damaged(err);
}

static bool settle_lines(struct view *v, struct arena *a, struct str lines, struct err *err)
{
	struct str line;
	struct json *row;

	while (lines.n && str_split(&lines, '\n', &line)) {
		arena_reset(a);
		if (!json_parse(a, line, &row, err) || row->type != JSON_ARRAY)
			return damaged(err);
		if (!settle_row(v, row, err))
			return false;
	}
	return true;
}

bool local_settle(struct view *v, struct str lines, struct err *err)
{
	struct arena a;
	bool ok;

	if (!db_begin(v->local, true, err))
		return false;
	arena_init(&a, LINE_ARENA);
	ok = settle_lines(v, &a, lines, err) && db_commit(v->local, err);
	if (!ok)
		db_rollback(v->local);
	arena_done(&a);
	return ok;
}
