#include "store/acts.h"
#include "store/project.h"

#include <string.h>

/* --- what was said of an act --- */

void act_mark(struct projection *p, const struct act *a)
{
	buf_clear(&p->text);
	buf_add(&p->text, str_of(a->h.b, HASH_SIZE));
	buf_add(&p->text, a->parties);
	tally_add(&p->acts, buf_str(&p->text), 1, 0);
}

static struct act act_of_key(struct str key)
{
	struct act a = { .parties = str_from(key, HASH_SIZE) };

	memcpy(a.h.b, key.p, HASH_SIZE);
	return a;
}

static struct str parties_text(struct projection *p, const struct entry *e)
{
	struct buf b;

	buf_init(&b, ENTRY_MAX);
	for (size_t i = 0; i < e->party_count; i++) {
		if (i)
			buf_ch(&b, ',');
		buf_add(&b, e->parties[i]);
	}
	return arena_buf(&p->once, &b);
}

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

/* The act's rows, when an entry names it for the first time. */
static bool act_begin(struct projection *p, const struct act *a, struct err *err)
{
	struct stmt *s = on_act(p,
				"INSERT INTO p_act (h, parties, state, superseded) "
				"VALUES (?, ?, 'none', 0) ON CONFLICT (h, parties) DO NOTHING",
				a, err);
	struct str rest = a->parties, party;

	if (!s || !stmt_done(s, err))
		return false;
	if (stmt_changes(s) == 0)
		return true;
	while (rest.n && str_split(&rest, ',', &party)) {
		s = on_act(p, "INSERT INTO p_act_party (h, parties, party) VALUES (?, ?, ?)", a,
			   err);
		if (!s)
			return false;
		stmt_text(s, 2, party);
		if (!stmt_done(s, err))
			return false;
	}
	return true;
}

enum { WORD_PROPOSED, WORD_ACCEPTED, WORD_DECLINED, WORDS };

static bool words_of(struct projection *p, const struct act *a, struct str party,
		     bool said[WORDS], struct err *err)
{
	struct stmt *s = on_act(p,
				"SELECT proposed, accepted, declined FROM p_act_party "
				"WHERE h = ? AND parties = ? AND party = ?",
				a, err);
	bool row;

	if (!s)
		return false;
	stmt_text(s, 2, party);
	if (!stmt_step(s, &row, err))
		return false;
	for (int i = 0; i < WORDS; i++)
		said[i] = row && !col_null(s, i);
	stmt_reset(s);
	return true;
}

static bool word_set(struct projection *p, const struct act *a, const struct follow *l,
		     int word, uint64_t n, struct err *err)
{
	static const char *const sql[WORDS] = {
		[WORD_PROPOSED] = "UPDATE p_act_party SET proposed = ? WHERE h = ? AND parties "
				  "= ? AND party = ?",
		[WORD_ACCEPTED] = "UPDATE p_act_party SET accepted = ? WHERE h = ? AND parties "
				  "= ? AND party = ?",
		[WORD_DECLINED] = "UPDATE p_act_party SET declined = ? WHERE h = ? AND parties "
				  "= ? AND party = ?",
	};
	struct stmt *s = db_prepare(p->db, sql[word], err);

	if (!s)
		return false;
	stmt_int(s, 0, (int64_t)n);
	stmt_blob(s, 1, a->h.b, HASH_SIZE);
	stmt_text(s, 2, a->parties);
	stmt_text(s, 3, l->who->party);
	return stmt_done(s, err);
}

/* When the party said its last word, and when it accepted, as it claims. */
static bool word_time(struct projection *p, const struct act *a, const struct entry *e,
		      struct str party, struct err *err)
{
	struct stmt *s = on_act(
		p,
		"INSERT INTO r_word (h, parties, party, time, accepted) VALUES (?, ?, ?, ?, ?) "
		"ON CONFLICT (h, parties, party) DO UPDATE SET time = excluded.time, "
		"accepted = coalesce(r_word.accepted, excluded.accepted)",
		a, err);

	if (!s)
		return false;
	stmt_text(s, 2, party);
	stmt_text(s, 3, e->time_text);
	if (e->type == ENTRY_ACT_ACCEPT)
		stmt_text(s, 4, e->time_text);
	return stmt_done(s, err);
}

/* An acceptance that says which charter the act amends: no other amendment of it counts for
 * the party after this one, unless this one is closed (amend.h). */
static bool amend_accepted(struct projection *p, const struct act *a, const struct follow *l,
			   const struct entry *e, struct err *err)
{
	struct hash amends;
	struct stmt *s;

	if (!hash_hex(json_str(e->body, "amends"), &amends))
		return true;
	s = db_prepare(
		p->db,
		"INSERT INTO r_amend (amends, party, n, h, parties) VALUES (?, ?, ?, ?, ?)",
		err);
	if (!s)
		return false;
	stmt_blob(s, 0, amends.b, HASH_SIZE);
	stmt_text(s, 1, l->who->party);
	stmt_int(s, 2, (int64_t)e->n);
	stmt_blob(s, 3, a->h.b, HASH_SIZE);
	stmt_text(s, 4, a->parties);
	return stmt_done(s, err);
}

/* A second word of a kind, and an acceptance after one's own refusal, are void. */
bool act_said(struct projection *p, struct follow *l, const struct entry *e, struct err *err)
{
	struct act a = { e->act, parties_text(p, e) };
	int word = e->type == ENTRY_ACT_PROPOSE  ? WORD_PROPOSED
		   : e->type == ENTRY_ACT_ACCEPT ? WORD_ACCEPTED
						 : WORD_DECLINED;
	bool said[WORDS], done = false;

	if (word == WORD_PROPOSED && !joint_first(p, l, e, &a, &done, err))
		return false;
	if (done)
		return true;
	if (word == WORD_PROPOSED && !document_ref(p, l, e, err))
		return false;
	if (!plain_end(p, &a.h, err) || !act_begin(p, &a, err) ||
	    !words_of(p, &a, l->who->party, said, err))
		return false;
	if (word != WORD_PROPOSED && said[word])
		return entry_void(p, l, e, "repeated", err);
	if (word == WORD_ACCEPTED && said[WORD_DECLINED])
		return entry_void(p, l, e, "declined", err);
	act_mark(p, &a);
	if (word == WORD_ACCEPTED && !amend_accepted(p, &a, l, e, err))
		return false;
	if (!said[word] &&
	    (!word_set(p, &a, l, word, e->n, err) || !word_time(p, &a, e, l->who->party, err)))
		return false;
	return word != WORD_PROPOSED || joint_proposed(p, &a, err);
}

bool act_shown_again(struct projection *p, const struct entry *e, struct err *err)
{
	struct act a = { e->act, parties_text(p, e) };

	return plain_end(p, &a.h, err) && joint_proposed(p, &a, err);
}

/* --- which acts an acknowledgement may change --- */

static bool names(struct str parties, struct str party)
{
	struct str one;

	while (parties.n && str_split(&parties, ',', &one))
		if (str_eq(one, party))
			return true;
	return false;
}

static bool mark_rows(struct projection *p, struct stmt *s, struct str also, struct err *err)
{
	bool row = true;

	while (row) {
		struct act a;

		if (!stmt_step(s, &row, err))
			return false;
		if (!row || !names(col_text(s, 1), also))
			continue;
		memcpy(a.h.b, col_blob(s, 0).p, HASH_SIZE);
		a.parties = col_text(s, 1);
		act_mark(p, &a);
	}
	return true;
}

/*
 * `party` now acknowledges `peer` up to `high` entries, before that up to `low`.  It can
 * change an act whose acceptance or refusal by the peer lies between, and an open act that
 * `party` refused while it was not known what the peer would say.
 */
bool acts_seen(struct projection *p, struct str party, struct str peer, uint64_t low,
	       uint64_t high, struct err *err)
{
	static const char *const between[] = {
		"SELECT h, parties FROM p_act_party WHERE party = ? AND accepted >= ? AND "
		"accepted < ?",
		"SELECT h, parties FROM p_act_party WHERE party = ? AND declined >= ? AND "
		"declined < ?",
	};
	struct stmt *s;

	for (int i = 0; i < 2; i++) {
		s = db_prepare(p->db, between[i], err);
		if (!s)
			return false;
		stmt_text(s, 0, peer);
		stmt_int(s, 1, (int64_t)low);
		stmt_int(s, 2, (int64_t)high);
		if (!mark_rows(p, s, party, err))
			return false;
	}
	s = db_prepare(p->db,
		       "SELECT a.h, a.parties FROM p_act_party w JOIN p_act a ON a.h = w.h AND "
		       "a.parties = w.parties WHERE w.party = ? AND w.declined >= 0 AND "
		       "a.state NOT IN ('in_force', 'rejected', 'withdrawn')",
		       err);
	if (!s)
		return false;
	stmt_text(s, 0, party);
	return mark_rows(p, s, peer, err);
}

/* --- evaluating --- */

static bool act_first_seen(void *ctx, struct str party, struct str peer, uint64_t above,
			   uint64_t *n, uint64_t *size, struct err *err)
{
	struct projection *p = ctx;
	const struct follow *l = follow_party(p, party);
	struct stmt *s;
	bool row;

	*n = *size = ACT_NEVER;
	if (!l)
		return true;
	s = db_prepare(p->db,
		       "SELECT n, size FROM p_seen WHERE lid = ? AND peer = ? AND size > ? AND "
		       "state <> 'void' ORDER BY size, n LIMIT 1",
		       err);
	if (!s)
		return false;
	stmt_text(s, 0, l->who->name);
	stmt_text(s, 1, peer);
	stmt_int(s, 2, (int64_t)above);
	if (!stmt_step(s, &row, err))
		return false;
	if (row) {
		*n = (uint64_t)col_int(s, 0);
		*size = (uint64_t)col_int(s, 1);
	}
	stmt_reset(s);
	return true;
}

static uint64_t index_or_never(struct stmt *s, int column)
{
	return col_null(s, column) ? ACT_NEVER : (uint64_t)col_int(s, column);
}

static bool load_words(struct projection *p, const struct act *a, struct act_word *w,
		       size_t *count, struct err *err)
{
	struct stmt *s = on_act(p,
				"SELECT party, proposed, accepted, declined FROM p_act_party "
				"WHERE h = ? AND parties = ? ORDER BY party",
				a, err);
	bool row = true;

	*count = 0;
	if (!s)
		return false;
	while (row && *count < ACT_PARTIES_MAX) {
		const struct follow *l;

		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		w[*count] = (struct act_word){ .party = arena_str(&p->once, col_text(s, 0)),
					       .proposed = index_or_never(s, 1),
					       .accepted = index_or_never(s, 2),
					       .declined = index_or_never(s, 3) };
		l = follow_party(p, w[*count].party);
		w[(*count)++].held = l ? l->applied : 0;
	}
	stmt_reset(s);
	return true;
}

static bool save_party(struct projection *p, const struct act *a, const struct act_word *w,
		       size_t count, size_t i, struct err *err)
{
	struct stmt *s;

	if (w[i].ready != ACT_NEVER) {
		s = db_prepare(p->db,
			       "UPDATE p_act_party SET ready = ? WHERE h = ? AND parties = ? "
			       "AND party = ?",
			       err);
		if (!s)
			return false;
		stmt_int(s, 0, (int64_t)w[i].ready);
		stmt_blob(s, 1, a->h.b, HASH_SIZE);
		stmt_text(s, 2, a->parties);
		stmt_text(s, 3, w[i].party);
		if (!stmt_done(s, err))
			return false;
	}
	for (size_t k = 0; k < count; k++) {
		if (w[i].ack[k] == ACT_NEVER)
			continue;
		s = on_act(p,
			   "INSERT INTO p_act_ack (h, parties, party, peer, n) VALUES (?, ?, "
			   "?, ?, ?) "
			   "ON CONFLICT (h, parties, party, peer) DO NOTHING",
			   a, err);
		if (!s)
			return false;
		stmt_text(s, 2, w[i].party);
		stmt_text(s, 3, w[k].party);
		stmt_int(s, 4, (int64_t)w[i].ack[k]);
		if (!stmt_done(s, err))
			return false;
	}
	return true;
}

/* A refusal after everything was acknowledged is void. */
static bool note_late(struct projection *p, const struct act_word *w, struct err *err)
{
	const struct follow *l = follow_party(p, w->party);
	struct entry e;

	if (!l || w->ready == ACT_NEVER || w->declined == ACT_NEVER || w->declined < w->ready)
		return true;
	return entry_again(p, l, w->declined, &e, err) && entry_void(p, l, &e, "ready", err);
}

/* The latest of the times at which each party was ready, as they claim. */
static bool in_force_time(struct projection *p, const struct act_word *w, size_t count,
			  struct str *time, struct err *err)
{
	*time = (struct str){ 0 };
	for (size_t i = 0; i < count; i++) {
		struct entry e;

		if (!entry_again(p, follow_party(p, w[i].party), w[i].ready, &e, err))
			return false;
		if (str_cmp(e.time_text, *time) > 0)
			*time = e.time_text;
	}
	return true;
}

static bool save_state(struct projection *p, const struct act *a, enum act_state state,
		       struct str time, bool *changed, struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    "UPDATE p_act SET state = ?, in_force_time = ? "
				    "WHERE h = ? AND parties = ? AND state <> ?",
				    err);

	if (!s)
		return false;
	stmt_text(s, 0, str_z(act_state_names[state]));
	if (time.n)
		stmt_text(s, 1, time);
	stmt_blob(s, 2, a->h.b, HASH_SIZE);
	stmt_text(s, 3, a->parties);
	stmt_text(s, 4, str_z(act_state_names[state]));
	if (!stmt_done(s, err))
		return false;
	*changed = stmt_changes(s) > 0;
	return true;
}

static bool settle_act(struct projection *p, const struct act *a, struct err *err)
{
	struct act_word w[ACT_PARTIES_MAX];
	struct str time = { 0 };
	enum act_state state;
	size_t count;
	bool changed;

	if (!load_words(p, a, w, &count, err) ||
	    !act_evaluate(w, count, act_first_seen, p, &state, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!save_party(p, a, w, count, i, err) || !note_late(p, &w[i], err))
			return false;
	if (state == ACT_IN_FORCE && !in_force_time(p, w, count, &time, err))
		return false;
	return save_state(p, a, state, time, &changed, err) &&
	       (!changed || joint_act(p, a, state == ACT_IN_FORCE, err)) &&
	       act_awaits(p, a, w, count, state == ACT_PROPOSED || state == ACT_ACCEPTED, err);
}

bool acts_settle(struct projection *p, struct err *err)
{
	size_t n = p->acts.n;
	struct tally_line *lines;

	if (n == 0)
		return true;
	lines = tally_sorted(&p->acts, &p->list);
	for (size_t i = 0; i < n; i++) {
		struct act a = act_of_key(lines[i].key);

		if (!once_anew(p, err))
			return false;
		if (!settle_act(p, &a, err))
			return false;
	}
	tally_clear(&p->acts);
	arena_reset(&p->list);
	return true;
}
