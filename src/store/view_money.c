#include "store/packed_log.h"
#include "store/view_rows.h"

#include <stdlib.h>

/* --- lines --- */

_Static_assert((int)MONEY_AT_ONCE == (int)PACKED_LINES, "what is read at once is handed on");

struct scanning {
	const struct money_scan *q;
	struct lexicon *words;
	int64_t (*column)[PACKED_LINES];
	struct money_facts facts;
	unsigned need;
};

/* Leave only lines that the audience may see. */
static void seen_only(struct scanning *s)
{
	const int64_t bit = rid_bit(s->q->who);
	int64_t common = bit;
	size_t kept = 0;

	for (size_t i = 0; i < s->facts.n; i++)
		common &= s->column[MONEY_SHAPE][i];
	if (common)
		return;
	for (size_t i = 0; i < s->facts.n; i++) {
		if (!(s->column[MONEY_SHAPE][i] & bit))
			continue;
		for (enum money_column c = 0; c < MONEY_COLUMNS && kept != i; c++)
			if (s->need >> c & 1)
				s->column[c][kept] = s->column[c][i];
		kept++;
	}
	s->facts.n = kept;
}

static bool scan_block(struct scanning *s, const struct packed *b, struct err *err)
{
	struct packed_reading r;
	bool ok = packed_open(&r, b, money_shape, s->words, s->need) || packed_hurt(err);

	while (ok) {
		ok = packed_next(&r, s->column, &s->facts.n) || packed_hurt(err);
		if (!ok || !s->facts.n)
			break;
		seen_only(s);
		ok = s->q->each(s->q->ctx, &s->facts, err);
	}
	packed_close(&r);
	return ok;
}

static bool scan(struct view *v, struct scanning *k, struct err *err)
{
	bool names = k->need >> MONEY_PROJECT & 1, row = true;
	struct stmt *s =
		names ? db_prepare(
				v->reg,
				"SELECT body, names FROM r_packed WHERE log = ? ORDER BY seq",
				err)
		      : db_prepare(v->reg,
				   "SELECT body FROM r_packed WHERE log = ? ORDER BY seq", err);
	struct packed b = { 0 };

	if (!s)
		return false;
	stmt_int(s, 0, k->q->log);
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		b.body = col_blob(s, 0);
		if (names)
			b.names = col_blob(s, 1);
		if (!scan_block(k, &b, err)) {
			stmt_reset(s);
			return false;
		}
	}
	return true;
}

bool view_money(struct view *v, const struct money_scan *q, struct lexicon *words,
		struct err *err)
{
	struct scanning s = { .q = q,
			      .words = words,
			      .need = q->need | 1u << MONEY_SHAPE,
			      .column = malloc(MONEY_COLUMNS * sizeof(*s.column)) };
	bool ok;

	if (!s.column)
		abort();
	for (enum money_column c = 0; c < MONEY_COLUMNS; c++)
		s.facts.at[c] = s.column[c];
	ok = scan(v, &s, err);
	free(s.column);
	return ok;
}

unsigned money_party(int64_t shape)
{
	return rid_party(shape);
}

struct str view_money_party(struct view *v, unsigned place)
{
	const struct charter *c = store_charter(v->store);

	return c && place < c->ledger_count ? c->ledgers[place].party : S(JOINT_PARTY);
}

bool view_money_record(struct view *v, struct arena *a, int64_t rid, int64_t shape,
		       enum audience who, enum lang lang, struct record_row *out,
		       struct err *err)
{
	bool found;

	if (!rows_by_rid(v, a, rid << RID_SEQ | shape, who, lang, out, &found, err))
		return false;
	return found ||
	       err_set(err, ERR_MISSING, NULL, N_("The record is not in this register."));
}

/* --- rates --- */

static bool read_rate(struct stmt *s, struct arena *a, struct rate_row *out)
{
	*out = (struct rate_row){ .id = arena_str(a, col_text(s, 0)),
				  .party = arena_str(a, col_text(s, 1)),
				  .base = arena_str(a, col_text(s, 3)),
				  .quote = arena_str(a, col_text(s, 5)),
				  .units = dec_int(1) };
	if (col_null(s, 2) || col_null(s, 3) || col_null(s, 5) || col_null(s, 6) ||
	    !date_parse(col_text(s, 2), &out->day) || !col_dec(s, 6, &out->value))
		return false;
	return (col_null(s, 4) || col_dec(s, 4, &out->units)) && out->units.micro > 0 &&
	       out->value.micro > 0 && !str_eq(out->base, out->quote);
}

static struct stmt *rates_of(struct view *v, struct str source, enum audience who,
			     struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT id, party, f_date, f_base, f_units, f_quote, f_value FROM r_rate "
		      "WHERE f_origin = ? AND");
	rows_seen(&sql, "rid", who, false);
	buf_lit(&sql, " ORDER BY f_date, party, id");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (s)
		stmt_text(s, 0, source);
	return s;
}

bool view_rates(struct view *v, struct arena *a, struct str source, enum audience who,
		struct rate_row **out, size_t *n, struct err *err)
{
	struct stmt *s = rates_of(v, source, who, err);
	size_t cap = 256;
	bool row = true;

	*n = 0;
	*out = arena_array(a, struct rate_row, cap);
	if (!s)
		return false;
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (*n == cap) {
			struct rate_row *wider = arena_array(a, struct rate_row, cap * 2);

			memcpy(wider, *out, cap * sizeof(*wider));
			*out = wider;
			cap *= 2;
		}
		if (row)
			*n += read_rate(s, a, &(*out)[*n]);
	}
	return true;
}

bool view_rate_sources(struct view *v, struct arena *a, enum audience who, struct str *out,
		       size_t max, size_t *n, struct err *err)
{
	struct stmt *s;
	struct buf sql;
	bool row = true;

	*n = 0;
	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT DISTINCT f_origin FROM r_rate WHERE f_origin <> '' AND");
	rows_seen(&sql, "rid", who, false);
	buf_lit(&sql, " ORDER BY f_origin");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	while (row && *n < max) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			out[(*n)++] = arena_str(a, col_text(s, 0));
	}
	if (row)
		stmt_reset(s);
	return true;
}
