#include "store/plain.h"
#include "store/search_index.h"
#include "store/view_count.h"
#include "store/view_rows.h"
#include "store/view_standing.h"

#include <assert.h>
#include <stdlib.h>

/*
 * Who points here: one question to the search index, for what the terms of references to the
 * record begin with.  By which field each of them points is asked only where a record type
 * has several that may.
 */
enum { WAYS_MAX = 64, LINKS_MAX = 4096 };
struct ways {
	const struct field *field[WAYS_MAX];
	size_t n;
};

struct pointed {
	struct view *v;
	struct arena *a;
	enum audience who;
	enum record_id to;
	struct str value; /* "ml/0197…" */
};

static bool has_way(const struct ways *w, const struct field *f)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->field[i] == f)
			return true;
	return false;
}

/* The fields by which a record of the type or its parts may point, in the order they stand. */
static void ways_of(const struct record *from, enum record_id to, struct ways *out)
{
	for
		each_field(f, from)
		{
			if (f->kind == PARTS) {
				ways_of(&records[f->to], to, out);
			} else if (f->kind == REF && f->to == to && !has_way(out, f)) {
				assert(out->n < WAYS_MAX);
				out->field[out->n++] = f;
			}
		}
}

/* Of fields that are columns of lists it is known by which any row points (r_target). */
static bool is_counted(const struct field *f)
{
	return f->column && !records[f->record].part;
}

/* Those of the ways that some row takes, as far as it is known. */
static bool ways_taken(const struct pointed *p, struct ways *ways, struct err *err)
{
	const struct target_query q = { .to = p->to, .ref = p->value, .who = p->who };
	struct ways left = { .n = 0 };
	bool taken[FIELD_COUNT];

	if (!count_pointing(p->v, &q, taken, err))
		return false;
	for (size_t i = 0; i < ways->n; i++)
		if (!is_counted(ways->field[i]) || taken[ways->field[i] - fields])
			left.field[left.n++] = ways->field[i];
	*ways = left;
	return true;
}

/* --- the rows --- */

/* Newest first. */
static struct stmt *pointing_rows(struct view *v, enum audience who, struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT rid FROM (");
	buf_z(&sql, search_rids(db_engine(v->reg)));
	buf_lit(&sql, ") AS hits WHERE");
	rows_seen(&sql, "rid", who, false);
	buf_lit(&sql, " ORDER BY rid DESC");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	return s;
}

static int by_kind(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	const struct record *of_x = rid_record(x), *of_y = rid_record(y);

	if (of_x != of_y)
		return of_x < of_y ? -1 : 1;
	return x < y ? 1 : -1;
}

/* At most `limit` of each kind, by kind. */
static bool read_rids(struct stmt *s, unsigned limit, int64_t rids[LINKS_MAX], size_t *n,
		      struct err *err)
{
	unsigned of_kind[(RID_SHAPE + 1) >> RID_KIND] = { 0 };
	bool row = true;

	for (*n = 0; row;) {
		if (!stmt_step(s, &row, err))
			return false;
		if (!row || *n == LINKS_MAX)
			continue;
		if (of_kind[(col_int(s, 0) & RID_SHAPE) >> RID_KIND]++ < limit)
			rids[(*n)++] = col_int(s, 0);
	}
	if (*n)
		qsort(rids, *n, sizeof(*rids), by_kind);
	return true;
}

/* Who points here by one field, or by any (NULL). */
static void ask(struct question *question, const struct pointed *p, const struct field *by)
{
	struct buf term;

	question_begin(question, p->v->reg);
	buf_init(&term, VIEW_SQL_MAX);
	if (by && term_value(&term, by, p->value)) {
		buf_ch(&term, ' ');
		question_terms(question, buf_str(&term));
	} else if (!by && term_target(&term, p->to, p->value)) {
		question_beginning(question, buf_str(&term));
	}
	buf_done(&term);
}

static bool find_pointing(const struct pointed *p, unsigned limit, int64_t rids[LINKS_MAX],
			  size_t *n, struct err *err)
{
	struct stmt *s = pointing_rows(p->v, p->who, err);
	struct question question;
	bool ok;

	if (!s)
		return false;
	ask(&question, p, NULL);
	stmt_text(s, 0, buf_str(&question.text));
	ok = read_rids(s, limit, rids, n, err);
	question_done(&question);
	return ok;
}

/* --- by which field each of them points --- */

/* One record type's rows, newest first. */
struct group {
	const int64_t *rids;
	const struct field **field; /* by which each points; NULL: not known yet */
	size_t n;
};

static void point(struct group *g, int64_t rid, const struct field *f)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->rids[i] == rid && !g->field[i])
			g->field[i] = f;
}

static bool point_by(const struct pointed *p, struct group *g, const struct field *f,
		     struct err *err)
{
	struct question question;
	struct stmt *s;
	struct buf sql;
	bool row = true;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT rid FROM (");
	buf_z(&sql, search_rids(db_engine(p->v->reg)));
	buf_lit(&sql, ") AS hits WHERE rid >= ? AND rid <= ?");
	s = db_prepare_text(p->v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	ask(&question, p, f);
	stmt_text(s, 0, buf_str(&question.text));
	stmt_int(s, 1, g->rids[g->n - 1]);
	stmt_int(s, 2, g->rids[0]);
	while (row) {
		if (!stmt_step(s, &row, err))
			break;
		if (row)
			point(g, col_int(s, 0), f);
	}
	question_done(&question);
	return !row;
}

/* The first field that points. */
static bool find_fields(const struct pointed *p, struct group *g, struct err *err)
{
	struct ways ways = { .n = 0 };

	ways_of(rid_record(g->rids[0]), p->to, &ways);
	if (ways.n > 1 && !ways_taken(p, &ways, err))
		return false;
	for (size_t i = 0; i + 1 < ways.n; i++)
		if (!point_by(p, g, ways.field[i], err))
			return false;
	for (size_t i = 0; ways.n && i < g->n; i++)
		if (!g->field[i])
			g->field[i] = ways.field[ways.n - 1];
	return true;
}

/* One record type's rows, behind those that are there. */
static bool read_group(const struct pointed *p, const struct group *g, enum lang lang,
		       struct link_row *rows, size_t *n, struct err *err)
{
	const struct record *r = rid_record(g->rids[0]);
	struct stmt *s = rows_numbered(p->v, r, p->who, lang, err);
	bool there;

	for (size_t i = 0; s && i < g->n; i++) {
		stmt_int(s, 0, g->rids[i]);
		if (!stmt_step(s, &there, err))
			return false;
		if (!there)
			continue;
		rows[*n].field = g->field[i];
		rows_read(s, p->a, r, lang, &rows[*n].from);
		*n += rows[*n].field != NULL;
		stmt_reset(s);
	}
	return s;
}

/* Rows of one record type stand together. */
static bool read_groups(const struct pointed *p, const int64_t *rids, size_t count,
			enum lang lang, struct link_row *rows, size_t *n, struct err *err)
{
	const struct field **field = arena_array(p->a, const struct field *, count);

	for (size_t i = 0; i < count;) {
		struct group g = { rids + i, field + i, 1 };

		while (i + g.n < count && rid_record(g.rids[g.n]) == rid_record(g.rids[0]))
			g.n++;
		if (!find_fields(p, &g, err) || !read_group(p, &g, lang, rows, n, err))
			return false;
		i += g.n;
	}
	return true;
}

bool view_links(struct view *v, struct arena *a, const struct link_query *q,
		struct link_row **out, size_t *n, struct err *err)
{
	struct pointed p = { .v = v, .a = a, .who = q->who, .to = record_id_of(q->record) };
	int64_t rids[LINKS_MAX];
	struct ref canonical;
	size_t found;

	*out = NULL;
	*n = 0;
	p.value = arena_join(a, arena_join(a, q->ref.party, S("/")), q->ref.id);
	if (!ref_parse(p.value, &canonical)) /* nothing points at what is no reference */
		return true;
	if (!find_pointing(&p, q->limit, rids, &found, err))
		return false;
	*out = arena_room(a, struct link_row, found);
	return read_groups(&p, rids, found, q->lang, *out, n, err);
}

bool links_by(struct links all, const struct field *f, unsigned limit, struct links *out)
{
	const struct record *r = &records[f->record];
	bool alone = true;
	size_t from = 0, n = 0;

	*out = (struct links){ 0 };
	if (!all.rows)
		return false;
	while (from < all.n && all.rows[from].from.record != r)
		from++;
	while (from + n < all.n && all.rows[from + n].from.record == r)
		alone = all.rows[from + n++].field == f && alone;
	*out = (struct links){ alone ? all.rows + from : NULL, n };
	return alone && n < limit && all.n < LINKS_MAX;
}

/* When the row with this number was said, when that is later than *time. */
static bool later_said(struct view *v, struct arena *a, int64_t rid, struct str *time,
		       struct err *err)
{
	struct stmt *s;
	struct buf sql;
	bool row;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT time FROM r_");
	buf_z(&sql, rid_record(rid)->name);
	buf_lit(&sql, " WHERE rid = ?");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_int(s, 0, rid);
	if (!stmt_step(s, &row, err))
		return false;
	if (row && str_cmp(col_text(s, 0), *time) > 0)
		*time = arena_str(a, col_text(s, 0));
	stmt_reset(s);
	return true;
}

bool view_last_said(struct view *v, struct arena *a, const struct record *r, struct ref ref,
		    enum audience who, struct str *time, struct err *err)
{
	struct pointed p = { .v = v, .who = who, .to = record_id_of(r) };
	int64_t rids[LINKS_MAX];
	size_t n;

	*time = S("");
	p.value = arena_join(a, arena_join(a, ref.party, S("/")), ref.id);
	if (!find_pointing(&p, SAID_LOOKED, rids, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!later_said(v, a, rids[i], time, err))
			return false;
	return true;
}

bool view_blob_public(struct view *v, const struct hash *name, bool *is, struct err *err)
{
	struct stmt *s =
		db_prepare(v->reg, "SELECT 1 FROM p_blob_ref WHERE sha256 = ? LIMIT 1", err);
	struct plain_act x;
	struct arena a;
	bool ok;

	if (!s)
		return false;
	stmt_blob(s, 0, name->b, HASH_SIZE);
	if (!stmt_step(s, is, err))
		return false;
	if (*is) {
		stmt_reset(s);
		return true;
	}
	arena_init(&a, PLAIN_ROOM);
	ok = plain_by_act(v, &a, name, &x, is, err);
	arena_done(&a);
	return ok;
}
