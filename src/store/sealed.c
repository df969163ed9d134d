#include "store/sealed.h"

enum { MERGED_MAX = 1 << 20 };

const char *const audience_names[] = { [AUDIENCE_PUBLIC] = "public",
				       [AUDIENCE_PARTIES] = "parties",
				       [AUDIENCE_NATIONAL] = "national" };

/* --- one body --- */

bool sealed_fate(const struct sealed_place *at, struct str ledger, const struct hash *c,
		 struct sealed_fate *out, struct err *err)
{
	struct stmt *s = db_prepare(
		at->reg,
		"SELECT count(opened), count(erased) FROM p_sealed WHERE c = ? AND lid = ?",
		err);
	bool row;

	if (!s)
		return false;
	stmt_blob(s, 0, c->b, HASH_SIZE);
	stmt_text(s, 1, ledger);
	if (!stmt_step(s, &row, err))
		return false;
	out->opened = row && col_int(s, 0) > 0;
	out->erased = row && col_int(s, 1) > 0;
	stmt_reset(s);
	return true;
}

static bool for_everyone(const struct charter *charter, const struct json *audience)
{
	struct str parties[CHARTER_LEDGERS_MAX];
	size_t n = charter_parties(charter, parties);

	for (size_t i = 0; i < n; i++) {
		const struct json *c = audience->child;

		while (c && !str_eq(c->str, parties[i]))
			c = c->next;
		if (!c)
			return false;
	}
	return true;
}

bool sealed_body(const struct sealed_place *at, struct str ledger, const struct json *part,
		 const struct json **body, enum audience *who, struct err *err)
{
	const struct apply_source *from = at->from;
	struct sealed_fate fate;
	bool found = false;
	struct json *doc;
	struct str bytes;
	struct hash c;
	struct err ignored;

	*body = NULL;
	*who = AUDIENCE_NATIONAL;
	if (!hash_hex(json_str(part, "c"), &c))
		return true;
	if (!sealed_fate(at, ledger, &c, &fate, err))
		return false;
	if (fate.opened)
		*who = AUDIENCE_PUBLIC;
	else if (for_everyone(at->charter, json_arr(part, "for")))
		*who = AUDIENCE_PARTIES;
	if (fate.erased)
		return true;
	if (!from->opening(from->ctx, at->a, &c, &bytes, &found, err))
		return false;
	if (!found && fate.opened && !from->blob(from->ctx, at->a, &c, &bytes, &found, err))
		return false;
	if (found && commitment_opens(bytes, &c) && json_object(at->a, bytes, &doc, &ignored))
		*body = doc;
	return true;
}

bool sealed_attached_name(const struct json *body, const struct hash *sha256, struct hash *name)
{
	struct str parts[2];
	struct hash salt;

	if (!hash_hex(json_str(body, "salt"), &salt))
		return false;
	parts[0] = str_of(salt.b, HASH_SIZE);
	parts[1] = str_of(sha256->b, HASH_SIZE);
	*name = hash_parts(parts, 2);
	return true;
}

/* --- all of one entry --- */

bool overlays_find(const struct sealed_place *at, struct str ledger, const struct json *sealed,
		   struct overlays *out, struct err *err)
{
	out->n = 0;
	for (const struct json *part = sealed ? sealed->child : NULL; part; part = part->next) {
		struct overlay *o = &out->list[out->n];
		const struct json *body;

		if (!sealed_body(at, ledger, part, &body, &o->who, err))
			return false;
		o->data = json_obj(body, "data");
		if (o->data)
			out->n++;
	}
	return true;
}

size_t overlays_for(const struct overlays *o, enum audience who)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n; i++)
		n += o->list[i].who <= who;
	return n;
}

static bool merge(struct arena *a, const struct json *under, const struct json *over,
		  const struct json **out, struct err *err)
{
	struct json *merged;
	struct buf text;
	struct json_w w;

	if (!under->count) {
		*out = over;
		return true;
	}
	buf_init(&text, MERGED_MAX);
	w = json_w(&text);
	json_open(&w, '{');
	for (const struct json *m = under->child; m; m = m->next) {
		const struct json *instead = json_member(over, m->name);

		json_key_str(&w, m->name);
		json_put_raw(&w, instead ? instead->raw : m->raw);
	}
	for (const struct json *m = over->child; m; m = m->next)
		if (!json_member(under, m->name)) {
			json_key_str(&w, m->name);
			json_put_raw(&w, m->raw);
		}
	json_close(&w, '}');
	if (!json_object(a, arena_buf(a, &text), &merged, err))
		return false;
	*out = merged;
	return true;
}

bool overlays_apply(const struct sealed_place *at, const struct overlays *o, enum audience who,
		    const struct json *leaf, const struct json **out, struct err *err)
{
	*out = leaf;
	for (size_t i = 0; i < o->n; i++)
		if (o->list[i].who <= who && !merge(at->a, *out, o->list[i].data, out, err))
			return false;
	return true;
}
