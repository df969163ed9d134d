#include "store/acts.h"
#include "store/plain.h"
#include "store/view_count.h"
#include "store/view_rows.h"

#include <assert.h>
#include <string.h>

enum { ACTS_MAX = 64 };

/* Where an act's parties and their words are. */
struct place {
	struct act_row *act;
	struct str parties;
};

/* Of a proposal that nobody answered. */
static void plain_parties(struct act_row *act, struct str rest)
{
	struct str party;

	while (rest.n && act->party_count < ENTRY_PARTIES_MAX &&
	       str_split(&rest, ',', &party)) {
		bool own = str_eq(party, act->proposer);

		act->parties[act->party_count++] = (struct act_party){
			.party = party, .proposed = own, .time = own ? act->time : S("")
		};
	}
}

static bool read_parties(struct view *v, struct arena *a, const struct place *at,
			 struct err *err)
{
	struct stmt *s =
		db_prepare(v->reg,
			   "SELECT p.party, p.proposed, p.accepted, p.declined, p.ready, "
			   "w.time FROM p_act_party p LEFT JOIN r_word w ON w.h = p.h AND "
			   "w.parties = p.parties AND w.party = p.party "
			   "WHERE p.h = ? AND p.parties = ? ORDER BY p.party",
			   err);
	struct act_row *act = at->act;
	bool row = true;

	if (!s)
		return false;
	stmt_blob(s, 0, act->act.b, HASH_SIZE);
	stmt_text(s, 1, at->parties);
	while (row && act->party_count < ENTRY_PARTIES_MAX) {
		struct act_party *p = &act->parties[act->party_count];

		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		*p = (struct act_party){ .party = arena_str(a, col_text(s, 0)),
					 .proposed = !col_null(s, 1),
					 .accepted = !col_null(s, 2),
					 .declined = !col_null(s, 3),
					 .ready = !col_null(s, 4),
					 .time = arena_str(a, col_text(s, 5)) };
		act->party_count++;
	}
	if (row)
		stmt_reset(s);
	if (!act->party_count)
		plain_parties(act, at->parties);
	return true;
}

static struct str party_of(const struct view *v, struct str ledger)
{
	const struct charter *c = store_charter(v->store);
	const struct charter_ledger *l = c ? charter_find(c, ledger) : NULL;

	return l ? l->party : ledger;
}

/* h, parties, data, state, ledger, time.  Data is read as far as there is room. */
static void read_act(struct view *v, struct arena *a, struct stmt *s, size_t *room,
		     struct place *out)
{
	struct act_row *act = out->act;

	memcpy(act->act.b, col_blob(s, 0).p, HASH_SIZE);
	out->parties = arena_str(a, col_text(s, 1));
	act->cut = col_text(s, 2).n > *room;
	if (!act->cut) {
		act->data = arena_str(a, col_text(s, 2));
		*room -= act->data.n;
	}
	act->state = arena_str(a, col_text(s, 3));
	act->proposer = party_of(v, arena_str(a, col_text(s, 4)));
	act->time = arena_str(a, col_text(s, 5));
}

/* A proposal that nobody answered. */
static void take_plain(struct view *v, const struct plain_act *x, size_t *room,
		       struct place *out)
{
	struct act_row *act = out->act;

	act->act = x->h;
	out->parties = x->parties;
	act->cut = x->data.n > *room;
	if (!act->cut) {
		act->data = x->data;
		*room -= act->data.n;
	}
	act->state = str_z(act_state_names[ACT_PROPOSED]);
	act->proposer = party_of(v, x->ledger);
	act->time = x->time;
}

static bool only_plain(struct view *v, struct arena *a, const struct record *r, struct str id,
		       struct place *out, size_t *n, struct err *err)
{
	size_t room = ACTS_BYTES;
	struct plain_act x;
	bool found;

	if (!plain_by_record(v, a, r, id, &x, &found, err))
		return false;
	if (found) {
		*out->act = (struct act_row){ 0 };
		take_plain(v, &x, &room, out);
		*n = 1;
	}
	return true;
}

bool view_acts(struct view *v, struct arena *a, const struct record *r, struct str id,
	       enum audience who, struct act_row **out, size_t *n, struct err *err)
{
	struct stmt *s = db_prepare(
		v->reg,
		"SELECT e.h, e.parties, e.data, a.state, r.ledger, r.time FROM r_effect e "
		"JOIN p_act a ON a.h = e.h AND a.parties = e.parties "
		"JOIN r_act r ON r.h = e.h AND r.parties = e.parties "
		"WHERE e.kind = ? AND e.id = ? AND e.audience <= ? AND a.superseded = 0 "
		"ORDER BY CASE a.state WHEN 'proposed' THEN 0 WHEN 'accepted' THEN 0 WHEN "
		"'in_force' THEN 1 ELSE 2 END, r.time DESC, e.h DESC, e.parties DESC LIMIT ?",
		err);
	struct place places[ACTS_MAX];
	size_t room = ACTS_BYTES;
	bool row = true, ok = true;

	*n = 0;
	*out = arena_room(a, struct act_row, ACTS_MAX);
	if (!s)
		return false;
	stmt_text(s, 0, str_z(r->name));
	stmt_text(s, 1, id);
	stmt_int(s, 2, who);
	stmt_int(s, 3, ACTS_MAX);
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row) {
			(*out)[*n] = (struct act_row){ 0 };
			places[*n] = (struct place){ .act = &(*out)[*n] };
			read_act(v, a, s, &room, &places[(*n)++]);
		}
	}
	places[0].act = *out;
	ok = *n || only_plain(v, a, r, id, places, n, err);
	for (size_t i = 0; ok && i < *n; i++)
		ok = read_parties(v, a, &places[i], err);
	return ok;
}

/* --- acts that wait --- */

enum { OPEN_MAX = 100 };

static size_t party_count(const struct view *v)
{
	const struct charter *c = store_charter(v->store);
	size_t n = 0;

	for (size_t i = 0; c && i < c->ledger_count; i++)
		n += charter_open(c, c->ledgers[i].party) == &c->ledgers[i];
	return n;
}

/* Where there are two parties an act that nobody answered awaits both.  Of one moment those
 * stand in the order of their records' rows, so that no table is sorted for the first few. */
static struct stmt *open_acts(struct view *v, struct arena *a, const struct open_query *q,
			      struct err *err)
{
	bool others = q->others && q->party.n;
	struct stmt *s = db_prepare(
		v->reg,
		others ? "SELECT o.h, o.parties, o.kind, o.id, o.since, 0 AS rid FROM r_open o "
			 "WHERE o.party = '' AND o.audience <= ? AND NOT EXISTS "
			 "(SELECT 1 FROM r_open m WHERE m.party = ? AND m.since = o.since AND "
			 "m.h = o.h AND m.parties = o.parties) UNION ALL "
			 "SELECT h, parties, kind, id, since, rid FROM r_plain WHERE "
			 "? > 2 AND ',' || parties || ',' NOT LIKE ? "
			 "ORDER BY since, rid, h, parties LIMIT ? OFFSET ?"
		       : "SELECT h, parties, kind, id, since, 0 AS rid FROM r_open "
			 "WHERE audience <= ? AND party = ? UNION ALL "
			 "SELECT h, parties, kind, id, since, rid FROM r_plain WHERE "
			 "? > 0 AND ',' || parties || ',' LIKE ? "
			 "ORDER BY since, rid, h, parties LIMIT ? OFFSET ?",
		err);

	struct str like = S("%");

	if (!s)
		return NULL;
	if (q->party.n)
		like = arena_join(a, arena_join(a, S("%,"), q->party), S(",%"));
	stmt_int(s, 0, q->who);
	stmt_text(s, 1, q->party);
	stmt_int(s, 2, (int64_t)party_count(v));
	stmt_text(s, 3, like);
	stmt_int(s, 4, q->limit);
	stmt_int(s, 5, (int64_t)q->offset);
	return s;
}

static bool find_open(struct view *v, struct arena *a, const struct open_query *q,
		      struct place *places, struct open_act *out, size_t *n, struct err *err)
{
	struct stmt *s = open_acts(v, a, q, err);
	bool row = true;

	*n = 0;
	if (!s)
		return false;
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		memcpy(out[*n].act.act.b, col_blob(s, 0).p, HASH_SIZE);
		places[*n] = (struct place){ &out[*n].act, arena_str(a, col_text(s, 1)) };
		out[*n].record.record = record_named(col_text(s, 2));
		out[*n].record.id = arena_str(a, col_text(s, 3));
		out[(*n)++].since = arena_str(a, col_text(s, 4));
	}
	return true;
}

static void take_awaited(struct str rest, struct open_act *out)
{
	while (rest.n && out->awaited_count < ENTRY_PARTIES_MAX)
		if (!str_split(&rest, ',', &out->awaited[out->awaited_count++]))
			break;
}

static bool read_plain(struct view *v, struct arena *a, struct place *at, size_t *room,
		       struct open_act *out, struct err *err)
{
	struct plain_act x;
	bool found;

	if (!plain_by_record(v, a, out->record.record, out->record.id, &x, &found, err))
		return false;
	if (found) {
		take_plain(v, &x, room, at);
		take_awaited(x.parties, out);
	}
	return true;
}

static bool read_open(struct view *v, struct arena *a, const struct open_query *q,
		      struct place *at, size_t *room, struct open_act *out, struct err *err)
{
	struct ref ref = { S(JOINT_PARTY), out->record.id };
	const struct record *r = out->record.record;
	struct row_asked asked;
	bool found;
	struct stmt *s = db_prepare(
		v->reg,
		"SELECT e.h, e.parties, e.data, a.state, r.ledger, r.time, r.awaited, "
		"r.receipt "
		"FROM r_effect e JOIN p_act a ON a.h = e.h AND a.parties = e.parties "
		"JOIN r_act r ON r.h = e.h AND r.parties = e.parties "
		"WHERE e.kind = ? AND e.id = ? AND e.h = ? AND e.parties = ?",
		err);

	if (!s)
		return false;
	stmt_text(s, 0, str_z(r->name));
	stmt_text(s, 1, ref.id);
	stmt_blob(s, 2, out->act.act.b, HASH_SIZE);
	stmt_text(s, 3, at->parties);
	if (!stmt_step(s, &found, err))
		return false;
	if (found) {
		read_act(v, a, s, room, at);
		take_awaited(arena_str(a, col_text(s, 6)), out);
		out->acknowledgement = col_int(s, 7);
		stmt_reset(s);
	} else if (!read_plain(v, a, at, room, out, err)) {
		return false;
	}
	asked = (struct row_asked){ r, ref, q->who, q->lang, ROWS_BRIEF };
	return read_parties(v, a, at, err) && rows_find(v, a, &asked, &out->record, err);
}

bool view_open_acts(struct view *v, struct arena *a, const struct open_query *q,
		    struct open_act **out, size_t *n, uint64_t *total, struct err *err)
{
	struct place places[OPEN_MAX];
	size_t room = ACTS_BYTES;

	assert(q->limit <= OPEN_MAX);
	*n = 0;
	*out = arena_array(a, struct open_act, q->limit);
	if (!count_open(v, q, total, err) ||
	    (q->limit && !find_open(v, a, q, places, *out, n, err)))
		return false;
	for (size_t i = 0; i < *n; i++)
		if (!read_open(v, a, q, &places[i], &room, &(*out)[i], err))
			return false;
	return true;
}
