#include "store/plain.h"

#include "store/joint_inside.h"
#include "store/schema.h"

#include <string.h>

#define BEGUN "SELECT h, parties, since, kind, id, ledger, n, "

/* The first of "ml,ru", and what is behind it. */
static void split(struct buf *out, const char *list)
{
	static const char *const letters = ", 'abcdefghijklmnopqrstuvwxyz0123456789-')";
	const char *const all[] = {
		"substr(", list,    ", 1, length(",      list, ") - length(ltrim(",
		list,      letters, ")), substr(ltrim(", list, letters,
		", 2)"
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		buf_z(out, all[i]);
}

/* w: of each row one for each of its parties. */
void plain_with(struct buf *out)
{
	buf_lit(out,
		"WITH RECURSIVE w (h, parties, since, kind, id, ledger, n, party, rest) AS "
		"(" BEGUN);
	split(out, "parties");
	buf_lit(out, " FROM r_plain UNION ALL " BEGUN);
	split(out, "rest");
	buf_lit(out, " FROM w WHERE rest <> '') ");
}

static const struct {
	const char *table, *rows;
} plain[] = {
	{ "p_act", "SELECT h, parties, 'proposed', NULL, 0 FROM r_plain" },
	{ "p_act_party",
	  "SELECT h, parties, party, CASE WHEN party = ledger THEN n END, NULL, NULL, NULL "
	  "FROM w" },
	{ "p_blob_ref", "SELECT ledger, n, h, size, '" PROPOSAL_MEDIA "', '" PROPOSAL_NAME
			"' FROM r_plain WHERE size IS "
			"NOT NULL" },
	{ "r_act", "SELECT h, parties, ledger, n, since, actor, 0, 'read', parties, since, 0 "
		   "FROM r_plain" },
	{ "r_effect", NULL },
	{ "r_open", "SELECT party, since, h, parties, kind, id, 0 FROM w UNION ALL "
		    "SELECT '', since, h, parties, kind, id, 0 FROM r_plain" },
	{ "r_word", "SELECT h, parties, ledger, since, NULL FROM r_plain" },
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
				"FROM r_plain x JOIN r_");
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

/* --- the rows of one, laid out --- */

struct cells {
	struct cell h, kind, id, since, parties, ledger, n, actor, size, rid, data;
};

static struct cell text(struct projection *p, struct stmt *s, int i)
{
	return (struct cell){ .kind = CELL_TEXT, .text = arena_str(&p->once, col_text(s, i)) };
}

static struct cell number(struct stmt *s, int i)
{
	return (struct cell){ .kind = col_null(s, i) ? CELL_NULL : CELL_INT,
			      .number = col_int(s, i) };
}

/* Of the record's row, when it stands on such a proposal. */
static bool read_row(struct projection *p, const struct record *r, struct str id,
		     struct cells *x, bool *found, struct err *err)
{
	struct stmt *s;

	*found = false;
	buf_clear(&p->text);
	buf_lit(&p->text, "SELECT x.h, x.since, x.parties, x.ledger, x.n, x.actor, x.size, "
			  "x.rid, k.data FROM r_");
	buf_z(&p->text, r->name);
	buf_lit(&p->text, " k JOIN r_plain x ON x.since = k.since AND x.rid = k.rid WHERE "
			  "k.id = ? AND k.party = '" JOINT_PARTY "'");
	s = db_prepare_text(p->db, buf_str(&p->text), err);
	if (!s)
		return false;
	stmt_text(s, 0, id);
	if (!stmt_step(s, found, err))
		return false;
	if (!*found)
		return true;
	x->kind = (struct cell){ .kind = CELL_TEXT, .text = str_z(r->name) };
	x->id = (struct cell){ .kind = CELL_TEXT, .text = id };
	x->h = (struct cell){ .kind = CELL_BLOB, .text = arena_str(&p->once, col_blob(s, 0)) };
	x->since = text(p, s, 1);
	x->parties = text(p, s, 2);
	x->ledger = text(p, s, 3);
	x->n = number(s, 4);
	x->actor = text(p, s, 5);
	x->size = number(s, 6);
	x->rid = number(s, 7);
	x->data = text(p, s, 8);
	stmt_reset(s);
	return true;
}

#define CELLS(...)                                                                             \
	(const struct cell[]){ __VA_ARGS__ },                                                  \
		sizeof((const struct cell[]){ __VA_ARGS__ }) / sizeof(struct cell)

/* For `party`; the empty one stands for whoever it may be. */
static bool open_row(struct projection *p, const struct cells *x, struct str party,
		     struct err *err)
{
	const struct cell one = { .kind = CELL_TEXT, .text = party };

	return cells_write(p,
			   "INSERT INTO r_open (party, since, h, parties, kind, id, audience) "
			   "VALUES (?, ?, ?, ?, ?, ?, 0)",
			   CELLS(one, x->since, x->h, x->parties, x->kind, x->id), err);
}

static bool party_rows(struct projection *p, const struct cells *x, struct err *err)
{
	struct str rest = x->parties.text, party;

	while (rest.n && str_split(&rest, ',', &party)) {
		const struct cell one = { .kind = CELL_TEXT, .text = party };
		const struct cell n = str_eq(party, x->ledger.text) ? x->n : (struct cell){ 0 };

		if (!cells_write(p,
				 "INSERT INTO p_act_party (h, parties, party, proposed) VALUES "
				 "(?, ?, ?, ?)",
				 CELLS(x->h, x->parties, one, n), err) ||
		    !open_row(p, x, party, err))
			return false;
	}
	return open_row(p, x, S(""), err);
}

static bool act_rows(struct projection *p, const struct cells *x, struct err *err)
{
	return cells_write(p,
			   "INSERT INTO p_act (h, parties, state, superseded) VALUES "
			   "(?, ?, 'proposed', 0)",
			   CELLS(x->h, x->parties), err) &&
	       cells_write(p,
			   "INSERT INTO r_word (h, parties, party, time) VALUES (?, ?, ?, ?)",
			   CELLS(x->h, x->parties, x->ledger, x->since), err) &&
	       cells_write(p,
			   "INSERT INTO r_act (h, parties, ledger, n, time, actor, audience, "
			   "document, awaited, since, receipt) VALUES "
			   "(?, ?, ?, ?, ?, ?, 0, 'read', ?, ?, 0)",
			   CELLS(x->h, x->parties, x->ledger, x->n, x->since, x->actor,
				 x->parties, x->since),
			   err) &&
	       cells_write(p,
			   "INSERT INTO r_effect (kind, id, h, parties, op, base, data, head, "
			   "audience) VALUES (?, ?, ?, ?, 'put', '', ?, 0, 0)",
			   CELLS(x->kind, x->id, x->h, x->parties, x->data), err) &&
	       (x->size.kind == CELL_NULL ||
		cells_write(p,
			    "INSERT INTO p_blob_ref (lid, n, sha256, size, media, name) VALUES "
			    "(?, ?, ?, ?, '" PROPOSAL_MEDIA "', '" PROPOSAL_NAME "')",
			    CELLS(x->ledger, x->n, x->h, x->size), err));
}

static bool lay_out(struct projection *p, const struct cells *x, struct err *err)
{
	return act_rows(p, x, err) && party_rows(p, x, err) &&
	       cells_write(p, "DELETE FROM r_plain WHERE since = ? AND rid = ?",
			   CELLS(x->since, x->rid), err);
}

/* --- which one it is --- */

bool plain_document(struct arena *a, struct str bytes, const struct record **record,
		    struct str *id)
{
	const struct json *effects, *e;
	struct err ignored;
	struct json *doc;
	bool put;

	if (bytes.n > PLAIN_MAX || !json_object(a, bytes, &doc, &ignored))
		return false;
	effects = json_arr(doc, "effects");
	e = effects ? effects->child : NULL;
	if (!e || e->next || !effect_good(e, &put))
		return false;
	*record = record_named(json_str(e, "kind"));
	*id = json_str(e, "id");
	return *record && (*record)->joint && !(*record)->part;
}

/* Whether the act has rows of its own. */
static bool laid_out(struct projection *p, const struct hash *h, bool *is, struct err *err)
{
	struct stmt *s = db_prepare(p->db, "SELECT 1 FROM p_act WHERE h = ? LIMIT 1", err);

	if (!s)
		return false;
	stmt_blob(s, 0, h->b, HASH_SIZE);
	if (!stmt_step(s, is, err))
		return false;
	if (*is)
		stmt_reset(s);
	return true;
}

/* Where the document was lost: all are looked through. */
static bool look_through(struct projection *p, const struct hash *h,
			 const struct record **record, struct str *id, bool *found,
			 struct err *err)
{
	struct stmt *s = db_prepare(p->db, "SELECT kind, id FROM r_plain WHERE h = ?", err);

	if (!s)
		return false;
	stmt_blob(s, 0, h->b, HASH_SIZE);
	if (!stmt_step(s, found, err))
		return false;
	if (!*found)
		return true;
	*record = record_named(col_text(s, 0));
	*id = arena_str(&p->once, col_text(s, 1));
	stmt_reset(s);
	return true;
}

static bool find_record(struct projection *p, const struct hash *h,
			const struct record **record, struct str *id, bool *found,
			struct err *err)
{
	struct str bytes;

	if (!p->from.blob(p->from.ctx, &p->once, h, &bytes, found, err))
		return false;
	if (!*found)
		return look_through(p, h, record, id, found, err);
	*found = plain_document(&p->once, bytes, record, id);
	return true;
}

bool plain_end(struct projection *p, const struct hash *h, struct err *err)
{
	const struct record *r;
	struct cells x = { 0 };
	struct str id;
	bool found;

	if (!laid_out(p, h, &found, err))
		return false;
	if (found)
		return true;
	if (!find_record(p, h, &r, &id, &found, err) ||
	    (found && !read_row(p, r, id, &x, &found, err)))
		return false;
	return !found || !str_eq(x.h.text, str_of(h->b, HASH_SIZE)) || lay_out(p, &x, err);
}

bool plain_end_on(struct projection *p, struct str kind, struct str id, struct err *err)
{
	const struct record *r = record_named(kind);
	struct cells x = { 0 };
	bool found;

	if (!r || !r->joint || r->part)
		return true;
	return read_row(p, r, id, &x, &found, err) && (!found || lay_out(p, &x, err));
}
