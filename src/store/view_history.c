#include "store/acts.h"
#include "store/plain.h"
#include "store/schema.h"
#include "store/sealed.h"
#include "store/view_rows.h"

#include <assert.h>

/* What one version takes while it is read, JSON up to 128 times its bytes. */
enum { BODIES_MAX = 2 << 20, ONCE_MAX = 400 << 20 };

struct reading {
	struct view *v;
	const struct history_query *q;
	struct arena *a;
	struct arena once; /* one version's work */
	struct str ledger;
	struct history_result *out;
	size_t bytes;    /* of the versions' data */
	uint64_t bodies; /* of the sealed bodies of the version that is being read */
	bool full;       /* no further version fits */
};

/* --- what a view may read of sealed bodies --- */

/* Those of one version together; one that is too long counts as not here. */
static bool has_room(struct reading *r, uint64_t size)
{
	if (size > BODIES_MAX - r->bodies)
		return false;
	r->bodies += size;
	return true;
}

static bool view_opening(void *ctx, struct arena *a, const struct hash *c, struct str *body,
			 bool *found, struct err *err)
{
	struct reading *r = ctx;
	struct stmt *s = db_prepare(r->v->ledger, "SELECT bytes FROM opening WHERE c = ?", err);

	if (!s)
		return false;
	stmt_blob(s, 0, c->b, HASH_SIZE);
	if (!stmt_step(s, found, err))
		return false;
	if (!*found)
		return true;
	*found = has_room(r, col_blob(s, 0).n);
	if (*found)
		*body = arena_str(a, col_blob(s, 0));
	stmt_reset(s);
	return true;
}

static bool view_blob(void *ctx, struct arena *a, const struct hash *name, struct str *bytes,
		      bool *found, struct err *err)
{
	struct reading *r = ctx;

	if (!view_blob_read(r->v, a, name, BODIES_MAX - r->bodies, bytes, found, err))
		return false;
	if (*found)
		r->bodies += bytes->n;
	return true;
}

/* --- a national record: its versions, and the entry behind each --- */

/* At least one; else as many as there is room for. */
static bool fits(struct reading *r, size_t bytes)
{
	r->full = r->out->n && bytes > HISTORY_BYTES - r->bytes;
	if (r->full)
		return false;
	r->bytes += bytes < HISTORY_BYTES - r->bytes ? bytes : HISTORY_BYTES - r->bytes;
	return true;
}

static bool read_data(struct reading *r, const struct entry *e, struct version *out,
		      struct str *data, struct err *err)
{
	struct apply_source from = { .opening = view_opening, .blob = view_blob, .ctx = r };
	struct sealed_place at = { r->v->reg, store_charter(r->v->store), &from, &r->once };
	const struct json *leaf = json_obj(e->body, "data"), *whole;
	struct overlays over;

	if (!leaf)
		return true;
	out->sealed = e->sealed != NULL;
	if (!overlays_find(&at, r->ledger, e->sealed, &over, err) ||
	    !overlays_apply(&at, &over, r->q->who, leaf, &whole, err))
		return false;
	/* A leaf without data says nothing to those who cannot read its sealed parts. */
	if (!out->sealed || whole->count)
		*data = whole->raw;
	return true;
}

static bool read_version(struct reading *r, struct version *out, struct err *err)
{
	struct str data = { 0 };
	struct said_entry said;
	struct entry e;

	arena_reset(&r->once);
	r->bodies = 0;
	if (!view_said(r->v, &r->once, r->ledger, out->n, &said, err))
		return false;
	entry_read(&r->once, said.bytes, r->q->ref.party, said.index, INT64_MIN, &e);
	e.n = out->n;
	if (!read_data(r, &e, out, &data, err))
		return false;
	if (!fits(r, data.n))
		return true;
	out->ledger = r->ledger;
	out->leaf = leaf_hash(said.bytes);
	out->time = arena_str(r->a, e.time_text);
	out->actor = arena_str(r->a, e.actor);
	out->ended = e.type == ENTRY_RECORD_END;
	if (out->ended)
		out->reason = arena_str(r->a, json_str(e.body, "reason"));
	out->data = arena_str(r->a, data);
	r->out->n++;
	return true;
}

static bool find_versions(struct reading *r, struct version *out, size_t *n, struct err *err)
{
	const struct history_query *q = r->q;
	struct stmt *s;
	struct buf sql;
	bool row = true;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT n, prev, " ROW_FLAGS " FROM r_");
	buf_z(&sql, q->record->name);
	buf_lit(&sql,
		" WHERE id = ? AND party = ? AND layer = 0 UNION ALL SELECT n, prev, flags "
		"FROM r_past WHERE id = ? AND party = ? AND kind = ? ORDER BY 1 DESC "
		"LIMIT ? OFFSET ?");
	s = db_prepare_text(r->v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	for (int i = 0; i < 4; i += 2) {
		stmt_text(s, i, q->ref.id);
		stmt_text(s, i + 1, q->ref.party);
	}
	stmt_text(s, 4, str_z(q->record->name));
	stmt_int(s, 5, q->limit);
	stmt_int(s, 6, (int64_t)q->offset);
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			out[(*n)++] = (struct version){ .n = (uint64_t)col_int(s, 0),
							.has_prev = !col_null(s, 1),
							.prev = (uint64_t)col_int(s, 1),
							.stale = col_text(s, 2).n > 0 };
	}
	return true;
}

static bool national_versions(struct reading *r, struct err *err)
{
	size_t n = 0;

	if (!find_versions(r, r->out->versions, &n, err))
		return false;
	for (size_t i = 0; i < n && !r->full; i++)
		if (!read_version(r, &r->out->versions[i], err))
			return false;
	return true;
}

/* --- a joint record: every act that touches it --- */

static void act_version(struct stmt *s, struct arena *a, struct version *at)
{
	struct buf hex;

	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, col_blob(s, 0).p, HASH_SIZE);
	at->act = arena_buf(a, &hex);
	at->ended = str_is(col_text(s, 1), "end");
	if (!at->ended)
		at->data = arena_str(a, col_text(s, 2));
	at->sealed = col_int(s, 3) != AUDIENCE_PUBLIC;
	at->state = col_int(s, 5) ? S("superseded") : arena_str(a, col_text(s, 4));
	at->ledger = arena_str(a, col_text(s, 6));
	at->n = (uint64_t)col_int(s, 7);
	at->time = arena_str(a, col_text(s, 8));
	at->actor = arena_str(a, col_text(s, 9));
}

static struct stmt *acts_on(struct reading *r, struct err *err)
{
	const struct history_query *q = r->q;
	struct stmt *s = db_prepare(
		r->v->reg,
		"SELECT e.h, e.op, e.data, e.audience, a.state, a.superseded, r.ledger, r.n, "
		"r.time, r.actor FROM r_effect e "
		"JOIN p_act a ON a.h = e.h AND a.parties = e.parties "
		"JOIN r_act r ON r.h = e.h AND r.parties = e.parties "
		"WHERE e.kind = ? AND e.id = ? AND e.audience <= ? "
		"ORDER BY r.time DESC, e.h DESC, e.parties DESC LIMIT ? OFFSET ?",
		err);

	if (!s)
		return NULL;
	stmt_text(s, 0, str_z(q->record->name));
	stmt_text(s, 1, q->ref.id);
	stmt_int(s, 2, q->who);
	stmt_int(s, 3, q->limit);
	stmt_int(s, 4, (int64_t)q->offset);
	return s;
}

/* A proposal that nobody answered. */
static bool plain_version(struct reading *r, struct err *err)
{
	const struct history_query *q = r->q;
	struct plain_act x;
	struct buf hex;
	bool found;

	if (q->offset)
		return true;
	if (!plain_by_record(r->v, r->a, q->record, q->ref.id, &x, &found, err))
		return false;
	if (!found || !fits(r, x.data.n))
		return true;
	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, x.h.b, HASH_SIZE);
	r->out->versions[r->out->n++] =
		(struct version){ .act = arena_buf(r->a, &hex),
				  .data = x.data,
				  .state = str_z(act_state_names[ACT_PROPOSED]),
				  .ledger = x.ledger,
				  .n = x.n,
				  .time = x.time,
				  .actor = x.actor };
	return true;
}

static bool joint_versions(struct reading *r, struct err *err)
{
	struct history_result *out = r->out;
	struct stmt *s = acts_on(r, err);
	bool row = true;

	if (!s)
		return false;
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (!row || !fits(r, col_text(s, 2).n))
			break;
		act_version(s, r->a, &out->versions[out->n++]);
	}
	if (row)
		stmt_reset(s);
	if (!out->n && !plain_version(r, err))
		return false;
	for (size_t i = 0; i < out->n; i++) {
		struct version *at = &out->versions[i];
		struct said_entry said;

		arena_reset(&r->once);
		if (!view_said(r->v, &r->once, at->ledger, at->n, &said, err))
			return false;
		at->leaf = leaf_hash(said.bytes);
	}
	return true;
}

bool view_history(struct view *v, struct arena *a, const struct history_query *q,
		  struct history_result *out, struct err *err)
{
	struct reading r = { .v = v, .q = q, .a = a, .out = out };
	struct row_asked asked = { q->record, q->ref, q->who, LANG_EN, ROWS_BRIEF };
	struct record_row row;
	bool ok;

	assert(q->limit >= 1 && q->limit <= HISTORY_MAX);
	*out = (struct history_result){ 0 };
	/* What this audience does not see has no history for it. */
	if (!rows_find(v, a, &asked, &row, err))
		return false;
	r.ledger = row.ledger;
	out->total = row.versions;
	out->versions = arena_array(a, struct version, q->limit);
	arena_init(&r.once, ONCE_MAX);
	ok = q->record->joint ? joint_versions(&r, err) : national_versions(&r, err);
	arena_done(&r.once);
	return ok;
}
