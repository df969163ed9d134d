#include "store/project.h"

#include "ledger/note.h"

#include <string.h>

/* What an acknowledgement says, once it can be read. */
struct claim {
	const struct part *of; /* the peer's ledger; NULL: none of them */
	uint64_t at;           /* its size … */
	uint64_t size;         /* … and that of the peer's sequence */
	struct hash root;
};

/* --- whether one acknowledgement holds (LEDGER.md 5.4) --- */

static struct claim claim_of(const struct entry *e, const struct follow *peer)
{
	struct claim c = { 0 };
	struct checkpoint point;
	struct note note;
	struct err ignored;

	if (!peer || !note_parse(json_str(e->body, "checkpoint"), &note, &ignored) ||
	    !checkpoint_parse(note.text, &point, &ignored))
		return c;
	c.of = part_of_origin(peer, point.origin);
	if (!c.of || point.size < 1 || point.size > c.of->limit)
		return (struct claim){ 0 };
	c.at = point.size;
	c.size = c.of->first + point.size;
	c.root = point.root;
	return c;
}

/* All entries up to that size are held: does the peer's key and tree say the same? */
static bool holds(struct projection *p, const struct entry *e, const struct claim *c,
		  bool *valid, struct err *err)
{
	struct checkpoint point;
	struct err ignored;
	struct hash root;
	struct charter_ledger now;

	*valid = false;
	if (!keys_in_force(p, c->of->who, c->at, &now, err))
		return false;
	if (!checkpoint_open(json_str(e->body, "checkpoint"), now.origin, &now.log, 1, &point,
			     &ignored))
		return true;
	if (!p->from.root(p->from.ctx, c->of->who->name, c->at, &root, err))
		return false;
	*valid = hash_eq(&root, &c->root);
	return true;
}

/* `last` is the size of the newest acknowledgement before it that is not void. */
static bool judge(struct projection *p, const struct follow *peer, const struct entry *e,
		  uint64_t last, const char **state, struct err *err)
{
	struct claim c = claim_of(e, peer);
	bool valid;

	*state = "void";
	if (!c.of || c.size < last)
		return true;
	*state = "pending";
	if (c.size > peer->applied)
		return true;
	if (!holds(p, e, &c, &valid, err))
		return false;
	*state = valid ? "valid" : "void";
	return true;
}

static bool last_size(struct projection *p, const struct follow *l, struct str peer,
		      uint64_t before, uint64_t *size, struct err *err)
{
	struct stmt *s =
		db_prepare(p->db,
			   "SELECT size FROM p_seen WHERE lid = ? AND peer = ? AND n < ? AND "
			   "state <> 'void' ORDER BY size DESC LIMIT 1",
			   err);
	bool row;

	if (!s)
		return false;
	stmt_text(s, 0, l->who->name);
	stmt_text(s, 1, peer);
	stmt_int(s, 2, (int64_t)before);
	if (!stmt_step(s, &row, err))
		return false;
	*size = row ? (uint64_t)col_int(s, 0) : 0;
	stmt_reset(s);
	return true;
}

bool seen_add(struct projection *p, struct follow *l, const struct entry *e, struct err *err)
{
	struct str peer = json_str(e->body, "party");
	struct follow *of = follow_party(p, peer);
	struct claim c = claim_of(e, of);
	const char *state;
	struct stmt *s;
	uint64_t last;

	if (!last_size(p, l, peer, e->n, &last, err) || !judge(p, of, e, last, &state, err))
		return false;
	s = db_prepare(p->db,
		       "INSERT INTO p_seen (lid, n, peer, size, root, state) VALUES (?, ?, ?, "
		       "?, ?, ?)",
		       err);
	if (!s)
		return false;
	stmt_text(s, 0, l->who->name);
	stmt_int(s, 1, (int64_t)e->n);
	stmt_text(s, 2, peer);
	if (c.of) {
		stmt_int(s, 3, (int64_t)c.size);
		stmt_blob(s, 4, c.root.b, HASH_SIZE);
	}
	stmt_text(s, 5, str_z(state));
	if (str_is(S("pending"), state) && c.size > of->awaited)
		of->awaited = c.size;
	return stmt_done(s, err) && (str_is(S("void"), state) ||
				     acts_seen(p, l->who->party, peer, last, c.size, err));
}

/* --- the peer's ledger has grown past what was pending --- */

static bool set_state(struct projection *p, const struct follow *l, uint64_t n,
		      const char *state, struct err *err)
{
	struct stmt *s =
		db_prepare(p->db, "UPDATE p_seen SET state = ? WHERE lid = ? AND n = ?", err);

	if (!s)
		return false;
	stmt_text(s, 0, str_z(state));
	stmt_text(s, 1, l->who->name);
	stmt_int(s, 2, (int64_t)n);
	return stmt_done(s, err);
}

static bool first_pending(struct projection *p, const struct follow *l,
			  const struct follow *peer, bool *found, uint64_t *n, struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    "SELECT min(n) FROM p_seen WHERE lid = ? AND peer = ? AND "
				    "size > ? AND size <= ? AND state = 'pending'",
				    err);
	bool row;

	if (!s)
		return false;
	stmt_text(s, 0, l->who->name);
	stmt_text(s, 1, peer->who->party);
	stmt_int(s, 2, (int64_t)peer->settled);
	stmt_int(s, 3, (int64_t)peer->applied);
	if (!stmt_step(s, &row, err))
		return false;
	*found = row && !col_null(s, 0);
	*n = *found ? (uint64_t)col_int(s, 0) : 0;
	stmt_reset(s);
	return true;
}

/* The acknowledgements of `peer` in `l` from index `n` on, in p->list. */
static bool rows_from(struct projection *p, const struct follow *l, const struct follow *peer,
		      uint64_t n, struct buf *indices, struct err *err)
{
	struct stmt *s =
		db_prepare(p->db,
			   "SELECT n FROM p_seen WHERE lid = ? AND peer = ? AND n >= ? "
			   "AND size IS NOT NULL ORDER BY n",
			   err);
	bool row = true;

	if (!s)
		return false;
	stmt_text(s, 0, l->who->name);
	stmt_text(s, 1, peer->who->party);
	stmt_int(s, 2, (int64_t)n);
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row) {
			uint64_t at = (uint64_t)col_int(s, 0);

			buf_add(indices, str_of(&at, sizeof(at)));
		}
	}
	return true;
}

/*
 * Judge again from the first that was pending on: when it turns out void, those after it
 * were measured against the wrong size.
 */
static bool judge_again(struct projection *p, struct follow *l, const struct follow *peer,
			uint64_t n, struct err *err)
{
	uint64_t low, last;
	struct buf indices;
	bool ok;

	if (!last_size(p, l, peer->who->party, n, &low, err))
		return false;
	last = low;
	buf_init(&indices, (size_t)1 << 30);
	ok = rows_from(p, l, peer, n, &indices, err);
	for (size_t i = 0; ok && i < indices.n / sizeof(n); i++) {
		const char *state;
		struct entry e;

		memcpy(&n, indices.p + i * sizeof(n), sizeof(n));
		ok = once_anew(p, err) && entry_again(p, l, n, &e, err) &&
		     judge(p, peer, &e, last, &state, err) && set_state(p, l, n, state, err);
		if (ok && !str_is(S("void"), state))
			last = claim_of(&e, peer).size;
	}
	buf_done(&indices);
	return ok && acts_seen(p, l->who->party, peer->who->party, low, last, err);
}

bool seen_awaited(struct projection *p, struct follow *l, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db, "SELECT max(size) FROM p_seen WHERE peer = ? AND state = 'pending'",
		err);
	bool row;

	if (!s)
		return false;
	stmt_text(s, 0, l->who->party);
	if (!stmt_step(s, &row, err))
		return false;
	l->awaited = row && !col_null(s, 0) ? (uint64_t)col_int(s, 0) : 0;
	stmt_reset(s);
	return true;
}

static bool settle_peer(struct projection *p, const struct follow *peer, struct err *err)
{
	for (size_t k = 0; k < p->ledger_count; k++) {
		bool found;
		uint64_t n;

		if (&p->ledgers[k] == peer)
			continue;
		if (!first_pending(p, &p->ledgers[k], peer, &found, &n, err) ||
		    (found && !judge_again(p, &p->ledgers[k], peer, n, err)))
			return false;
	}
	return true;
}

bool seen_settle(struct projection *p, struct err *err)
{
	for (size_t i = 0; i < p->ledger_count; i++) {
		struct follow *peer = &p->ledgers[i];

		if (peer->settled == peer->applied || follow_party(p, peer->who->party) != peer)
			continue;
		if (peer->awaited > peer->settled && !settle_peer(p, peer, err))
			return false;
		peer->settled = peer->applied;
	}
	return true;
}
