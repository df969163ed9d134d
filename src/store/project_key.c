#include "store/project.h"

#include "ledger/note.h"

static const char *const role_names[] = { [KEY_ROLE_LOG] = "log",
					  [KEY_ROLE_WITNESS] = "witness",
					  [KEY_ROLE_SEAL] = "seal",
					  [KEY_ROLE_RECOVERY] = "recovery" };

static bool key_add(struct projection *p, const struct follow *l, enum key_role role,
		    uint64_t from, struct str key, struct err *err)
{
	struct stmt *s =
		db_prepare(p->db,
			   "INSERT INTO p_key (lid, role, from_index, key) VALUES (?, ?, ?, ?) "
			   "ON CONFLICT (lid, role, from_index, key) DO NOTHING",
			   err);

	if (!s)
		return false;
	stmt_text(s, 0, l->who->name);
	stmt_text(s, 1, str_z(role_names[role]));
	stmt_int(s, 2, (int64_t)from);
	stmt_text(s, 3, key);
	return stmt_done(s, err);
}

static struct str vkey_str(struct projection *p, const struct vkey *k)
{
	buf_clear(&p->text);
	vkey_write(&p->text, k);
	return arena_str(&p->once, buf_str(&p->text));
}

bool keys_begin(struct projection *p, const struct follow *l, struct err *err)
{
	const struct charter_ledger *who = l->who;

	for (size_t i = 0; i < CHARTER_RECOVERY; i++)
		if (!key_add(p, l, KEY_ROLE_RECOVERY, 0, vkey_str(p, &who->recovery[i]), err))
			return false;
	return key_add(p, l, KEY_ROLE_LOG, 0, vkey_str(p, &who->log), err) &&
	       key_add(p, l, KEY_ROLE_WITNESS, 0, vkey_str(p, &who->witness), err) &&
	       (!who->seal.n || key_add(p, l, KEY_ROLE_SEAL, 0, who->seal, err));
}

/* --- keys in force (LEDGER.md 4.2) --- */

/* Texts of the keys of a role at a size, oldest first, into the arena. */
static bool keys_of(struct projection *p, const struct follow *l, enum key_role role,
		    uint64_t size, struct str *out, size_t max, size_t *n, struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    "SELECT key FROM p_key WHERE lid = ? AND role = ? AND "
				    "from_index < ? ORDER BY from_index DESC, key",
				    err);
	bool row = true;

	*n = 0;
	if (!s)
		return false;
	stmt_text(s, 0, l->who->name);
	stmt_text(s, 1, str_z(role_names[role]));
	stmt_int(s, 2, (int64_t)size);
	while (row && *n < max) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			out[(*n)++] = arena_str(&p->once, col_text(s, 0));
	}
	stmt_reset(s);
	return true;
}

bool key_in_force(struct projection *p, const struct follow *l, enum key_role role,
		  uint64_t size, struct vkey *out, bool *found, struct err *err)
{
	struct err ignored;
	struct str text;
	size_t n;

	if (!keys_of(p, l, role, size, &text, 1, &n, err))
		return false;
	*found = n && vkey_parse(text, out, &ignored);
	return true;
}

enum { RECOVERY_ROLLS_MAX = 64 };

/* Recovery keys replace each other by name: `<origin>/recours-1..3`. */
static bool recovery_in_force(struct projection *p, const struct follow *l, uint64_t size,
			      struct vkey out[CHARTER_RECOVERY], size_t *n, struct err *err)
{
	struct str texts[RECOVERY_ROLLS_MAX];
	size_t count;

	*n = 0;
	if (!keys_of(p, l, KEY_ROLE_RECOVERY, size, texts, RECOVERY_ROLLS_MAX, &count, err))
		return false;
	for (size_t i = 0; i < count && *n < CHARTER_RECOVERY; i++) {
		struct err ignored;
		struct vkey k;
		size_t had = 0;

		if (!vkey_parse(texts[i], &k, &ignored))
			continue;
		while (had < *n && !str_eq(out[had].name, k.name))
			had++;
		if (had == *n)
			out[(*n)++] = k;
	}
	return true;
}

/* --- key rolls (LEDGER.md 4.3) --- */

struct roll {
	enum key_role role;
	struct str old, new;
};

static bool take_line(struct str *text, const char *word, struct str *value)
{
	struct str line;

	if (!text->n || !str_split(text, '\n', &line))
		return false;
	if (!str_starts(line, str_z(word)))
		return false;
	*value = str_from(line, str_z(word).n);
	return true;
}

static bool is_number(struct str s, uint64_t n)
{
	uint64_t v;

	return str_u64(s, UINT64_MAX, &v) && v == n;
}

static bool roll_parse(const struct projection *p, const struct follow *l,
		       const struct entry *e, struct str text, struct roll *out)
{
	struct str head, register_id, origin, role, index;
	struct hash id;
	size_t i = 0;

	if (!take_line(&text, "benkan-keyroll/1", &head) || head.n ||
	    !take_line(&text, "register ", &register_id) ||
	    !take_line(&text, "origin ", &origin) || !take_line(&text, "role ", &role) ||
	    !take_line(&text, "old ", &out->old) || !take_line(&text, "new ", &out->new) ||
	    !take_line(&text, "index ", &index) || text.n)
		return false;
	while (i <= KEY_ROLE_RECOVERY && !str_is(role, role_names[i]))
		i++;
	out->role = (enum key_role)i;
	return i <= KEY_ROLE_RECOVERY && hash_hex(register_id, &id) &&
	       hash_eq(&id, &p->charter->id) && str_eq(origin, l->who->origin) &&
	       is_number(index, e->n) && !str_eq(out->old, out->new);
}

/* Whether the new key is of the kind the role asks for. */
static bool new_fits(const struct follow *l, const struct roll *r, struct vkey *new)
{
	struct vkey old;
	struct err ignored;

	if (r->role == KEY_ROLE_SEAL)
		return str_starts(r->new, S("age1"));
	if (!vkey_parse(r->new, new, &ignored) || !vkey_parse(r->old, &old, &ignored))
		return false;
	return str_eq(new->name, r->role == KEY_ROLE_LOG ? l->who->origin : old.name) &&
	       new->type == (r->role == KEY_ROLE_WITNESS ? KEY_WITNESS : KEY_LOG);
}

static bool old_in_force(struct projection *p, const struct follow *l, const struct entry *e,
			 const struct roll *r, const struct vkey *recovery, size_t count,
			 bool *is, struct err *err)
{
	struct str text;
	size_t n;

	*is = false;
	if (r->role == KEY_ROLE_RECOVERY) {
		for (size_t i = 0; i < count; i++)
			*is = *is || str_eq(vkey_str(p, &recovery[i]), r->old);
		return true;
	}
	if (!keys_of(p, l, r->role, e->n, &text, 1, &n, err))
		return false;
	*is = n && str_eq(text, r->old);
	return true;
}

static bool roll_signed(const struct follow *l, const struct roll *r, struct str statement,
			const struct vkey *new, const struct vkey *recovery, size_t count)
{
	struct note note;
	struct err ignored;
	unsigned verified;

	if ((r->role == KEY_ROLE_LOG || r->role == KEY_ROLE_RECOVERY) &&
	    (!note_open(statement, new, 1, &note, &verified, &ignored) || verified < 1))
		return false;
	return note_open(statement, recovery, count, &note, &verified, &ignored) &&
	       verified >= l->who->threshold;
}

bool key_roll(struct projection *p, struct follow *l, const struct entry *e, struct err *err)
{
	struct str statement = json_str(e->body, "statement");
	struct vkey recovery[CHARTER_RECOVERY], new = { 0 };
	struct roll roll;
	struct note note;
	struct err ignored;
	size_t count;
	bool in_force;

	if (!note_parse(statement, &note, &ignored) || !roll_parse(p, l, e, note.text, &roll) ||
	    !new_fits(l, &roll, &new))
		return entry_void(p, l, e, "statement", err);
	if (!recovery_in_force(p, l, e->n, recovery, &count, err) ||
	    !old_in_force(p, l, e, &roll, recovery, count, &in_force, err))
		return false;
	if (!in_force || !roll_signed(l, &roll, statement, &new, recovery, count))
		return entry_void(p, l, e, "statement", err);
	return key_add(p, l, roll.role, e->n, roll.new, err);
}
