#include "store/view_act.h"
#include "store/acts.h"
#include "store/bodies.h"
#include "store/plain.h"
#include "store/view_private.h"

#include <string.h>

enum { DOCUMENT_MAX = 1 << 20 };

/* The act is the pair of its document's hash and its parties (LEDGER.md 8.2). */
struct pair {
	struct view *v;
	struct arena *a;
	enum audience who;
	struct str parties;
	struct act_whole *out;
};

static struct stmt *on_act(const struct pair *p, const char *sql, struct err *err)
{
	struct stmt *s = db_prepare(p->v->reg, sql, err);

	if (!s)
		return NULL;
	stmt_blob(s, 0, p->out->act.b, HASH_SIZE);
	stmt_text(s, 1, p->parties);
	return s;
}

static struct str party_of(const struct view *v, struct str ledger)
{
	const struct charter *c = store_charter(v->store);
	const struct charter_ledger *l = c ? charter_find(c, ledger) : NULL;

	return l ? l->party : ledger;
}

/* The first ledger of a party: where its words count (acts.c, follow_party). */
static struct str ledger_of(const struct view *v, struct str party)
{
	const struct charter *c = store_charter(v->store);

	for (size_t i = 0; c && i < c->ledger_count; i++)
		if (str_eq(c->ledgers[i].party, party))
			return c->ledgers[i].name;
	return party;
}

/* --- the act --- */

static void take_act(struct pair *p, struct stmt *s)
{
	struct act_whole *out = p->out;
	struct str rest;

	p->parties = arena_str(p->a, col_text(s, 0));
	out->state = col_int(s, 3) ? S("superseded") : arena_str(p->a, col_text(s, 1));
	out->in_force_time = arena_str(p->a, col_text(s, 2));
	out->ledger = arena_str(p->a, col_text(s, 4));
	out->proposer = party_of(p->v, out->ledger);
	out->n = (uint64_t)col_int(s, 5);
	out->time = arena_str(p->a, col_text(s, 6));
	out->actor = arena_str(p->a, col_text(s, 7));
	out->visibility = (enum audience)col_int(s, 8);
	out->usable = str_is(col_text(s, 9), "read");
	rest = arena_str(p->a, col_text(s, 10));
	while (rest.n && out->awaited_count < ENTRY_PARTIES_MAX)
		if (!str_split(&rest, ',', &out->awaited[out->awaited_count++]))
			break;
	out->since = arena_str(p->a, col_text(s, 11));
	out->acknowledgement = col_int(s, 12);
}

/* A proposal that nobody answered. */
static bool find_plain(struct pair *p, bool *found, struct err *err)
{
	struct act_whole *out = p->out;
	struct plain_act x;
	struct str rest;

	if (!plain_by_act(p->v, p->a, &out->act, &x, found, err))
		return false;
	if (!*found)
		return true;
	p->parties = rest = x.parties;
	out->state = str_z(act_state_names[ACT_PROPOSED]);
	out->ledger = x.ledger;
	out->proposer = party_of(p->v, x.ledger);
	out->n = x.n;
	out->time = out->since = x.time;
	out->actor = x.actor;
	out->usable = true;
	while (rest.n && out->awaited_count < ENTRY_PARTIES_MAX)
		if (!str_split(&rest, ',', &out->awaited[out->awaited_count++]))
			break;
	out->effects[out->effect_count++] = (struct act_effect){
		.record = x.record, .kind = str_z(x.record->name), .id = x.id, .data = x.data
	};
	return true;
}

static bool find_act(struct pair *p, struct err *err)
{
	bool found;
	struct stmt *s = db_prepare(
		p->v->reg,
		"SELECT r.parties, a.state, a.in_force_time, a.superseded, r.ledger, r.n, "
		"r.time, r.actor, r.audience, r.document, r.awaited, r.since, r.receipt "
		"FROM r_act r JOIN p_act a ON a.h = r.h AND a.parties = r.parties "
		"WHERE r.h = ? AND r.audience <= ? "
		"ORDER BY CASE r.document WHEN 'read' THEN 0 ELSE 1 END, r.parties LIMIT 1",
		err);
	if (!s)
		return false;
	stmt_blob(s, 0, p->out->act.b, HASH_SIZE);
	stmt_int(s, 1, p->who);
	if (!stmt_step(s, &found, err))
		return false;
	if (found) {
		take_act(p, s);
		stmt_reset(s);
		return true;
	}
	if (!find_plain(p, &found, err))
		return false;
	return found || err_set(err, ERR_MISSING, "act",
				N_("There is no act of this number in this register that you "
				   "may see."));
}

static uint64_t index_of(struct stmt *s, int column)
{
	return col_null(s, column) ? ACT_UNSAID : (uint64_t)col_int(s, column);
}

static void plain_sides(struct pair *p)
{
	struct act_whole *out = p->out;
	struct str rest = p->parties, party;

	while (rest.n && out->side_count < ENTRY_PARTIES_MAX && str_split(&rest, ',', &party))
		out->sides[out->side_count++] = (struct act_side){
			.party = party,
			.ledger = ledger_of(p->v, party),
			.proposed = str_eq(party, out->proposer) ? out->n : ACT_UNSAID,
			.accepted = ACT_UNSAID,
			.declined = ACT_UNSAID,
			.ready = ACT_UNSAID
		};
}

static bool read_sides(struct pair *p, struct err *err)
{
	struct stmt *s = on_act(p,
				"SELECT party, proposed, accepted, declined, ready FROM "
				"p_act_party WHERE h = ? AND parties = ? ORDER BY party",
				err);
	struct act_whole *out = p->out;
	bool row = true;

	if (!s)
		return false;
	while (row && out->side_count < ENTRY_PARTIES_MAX) {
		struct act_side *side = &out->sides[out->side_count];

		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		side->party = arena_str(p->a, col_text(s, 0));
		side->ledger = ledger_of(p->v, side->party);
		side->proposed = index_of(s, 1);
		side->accepted = index_of(s, 2);
		side->declined = index_of(s, 3);
		side->ready = index_of(s, 4);
		out->side_count++;
	}
	if (row)
		stmt_reset(s);
	if (!out->side_count)
		plain_sides(p);
	return true;
}

static bool read_receipts(struct pair *p, struct err *err)
{
	struct act_whole *out = p->out;
	size_t most = out->side_count * out->side_count;
	struct stmt *s = on_act(p,
				"SELECT party, peer, n FROM p_act_ack WHERE h = ? AND parties "
				"= ? ORDER BY party, peer",
				err);
	bool row = true;

	if (!s)
		return false;
	out->receipts = arena_array(p->a, struct act_receipt, most + 1);
	while (row && out->receipt_count < most) {
		struct act_receipt *x = &out->receipts[out->receipt_count];

		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		x->party = arena_str(p->a, col_text(s, 0));
		x->peer = arena_str(p->a, col_text(s, 1));
		x->n = (uint64_t)col_int(s, 2);
		out->receipt_count++;
	}
	if (row)
		stmt_reset(s);
	return true;
}

/* --- texts in force, and before (LEDGER.md 8.5) --- */

struct version_row {
	struct act_text text;
	struct str base;
	bool head;
};
struct version_rows {
	struct version_row *list;
	size_t n;
};

static bool base_names(struct str base, const struct hash *act)
{
	struct str hex;
	struct hash h;

	while (base.n && str_split(&base, ',', &hex))
		if (hash_hex(hex, &h) && hash_eq(&h, act))
			return true;
	return false;
}

static void version_push(struct arena *a, struct version_rows *to, size_t *cap,
			 const struct version_row *x)
{
	if (to->n == *cap) {
		struct version_row *wider;

		*cap = *cap ? *cap * 2 : 8;
		wider = arena_array(a, struct version_row, *cap);
		if (to->n)
			memcpy(wider, to->list, to->n * sizeof(*wider));
		to->list = wider;
	}
	to->list[to->n++] = *x;
}

/* Every text that came into force, replaced or not, oldest proposal first. */
static bool versions_in_force(struct view *v, struct arena *a, struct str kind, struct str id,
			      enum audience who, struct version_rows *out, struct err *err)
{
	struct stmt *s = db_prepare(
		v->reg,
		"SELECT e.h, e.op, e.data, e.base, a.in_force_time, r.ledger FROM r_effect e "
		"JOIN p_act a ON a.h = e.h AND a.parties = e.parties "
		"JOIN r_act r ON r.h = e.h AND r.parties = e.parties "
		"WHERE e.kind = ? AND e.id = ? AND e.audience <= ? AND a.state = 'in_force' "
		"ORDER BY r.time, e.h, e.parties",
		err);
	size_t cap = 0;
	bool row = true;

	*out = (struct version_rows){ 0 };
	if (!s)
		return false;
	stmt_text(s, 0, kind);
	stmt_text(s, 1, id);
	stmt_int(s, 2, who);
	while (row) {
		struct version_row x = { .head = true };

		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		memcpy(x.text.act.b, col_blob(s, 0).p, HASH_SIZE);
		if (str_is(col_text(s, 1), "put"))
			x.text.data = arena_str(a, col_text(s, 2));
		x.base = arena_str(a, col_text(s, 3));
		x.text.time = arena_str(a, col_text(s, 4));
		x.text.proposer = party_of(v, arena_str(a, col_text(s, 5)));
		version_push(a, out, &cap, &x);
	}
	for (size_t i = 0; i < out->n; i++)
		for (size_t k = 0; k < out->n; k++)
			if (k != i && base_names(out->list[k].base, &out->list[i].text.act))
				out->list[i].head = false;
	return true;
}

bool view_heads(struct view *v, struct arena *a, const struct record *r, struct str id,
		enum audience who, struct act_text **out, size_t *n, struct err *err)
{
	struct version_rows all;

	*n = 0;
	if (!versions_in_force(v, a, str_z(r->name), id, who, &all, err))
		return false;
	*out = arena_array(a, struct act_text, all.n + 1);
	for (size_t i = 0; i < all.n; i++)
		if (all.list[i].head)
			(*out)[(*n)++] = all.list[i].text;
	return true;
}

static bool compare(struct pair *p, struct act_effect *e, struct str base, struct err *err)
{
	struct version_rows all;

	if (!versions_in_force(p->v, p->a, e->kind, e->id, p->who, &all, err))
		return false;
	e->base = arena_array(p->a, struct act_text, all.n + 1);
	e->heads = arena_array(p->a, struct act_text, all.n + 1);
	e->based_on_heads = true;
	for (size_t i = 0; i < all.n; i++) {
		const struct version_row *x = &all.list[i];
		bool named = base_names(base, &x->text.act);

		if (named)
			e->base[e->base_count++] = x->text;
		if (x->head)
			e->heads[e->head_count++] = x->text;
		if (named != x->head)
			e->based_on_heads = false;
		if (base_names(x->base, &p->out->act)) {
			e->replaced = true;
			e->by = x->text.act;
		}
	}
	return true;
}

/* --- what it would change --- */

static bool read_effects(struct pair *p, struct err *err)
{
	struct stmt *s = on_act(p,
				"SELECT kind, id, op, data, base FROM r_effect WHERE h = ? AND "
				"parties = ? AND audience <= ? ORDER BY kind, id",
				err);
	struct act_whole *out = p->out;
	struct str base[ACT_EFFECTS_MAX] = { 0 }; /* a plain one has none */
	bool row = true;

	if (!s)
		return false;
	stmt_int(s, 2, p->who);
	while (row && out->effect_count < ACT_EFFECTS_MAX) {
		struct act_effect *e = &out->effects[out->effect_count];

		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		e->kind = arena_str(p->a, col_text(s, 0));
		e->record = record_named(e->kind);
		if (e->record && (!e->record->joint || e->record->part))
			e->record = NULL;
		e->id = arena_str(p->a, col_text(s, 1));
		if (str_is(col_text(s, 2), "put"))
			e->data = arena_str(p->a, col_text(s, 3));
		base[out->effect_count++] = arena_str(p->a, col_text(s, 4));
	}
	if (row)
		stmt_reset(s);
	for (size_t i = 0; i < out->effect_count; i++)
		if (!compare(p, &out->effects[i], base[i], err))
			return false;
	return true;
}

/* Its place was taken by an act whose word about others may not show in public tables. */
static void note_replaced(struct act_whole *out)
{
	bool replaced = out->effect_count > 0;

	for (size_t i = 0; i < out->effect_count; i++)
		replaced = replaced && out->effects[i].replaced;
	if (replaced && str_is(out->state, "in_force"))
		out->state = S("superseded");
}

/* --- its document --- */

static bool read_document(struct pair *p, struct err *err)
{
	struct act_whole *out = p->out;
	struct str bytes;
	bool found;

	if (!view_body(p->v, p->a, &out->act, &out->document, &found, err))
		return false;
	if (found)
		return true;
	if (!view_blob_read(p->v, p->a, &out->act, DOCUMENT_MAX, &bytes, &found, err))
		return false;
	if (found)
		out->document = bytes;
	return true;
}

bool view_act(struct view *v, struct arena *a, const struct hash *act, enum audience who,
	      struct act_whole *out, struct err *err)
{
	struct pair p = { .v = v, .a = a, .who = who, .out = out };

	memset(out, 0, sizeof(*out));
	out->act = *act;
	if (!find_act(&p, err) || !read_sides(&p, err) || !read_receipts(&p, err) ||
	    !read_effects(&p, err) || !read_document(&p, err))
		return false;
	note_replaced(out);
	return true;
}
