/* The plain case of a proposal: all its rows are known without reading any. */
#include "store/joint_inside.h"

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
};

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
	return x->record && x->record->joint && !x->record->part;
}

static bool is_new(struct projection *p, const struct plain *x, bool *is, struct err *err)
{
	struct str kind = str_z(x->record->name);

	*is = false;
	if (joint_marked(p, kind, x->id))
		return true;
	return line_new(p, WAITS_R_EFFECT, "SELECT 1 FROM r_effect WHERE kind = ? AND id = ?",
			(struct cell[]){ text(kind), text(x->id) }, is, err);
}

static bool plain_act(struct projection *p, const struct plain *x, struct err *err)
{
	const struct entry *e = x->entry;
	struct cell h = hash_cell(&x->act), parties = text(x->act.parties),
		    time = text(e->time_text);

	return line_wait(p, WAITS_P_ACT,
			 (struct cell[]){ h, parties,
					  text(str_z(act_state_names[ACT_PROPOSED])),
					  number(0) },
			 err) &&
	       line_wait(p, WAITS_R_WORD,
			 (struct cell[]){ h, parties, text(x->ledger->who->party), time },
			 err) &&
	       line_wait(p, WAITS_R_ACT,
			 (struct cell[]){ h, parties, text(x->ledger->who->name), number(e->n),
					  time, text(e->actor), number(AUDIENCE_PUBLIC),
					  text(S("read")), parties, time, number(0) },
			 err) &&
	       line_wait(p, WAITS_R_EFFECT,
			 (struct cell[]){ text(str_z(x->record->name)), text(x->id), h, parties,
					  text(S("put")), text(S("")), text(x->data->raw),
					  number(0), number(AUDIENCE_PUBLIC) },
			 err);
}

/* Whose word is awaited: everybody's. */
static bool plain_open(struct projection *p, const struct plain *x, struct str party,
		       struct err *err)
{
	totals_open(p, x->record, party, AUDIENCE_PUBLIC, 1);
	return line_wait(p, WAITS_R_OPEN,
			 (struct cell[]){ text(party), text(x->entry->time_text),
					  hash_cell(&x->act), text(x->act.parties),
					  text(str_z(x->record->name)), text(x->id),
					  number(AUDIENCE_PUBLIC) },
			 err);
}

static bool plain_parties(struct projection *p, const struct plain *x, struct err *err)
{
	struct str rest = x->act.parties, party;

	while (rest.n && str_split(&rest, ',', &party)) {
		bool own = str_eq(party, x->ledger->who->party);
		struct cell row[] = { hash_cell(&x->act),
				      text(x->act.parties),
				      text(party),
				      { .kind = own ? CELL_INT : CELL_NULL,
					.number = (int64_t)x->entry->n } };

		if (!line_wait(p, WAITS_P_ACT_PARTY, row, err) || !plain_open(p, x, party, err))
			return false;
	}
	return plain_open(p, x, S(""), err);
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
	return db_engine(p->db) == DB_SQLITE ? first_wait(p, x->ledger, e, r, err)
					     : row_insert(p, r, NULL, err);
}

bool joint_first(struct projection *p, struct follow *l, const struct entry *e,
		 const struct act *a, bool *done, struct err *err)
{
	struct plain *x = arena_new(&p->once, struct plain);
	struct document d = { 0 };
	bool new;

	*done = false;
	*x = (struct plain){ .act = *a, .ledger = l, .entry = e };
	if (!document_named(e, &a->h))
		return true;
	if (!line_new(p, WAITS_P_ACT, "SELECT 1 FROM p_act WHERE h = ? AND parties = ?",
		      (struct cell[]){ hash_cell(&x->act), text(a->parties) }, &new, err) ||
	    (new && !document_read(p, &a->h, &d, err)))
		return false;
	if (!new || !d.doc || !document_fits(p, a, d.doc) || !is_plain(d.doc, x))
		return true;
	if (!is_new(p, x, &new, err))
		return false;
	*done = new;
	return !new ||
	       (plain_act(p, x, err) && plain_parties(p, x, err) && plain_row(p, x, err));
}
