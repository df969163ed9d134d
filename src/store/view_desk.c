#include "store/desk.h"
#include "store/flows.h"
#include "store/sql_text.h"
#include "store/view_lines.h"
#include "store/view_rows.h"

#include <stdlib.h>

enum { DESK_TEXTS_MAX = 16, WORDS_MAX = 200, WORD_BYTES = 64 << 10 };

struct desk {
	struct view *v;
	struct arena *a;
	const struct desk_query *q;
	struct buf sql;
	struct str texts[DESK_TEXTS_MAX];
	int text_count, first; /* the first text's parameter */
	struct err *err;
};

/* --- conditions --- */

static void bind(struct desk *d, struct str value)
{
	d->texts[d->text_count++] = value;
}

static void put_within(struct buf *sql, const char *day, struct desk_period p)
{
	buf_z(sql, day);
	buf_lit(sql, " BETWEEN ");
	buf_i64(sql, p.from);
	buf_lit(sql, " AND ");
	buf_i64(sql, p.to);
}

/* A match with one foot outside the period is one of another time. */
static void put_gap(struct buf *sql, struct desk_period p)
{
	buf_lit(sql, "CASE WHEN p.gap = 0 AND p.kind <> 3 AND NOT (");
	put_within(sql, "p.first", p);
	buf_lit(sql, " AND ");
	put_within(sql, "p.last", p);
	buf_lit(sql, ") THEN 1 ELSE p.gap END");
}
_Static_assert((int)GAP_MATCHED == 0 && (int)GAP_TIMING == 1 && (int)FLOW_GOODS == 3,
	       "as put_gap writes them");

/* A figure where its day counts. */
static void put_figure(struct buf *sql, const char *day, const char *column,
		       struct desk_period p)
{
	buf_lit(sql, ", CASE WHEN ");
	put_within(sql, day, p);
	buf_lit(sql, " THEN ");
	buf_z(sql, column);
	buf_lit(sql, " END AS ");
	buf_z(sql, column + sizeof("p.") - 1);
}

static bool is_ever(struct desk_period p)
{
	return p.from <= DESK_EVER.from && p.to >= DESK_EVER.to;
}

static void put_period(struct desk *d)
{
	struct desk_period p = d->q->period;

	if (is_ever(p))
		return;
	buf_lit(&d->sql, " AND p.last >= ");
	buf_i64(&d->sql, p.from);
	buf_lit(&d->sql, " AND (");
	put_within(&d->sql, "p.given_day", p);
	buf_lit(&d->sql, " OR ");
	put_within(&d->sql, "p.received_day", p);
	buf_lit(&d->sql, ")");
}

static void put_parties(struct desk *d)
{
	const struct desk_query *q = d->q;

	if (q->between[0].n) {
		buf_lit(&d->sql, " AND ((p.giver = ? AND p.taker = ?) OR "
				 "(p.giver = ? AND p.taker = ?))");
		bind(d, q->between[0]);
		bind(d, q->between[1]);
		bind(d, q->between[1]);
		bind(d, q->between[0]);
	}
	if (q->giver.n) {
		buf_lit(&d->sql, " AND p.giver = ?");
		bind(d, q->giver);
	}
	if (q->party.n) {
		buf_lit(&d->sql, " AND ((p.giver = ? AND p.given <> 0) OR "
				 "(p.taker = ? AND p.received <> 0))");
		bind(d, q->party);
		bind(d, q->party);
	}
}

static void put_currency(struct desk *d)
{
	struct str rest = d->q->currency, given;
	size_t colon = str_index(rest, ':');

	if (!rest.n)
		return;
	if (colon == rest.n) {
		buf_lit(&d->sql, " AND (p.given_currency = ? OR p.received_currency = ?)");
		bind(d, rest);
		bind(d, rest);
		return;
	}
	given = str_cut(rest, colon);
	buf_lit(&d->sql, " AND coalesce(p.given_currency, '') = ? AND "
			 "coalesce(p.received_currency, '') = ?");
	bind(d, given);
	bind(d, str_from(rest, colon + 1));
}

static void put_conditions(struct desk *d)
{
	const struct desk_query *q = d->q;

	buf_lit(&d->sql, " WHERE (p.mask & ");
	buf_i64(&d->sql, rid_bit(q->who));
	buf_lit(&d->sql, ") <> 0");
	put_period(d);
	put_parties(d);
	put_currency(d);
	if (q->project.n) {
		buf_lit(&d->sql, " AND p.project = ?");
		bind(d, q->project);
	}
	if (q->kind != DESK_ALL) {
		buf_lit(&d->sql, " AND p.kind = ");
		buf_i64(&d->sql, q->kind);
	}
	if (q->gap != DESK_ALL) {
		buf_lit(&d->sql, " AND ");
		put_gap(&d->sql, q->period);
		buf_lit(&d->sql, " = ");
		buf_i64(&d->sql, q->gap);
	}
}

static bool check(const struct desk_query *q, struct err *err)
{
	const struct {
		const char *name;
		struct str value;
	} texts[] = { { "between", q->between[0] }, { "between", q->between[1] },
		      { "giver", q->giver },        { "party", q->party },
		      { "project", q->project },    { "currency", q->currency } };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!sql_text_good(texts[i].value))
			return err_set(err, ERR_INPUT, texts[i].name, N_("%1: this is no text"),
				       texts[i].name);
	if (q->limit < 1 || q->limit > 1000)
		return err_set(err, ERR_INPUT, "limit",
			       N_("limit is a whole number from 1 to 1000"));
	return true;
}

static struct desk desk_begin(struct view *v, struct arena *a, const struct desk_query *q,
			      struct err *err)
{
	struct desk d = { .v = v, .a = a, .q = q, .err = err };

	buf_init(&d.sql, VIEW_SQL_MAX);
	return d;
}

/* The parameter behind those of the conditions. */
static int behind(const struct desk *d)
{
	return d->first + d->text_count;
}

/* The statement with its texts bound; the buffer is done with. */
static struct stmt *desk_statement(struct desk *d)
{
	struct stmt *s = db_prepare_text(d->v->reg, buf_str(&d->sql), d->err);

	buf_done(&d->sql);
	for (int i = 0; s && i < d->first; i++)
		stmt_int(s, i, flow_place(d->q->project, i));
	for (int i = 0; s && i < d->text_count; i++)
		stmt_text(s, d->first + i, d->texts[i]);
	return s;
}

/* --- rows --- */

/*
 * r_pair, and what stands alone: the same columns of each.  They are cast to the same types,
 * or SQLite does not merge them in the order asked for.
 */
#define GIVEN_ONLY(column, type)    "CAST(CASE gives WHEN 1 THEN " column " END AS " type "), "
#define RECEIVED_ONLY(column, type) "CAST(CASE gives WHEN 0 THEN " column " END AS " type "), "
#define SIDE_ONLY(only)                                                                        \
	only("CASE kind WHEN 3 THEN 1 ELSE 0 END", "BIGINT") only("day", "BIGINT")             \
		only("whole", "BIGINT") only("part", "BIGINT") only("currency", "TEXT")
#define FROM_PAIRS_OF(paired)                                                                  \
	" FROM (SELECT mask, kind, gap, under, words, giver, taker, project, given, "          \
	"given_goods, given_day, given_whole, given_part, given_currency, received, "          \
	"received_goods, received_day, received_whole, received_part, received_currency, "     \
	"first, last, name, other FROM r_pair" paired                                          \
	" UNION ALL SELECT lone, kind, CAST(5 AS BIGINT), CAST(5 AS BIGINT), "                 \
	"CAST(0 AS BIGINT), CAST(CASE gives WHEN 1 THEN party ELSE peer END AS TEXT), "        \
	"CAST(CASE gives WHEN 1 THEN peer ELSE party END AS TEXT), project, "                  \
	"CAST(CASE gives WHEN 1 THEN rid ELSE 0 END AS BIGINT), " SIDE_ONLY(                   \
		GIVEN_ONLY) "CAST(CASE gives WHEN 0 THEN rid ELSE 0 END AS "                   \
			    "BIGINT), " SIDE_ONLY(RECEIVED_ONLY) "day, day, CAST(party || "    \
								 "'/' || id AS TEXT), "        \
								 "CAST(party || '/' || id AS " \
								 "TEXT) "                      \
								 "FROM r_flow WHERE lone <> "  \
								 "0"

static void put_pairs(struct desk *d)
{
	buf_lit(&d->sql, FROM_PAIRS_OF(""));
	if (d->q->project.n) {
		buf_lit(&d->sql, " AND place BETWEEN ? AND ?"); /* its two are neighbours */
		d->first = 2;
	}
	buf_lit(&d->sql, ") p");
}

/* Ends a SELECT inside another.  With the limit SQLite leaves it one of its own, and then makes
 * of each row what this one asks for and no more. */
#define ALL_OF_THEM " LIMIT 9223372036854775807)"
_Static_assert((int)GAP_ONE_SIDE == 5, "as what stands alone is read");

/* What stands in the order is among the columns: SQLite then sorts both tables by themselves.
 */
static void put_columns(struct buf *sql, struct desk_period period)
{
	buf_lit(sql, "SELECT p.kind, ");
	put_gap(sql, period);
	buf_lit(sql, " AS shown, p.under, p.words, p.giver, p.taker, p.project, "
		     "p.given, p.given_goods, p.given_day, p.given_whole, p.given_part, "
		     "p.given_currency, p.received, p.received_goods, p.received_day, "
		     "p.received_whole, p.received_part, p.received_currency, "
		     "p.name, p.other, p.last");
}

static void read_side(struct desk *d, struct stmt *s, int at, int ref, struct desk_side *out)
{
	if (col_int(s, at) == 0)
		return;
	out->ref = arena_str(d->a, col_text(s, ref));
	out->goods = col_int(s, at + 1);
	out->day = (int32_t)col_int(s, at + 2);
	out->amount.micro = col_int(s, at + 3) * PAIR_SPLIT + col_int(s, at + 4);
	out->currency = arena_str(d->a, col_text(s, at + 5));
	out->counts = out->day >= d->q->period.from && out->day <= d->q->period.to;
}

static void read_row(struct desk *d, struct stmt *s, struct desk_row *out)
{
	*out = (struct desk_row){ .kind = (enum flow_kind)col_int(s, 0),
				  .gap = (enum gap)col_int(s, 1),
				  .under = (enum gap)col_int(s, 2),
				  .words = (unsigned)col_int(s, 3),
				  .giver = arena_str(d->a, col_text(s, 4)),
				  .taker = arena_str(d->a, col_text(s, 5)),
				  .project = arena_str(d->a, col_text(s, 6)) };
	read_side(d, s, 7, 19, &out->given);
	read_side(d, s, 13, 20, &out->received);
}

static bool count_pairs(struct desk *d, uint64_t *total)
{
	struct stmt *s;
	bool row;

	buf_lit(&d->sql, "SELECT count(*) FROM (SELECT p.mask");
	put_pairs(d);
	put_conditions(d);
	buf_lit(&d->sql, ALL_OF_THEM " s");
	s = desk_statement(d);
	if (!s || !stmt_step(s, &row, d->err))
		return false;
	*total = (uint64_t)col_int(s, 0);
	stmt_reset(s);
	return true;
}

/*
 * Latest first.  No index has the order of what stands alone: of many rows those of the last
 * days are asked for, and only where these are too few, all.
 */
enum { LIKELY = 4 };

/* The day from which on so many payments were made. */
static bool likely_day(struct desk *d, uint64_t payments, int32_t *day)
{
	struct lines_query q = { .record = &records[RECORD_transaction],
				 .who = AUDIENCE_NATIONAL,
				 .ended = true,
				 .order = &fields[transaction_date],
				 .descending = true,
				 .want = payments + 1,
				 .uncounted = true };
	struct lines_found found;
	bool ok = view_lines(d->v, &q, &found, d->err);

	*day = DESK_EVER.from;
	if (ok && found.n > payments && found.rows[payments].number != LINE_NO_NUMBER)
		*day = (int32_t)found.rows[payments].number;
	lines_found_done(&found);
	return ok;
}

static bool rows_since(struct desk *d, int32_t day, struct desk_row *out, size_t *n)
{
	const struct desk_query *q = d->q;
	struct stmt *s;
	bool row = true;

	*d = desk_begin(d->v, d->a, q, d->err);
	put_columns(&d->sql, q->period);
	put_pairs(d);
	put_conditions(d);
	buf_lit(&d->sql, " AND p.last >= ? ORDER BY p.last DESC, p.name LIMIT ? OFFSET ?");
	s = desk_statement(d);
	if (!s)
		return false;
	stmt_int(s, behind(d), day);
	stmt_int(s, behind(d) + 1, q->limit);
	stmt_int(s, behind(d) + 2, (int64_t)q->offset);
	for (*n = 0; row && *n <= q->limit;) {
		if (!stmt_step(s, &row, d->err))
			return false;
		if (row)
			read_row(d, s, &out[(*n)++]);
	}
	return true;
}

bool desk_rows(struct view *v, struct arena *a, const struct desk_query *q,
	       struct desk_row **out, size_t *n, uint64_t *total, struct err *err)
{
	struct desk d = desk_begin(v, a, q, err);
	uint64_t before = q->offset + q->limit;
	int32_t day = DESK_EVER.from;

	*n = 0;
	if (!check(q, err)) {
		buf_done(&d.sql);
		return false;
	}
	if (!count_pairs(&d, total))
		return false;
	*out = arena_array(a, struct desk_row, q->limit);
	if (*total / LIKELY > before && !likely_day(&d, before * LIKELY, &day))
		return false;
	if (!rows_since(&d, day, *out, n))
		return false;
	return *n == q->limit || day == DESK_EVER.from ||
	       rows_since(&d, DESK_EVER.from, *out, n);
}

/* --- sums --- */

static void read_sum(struct desk *d, struct stmt *s, struct desk_sum *out)
{
	*out = (struct desk_sum){ .kind = (enum flow_kind)col_int(s, 0),
				  .giver = arena_str(d->a, col_text(s, 1)),
				  .taker = arena_str(d->a, col_text(s, 2)),
				  .gap = (enum gap)col_int(s, 3),
				  .given_currency = arena_str(d->a, col_text(s, 4)),
				  .received_currency = arena_str(d->a, col_text(s, 5)),
				  .count = (uint64_t)col_int(s, 6),
				  .given = { col_int(s, 7) * PAIR_SPLIT + col_int(s, 8) },
				  .received = { col_int(s, 9) * PAIR_SPLIT + col_int(s, 10) } };
}

static void put_sums(struct desk *d)
{
	struct buf *b = &d->sql;

	buf_lit(b, "SELECT kind, giver, taker, shown, gives, takes, CAST(count(*) AS BIGINT), "
		   "CAST(coalesce(sum(given_whole), 0) AS BIGINT), "
		   "CAST(coalesce(sum(given_part), 0) AS BIGINT), "
		   "CAST(coalesce(sum(received_whole), 0) AS BIGINT), "
		   "CAST(coalesce(sum(received_part), 0) AS BIGINT) FROM "
		   "(SELECT p.kind, p.giver, p.taker, ");
	put_gap(b, d->q->period);
	buf_lit(b, " AS shown, coalesce(p.given_currency, '') AS gives, "
		   "coalesce(p.received_currency, '') AS takes");
	put_figure(b, "p.given_day", "p.given_whole", d->q->period);
	put_figure(b, "p.given_day", "p.given_part", d->q->period);
	put_figure(b, "p.received_day", "p.received_whole", d->q->period);
	put_figure(b, "p.received_day", "p.received_part", d->q->period);
	put_pairs(d);
	put_conditions(d);
	buf_lit(b, ALL_OF_THEM " s GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6 LIMIT ");
	buf_u64(b, DESK_SUMS_MAX);
}

bool desk_sums(struct view *v, struct arena *a, const struct desk_query *q,
	       struct desk_sum **out, size_t *n, struct err *err)
{
	struct desk d = desk_begin(v, a, q, err);
	struct desk_sum *sums = malloc(DESK_SUMS_MAX * sizeof(*sums));
	struct stmt *s = NULL;
	bool row = true, ok = true;

	if (!sums)
		abort();
	*n = 0;
	if (check(q, err)) {
		put_sums(&d);
		s = desk_statement(&d);
	} else {
		buf_done(&d.sql);
	}
	ok = s != NULL;
	while (ok && row && *n < DESK_SUMS_MAX) {
		ok = stmt_step(s, &row, err);
		if (ok && row)
			read_sum(&d, s, &sums[(*n)++]);
	}
	if (ok && row)
		stmt_reset(s);
	*out = arena_array(a, struct desk_sum, *n + 1);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = sums[i];
	free(sums);
	return ok;
}

bool desk_agreement(struct view *v, struct str project, enum audience who, uint64_t *matched,
		    uint64_t *all, struct err *err)
{
	struct desk_query q = { .period = DESK_EVER,
				.project = project,
				.kind = DESK_ALL,
				.gap = DESK_ALL,
				.who = who,
				.limit = 1 };
	struct desk d = desk_begin(v, NULL, &q, err);
	struct stmt *s;
	bool row;

	*matched = *all = 0;
	if (!check(&q, err)) {
		buf_done(&d.sql);
		return false;
	}
	buf_lit(&d.sql, "SELECT count(*), count(CASE shown WHEN 0 THEN 1 END) FROM (SELECT ");
	put_gap(&d.sql, q.period);
	buf_lit(&d.sql, " AS shown");
	put_pairs(&d);
	put_conditions(&d);
	buf_lit(&d.sql, ALL_OF_THEM " s");
	s = desk_statement(&d);
	if (!s || !stmt_step(s, &row, err))
		return false;
	*all = (uint64_t)col_int(s, 0);
	*matched = (uint64_t)col_int(s, 1);
	stmt_reset(s);
	return true;
}

/* --- one pair --- */

bool desk_pair(struct view *v, struct arena *a, struct str ref, enum audience who,
	       struct desk_row *out, struct err *err)
{
	struct desk_query q = { .period = DESK_EVER, .who = who, .limit = 1 };
	struct desk d = desk_begin(v, a, &q, err);
	struct stmt *s;
	struct ref of;
	bool row = false;

	if (ref_parse(ref, &of)) {
		put_columns(&d.sql, q.period);
		buf_lit(&d.sql, FROM_PAIRS_OF(" WHERE given IN (" FLOW_RIDS
					      ") OR received IN (" FLOW_RIDS
					      ")") " AND rid IN (" FLOW_RIDS ")) p");
		buf_lit(&d.sql, " WHERE (p.mask & ");
		buf_i64(&d.sql, rid_bit(who));
		buf_lit(&d.sql, ") <> 0");
		for (int i = 0; i < 6; i++) {
			bind(&d, of.id);
			bind(&d, of.party);
		}
		s = desk_statement(&d);
		if (!s || !stmt_step(s, &row, err))
			return false;
		if (row)
			read_row(&d, s, out);
		stmt_reset(s);
	} else {
		buf_done(&d.sql);
	}
	return row || err_set(err, ERR_MISSING, NULL,
			      N_("No flow that both sides could report is at this address."));
}

static bool word_rids(struct view *v, const struct desk_row *row, enum audience who,
		      int64_t rids[WORDS_MAX], size_t *n, struct err *err)
{
	struct stmt *s = db_prepare(v->reg,
				    "SELECT rid FROM r_remark WHERE given IN (?, ?) UNION "
				    "SELECT rid FROM r_remark WHERE received IN (?, ?) "
				    "ORDER BY 1",
				    err);
	bool more = true;

	*n = 0;
	if (!s)
		return false;
	for (int i = 0; i < 2; i++) {
		/* what is not there is named by nobody */
		stmt_text(s, 2 * i, row->given.ref.n ? row->given.ref : S("-"));
		stmt_text(s, 2 * i + 1, row->received.ref.n ? row->received.ref : S("-"));
	}
	while (more) {
		if (!stmt_step(s, &more, err))
			return false;
		if (more && *n < WORDS_MAX && (col_int(s, 0) & rid_bit(who)))
			rids[(*n)++] = col_int(s, 0);
	}
	return true;
}

/* By when it was said: row numbers tell the order of arrival here. */
static int by_time(const void *x, const void *y)
{
	const struct record_row *a = x, *b = y;
	int c = str_cmp(a->time, b->time);

	c = c ? c : str_cmp(a->party, b->party);
	return c ? c : str_cmp(a->id, b->id);
}

bool desk_words(struct view *v, struct arena *a, const struct desk_row *row, enum audience who,
		enum lang lang, struct record_row **out, size_t *n, struct err *err)
{
	int64_t rids[WORDS_MAX];
	size_t count;
	bool found, fits;

	*n = 0;
	if (!word_rids(v, row, who, rids, &count, err))
		return false;
	*out = arena_array(a, struct record_row, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct record_row *one = &(*out)[*n];

		if (!rows_by_rid(v, a, rids[i], who, lang, one, &found, err) ||
		    (found && !rows_data(v, a, one, WORD_BYTES, &fits, err)))
			return false;
		*n += found;
	}
	qsort(*out, *n, sizeof(**out), by_time);
	return true;
}

bool desk_gap(const struct desk_row *row, struct dec *out, struct str *currency)
{
	const struct desk_side *g = &row->given, *r = &row->received;
	struct dec x = { g->ref.n && g->counts ? g->amount.micro : 0 };
	struct dec y = { r->ref.n && r->counts ? r->amount.micro : 0 };

	if (g->ref.n && r->ref.n && !str_eq(g->currency, r->currency))
		return false;
	*currency = g->ref.n ? g->currency : r->currency;
	return dec_sub(x, y, out);
}
