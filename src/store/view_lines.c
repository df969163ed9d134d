#include "store/view_lines.h"

#include "store/packed_log.h"
#include "store/view_packed.h"

#include <stdlib.h>
#include <string.h>

/* --- sets --- */

/* Numbers beyond are those of a database that is damaged: such a row is in no set. */
static const uint64_t rid_most = UINT64_C(1) << 30;

void rid_set_add(struct rid_set *s, int64_t rid)
{
	size_t at = (size_t)rid / 64;

	if ((uint64_t)rid > rid_most)
		return;
	if (at >= s->words) {
		size_t words = s->words ? s->words : 64;

		while (at >= words)
			words *= 2;
		s->bits = realloc(s->bits, words * sizeof(*s->bits));
		if (!s->bits)
			abort();
		memset(s->bits + s->words, 0, (words - s->words) * sizeof(*s->bits));
		s->words = words;
	}
	s->bits[at] |= UINT64_C(1) << (rid & 63);
}

bool rid_set_has(const struct rid_set *s, int64_t rid)
{
	size_t at = (size_t)rid / 64;

	return at < s->words && s->bits[at] >> (rid & 63) & 1;
}

void rid_set_done(struct rid_set *s)
{
	free(s->bits);
	*s = (struct rid_set){ 0 };
}

/* --- one sweep over the lines, the newest first --- */

enum { WORDS_MAX = LINE_TESTS_MAX * FILTER_VALUES_MAX };
struct sweep {
	const struct lines_query *q;
	struct lines_found *out;
	struct lines_layout layout;
	struct lexicon words;
	uint32_t asked[WORDS_MAX]; /* the tests' words, one test's after the other */
	uint64_t need, ids;        /* columns; ids: those of the id, when there is an order */
	const struct packed_reading *block; /* where the ids still are; NULL: in `at` */
	unsigned by;                        /* the column that orders; 0: none */
	bool by_words;                      /* its numbers are of words */
	bool by_decimal;                    /* and the next column is what stands above it */
	uint32_t none;                      /* the word that is absence */
	struct line_key key;                /* q->key, with q->word by number */
	struct rid_set among;               /* what q->among has, when that is many */
	struct rid_set gone;                /* rows of which an older line is not to be read */
	bool any_gone;
	int64_t (*at)[PACKED_LINES];
	uint16_t live[PACKED_LINES]; /* the lines of the block that answer so far */
	size_t n, cap;               /* cap: of out->rows */
};

/*
 * A row that went has a line of sign -1, and before that the one that it takes back: read from
 * the end, what comes first of a row is what stands.
 */
static void standing(struct sweep *s, size_t lines)
{
	const int64_t *rid = s->at[PACKED_RID], *shape = s->at[PACKED_SHAPE],
		      *sign = s->at[PACKED_SIGN];
	const int64_t bit = rid_bit(s->q->who), mask = s->q->ended ? bit : bit | RID_ENDED;
	const int64_t of = s->q->of_party ? 31 << RID_PARTY : 0,
		      party = s->q->of_party ? (int64_t)s->q->party << RID_PARTY : 0;

	s->n = 0;
	for (size_t i = lines; i-- > 0;) {
		if (sign[i] < 0) {
			rid_set_add(&s->gone, rid[i]);
			s->any_gone = true;
			continue;
		}
		if ((shape[i] & (mask | of)) != (bit | party) ||
		    (s->any_gone && rid_set_has(&s->gone, rid[i])))
			continue;
		if (!s->among.bits || rid_set_has(&s->among, rid[i]))
			s->live[s->n++] = (uint16_t)i;
	}
}

static bool is_asked(const uint32_t *words, size_t n, int64_t word)
{
	for (size_t i = 0; i < n; i++)
		if (words[i] == word)
			return true;
	return false;
}

static void put_to(struct sweep *s, const struct line_test *t, const uint32_t *words)
{
	const int64_t *at = s->at[t->column];
	size_t kept = 0;

	for (size_t k = 0; k < s->n; k++) {
		uint16_t i = s->live[k];

		s->live[kept] = i;
		kept += t->n ? is_asked(words, t->n, at[i])
			     : at[i] >= t->low && at[i] <= t->high;
	}
	s->n = kept;
}

/* --- the first in order --- */

static int by_number(const struct sweep *s, int128 a, int128 b)
{
	if (a == b)
		return 0;
	if (!s->by_words)
		return a < b ? -1 : 1;
	if (a == s->none || b == s->none)
		return a == s->none ? -1 : 1;
	return str_cmp(s->words.word[a], s->words.word[b]);
}

static int cmp(const struct sweep *s, const struct line_key *a, const struct line_key *b)
{
	int c = by_number(s, a->number, b->number);

	for (int i = 0; i < 2 && !c; i++)
		c = a->id[i] < b->id[i] ? -1 : a->id[i] > b->id[i];
	if (!c)
		c = a->rid < b->rid ? -1 : a->rid > b->rid;
	return s->q->descending ? -c : c;
}

/* A heap of those that are wanted, the last of them on top. */
static void sink(struct sweep *s, size_t at, size_t n)
{
	struct line_key *rows = s->out->rows, one = rows[at];

	for (size_t below; (below = 2 * at + 1) < n; at = below) {
		if (below + 1 < n && cmp(s, &rows[below + 1], &rows[below]) > 0)
			below++;
		if (cmp(s, &rows[below], &one) <= 0)
			break;
		rows[at] = rows[below];
	}
	rows[at] = one;
}

static void rise(struct sweep *s, size_t at)
{
	struct line_key *rows = s->out->rows, one = rows[at];

	for (size_t above; at > 0; at = above) {
		above = (at - 1) / 2;
		if (cmp(s, &rows[above], &one) >= 0)
			break;
		rows[at] = rows[above];
	}
	rows[at] = one;
}

static void keep(struct sweep *s, const struct line_key *one)
{
	struct lines_found *out = s->out;

	if (out->n == s->q->want) {
		if (cmp(s, one, &out->rows[0]) >= 0)
			return;
		out->rows[0] = *one;
		sink(s, 0, out->n);
		return;
	}
	if (out->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		out->rows = realloc(out->rows, s->cap * sizeof(*out->rows));
		if (!out->rows)
			abort();
	}
	out->rows[out->n] = *one;
	rise(s, out->n++);
}

static void in_order(struct sweep *s)
{
	struct line_key *rows = s->out->rows;

	for (size_t n = s->out->n; n > 1; n--) {
		struct line_key last = rows[0];

		rows[0] = rows[n - 1];
		rows[n - 1] = last;
		sink(s, 0, n - 1);
	}
}

static int128 number_at(const struct sweep *s, size_t i)
{
	const int64_t *at = s->at[s->by];

	return s->by_decimal ? lines_micro(at[i], s->at[s->by + 1][i]) : at[i];
}

/* Most lines stand behind all that are kept, by their number alone. */
static bool is_behind(const struct sweep *s, int128 number)
{
	int c;

	if (s->out->n < s->q->want)
		return false;
	c = by_number(s, number, s->out->rows[0].number);
	return s->q->descending ? c < 0 : c > 0;
}

static uint64_t id_at(const struct sweep *s, unsigned c, size_t i)
{
	return (uint64_t)(s->block ? packed_number(s->block, c, i) : s->at[c][i]);
}

static void keep_line(struct sweep *s, size_t i)
{
	struct line_key one = { .number = number_at(s, i) };

	if (is_behind(s, one.number))
		return;
	one.id[0] = id_at(s, LINE_ID_HIGH, i);
	one.id[1] = id_at(s, LINE_ID_LOW, i);
	one.rid = s->at[PACKED_RID][i] << RID_SEQ | s->at[PACKED_SHAPE][i];
	if (!s->q->after || cmp(s, &one, &s->key) > 0)
		keep(s, &one);
}

static void take_lines(struct sweep *s)
{
	s->out->total += s->n;
	for (size_t k = 0; k < s->n; k++)
		if (s->by)
			keep_line(s, s->live[k]);
		else
			rid_set_add(&s->out->matches, s->at[PACKED_RID][s->live[k]]);
}

/* --- blocks --- */

static void test_lines(struct sweep *s, size_t lines)
{
	const uint32_t *words = s->asked;

	standing(s, lines);
	for (size_t i = 0; i < s->q->test_count; i++) {
		put_to(s, &s->q->tests[i], words);
		words += s->q->tests[i].n;
	}
	take_lines(s);
}

static bool sweep_block(void *ctx, const struct packed *b, struct err *err)
{
	struct sweep *s = ctx;
	size_t lines;

	if (!packed_read(b, s->layout.shape, &s->words, s->need | s->ids, s->at, &lines))
		return packed_hurt(err);
	s->block = NULL;
	test_lines(s, lines);
	return true;
}

/* --- the first in order among all, whose total is known --- */

/* Whether a line of the block may stand before the last of those kept by its id. */
static bool ids_may(const struct sweep *s, const struct kept_block *b)
{
	int64_t least = b->reading.least[LINE_ID_HIGH], kept = (int64_t)s->out->rows[0].id[0];

	return least < 0 || kept < 0 || (s->q->descending ? b->most >= kept : least <= kept);
}

/* What stands behind all that are kept, or is not behind the key, cannot be among them. */
static void bounds(const struct sweep *s, const struct kept_block *b, int64_t *low,
		   int64_t *high)
{
	const struct lines_query *q = s->q;

	*low = INT64_MIN;
	*high = INT64_MAX;
	if (s->out->n == q->want) {
		int64_t last = (int64_t)s->out->rows[0].number;
		bool equals = ids_may(s, b);

		if (q->descending)
			*low = equals ? last : last + 1;
		else
			*high = equals ? last : last - 1;
	}
	if (q->after)
		*(q->descending ? high : low) = (int64_t)s->key.number;
}

static void offer(struct sweep *s, const struct packed_reading *r, size_t line)
{
	int64_t bit = rid_bit(s->q->who), mask = s->q->ended ? bit : bit | RID_ENDED;
	int64_t shape = packed_number(r, PACKED_SHAPE, line);
	int64_t rid = packed_number(r, PACKED_RID, line);
	struct line_key one = { .number = packed_number(r, s->by, line) };

	if (is_behind(s, one.number) || (shape & mask) != bit ||
	    packed_number(r, PACKED_SIGN, line) < 0 ||
	    (s->any_gone && rid_set_has(&s->gone, rid)))
		return;
	one.id[0] = (uint64_t)packed_number(r, LINE_ID_HIGH, line);
	one.id[1] = (uint64_t)packed_number(r, LINE_ID_LOW, line);
	one.rid = rid << RID_SEQ | shape;
	if (!s->q->after || cmp(s, &one, &s->key) > 0)
		keep(s, &one);
}

static void take_back(struct sweep *s, const struct packed_reading *r)
{
	bool none = !r->width[PACKED_SIGN] && r->least[PACKED_SIGN] > 0;

	for (size_t i = 0; i < r->lines && !none; i++)
		if (packed_number(r, PACKED_SIGN, i) < 0) {
			rid_set_add(&s->gone, packed_number(r, PACKED_RID, i));
			s->any_gone = true;
		}
}

/* A line that takes one back stands before all of its row that are in this block. */
static void sweep_quick(struct sweep *s, const struct kept_block *b)
{
	const struct packed_reading *r = &b->reading;
	size_t ranges = (r->lines + PACKED_RANGE - 1) / PACKED_RANGE;
	int64_t low, high;

	while (ranges-- > 0) {
		bounds(s, b, &low, &high);
		s->n = packed_within(r, s->by, ranges * PACKED_RANGE, low, high, s->live);
		while (s->n > 0)
			offer(s, r, s->live[--s->n]);
	}
	take_back(s, r);
}

static bool is_quick(const struct sweep *s)
{
	const struct lines_query *q = s->q;

	return q->uncounted && q->order && !q->test_count && !q->of_party && !q->among &&
	       !s->by_decimal;
}

/* The ids of a block that is kept are read of those lines alone that may be wanted. */
static bool sweep_kept(void *ctx, const struct kept_block *b, struct err *err)
{
	struct sweep *s = ctx;
	struct packed_reading r;
	size_t lines;

	if (is_quick(s)) {
		sweep_quick(s, b);
		return true;
	}
	r = b->reading;
	r.need = s->need;
	if (!packed_next(&r, s->at, &lines))
		return packed_hurt(err);
	s->block = &b->reading;
	test_lines(s, lines);
	return true;
}

/* Those that no word is asked of are worth keeping: their own words have other numbers. */
static bool sweep_log(struct sweep *s, struct view *v, struct err *err)
{
	const struct packed_shape *shape = &s->layout.shape;
	struct packed_visit visit = { .log = { .log = lines_log(s->q->record),
					       .shape = *shape,
					       .need = UINT64_MAX & ~shape->names,
					       .ranged = LINE_ID_HIGH },
				      .newest_first = true,
				      .names = s->need & shape->names,
				      .kept = s->need & shape->words ? NULL : sweep_kept,
				      .read = sweep_block,
				      .ctx = s };

	return view_packed(v, &visit, err);
}

/* --- few rows are looked up, and make a block of their own --- */

enum { ROW_MAX = 64 << 20 };

static bool read_line(struct sweep *s, struct arena *a, struct stmt *st, int64_t rid, size_t at)
{
	const struct json *values[LINE_PLACES];
	int64_t line[PACKED_COLUMNS];
	struct json *data;
	struct err ignored;

	if (!json_object(a, col_text(st, 2), &data, &ignored))
		return false;
	record_place(s->q->record, data, values);
	line[PACKED_RID] = rid >> RID_SEQ;
	line[PACKED_SHAPE] = rid & RID_SHAPE;
	line[PACKED_SIGN] = 1;
	lines_id(col_text(st, 0), &line[LINE_ID_HIGH], &line[LINE_ID_LOW]);
	line[LINE_STATE] = lexicon_id(&s->words, col_null(st, 1) ? S("") : col_text(st, 1));
	lines_put(&s->layout, s->q->record, values, &s->words, line);
	for (unsigned c = 0; c < s->layout.shape.columns; c++)
		s->at[c][at] = line[c];
	return true;
}

static struct stmt *line_of(struct view *v, const struct record *r, struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT id, state, data FROM r_");
	buf_z(&sql, r->name);
	buf_lit(&sql, " WHERE rid = ?");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	return s;
}

/* One line more, unless the snapshot has no such row. */
static bool look_up(struct sweep *s, struct view *v, struct arena *a, int64_t rid,
		    size_t *lines, struct err *err)
{
	struct stmt *st = line_of(v, s->q->record, err);
	bool ok, there;

	if (!st)
		return false;
	stmt_int(st, 0, rid);
	if (!stmt_step(st, &there, err))
		return false;
	if (!there)
		return true;
	arena_reset(a);
	ok = read_line(s, a, st, rid, (*lines)++);
	stmt_reset(st);
	return ok || db_damaged(v->reg, s->q->record->name, err);
}

static bool sweep_rows(struct sweep *s, struct view *v, struct err *err)
{
	const struct hits *h = s->q->among;
	size_t lines = 0;
	struct arena a;
	bool ok = true;

	s->block = NULL;
	arena_init(&a, ROW_MAX);
	for (size_t i = 0; i < h->n && ok; i++) {
		ok = look_up(s, v, &a, h->rids[i], &lines, err);
		if (lines == PACKED_LINES || i + 1 == h->n) {
			test_lines(s, lines);
			lines = 0;
		}
	}
	arena_done(&a);
	return ok;
}

/* To look a row up costs what some lines do. */
enum { FEW = 8, ROW_COST = 256 };

static bool are_few(const struct sweep *s, struct view *v)
{
	size_t n = s->q->among->n;

	return n <= FEW || n < view_count(v, s->q->record, s->q->who) / ROW_COST;
}

static bool sweep_all(struct sweep *s, struct view *v, struct err *err)
{
	const struct hits *h = s->q->among;

	if (h && are_few(s, v))
		return sweep_rows(s, v, err);
	for (size_t i = 0; h && i < h->n; i++)
		rid_set_add(&s->among, h->rids[i] >> RID_SEQ);
	return sweep_log(s, v, err);
}

/* What is read of a line, and the words that are asked for by their numbers. */
static void sweep_begin(struct sweep *s)
{
	const struct lines_query *q = s->q;
	uint32_t *word = s->asked;

	lines_layout(q->record, &s->layout);
	lexicon_init(&s->words);
	s->none = lexicon_id(&s->words, LINE_NO_WORD);
	s->need = 1 << PACKED_RID | 1 << PACKED_SHAPE | 1 << PACKED_SIGN;
	for (size_t i = 0; i < q->test_count; i++) {
		s->need |= UINT64_C(1) << q->tests[i].column;
		for (size_t k = 0; k < q->tests[i].n; k++)
			*word++ = lexicon_id(&s->words, q->tests[i].words[k]);
	}
	if (!q->order)
		return;
	s->by = s->layout.at[(int)(q->order - fields) - q->record->first];
	s->by_words = s->layout.shape.words >> s->by & 1;
	s->by_decimal = q->order->kind != BOOL && q->order->kind != DATE && !s->by_words;
	s->need |= UINT64_C(1) << s->by | UINT64_C(1) << (s->by + s->by_decimal);
	s->ids = 1 << LINE_ID_HIGH | 1 << LINE_ID_LOW;
	s->key = q->key;
	if (s->by_words)
		s->key.number = q->word.p ? lexicon_id(&s->words, q->word) : s->none;
}

bool view_lines(struct view *v, const struct lines_query *q, struct lines_found *out,
		struct err *err)
{
	struct sweep *s = calloc(1, sizeof(*s));
	bool ok;

	if (!s)
		abort();
	*out = (struct lines_found){ 0 };
	s->q = q;
	s->out = out;
	sweep_begin(s);
	s->at = malloc(s->layout.shape.columns * sizeof(*s->at));
	if (!s->at)
		abort();
	ok = sweep_all(s, v, err);
	in_order(s);
	rid_set_done(&s->gone);
	rid_set_done(&s->among);
	lexicon_done(&s->words);
	free(s->at);
	free(s);
	return ok;
}

void lines_found_done(struct lines_found *f)
{
	free(f->rows);
	rid_set_done(&f->matches);
}
