#include "ledger/keyroll.h"

#include <string.h>

#include "ledger/sig_line.h"

static const char *const role_names[ROLE_COUNT] = {
	[ROLE_LOG] = "log",
	[ROLE_WITNESS] = "witness",
	[ROLE_SEAL] = "seal",
	[ROLE_RECOVERY] = "recovery",
};

/* What the seven lines say. */
struct statement {
	struct str register_id, origin, role, old_key, new_key, index;
};

/* Seven lines, in this order, and nothing else. */
static bool lines_read(struct str text, struct statement *s)
{
	const struct {
		struct str word, *value;
	} lines[] = { { S("register "), &s->register_id },
		      { S("origin "), &s->origin },
		      { S("role "), &s->role },
		      { S("old "), &s->old_key },
		      { S("new "), &s->new_key },
		      { S("index "), &s->index } };
	struct str rest = text, line;

	if (!str_split(&rest, '\n', &line) || !str_is(line, "benkan-keyroll/1"))
		return false;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (!str_split(&rest, '\n', &line) || !str_starts(line, lines[i].word))
			return false;
		*lines[i].value = str_from(line, lines[i].word.n);
	}
	return rest.p && rest.n == 0;
}

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

static bool role_parse(struct str text, enum key_role *out)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if (str_is(text, role_names[i])) {
			*out = (enum key_role)i;
			return true;
		}
	return false;
}

bool keyroll_check(struct str statement, const struct charter_ledger *now,
		   const struct hash *register_id, uint64_t index, struct keyroll *out,
		   struct err *err)
{
	struct statement s;
	struct hash id;
	struct note note;
	uint64_t n;

	*out = (struct keyroll){ 0 };
	if (!note_parse(statement, &note, err))
		return false;
	if (!lines_read(note.text, &s) || !role_parse(s.role, &out->role))
		return err_set(err, ERR_INPUT, "statement",
			       N_("this is not a statement of the form benkan-keyroll/1"));
	if (!hash_hex(s.register_id, &id) || !hash_eq(&id, register_id) ||
	    !str_eq(s.origin, now->origin) || !str_u64(s.index, UINT64_MAX, &n) || n != index)
		return err_set(err, ERR_INPUT, "statement",
			       N_("the key roll is of another register, ledger or index"));
	out->old_key = s.old_key;
	out->new_key = s.new_key;
	if (str_eq(s.old_key, s.new_key) || !old_in_force(out, now))
		return err_set(
			err, ERR_INPUT, "statement",
			N_("the key roll does not replace the %1 key in force by another"),
			role_names[out->role]);
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
