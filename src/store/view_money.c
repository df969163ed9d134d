#include "store/money.h"
#include "store/packed_log.h"
#include "store/store_private.h"
#include "store/view_packed.h"
#include "store/view_rows.h"

#include <stdlib.h>

/* --- lines --- */

_Static_assert((int)MONEY_AT_ONCE == (int)PACKED_LINES, "what is read at once is handed on");

struct scanning {
	struct view *v;
	const struct money_scan *q;
	struct lexicon *words;
	uint32_t *map; /* by number among the kept words, + 1: the number in `words` */
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

/* --- blocks --- */

static bool give_lines(struct scanning *s, struct packed_reading *r, struct err *err)
{
	for (;;) {
		if (!packed_next(r, s->column, &s->facts.n))
			return packed_hurt(err);
		if (!s->facts.n)
			return true;
		seen_only(s);
		if (!s->q->each(s->q->ctx, &s->facts, err))
			return false;
	}
}

static bool give_block(struct scanning *s, const struct packed_reading *r, struct err *err)
{
	struct money_block b = { .n = r->lines };

	if (!b.n)
		return true;
	for (enum money_column c = 0; c < MONEY_COLUMNS; c++) {
		unsigned width = r->width[c];
		const struct packed_words *words =
			money_shape.names >> c & 1 ? &r->names : &r->words;

		b.of[c] = (struct money_packed){
			.p = r->column[c],
			.width = width,
			.mask = width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * width) - 1,
			.least = r->least[c]
		};
		if (money_shape.words >> c & 1 && s->need >> c & 1) {
			b.of[c].word = words->id + r->least[c];
			b.of[c].words = words->n - (size_t)r->least[c];
		}
	}
	return s->q->block(s->q->ctx, &b, err);
}

/* A block in the database, its words by their numbers in `words`. */
static bool read_block(void *ctx, const struct packed *b, struct err *err)
{
	struct scanning *s = ctx;
	struct packed_reading r;
	bool ok = packed_open(&r, b, money_shape, s->words, s->need) &&
		  (!s->q->block || packed_sound(&r));

	if (!ok)
		packed_hurt(err);
	else
		ok = s->q->block ? give_block(s, &r, err) : give_lines(s, &r, err);
	packed_close(&r);
	return ok;
}

static void map_words(struct scanning *s, const struct lexicon *kept, struct packed_words *w)
{
	uint32_t *id = malloc((w->n + 1) * sizeof(*id));

	if (!id)
		abort();
	for (size_t i = 0; i < w->n; i++) {
		uint32_t *to = &s->map[w->id[i]];

		if (!*to)
			*to = lexicon_id(s->words, kept->word[w->id[i]]) + 1;
		id[i] = *to - 1;
	}
	w->id = id;
}

/* One that is kept. */
static bool take_block(void *ctx, const struct kept_block *b, struct err *err)
{
	struct scanning *s = ctx;
	const struct lexicon *kept = packed_kept_words(s->v->store->kept);
	struct packed_reading r = b->reading;
	bool ok;

	r.need = s->need;
	if (!s->map)
		s->map = calloc(kept->n, sizeof(*s->map));
	if (!s->map)
		abort();
	map_words(s, kept, &r.words);
	if (s->need & money_shape.names)
		map_words(s, kept, &r.names);
	else
		r.names = (struct packed_words){ 0 };
	ok = s->q->block ? give_block(s, &r, err) : give_lines(s, &r, err);
	packed_close(&r);
	return ok;
}

bool view_money(struct view *v, const struct money_scan *q, struct lexicon *words,
		struct err *err)
{
	struct scanning s = { .v = v,
			      .q = q,
			      .words = words,
			      .need = q->need | 1u << MONEY_SHAPE,
			      .column = q->block ? NULL
						 : malloc(MONEY_COLUMNS * sizeof(*s.column)) };
	struct packed_visit visit = {
		.log = { .log = q->log, .shape = money_shape, .need = UINT64_MAX },
		.names = true,
		.kept = take_block,
		.read = read_block,
		.ctx = &s
	};
	bool ok;

	if (!s.column && !q->block)
		abort();
	for (enum money_column c = 0; c < MONEY_COLUMNS; c++)
		s.facts.at[c] = s.column ? s.column[c] : NULL;
	ok = view_packed(v, &visit, err);
	free(s.column);
	free(s.map);
	return ok;
}

bool money_seen(int64_t shape, enum audience who)
{
	return shape & rid_bit(who);
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
