#include "store/evidence.h"

#include "store/store_private.h"

#include <assert.h>
#include <string.h>

enum { DOUBTS_MAX = 256, ROWS_MAX = CHARTER_LEDGERS_MAX * EVIDENCE_KEPT };
static const char due[] = "alerts"; /* meta: the ids of evidence not told, one after another */

/* --- evidence --- */

static void read_evidence(struct stmt *q, struct arena *a, struct evidence_row *out)
{
	if (col_blob(q, 0).n == HASH_SIZE)
		memcpy(out->id.b, col_blob(q, 0).p, HASH_SIZE);
	out->ledger = arena_str(a, col_text(q, 1));
	out->doc = arena_str(a, col_blob(q, 2));
}

static bool find_evidence(struct view *v, struct arena *a, const struct hash *id,
			  struct evidence_row *out, bool *found, struct err *err)
{
	struct stmt *q = db_prepare(v->ledger,
				    "SELECT e.id, l.name, e.doc FROM evidence e "
				    "JOIN ledger l ON l.lid = e.lid WHERE e.id = ?",
				    err);

	if (!q)
		return false;
	stmt_blob(q, 0, id->b, HASH_SIZE);
	if (!stmt_step(q, found, err))
		return false;
	if (*found)
		read_evidence(q, a, out);
	stmt_reset(q);
	return true;
}

bool view_evidence(struct view *v, struct arena *a, const struct hash *id,
		   struct evidence_row *out, struct err *err)
{
	bool found;

	if (!find_evidence(v, a, id, out, &found, err))
		return false;
	return found || err_set(err, ERR_MISSING, "evidence",
				N_("There is no evidence of this name here."));
}

bool view_evidence_list(struct view *v, struct arena *a, struct evidence_row **out, size_t *n,
			struct err *err)
{
	struct stmt *q = db_prepare(v->ledger,
				    "SELECT e.id, l.name, e.doc FROM evidence e "
				    "JOIN ledger l ON l.lid = e.lid ORDER BY e.lid, e.id",
				    err);
	bool row;

	*out = arena_array(a, struct evidence_row, ROWS_MAX);
	if (!q)
		return false;
	for (*n = 0; *n < ROWS_MAX; ++*n) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		read_evidence(q, a, &(*out)[*n]);
	}
	stmt_reset(q);
	return true;
}

static bool count_evidence(struct store *s, const struct held *h, int64_t *n, struct err *err)
{
	struct stmt *q =
		db_prepare(s->ledger, "SELECT count(*) FROM evidence WHERE lid = ?", err);
	bool row;

	if (!q)
		return false;
	stmt_int(q, 0, h->lid);
	if (!stmt_step(q, &row, err))
		return false;
	*n = col_int(q, 0);
	stmt_reset(q);
	return true;
}

static bool put_evidence(struct store *s, const struct held *h, const struct hash *id,
			 struct str doc, struct err *err)
{
	struct stmt *q = db_prepare(s->ledger,
				    "INSERT INTO evidence(id, lid, doc) VALUES(?, ?, ?)", err);

	if (!q)
		return false;
	stmt_blob(q, 0, id->b, HASH_SIZE);
	stmt_int(q, 1, h->lid);
	stmt_blob(q, 2, doc.p, doc.n);
	return stmt_done(q, err);
}

/* --- the state of a ledger --- */

static bool put_state(struct store *s, const struct held *h, enum ledger_state state,
		      struct err *err)
{
	struct stmt *q =
		db_prepare(s->ledger, "UPDATE ledger SET state = ? WHERE lid = ?", err);

	if (!q)
		return false;
	stmt_text(q, 0, str_z(ledger_state_names[state]));
	stmt_int(q, 1, h->lid);
	return stmt_done(q, err);
}

/* What is kept in memory of it follows the commit. */
static void state_stands(struct store *s, struct held *h, enum ledger_state state)
{
	h->state = state;
	if (h == s->own)
		atomic_store(&s->own_state, state);
	atomic_fetch_add(&s->generation, 1);
}

static bool named(struct store *s, struct str ledger, struct held **out, struct err *err)
{
	*out = ledger_named(s, ledger);
	return *out || err_set(err, ERR_MISSING, "ledger",
			       N_("There is no ledger %1 in this register."), err_arg(ledger));
}

/* The own ledger tells of others; of itself it can tell nothing once it is forked. */
static bool put_due(struct store *s, struct arena *a, const struct held *h,
		    const struct hash *id, struct err *err)
{
	struct str before = S("");
	bool found;

	if (h == s->own)
		return true;
	return meta_get(s->ledger, a, due, &before, &found, err) &&
	       meta_put(s->ledger, due, arena_join(a, before, str_of(id->b, HASH_SIZE)), err);
}

/* A ledger that an amendment closed is settled already: the evidence is kept, and no more. */
static enum ledger_state forked_state(const struct store *s, const struct held *h)
{
	return charter_find(s->charter, h->name)->closed ? h->state : LEDGER_FORKED;
}

static bool keep_fork(struct store *s, struct held *h, const struct hash *id, struct str doc,
		      struct err *err)
{
	struct arena a;
	bool ok;

	if (!db_begin(s->ledger, true, err))
		return false;
	arena_init(&a, 1 << 20);
	ok = put_evidence(s, h, id, doc, err) && put_state(s, h, forked_state(s, h), err) &&
	     put_due(s, &a, h, id, err);
	arena_done(&a);
	if (ok)
		return db_commit(s->ledger, err);
	db_rollback(s->ledger);
	return false;
}

bool store_fork(struct store *s, struct str ledger, struct str doc, struct hash *id,
		bool *fresh, struct err *err)
{
	struct evidence_row before;
	struct held *h;
	struct arena a;
	int64_t kept;
	bool held, ok;

	assert(s->mode == STORE_WRITE && !s->writing && doc.n <= EVIDENCE_MAX);
	*id = hash_of(doc);
	*fresh = false;
	if (!named(s, ledger, &h, err) || !count_evidence(s, h, &kept, err))
		return false;
	arena_init(&a, 2 * EVIDENCE_MAX);
	ok = find_evidence(&s->writer, &a, id, &before, &held, err);
	arena_done(&a);
	if (!ok || held || (kept >= EVIDENCE_KEPT && h->state == forked_state(s, h)))
		return ok;
	if (!keep_fork(s, h, id, doc, err))
		return false;
	*fresh = true;
	state_stands(s, h, forked_state(s, h));
	return true;
}

bool store_release(struct store *s, struct str ledger, struct err *err)
{
	struct held *h;

	assert(s->mode == STORE_WRITE && !s->writing);
	if (!named(s, ledger, &h, err))
		return false;
	assert(h->state == LEDGER_FORKED);
	if (!db_begin(s->ledger, true, err))
		return false;
	if (!put_state(s, h, LEDGER_OK, err)) {
		db_rollback(s->ledger);
		return false;
	}
	if (!db_commit(s->ledger, err))
		return false;
	state_stands(s, h, LEDGER_OK);
	return true;
}

/* --- alerts --- */

bool store_alerts_due(struct store *s, struct arena *a, struct evidence_row **out, size_t *n,
		      struct err *err)
{
	struct str ids = S("");
	struct hash id;
	bool found;

	*n = 0;
	if (!meta_get(s->ledger, a, due, &ids, &found, err))
		return false;
	*out = arena_array(a, struct evidence_row, ids.n / HASH_SIZE + 1);
	for (; ids.n >= HASH_SIZE; ids = str_from(ids, HASH_SIZE)) {
		memcpy(id.b, ids.p, HASH_SIZE);
		if (!find_evidence(&s->writer, a, &id, &(*out)[*n], &found, err))
			return false;
		*n += found;
	}
	return true;
}

bool store_alerts_told(struct store *s, struct err *err)
{
	assert(s->writing);
	return meta_put(s->ledger, due, S(""), err);
}

/* --- where another history may show --- */

struct doubts {
	struct arena *a;
	struct entry_place *out;
	size_t *n;
};

/* Rows of (ledger name, index). */
static bool add_places(struct doubts *d, struct stmt *q, struct err *err)
{
	bool row;

	while (*d->n < DOUBTS_MAX) {
		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		d->out[(*d->n)++] = (struct entry_place){ arena_str(d->a, col_text(q, 0)),
							  (uint64_t)col_int(q, 1) };
	}
	stmt_reset(q);
	return true;
}

static bool seen_within(struct view *v, struct doubts *d, const struct entry_range *r,
			struct err *err)
{
	struct stmt *q =
		db_prepare(v->reg,
			   "SELECT lid, n FROM p_seen WHERE lid = ? AND n >= ? AND "
			   "n < ? AND root IS NOT NULL AND (state = 'void' OR (state = "
			   "'pending' AND peer = ?)) ORDER BY n",
			   err);
	struct charter_place place;

	if (!q)
		return false;
	view_place(v, r->ledger, &place);
	stmt_text(q, 0, place.name);
	stmt_int(q, 1, (int64_t)(place.first + r->from));
	stmt_int(q, 2, (int64_t)(place.first + r->to));
	stmt_text(q, 3, v->store->own->party);
	return add_places(d, q, err);
}

static bool seen_about(struct view *v, struct doubts *d, const struct entry_range *r,
		       struct str party, struct err *err)
{
	struct stmt *q =
		db_prepare(v->reg,
			   "SELECT lid, n FROM p_seen WHERE peer = ? AND size > ? AND size <= "
			   "? AND state = 'void' AND root IS NOT NULL ORDER BY lid, n",
			   err);
	struct charter_place place;

	if (!q)
		return false;
	view_place(v, r->ledger, &place);
	stmt_text(q, 0, party);
	stmt_int(q, 1, (int64_t)(place.first + r->from));
	stmt_int(q, 2, (int64_t)(place.first + r->to));
	return add_places(d, q, err);
}

static bool alerts_within(struct view *v, struct doubts *d, const struct entry_range *r,
			  struct err *err)
{
	struct stmt *q = db_prepare(v->reg,
				    "SELECT lid, n FROM r_alert WHERE lid = ? AND n >= ? AND "
				    "n < ? ORDER BY n",
				    err);
	struct charter_place place;

	if (!q)
		return false;
	view_place(v, r->ledger, &place);
	stmt_text(q, 0, place.name);
	stmt_int(q, 1, (int64_t)(place.first + r->from));
	stmt_int(q, 2, (int64_t)(place.first + r->to));
	return add_places(d, q, err);
}

bool view_doubts(struct view *v, struct arena *a, const struct entry_range *grown,
		 struct entry_place **out, size_t *n, struct err *err)
{
	struct doubts d = { .a = a, .n = n };
	struct held *h;

	*n = 0;
	*out = d.out = arena_array(a, struct entry_place, DOUBTS_MAX);
	return named(v->store, grown->ledger, &h, err) && seen_within(v, &d, grown, err) &&
	       seen_about(v, &d, grown, h->party, err) && alerts_within(v, &d, grown, err);
}
