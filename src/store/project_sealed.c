#include "store/project.h"

struct sealed_place sealed_place(struct projection *p)
{
	return (struct sealed_place){ p->db, p->charter, &p->from, &p->once };
}

/* --- what an entry names --- */

static bool blob_ref(struct projection *p, const struct follow *l, const struct entry *e,
		     const struct json *b, struct err *err)
{
	struct hash *h = arena_new(&p->once, struct hash);
	int64_t size;

	if (!hash_hex(json_str(b, "sha256"), h) || !json_int(b, "size", &size))
		return false;
	return line_wait(
		p, WAITS_P_BLOB_REF,
		(struct cell[]){ { .kind = CELL_TEXT, .text = l->who->name },
				 { .kind = CELL_INT, .number = (int64_t)e->n },
				 { .kind = CELL_BLOB, .text = str_of(h->b, HASH_SIZE) },
				 { .kind = CELL_INT, .number = size },
				 { .kind = CELL_TEXT, .text = json_str(b, "media") },
				 { .kind = CELL_TEXT, .text = json_str(b, "name") } },
		err);
}

static bool is_document(const struct json *b, const struct hash *h)
{
	struct hash one;

	return hash_hex(json_str(b, "sha256"), &one) && hash_eq(&one, h) &&
	       str_is(json_str(b, "media"), PROPOSAL_MEDIA) &&
	       str_is(json_str(b, "name"), PROPOSAL_NAME);
}

static const struct json *document_of(const struct entry *e, const struct hash *h)
{
	const struct json *b = e->blobs ? e->blobs->child : NULL;

	while (b && !is_document(b, h))
		b = b->next;
	return b;
}

bool document_sized(const struct entry *e, const struct hash *h, int64_t *size)
{
	const struct json *b = document_of(e, h);

	return b && json_int(b, "size", size);
}

bool document_ref(struct projection *p, const struct follow *l, const struct entry *e,
		  struct err *err)
{
	const struct json *b = document_of(e, &e->act);

	return !b || blob_ref(p, l, e, b, err);
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

/* --- what stands beside a commitment: whether its body is here, and what that names --- */

static struct stmt *on_place(struct projection *p, const char *sql, const struct follow *l,
			     const struct entry *e, struct err *err)
{
	struct stmt *s = db_prepare(p->db, sql, err);

	if (!s)
		return NULL;
	stmt_text(s, 0, l->who->name);
	stmt_int(s, 1, (int64_t)e->n);
	return s;
}

static bool place_drop(struct projection *p, const char *sql, const struct follow *l,
		       const struct entry *e, const struct hash *c, struct err *err)
{
	struct stmt *s = on_place(p, sql, l, e, err);

	if (!s)
		return false;
	stmt_blob(s, 2, c->b, HASH_SIZE);
	return stmt_done(s, err);
}

static bool lack_put(struct projection *p, const struct follow *l, const struct entry *e,
		     const struct hash *c, struct err *err)
{
	struct stmt *s = on_place(
		p, "INSERT INTO r_lack (lid, n, c) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", l,
		e, err);

	if (!s)
		return false;
	stmt_blob(s, 2, c->b, HASH_SIZE);
	return stmt_done(s, err);
}

/* The attachments that the body names, under the names by which they travel. */
static bool attached_put(struct projection *p, const struct follow *l, const struct entry *e,
			 const struct hash *c, const struct json *body, struct err *err)
{
	const struct json *blobs = json_arr(body, "blobs");
	size_t count = 0;

	for (const struct json *b = blobs ? blobs->child : NULL; b && count < ENTRY_BLOBS_MAX;
	     b = b->next) {
		struct hash sha256, name;
		struct stmt *s;

		count++;
		if (!hash_hex(json_str(b, "sha256"), &sha256) ||
		    !sealed_attached_name(body, &sha256, &name))
			continue;
		s = on_place(p,
			     "INSERT INTO r_attached (lid, n, name, c, sha256) VALUES "
			     "(?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			     l, e, err);
		if (!s)
			return false;
		stmt_blob(s, 2, name.b, HASH_SIZE);
		stmt_blob(s, 3, c->b, HASH_SIZE);
		stmt_blob(s, 4, sha256.b, HASH_SIZE);
		if (!stmt_done(s, err))
			return false;
	}
	return true;
}

/* Published bodies are lacked by everybody, others by those who may have them: more than the
 * writer. */
static bool is_lacked(const struct json *part, const struct sealed_fate *fate)
{
	return !fate->erased && (fate->opened || json_arr(part, "for")->count > 1);
}

static bool place_settle(struct projection *p, const struct follow *l, const struct entry *e,
			 const struct json *part, struct err *err)
{
	struct sealed_place at = sealed_place(p);
	const struct json *body;
	struct sealed_fate fate;
	enum audience who;
	struct hash c;

	if (!hash_hex(json_str(part, "c"), &c) ||
	    !place_drop(p, "DELETE FROM r_lack WHERE lid = ? AND n = ? AND c = ?", l, e, &c,
			err) ||
	    !place_drop(p, "DELETE FROM r_attached WHERE lid = ? AND n = ? AND c = ?", l, e, &c,
			err) ||
	    !sealed_body(&at, l->who->name, part, &body, &who, err) ||
	    !sealed_fate(&at, l->who->name, &c, &fate, err))
		return false;
	if (!body)
		return !is_lacked(part, &fate) || lack_put(p, l, e, &c, err);
	return fate.opened || attached_put(p, l, e, &c, body, err);
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
	return stmt_done(s, err) && place_settle(p, l, e, part, err);
}

bool entry_attachments(struct projection *p, const struct follow *l, const struct entry *e,
		       struct err *err)
{
	const struct json *document =
		e->type == ENTRY_ACT_PROPOSE ? document_of(e, &e->act) : NULL;

	for (const struct json *b = e->blobs ? e->blobs->child : NULL; b; b = b->next)
		if (b != document && !blob_ref(p, l, e, b, err))
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

static bool shown_again(struct projection *p, const struct place *at, const struct hash *c,
			struct err *err)
{
	struct hash named;
	struct entry e;

	if (!entry_again(p, at->ledger, at->n, &e, err))
		return false;
	for (const struct json *part = e.sealed ? e.sealed->child : NULL; part;
	     part = part->next)
		if (hash_hex(json_str(part, "c"), &named) && hash_eq(&named, c) &&
		    !place_settle(p, at->ledger, &e, part, err))
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
		if (!shown_again(p, &places[i], c, err))
			return false;
	return true;
}

/* When `c` was published, or erased, by the ledger that committed to it. */
static bool fated(struct projection *p, const struct follow *l, const struct entry *e,
		  const char *sql, const struct hash *c, struct err *err)
{
	struct stmt *s = db_prepare(p->db, sql, err);

	if (!s)
		return false;
	stmt_int(s, 0, (int64_t)e->n);
	stmt_blob(s, 1, c->b, HASH_SIZE);
	stmt_text(s, 2, l->who->name);
	return stmt_done(s, err);
}

bool sealed_opened(struct projection *p, struct follow *l, const struct entry *e,
		   struct err *err)
{
	struct hash c;

	return hash_hex(json_str(e->body, "c"), &c) &&
	       fated(p, l, e,
		     "UPDATE p_sealed SET opened = ? WHERE c = ? AND lid = ? AND opened IS "
		     "NULL",
		     &c, err) &&
	       sealed_arrived(p, &c, err);
}

static bool erasure_put(struct projection *p, const struct follow *l, const struct entry *e,
			const struct hash *c, struct err *err)
{
	struct stmt *s = db_prepare(p->db,
				    "INSERT INTO r_erasure (c, lid, n, time, ground) VALUES "
				    "(?, ?, ?, ?, ?) ON CONFLICT (c, lid) DO NOTHING",
				    err);

	if (!s)
		return false;
	stmt_blob(s, 0, c->b, HASH_SIZE);
	stmt_text(s, 1, l->who->name);
	stmt_int(s, 2, (int64_t)e->n);
	stmt_text(s, 3, e->time_text);
	stmt_text(s, 4, json_str(e->body, "ground"));
	return stmt_done(s, err);
}

/* Whether some ledger commits to it that has not erased it. */
static bool still_meant(struct projection *p, const struct hash *c, bool *is, struct err *err)
{
	struct stmt *s = db_prepare(
		p->db, "SELECT 1 FROM p_sealed WHERE c = ? AND erased IS NULL LIMIT 1", err);

	if (!s)
		return false;
	stmt_blob(s, 0, c->b, HASH_SIZE);
	if (!stmt_step(s, is, err))
		return false;
	stmt_reset(s);
	return true;
}

static bool erase_one(struct projection *p, struct follow *l, const struct entry *e,
		      const struct hash *c, struct err *err)
{
	bool meant;

	if (!erasure_put(p, l, e, c, err) ||
	    !fated(p, l, e,
		   "UPDATE p_sealed SET erased = ? WHERE c = ? AND lid = ? AND erased IS NULL",
		   c, err) ||
	    !still_meant(p, c, &meant, err))
		return false;
	if (p->from.erase && !p->from.erase(p->from.ctx, l->who->name, c, !meant, err))
		return false;
	return sealed_arrived(p, c, err);
}

bool sealed_erased(struct projection *p, struct follow *l, const struct entry *e,
		   struct err *err)
{
	struct hash c;

	for (const struct json *one = json_arr(e->body, "c")->child; one; one = one->next)
		if (!hash_hex(one->str, &c) || !erase_one(p, l, e, &c, err))
			return false;
	return true;
}
