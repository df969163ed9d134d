#include "store/apply.h"
#include "store/schema.h"
#include "store/word_index.h"
#include "wire/json.h"

#include <assert.h>

enum { LINE_MAX = 4 << 20, SQL_MAX = 64 << 10 };

/* Where lines go. */
struct sink {
	bool (*line)(void *ctx, struct str text);
	void *ctx;
	struct db *db;
	struct buf text, sql;
	bool bad; /* a line could not be written */
};

/* --- one row: a JSON array (LEDGER.md 7) --- */

static void put_escaped(struct buf *b, unsigned char c)
{
	if (c >= 0x20) {
		buf_ch(b, '\\');
		buf_ch(b, (char)c);
	} else {
		buf_lit(b, "\\u00");
		buf_hex(b, &c, 1);
	}
}

static void put_string(struct buf *b, struct str s)
{
	buf_ch(b, '"');
	for (;;) {
		size_t plain = json_plain(s.p, s.n);

		buf_add(b, str_cut(s, plain));
		if (plain == s.n)
			break;
		put_escaped(b, (unsigned char)s.p[plain]);
		s = str_from(s, plain + 1);
	}
	buf_ch(b, '"');
}

static bool put_value(struct buf *b, struct stmt *s, int i, char type)
{
	struct dec d;

	if (col_null(s, i)) {
		buf_lit(b, "null");
		return true;
	}
	switch (type) {
	case 'I': buf_i64(b, col_int(s, i)); return true;
	case 'T': put_string(b, col_text(s, i)); return true;
	case 'B':
		buf_ch(b, '"');
		buf_hex(b, col_blob(s, i).p, col_blob(s, i).n);
		buf_ch(b, '"');
		return true;
	default: break;
	}
	if (!col_dec(s, i, &d))
		return false;
	buf_ch(b, '"');
	dec_write(b, d, 0);
	buf_ch(b, '"');
	return true;
}

static bool unwritten(struct err *err)
{
	return err_set(err, ERR_UNREACHABLE, "", N_("The output could not be written."));
}

static bool put_row(struct sink *k, struct stmt *s, struct str types, struct err *err)
{
	buf_clear(&k->text);
	buf_ch(&k->text, '[');
	for (size_t i = 0; i < types.n; i++) {
		if (i)
			buf_ch(&k->text, ',');
		if (!put_value(&k->text, s, (int)i, types.p[i]))
			return err_set(
				err, ERR_UNREACHABLE, "register",
				N_("The register's database is damaged (%1). Nothing is lost: "
				   "it is made anew from the ledgers by `benkan rebuild`."),
				err_arg(buf_str(&k->text)));
	}
	buf_lit(&k->text, "]\n");
	assert(!k->text.full);
	return k->line(k->ctx, buf_str(&k->text)) || unwritten(err);
}

static bool put_title(struct sink *k, const char *name, struct err *err)
{
	buf_clear(&k->text);
	buf_ch(&k->text, '#');
	buf_z(&k->text, name);
	buf_ch(&k->text, '\n');
	return k->line(k->ctx, buf_str(&k->text)) || unwritten(err);
}

static bool put_rows(struct sink *k, const char *name, struct str types, struct err *err)
{
	struct stmt *s;
	bool row = true;

	if (!put_title(k, name, err))
		return false;
	s = db_prepare_text(k->db, buf_str(&k->sql), err);
	if (!s)
		return false;
	while (row) {
		if (!stmt_step(s, &row, err) || (row && !put_row(k, s, types, err)))
			return false;
	}
	return true;
}

/* --- which rows, in what order --- */

/* Text compares as bytes: on PostgreSQL columns that were gathered must be told so. */
static void order_by(struct sink *k, struct str name, struct str type)
{
	buf_add(&k->sql, name);
	if (str_is(type, "TEXT") && db_engine(k->db) == DB_POSTGRES)
		buf_lit(&k->sql, " COLLATE \"C\"");
}

static bool dump_table(struct sink *k, const struct table *t, struct err *err)
{
	struct str columns = str_z(t->columns), name, type;
	char types[16];
	size_t n = 0;

	buf_clear(&k->sql);
	buf_lit(&k->sql, "SELECT ");
	while (table_column(&columns, &name, &type)) {
		if (n)
			buf_lit(&k->sql, ", ");
		buf_add(&k->sql, name);
		assert(n < sizeof(types));
		types[n++] = type.p[0];
	}
	buf_lit(&k->sql, " FROM ");
	table_from(&k->sql, t);
	buf_lit(&k->sql, " ORDER BY ");
	columns = str_z(t->columns);
	for (unsigned i = 0; i < t->keys && table_column(&columns, &name, &type); i++) {
		if (i)
			buf_lit(&k->sql, ", ");
		order_by(k, name, type);
	}
	return put_rows(k, t->name, str_of(types, n), err);
}

static bool is_public(const struct table *t)
{
	return t->name[0] == 'p';
}

static bool dump_tables(struct sink *k, bool public, struct err *err)
{
	for (size_t i = 0; i < table_count; i++)
		if (is_public(&tables[i]) == public && !tables[i].undumped &&
		    !dump_table(k, &tables[i], err))
			return false;
	return true;
}

/* Rows of a record type: of their number only the shape, the rest is order of arrival. */
static bool dump_kind(struct sink *k, const struct record *r, struct err *err)
{
	struct str rest, name, type;
	struct buf columns;
	char title[64] = "r_", types[64];
	size_t n = 0, at = 2;

	buf_init(&columns, SQL_MAX);
	kind_columns(&columns, r);
	rest = buf_str(&columns);
	buf_clear(&k->sql);
	buf_lit(&k->sql, "SELECT ");
	while (table_column(&rest, &name, &type)) {
		if (n)
			buf_lit(&k->sql, ", ");
		buf_add(&k->sql, name);
		if (str_is(name, "rid"))
			buf_lit(&k->sql, " & 65535");
		assert(n < sizeof(types));
		types[n++] = type.p[0];
	}
	buf_done(&columns);
	for (const char *c = r->name; *c && at + 1 < sizeof(title); c++)
		title[at++] = *c;
	buf_lit(&k->sql, " FROM ");
	buf_z(&k->sql, title);
	buf_lit(&k->sql, " ORDER BY id, party, layer");
	return put_rows(k, title, str_of(types, n), err);
}

static bool dump_term(void *ctx, struct str term, const struct postings *rows)
{
	struct sink *k = ctx;

	buf_clear(&k->text);
	buf_ch(&k->text, '[');
	put_string(&k->text, term);
	buf_ch(&k->text, ',');
	buf_u64(&k->text, rows->n);
	buf_lit(&k->text, "]\n");
	k->bad = !k->line(k->ctx, buf_str(&k->text));
	return !k->bad;
}

/* Every term of the search index, and how many rows have it. */
static bool dump_search(struct sink *k, struct err *err)
{
	buf_clear(&k->sql);
	if (db_engine(k->db) == DB_SQLITE)
		return put_title(k, "r_search", err) &&
		       words_each(k->db, S(""), false, dump_term, k, err) &&
		       (!k->bad || unwritten(err));
	buf_z(&k->sql, "SELECT word, ndoc FROM ts_stat('SELECT words FROM r_search') "
		       "ORDER BY word COLLATE \"C\"");
	return put_rows(k, "r_search", S("TI"), err);
}

bool state_dump(struct db *d, bool with_pages, bool (*line)(void *ctx, struct str text),
		void *ctx, struct err *err)
{
	struct sink k = { .line = line, .ctx = ctx, .db = d };
	bool ok;

	buf_init(&k.text, LINE_MAX);
	buf_init(&k.sql, SQL_MAX);
	ok = dump_tables(&k, true, err);
	if (with_pages) {
		ok = ok && dump_tables(&k, false, err);
		for (const struct record *r = records + 1; ok && r < records + RECORD_COUNT;
		     r++)
			ok = !kind_has_table(r) || dump_kind(&k, r, err);
		ok = ok && dump_search(&k, err);
	}
	buf_done(&k.text);
	buf_done(&k.sql);
	return ok;
}

/* --- the digest --- */

static bool feed(void *ctx, struct str text)
{
	hash_feed(ctx, text);
	return true;
}

bool state_digest(struct db *d, const struct cut *cuts, size_t n, struct hash *out,
		  struct err *err)
{
	struct hash_stream *h = hash_begin();
	struct buf head;
	bool ok;

	buf_init(&head, SQL_MAX);
	buf_lit(&head, "benkan-state/1 ");
	buf_u64(&head, PROJECTION_VERSION);
	buf_ch(&head, '\n');
	for (size_t i = 0; i < n; i++) {
		buf_lit(&head, "cut ");
		buf_add(&head, cuts[i].ledger);
		buf_ch(&head, ' ');
		buf_u64(&head, cuts[i].size);
		buf_ch(&head, ' ');
		buf_b64(&head, cuts[i].root.b, HASH_SIZE);
		buf_ch(&head, '\n');
	}
	hash_feed(h, buf_str(&head));
	buf_done(&head);
	ok = state_dump(d, false, feed, h, err);
	*out = hash_end(h);
	return ok;
}
