#include "store/plain.h"
#include "store/view_private.h"

#include <string.h>

/* JSON takes up to 128 times its bytes when it is read. */
enum { ONCE_MAX = 160 * PLAIN_MAX };

static void take(struct arena *a, struct stmt *s, const struct record *r, struct plain_act *out)
{
	*out = (struct plain_act){ .parties = arena_str(a, col_text(s, 1)),
				   .ledger = arena_str(a, col_text(s, 2)),
				   .time = arena_str(a, col_text(s, 3)),
				   .actor = arena_str(a, col_text(s, 4)),
				   .n = (uint64_t)col_int(s, 5),
				   .record = r,
				   .id = arena_str(a, col_text(s, 6)),
				   .data = arena_str(a, col_text(s, 7)) };
	memcpy(out->h.b, col_blob(s, 0).p, HASH_SIZE);
}

bool plain_by_record(struct view *v, struct arena *a, const struct record *r, struct str id,
		     struct plain_act *out, bool *found, struct err *err)
{
	struct stmt *s;
	struct buf sql;

	*found = false;
	if (!r->joint || r->part)
		return true;
	buf_init(&sql, 1024);
	buf_lit(&sql,
		"SELECT x.h, x.parties, x.ledger, x.since, x.actor, x.n, x.id, k.data FROM "
		"r_");
	buf_z(&sql, r->name);
	buf_lit(&sql, " k JOIN r_plain x ON x.since = k.since AND x.rid = k.rid WHERE k.id = ? "
		      "AND k.party = '" JOINT_PARTY "'");
	s = db_prepare_text(v->reg, buf_str(&sql), err);
	buf_done(&sql);
	if (!s)
		return false;
	stmt_text(s, 0, id);
	if (!stmt_step(s, found, err))
		return false;
	if (!*found)
		return true;
	take(a, s, r, out);
	stmt_reset(s);
	return true;
}

bool plain_by_act(struct view *v, struct arena *a, const struct hash *h, struct plain_act *out,
		  bool *found, struct err *err)
{
	const struct record *record;
	struct arena once;
	struct str bytes, id;
	bool ok;

	arena_init(&once, ONCE_MAX);
	ok = view_blob_read(v, &once, h, PLAIN_MAX, &bytes, found, err);
	if (ok && *found && plain_document(&once, bytes, &record, &id))
		ok = plain_by_record(v, a, record, id, out, found, err);
	else
		*found = false;
	arena_done(&once);
	*found = ok && *found && hash_eq(&out->h, h);
	return ok;
}
