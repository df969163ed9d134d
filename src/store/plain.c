#include "store/plain.h"

#include "store/project.h"
#include "store/schema.h"

#include <string.h>

#define each_record(r) (const struct record *r = records + 1; r < records + RECORD_COUNT; r++)

static const struct {
	const char *table, *rows;
} plain[] = {
	{ "p_act", "SELECT h, parties, 'proposed', NULL, 0 FROM x" },
	{ "p_act_party", "SELECT h, parties, party, " PLAIN_PROPOSED ", NULL, NULL, NULL "
			 "FROM w" },
	{ "p_blob_ref", "SELECT ledger, n, h, size, '" PROPOSAL_MEDIA "', '" PROPOSAL_NAME
			"' FROM x WHERE size IS "
			"NOT NULL" },
	{ "r_act",
	  "SELECT h, parties, ledger, n, since, actor, 0, 'read', parties, since, 0 FROM x" },
	{ "r_effect", NULL },
	{ "r_open", "SELECT party, since, h, parties, kind, id, 0 FROM w UNION ALL "
		    "SELECT '', since, h, parties, kind, id, 0 FROM x" },
	{ "r_word", "SELECT h, parties, ledger, since, NULL FROM x" },
};
enum { PLAIN_COUNT = sizeof(plain) / sizeof(plain[0]) };

/* What it puts stands in the record's row. */
static void effects_of(struct buf *out)
{
	const char *between = "";

	for
		each_record(r) if (r->joint && kind_has_table(r))
		{
			buf_z(out, between);
			buf_lit(out,
				"SELECT x.kind, x.id, x.h, x.parties, 'put', '', k.data, 0, 0 "
				"FROM x JOIN r_");
			buf_z(out, r->name);
			buf_lit(out, " k ON k.rid = x.rid");
			between = " UNION ALL ";
		}
}

bool plain_table(struct str table)
{
	for (size_t i = 0; i < PLAIN_COUNT; i++)
		if (str_is(table, plain[i].table))
			return true;
	return false;
}

void plain_rows(struct buf *out, struct str table)
{
	for (size_t i = 0; i < PLAIN_COUNT; i++)
		if (str_is(table, plain[i].table) && plain[i].rows)
			buf_z(out, plain[i].rows);
	if (str_is(table, "r_effect"))
		effects_of(out);
}

/* --- the rows of one that is plain no longer --- */

static bool on_hash(struct stmt *s, const struct hash *h, struct err *err)
{
	if (!s)
		return false;
	stmt_blob(s, 0, h->b, HASH_SIZE);
	return stmt_done(s, err);
}

static bool lay_out(struct projection *p, const struct hash *h, const char *table,
		    struct err *err)
{
	struct stmt *s;

	buf_clear(&p->text);
	buf_lit(&p->text, "INSERT INTO ");
	buf_z(&p->text, table);
	buf_lit(&p->text, " " PLAIN_ROWS " WHERE h = ?" PLAIN_SIDES);
	plain_rows(&p->text, str_z(table));
	s = db_prepare_text(p->db, buf_str(&p->text), err);
	return on_hash(s, h, err);
}

bool plain_end(struct projection *p, const struct hash *h, struct err *err)
{
	struct stmt *s = db_prepare(p->db, "SELECT 1 FROM r_plain WHERE h = ?", err);
	bool found;

	if (!s)
		return false;
	stmt_blob(s, 0, h->b, HASH_SIZE);
	if (!stmt_step(s, &found, err))
		return false;
	if (!found)
		return true;
	stmt_reset(s);
	for (size_t i = 0; i < PLAIN_COUNT; i++)
		if (!lay_out(p, h, plain[i].table, err))
			return false;
	s = db_prepare(p->db, "DELETE FROM r_plain WHERE h = ?", err);
	return on_hash(s, h, err);
}

bool plain_end_on(struct projection *p, struct str kind, struct str id, struct err *err)
{
	const struct record *r = record_named(kind);
	struct stmt *s;
	struct hash h;
	bool found;

	if (!r || !r->joint || r->part)
		return true;
	buf_clear(&p->text);
	buf_lit(&p->text, "SELECT x.h FROM r_");
	buf_z(&p->text, r->name);
	buf_lit(&p->text, " k JOIN r_plain x ON x.since = k.since AND x.rid = k.rid WHERE "
			  "k.id = ? AND k.party = '" JOINT_PARTY "'");
	s = db_prepare_text(p->db, buf_str(&p->text), err);
	if (!s)
		return false;
	stmt_text(s, 0, id);
	if (!stmt_step(s, &found, err))
		return false;
	if (!found)
		return true;
	memcpy(h.b, col_blob(s, 0).p, HASH_SIZE);
	stmt_reset(s);
	return plain_end(p, &h, err);
}
