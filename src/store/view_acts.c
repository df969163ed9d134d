#include "store/acts.h"
#include "store/view_rows.h"

#include <string.h>

enum { ACTS_MAX = 64 };

/* Where an act's parties and their words are. */
struct place {
	struct act_row *act;
	struct str parties;
};

static struct str ledger_of(const struct view *v, struct str party)
{
	const struct charter *c = store_charter(v->store);

	for (size_t i = 0; c && i < c->ledger_count; i++)
		if (str_eq(c->ledgers[i].party, party))
			return c->ledgers[i].name;
	return (struct str){ 0 };
}

static bool word_time(struct view *v, struct arena *a, struct str party, int64_t n,
		      struct str *time, struct err *err)
{
	struct str ledger = ledger_of(v, party), bytes;
	struct entry e;

	if (n < 0 || !ledger.n)
		return true;
	if (!view_entry(v, a, ledger, (uint64_t)n, &bytes, err))
		return false;
	entry_read(a, bytes, party, (uint64_t)n, INT64_MIN, &e);
	*time = e.time_text;
	return true;
}

static int64_t later(struct stmt *s, int column, int64_t than)
{
	return col_null(s, column) || col_int(s, column) < than ? than : col_int(s, column);
}

static bool read_parties(struct view *v, struct arena *a, const struct place *at,
			 struct err *err)
{
	struct stmt *s =
		db_prepare(v->reg,
			   "SELECT party, proposed, accepted, declined, ready "
			   "FROM p_act_party WHERE h = ? AND parties = ? ORDER BY party",
			   err);
	int64_t last[ENTRY_PARTIES_MAX];
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
					 .ready = !col_null(s, 4) };
		last[act->party_count++] = later(s, 3, later(s, 2, later(s, 1, -1)));
	}
	stmt_reset(s);
	for (size_t i = 0; i < act->party_count; i++)
		if (!word_time(v, a, act->parties[i].party, last[i], &act->parties[i].time,
			       err))
			return false;
	return true;
}

static struct str party_of(const struct view *v, struct str ledger)
{
	const struct charter *c = store_charter(v->store);
	const struct charter_ledger *l = c ? charter_find(c, ledger) : NULL;

	return l ? l->party : ledger;
}

static void read_act(struct view *v, struct arena *a, struct stmt *s, struct place *out)
{
	struct act_row *act = out->act;

	memcpy(act->act.b, col_blob(s, 0).p, HASH_SIZE);
	out->parties = arena_str(a, col_text(s, 1));
	if (!col_null(s, 2))
		act->data = arena_str(a, col_text(s, 2));
	act->state = arena_str(a, col_text(s, 3));
	act->proposer = party_of(v, arena_str(a, col_text(s, 4)));
	act->time = arena_str(a, col_text(s, 5));
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
		"ORDER BY r.time DESC, e.h DESC, e.parties DESC LIMIT ?",
		err);
	struct place places[ACTS_MAX];
	bool row = true, ok = true;

	*n = 0;
	*out = arena_array(a, struct act_row, ACTS_MAX);
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
			places[*n] = (struct place){ .act = &(*out)[*n] };
			read_act(v, a, s, &places[(*n)++]);
		}
	}
	for (size_t i = 0; ok && i < *n; i++)
		ok = read_parties(v, a, &places[i], err);
	return ok;
}
