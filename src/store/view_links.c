#include "store/search_index.h"
#include "store/view_rows.h"

/*
 * Who points here: one question to the search index, for the terms "/<field>/<party>/<id>"
 * of every field that can point at this record type, those of parts included.
 */
static void put_terms(struct buf *terms, const struct record *r, struct str value)
{
	for (const struct field *f = fields + 1; f < fields + FIELD_COUNT; f++) {
		if (f->kind == REF && f->to == record_id_of(r) && term_value(terms, f, value))
			buf_ch(terms, ' ');
	}
}

struct pointing {
	enum record_id to;
	struct str value;
	const struct field *field;
};

static void see(void *ctx, const struct model_link *link)
{
	struct pointing *p = ctx;

	if (!p->field && link->field->kind == REF && link->field->to == p->to &&
	    str_eq(link->value, p->value))
		p->field = link->field;
}

/* The fields by which `from` or its parts can point at the type: how many, and the last. */
static unsigned ways(const struct record *from, enum record_id to, const struct field **last)
{
	unsigned n = 0;

	for
		each_field(f, from)
		{
			if (f->kind == REF && f->to == to) {
				*last = f;
				n++;
			} else if (f->kind == PARTS) {
				n += ways(&records[f->to], to, last);
			}
		}
	return n;
}

/* The field by which a row points at `value`: the first that does.  Its data need only be
 * read when there are several that can. */
static const struct field *pointing_field(struct arena *a, const struct record_row *row,
					  enum record_id to, struct str value)
{
	struct pointing p = { .to = to, .value = value };
	struct json *data;
	struct err ignored;

	if (ways(row->record, to, &p.field) == 1)
		return p.field;
	p.field = NULL;
	if (json_object(a, row->data, &data, &ignored))
		record_links(a, row->record, data, see, &p);
	return p.field;
}

/* At most `limit` of each kind, newest first. */
static struct stmt *pointing_rows(struct view *v, enum audience who, struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT rid FROM (SELECT rid, row_number() OVER (PARTITION BY (rid & "
		      "65535) >> 9 "
		      "ORDER BY rid DESC) AS place FROM (");
	buf_z(&sql, search_rids(db_engine(v->reg)));
	buf_lit(&sql, ") AS hits WHERE");
	rows_seen(&sql, "rid", who, false);
	buf_lit(&sql,
		") AS placed WHERE place <= ? ORDER BY (rid & 65535) >> 9, rid DESC LIMIT ?");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	return s;
}

enum { LINKS_MAX = 4096 };

static bool read_rids(struct stmt *s, int64_t rids[LINKS_MAX], size_t *n, struct err *err)
{
	bool row = true;

	for (*n = 0; row;) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			rids[(*n)++] = col_int(s, 0);
	}
	return true;
}

static bool find_pointing(struct view *v, struct str terms, enum audience who, unsigned limit,
			  int64_t rids[LINKS_MAX], size_t *n, struct err *err)
{
	struct stmt *s = pointing_rows(v, who, err);
	struct question question;
	bool ok;

	if (!s)
		return false;
	question_begin(&question, db_engine(v->reg));
	question_terms(&question, terms);
	stmt_text(s, 0, buf_str(&question.text));
	stmt_int(s, 1, limit);
	stmt_int(s, 2, LINKS_MAX);
	ok = read_rids(s, rids, n, err);
	question_done(&question);
	return ok;
}

bool view_links(struct view *v, struct arena *a, const struct record *r, struct ref ref,
		enum audience who, enum lang lang, unsigned limit, struct link_row **out,
		size_t *n, struct err *err)
{
	struct str value = arena_join(a, arena_join(a, ref.party, S("/")), ref.id);
	int64_t *rids = arena_array(a, int64_t, LINKS_MAX);
	struct buf terms;
	struct ref canonical;
	size_t found = 0;
	bool ok, there;

	*n = 0;
	if (!ref_parse(value, &canonical)) /* nothing points at what is no reference */
		return true;
	buf_init(&terms, VIEW_SQL_MAX);
	put_terms(&terms, r, value);
	ok = !terms.n || find_pointing(v, buf_str(&terms), who, limit, rids, &found, err);
	buf_done(&terms);
	*out = arena_array(a, struct link_row, found);
	for (size_t i = 0; ok && i < found; i++) {
		struct link_row *row = &(*out)[*n];

		ok = rows_by_rid(v, a, rids[i], who, lang, &row->from, &there, err);
		row->field = ok && there ? pointing_field(a, &row->from, record_id_of(r), value)
					 : NULL;
		*n += row->field != NULL;
	}
	return ok;
}

bool view_blob_public(struct view *v, const struct hash *name, bool *is, struct err *err)
{
	struct stmt *s =
		db_prepare(v->reg, "SELECT 1 FROM p_blob_ref WHERE sha256 = ? LIMIT 1", err);

	if (!s)
		return false;
	stmt_blob(s, 0, name->b, HASH_SIZE);
	if (!stmt_step(s, is, err))
		return false;
	stmt_reset(s);
	return true;
}
