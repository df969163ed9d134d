#include "store/schema.h"
#include "store/view_rows.h"

#include <stdlib.h>

/* Of one record at a time; JSON takes up to 128 times its bytes when it is read. */
enum { DATA_MAX = 2 << 20, ONCE_MAX = 300 << 20 };

/* A date found, before its record is read. */
struct found {
	int64_t rule;
	int32_t day;
	struct str id, party, part;
};

static bool asked(const struct due_query *q, const struct due_rule *d)
{
	return (!q->record || record_id_of(q->record) == d->record) &&
	       (!q->date || q->date == d->date) && (!q->deadlines_only || d->deadline);
}

/* How many of each rule may be among those asked for. */
static size_t reach(const struct due_query *q)
{
	return q->limit ? (size_t)q->offset + q->limit : 0;
}

static void bind_range(struct stmt *s, const struct due_query *q, size_t rule)
{
	stmt_int(s, 0, (int64_t)rule);
	stmt_int(s, 1, q->from);
	stmt_int(s, 2, q->to);
	stmt_int(s, 3, rid_bit(q->who));
}

static bool find(struct view *v, struct arena *a, const struct due_query *q, size_t rule,
		 struct found *out, size_t *n, struct err *err)
{
	struct stmt *s = db_prepare(v->reg,
				    "SELECT day, id, party, part FROM r_due WHERE rule = ? AND "
				    "day >= ? AND day < ? AND (mask & ?) <> 0 "
				    "ORDER BY day, id, party, part LIMIT ?",
				    err);
	bool row = true;

	if (!s)
		return false;
	bind_range(s, q, rule);
	stmt_int(s, 4, (int64_t)reach(q));
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			out[(*n)++] = (struct found){ .rule = (int64_t)rule,
						      .day = (int32_t)col_int(s, 0),
						      .id = arena_str(a, col_text(s, 1)),
						      .party = arena_str(a, col_text(s, 2)),
						      .part = arena_str(a, col_text(s, 3)) };
	}
	return true;
}

static bool count(struct view *v, const struct due_query *q, size_t rule, uint64_t *total,
		  struct err *err)
{
	struct stmt *s =
		db_prepare(v->reg,
			   "SELECT sum(count) FROM r_day "
			   "WHERE rule = ? AND day >= ? AND day < ? AND (mask & ?) <> 0",
			   err);
	bool row;

	if (!s)
		return false;
	bind_range(s, q, rule);
	if (!stmt_step(s, &row, err))
		return false;
	*total += row ? (uint64_t)col_int(s, 0) : 0;
	stmt_reset(s);
	return true;
}

static int by_day(const void *x, const void *y)
{
	const struct found *a = x, *b = y;
	int order = a->day < b->day ? -1 : a->day > b->day;

	if (!order)
		order = a->rule < b->rule ? -1 : a->rule > b->rule;
	if (!order)
		order = str_cmp(a->id, b->id);
	if (!order)
		order = str_cmp(a->party, b->party);
	return order ? order : str_cmp(a->part, b->part);
}

/* The part that is called so, by its key or by its place. */
static const struct json *part_named(const struct json *parts, struct str name)
{
	uint64_t place, at = 0;
	bool number = str_u64(name, UINT32_MAX, &place);

	for (const struct json *p = parts ? parts->child : NULL; p; p = p->next, at++) {
		struct str key = json_str(p, "key");

		if (part_named_by(key) ? str_eq(key, name) : number && at == place)
			return p;
	}
	return NULL;
}

/* Of the record's whole data, which goes into `once` and is left there. */
static bool part_label(struct view *v, struct arena *a, struct arena *once,
		       const struct due_rule *d, enum lang lang, struct due_row *row,
		       struct err *err)
{
	struct record_row whole = row->of;
	const struct json *part;
	struct json *data;
	struct err ignored;
	bool fits;

	if (d->parts == FIELD_NONE)
		return true;
	arena_reset(once);
	if (!rows_data(v, once, &whole, DATA_MAX, &fits, err))
		return false;
	row->part_label = row->part;
	if (!fits || !json_object(once, whole.data, &data, &ignored))
		return true;
	part = part_named(json_arr(data, fields[d->parts].name), row->part);
	if (part)
		row->part_label = rows_label(a, &records[fields[d->parts].to], part, lang);
	return true;
}

static bool read_row(struct view *v, struct arena *a, struct arena *once,
		     const struct due_query *q, const struct found *f, struct due_row *out,
		     struct err *err)
{
	const struct due_rule *d = &due_rules[f->rule];
	struct row_asked asked = {
		&records[d->record], { f->party, f->id }, q->who, q->lang, ROWS_BRIEF
	};

	out->day = f->day;
	out->deadline = d->deadline;
	out->part = f->part;
	return rows_find(v, a, &asked, &out->of, err) &&
	       part_label(v, a, once, d, q->lang, out, err);
}

static bool read_all(struct view *v, struct arena *a, const struct due_query *q,
		     const struct found *found, size_t n, struct due_row *out, struct err *err)
{
	struct arena once;
	bool ok = true;

	arena_init(&once, ONCE_MAX);
	for (size_t i = 0; ok && i < n; i++)
		ok = read_row(v, a, &once, q, &found[i], &out[i], err);
	arena_done(&once);
	return ok;
}

bool view_due(struct view *v, struct arena *a, const struct due_query *q, struct due_row **out,
	      size_t *n, uint64_t *total, struct err *err)
{
	struct found *all = arena_array(a, struct found, arena_size(reach(q), due_rule_count));
	size_t found = 0, skip;

	*total = 0;
	for (size_t i = 0; i < due_rule_count; i++)
		if (asked(q, &due_rules[i]) &&
		    ((q->limit && !find(v, a, q, i, all, &found, err)) ||
		     !count(v, q, i, total, err)))
			return false;
	if (found)
		qsort(all, found, sizeof(*all), by_day);
	skip = q->offset < found ? (size_t)q->offset : found;
	*n = found - skip < q->limit ? found - skip : q->limit;
	*out = arena_array(a, struct due_row, *n);
	return read_all(v, a, q, all + skip, *n, *out, err);
}
