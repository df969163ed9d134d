#include "store/acts.h"
#include "store/project.h"

#include <string.h>

/* One act's effect on the record, as the tables have it. */
struct effect {
	struct act act;
	bool put, head, is_head, superseded;
	struct str base, ledger, time, actor, awaited, since;
	bool receipt;
	unsigned audience;
	enum act_state state;
	uint64_t n;
};

struct effects {
	struct effect
		*list; /* in the order of their proposal's claimed time, then of their hash */
	size_t n;
};

static enum act_state state_named(struct str name)
{
	unsigned i = ACT_NONE;

	while (i < ACT_WITHDRAWN && !str_is(name, act_state_names[i]))
		i++;
	return (enum act_state)i;
}

static void effect_take(struct projection *p, struct stmt *s, struct effect *e)
{
	memcpy(e->act.h.b, col_blob(s, 0).p, HASH_SIZE);
	e->act.parties = arena_str(&p->once, col_text(s, 1));
	e->put = str_is(col_text(s, 2), "put");
	e->base = arena_str(&p->once, col_text(s, 3));
	e->head = col_int(s, 4);
	e->audience = (unsigned)col_int(s, 5);
	e->state = state_named(col_text(s, 6));
	e->superseded = col_int(s, 7);
	e->ledger = arena_str(&p->once, col_text(s, 8));
	e->n = (uint64_t)col_int(s, 9);
	e->time = arena_str(&p->once, col_text(s, 10));
	e->actor = arena_str(&p->once, col_text(s, 11));
	e->awaited = arena_str(&p->once, col_text(s, 12));
	e->since = arena_str(&p->once, col_text(s, 13));
	e->receipt = col_int(s, 14);
}

static bool effects_load(struct projection *p, struct str kind, struct str id,
			 struct effects *out, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db,
		"SELECT e.h, e.parties, e.op, e.base, e.head, e.audience, a.state, "
		"a.superseded, r.ledger, r.n, r.time, r.actor, r.awaited, r.since, r.receipt "
		"FROM r_effect e "
		"JOIN p_act a ON a.h = e.h AND a.parties = e.parties "
		"JOIN r_act r ON r.h = e.h AND r.parties = e.parties "
		"WHERE e.kind = ? AND e.id = ? ORDER BY r.time, e.h, e.parties",
		err);
	size_t cap = 4;
	bool row = true;

	out->n = 0;
	out->list = arena_array(&p->once, struct effect, cap);
	if (!s)
		return false;
	stmt_text(s, 0, kind);
	stmt_text(s, 1, id);
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		if (out->n == cap) {
			struct effect *wider = arena_array(&p->once, struct effect, cap * 2);

			memcpy(wider, out->list, cap * sizeof(*wider));
			out->list = wider;
			cap *= 2;
		}
		effect_take(p, s, &out->list[out->n++]);
	}
	return true;
}

/* --- heads: in force, and named as base by no other in force (LEDGER.md 8.5) --- */

static bool based_on(const struct effect *e, const struct effect *other)
{
	struct str rest = e->base, hex;
	struct hash h;

	while (rest.n && str_split(&rest, ',', &hex))
		if (hash_hex(hex, &h) && hash_eq(&h, &other->act.h))
			return true;
	return false;
}

static size_t find_heads(struct effects *all, enum audience who)
{
	size_t heads = 0;

	for (size_t i = 0; i < all->n; i++) {
		struct effect *e = &all->list[i];

		e->is_head = e->state == ACT_IN_FORCE && e->audience <= (unsigned)who;
		for (size_t k = 0; k < all->n && e->is_head; k++) {
			const struct effect *o = &all->list[k];

			if (k != i && o->state == ACT_IN_FORCE &&
			    o->audience <= (unsigned)who && based_on(o, e))
				e->is_head = false;
		}
		heads += e->is_head;
	}
	return heads;
}

/* p_joint knows what is public, and nothing else. */
static bool heads_save(struct projection *p, struct str kind, struct str id,
		       struct effects *all, struct err *err)
{
	find_heads(all, AUDIENCE_PUBLIC);
	for (size_t i = 0; i < all->n; i++) {
		const struct effect *e = &all->list[i];
		struct stmt *s;

		if (e->head == e->is_head)
			continue;
		s = db_prepare(
			p->db,
			"UPDATE r_effect SET head = ? WHERE kind = ? AND id = ? AND h = ? AND "
			"parties = ?",
			err);
		if (!s)
			return false;
		stmt_int(s, 0, e->is_head);
		stmt_text(s, 1, kind);
		stmt_text(s, 2, id);
		stmt_blob(s, 3, e->act.h.b, HASH_SIZE);
		stmt_text(s, 4, e->act.parties);
		if (!stmt_done(s, err))
			return false;
	}
	return true;
}

/* --- what is shown of it --- */

/* Whether to prefer an effect: in force before open before closed. */
static int rank(const struct effect *e)
{
	switch (e->state) {
	case ACT_IN_FORCE: return e->is_head ? 4 : 3;
	case ACT_ACCEPTED:
	case ACT_PROPOSED: return 2;
	case ACT_REJECTED:
	case ACT_WITHDRAWN: return 1;
	case ACT_NONE: break;
	}
	return 0;
}

/* The best of those visible, the newest among equals; with `put` only those that have data. */
static const struct effect *best(const struct effects *all, enum audience who, bool put)
{
	const struct effect *found = NULL;

	for (size_t i = 0; i < all->n; i++) {
		const struct effect *e = &all->list[i];

		if (e->audience <= (unsigned)who && (!put || e->put) &&
		    (!found || rank(e) >= rank(found)))
			found = e;
	}
	return found;
}

static struct str state_shown(const struct effect *e, size_t heads)
{
	if (heads > 1)
		return S("divergent");
	if (e->state == ACT_IN_FORCE && e->superseded)
		return S("superseded");
	return str_z(act_state_names[e->state]);
}

static size_t visible(const struct effects *all, enum audience who)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->list[i].audience <= (unsigned)who;
	return n;
}

/* Of the newest act that is open. */
static void show_awaited(struct projection *p, struct row *r, const struct effects *all,
			 enum audience who)
{
	const struct effect *open = NULL;
	const struct follow *by;

	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].awaited.n && all->list[i].audience <= (unsigned)who)
			open = &all->list[i];
	r->proposer = r->awaited = r->since = (struct str){ 0 };
	r->receipt = false;
	if (!open)
		return;
	by = follow_ledger(p, open->ledger);
	r->proposer = by ? by->who->party : open->ledger;
	r->awaited = open->awaited;
	r->since = open->since;
	r->receipt = open->receipt;
}

/* Of the one effect that is shown: all of them together may be of any size. */
static bool read_data(struct projection *p, struct row *r, const struct effect *e,
		      struct err *err)
{
	struct str text = S("{}");
	struct json *data;
	struct stmt *s;
	bool row;

	if (e) {
		s = db_prepare(p->db,
			       "SELECT data FROM r_effect WHERE kind = ? AND id = ? AND h = ? "
			       "AND parties = ?",
			       err);
		if (!s)
			return false;
		stmt_text(s, 0, str_z(r->record->name));
		stmt_text(s, 1, r->id);
		stmt_blob(s, 2, e->act.h.b, HASH_SIZE);
		stmt_text(s, 3, e->act.parties);
		if (!stmt_step(s, &row, err))
			return false;
		if (row) {
			text = arena_str(&p->once, col_text(s, 0));
			stmt_reset(s);
		}
	}
	if (!json_object(&p->once, text, &data, err))
		return false;
	r->data = data;
	return true;
}

static bool show_for(struct projection *p, struct row *r, struct effects *all,
		     enum audience who, const struct old_rows *old, struct err *err)
{
	size_t heads = find_heads(all, who);
	const struct effect *e = best(all, who, false), *with_data = best(all, who, true);

	r->versions = visible(all, who);
	r->state = state_shown(e, heads);
	r->ended = heads == 1 && !e->put;
	show_awaited(p, r, all, who);
	r->ledger = e->ledger;
	r->n = r->body = e->n;
	r->time = e->time;
	r->actor = e->actor;
	if (!read_data(p, r, with_data, err))
		return false;
	r->rid = rid_again(p, old,
			   rid_shape(record_id_of(r->record), RID_JOINT, r->ended, r->mask));
	return row_insert(p, r, NULL, err);
}

/* One row for all audiences that see the same acts. */
static bool show(struct projection *p, struct row *r, struct effects *all,
		 const struct old_rows *old, struct err *err)
{
	size_t had = 0;

	for (unsigned w = 0; w <= AUDIENCE_NATIONAL; w++) {
		size_t n = visible(all, (enum audience)w);

		if (n == had)
			continue;
		had = n;
		r->mask = 0;
		for (unsigned v = w; v <= AUDIENCE_NATIONAL; v++)
			if (visible(all, (enum audience)v) == n)
				r->mask |= 1u << v;
		if (!show_for(p, r, all, (enum audience)w, old, err))
			return false;
		r->layer++;
	}
	return true;
}

static bool settle_record(struct projection *p, struct str kind, struct str id, struct err *err)
{
	const struct record *record = record_named(kind);
	struct row r = { .record = record, .id = id, .party = S(JOINT_PARTY) };
	struct effects all;
	struct old_rows old;

	if (!effects_load(p, kind, id, &all, err) || !heads_save(p, kind, id, &all, err))
		return false;
	if (!record || !record->joint || record->part)
		return true;
	return rows_remove(p, record, r.party, id, &old, err) && show(p, &r, &all, &old, err);
}

bool joint_settle(struct projection *p, struct err *err)
{
	size_t n = p->joint.n;
	struct tally_line *lines;

	if (n == 0)
		return true;
	lines = tally_sorted(&p->joint, &p->list);
	for (size_t i = 0; i < n; i++) {
		struct str id = lines[i].key, kind;

		if (!once_anew(p, err))
			return false;
		(void)!str_split(&id, '/', &kind);
		if (!settle_record(p, kind, id, err))
			return false;
	}
	tally_clear(&p->joint);
	arena_reset(&p->list);
	return true;
}
