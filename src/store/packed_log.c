#include "store/packed_log.h"

#include <stdlib.h>
#include <string.h>

/* The last block's number and size; `lines` is 0 when there is none. */
static bool last_block(struct projection *p, int64_t log, int64_t *seq, size_t *lines,
		       struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    "SELECT seq, lines FROM r_packed WHERE log = ? "
				    "ORDER BY seq DESC LIMIT 1",
				    err);
	bool row;

	*seq = 0;
	*lines = 0;
	if (!s)
		return false;
	stmt_int(s, 0, log);
	if (!stmt_step(s, &row, err))
		return false;
	if (row) {
		*seq = col_int(s, 0);
		*lines = (size_t)col_int(s, 1);
		stmt_reset(s);
	}
	return true;
}

static bool drop_block(struct projection *p, int64_t log, int64_t seq, struct err *err)
{
	struct stmt *s =
		db_prepare(p->db, "DELETE FROM r_packed WHERE log = ? AND seq = ?", err);

	if (!s)
		return false;
	stmt_int(s, 0, log);
	stmt_int(s, 1, seq);
	return stmt_done(s, err);
}

bool packed_hurt(struct err *err)
{
	return err_set(err, ERR_UNREACHABLE, "register",
		       N_("The register's database is damaged (%1). Nothing is lost: it is "
			  "made anew from the ledgers by `benkan rebuild`."),
		       "r_packed");
}

/* Take a block back, its lines before those of the pile. */
static bool take_block(struct projection *p, int64_t log, int64_t seq, struct pile *pile,
		       struct err *err)
{
	struct stmt *s = db_prepare(
		p->db, "SELECT body, names FROM r_packed WHERE log = ? AND seq = ?", err);
	bool row, ok;

	if (!s)
		return false;
	stmt_int(s, 0, log);
	stmt_int(s, 1, seq);
	if (!stmt_step(s, &row, err))
		return false;
	ok = row && pile_unpack(pile, &(struct packed){ col_blob(s, 0), col_blob(s, 1) });
	if (row)
		stmt_reset(s);
	return ok ? drop_block(p, log, seq, err) : packed_hurt(err);
}

static bool add_block(struct projection *p, int64_t log, int64_t seq, const struct pile *pile,
		      size_t from, struct err *err)
{
	size_t most = packed_most(pile->shape);
	size_t to = pile->n - from > most ? from + most : pile->n;
	struct stmt *s = db_prepare(
		p->db,
		"INSERT INTO r_packed (log, seq, lines, body, names) VALUES (?, ?, ?, ?, ?)",
		err);
	struct buf body, names;
	bool ok;

	if (!s)
		return false;
	buf_init(&body, PACKED_BYTES);
	buf_init(&names, PACKED_BYTES);
	packed_write(&body, &names, pile, from, to);
	stmt_int(s, 0, log);
	stmt_int(s, 1, seq);
	stmt_int(s, 2, (int64_t)(to - from));
	stmt_blob(s, 3, body.p, body.n);
	stmt_blob(s, 4, names.p, names.n);
	ok = stmt_done(s, err);
	buf_done(&body);
	buf_done(&names);
	return ok;
}

/* --- what came and went --- */

/* Where in the pile a row last came, by its number: open addressing. */
struct came {
	int64_t *rid; /* -1: free */
	size_t *at;   /* SIZE_MAX: it went again */
	size_t mask;
};

static size_t place_of(const struct came *c, int64_t rid)
{
	size_t i = ((uint64_t)rid * 0x9e3779b97f4a7c15u >> 32) & c->mask;

	while (c->rid[i] >= 0 && c->rid[i] != rid)
		i = (i + 1) & c->mask;
	return i;
}

static void came_init(struct came *c, size_t n)
{
	size_t cap = 64;

	while (cap < 2 * n)
		cap *= 2;
	c->mask = cap - 1;
	c->rid = malloc(cap * sizeof(*c->rid));
	c->at = malloc(cap * sizeof(*c->at));
	if (!c->rid || !c->at)
		abort();
	for (size_t i = 0; i < cap; i++)
		c->rid[i] = -1;
}

/* Lines of sign 0 are left out. */
static void leave_out(struct pile *p)
{
	size_t columns = p->shape.columns, kept = 0;

	for (size_t i = 0; i < p->n; i++) {
		const int64_t *line = p->lines + i * columns;

		if (line[PACKED_SIGN])
			memmove(p->lines + kept++ * columns, line, columns * sizeof(*line));
	}
	p->n = kept;
}

static bool any_went(const struct pile *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->lines[i * p->shape.columns + PACKED_SIGN] < 0)
			return true;
	return false;
}

/* What came and went again is said by no line at all. */
static void cancel(struct pile *p)
{
	size_t columns = p->shape.columns;
	struct came c;

	if (!p->shape.cancels || !any_went(p))
		return;
	came_init(&c, p->n);
	for (size_t i = 0; i < p->n; i++) {
		int64_t *line = p->lines + i * columns;
		size_t at = place_of(&c, line[PACKED_RID]);
		bool here = c.rid[at] >= 0 && c.at[at] != SIZE_MAX;

		if (line[PACKED_SIGN] < 0 && here)
			line[PACKED_SIGN] = p->lines[c.at[at] * columns + PACKED_SIGN] = 0;
		c.at[at] = line[PACKED_SIGN] > 0 ? i : SIZE_MAX;
		c.rid[at] = line[PACKED_RID];
	}
	free(c.rid);
	free(c.at);
	leave_out(p);
}

/* --- settling --- */

/*
 * A block is joined with what comes after it once that is as large: each line is packed again
 * as often as its block doubles, and few blocks are small.  Beyond some size that saves nobody
 * anything, but where the words of a block are many.
 */
enum { JOINED_MAX = 1024 };

static size_t joined_most(struct packed_shape shape)
{
	return shape.most > PACKED_LINES ? shape.most : JOINED_MAX;
}

bool packed_settle(struct projection *p, int64_t log, struct pile *pile, struct err *err)
{
	int64_t seq, last;
	size_t lines;

	cancel(pile);
	if (!pile->n)
		return true;
	if (!last_block(p, log, &seq, &lines, err))
		return false;
	last = seq;
	while (lines && lines <= pile->n && lines + pile->n <= joined_most(pile->shape)) {
		if (!take_block(p, log, seq, pile, err) ||
		    !last_block(p, log, &seq, &lines, err))
			return false;
		cancel(pile);
	}
	/* Where nothing is left of the last, a block without lines has its number. */
	for (size_t from = 0; from < pile->n || from == 0; from += packed_most(pile->shape))
		if (!add_block(p, log, ++last, pile, from, err))
			return false;
	pile_clear(pile);
	return true;
}
