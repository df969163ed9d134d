#include "store/view_count.h"
#include "store/figures.h"
#include "store/totals.h"

#include <stdlib.h>

enum { FACETS_MAX = 500 };

/* One figure of r_count: rows with this value in this field, of one party or of all. */
struct figure_asked {
	const struct record *record;
	enum audience who;
	bool ended;
	int field;
	struct str value;
};

/* The shapes of a record type are a range (rid.h). */
static void put_shapes(struct buf *sql, const struct figure_asked *f)
{
	buf_lit(sql, " shape >= ? AND shape < ? AND");
	rows_seen(sql, "shape", f->who, f->ended);
}

static void bind_shapes(struct stmt *s, int at, const struct figure_asked *f)
{
	int64_t kind = (int64_t)record_id_of(f->record) << RID_KIND;

	stmt_int(s, at, kind);
	stmt_int(s, at + 1, kind + (1 << RID_KIND));
}

static bool read_figure(struct view *v, const struct figure_asked *f, uint64_t *out,
			struct err *err)
{
	struct stmt *s;
	struct buf sql;
	bool row = false, ok;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT sum(count) FROM r_count WHERE field = ? AND value = ? AND");
	put_shapes(&sql, f);
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_int(s, 0, f->field);
	stmt_text(s, 1, f->value);
	bind_shapes(s, 2, f);
	ok = stmt_step(s, &row, err);
	*out = ok && row ? (uint64_t)col_int(s, 0) : 0;
	stmt_reset(s);
	return ok;
}

bool count_rows(struct view *v, const struct list_query *q, uint64_t *out, struct err *err)
{
	const struct figure_asked all = {
		.record = q->record, .who = q->who, .ended = q->ended, .field = COUNTED_ALL
	};

	return read_figure(v, &all, out, err);
}

uint64_t view_count(struct view *v, const struct record *r, enum audience who)
{
	const struct list_query q = { .record = r, .who = who };
	uint64_t n;
	struct err err;

	return count_rows(v, &q, &n, &err) ? n : 0;
}

static bool open_figure(struct view *v, struct str party, enum audience who, uint64_t *out,
			struct err *err)
{
	struct stmt *s;
	struct buf sql;
	bool row = false, ok;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT sum(count) FROM r_count WHERE field = ? AND value = ? AND");
	rows_seen(&sql, "shape", who, false);
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_int(s, 0, COUNTED_OPEN);
	stmt_text(s, 1, party);
	ok = stmt_step(s, &row, err);
	*out = ok && row ? (uint64_t)col_int(s, 0) : 0;
	stmt_reset(s);
	return ok;
}

bool count_open(struct view *v, const struct open_query *q, uint64_t *out, struct err *err)
{
	uint64_t own = 0;

	if (!open_figure(v, q->others ? S("") : q->party, q->who, out, err))
		return false;
	if (q->others && q->party.n && !open_figure(v, q->party, q->who, &own, err))
		return false;
	*out -= own;
	return true;
}

/* --- who points where --- */

static bool is_shown(int shape, enum audience who)
{
	return (shape & (rid_bit(who) | RID_ENDED)) == rid_bit(who);
}

bool count_pointing(struct view *v, const struct target_query *q, bool by[FIELD_COUNT],
		    struct err *err)
{
	struct stmt *s = db_prepare(
		v->reg, "SELECT figures FROM r_target WHERE kind = ? AND ref = ?", err);
	struct str figures;
	struct figure f;
	bool row, good = true;

	memset(by, 0, FIELD_COUNT * sizeof(*by));
	if (!s)
		return false;
	stmt_int(s, 0, q->to);
	stmt_text(s, 1, q->ref);
	if (!stmt_step(s, &row, err))
		return false;
	if (!row)
		return true;
	for (figures = col_blob(s, 0); good && figures.n;) {
		good = figure_take(&figures, &f);
		if (good && !f.money && f.field < FIELD_COUNT && is_shown(f.shape, q->who))
			by[f.field] = true;
	}
	stmt_reset(s);
	return good || figures_hurt(err);
}

/* --- menus --- */

/* Largest first. */
static int by_count(const void *a, const void *b)
{
	const struct facet *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return str_cmp(x->value, y->value);
}

/* The largest so far; they come by value, so that of equals the first is kept. */
static void keep_largest(struct facet *facets, size_t *n)
{
	if (*n)
		qsort(facets, *n, sizeof(*facets), by_count);
	if (*n > FACETS_MAX)
		*n = FACETS_MAX;
}

static struct stmt *facet_query(struct view *v, const struct figure_asked *f, struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT value, sum(count) FROM r_count WHERE field = ? AND");
	put_shapes(&sql, f);
	buf_lit(&sql, " GROUP BY value ORDER BY value");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return NULL;
	stmt_int(s, 0, f->field);
	bind_shapes(s, 1, f);
	return s;
}

/* How many rows point at each record of the type that any points at. */
static struct stmt *target_query(struct view *v, const struct figure_asked *f, struct err *err)
{
	struct stmt *s = db_prepare(
		v->reg, "SELECT ref, figures FROM r_target WHERE kind = ? ORDER BY ref", err);

	if (s)
		stmt_int(s, 0, fields[f->field].to);
	return s;
}

static bool count_of(struct stmt *s, const struct figure_asked *f, uint64_t *out,
		     struct err *err)
{
	struct str figures;
	struct figure one;

	*out = 0;
	if (fields[f->field].kind != REF) {
		*out = (uint64_t)col_int(s, 1);
		return true;
	}
	for (figures = col_blob(s, 1); figures.n;) {
		if (!figure_take(&figures, &one)) {
			stmt_reset(s);
			return figures_hurt(err);
		}
		if (!one.money && one.field == f->field && is_shown(one.shape, f->who))
			*out += (uint64_t)one.count;
	}
	return true;
}

static bool read_facets(struct view *v, struct arena *a, const struct figure_asked *f,
			struct facet **out, size_t *n, struct err *err)
{
	struct stmt *s =
		fields[f->field].kind == REF ? target_query(v, f, err) : facet_query(v, f, err);
	uint64_t least = 0, count;
	bool row = true;

	*n = 0;
	*out = arena_room(a, struct facet, 2 * FACETS_MAX);
	if (!s)
		return false;
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row && !count_of(s, f, &count, err))
			return false;
		if (!row || count <= least)
			continue;
		(*out)[(*n)++] = (struct facet){ arena_str(a, col_text(s, 0)), count };
		if (*n == 2 * FACETS_MAX) {
			keep_largest(*out, n);
			least = (*out)[*n - 1].count;
		}
	}
	keep_largest(*out, n);
	return true;
}

/* Yes and no, of which only yes is kept. */
static bool both_answers(struct view *v, const struct figure_asked *f, struct facet *out,
			 size_t *n, struct err *err)
{
	struct figure_asked all = *f;
	uint64_t yes = *n ? out[0].count : 0, no;

	all.field = COUNTED_ALL;
	if (!read_figure(v, &all, &no, err))
		return false;
	no -= yes;
	*n = 0;
	if (yes)
		out[(*n)++] = (struct facet){ S("true"), yes };
	if (no)
		out[(*n)++] = (struct facet){ S("false"), no };
	if (no > yes && yes) {
		out[0] = out[1];
		out[1] = (struct facet){ S("true"), yes };
	}
	return true;
}

bool view_facets(struct view *v, struct arena *a, const struct record *r, const struct field *f,
		 enum audience who, struct facet **out, size_t *n, struct err *err)
{
	struct figure_asked all = { .record = r, .who = who, .field = (int)(f - fields) };

	return read_facets(v, a, &all, out, n, err) &&
	       (f->kind != BOOL || both_answers(v, &all, *out, n, err));
}
