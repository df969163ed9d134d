#include "store/project.h"

struct sealed_place sealed_place(struct projection *p)
{
	return (struct sealed_place){ p->db, p->charter, &p->from, &p->once };
}

/* --- what an entry names --- */

static bool blob_ref(struct projection *p, const struct follow *l, const struct entry *e,
		     const struct json *b, struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    "INSERT INTO p_blob_ref (lid, n, sha256, size, media, "
				    "name) VALUES (?, ?, ?, ?, ?, ?)",
				    err);
	struct hash h;
	int64_t size;

	if (!s || !hash_hex(json_str(b, "sha256"), &h) || !json_int(b, "size", &size))
		return false;
	stmt_text(s, 0, l->who->name);
	stmt_int(s, 1, (int64_t)e->n);
	stmt_blob(s, 2, h.b, HASH_SIZE);
	stmt_int(s, 3, size);
	stmt_text(s, 4, json_str(b, "media"));
	stmt_text(s, 5, json_str(b, "name"));
	return stmt_done(s, err);
}

/* "ml,ru" */
static struct str audience_text(struct projection *p, const struct json *audience)
{
	struct buf b;

	buf_init(&b, ENTRY_MAX);
	for (const struct json *c = audience->child; c; c = c->next) {
		if (b.n)
			buf_ch(&b, ',');
		buf_add(&b, c->str);
	}
	return arena_buf(&p->once, &b);
}

static bool sealed_ref(struct projection *p, const struct follow *l, const struct entry *e,
		       const struct json *part, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db,
		"INSERT INTO p_sealed (c, lid, n, class, audience) VALUES (?, ?, ?, ?, ?) "
		"ON CONFLICT (c, lid, n) DO NOTHING",
		err);
	struct hash c;

	if (!s || !hash_hex(json_str(part, "c"), &c))
		return false;
	stmt_blob(s, 0, c.b, HASH_SIZE);
	stmt_text(s, 1, l->who->name);
	stmt_int(s, 2, (int64_t)e->n);
	stmt_text(s, 3, json_str(part, "class"));
	stmt_text(s, 4, audience_text(p, json_arr(part, "for")));
	return stmt_done(s, err);
}

bool entry_attachments(struct projection *p, const struct follow *l, const struct entry *e,
		       struct err *err)
{
	for (const struct json *b = e->blobs ? e->blobs->child : NULL; b; b = b->next)
		if (!blob_ref(p, l, e, b, err))
			return false;
	for (const struct json *c = e->sealed ? e->sealed->child : NULL; c; c = c->next)
		if (!sealed_ref(p, l, e, c, err))
			return false;
	return true;
}

/* --- what becomes of it --- */

struct place {
	struct follow *ledger;
	uint64_t n;
};

static bool shown_again(struct projection *p, const struct place *at, struct err *err)
{
	struct entry e;

	if (!entry_again(p, at->ledger, at->n, &e, err))
		return false;
	if (e.type == ENTRY_ACT_PROPOSE)
		return act_shown_again(p, &e, err);
	return e.type != ENTRY_RECORD_PUT || record_shown_again(p, at->ledger, &e, err);
}

bool sealed_arrived(struct projection *p, const struct hash *c, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db, "SELECT lid, n FROM p_sealed WHERE c = ? ORDER BY n DESC, lid", err);
	struct place places[ENTRY_BLOBS_MAX];
	size_t count = 0;
	bool row = true;

	if (!s)
		return false;
	stmt_blob(s, 0, c->b, HASH_SIZE);
	while (row && count < ENTRY_BLOBS_MAX) {
		if (!stmt_step(s, &row, err))
			return false;
		if (row)
			places[count++] = (struct place){ follow_ledger(p, col_text(s, 0)),
							  (uint64_t)col_int(s, 1) };
	}
	stmt_reset(s);
	for (size_t i = 0; i < count; i++)
		if (!shown_again(p, &places[i], err))
			return false;
	return true;
}

static bool fated(struct projection *p, const struct follow *l, const struct entry *e,
		  const char *sql, struct str hex, struct err *err)
{
	struct stmt *s = db_prepare(p->db, sql, err);
	struct hash c;

	if (!s || !hash_hex(hex, &c))
		return false;
	stmt_int(s, 0, (int64_t)e->n);
	stmt_blob(s, 1, c.b, HASH_SIZE);
	stmt_text(s, 2, l->who->name);
	return stmt_done(s, err) && sealed_arrived(p, &c, err);
}

bool sealed_opened(struct projection *p, struct follow *l, const struct entry *e,
		   struct err *err)
{
	return fated(
		p, l, e,
		"UPDATE p_sealed SET opened = ? WHERE c = ? AND lid = ? AND opened IS NULL",
		json_str(e->body, "c"), err);
}

bool sealed_erased(struct projection *p, struct follow *l, const struct entry *e,
		   struct err *err)
{
	for (const struct json *c = json_arr(e->body, "c")->child; c; c = c->next)
		if (!fated(p, l, e,
			   "UPDATE p_sealed SET erased = ? WHERE c = ? AND lid = ? AND erased "
			   "IS NULL",
			   c->str, err))
			return false;
	return true;
}
