#include "store/schema.h"
#include "store/sealed.h"
#include "store/view_rows.h"

#include <string.h>
#include <unistd.h>

enum { VERSIONS_FIRST = 8, BODY_MAX = 4 << 20 };

struct versions {
	struct arena *a;
	struct version *list;
	size_t n, cap;
};

static struct version *version_add(struct versions *v)
{
	if (v->n == v->cap) {
		struct version *wider;

		v->cap = v->cap ? v->cap * 2 : VERSIONS_FIRST;
		wider = arena_array(v->a, struct version, v->cap);
		if (v->n)
			memcpy(wider, v->list, v->n * sizeof(*wider));
		v->list = wider;
	}
	return &v->list[v->n++];
}

/* --- what a view may read of sealed bodies --- */

static bool view_opening(void *ctx, struct arena *a, const struct hash *c, struct str *body,
			 bool *found, struct err *err)
{
	struct view *v = ctx;
	struct stmt *s = db_prepare(v->ledger, "SELECT bytes FROM opening WHERE c = ?", err);

	if (!s)
		return false;
	stmt_blob(s, 0, c->b, HASH_SIZE);
	if (!stmt_step(s, found, err))
		return false;
	if (*found)
		*body = arena_str(a, col_blob(s, 0));
	stmt_reset(s);
	return true;
}

static bool view_blob(void *ctx, struct arena *a, const struct hash *name, struct str *bytes,
		      bool *found, struct err *err)
{
	struct view *v = ctx;
	uint64_t size;
	ssize_t n;
	int fd;

	*found = false;
	if (!store_blob_open(v->store, name, &fd, &size, err))
		return err->kind == ERR_MISSING;
	if (size <= BODY_MAX) {
		char *p = arena_alloc(a, size ? size : 1);

		n = pread(fd, p, size, 0);
		*found = n >= 0 && (uint64_t)n == size;
		*bytes = str_of(p, size);
	}
	close(fd);
	return true;
}

/* --- a national record: its versions, and the entry behind each --- */

struct reading {
	struct view *v;
	const struct record *record;
	enum audience who;
	struct str ledger, party;
};

static bool read_data(const struct reading *q, struct arena *a, const struct entry *e,
		      struct version *out, struct err *err)
{
	struct apply_source from = { .opening = view_opening, .blob = view_blob, .ctx = q->v };
	struct sealed_place at = { q->v->reg, store_charter(q->v->store), &from, a };
	const struct json *leaf = json_obj(e->body, "data"), *data;
	struct overlays over;

	if (!leaf)
		return true;
	out->sealed = e->sealed != NULL;
	if (!overlays_find(&at, q->ledger, e->sealed, &over, err) ||
	    !overlays_apply(&at, &over, q->who, leaf, &data, err))
		return false;
	/* A leaf without data says nothing to those who cannot read its sealed parts. */
	if (!out->sealed || data->count)
		out->data = data->raw;
	return true;
}

static bool read_version(const struct reading *q, struct arena *a, struct version *out,
			 struct err *err)
{
	struct str bytes;
	struct entry e;

	if (!view_entry(q->v, a, q->ledger, out->n, &bytes, err))
		return false;
	entry_read(a, bytes, q->party, out->n, INT64_MIN, &e);
	out->ledger = q->ledger;
	out->leaf = leaf_hash(bytes);
	out->time = e.time_text;
	out->actor = e.actor;
	out->ended = e.type == ENTRY_RECORD_END;
	if (out->ended)
		out->reason = json_str(e.body, "reason");
	return read_data(q, a, &e, out, err);
}

static bool national_versions(const struct reading *q, struct ref ref, struct versions *out,
			      struct err *err)
{
	struct stmt *s;
	struct buf sql;
	bool row = true;

	buf_init(&sql, VIEW_SQL_MAX);
	buf_lit(&sql, "SELECT n, prev, flags FROM r_");
	buf_z(&sql, q->record->name);
	buf_lit(&sql,
		" WHERE id = ? AND party = ? AND layer = 0 UNION ALL SELECT n, prev, flags "
		"FROM r_past WHERE id = ? AND party = ? AND kind = ? ORDER BY 1 DESC");
	s = db_prepare_text(q->v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	for (int i = 0; i < 4; i += 2) {
		stmt_text(s, i, ref.id);
		stmt_text(s, i + 1, ref.party);
	}
	stmt_text(s, 4, str_z(q->record->name));
	while (row) {
		struct version *at;

		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		at = version_add(out);
		at->n = (uint64_t)col_int(s, 0);
		at->has_prev = !col_null(s, 1);
		at->prev = (uint64_t)col_int(s, 1);
		at->stale = col_text(s, 2).n > 0;
	}
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

static bool joint_versions(const struct reading *q, struct ref ref, struct versions *out,
			   struct err *err)
{
	struct stmt *s = db_prepare(
		q->v->reg,
		"SELECT e.h, e.op, e.data, e.audience, a.state, a.superseded, r.ledger, r.n, "
		"r.time, r.actor FROM r_effect e "
		"JOIN p_act a ON a.h = e.h AND a.parties = e.parties "
		"JOIN r_act r ON r.h = e.h AND r.parties = e.parties "
		"WHERE e.kind = ? AND e.id = ? AND e.audience <= ? "
		"ORDER BY r.time DESC, e.h DESC, e.parties DESC",
		err);
	bool row = true;

	if (!s)
		return false;
	stmt_text(s, 0, str_z(q->record->name));
	stmt_text(s, 1, ref.id);
	stmt_int(s, 2, q->who);
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			act_version(s, out->a, version_add(out));
	}
	for (size_t i = 0; i < out->n; i++) {
		struct str bytes;

		if (!view_entry(q->v, out->a, out->list[i].ledger, out->list[i].n, &bytes, err))
			return false;
		out->list[i].leaf = leaf_hash(bytes);
	}
	return true;
}

bool view_history(struct view *v, struct arena *a, const struct record *r, struct ref ref,
		  enum audience who, struct version **out, size_t *n, struct err *err)
{
	struct reading q = { .v = v, .record = r, .who = who, .party = ref.party };
	struct versions all = { .a = a };
	struct record_row row;
	bool ok;

	/* What this audience does not see has no history for it. */
	if (!view_record(v, a, r, ref, who, LANG_EN, &row, err))
		return false;
	q.ledger = row.ledger;
	ok = r->joint ? joint_versions(&q, ref, &all, err)
		      : national_versions(&q, ref, &all, err);
	for (size_t i = 0; ok && !r->joint && i < all.n; i++)
		ok = read_version(&q, a, &all.list[i], err);
	*out = all.list;
	*n = all.n;
	return ok;
}
