#include "store/word_index.h"

#include "store/packed_log.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Two blocks fill a page (SQLite file format 1.6, "overflow pages"). */
enum { FANOUT = 4, BLOCK = 1850, BLOCK_MAX = 1 << 30 };

/*
 * Segments are numbered so that the later, which overrule, have the smaller number: level times
 * four and, from the last place of the level down, in the order of their coming.
 */

/* The least number from `from` on; INT64_MAX when there is none. */
static bool next_segment(struct db *d, int64_t from, int64_t *out, struct err *err)
{
	struct stmt *s = db_prepare(d,
				    "SELECT segment FROM r_term WHERE segment >= ? "
				    "ORDER BY segment LIMIT 1",
				    err);
	bool row;

	if (!s)
		return false;
	stmt_int(s, 0, from);
	if (!stmt_step(s, &row, err))
		return false;
	*out = row ? col_int(s, 0) : INT64_MAX;
	stmt_reset(s);
	return true;
}

/* --- writing --- */

static void segment_open(struct segment *s, struct db *d, int64_t number)
{
	s->db = d;
	s->number = number;
	s->first_n = s->last_n = 0;
	buf_init(&s->block, BLOCK_MAX);
}

static bool write_block(struct segment *s, struct err *err)
{
	struct stmt *q = db_prepare(
		s->db, "INSERT INTO r_term (segment, first, block) VALUES (?, ?, ?)", err);

	if (!q)
		return false;
	stmt_int(q, 0, s->number);
	stmt_blob(q, 1, s->first, s->first_n);
	stmt_blob(q, 2, s->block.p, s->block.n);
	if (!stmt_done(q, err))
		return false;
	buf_clear(&s->block);
	s->last_n = 0;
	return true;
}

/* How many bytes it has in common with the term before. */
static size_t shared(const struct segment *s, struct str term)
{
	size_t n = 0;

	while (n < s->last_n && n < term.n && s->last[n] == term.p[n])
		n++;
	return n;
}

/*
 * A term: how many bytes of the one before, how many of its own, these; its rows' bytes, which
 * have their length before them and are written between opening and closing it.  The place of
 * the length.
 */
static size_t open_term(struct segment *s, struct str term)
{
	size_t common = shared(s, term), at;

	assert(term.n <= WORD_MAX);
	if (!s->block.n) {
		memcpy(s->first, term.p, term.n);
		s->first_n = term.n;
	}
	buf_ch(&s->block, (char)common);
	buf_ch(&s->block, (char)(term.n - common));
	buf_add(&s->block, str_from(term, common));
	at = s->block.n;
	buf_zero(&s->block, sizeof(uint32_t));
	return at;
}

/* Without rows it was none. */
static bool close_term(struct segment *s, struct str term, size_t at, struct err *err)
{
	uint32_t length = (uint32_t)(s->block.n - at - sizeof(length));

	assert(!s->block.full);
	if (length == 0) {
		s->block.n = at - 2 - (term.n - shared(s, term));
		return true;
	}
	memcpy(s->block.p + at, &length, sizeof(length));
	memcpy(s->last, term.p, term.n);
	s->last_n = term.n;
	return s->block.n < BLOCK || write_block(s, err);
}

bool segment_put(struct segment *s, struct str term, const struct postings *rows,
		 struct err *err)
{
	size_t at = open_term(s, term);

	postings_write(&s->block, rows);
	return close_term(s, term, at, err);
}

bool segment_end(struct segment *s, bool good, struct err *err)
{
	good = good && (!s->block.n || write_block(s, err));
	buf_done(&s->block);
	return good;
}

/* --- reading one segment, from a term on --- */

struct cursor {
	int64_t segment;
	struct buf block;
	struct str rest; /* of the block */
	char term[WORD_MAX];
	size_t n;       /* 0: it is over */
	uint64_t front; /* the first bytes of the term, the first the highest */
	struct str rows;
	struct posting_walk walk; /* through them */
	bool here;                /* at the term that several are looked at for */
};

/* Terms that begin so; no block that begins behind them is read. */
struct extent {
	struct str from;
	bool exact;                /* this one alone */
	char behind[WORD_MAX + 1]; /* `from` and a byte that no text has */
};

static void extent_of(struct extent *e, struct str from, bool exact)
{
	assert(from.n <= WORD_MAX);
	e->from = from;
	e->exact = exact;
	if (from.n)
		memcpy(e->behind, from.p, from.n);
	e->behind[from.n] = (char)0xff;
}

static bool is_within(const struct extent *e, struct str term)
{
	return e->exact ? str_eq(term, e->from) : str_starts(term, e->from);
}

/* The block that this statement finds; none: *found is false. */
static bool load(struct cursor *c, struct stmt *s, bool *found, struct err *err)
{
	if (!stmt_step(s, found, err))
		return false;
	buf_clear(&c->block);
	if (*found)
		buf_add(&c->block, col_blob(s, 0));
	stmt_reset(s);
	c->rest = buf_str(&c->block);
	return true;
}

/* The block that may have the term. */
static bool load_with(struct cursor *c, struct db *d, struct str term, struct err *err)
{
	struct stmt *s = db_prepare(d,
				    "SELECT block FROM r_term WHERE segment = ? AND first <= ? "
				    "ORDER BY first DESC LIMIT 1",
				    err);
	bool found;

	if (!s)
		return false;
	stmt_int(s, 0, c->segment);
	stmt_blob(s, 1, term.p, term.n);
	return load(c, s, &found, err);
}

static bool load_next(struct cursor *c, struct db *d, const struct extent *e, bool *found,
		      struct err *err)
{
	struct stmt *s;

	*found = false;
	if (e->exact)
		return true;
	s = db_prepare(d,
		       "SELECT block FROM r_term WHERE segment = ? AND first > ? AND first < ? "
		       "ORDER BY first LIMIT 1",
		       err);
	if (!s)
		return false;
	stmt_int(s, 0, c->segment);
	stmt_blob(s, 1, c->term, c->n);
	stmt_blob(s, 2, e->behind, e->from.n + 1);
	return load(c, s, found, err);
}

/* The next term of the block; false when there is none. */
static bool take_term(struct cursor *c)
{
	size_t common, own;
	uint32_t length;

	if (c->rest.n < 2)
		return false;
	common = (unsigned char)c->rest.p[0];
	own = (unsigned char)c->rest.p[1];
	if (common > c->n || common + own > WORD_MAX || common + own == 0 ||
	    c->rest.n < 2 + own + sizeof(length))
		return false;
	memcpy(c->term + common, c->rest.p + 2, own);
	c->n = common + own;
	if (common < sizeof(c->front))
		c->front = word_front(str_of(c->term, c->n));
	memcpy(&length, c->rest.p + 2 + own, sizeof(length));
	c->rest = str_from(c->rest, 2 + own + sizeof(length));
	if (length > c->rest.n)
		return false;
	c->rows = str_cut(c->rest, length);
	c->rest = str_from(c->rest, length);
	return true;
}

static struct str cursor_term(const struct cursor *c)
{
	return str_of(c->term, c->n);
}

static bool cursor_next(struct cursor *c, struct db *d, const struct extent *e, struct err *err)
{
	bool found = true;

	if (!c->rest.n && !load_next(c, d, e, &found, err))
		return false;
	if (!found) {
		c->n = 0;
		return true;
	}
	return take_term(c) || packed_hurt(err);
}

/* To the first term that is not before those sought. */
static bool cursor_seek(struct cursor *c, struct db *d, const struct extent *e, struct err *err)
{
	c->n = 0;
	if (!load_with(c, d, e->from, err))
		return false;
	do {
		if (!cursor_next(c, d, e, err))
			return false;
	} while (c->n && str_cmp(cursor_term(c), e->from) < 0);
	return true;
}

/* --- reading several together --- */

struct reading {
	struct db *db;
	const struct extent *extent;
	struct cursor *cursors; /* the latest segment first */
	size_t n;
	char room[WORD_MAX];
	struct str term;             /* the least of all; of no length: all are over */
	struct posting_walk **walks; /* through its rows in each segment that has it */
	size_t walk_count;
};

static void reading_done(struct reading *r)
{
	for (size_t i = 0; i < r->n; i++)
		buf_done(&r->cursors[i].block);
	free(r->cursors);
	free(r->walks);
}

static struct cursor *add_cursor(struct reading *r, int64_t segment)
{
	struct cursor *c;

	r->cursors = realloc(r->cursors, (r->n + 1) * sizeof(*r->cursors));
	if (!r->cursors)
		abort();
	c = &r->cursors[r->n++];
	memset(c, 0, sizeof(*c));
	c->segment = segment;
	buf_init(&c->block, BLOCK_MAX);
	return c;
}

/* Segments `range[0]` to `range[1]`. */
static bool reading_begin(struct reading *r, struct db *d, const int64_t range[2],
			  const struct extent *e, struct err *err)
{
	int64_t at = range[0];

	*r = (struct reading){ .db = d, .extent = e };
	for (;; at++) {
		if (!next_segment(d, at, &at, err))
			return false;
		if (at > range[1] || at == INT64_MAX)
			break;
		if (!cursor_seek(add_cursor(r, at), d, e, err))
			return false;
	}
	r->walks = calloc(r->n + 1, sizeof(*r->walks));
	if (!r->walks)
		abort();
	return true;
}

/* NULL when all are over. */
static const struct cursor *least(const struct reading *r)
{
	const struct cursor *least = NULL;

	for (const struct cursor *c = r->cursors; c < r->cursors + r->n; c++)
		if (c->n && (!least || c->front < least->front ||
			     (c->front == least->front &&
			      str_cmp(cursor_term(c), cursor_term(least)) < 0)))
			least = c;
	return least;
}

/* The least term of all, and the ways through its rows. */
static bool reading_look(struct reading *r, struct err *err)
{
	const struct cursor *first = least(r);

	r->walk_count = 0;
	r->term = str_of(r->room, first ? first->n : 0);
	if (!first)
		return true;
	memcpy(r->room, first->term, first->n);
	for (struct cursor *c = r->cursors; c < r->cursors + r->n; c++) {
		c->here = str_eq(cursor_term(c), r->term);
		if (!c->here)
			continue;
		if (!postings_walk(&c->walk, c->rows))
			return packed_hurt(err);
		r->walks[r->walk_count++] = &c->walk;
	}
	return true;
}

/* Beyond that term. */
static bool reading_pass(struct reading *r, struct err *err)
{
	for (struct cursor *c = r->cursors; c < r->cursors + r->n; c++)
		if (c->here && !cursor_next(c, r->db, r->extent, err))
			return false;
	return true;
}

/* --- merging --- */

static bool copy_term(struct reading *r, struct segment *to, bool sift, struct err *err)
{
	size_t at = open_term(to, r->term);

	return (postings_merge(&to->block, r->walks, r->walk_count, sift) ||
		packed_hurt(err)) &&
	       close_term(to, r->term, at, err);
}

static bool copy_terms(struct reading *r, struct segment *to, bool sift, struct err *err)
{
	do {
		if (!reading_look(r, err))
			return false;
		if (!r->term.n)
			return true;
	} while (copy_term(r, to, sift, err) && reading_pass(r, err));
	return false;
}

static bool drop(struct db *d, const int64_t range[2], struct err *err)
{
	struct stmt *s =
		db_prepare(d, "DELETE FROM r_term WHERE segment >= ? AND segment <= ?", err);

	if (!s)
		return false;
	stmt_int(s, 0, range[0]);
	stmt_int(s, 1, range[1]);
	return stmt_done(s, err);
}

/* Those of the range become segment `number`, which is behind them.  Where nothing is further
 * behind, what went is left out. */
static bool merge(struct db *d, const int64_t range[2], int64_t number, struct err *err)
{
	struct reading r;
	struct segment to;
	struct extent all;
	int64_t behind;
	bool ok;

	extent_of(&all, S(""), false);
	if (!next_segment(d, range[1] + 1, &behind, err))
		return false;
	segment_open(&to, d, number);
	ok = reading_begin(&r, d, range, &all, err) &&
	     copy_terms(&r, &to, behind == INT64_MAX, err);
	reading_done(&r);
	return segment_end(&to, ok, err) && drop(d, range, err);
}

/* The place of the next segment of a level; a full level becomes one of the next, whose place
 * is found first. */
static bool place_in(struct db *d, int64_t level, int64_t *place, struct err *err)
{
	int64_t full = 0, least;

	for (;; full++) {
		if (!next_segment(d, (level + full) * FANOUT, &least, err))
			return false;
		if (least != (level + full) * FANOUT)
			break;
	}
	for (;; full--) {
		int64_t end = (level + full + 1) * FANOUT;

		if (!next_segment(d, (level + full) * FANOUT, &least, err))
			return false;
		*place = (least < end ? least : end) - 1;
		if (!full)
			return true;
		if (!merge(d, (int64_t[2]){ end - 2 * FANOUT, end - FANOUT - 1 }, *place, err))
			return false;
	}
}

bool segment_begin(struct segment *s, struct db *d, struct err *err)
{
	int64_t number = 0;
	bool ok = place_in(d, 0, &number, err);

	segment_open(s, d, number);
	return ok;
}

bool words_merge(struct db *d, struct err *err)
{
	int64_t last = -1, next = 0;

	while (next != INT64_MAX) {
		if (!next_segment(d, last + 1, &next, err))
			return false;
		last = next != INT64_MAX ? next : last;
	}
	return last < 0 ||
	       merge(d, (int64_t[2]){ 0, last }, (last / FANOUT + 2) * FANOUT - 1, err);
}

bool words_each(struct db *d, struct str term, bool exact, word_fn *fn, void *ctx,
		struct err *err)
{
	struct postings rows = { 0 };
	struct reading r;
	struct extent e;
	bool ok, more;

	if (term.n > WORD_MAX) /* no term is so long */
		return true;
	extent_of(&e, term, exact);
	ok = reading_begin(&r, d, (int64_t[2]){ 0, INT64_MAX - 1 }, &e, err);
	for (more = ok; more;) {
		ok = reading_look(&r, err);
		if (!ok || !r.term.n || !is_within(&e, r.term))
			break;
		ok = postings_gather(&rows, r.walks, r.walk_count) || packed_hurt(err);
		more = ok && (!rows.n || fn(ctx, r.term, &rows));
		ok = ok && (!more || reading_pass(&r, err));
		more = more && ok;
	}
	reading_done(&r);
	postings_done(&rows);
	return ok;
}
