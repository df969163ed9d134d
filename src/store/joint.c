#include "store/joint_inside.h"

#include "base/uuid.h"

/* --- the document of an act (LEDGER.md 8.1) --- */

struct proposal {
	const struct follow *ledger;
	uint64_t n;
	struct str time, actor;
};

bool document_named(const struct entry *e, const struct hash *h)
{
	struct hash one;

	for (const struct json *b = e->blobs ? e->blobs->child : NULL; b; b = b->next)
		if (hash_hex(json_str(b, "sha256"), &one) && hash_eq(&one, h))
			return true;
	return false;
}

bool document_read(struct projection *p, const struct hash *h, struct document *d,
		   struct err *err)
{
	struct err ignored;
	struct json *doc;
	struct str bytes;
	bool found;

	d->audience = AUDIENCE_PUBLIC;
	d->named = true;
	d->doc = NULL;
	if (!p->from.blob(p->from.ctx, &p->once, h, &bytes, &found, err))
		return false;
	if (found && bytes.n <= DOCUMENT_MAX && json_object(&p->once, bytes, &doc, &ignored)) {
		d->doc = doc;
		d->size = bytes.n;
	}
	return true;
}

static bool sealed_document(struct projection *p, const struct follow *l, const struct entry *e,
			    struct document *d, struct err *err)
{
	struct sealed_place at = sealed_place(p);

	for (const struct json *s = e->sealed ? e->sealed->child : NULL; s; s = s->next) {
		const struct json *body;
		enum audience who;
		struct hash c;

		if (!hash_hex(json_str(s, "c"), &c) || !hash_eq(&c, &e->act))
			continue;
		if (!sealed_body(&at, l->who->name, s, &body, &who, err))
			return false;
		d->named = true;
		if (body && (unsigned)who < d->audience) {
			d->audience = who;
			d->doc = body;
		}
	}
	return true;
}

/* What one party's proposal brings: its entry may be the one shown, and carry the document. */
static bool look_at(struct projection *p, const struct follow *l, uint64_t n,
		    struct proposal *best, struct document *d, struct err *err)
{
	struct entry e;
	int earlier;

	if (!entry_again(p, l, n, &e, err))
		return false;
	earlier = best->ledger ? str_cmp(e.time_text, best->time) : -1;
	if (earlier < 0 || (earlier == 0 && str_cmp(l->who->name, best->ledger->who->name) < 0))
		*best = (struct proposal){ l, n, e.time_text, e.actor };
	if (d->audience == AUDIENCE_PUBLIC && d->doc)
		return true;
	return document_named(&e, &e.act) ? document_read(p, &e.act, d, err)
					  : sealed_document(p, l, &e, d, err);
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

static bool proposals(struct projection *p, const struct act *a, struct proposal *best,
		      struct document *d, struct err *err)
{
	const struct follow *by[ACT_PARTIES_MAX];
	uint64_t at[ACT_PARTIES_MAX];
	size_t n = 0;
	bool row = true;
	struct stmt *s = on_act(p,
				"SELECT party, proposed FROM p_act_party WHERE h = ? AND "
				"parties = ? AND proposed IS NOT NULL ORDER BY party",
				a, err);

	if (!s)
		return false;
	while (row && n < ACT_PARTIES_MAX) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row) {
			by[n] = follow_party(p, col_text(s, 0));
			at[n++] = (uint64_t)col_int(s, 1);
		}
	}
	stmt_reset(s);
	for (size_t i = 0; i < n; i++)
		if (!look_at(p, by[i], at[i], best, d, err))
			return false;
	return true;
}

bool document_fits(const struct projection *p, const struct act *a, const struct json *doc)
{
	const struct json *parties = json_arr(doc, "parties");
	struct str rest = a->parties, party;
	struct hash id;
	int64_t v;

	if (!json_int(doc, "v", &v) || v != 1 || !hash_hex(json_str(doc, "register"), &id) ||
	    !hash_eq(&id, &p->charter->id) || !parties)
		return false;
	for (const struct json *c = parties->child; c; c = c->next)
		if (c->type != JSON_STR || !rest.n || !str_split(&rest, ',', &party) ||
		    !str_eq(c->str, party))
			return false;
	return !rest.n;
}

/* --- its effects (LEDGER.md 8.5) --- */

static bool base_text(struct buf *out, const struct json *base)
{
	struct hash h;

	for (const struct json *b = base ? base->child : NULL; b; b = b->next) {
		if (b->type != JSON_STR || !hash_hex(b->str, &h))
			return false;
		if (out->n)
			buf_ch(out, ',');
		buf_add(out, b->str);
	}
	return true;
}

bool effect_good(const struct json *e, bool *put)
{
	struct str op = json_str(e, "op");

	*put = str_is(op, "put");
	return record_kind_valid(json_str(e, "kind")) && uuid_valid(json_str(e, "id")) &&
	       (*put ? json_obj(e, "data") != NULL : str_is(op, "end"));
}

static bool effect_add(struct projection *p, const struct act *a, const struct json *e,
		       unsigned audience, struct err *err)
{
	struct buf base;
	struct stmt *s;
	bool put, ok;

	if (!effect_good(e, &put))
		return true;
	if (!plain_end_on(p, json_str(e, "kind"), json_str(e, "id"), err))
		return false;
	buf_init(&base, DOCUMENT_MAX);
	ok = base_text(&base, json_arr(e, "base"));
	s = db_prepare(
		p->db,
		"INSERT INTO r_effect (kind, id, h, parties, op, base, data, head, audience) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (kind, id, h, parties) DO "
		"UPDATE SET op = excluded.op, base = excluded.base, data = excluded.data",
		err);
	if (s) {
		stmt_text(s, 0, json_str(e, "kind"));
		stmt_text(s, 1, json_str(e, "id"));
		stmt_blob(s, 2, a->h.b, HASH_SIZE);
		stmt_text(s, 3, a->parties);
		stmt_text(s, 4, put ? S("put") : S("end"));
		stmt_text(s, 5, buf_str(&base));
		if (put)
			stmt_text(s, 6, json_obj(e, "data")->raw);
		stmt_int(s, 7, audience);
		ok = !ok || stmt_done(s, err);
	}
	buf_done(&base);
	return s && ok;
}

static bool supersede_add(struct projection *p, const struct act *a, const struct json *target,
			  struct err *err)
{
	struct stmt *s;
	struct hash h;

	if (target->type != JSON_STR || !hash_hex(target->str, &h))
		return true;
	s = db_prepare(p->db,
		       "INSERT INTO r_supersede (target, h, parties) VALUES (?, ?, ?) "
		       "ON CONFLICT (target, h, parties) DO NOTHING",
		       err);
	if (!s)
		return false;
	stmt_blob(s, 0, h.b, HASH_SIZE);
	stmt_blob(s, 1, a->h.b, HASH_SIZE);
	stmt_text(s, 2, a->parties);
	return stmt_done(s, err);
}

static bool effects_read(struct projection *p, const struct act *a, const struct document *d,
			 struct err *err)
{
	const struct json *effects = json_arr(d->doc, "effects");
	const struct json *others = json_arr(d->doc, "supersedes");

	for (const struct json *e = effects ? effects->child : NULL; e; e = e->next)
		if (!effect_add(p, a, e, d->audience, err))
			return false;
	/* A confidential act's word about others may not show in the public tables. */
	if (d->audience != AUDIENCE_PUBLIC)
		return true;
	for (const struct json *t = others ? others->child : NULL; t; t = t->next)
		if (!supersede_add(p, a, t, err))
			return false;
	return true;
}

static struct str record_key(struct projection *p, struct str kind, struct str id)
{
	buf_clear(&p->text);
	buf_add(&p->text, kind);
	buf_ch(&p->text, '/');
	buf_add(&p->text, id);
	return buf_str(&p->text);
}

void joint_mark(struct projection *p, struct str kind, struct str id)
{
	tally_add(&p->joint, record_key(p, kind, id), 1, 0);
}

bool joint_marked(struct projection *p, struct str kind, struct str id)
{
	return tally_has(&p->joint, record_key(p, kind, id));
}

static bool mark_records(struct projection *p, struct stmt *s, struct err *err)
{
	bool row = true;

	while (row) {
		if (!stmt_step(s, &row, err))
			return false;
		if (!row)
			break;
		joint_mark(p, col_text(s, 0), col_text(s, 1));
	}
	return true;
}

static bool mark_effects(struct projection *p, const struct act *a, struct err *err)
{
	struct stmt *s =
		on_act(p, "SELECT kind, id FROM r_effect WHERE h = ? AND parties = ?", a, err);

	return s && mark_records(p, s, err);
}

/* What was read of the document before, at another audience. */
static bool effects_drop(struct projection *p, const struct act *a, struct err *err)
{
	struct stmt *s;

	if (!mark_effects(p, a, err))
		return false;
	s = on_act(p, "DELETE FROM r_effect WHERE h = ? AND parties = ?", a, err);
	if (!s || !stmt_done(s, err))
		return false;
	s = on_act(p, "DELETE FROM r_supersede WHERE h = ? AND parties = ?", a, err);
	return s && stmt_done(s, err);
}

static bool act_row(struct projection *p, const struct act *a, const struct proposal *by,
		    const struct document *d, bool fits, struct err *err)
{
	struct stmt *s = on_act(
		p,
		"INSERT INTO r_act (h, parties, ledger, n, time, actor, audience, document) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (h, parties) DO UPDATE SET "
		"ledger = excluded.ledger, n = excluded.n, time = excluded.time, "
		"actor = excluded.actor, audience = excluded.audience, document = "
		"excluded.document",
		a, err);

	if (!s)
		return false;
	stmt_text(s, 2, by->ledger->who->name);
	stmt_int(s, 3, (int64_t)by->n);
	stmt_text(s, 4, by->time);
	stmt_text(s, 5, by->actor);
	stmt_int(s, 6, d->audience);
	stmt_text(s, 7, fits ? S("read") : d->doc ? S("unusable") : S("missing"));
	return stmt_done(s, err);
}

static bool is_in_force(struct projection *p, const struct act *a, bool *is, struct err *err)
{
	struct stmt *s = on_act(
		p,
		"SELECT count(*) FROM p_act WHERE h = ? AND parties = ? AND state = 'in_force'",
		a, err);
	bool row;

	if (!s || !stmt_step(s, &row, err))
		return false;
	*is = row && col_int(s, 0) > 0;
	stmt_reset(s);
	return true;
}

bool joint_proposed(struct projection *p, const struct act *a, struct err *err)
{
	struct document d = { .audience = AUDIENCE_NONE };
	struct proposal best = { 0 };
	bool fits, in_force;

	if (!proposals(p, a, &best, &d, err))
		return false;
	if (!best.ledger)
		return true;
	act_mark(p, a);
	fits = d.doc && document_fits(p, a, d.doc);
	return effects_drop(p, a, err) && act_row(p, a, &best, &d, fits, err) &&
	       (!fits || effects_read(p, a, &d, err)) && is_in_force(p, a, &in_force, err) &&
	       joint_act(p, a, in_force, err);
}

bool joint_document_arrived(struct projection *p, const struct hash *h, struct err *err)
{
	struct stmt *s = db_prepare(p->db, "SELECT parties FROM r_act WHERE h = ?", err);
	struct act acts[ACT_PARTIES_MAX];
	size_t n = 0;
	bool row = true;

	if (!s)
		return false;
	stmt_blob(s, 0, h->b, HASH_SIZE);
	while (row && n < ACT_PARTIES_MAX) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			acts[n++] = (struct act){ *h, arena_str(&p->once, col_text(s, 0)) };
	}
	stmt_reset(s);
	for (size_t i = 0; i < n; i++)
		if (!joint_proposed(p, &acts[i], err))
			return false;
	return true;
}

/* --- an act comes into force --- */

static bool supersede_self(struct projection *p, const struct act *a, struct err *err)
{
	struct stmt *s =
		on_act(p,
		       "UPDATE p_act SET superseded = 1 WHERE h = ? AND parties = ? AND EXISTS "
		       "(SELECT 1 FROM r_supersede s JOIN p_act o ON o.h = s.h AND o.parties = "
		       "s.parties "
		       "WHERE s.target = p_act.h AND o.state = 'in_force')",
		       a, err);

	return s && stmt_done(s, err);
}

static bool supersede_others(struct projection *p, const struct act *a, struct err *err)
{
	struct stmt *s =
		on_act(p,
		       "UPDATE p_act SET superseded = 1 WHERE state = 'in_force' AND h IN "
		       "(SELECT target FROM r_supersede WHERE h = ? AND parties = ?)",
		       a, err);

	if (!s || !stmt_done(s, err))
		return false;
	s = on_act(p,
		   "SELECT kind, id FROM r_effect WHERE h IN "
		   "(SELECT target FROM r_supersede WHERE h = ? AND parties = ?)",
		   a, err);
	return s && mark_records(p, s, err);
}

bool joint_act(struct projection *p, const struct act *a, bool in_force, struct err *err)
{
	return mark_effects(p, a, err) &&
	       (!in_force || (supersede_self(p, a, err) && supersede_others(p, a, err)));
}
