#include "store/totals.h"
#include "store/project.h"
#include "store/search_index.h"

#include <assert.h>

const struct money_dimension money_dimensions[] = {
	{ RECORD_transaction, transaction_value, transaction_type, transaction_date,
	  transaction_project, transaction_sector },
	{ RECORD_budget, budget_value, FIELD_NONE, budget_period_start, budget_project,
	  FIELD_NONE },
	{ RECORD_planned_disbursement, planned_disbursement_value, FIELD_NONE,
	  planned_disbursement_period_start, planned_disbursement_project, FIELD_NONE },
};
const size_t money_dimension_count = sizeof(money_dimensions) / sizeof(money_dimensions[0]);

/* --- keys: of a few codes, references and numbers, each of a known length at the most --- */

enum { KEY_MAX = 512 };
struct key {
	char p[KEY_MAX];
	size_t n;
};

static void put_byte(struct key *k, int64_t v)
{
	assert(k->n < KEY_MAX);
	k->p[k->n++] = (char)(v & 0xff);
}

static void put_number(struct key *k, int64_t v)
{
	put_byte(k, v >> 8);
	put_byte(k, v);
}

static void put(struct key *k, struct str s)
{
	assert(s.n < KEY_MAX - k->n);
	if (s.n)
		memcpy(k->p + k->n, s.p, s.n);
	k->n += s.n;
	k->p[k->n++] = '\0';
}

static struct str key_str(const struct key *k)
{
	return str_of(k->p, k->n);
}

/* --- how many: (field, value, shape) --- */

static void count(struct projection *p, int field, struct str value, int64_t rid, int sign)
{
	struct key k;

	k.n = 0;
	put_number(&k, field);
	put(&k, value);
	put_number(&k, rid);
	tally_add(&p->counts, key_str(&k), sign, 0);
}

/* What can be asked for: of yes and no only yes, for a field without is no. */
static struct str counted(const struct field *f, const struct json *v)
{
	struct ref ref;
	bool good;

	if (!v || v->type != (f->kind == BOOL ? JSON_BOOL : JSON_STR))
		return (struct str){ 0 };
	if (f->kind == BOOL)
		return v->num ? S("true") : (struct str){ 0 };
	good = f->kind == REF ? ref_parse(v->str, &ref) : term_good(v->str);
	return good ? v->str : (struct str){ 0 };
}

static void count_field(struct projection *p, const struct field *f, const struct json *v,
			int64_t rid, int sign)
{
	struct str value;

	if (!f->column || (f->kind != CODE && f->kind != REF && f->kind != BOOL))
		return;
	value = counted(f, v);
	if (value.n)
		count(p, (int)(f - fields), value, rid, sign);
}

static void count_fields(struct projection *p, const struct row *r, int sign)
{
	for (int i = r->record->first; i < r->record->end; i++) {
		const struct json *v = r->values.at[i - r->record->first];

		if (v)
			count_field(p, &fields[i], v, r->rid, sign);
	}
}

/* --- how much: (record, dimension, key, party, type, currency, audience bits) --- */

/* What the keys of one row have in common is made once. */
struct amount {
	struct dec value;
	int64_t rid;
	int sign;
	struct key tail; /* party, type, currency, audience bits */
};

static void add(struct projection *p, const struct amount *a, struct str dim, struct str key)
{
	struct key k;

	k.n = 0;
	put_byte(&k, a->rid >> RID_KIND & 0x7f);
	put(&k, dim);
	put(&k, key);
	assert(a->tail.n <= KEY_MAX - k.n);
	memcpy(k.p + k.n, a->tail.p, a->tail.n);
	k.n += a->tail.n;
	tally_add(&p->totals, key_str(&k), a->sign, a->sign * a->value.micro);
}

/* The field's code or reference; empty when there is none that could be asked for. */
static struct str key_of(const struct row *r, enum field_id f)
{
	return f == FIELD_NONE ? (struct str){ 0 }
			       : counted(&fields[f], value_of(&r->values, f));
}

static struct str year_of(const struct row *r, enum field_id f)
{
	const struct json *day = value_of(&r->values, f);
	int32_t days;

	return day && date_parse(day->str, &days) ? str_cut(day->str, 4) : (struct str){ 0 };
}

static void total(struct projection *p, const struct money_dimension *m, const struct row *r,
		  int sign)
{
	const struct json *value = value_of(&r->values, m->value);
	struct str currency = json_str(value, "currency");
	struct amount a;

	if (!dec_parse(json_str(value, "amount"), &a.value) || !term_good(currency))
		return;
	a.rid = r->rid;
	a.sign = sign;
	a.tail.n = 0;
	put(&a.tail, r->party);
	put(&a.tail, key_of(r, m->type));
	put(&a.tail, currency);
	put_byte(&a.tail, r->rid & RID_ALL);
	add(p, &a, S(""), S(""));
	add(p, &a, S("project"), key_of(r, m->project));
	add(p, &a, S("year"), year_of(r, m->date));
	if (m->sector != FIELD_NONE)
		add(p, &a, S("sector"), key_of(r, m->sector));
}

void totals_count(struct projection *p, const struct row *r, int sign)
{
	count(p, COUNTED_ALL, S(""), r->rid, sign);
	if (r->record->joint)
		count(p, COUNTED_STATE, r->state, r->rid, sign);
	count_fields(p, r, sign);
	for (size_t i = 0; i < money_dimension_count && !r->ended; i++)
		if (money_dimensions[i].record == record_id_of(r->record))
			total(p, &money_dimensions[i], r, sign);
}

void totals_open(struct projection *p, const struct record *r, struct str party,
		 unsigned audience, int sign)
{
	unsigned mask = RID_ALL & ~((1u << audience) - 1);

	count(p, COUNTED_OPEN, party, rid_shape(record_id_of(r), RID_JOINT, false, mask), sign);
}

/* --- writing --- */

static int take_byte(struct str *s)
{
	int c = (unsigned char)s->p[0];

	*s = str_from(*s, 1);
	return c;
}

static int take_number(struct str *s)
{
	int high = take_byte(s);

	return high << 8 | take_byte(s);
}

static struct str take_text(struct str *s)
{
	struct str head;

	(void)!str_split(s, '\0', &head);
	return head;
}

static void bind_count(struct stmt *s, int at, struct str key)
{
	stmt_int(s, at, take_number(&key));
	stmt_text(s, at + 1, take_text(&key));
	stmt_int(s, at + 2, take_number(&key));
}

static void bind_total(struct stmt *s, int at, struct str key)
{
	stmt_int(s, at, take_byte(&key));
	for (int i = 1; i <= 5; i++)
		stmt_text(s, at + i, take_text(&key));
	stmt_int(s, at + 6, take_byte(&key));
}

/* One figure, or ROWS_AT_ONCE. */
#define COUNTS(rows)                                                                           \
	"INSERT INTO r_count (field, value, shape, count) VALUES " rows                        \
	" ON CONFLICT (field, value, shape) DO UPDATE SET count = r_count.count + "            \
	"excluded.count"
#define ONE_COUNT "(?, ?, ?, ?)"

static bool add_counts(struct projection *p, const struct tally_line *const l[], int n,
		       struct err *err)
{
	struct stmt *s = db_prepare(
		p->db, n == 1 ? COUNTS(ONE_COUNT) : COUNTS(MANY_ROWS(ONE_COUNT)), err);

	if (!s)
		return false;
	for (int i = 0; i < n; i++) {
		bind_count(s, i * 4, l[i]->key);
		stmt_int(s, i * 4 + 3, l[i]->count);
	}
	return stmt_done(s, err);
}

static bool drop_count(struct projection *p, const struct tally_line *l, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db,
		"DELETE FROM r_count WHERE field = ? AND value = ? AND shape = ? AND count = 0",
		err);

	if (!s)
		return false;
	bind_count(s, 0, l->key);
	return stmt_done(s, err);
}

/*
 * The sum in two integers, amount = whole * TOTAL_SPLIT + part millionths: exact on both
 * engines, and with room for more than any number of amounts an entry can hold.  `part` is
 * never negative, so that a sum is written in one way only.
 */
#define TOTALS(rows)                                                                           \
	"INSERT INTO r_total (record, dim, key, party, type, currency, mask, count, whole, "   \
	"part) VALUES " rows                                                                   \
	" ON CONFLICT (record, dim, key, party, type, currency, mask) DO UPDATE SET count = "  \
	"r_total.count + excluded.count, whole = r_total.whole + excluded.whole + "            \
	"(r_total.part + excluded.part) / 1000000000000000, part = (r_total.part + "           \
	"excluded.part) % 1000000000000000"
#define ONE_TOTAL "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

static bool add_totals(struct projection *p, const struct tally_line *const l[], int n,
		       struct err *err)
{
	struct stmt *s = db_prepare(
		p->db, n == 1 ? TOTALS(ONE_TOTAL) : TOTALS(MANY_ROWS(ONE_TOTAL)), err);

	if (!s)
		return false;
	for (int i = 0, at = 0; i < n; i++, at += 10) {
		int128 micro = l[i]->micro,
		       whole = micro / TOTAL_SPLIT - (micro % TOTAL_SPLIT < 0);

		bind_total(s, at, l[i]->key);
		stmt_int(s, at + 7, l[i]->count);
		stmt_int(s, at + 8, (int64_t)whole);
		stmt_int(s, at + 9, (int64_t)(micro - whole * TOTAL_SPLIT));
	}
	return stmt_done(s, err);
}

static bool drop_total(struct projection *p, const struct tally_line *l, struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    "DELETE FROM r_total WHERE record = ? AND dim = ? AND key "
				    "= ? AND party = ? AND "
				    "type = ? AND currency = ? AND mask = ? AND count = 0",
				    err);

	if (!s)
		return false;
	bind_total(s, 0, l->key);
	return stmt_done(s, err);
}

typedef bool lines_fn(struct projection *, const struct tally_line *const[], int n,
		      struct err *);
typedef bool line_fn(struct projection *, const struct tally_line *, struct err *);

static bool write_lines(struct projection *p, const struct tally_line *lines, size_t n,
			lines_fn *write, struct err *err)
{
	const struct tally_line *some[ROWS_AT_ONCE];
	int most = db_engine(p->db) == DB_SQLITE ? ROWS_AT_ONCE : 1, count = 0;

	for (size_t i = 0; i < n; i++) {
		if (lines[i].count || lines[i].micro)
			some[count++] = &lines[i];
		if (count < most)
			continue;
		if (!write(p, some, count, err))
			return false;
		count = 0;
	}
	for (int i = 0; i < count; i++)
		if (!write(p, some + i, 1, err))
			return false;
	return true;
}

/* What nothing is left of leaves no row: the tables are the same however they came about. */
static bool write_all(struct projection *p, struct tally *t, lines_fn *write, line_fn *drop,
		      struct err *err)
{
	struct tally_line *lines = tally_sorted(t, &p->list);

	if (!write_lines(p, lines, t->n, write, err))
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (lines[i].count < 0 && !drop(p, &lines[i], err))
			return false;
	tally_clear(t);
	arena_reset(&p->list);
	return true;
}

bool totals_settle(struct projection *p, struct err *err)
{
	return write_all(p, &p->counts, add_counts, drop_count, err) &&
	       write_all(p, &p->totals, add_totals, drop_total, err);
}
