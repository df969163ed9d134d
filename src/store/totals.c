#include "store/totals.h"
#include "store/project.h"

enum { BODY_MAX = 1 << 30 };

/* --- how many --- */

/* What can be asked for: of yes and no only yes, for a field without is no. */
static uint32_t counted(struct figures *to, enum field_id id, const struct json *v)
{
	enum field_kind kind = fields[id].kind;

	if (v->type != (kind == BOOL ? JSON_BOOL : JSON_STR))
		return 0;
	if (kind == BOOL)
		return v->num ? figures_code(to, id, S("true")) : 0;
	return kind == REF ? figures_ref(to, id, v->str) : figures_code(to, id, v->str);
}

static void count_fields(struct projection *p, const struct row *r, int sign)
{
	const struct kind *k = &p->kinds[record_id_of(r->record)];

	for (unsigned i = 0; i < k->counted_count; i++) {
		const struct json *v = r->values.at[k->counted[i] - r->record->first];
		uint32_t word = v ? counted(&p->figures, (enum field_id)k->counted[i], v) : 0;

		if (word)
			figures_add(&p->figures, word, figure_counting(k->counted[i], r->rid),
				    sign, 0);
	}
}

void totals_count(struct projection *p, const struct row *r, int sign)
{
	figures_add(&p->figures, 0, figure_counting(COUNTED_ALL, r->rid), sign, 0);
	if (r->record->joint)
		figures_add(&p->figures, figures_code(&p->figures, FIELD_NONE, r->state),
			    figure_counting(COUNTED_STATE, r->rid), sign, 0);
	count_fields(p, r, sign);
}

void totals_money(struct projection *p, const struct row *r, const struct money_said *m,
		  int sign)
{
	const struct figures *f = &p->figures;
	uint32_t of = figures_class(
		&p->figures, &(struct figure_class){ .record = record_id_of(r->record),
						     .party = r->party,
						     .type = f->words.word[m->type],
						     .currency = f->words.word[m->currency],
						     .mask = (unsigned)r->rid & RID_ALL });

	figures_add(&p->figures, 0, of, sign, sign * m->amount.micro);
	if (m->project)
		figures_add(&p->figures, m->project, of, sign, sign * m->amount.micro);
}

void totals_open(struct projection *p, const struct record *r, struct str party,
		 unsigned audience, int sign)
{
	unsigned mask = RID_ALL & ~((1u << audience) - 1);
	int64_t shape = rid_shape(record_id_of(r), RID_JOINT, false, mask);

	figures_add(&p->figures, figures_code(&p->figures, FIELD_NONE, party),
		    figure_counting(COUNTED_OPEN, shape), sign, 0);
}

/* --- writing --- */

typedef bool lines_fn(struct projection *, const struct figure_line *, int n, struct err *);
typedef bool line_fn(struct projection *, const struct figure_line *, struct err *);

static void bind_count(struct stmt *s, int at, const struct figure_line *l)
{
	stmt_int(s, at, l->field);
	stmt_text(s, at + 1, l->word);
	stmt_int(s, at + 2, l->shape);
}

static void bind_total(struct stmt *s, int at, const struct figure_line *l)
{
	struct figure_class c;

	(void)!figure_class_of(l->class, &c);
	stmt_int(s, at, c.record);
	stmt_text(s, at + 1, c.party);
	stmt_text(s, at + 2, c.type);
	stmt_text(s, at + 3, c.currency);
	stmt_int(s, at + 4, c.mask);
}

/* One figure, or ROWS_AT_ONCE. */
#define COUNTS(rows)                                                                           \
	"INSERT INTO r_count (field, value, shape, count) VALUES " rows                        \
	" ON CONFLICT (field, value, shape) DO UPDATE SET count = r_count.count + "            \
	"excluded.count"
#define ONE_COUNT "(?, ?, ?, ?)"

static bool add_counts(struct projection *p, const struct figure_line *l, int n,
		       struct err *err)
{
	struct stmt *s = db_prepare(
		p->db, n == 1 ? COUNTS(ONE_COUNT) : COUNTS(MANY_ROWS(ONE_COUNT)), err);

	if (!s)
		return false;
	for (int i = 0; i < n; i++) {
		bind_count(s, i * 4, &l[i]);
		stmt_int(s, i * 4 + 3, l[i].count);
	}
	return stmt_done(s, err);
}

static bool drop_count(struct projection *p, const struct figure_line *l, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db,
		"DELETE FROM r_count WHERE field = ? AND value = ? AND shape = ? AND count = 0",
		err);

	if (!s)
		return false;
	bind_count(s, 0, l);
	return stmt_done(s, err);
}

/*
 * The sum in two integers, amount = whole * TOTAL_SPLIT + part millionths: exact on both
 * engines, and with room for more than any number of amounts an entry can hold.  `part` is
 * never negative, so that a sum is written in one way only.
 */
#define TOTALS(rows)                                                                           \
	"INSERT INTO r_total (record, party, type, currency, mask, count, whole, part) "       \
	"VALUES " rows                                                                         \
	" ON CONFLICT (record, party, type, currency, mask) DO UPDATE SET count = "            \
	"r_total.count + excluded.count, whole = r_total.whole + excluded.whole + "            \
	"(r_total.part + excluded.part) / 1000000000000000, part = (r_total.part + "           \
	"excluded.part) % 1000000000000000"
#define ONE_TOTAL "(?, ?, ?, ?, ?, ?, ?, ?)"

static bool add_totals(struct projection *p, const struct figure_line *l, int n,
		       struct err *err)
{
	struct stmt *s = db_prepare(
		p->db, n == 1 ? TOTALS(ONE_TOTAL) : TOTALS(MANY_ROWS(ONE_TOTAL)), err);

	if (!s)
		return false;
	for (int i = 0, at = 0; i < n; i++, at += 8) {
		int128 micro = l[i].micro,
		       whole = micro / TOTAL_SPLIT - (micro % TOTAL_SPLIT < 0);

		bind_total(s, at, &l[i]);
		stmt_int(s, at + 5, l[i].count);
		stmt_int(s, at + 6, (int64_t)whole);
		stmt_int(s, at + 7, (int64_t)(micro - whole * TOTAL_SPLIT));
	}
	return stmt_done(s, err);
}

static bool drop_total(struct projection *p, const struct figure_line *l, struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    "DELETE FROM r_total WHERE record = ? AND party = ? AND "
				    "type = ? AND currency = ? AND mask = ? AND count = 0",
				    err);

	if (!s)
		return false;
	bind_total(s, 0, l);
	return stmt_done(s, err);
}

static int at_once(const struct projection *p)
{
	return db_engine(p->db) == DB_SQLITE ? ROWS_AT_ONCE : 1;
}

/* What nothing is left of leaves no row: the tables are the same however they came about. */
static bool settle_lines(struct projection *p, const struct figure_line *lines, size_t n,
			 lines_fn *add, line_fn *drop, struct err *err)
{
	size_t most = (size_t)at_once(p), done = 0;

	while (done < n) {
		size_t some = n - done < most ? 1 : most;

		if (!add(p, lines + done, (int)some, err))
			return false;
		done += some;
	}
	for (size_t i = 0; i < n; i++)
		if (lines[i].count < 0 && !drop(p, &lines[i], err))
			return false;
	return true;
}

/* --- what is kept of one record --- */

/* One that has none yet waits until there are enough of them. */
struct targets {
	const struct figure_line *of[ROWS_AT_ONCE];
	struct str figures[ROWS_AT_ONCE];
	int n;
	struct buf body; /* the figures in hand */
};

#define TARGETS(rows) "INTO r_target (kind, ref, figures) VALUES " rows
#define ONE_TARGET    "(?, ?, ?)"

static bool add_targets(struct projection *p, struct targets *t, int from, int n,
			struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    n == 1 ? "INSERT " TARGETS(ONE_TARGET)
					   : "INSERT OR FAIL " TARGETS(MANY_ROWS(ONE_TARGET)),
				    err);

	if (!s)
		return false;
	for (int i = 0; i < n; i++) {
		stmt_int(s, 3 * i, t->of[from + i]->kind);
		stmt_text(s, 3 * i + 1, t->of[from + i]->word);
		stmt_blob(s, 3 * i + 2, t->figures[from + i].p, t->figures[from + i].n);
	}
	return stmt_done(s, err);
}

static bool targets_written(struct projection *p, struct targets *t, struct err *err)
{
	int n = t->n, most = n == at_once(p) ? n : 1;

	t->n = 0;
	for (int i = 0; i < n; i += most)
		if (!add_targets(p, t, i, most, err))
			return false;
	return true;
}

static bool new_target(struct projection *p, struct targets *t, const struct figure_line *of,
		       struct str figures, struct err *err)
{
	if (!figures.n)
		return true;
	t->of[t->n] = of;
	t->figures[t->n++] = arena_str(&p->list, figures);
	return t->n < at_once(p) || targets_written(p, t, err);
}

static bool change_target(struct projection *p, const struct figure_line *of,
			  struct str figures, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db,
		figures.n ? "UPDATE r_target SET figures = ? WHERE kind = ? AND ref = ?"
			  : "DELETE FROM r_target WHERE kind = ? AND ref = ?",
		err);
	int at = figures.n > 0;

	if (!s)
		return false;
	if (at)
		stmt_blob(s, 0, figures.p, figures.n);
	stmt_int(s, at, of->kind);
	stmt_text(s, at + 1, of->word);
	return stmt_done(s, err);
}

static bool settle_target(struct projection *p, struct targets *t,
			  const struct figure_line *lines, size_t n, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db, "SELECT figures FROM r_target WHERE kind = ? AND ref = ?", err);
	bool row, good;

	if (!s)
		return false;
	stmt_int(s, 0, lines->kind);
	stmt_text(s, 1, lines->word);
	if (!stmt_step(s, &row, err))
		return false;
	buf_clear(&t->body);
	good = figures_merged(&t->body, row ? col_blob(s, 0) : S(""), lines, n);
	if (row)
		stmt_reset(s);
	if (!good)
		return figures_hurt(err);
	return row ? change_target(p, lines, buf_str(&t->body), err)
		   : new_target(p, t, lines, buf_str(&t->body), err);
}

static bool settle_targets(struct projection *p, const struct figure_line *lines, size_t n,
			   struct err *err)
{
	struct targets t = { .n = 0 };
	bool ok = true;
	size_t to;

	buf_init(&t.body, BODY_MAX);
	for (size_t i = 0; ok && i < n; i = to) {
		for (to = i + 1; to < n && lines[to].group == lines[i].group;)
			to++;
		ok = settle_target(p, &t, lines + i, to - i, err);
	}
	ok = ok && targets_written(p, &t, err);
	buf_done(&t.body);
	return ok;
}

bool totals_settle(struct projection *p, struct err *err)
{
	size_t n, at[FIGURE_TABLES + 1] = { 0 };
	const struct figure_line *l = figures_sorted(&p->figures, &p->list, &n);

	for (int t = FIGURE_COUNT; t < FIGURE_TABLES; t++)
		for (at[t + 1] = at[t]; at[t + 1] < n && (int)l[at[t + 1]].table == t;)
			at[t + 1]++;
	if (!settle_lines(p, l, at[1], add_counts, drop_count, err) ||
	    !settle_lines(p, l + at[1], at[2] - at[1], add_totals, drop_total, err) ||
	    !settle_targets(p, l + at[2], at[3] - at[2], err))
		return false;
	figures_clear(&p->figures);
	arena_reset(&p->list);
	return true;
}
