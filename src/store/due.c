#include "store/project.h"
#include "store/schema.h"
#include "store/search_index.h"

#include <stdlib.h>
#include <string.h>

/* --- marking --- */

static struct str mark_key(struct projection *p, enum record_id kind, struct str ref)
{
	buf_clear(&p->text);
	buf_z(&p->text, records[kind].name);
	buf_ch(&p->text, '/');
	buf_add(&p->text, ref);
	return buf_str(&p->text);
}

static void mark(struct projection *p, enum record_id kind, struct str ref)
{
	tally_add(&p->due, mark_key(p, kind, ref), 1, 0);
}

/*
 * No index leads from a record to its rows of r_due.  What may stand of it there follows from
 * its data: from that of its rows as they are, and from that of the rows that went since the
 * last settling, whose dates stand behind the record's mark.
 */

/* --- what is due of one record --- */

struct due {
	unsigned rule, mask;
	int32_t day;
	struct str part;
};

struct dues {
	struct due *list;
	size_t n, cap;
};

/* One row of a report that can close something. */
struct report {
	unsigned mask;
	const struct json *data;
};

struct reports {
	struct report *list;
	size_t n;
};

/* A rule and a day, in the order of the table's key. */
enum { DAY_BYTES = 5 };
static void put_day(struct buf *b, const struct due *d)
{
	uint32_t day = (uint32_t)d->day ^ 0x80000000u;

	buf_ch(b, (char)d->rule);
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_ch(b, (char)(day >> shift));
}

static int32_t read_day(const unsigned char *k)
{
	uint32_t day = (uint32_t)k[0] << 24 | (uint32_t)k[1] << 16 | (uint32_t)k[2] << 8 | k[3];

	return (int32_t)(day ^ 0x80000000u);
}

static void dues_add(struct projection *p, struct dues *to, struct due d)
{
	for (size_t i = 0; i < to->n; i++)
		if (to->list[i].rule == d.rule && to->list[i].day == d.day &&
		    str_eq(to->list[i].part, d.part)) {
			to->list[i].mask |= d.mask;
			return;
		}
	if (to->n == to->cap) {
		struct due *wider;

		to->cap = to->cap ? to->cap * 2 : 16;
		wider = arena_array(&p->once, struct due, to->cap);
		if (to->n)
			memcpy(wider, to->list, to->n * sizeof(*wider));
		to->list = wider;
	}
	to->list[to->n++] = d;
}

static bool is_set(const struct json *data, enum field_id f)
{
	const struct json *v = f == FIELD_NONE ? NULL : json_get(data, fields[f].name);

	return v && v->type != JSON_NULL && !(v->type == JSON_STR && !v->str.n) &&
	       !(v->type == JSON_BOOL && !v->num);
}

static bool report_closes(const struct due_rule *d, const struct json *report, struct str part)
{
	if (d->parts != FIELD_NONE &&
	    !str_eq(json_str(report, fields[d->report_key].name), part))
		return false;
	return d->report_value
		       ? str_is(json_str(report, fields[d->report_field].name), d->report_value)
		       : is_set(report, d->report_field);
}

/* The audiences among `mask` to whom no report tells that it is done. */
static unsigned still_open(const struct due_rule *d, const struct reports *reports,
			   struct str part, unsigned mask)
{
	for (size_t i = 0; i < reports->n; i++)
		if (report_closes(d, reports->list[i].data, part))
			mask &= ~reports->list[i].mask;
	return mask;
}

/* `due`: of which rule and part, and for whom. */
static void date_due(struct projection *p, struct due due, const struct json *data,
		     const struct reports *reports, struct dues *out)
{
	const struct due_rule *d = &due_rules[due.rule];

	if (!date_parse(json_str(data, fields[d->date].name), &due.day) ||
	    is_set(data, d->closed_by))
		return;
	due.mask = still_open(d, reports, due.part, due.mask);
	if (due.mask)
		dues_add(p, out, due);
}

/* A part is called by its key, or where it has none that will do by its place. */
static struct str part_key(struct projection *p, const struct json *part, unsigned place)
{
	struct str key = json_str(part, "key");

	if (part_named_by(key))
		return key;
	buf_clear(&p->text);
	buf_u64(&p->text, place);
	return arena_str(&p->once, buf_str(&p->text));
}

static void row_due(struct projection *p, size_t rule, const struct json *data, unsigned mask,
		    const struct reports *reports, struct dues *out)
{
	const struct due_rule *d = &due_rules[rule];
	struct due due = { .rule = (unsigned)rule, .part = S(""), .mask = mask };
	const struct json *parts;
	unsigned place = 0;

	if (d->parts == FIELD_NONE) {
		date_due(p, due, data, reports, out);
		return;
	}
	parts = json_arr(data, fields[d->parts].name);
	for (const struct json *part = parts ? parts->child : NULL; part; part = part->next) {
		due.part = part_key(p, part, place++);
		date_due(p, due, part, reports, out);
	}
}

static bool json_column(struct projection *p, struct stmt *s, int i, const struct json **out,
			struct err *err)
{
	struct json *data;

	if (!json_object(&p->once, arena_str(&p->once, col_text(s, i)), &data, err))
		return false;
	*out = data;
	return true;
}

/* Rows (rid, data) that a statement gives, of records that have not ended. */
static bool rows_take(struct projection *p, struct stmt *s, struct reports *out,
		      struct err *err)
{
	size_t cap = 0;
	bool row = true;

	*out = (struct reports){ 0 };
	while (row) {
		struct report *at;

		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		if (out->n == cap) {
			at = arena_array(&p->once, struct report, cap = cap ? cap * 2 : 8);
			if (out->n)
				memcpy(at, out->list, out->n * sizeof(*at));
			out->list = at;
		}
		at = &out->list[out->n++];
		at->mask = (unsigned)col_int(s, 0) & RID_ALL;
		if (!json_column(p, s, 1, &at->data, err))
			return false;
	}
	return true;
}

static bool reports_find(struct projection *p, const struct due_rule *d, const struct ref *ref,
			 struct reports *out, struct err *err)
{
	struct str to = arena_join(&p->once, arena_join(&p->once, ref->party, S("/")), ref->id);
	struct question q;
	struct buf term;
	struct stmt *s;
	bool ok;

	*out = (struct reports){ 0 };
	if (d->report == RECORD_NONE)
		return true;
	buf_init(&term, 256);
	question_begin(&q, p->db);
	(void)!term_value(&term, &fields[d->report_ref], to);
	question_terms(&q, buf_str(&term));
	buf_clear(&p->text);
	buf_lit(&p->text, "SELECT rid, data FROM r_");
	buf_z(&p->text, records[d->report].name);
	buf_lit(&p->text, " WHERE (rid & 8) = 0 AND rid IN (");
	buf_z(&p->text, search_rids(q.engine));
	buf_lit(&p->text, ") ORDER BY id, party, layer");
	s = db_prepare_text(p->db, buf_str(&p->text), err);
	if (s)
		stmt_text(s, 0, buf_str(&q.text));
	ok = s && rows_take(p, s, out, err);
	question_done(&q);
	buf_done(&term);
	return ok;
}

static bool rows_of(struct projection *p, const struct record *r, const struct ref *ref,
		    struct reports *out, struct err *err)
{
	struct stmt *s;

	buf_clear(&p->text);
	buf_lit(&p->text, "SELECT rid, data FROM r_");
	buf_z(&p->text, r->name);
	buf_lit(&p->text, " WHERE (rid & 8) = 0 AND id = ? AND party = ? ORDER BY layer");
	s = db_prepare_text(p->db, buf_str(&p->text), err);
	if (!s)
		return false;
	stmt_text(s, 0, ref->id);
	stmt_text(s, 1, ref->party);
	return rows_take(p, s, out, err);
}

/* What is due, and what could be if there were no reports. */
static bool find_due(struct projection *p, const struct record *r, const struct ref *ref,
		     struct dues *could, struct dues *out, struct err *err)
{
	const struct reports none = { 0 };
	struct reports rows, reports;

	*out = (struct dues){ 0 };
	if (!rows_of(p, r, ref, &rows, err))
		return false;
	for (size_t i = 0; i < due_rule_count && rows.n; i++) {
		struct dues open = { 0 };

		if (due_rules[i].record != record_id_of(r))
			continue;
		for (size_t k = 0; k < rows.n; k++)
			row_due(p, i, rows.list[k].data, rows.list[k].mask, &none, &open);
		for (size_t k = 0; k < open.n; k++)
			dues_add(p, could, open.list[k]);
		/* Most records have no date that reports could close, and to look for reports
		 * is dear. */
		if (!open.n)
			continue;
		if (!reports_find(p, &due_rules[i], ref, &reports, err))
			return false;
		for (size_t k = 0; k < rows.n; k++)
			row_due(p, i, rows.list[k].data, rows.list[k].mask, &reports, out);
	}
	return true;
}

/* --- what came and went --- */

/* The row of a record of which nothing stood before. */
static bool is_first(const struct row *r)
{
	return r->versions == 1 && !r->layer && r->mask == RID_ALL && !r->ended;
}

/* What is due by this row alone; whether no report could have closed any of it. */
static bool row_dues(struct projection *p, const struct row *r, struct dues *out)
{
	const struct reports none = { 0 };
	bool alone = true;

	for (size_t i = 0; i < due_rule_count && !r->ended; i++) {
		size_t had = out->n;

		if (due_rules[i].record != record_id_of(r->record))
			continue;
		row_due(p, i, r->data, r->mask, &none, out);
		alone = alone && (due_rules[i].report == RECORD_NONE || out->n == had);
	}
	return alone;
}

/* In the order of the table's key, but for the part, which may hold anything. */
static void first_due(struct projection *p, const struct row *r, const struct due *d)
{
	buf_clear(&p->text);
	put_day(&p->text, d);
	buf_add(&p->text, r->id);
	buf_ch(&p->text, '\0');
	buf_add(&p->text, r->party);
	buf_ch(&p->text, '\0');
	buf_add(&p->text, d->part);
	tally_add(&p->dues, buf_str(&p->text), 1, 0);
}

/* What may stand of a row that goes: behind the record's mark. */
static void gone_due(struct projection *p, const struct row *r, struct str ref,
		     const struct due *d)
{
	(void)mark_key(p, record_id_of(r->record), ref);
	buf_ch(&p->text, '\0');
	put_day(&p->text, d);
	buf_add(&p->text, d->part);
	tally_add(&p->due, buf_str(&p->text), 1, 0);
}

/* The record is looked at anew while settling, unless what is due is known from its row. */
static void own_mark(struct projection *p, const struct row *r, bool came)
{
	struct str ref = arena_join(&p->once, arena_join(&p->once, r->party, S("/")), r->id);
	enum record_id kind = record_id_of(r->record);
	bool first = came && is_first(r) && !tally_has(&p->due, mark_key(p, kind, ref)), known;
	struct dues dues = { 0 };

	known = (first || !came) && row_dues(p, r, &dues) && first;
	if (!known)
		tally_add(&p->due, mark_key(p, kind, ref), !first, 0);
	for (size_t i = 0; i < dues.n; i++)
		if (known)
			first_due(p, r, &dues.list[i]);
		else if (!came)
			gone_due(p, r, ref, &dues.list[i]);
}

/* A record of its own, and what a report speaks of. */
void due_mark(struct projection *p, const struct row *r, bool came)
{
	enum record_id kind = record_id_of(r->record);
	bool own = false;

	if (!p->kinds[kind].due)
		return;
	for (size_t i = 0; i < due_rule_count; i++) {
		const struct due_rule *d = &due_rules[i];
		struct str of;
		struct ref ref;

		own = own || d->record == kind;
		if (d->report != kind)
			continue;
		of = json_str(r->data, fields[d->report_ref].name);
		if (ref_parse(of, &ref))
			mark(p, d->record, of);
	}
	if (own)
		own_mark(p, r, came);
}

/* --- writing --- */

static void count_day(struct projection *p, const struct due *d, int sign)
{
	buf_clear(&p->text);
	put_day(&p->text, d);
	buf_ch(&p->text, (char)d->mask);
	tally_add(&p->days, buf_str(&p->text), sign, 0);
}

static void due_bind(struct stmt *s, int at, const struct ref *ref, const struct due *d)
{
	stmt_int(s, at, d->rule);
	stmt_int(s, at + 1, d->day);
	stmt_text(s, at + 2, ref->id);
	stmt_text(s, at + 3, ref->party);
	stmt_text(s, at + 4, d->part);
}

enum { DUE_COLUMNS = 6 };
#define INTO_DUE "INTO r_due (rule, day, id, party, part, mask) VALUES "
#define ONE_DUE  "(?, ?, ?, ?, ?, ?)"

/* One, or ROWS_AT_ONCE. */
static bool due_add(struct projection *p, const struct ref *refs, const struct due *dues, int n,
		    struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    n == 1 ? "INSERT " INTO_DUE ONE_DUE
					   : "INSERT OR FAIL " INTO_DUE MANY_ROWS(ONE_DUE),
				    err);

	if (!s)
		return false;
	for (int i = 0; i < n; i++) {
		count_day(p, &dues[i], 1);
		due_bind(s, i * DUE_COLUMNS, &refs[i], &dues[i]);
		stmt_int(s, i * DUE_COLUMNS + DUE_COLUMNS - 1, dues[i].mask);
	}
	return stmt_done(s, err);
}

static bool due_drop(struct projection *p, const struct ref *ref, const struct due *d,
		     struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    "DELETE FROM r_due WHERE rule = ? AND day = ? AND id = ? "
				    "AND party = ? AND part = ?",
				    err);

	if (!s)
		return false;
	count_day(p, d, -1);
	due_bind(s, 0, ref, d);
	return stmt_done(s, err);
}

/* Adds `d` to `out` as it stands in the table, if it does. */
static bool due_had(struct projection *p, const struct ref *ref, struct due d, struct dues *out,
		    struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    "SELECT mask FROM r_due WHERE rule = ? AND day = ? AND "
				    "id = ? AND party = ? AND part = ?",
				    err);
	bool row;

	if (!s)
		return false;
	due_bind(s, 0, ref, &d);
	if (!stmt_step(s, &row, err))
		return false;
	if (!row)
		return true;
	d.mask = (unsigned)col_int(s, 0);
	stmt_reset(s);
	dues_add(p, out, d);
	return true;
}

static bool among(const struct dues *list, const struct due *d)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->list[i].rule == d->rule && list->list[i].day == d->day &&
		    list->list[i].mask == d->mask && str_eq(list->list[i].part, d->part))
			return true;
	return false;
}

/* What follows the mark of a record: rule, day and part. */
static struct due read_gone(struct str mark, struct str key)
{
	const unsigned char *k = (const unsigned char *)key.p + mark.n + 1;

	return (struct due){ .rule = k[0],
			     .day = read_day(k + 1),
			     .part = str_from(key, mark.n + 1 + DAY_BYTES) };
}

/* A record's mark, and behind it n - 1 lines of what went.  Of a mark that counts nothing
 * nothing was there. */
static bool settle_one(struct projection *p, const struct tally_line *lines, size_t n,
		       struct err *err)
{
	struct dues could = { 0 }, had = { 0 }, has;
	struct str text = lines[0].key, kind;
	struct ref ref;

	(void)!str_split(&text, '/', &kind);
	if (!ref_parse(text, &ref))
		return true;
	for (size_t i = 1; i < n; i++)
		dues_add(p, &could, read_gone(lines[0].key, lines[i].key));
	if (!find_due(p, record_named(kind), &ref, &could, &has, err))
		return false;
	for (size_t i = 0; i < could.n && lines[0].count; i++)
		if (!due_had(p, &ref, could.list[i], &had, err))
			return false;
	for (size_t i = 0; i < had.n; i++)
		if (!among(&has, &had.list[i]) && !due_drop(p, &ref, &had.list[i], err))
			return false;
	for (size_t i = 0; i < has.n; i++)
		if (!among(&had, &has.list[i]) && !due_add(p, &ref, &has.list[i], 1, err))
			return false;
	return true;
}

static bool write_day(struct projection *p, const struct tally_line *l, struct err *err)
{
	const unsigned char *k = (const unsigned char *)l->key.p;
	static const char *const sql[] = {
		"INSERT INTO r_day (rule, day, mask, count) VALUES (?, ?, ?, ?) ON CONFLICT "
		"(rule, day, mask) DO UPDATE SET count = r_day.count + excluded.count",
		"DELETE FROM r_day WHERE rule = ? AND day = ? AND mask = ? AND count = 0",
	};

	for (int i = 0; i < (l->count < 0 ? 2 : 1) && l->count; i++) {
		struct stmt *s = db_prepare(p->db, sql[i], err);

		if (!s)
			return false;
		stmt_int(s, 0, k[0]);
		stmt_int(s, 1, read_day(k + 1));
		stmt_int(s, 2, k[DAY_BYTES]);
		if (i == 0)
			stmt_int(s, 3, l->count);
		if (!stmt_done(s, err))
			return false;
	}
	return true;
}

static bool days_settle(struct projection *p, struct err *err)
{
	size_t n = p->days.n;
	struct tally_line *lines = tally_sorted(&p->days, &p->list);

	for (size_t i = 0; i < n; i++)
		if (!write_day(p, &lines[i], err))
			return false;
	tally_clear(&p->days);
	arena_reset(&p->list);
	return true;
}

static void read_first(struct str key, struct ref *ref, struct due *d)
{
	const unsigned char *k = (const unsigned char *)key.p;

	key = str_from(key, DAY_BYTES);
	(void)!str_split(&key, '\0', &ref->id);
	(void)!str_split(&key, '\0', &ref->party);
	*d = (struct due){ k[0], RID_ALL, read_day(k + 1), key };
}

/* What is due of first versions. */
static bool firsts_settle(struct projection *p, struct err *err)
{
	size_t n = p->dues.n, most = db_engine(p->db) == DB_SQLITE ? ROWS_AT_ONCE : 1;
	struct tally_line *lines = tally_sorted(&p->dues, &p->list);
	struct ref refs[ROWS_AT_ONCE];
	struct due dues[ROWS_AT_ONCE];

	for (size_t done = 0, some; done < n; done += some) {
		some = n - done < most ? 1 : most;
		for (size_t i = 0; i < some; i++)
			read_first(lines[done + i].key, &refs[i], &dues[i]);
		if (!due_add(p, refs, dues, (int)some, err))
			return false;
	}
	tally_clear(&p->dues);
	arena_reset(&p->list);
	return true;
}

/* How many lines from this mark on are the record's. */
static size_t marked(const struct tally_line *lines, size_t n)
{
	struct str mark = lines[0].key;
	size_t some = 1;

	while (some < n && lines[some].key.n > mark.n && str_starts(lines[some].key, mark) &&
	       lines[some].key.p[mark.n] == '\0')
		some++;
	return some;
}

bool due_settle(struct projection *p, struct err *err)
{
	struct tally_line *lines;
	size_t n = p->due.n;

	if (!firsts_settle(p, err))
		return false;
	lines = tally_sorted(&p->due, &p->list);
	for (size_t i = 0, some; i < n; i += some) {
		some = marked(lines + i, n - i);
		if (!once_anew(p, err) || !settle_one(p, lines + i, some, err))
			return false;
	}
	tally_clear(&p->due);
	arena_reset(&p->list);
	return days_settle(p, err);
}
