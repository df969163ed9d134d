#include "store/project.h"

#include "ledger/keyroll.h"
#include "store/view_private.h"

#include <string.h>

/* The places a key can have, as p_key calls them; the recovery keys stand last. */
enum { PLACE_RECOVERY = ROLE_RECOVERY, PLACES = PLACE_RECOVERY + CHARTER_RECOVERY };
static const char *const place_names[PLACES] = {
	[ROLE_LOG] = "log",
	[ROLE_WITNESS] = "witness",
	[ROLE_SEAL] = "seal",
	[PLACE_RECOVERY] = "recovery-1",
	[PLACE_RECOVERY + 1] = "recovery-2",
	[PLACE_RECOVERY + 2] = "recovery-3",
};

static bool key_add(struct projection *p, const struct charter_ledger *who, unsigned place,
		    uint64_t from, struct str key, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db, "INSERT INTO p_key (lid, role, from_index, key) VALUES (?, ?, ?, ?)",
		err);

	if (!s)
		return false;
	stmt_text(s, 0, who->name);
	stmt_text(s, 1, str_z(place_names[place]));
	stmt_int(s, 2, (int64_t)from);
	stmt_text(s, 3, key);
	return stmt_done(s, err);
}

static bool vkey_add(struct projection *p, const struct charter_ledger *who, unsigned place,
		     const struct vkey *k, struct err *err)
{
	buf_clear(&p->text);
	vkey_write(&p->text, k);
	return key_add(p, who, place, 0, buf_str(&p->text), err);
}

bool keys_begin(struct projection *p, const struct charter_ledger *who, struct err *err)
{
	for (unsigned i = 0; i < CHARTER_RECOVERY; i++)
		if (!vkey_add(p, who, PLACE_RECOVERY + i, &who->recovery[i], err))
			return false;
	return vkey_add(p, who, ROLE_LOG, &who->log, err) &&
	       vkey_add(p, who, ROLE_WITNESS, &who->witness, err) &&
	       (!who->seal.n || key_add(p, who, ROLE_SEAL, 0, who->seal, err));
}

static unsigned place_named(struct str name)
{
	unsigned i = 0;

	while (i < PLACES - 1 && !str_is(name, place_names[i]))
		i++;
	return i;
}

static void put_in_force(struct charter_ledger *now, unsigned place, struct str key)
{
	struct keyroll roll = { .role = place < PLACE_RECOVERY ? (enum key_role)place
							       : ROLE_RECOVERY,
				.new_key = key,
				.place = place < PLACE_RECOVERY ? 0 : place - PLACE_RECOVERY };
	struct err ignored;

	if (place == ROLE_SEAL || vkey_parse(key, &roll.key, &ignored))
		keyroll_apply(now, &roll);
}

/* LEDGER.md 4.2: the charter's, replaced by those of every roll at an index below `size`. */
bool keys_rolled(struct db *reg, struct arena *a, uint64_t size, struct charter_ledger *now,
		 struct err *err)
{
	struct stmt *s = db_prepare(reg,
				    "SELECT role, key FROM p_key WHERE lid = ? AND "
				    "from_index > 0 AND from_index < ? ORDER BY from_index",
				    err);
	bool row = true;

	if (!s)
		return false;
	stmt_text(s, 0, now->name);
	stmt_int(s, 1, (int64_t)size);
	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			put_in_force(now, place_named(col_text(s, 0)),
				     arena_str(a, col_text(s, 1)));
	}
	return true;
}

bool keys_in_force(struct projection *p, const struct charter_ledger *who, uint64_t size,
		   struct charter_ledger *now, struct err *err)
{
	*now = *who;
	return keys_rolled(p->db, &p->once, size, now, err);
}

bool key_roll(struct projection *p, struct follow *l, const struct entry *e, struct err *err)
{
	const struct part *part = part_at(l, e->n);
	uint64_t n = e->n - part->first;
	struct charter_ledger now;
	struct keyroll roll;
	struct err ignored;

	if (!keys_in_force(p, part->who, n, &now, err))
		return false;
	if (!keyroll_check(json_str(e->body, "statement"), &now, &p->charter->id, n, &roll,
			   &ignored))
		return entry_void(p, l, e, "statement", err);
	return key_add(p, part->who, (unsigned)roll.role + roll.place, n, roll.new_key, err);
}

/* --- for readers --- */

static bool of_charter(struct view *v, struct str ledger, const struct charter_ledger **out,
		       struct err *err)
{
	const struct charter *c = store_charter(v->store);

	*out = c ? charter_find(c, ledger) : NULL;
	return *out || err_set(err, ERR_MISSING, "ledger",
			       N_("There is no ledger %1 in this register."), err_arg(ledger));
}

bool view_keys(struct view *v, struct arena *a, struct str ledger, uint64_t size,
	       struct charter_ledger *out, struct err *err)
{
	const struct charter_ledger *who;

	if (!of_charter(v, ledger, &who, err))
		return false;
	*out = *who;
	return keys_rolled(v->reg, a, size, out, err);
}

/* The charter's keys, which p_key has once the ledger has an entry. */
static size_t charter_rows(struct arena *a, const struct charter_ledger *who,
			   struct key_row *out)
{
	size_t n = 0;

	for (unsigned place = 0; place < PLACES; place++) {
		const struct vkey *k = place == ROLE_LOG       ? &who->log
				       : place == ROLE_WITNESS ? &who->witness
				       : place == ROLE_SEAL
					       ? NULL
					       : &who->recovery[place - PLACE_RECOVERY];
		struct buf text;

		if (!k && !who->seal.n)
			continue;
		buf_init(&text, 1024);
		if (k)
			vkey_write(&text, k);
		out[n++] = (struct key_row){ .role = str_z(place_names[place]),
					     .key = k ? arena_buf(a, &text) : who->seal };
	}
	return n;
}

bool view_key_history(struct view *v, struct arena *a, struct str ledger, struct key_row **out,
		      size_t *n, struct err *err)
{
	const struct charter_ledger *who;
	size_t room = PLACES * 2;
	struct stmt *s;
	bool row;

	if (!of_charter(v, ledger, &who, err))
		return false;
	s = db_prepare(v->reg,
		       "SELECT role, from_index, key FROM p_key WHERE lid = ? AND "
		       "from_index > 0 ORDER BY from_index",
		       err);
	if (!s)
		return false;
	stmt_text(s, 0, ledger);
	*out = arena_array(a, struct key_row, room);
	for (*n = charter_rows(a, who, *out);; ++*n) {
		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			return true;
		if (*n == room) {
			struct key_row *more = arena_array(a, struct key_row, room * 2);

			memcpy(more, *out, room * sizeof(*more));
			*out = more;
			room *= 2;
		}
		(*out)[*n] = (struct key_row){ .role = arena_str(a, col_text(s, 0)),
					       .from = (uint64_t)col_int(s, 1),
					       .key = arena_str(a, col_text(s, 2)) };
	}
}
