#include "store/view_packed.h"

#include "store/packed_log.h"
#include "store/store_private.h"

#include <stdlib.h>

struct visiting {
	struct view *v;
	const struct packed_visit *q;
	int64_t *seqs; /* of the log's blocks, the oldest first */
	size_t n;
};

static bool read_seqs(struct visiting *s, struct err *err)
{
	struct stmt *st = db_prepare(
		s->v->reg, "SELECT seq FROM r_packed WHERE log = ? ORDER BY seq", err);
	size_t cap = 0;
	bool row = true;

	if (!st)
		return false;
	stmt_int(st, 0, s->q->log.log);
	while (row) {
		if (!stmt_step(st, &row, err))
			return false;
		if (!row)
			break;
		if (s->n == cap) {
			cap = cap ? cap * 2 : 64;
			s->seqs = realloc(s->seqs, cap * sizeof(*s->seqs));
			if (!s->seqs)
				abort();
		}
		s->seqs[s->n++] = col_int(st, 0);
	}
	return true;
}

typedef bool with_block(struct visiting *s, int64_t seq, const struct packed *b,
			struct err *err);

static bool from_database(struct visiting *s, int64_t seq, bool names, with_block *then,
			  struct err *err)
{
	struct stmt *st =
		names ? db_prepare(s->v->reg,
				   "SELECT body, names FROM r_packed WHERE log = ? AND seq = ?",
				   err)
		      : db_prepare(s->v->reg,
				   "SELECT body FROM r_packed WHERE log = ? AND seq = ?", err);
	struct packed b = { 0 };
	bool row, ok;

	if (!st)
		return false;
	stmt_int(st, 0, s->q->log.log);
	stmt_int(st, 1, seq);
	if (!stmt_step(st, &row, err))
		return false;
	if (!row)
		return packed_hurt(err);
	b.body = col_blob(st, 0);
	if (names)
		b.names = col_blob(st, 1);
	ok = then(s, seq, &b, err);
	stmt_reset(st);
	return ok;
}

static bool give_it(struct visiting *s, int64_t seq, const struct packed *b, struct err *err)
{
	(void)seq;
	return s->q->read(s->q->ctx, b, err);
}

static bool keep_it(struct visiting *s, int64_t seq, const struct packed *b, struct err *err)
{
	return packed_kept_put(s->v->store->kept, &s->q->log, seq, b) || packed_hurt(err);
}

/* What is not kept is, as far as there is room, and unless others are at it. */
static bool keep_missing(struct visiting *s, struct err *err)
{
	struct packed_kept *k = s->v->store->kept;
	bool names = s->q->log.need & s->q->log.shape.names, missing = false, ok = true;
	int64_t log = s->q->log.log;

	packed_kept_hold(k);
	for (size_t i = 0; i < s->n && !missing; i++)
		missing = !packed_kept_find(k, log, s->seqs[i]);
	packed_kept_release(k);
	if (!missing || s->v->writer || !packed_kept_change(k, s->v->epoch))
		return true;
	packed_kept_only(k, log, s->seqs, s->n);
	for (size_t i = 0; i < s->n && ok; i++)
		if (!packed_kept_find(k, log, s->seqs[i]))
			ok = from_database(s, s->seqs[i], names, keep_it, err);
	packed_kept_changed(k);
	return ok;
}

static bool visit(struct visiting *s, struct err *err)
{
	struct packed_kept *k = s->v->store->kept;
	bool ok = true, current;

	if (!read_seqs(s, err) || (s->q->kept && !keep_missing(s, err)))
		return false;
	packed_kept_hold(k);
	/* What the writer has not committed may be taken back, and its number come again. */
	current = s->q->kept && !s->v->writer && packed_kept_epoch(k) == s->v->epoch;
	for (size_t i = 0; i < s->n && ok; i++) {
		int64_t seq = s->seqs[s->q->newest_first ? s->n - 1 - i : i];
		const struct kept_block *b =
			current ? packed_kept_find(k, s->q->log.log, seq) : NULL;

		ok = b ? s->q->kept(s->q->ctx, b, err)
		       : from_database(s, seq, s->q->names, give_it, err);
	}
	packed_kept_release(k);
	return ok;
}

bool view_packed(struct view *v, const struct packed_visit *q, struct err *err)
{
	struct visiting s = { .v = v, .q = q };
	bool ok = visit(&s, err);

	free(s.seqs);
	return ok;
}
