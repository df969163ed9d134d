#include "store/plain.h"
#include "store/view_private.h"

#include <string.h>

/* h, parties, ledger, since, actor, n, kind, id, rid */
#define COLUMNS "x.h, x.parties, x.ledger, x.since, x.actor, x.n, x.kind, x.id, x.rid"

static void take(struct arena *a, struct stmt *s, struct plain_act *out)
{
	*out = (struct plain_act){ .parties = arena_str(a, col_text(s, 1)),
				   .ledger = arena_str(a, col_text(s, 2)),
				   .time = arena_str(a, col_text(s, 3)),
				   .actor = arena_str(a, col_text(s, 4)),
				   .n = (uint64_t)col_int(s, 5),
				   .record = record_named(col_text(s, 6)),
				   .id = arena_str(a, col_text(s, 7)) };
	memcpy(out->h.b, col_blob(s, 0).p, HASH_SIZE);
}

static struct stmt *on_kind(struct view *v, const char *before, const struct record *r,
			    const char *after, struct err *err)
{
	struct stmt *s;
	struct buf sql;

	buf_init(&sql, 1024);
	buf_z(&sql, before);
	buf_z(&sql, r->name);
	buf_z(&sql, after);
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	return s;
}

bool plain_by_act(struct view *v, struct arena *a, const struct hash *h, struct plain_act *out,
		  bool *found, struct err *err)
{
	struct stmt *s =
		db_prepare(v->reg, "SELECT " COLUMNS " FROM r_plain x WHERE x.h = ?", err);
	int64_t rid;
	bool row;

	if (!s)
		return false;
	stmt_blob(s, 0, h->b, HASH_SIZE);
	if (!stmt_step(s, found, err))
		return false;
	if (!*found)
		return true;
	take(a, s, out);
	rid = col_int(s, 8);
	stmt_reset(s);
	s = on_kind(v, "SELECT data FROM r_", out->record, " WHERE rid = ?", err);
	if (!s)
		return false;
	stmt_int(s, 0, rid);
	if (!stmt_step(s, &row, err))
		return false;
	if (row) {
		out->data = arena_str(a, col_text(s, 0));
		stmt_reset(s);
	}
	return true;
}

bool plain_by_record(struct view *v, struct arena *a, const struct record *r, struct str id,
		     struct plain_act *out, bool *found, struct err *err)
{
	struct stmt *s;

	*found = false;
	if (!r->joint || r->part)
		return true;
	s = on_kind(v, "SELECT " COLUMNS ", k.data FROM r_", r,
		    " k JOIN r_plain x ON x.since = k.since AND x.rid = k.rid "
		    "WHERE k.id = ? AND k.party = '" JOINT_PARTY "'",
		    err);
	if (!s)
		return false;
	stmt_text(s, 0, id);
	if (!stmt_step(s, found, err))
		return false;
	if (!*found)
		return true;
	take(a, s, out);
	out->data = arena_str(a, col_text(s, 9));
	stmt_reset(s);
	return true;
}
