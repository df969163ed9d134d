#include "store/view_cursor.h"

#include "base/uuid.h"
#include "store/schema.h"
#include "store/sql_text.h"

char cursor_type(const struct field *f)
{
	struct field_column c[FIELD_COLUMNS_MAX];

	if (!f)
		return 'b';
	(void)field_columns(f, c);
	if (str_is(S("TEXT"), c[0].type))
		return 't';
	return str_is(S("INTEGER"), c[0].type) ? 'i' : 'd';
}

/* --- reading --- */

static bool digit_of(char c, unsigned *out)
{
	*out = (unsigned)(c >= '0' && c <= '9' ? c - '0' : c - 'a' + 10);
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool from_hex(struct arena *a, struct str hex, struct str *out)
{
	char *p = arena_alloc(a, hex.n / 2 + 1);

	for (size_t i = 0; i < hex.n; i += 2) {
		unsigned high, low;

		if (i + 1 == hex.n || !digit_of(hex.p[i], &high) ||
		    !digit_of(hex.p[i + 1], &low))
			return false;
		p[i / 2] = (char)(high << 4 | low);
	}
	*out = str_of(p, hex.n / 2);
	return true;
}

static bool read_value(struct cursor *c)
{
	uint64_t n;

	switch (c->type) {
	case 't': return sql_text_good(c->value);
	case 'd': return dec_parse(c->value, &c->dec);
	case 'i':
		if (!str_u64(c->value, INT64_MAX, &n))
			return false;
		c->number = (int64_t)n;
		return true;
	default: return true;
	}
}

static bool parse(struct arena *a, struct str text, char type, struct cursor *c)
{
	struct str value;

	if (!text.n || (text.p[0] != type && (type == 'b' || text.p[0] != 'n')))
		return false;
	c->type = text.p[0];
	text = str_from(text, 1);
	if (!str_split(&text, '.', &value) || !str_split(&text, '.', &c->id))
		return false;
	c->party = text;
	return uuid_valid(c->id) && from_hex(a, value, &c->value) && read_value(c);
}

static bool find_row(struct view *v, const struct list_query *q, struct cursor *c,
		     struct err *err)
{
	struct stmt *s;
	struct buf sql;
	bool row;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT rid FROM r_");
	buf_z(&sql, q->record->name);
	buf_lit(&sql, " WHERE");
	rows_seen(&sql, "rid", q->who, true);
	buf_lit(&sql, " AND id = ? AND party = ?");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_text(s, 0, c->id);
	stmt_text(s, 1, c->party);
	if (!stmt_step(s, &row, err))
		return false;
	c->rid = row ? col_int(s, 0) : 0;
	if (row)
		stmt_reset(s);
	return true;
}

bool cursor_read(struct view *v, struct arena *a, const struct list_query *q,
		 const struct order *o, struct cursor *out, struct err *err)
{
	*out = (struct cursor){ 0 };
	if (!sql_text_good(q->after) || !parse(a, q->after, o->type, out))
		return err_set(err, ERR_INPUT, "after",
			       N_("take “after” from the “next” of an earlier answer"));
	return find_row(v, q, out, err);
}

/* --- writing --- */

static void put_hex(struct buf *b, struct str bytes)
{
	buf_hex(b, bytes.p, bytes.n);
}

static bool put_text(struct buf *b, const struct field *f, const struct json *v)
{
	int32_t day;

	if (!v || v->type != JSON_STR || (f->kind == DATE && !date_parse(v->str, &day)))
		return false;
	buf_ch(b, 't');
	put_hex(b, rows_cut(v->str));
	return true;
}

static bool put_decimal(struct buf *b, const struct field *f, const struct json *v)
{
	char text[DEC_TEXT];
	struct dec d;

	if (f->kind == QUANTITY || f->kind == MONEY)
		v = json_get(v, "amount");
	if (!v || v->type != JSON_STR || !dec_parse(v->str, &d))
		return false;
	buf_ch(b, 'd');
	put_hex(b, str_z(dec_text(text, d, 0)));
	return true;
}

/* As the lines have it (lines.c): what is not of its kind is absent. */
static void put_field(struct buf *b, const struct order *o, const struct json *v)
{
	bool there = false;

	if (o->type == 't') {
		there = put_text(b, o->field, v);
	} else if (o->type == 'd') {
		there = put_decimal(b, o->field, v);
	} else if (v && v->type == JSON_BOOL) {
		there = true;
		buf_ch(b, 'i');
		put_hex(b, v->num ? S("1") : S("0"));
	}
	if (!there)
		buf_ch(b, 'n');
}

/* The value of its field in `data`. */
static bool put_value(struct view *v, struct arena *a, const struct order *o,
		      const struct record_row *row, struct buf *b, struct err *err)
{
	struct stmt *s;
	struct json *data;
	struct err ignored;
	bool found, ok = true;

	buf_lit(b, "SELECT data FROM r_");
	buf_z(b, row->record->name);
	buf_lit(b, " WHERE rid = ?");
	s = db_prepare_text(v->reg, buf_str(b), err);
	buf_clear(b);
	if (!s)
		return false;
	stmt_int(s, 0, row->rid);
	if (!stmt_step(s, &found, err))
		return false;
	if (found) {
		ok = json_object(a, col_text(s, 0), &data, &ignored);
		if (ok)
			put_field(b, o, json_get(data, o->field->name));
		stmt_reset(s);
	}
	return ok || db_damaged(v->reg, row->record->name, err);
}

bool cursor_write(struct view *v, struct arena *a, const struct order *o,
		  const struct record_row *row, struct str key, struct str *out,
		  struct err *err)
{
	struct buf b;
	bool ok = true;

	buf_init(&b, VIEW_SQL_MAX);
	if (o->field) {
		ok = put_value(v, a, o, row, &b, err);
	} else {
		buf_ch(&b, o->type);
		put_hex(&b, key);
	}
	buf_ch(&b, '.');
	buf_add(&b, row->id);
	buf_ch(&b, '.');
	buf_add(&b, row->party);
	*out = arena_buf(a, &b);
	return ok;
}

/* --- what comes after, by label --- */

/* The key alone first: SQLite looks no row of several up in an index that begins with others.
 */
void cursor_put(struct buf *sql, const struct cursor *c, bool descending)
{
	if (c->type)
		buf_z(sql, descending ? " AND key <= ? AND (key, id, rid) < (?, ?, ?)"
				      : " AND key >= ? AND (key, id, rid) > (?, ?, ?)");
}

int cursor_bind(struct stmt *s, int at, const struct cursor *c)
{
	if (!c->type)
		return at;
	stmt_blob(s, at++, c->value.p, c->value.n);
	stmt_blob(s, at++, c->value.p, c->value.n);
	stmt_text(s, at++, c->id);
	stmt_int(s, at++, c->rid);
	return at;
}
