#include "store/acts.h"
#include "store/project.h"

#include <string.h>

/* An open act as r_act and r_open have it: whose word it waits for, since when, and the record
 * it would change.  All is empty when it waits for nobody's. */
struct waiting {
	struct str awaited, since; /* "ml,ru" */
	bool receipt;              /* all accepted: it is acknowledgements that are awaited */
	struct str kind, id;
	unsigned audience;
};

static struct stmt *on_act(struct projection *p, const char *sql, const struct act *a,
			   struct err *err)
{
	struct stmt *s = db_prepare(p->db, sql, err);

	if (!s)
		return NULL;
	stmt_blob(s, 0, a->h.b, HASH_SIZE);
	stmt_text(s, 1, a->parties);
	return s;
}

/* --- as it was --- */

/* Also when the act was proposed, empty while it was not, and who may read its document. */
static bool read_before(struct projection *p, const struct act *a, struct waiting *w,
			struct str *proposed, unsigned *audience, struct err *err)
{
	struct stmt *s = on_act(p,
				"SELECT r.time, r.audience, r.awaited, r.since, r.receipt, "
				"o.kind, o.id, o.audience FROM r_act r LEFT JOIN r_open o "
				"ON o.party = '' AND o.since = r.since AND o.h = r.h AND "
				"o.parties = r.parties WHERE r.h = ? AND r.parties = ?",
				a, err);
	bool row;

	if (!s || !stmt_step(s, &row, err))
		return false;
	if (!row)
		return true;
	*proposed = arena_str(&p->once, col_text(s, 0));
	*audience = (unsigned)col_int(s, 1);
	if (!col_null(s, 3))
		*w = (struct waiting){ .awaited = arena_str(&p->once, col_text(s, 2)),
				       .since = arena_str(&p->once, col_text(s, 3)),
				       .receipt = col_int(s, 4),
				       .kind = arena_str(&p->once, col_text(s, 5)),
				       .id = arena_str(&p->once, col_text(s, 6)),
				       .audience = (unsigned)col_int(s, 7) };
	stmt_reset(s);
	return true;
}

/* --- as it is --- */

/* The first by name of the joint records that it would change. */
static bool find_record(struct projection *p, const struct act *a, struct waiting *w,
			struct err *err)
{
	struct stmt *s = on_act(p,
				"SELECT kind, id FROM r_effect WHERE h = ? AND parties = ? "
				"ORDER BY kind, id",
				a, err);
	bool row = true;

	if (!s)
		return false;
	while (row && !w->id.n) {
		const struct record *r;

		if (!stmt_step(s, &row, err))
			return false;
		r = row ? record_named(col_text(s, 0)) : NULL;
		if (!r || !r->joint || r->part)
			continue;
		w->kind = str_z(r->name);
		w->id = arena_str(&p->once, col_text(s, 1));
	}
	if (row)
		stmt_reset(s);
	return true;
}

/* The time at which the last of them accepted, as they claim. */
static bool last_acceptance(struct projection *p, const struct act *a, struct str *time,
			    struct err *err)
{
	struct stmt *s = on_act(
		p, "SELECT max(accepted) FROM r_word WHERE h = ? AND parties = ?", a, err);
	bool row;

	if (!s || !stmt_step(s, &row, err))
		return false;
	if (row)
		*time = arena_str(&p->once, col_text(s, 0));
	stmt_reset(s);
	return true;
}

/* Who has neither accepted nor declined; when there is none, who has not received the others'
 * acceptances. */
static struct str awaited(struct projection *p, const struct act_word *w, size_t count,
			  bool receipt)
{
	struct buf b;

	buf_init(&b, ENTRY_MAX);
	for (size_t i = 0; i < count; i++) {
		if (w[i].declined != ACT_NEVER ||
		    (receipt ? w[i].ready : w[i].accepted) != ACT_NEVER)
			continue;
		if (b.n)
			buf_ch(&b, ',');
		buf_add(&b, w[i].party);
	}
	return arena_buf(&p->once, &b);
}

static bool find_waiting(struct projection *p, const struct act *a, const struct act_word *w,
			 size_t count, struct waiting *out, struct err *err)
{
	if (!find_record(p, a, out, err))
		return false;
	if (!out->id.n)
		return true;
	out->awaited = awaited(p, w, count, false);
	if (!out->awaited.n) {
		out->receipt = true;
		out->awaited = awaited(p, w, count, true);
		if (!last_acceptance(p, a, &out->since, err))
			return false;
	}
	if (!out->awaited.n)
		*out = (struct waiting){ 0 };
	return true;
}

/* --- keeping it --- */

static bool same(const struct waiting *x, const struct waiting *y)
{
	return str_eq(x->awaited, y->awaited) && str_eq(x->since, y->since) &&
	       x->receipt == y->receipt && str_eq(x->kind, y->kind) && str_eq(x->id, y->id) &&
	       x->audience == y->audience;
}

/* For `party`; the empty one stands for whoever it may be. */
static bool list_one(struct projection *p, const struct act *a, const struct waiting *w,
		     struct str party, bool come, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db,
		come ? "INSERT INTO r_open (party, since, h, parties, kind, id, audience) "
		       "VALUES (?, ?, ?, ?, ?, ?, ?)"
		     : "DELETE FROM r_open WHERE party = ? AND since = ? AND h = ? AND "
		       "parties = ?",
		err);

	if (!s)
		return false;
	stmt_text(s, 0, party);
	stmt_text(s, 1, w->since);
	stmt_blob(s, 2, a->h.b, HASH_SIZE);
	stmt_text(s, 3, a->parties);
	if (come) {
		stmt_text(s, 4, w->kind);
		stmt_text(s, 5, w->id);
		stmt_int(s, 6, w->audience);
	}
	totals_open(p, record_named(w->kind), party, w->audience, come ? 1 : -1);
	return stmt_done(s, err);
}

static bool list(struct projection *p, const struct act *a, const struct waiting *w, bool come,
		 struct err *err)
{
	struct str rest = w->awaited, party;

	if (!rest.n)
		return true;
	while (rest.n && str_split(&rest, ',', &party))
		if (!list_one(p, a, w, party, come, err))
			return false;
	return list_one(p, a, w, S(""), come, err);
}

static bool save(struct projection *p, const struct act *a, const struct waiting *w,
		 struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    "UPDATE r_act SET awaited = ?, since = ?, receipt = ? "
				    "WHERE h = ? AND parties = ?",
				    err);

	if (!s)
		return false;
	if (w->awaited.n) {
		stmt_text(s, 0, w->awaited);
		stmt_text(s, 1, w->since);
		stmt_int(s, 2, w->receipt);
	}
	stmt_blob(s, 3, a->h.b, HASH_SIZE);
	stmt_text(s, 4, a->parties);
	return stmt_done(s, err);
}

bool act_awaits(struct projection *p, const struct act *a, const struct act_word *w,
		size_t count, bool open, struct err *err)
{
	struct waiting before = { 0 }, after = { 0 };
	struct str proposed = { 0 };
	unsigned audience = 0;

	if (!read_before(p, a, &before, &proposed, &audience, err))
		return false;
	if (proposed.n && open) {
		after.since = proposed;
		after.audience = audience;
		if (!find_waiting(p, a, w, count, &after, err))
			return false;
	}
	if (!after.awaited.n)
		after = (struct waiting){ 0 };
	return same(&before, &after) ||
	       (list(p, a, &before, false, err) && list(p, a, &after, true, err) &&
		save(p, a, &after, err) && joint_act(p, a, false, err));
}
