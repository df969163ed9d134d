#include "store/flows.h"

#include <stdlib.h>
#include <string.h>

/*
 * A statement costs half of what a row does: descending from each root anew, and all that
 * begins and ends one.  First versions, first proposals and flows are most of what comes: each
 * table's rows wait until there are enough of them, flows with texts of their own, all others
 * in p->once.  Whoever prepares a statement has all written first (db_put_off), so that nobody
 * can miss them.
 */
enum { TEXTS_MAX = 1 << 20 };
struct first {
	struct follow *ledger;
	const struct entry *entry;
	struct row *row;
};
struct firsts {
	struct first list[ROWS_AT_ONCE];
	unsigned n;
};
struct lines_waiting {
	struct cell cells[ROWS_AT_ONCE * WAITS_WIDTH]; /* one row after the other */
	unsigned n;
};
struct put_off {
	struct firsts firsts[RECORD_COUNT];
	struct lines_waiting lines[WAITS_COUNT];
	struct flow_row flows[ROWS_AT_ONCE];
	unsigned count; /* of all but the flows */
	unsigned flow_count;
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
	struct put_off *w = p->put_off;

	for (int i = 0; i < RECORD_COUNT; i++)
		w->firsts[i].n = 0;
	for (int i = 0; i < WAITS_COUNT; i++)
		w->lines[i].n = 0;
	w->count = w->flow_count = 0;
	w->writing = false;
}

bool once_needed(const struct projection *p)
{
	return p->put_off->count > 0;
}

static bool write_waiting(void *ctx, struct err *err);

/* What waits is written before the next statement, unless that is under way. */
static void wait_on(struct projection *p)
{
	const struct put_off *w = p->put_off;

	if (!w->writing && (w->count || w->flow_count))
		db_put_off(p->db, write_waiting, p);
}

void waiting_hold(struct projection *p, bool hold)
{
	if (hold)
		db_put_off(p->db, NULL, NULL);
	else
		wait_on(p);
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

/* It was there already: of a joint record what stands is then made of all acts on it.  That row
 * may have come just now, with a flow that waits. */
static bool not_first(struct projection *p, const struct first *f, struct err *err)
{
	if (f->row->record->joint) {
		joint_mark(p, str_z(f->row->record->name), f->row->id);
		return true;
	}
	return settle_flows(p, err) && record_next(p, f->ledger, f->entry, f->row->record, err);
}

static bool one_by_one(struct projection *p, const struct firsts *f, struct err *err)
{
	for (unsigned i = 0; i < f->n; i++) {
		bool made;

		if (!row_insert(p, f->list[i].row, &made, err) ||
		    (!made && !not_first(p, &f->list[i], err)))
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

static bool settle_firsts(struct projection *p, struct firsts *f, struct err *err)
{
	struct firsts now = *f;

	p->put_off->count -= f->n;
	f->n = 0;
	return now.n == ROWS_AT_ONCE ? all_at_once(p, now.list, err) : one_by_one(p, &now, err);
}

/* --- rows of tables of fixed shape --- */

#define LINES(table, columns, row)                                                             \
	"INSERT INTO " table " (" columns ") VALUES " row,                                     \
		"INSERT OR FAIL INTO " table " (" columns ") VALUES " MANY_ROWS(row)

static const struct {
	const char *one, *many;
	unsigned width;
} shapes[WAITS_COUNT] = {
	[WAITS_P_BLOB_REF] = { LINES("p_blob_ref", "lid, n, sha256, size, media, name",
				     "(?, ?, ?, ?, ?, ?)"),
			       6 },
	[WAITS_R_PLAIN] = { LINES("r_plain",
				  "h, id, since, rid, kind, parties, ledger, n, actor, size",
				  "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
			    10 },
};

static void bind_cell(struct stmt *s, int i, const struct cell *c)
{
	switch (c->kind) {
	case CELL_NULL: break;
	case CELL_INT: stmt_int(s, i, c->number); break;
	case CELL_TEXT: stmt_text(s, i, c->text); break;
	case CELL_BLOB: stmt_blob(s, i, c->text.p, c->text.n); break;
	}
}

bool cells_write(struct projection *p, const char *sql, const struct cell *cells, unsigned n,
		 struct err *err)
{
	struct stmt *s = db_prepare(p->db, sql, err);

	if (!s)
		return false;
	for (unsigned i = 0; i < n; i++)
		bind_cell(s, (int)i, &cells[i]);
	return stmt_done(s, err);
}

static bool settle_lines(struct projection *p, enum waits table, struct err *err)
{
	struct lines_waiting *l = &p->put_off->lines[table];
	unsigned n = l->n, width = shapes[table].width;

	p->put_off->count -= n;
	l->n = 0;
	if (n == ROWS_AT_ONCE)
		return cells_write(p, shapes[table].many, l->cells, n * width, err);
	for (unsigned i = 0; i < n; i++)
		if (!cells_write(p, shapes[table].one, l->cells + i * width, width, err))
			return false;
	return true;
}

bool line_wait(struct projection *p, enum waits table, const struct cell *cells,
	       struct err *err)
{
	struct lines_waiting *l = &p->put_off->lines[table];
	unsigned width = shapes[table].width;
	bool ok;

	if (db_engine(p->db) != DB_SQLITE)
		return cells_write(p, shapes[table].one, cells, width, err);
	memcpy(l->cells + l->n * width, cells, width * sizeof(*cells));
	p->put_off->count++;
	l->n++;
	db_put_off(p->db, NULL, NULL);
	ok = l->n < ROWS_AT_ONCE || settle_lines(p, table, err);
	wait_on(p);
	return ok;
}

static bool row_waits(const struct put_off *w, enum waits table, const struct cell *key)
{
	const struct lines_waiting *l = &w->lines[table];

	for (unsigned i = 0; i < l->n; i++) {
		const struct cell *row = l->cells + i * shapes[table].width;

		if (str_eq(row[0].text, key->text))
			return true;
	}
	return false;
}

/* Asked beside what waits, which is looked through here. */
bool line_new(struct projection *p, enum waits table, struct str sql, const struct cell key[3],
	      bool *is, struct err *err)
{
	struct stmt *s;
	bool row;

	*is = false;
	if (row_waits(p->put_off, table, &key[0]))
		return true;
	db_put_off(p->db, NULL, NULL);
	s = db_prepare_text(p->db, sql, err);
	wait_on(p);
	if (!s)
		return false;
	for (int i = 0; i < 3; i++)
		bind_cell(s, i, &key[i]);
	if (!stmt_step(s, &row, err))
		return false;
	if (row)
		stmt_reset(s);
	*is = !row;
	return true;
}

/* --- both --- */

/* Somebody may be about to use what stands in p->text. */
static void swap_text(struct projection *p)
{
	struct buf text = p->text;

	p->text = p->aside;
	p->aside = text;
}

static bool settle_all(struct projection *p, struct err *err)
{
	struct put_off *w = p->put_off;

	for (int i = 0; i < WAITS_COUNT; i++)
		if (w->lines[i].n && !settle_lines(p, (enum waits)i, err))
			return false;
	for (int i = 0; i < RECORD_COUNT; i++)
		if (w->firsts[i].n && !settle_firsts(p, &w->firsts[i], err))
			return false;
	return settle_flows(p, err);
}

static bool write_waiting(void *ctx, struct err *err)
{
	struct projection *p = ctx;
	bool ok;

	swap_text(p);
	p->put_off->writing = true;
	ok = settle_all(p, err);
	p->put_off->writing = false;
	swap_text(p);
	return ok;
}

bool waiting_settle(struct projection *p, struct err *err)
{
	db_put_off(p->db, NULL, NULL);
	return (!p->put_off->count && !p->put_off->flow_count) || write_waiting(p, err);
}

/* Those of the other record types, and flows, go on waiting. */
static bool write_firsts(struct projection *p, struct firsts *f, struct err *err)
{
	bool ok;

	db_put_off(p->db, NULL, NULL);
	p->put_off->writing = true;
	ok = settle_firsts(p, f, err);
	p->put_off->writing = false;
	wait_on(p);
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
	struct firsts *f = &p->put_off->firsts[record_id_of(r->record)];

	f->list[f->n++] = (struct first){ l, e, r };
	p->put_off->count++;
	if (f->n == ROWS_AT_ONCE)
		return write_firsts(p, f, err);
	wait_on(p);
	return true;
}

bool first_waits(const struct projection *p, const struct record *r, struct str id)
{
	const struct firsts *f = &p->put_off->firsts[record_id_of(r)];

	for (unsigned i = 0; i < f->n; i++)
		if (str_eq(f->list[i].row->id, id))
			return true;
	return false;
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
