#include "store/view_facts.h"

#include "store/plain.h"
#include "store/view_private.h"

/* --- one act, for who wants to know what more entries would make of it --- */

static uint64_t index_or_never(struct stmt *s, int column)
{
	return col_null(s, column) ? ACT_NEVER : (uint64_t)col_int(s, column);
}

static bool read_words(struct view *v, const struct hash *act, struct act_facts *f,
		       struct err *err)
{
	struct stmt *s =
		db_prepare(v->reg,
			   "SELECT party, proposed, accepted, declined FROM p_act_party "
			   "WHERE h = ? AND parties = ?",
			   err);
	bool row = true;

	if (!s)
		return false;
	stmt_blob(s, 0, act->b, HASH_SIZE);
	stmt_text(s, 1, f->parties);
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		for (size_t i = 0; row && i < f->count; i++)
			if (str_eq(f->words[i].party, col_text(s, 0))) {
				f->words[i].proposed = index_or_never(s, 1);
				f->words[i].accepted = index_or_never(s, 2);
				f->words[i].declined = index_or_never(s, 3);
			}
	}
	return true;
}

static bool read_state(struct view *v, struct arena *a, const struct hash *act,
		       struct act_facts *f, bool *found, struct err *err)
{
	struct stmt *s =
		db_prepare(v->reg, "SELECT state FROM p_act WHERE h = ? AND parties = ?", err);

	if (!s)
		return false;
	stmt_blob(s, 0, act->b, HASH_SIZE);
	stmt_text(s, 1, f->parties);
	if (!stmt_step(s, found, err))
		return false;
	if (*found) {
		f->state = arena_str(a, col_text(s, 0));
		stmt_reset(s);
	}
	return true;
}

static bool read_effect(struct view *v, struct arena *a, const struct hash *act,
			enum audience who, struct act_facts *f, struct err *err)
{
	struct stmt *s = db_prepare(v->reg,
				    "SELECT kind, id, data FROM r_effect WHERE h = ? AND "
				    "parties = ? AND audience <= ? ORDER BY kind, id LIMIT 1",
				    err);
	bool row;

	if (!s)
		return false;
	stmt_blob(s, 0, act->b, HASH_SIZE);
	stmt_text(s, 1, f->parties);
	stmt_int(s, 2, who);
	if (!stmt_step(s, &row, err))
		return false;
	if (row) {
		f->kind = arena_str(a, col_text(s, 0));
		f->id = arena_str(a, col_text(s, 1));
		if (!col_null(s, 2))
			f->data = arena_str(a, col_text(s, 2));
		stmt_reset(s);
	}
	return true;
}

/* One that nobody answered. */
static bool read_plain(struct view *v, struct arena *a, const struct hash *act,
		       struct act_facts *f, struct err *err)
{
	struct plain_act x;
	bool found;

	if (!plain_by_act(v, a, act, &x, &found, err))
		return false;
	if (!found || !str_eq(x.parties, f->parties))
		return true;
	for (size_t i = 0; i < f->count; i++)
		if (str_eq(f->words[i].party, x.ledger))
			f->words[i].proposed = x.n;
	f->state = str_z(act_state_names[ACT_PROPOSED]);
	f->kind = str_z(x.record->name);
	f->id = x.id;
	f->data = x.data;
	return true;
}

bool view_act_facts(struct view *v, struct arena *a, const struct hash *act, struct str parties,
		    enum audience who, struct act_facts *out, struct err *err)
{
	struct str rest = parties, one;
	bool found;

	*out = (struct act_facts){ .parties = parties, .state = S("none") };
	while (out->count < ACT_PARTIES_MAX && str_split(&rest, ',', &one))
		out->words[out->count++] = (struct act_word){ .party = one,
							      .proposed = ACT_NEVER,
							      .accepted = ACT_NEVER,
							      .declined = ACT_NEVER };
	if (!read_state(v, a, act, out, &found, err))
		return false;
	return found ? read_words(v, act, out, err) && read_effect(v, a, act, who, out, err)
		     : read_plain(v, a, act, out, err);
}

bool view_first_seen(struct view *v, struct str ledger, struct str peer, uint64_t above,
		     uint64_t *n, uint64_t *size, struct err *err)
{
	struct stmt *s = db_prepare(v->reg,
				    "SELECT n, size FROM p_seen WHERE lid = ? AND peer = ? AND "
				    "size > ? AND state <> 'void' ORDER BY size, n LIMIT 1",
				    err);
	bool row;

	*n = *size = ACT_NEVER;
	if (!s)
		return false;
	stmt_text(s, 0, ledger);
	stmt_text(s, 1, peer);
	stmt_int(s, 2, above > INT64_MAX ? INT64_MAX : (int64_t)above);
	if (!stmt_step(s, &row, err))
		return false;
	if (row) {
		*n = (uint64_t)col_int(s, 0);
		*size = (uint64_t)col_int(s, 1);
		stmt_reset(s);
	}
	return true;
}
