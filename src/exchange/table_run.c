#include "exchange/table_run.h"

#include <stdlib.h>

enum { ROW_ARENA = 256 << 20, BATCH_ARENA = 512 << 20, BATCH = 500, BATCH_BYTES = 24 << 20 };

/* Rows that one draft speaks for, and what they would do. */
struct share {
	uint64_t row; /* the last of them; 0: none */
	struct table_counts counts;
};

static void on_fault(void *ctx, const struct table_fault *f)
{
	struct table_run *r = ctx;

	if (!r->told)
		r->fault(r->ctx, f);
}

static void count(struct table_counts *c, const struct table_in_row *row)
{
	c->rows++;
	c->refused += row->faults > 0;
	c->added += !row->faults && row->does == ROW_ADDS;
	c->changed += !row->faults && row->does == ROW_CHANGES;
	c->unchanged += !row->faults && row->does == ROW_LEAVES;
}

bool table_run_look(struct table_run *r, struct err *err)
{
	struct table_in_row row;
	struct arena a;
	bool more = true, ok = true;

	arena_init(&a, ROW_ARENA);
	while (ok && more) {
		arena_reset(&a);
		ok = table_in_next(r->table, &a, &row, &more, on_fault, r, err);
		if (!ok || !more)
			continue;
		count(&r->counts, &row);
		if (r->note && !row.faults && row.does != ROW_LEAVES)
			r->note(r->ctx, &a, &row);
	}
	arena_done(&a);
	return ok;
}

/* --- writing --- */

struct batch {
	struct arena arena, row; /* row: of the one in hand */
	struct draft drafts[BATCH];
	struct share shares[BATCH];
	struct act_result results[BATCH];
	size_t n, bytes;
	struct share waits; /* rows that wait for the one that has their draft */
};

static void take_result(struct table_run *r, const struct act_result *result,
			const struct share *s)
{
	uint64_t all = s->counts.added + s->counts.changed;
	const struct table_fault f = { s->row, S(""), result->errors };

	if (!result->done) {
		r->counts.refused += all;
		r->fault(r->ctx, &f);
	} else if (result->outcome == ACT_UNCHANGED) {
		r->counts.unchanged += all;
	} else {
		r->counts.added += s->counts.added;
		r->counts.changed += s->counts.changed;
	}
}

static void take_row(struct table_run *r, struct batch *b, const struct table_in_row *row,
		     struct str actor)
{
	if (row->faults || row->does == ROW_LEAVES) {
		count(&r->counts, row);
		return;
	}
	r->counts.rows++;
	count(&b->waits.counts, row);
	b->waits.row = row->row;
	if (!row->draft.n)
		return;
	b->drafts[b->n] =
		(struct draft){ .json = arena_str(&b->arena, row->draft), .actor = actor };
	b->shares[b->n++] = b->waits;
	b->bytes += row->draft.n;
	b->waits = (struct share){ 0 };
}

static void write_batch(struct table_run *r, struct node *n, struct batch *b)
{
	if (b->n)
		register_batch(n, &b->arena, b->drafts, b->n, b->results);
	for (size_t i = 0; i < b->n; i++)
		take_result(r, &b->results[i], &b->shares[i]);
	b->n = b->bytes = 0;
	arena_reset(&b->arena);
}

bool table_run_write(struct table_run *r, struct node *n, struct str actor, struct err *err)
{
	struct batch *b = calloc(1, sizeof(*b));
	struct table_in_row row;
	bool more = true, ok = true;

	if (!b)
		abort();
	arena_init(&b->arena, BATCH_ARENA);
	arena_init(&b->row, ROW_ARENA);
	while (ok && more) {
		arena_reset(&b->row);
		ok = table_in_next(r->table, &b->row, &row, &more, on_fault, r, err);
		if (ok && more)
			take_row(r, b, &row, actor);
		if (ok && (!more || b->n == BATCH || b->bytes > BATCH_BYTES))
			write_batch(r, n, b);
	}
	arena_done(&b->arena);
	arena_done(&b->row);
	free(b);
	return ok;
}
