#include "ledger/keyroll.h"

#include <string.h>

#include "ledger/entry.h"
#include "ledger/sig_line.h"

static bool is_key(const struct vkey *k, struct str text)
{
	struct buf b;
	bool same;

	buf_init(&b, text.n);
	vkey_write(&b, k);
	same = !b.full && str_eq(buf_str(&b), text);
	buf_done(&b);
	return same;
}

/* Whether the statement's old key is the one in force for its role; finds a recovery key's
 * place. */
static bool old_in_force(struct keyroll *r, const struct charter_ledger *now)
{
	switch (r->role) {
	case ROLE_LOG: return is_key(&now->log, r->old_key);
	case ROLE_WITNESS: return is_key(&now->witness, r->old_key);
	case ROLE_SEAL: return str_eq(now->seal, r->old_key);
	case ROLE_RECOVERY:
		while (r->place < CHARTER_RECOVERY &&
		       !is_key(&now->recovery[r->place], r->old_key))
			r->place++;
		return r->place < CHARTER_RECOVERY;
	case ROLE_COUNT: break;
	}
	return false;
}

static bool same_point(const struct vkey *x, const struct vkey *y)
{
	return memcmp(x->pub, y->pub, sizeof(x->pub)) == 0;
}

/* Of the right type, named as its place asks, and in no other place of this ledger. */
static bool new_fits(struct keyroll *r, const struct charter_ledger *now, struct err *err)
{
	const enum key_type type = r->role == ROLE_WITNESS ? KEY_WITNESS : KEY_LOG;
	bool taken;

	if (r->role == ROLE_SEAL)
		return seal_valid(r->new_key) ||
		       err_set(err, ERR_INPUT, "new", N_("«%1» is not an age recipient"),
			       err_arg(r->new_key));
	if (!vkey_parse(r->new_key, &r->key, err))
		return false;
	if (r->key.type != type || (r->role == ROLE_LOG && !str_eq(r->key.name, now->origin)))
		return err_set(err, ERR_INPUT, "new",
			       N_("the new key %1 has the wrong type or name for its role"),
			       err_arg(r->key.name));
	taken = same_point(&r->key, &now->log) || same_point(&r->key, &now->witness);
	for (unsigned i = 0; i < CHARTER_RECOVERY; i++)
		taken |= same_point(&r->key, &now->recovery[i]);
	if (taken)
		return err_set(
			err, ERR_INPUT, "new",
			N_("the new key is in use already; every role needs a key of its own"));
	return true;
}

/* Every line of a key looked at must verify; the quorum and, by role, the new key must stand.
 */
static bool signatures_stand(struct str statement, const struct keyroll *r,
			     const struct charter_ledger *now, struct err *err)
{
	const bool possession = r->role == ROLE_LOG || r->role == ROLE_RECOVERY;
	struct vkey known[CHARTER_RECOVERY + 1];
	unsigned verified, quorum = 0;
	struct note note;

	memcpy(known, now->recovery, sizeof(now->recovery));
	known[CHARTER_RECOVERY] = r->key;
	if (!note_open(statement, known, CHARTER_RECOVERY + possession, &note, &verified, err))
		return false;
	for (unsigned i = 0; i < CHARTER_RECOVERY; i++)
		quorum += note_bears(&note, &now->recovery[i]);
	if (quorum < now->threshold)
		return err_set(err, ERR_INPUT, "statement",
			       N_("%1 recovery keys signed the key roll, %2 are needed"),
			       err_num(quorum), err_num(now->threshold));
	if (possession && !note_bears(&note, &r->key))
		return err_set(
			err, ERR_INPUT, "statement",
			N_("the new key did not sign the key roll, so nothing shows that its "
			   "owner holds it"));
	return true;
}

bool keyroll_check(struct str statement, const struct charter_ledger *now,
		   const struct hash *register_id, uint64_t index, struct keyroll *out,
		   struct err *err)
{
	struct key_statement s;
	struct note note;

	*out = (struct keyroll){ 0 };
	if (!note_parse(statement, &note, err) || !key_statement_read(note.text, &s, err))
		return false;
	out->role = s.role;
	if (!hash_eq(&s.register_id, register_id) || !str_eq(s.origin, now->origin) ||
	    s.index != index)
		return err_set(err, ERR_INPUT, "statement",
			       N_("the key roll is of another register, ledger or index"));
	out->old_key = s.old_key;
	out->new_key = s.new_key;
	if (str_eq(s.old_key, s.new_key) || !old_in_force(out, now))
		return err_set(
			err, ERR_INPUT, "statement",
			N_("the key roll does not replace the %1 key in force by another"),
			key_role_names[out->role]);
	return new_fits(out, now, err) && signatures_stand(statement, out, now, err);
}

void keyroll_apply(struct charter_ledger *now, const struct keyroll *roll)
{
	switch (roll->role) {
	case ROLE_LOG: now->log = roll->key; break;
	case ROLE_WITNESS: now->witness = roll->key; break;
	case ROLE_SEAL: now->seal = roll->new_key; break;
	case ROLE_RECOVERY: now->recovery[roll->place] = roll->key; break;
	case ROLE_COUNT: break;
	}
}

/* --- following a ledger's keys --- */

static struct vkey kept(struct arena *keep, struct vkey k)
{
	k.name = arena_str(keep, k.name);
	return k;
}

void key_walk_entry(struct key_walk *w, const struct entry *e, bool *rolled)
{
	struct keyroll roll;
	struct err ignored;

	*rolled = !w->closed && e->state == ENTRY_VALID && e->type == ENTRY_KEY_ROLL &&
		  keyroll_check(json_str(e->body, "statement"), &w->now, w->charter, e->n,
				&roll, &ignored);
	w->closed |= e->state == ENTRY_VALID && e->type == ENTRY_LEDGER_CLOSE;
	if (!*rolled)
		return;
	if (roll.role == ROLE_LOG) {
		w->former = w->now.log;
		w->rolled = e->n;
	}
	roll.new_key = arena_str(w->keep, roll.new_key);
	if (roll.role != ROLE_SEAL)
		roll.key = kept(w->keep, roll.key);
	keyroll_apply(&w->now, &roll);
}

void key_walk_bytes(struct key_walk *w, struct arena *scratch, struct str bytes, uint64_t n)
{
	struct entry e;
	bool rolled;

	arena_reset(scratch);
	entry_read(scratch, bytes, w->now.party, n, INT64_MIN, &e);
	key_walk_entry(w, &e, &rolled);
}

bool key_walk_head(const struct key_walk *w, struct str note, struct checkpoint *out,
		   struct err *err)
{
	struct checkpoint old;
	struct err ignored;

	if (checkpoint_open(note, w->now.origin, &w->now.log, 1, out, err))
		return true;
	if (w->rolled && checkpoint_open(note, w->now.origin, &w->former, 1, &old, &ignored))
		return err_set(err, ERR_INPUT, "old-key",
			       N_("the checkpoint of size %1 is signed by a key that entry %2 "
				  "replaced: whoever holds the old key wrote it; keep it as "
				  "evidence"),
			       err_num(old.size), err_num(w->rolled));
	return false;
}
