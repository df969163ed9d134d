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

/*
 * One table of a store; kinds: t text, i integer, b blob (as hex), in the order in which `put`
 * takes them.
 */
struct carried {
	const char *name, *kinds, *get, *put;
};
struct carried_tables {
	const struct carried *rows;
	size_t n;
};

static const struct carried local_rows[] = {
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
	{ "mail", "tttiit",
	  "SELECT account, address, lang, every, sent, cut FROM mail ORDER BY account",
	  "INSERT INTO mail(account, address, lang, every, sent, cut) VALUES(?, ?, ?, ?, ?, "
	  "?)" },
	{ "log", "itt", "SELECT time, who, what FROM log ORDER BY time",
	  "INSERT INTO log(time, who, what) VALUES(?, ?, ?)" },
};
static const struct carried signed_rows[] = {
	{ "state", "tt", "SELECT state, name FROM ledger WHERE state <> 'ok' ORDER BY name",
	  "UPDATE ledger SET state = ? WHERE name = ?" },
	{ "witnessed", "tibb", "SELECT origin, size, root, note FROM witnessed ORDER BY origin",
	  "INSERT INTO witnessed(origin, size, root, note) VALUES(?, ?, ?, ?)" },
	{ "cosig", "titti",
	  "SELECT l.name, c.size, c.witness, c.line, c.time FROM cosig c JOIN ledger l ON "
	  "l.lid = c.lid"
	  " ORDER BY l.name, c.size, c.witness",
	  "INSERT INTO cosig(lid, size, witness, line, time)"
	  " VALUES((SELECT lid FROM ledger WHERE name = ?), ?, ?, ?, ?)" },
	{ "evidence", "tbb",
	  "SELECT l.name, e.id, e.doc FROM evidence e JOIN ledger l ON l.lid = e.lid"
	  " ORDER BY l.name, e.id",
	  "INSERT INTO evidence(lid, id, doc)"
	  " VALUES((SELECT lid FROM ledger WHERE name = ?), ?, ?)" },
	{ "meta", "tb", "SELECT key, value FROM meta WHERE key = 'alerts'",
	  "INSERT INTO meta(key, value) VALUES(?, ?)" },
};
static const struct carried_tables local_tables = { local_rows, sizeof(local_rows) /
									sizeof(local_rows[0]) },
				   signed_tables = { signed_rows,
						     sizeof(signed_rows) /
							     sizeof(signed_rows[0]) };
enum { LINE_ARENA = 256 << 20 };

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

static bool carry_table(struct db *db, const struct carried *t, struct buf *out,
			struct err *err)
{
	struct stmt *q = db_prepare(db, t->get, err);
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

static bool carry(struct db *db, const struct carried_tables *tables, struct buf *out,
		  struct err *err)
{
	for (size_t i = 0; i < tables->n; i++)
		if (!carry_table(db, &tables->rows[i], out, err))
			return false;
	return !out->full || err_set(err, ERR_UNREACHABLE, NULL,
				     N_("Accounts, drafts and log of this node are too large "
					"to be copied."));
}

bool local_carry(struct view *v, struct buf *out, struct err *err)
{
	bool ok;

	if (!db_begin(v->local, false, err))
		return false;
	ok = carry(v->local, &local_tables, out, err);
	db_rollback(v->local);
	return ok;
}

/* Within the snapshot that the view holds. */
bool signed_carry(struct view *v, struct buf *out, struct err *err)
{
	return carry(v->ledger, &signed_tables, out, err);
}

static bool damaged(struct err *err)
{
	return err_set(
		err, ERR_INPUT, NULL,
		N_("The copy of accounts, drafts and log is damaged. Take another backup."));
}

/* Bind one value; a binary one is the arena's. */
static bool bind(struct stmt *q, struct arena *a, int i, char kind, const struct json *value)
{
	size_t n = value ? value->str.n / 2 : 0;
	char *blob;

	if (!value || value->type != (kind == 'i' ? JSON_INT : JSON_STR))
		return false;
	if (kind == 'i') {
		stmt_int(q, i, value->num);
	} else if (kind == 't') {
		stmt_text(q, i, value->str);
	} else {
		blob = arena_alloc(a, n + 1);
		if (value->str.n % 2 != 0 || !hex_decode(value->str, blob, n))
			return false;
		stmt_blob(q, i, blob, n);
	}
	return true;
}

struct settling {
	struct db *db;
	const struct carried_tables *tables;
	struct arena a; /* of one line */
};

static const struct carried *table_named(const struct carried_tables *tables, struct str name)
{
	for (size_t i = 0; i < tables->n; i++)
		if (str_is(name, tables->rows[i].name))
			return &tables->rows[i];
	return NULL;
}

static bool settle_row(struct settling *s, const struct json *row, struct err *err)
{
	const struct json *value = row->child;
	const struct carried *t = value ? table_named(s->tables, value->str) : NULL;
	struct stmt *q;

	if (!t)
		return damaged(err);
	q = db_prepare(s->db, t->put, err);
	if (!q)
		return false;
	for (int i = 0; t->kinds[i]; i++) {
		value = value ? value->next : NULL;
		if (!bind(q, &s->a, i, t->kinds[i], value))
			return damaged(err);
	}
	return stmt_done(q, err);
}

static bool settle_lines(struct settling *s, struct str lines, struct err *err)
{
	struct str line;
	struct json *row;

	while (lines.n && str_split(&lines, '\n', &line)) {
		arena_reset(&s->a);
		if (!json_parse(&s->a, line, &row, err) || row->type != JSON_ARRAY)
			return damaged(err);
		if (!settle_row(s, row, err))
			return false;
	}
	return true;
}

static bool settle(struct db *db, const struct carried_tables *tables, struct str lines,
		   struct err *err)
{
	struct settling s = { .db = db, .tables = tables };
	bool ok;

	if (!db_begin(db, true, err))
		return false;
	arena_init(&s.a, LINE_ARENA);
	ok = settle_lines(&s, lines, err) && db_commit(db, err);
	if (!ok)
		db_rollback(db);
	arena_done(&s.a);
	return ok;
}

bool local_settle(struct view *v, struct str lines, struct err *err)
{
	return settle(v->local, &local_tables, lines, err);
}

bool signed_settle(struct view *v, struct str lines, struct err *err)
{
	return settle(v->ledger, &signed_tables, lines, err);
}
