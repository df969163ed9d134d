#include "store/flows.h"

#include <stdlib.h>

/*
 * A statement costs half of what a row does: descending from each root anew, and all that
 * begins and ends one.  First versions and flows are most of what comes, in long runs: they
 * wait for enough of them, the former in p->once.  Fewer flows come than rows do, so that they
 * wait on when those are written.  Whoever prepares a statement has all written first
 * (db_put_off), so that nobody can miss them.
 */
enum { TEXTS_MAX = 1 << 20 };
struct first {
	struct follow *ledger;
	const struct entry *entry;
	struct row *row;
};
struct put_off {
	struct first firsts[ROWS_AT_ONCE]; /* of one record type */
	struct flow_row flows[ROWS_AT_ONCE];
	unsigned first_count, flow_count;
	struct arena texts; /* of the flows */
	bool writing;
};

struct put_off *waiting_open(void)
{
	struct put_off *w = calloc(1, sizeof(*w));

	if (!w)
		abort();
	arena_init(&w->texts, TEXTS_MAX);
	return w;
}

void waiting_close(struct put_off *w)
{
	arena_done(&w->texts);
	free(w);
}

void waiting_forget(struct projection *p)
{
	p->put_off->first_count = p->put_off->flow_count = 0;
	p->put_off->writing = false;
}

bool first_waits(const struct projection *p)
{
	return p->put_off->first_count > 0;
}

/* --- flows --- */

#define INTO_FLOWS       "INTO r_flow (" FLOW_COLUMNS ") VALUES "
#define ONE_FLOW         "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
#define INTO_PLAIN_FLOWS "INTO r_flow (" FLOW_PLAIN_COLUMNS ") VALUES "
#define ONE_PLAIN_FLOW   "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

static bool write_flow(struct projection *p, const struct flow_row *f, struct err *err)
{
	struct stmt *s = db_prepare(p->db, "INSERT " INTO_FLOWS ONE_FLOW, err);

	if (!s)
		return false;
	flow_bind(s, 0, f);
	return stmt_done(s, err);
}

/* ROWS_AT_ONCE that are plain: with FAIL, so that SQLite keeps no copy of each page for taking
 * back this statement alone; whoever fails takes back the transaction. */
static bool write_plain(struct projection *p, const struct flow_row *flows, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db, "INSERT OR FAIL " INTO_PLAIN_FLOWS MANY_ROWS(ONE_PLAIN_FLOW), err);

	if (!s)
		return false;
	for (int i = 0; i < ROWS_AT_ONCE; i++)
		flow_bind(s, i * FLOW_PLAIN, &flows[i]);
	return stmt_done(s, err);
}

static bool settle_flows(struct projection *p, struct err *err)
{
	struct put_off *w = p->put_off;
	unsigned n = w->flow_count, plain = 0;

	db_put_off(p->db, NULL, NULL);
	w->flow_count = 0;
	while (plain < n && flow_plain(&w->flows[plain].flow))
		plain++;
	if (plain == ROWS_AT_ONCE)
		return write_plain(p, w->flows, err);
	for (unsigned i = 0; i < n; i++)
		if (!write_flow(p, &w->flows[i], err))
			return false;
	return true;
}

/* --- first versions --- */

/* It was there already.  That row may have come just now, with a flow that waits. */
static bool not_first(struct projection *p, const struct first *f, struct err *err)
{
	return settle_flows(p, err) && record_next(p, f->ledger, f->entry, err);
}

static bool one_by_one(struct projection *p, const struct first *firsts, unsigned n,
		       struct err *err)
{
	for (unsigned i = 0; i < n; i++) {
		bool made;

		if (!row_insert(p, firsts[i].row, &made, err) ||
		    (!made && !not_first(p, &firsts[i], err)))
			return false;
	}
	return true;
}

/* Whether it is this row that stands for its record, and not one that was there. */
static bool came_first(struct projection *p, const struct row *r, bool *first, struct err *err)
{
	struct stmt *s;
	bool row;

	buf_clear(&p->text);
	buf_lit(&p->text, "SELECT 1 FROM r_");
	buf_z(&p->text, r->record->name);
	buf_lit(&p->text, " WHERE rid = ? AND id = ? AND party = ?");
	s = db_prepare_text(p->db, buf_str(&p->text), err);
	if (!s)
		return false;
	stmt_int(s, 0, r->rid);
	stmt_text(s, 1, r->id);
	stmt_text(s, 2, r->party);
	if (!stmt_step(s, &row, err))
		return false;
	stmt_reset(s);
	*first = row;
	return true;
}

static bool all_at_once(struct projection *p, const struct first *firsts, struct err *err)
{
	struct row *rows[ROWS_AT_ONCE];
	bool first[ROWS_AT_ONCE];
	int64_t made;

	for (unsigned i = 0; i < ROWS_AT_ONCE; i++)
		rows[i] = firsts[i].row;
	if (!rows_insert(p, rows, &made, err))
		return false;
	for (unsigned i = 0; i < ROWS_AT_ONCE; i++) {
		first[i] = true;
		if (made < ROWS_AT_ONCE && !came_first(p, rows[i], &first[i], err))
			return false;
	}
	for (unsigned i = 0; i < ROWS_AT_ONCE; i++)
		if (first[i] ? !row_kept(p, rows[i], true, err)
			     : !not_first(p, &firsts[i], err))
			return false;
	return true;
}

static bool settle_firsts(struct projection *p, struct err *err)
{
	struct put_off *w = p->put_off;
	unsigned n = w->first_count;

	w->first_count = 0;
	return n == ROWS_AT_ONCE ? all_at_once(p, w->firsts, err)
				 : one_by_one(p, w->firsts, n, err);
}

/* --- both --- */

/* Somebody may be about to use what stands in p->text. */
static void swap_text(struct projection *p)
{
	struct buf text = p->text;

	p->text = p->aside;
	p->aside = text;
}

static bool write_waiting(void *ctx, struct err *err)
{
	struct projection *p = ctx;
	bool ok;

	swap_text(p);
	p->put_off->writing = true;
	ok = settle_firsts(p, err) && settle_flows(p, err);
	p->put_off->writing = false;
	swap_text(p);
	return ok;
}

bool waiting_settle(struct projection *p, struct err *err)
{
	db_put_off(p->db, NULL, NULL);
	return (!p->put_off->first_count && !p->put_off->flow_count) || write_waiting(p, err);
}

/* Their flows may go on waiting. */
static bool write_firsts(struct projection *p, struct err *err)
{
	struct put_off *w = p->put_off;
	bool ok;

	db_put_off(p->db, NULL, NULL);
	w->writing = true;
	ok = settle_firsts(p, err);
	w->writing = false;
	if (w->flow_count)
		db_put_off(p->db, write_waiting, p);
	return ok;
}

bool once_anew(struct projection *p, struct err *err)
{
	if (!waiting_settle(p, err))
		return false;
	arena_reset(&p->once);
	return true;
}

bool first_wait(struct projection *p, struct follow *l, const struct entry *e, struct row *r,
		struct err *err)
{
	struct put_off *w = p->put_off;

	if (w->first_count && w->firsts[0].row->record != r->record && !write_firsts(p, err))
		return false;
	w->firsts[w->first_count++] = (struct first){ l, e, r };
	if (w->first_count == ROWS_AT_ONCE)
		return write_firsts(p, err);
	db_put_off(p->db, write_waiting, p);
	return true;
}

static void keep_flow(struct put_off *w, const struct flow_row *f)
{
	struct flow_row *at = &w->flows[w->flow_count];

	if (w->flow_count++ == 0)
		arena_reset(&w->texts);
	*at = *f;
	at->flow.ref = arena_str(&w->texts, f->flow.ref);
	at->flow.peer = arena_str(&w->texts, f->flow.peer);
	at->flow.project = arena_str(&w->texts, f->flow.project);
	at->flow.provider_activity = arena_str(&w->texts, f->flow.provider_activity);
	at->flow.receiver_activity = arena_str(&w->texts, f->flow.receiver_activity);
	at->flow.counterpart = arena_str(&w->texts, f->flow.counterpart);
	at->flow.currency = arena_str(&w->texts, f->flow.currency);
	at->flow.worth_currency = arena_str(&w->texts, f->flow.worth_currency);
}

/* No first version waits: its flow comes with its row. */
bool flow_wait(struct projection *p, const struct flow_row *f, struct err *err)
{
	struct put_off *w = p->put_off;

	if (db_engine(p->db) != DB_SQLITE)
		return write_flow(p, f, err);
	keep_flow(w, f);
	if (w->flow_count == ROWS_AT_ONCE)
		return settle_flows(p, err);
	if (!w->writing)
		db_put_off(p->db, write_waiting, p);
	return true;
}
