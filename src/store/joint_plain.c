/* The plain case of a proposal: all its rows are known without reading any (plain.h). */
#include "store/joint_inside.h"
#include "store/plain.h"

static struct cell number(uint64_t n)
{
	return (struct cell){ .kind = CELL_INT, .number = (int64_t)n };
}

static struct cell text(struct str s)
{
	return (struct cell){ .kind = CELL_TEXT, .text = s };
}

static struct cell hash_cell(const struct act *a)
{
	return (struct cell){ .kind = CELL_BLOB, .text = str_of(a->h.b, HASH_SIZE) };
}

struct plain {
	struct act act;
	struct follow *ledger;
	const struct entry *entry;
	const struct record *record;
	struct str id;
	const struct json *data;
	int64_t size;
	bool sized; /* the attachment is named as ours are */
};

static bool all_known(struct projection *p, struct str parties)
{
	struct str one;

	while (parties.n && str_split(&parties, ',', &one))
		if (!follow_party(p, one))
			return false;
	return true;
}

/* Whether all the document does is to put one joint record that stands on nothing. */
static bool is_plain(const struct json *doc, struct plain *x)
{
	const struct json *effects = json_arr(doc, "effects");
	const struct json *others = json_arr(doc, "supersedes");
	const struct json *e = effects ? effects->child : NULL;
	const struct json *base = e ? json_arr(e, "base") : NULL;
	bool put;

	if (!e || e->next || !effect_good(e, &put) || !put || (base && base->count) ||
	    (others && others->count))
		return false;
	x->record = record_named(json_str(e, "kind"));
	x->id = json_str(e, "id");
	x->data = json_obj(e, "data");
	return x->record && x->record->joint && !x->record->part &&
	       str_is(json_str(doc, "act"), x->record->name);
}

/* One question tells whether anybody named the act or put the record, which is there where the
 * act stands in this form.  It is not put where the writer said what the act does: he saw just
 * now that the record is not there, and nobody can have named an act before its nonce was
 * drawn. */
static bool is_new(struct projection *p, const struct plain *x, bool *is, struct err *err)
{
	*is = false;
	if (joint_marked(p, str_z(x->record->name), x->id) || first_waits(p, x->record, x->id))
		return true;
	*is = x->entry->puts != NULL;
	if (*is)
		return true;
	buf_clear(&p->text);
	buf_lit(&p->text, "SELECT 1 FROM p_act WHERE h = ? UNION ALL SELECT 1 FROM r_");
	buf_z(&p->text, x->record->name);
	buf_lit(&p->text, " WHERE id = ? AND party = ?");
	return line_new(
		p, WAITS_R_PLAIN, buf_str(&p->text),
		(struct cell[]){ hash_cell(&x->act), text(x->id), text(S(JOINT_PARTY)) }, is,
		err);
}

static bool plain_act(struct projection *p, const struct plain *x, int64_t rid, struct err *err)
{
	const struct entry *e = x->entry;
	struct cell size = { .kind = x->sized ? CELL_INT : CELL_NULL, .number = x->size };

	return line_wait(p, WAITS_R_PLAIN,
			 (struct cell[]){ hash_cell(&x->act), text(x->id), text(e->time_text),
					  number((uint64_t)rid), text(str_z(x->record->name)),
					  text(x->act.parties), text(x->ledger->who->name),
					  number(e->n), text(e->actor), size },
			 err);
}

/* Whose word is awaited: everybody's. */
static void plain_open(struct projection *p, const struct plain *x)
{
	struct str rest = x->act.parties, party;

	while (rest.n && str_split(&rest, ',', &party))
		totals_open(p, x->record, party, AUDIENCE_PUBLIC, 1);
	totals_open(p, x->record, S(""), AUDIENCE_PUBLIC, 1);
}

static bool plain_row(struct projection *p, const struct plain *x, struct err *err)
{
	const struct entry *e = x->entry;
	struct row *r = arena_new(&p->once, struct row);

	*r = (struct row){ .record = x->record,
			   .id = x->id,
			   .party = S(JOINT_PARTY),
			   .ledger = x->ledger->who->name,
			   .time = e->time_text,
			   .actor = e->actor,
			   .state = str_z(act_state_names[ACT_PROPOSED]),
			   .n = e->n,
			   .versions = 1,
			   .body = e->n,
			   .mask = RID_ALL,
			   .proposer = x->ledger->who->party,
			   .awaited = x->act.parties,
			   .since = e->time_text,
			   .data = x->data };
	r->rid = p->next_rid++ << RID_SEQ |
		 rid_shape(record_id_of(x->record), RID_JOINT, false, RID_ALL);
	plain_open(p, x);
	return plain_act(p, x, r->rid, err) &&
	       (db_engine(p->db) == DB_SQLITE ? first_wait(p, x->ledger, e, r, err)
					      : row_insert(p, r, NULL, err));
}

/* What the document does, when that is the plain case; not read again where its writer says it.
 */
static bool plain_read(struct projection *p, struct plain *x, bool *is, struct err *err)
{
	const struct entry *e = x->entry;
	struct document d = { 0 };

	*is = false;
	x->sized = document_sized(e, &e->act, &x->size);
	if (e->puts) {
		if (!x->sized || x->size > PLAIN_MAX)
			return true;
		x->record = record_named(e->kind);
		x->id = e->id;
		x->data = e->puts;
	} else {
		if (!document_named(e, &e->act))
			return true;
		if (!document_read(p, &e->act, &d, err))
			return false;
		if (!d.doc || d.size > PLAIN_MAX || !document_fits(p, &x->act, d.doc) ||
		    !is_plain(d.doc, x))
			return true;
	}
	*is = all_known(p, x->act.parties) &&
	      str_eq(x->ledger->who->name, x->ledger->who->party);
	return true;
}

bool joint_first(struct projection *p, struct follow *l, const struct entry *e,
		 const struct act *a, bool *done, struct err *err)
{
	struct plain *x = arena_new(&p->once, struct plain);
	bool is;

	*x = (struct plain){ .act = *a, .ledger = l, .entry = e };
	*done = false;
	if (!plain_read(p, x, &is, err) || (is && !is_new(p, x, &is, err)))
		return false;
	*done = is;
	return !is || plain_row(p, x, err);
}
