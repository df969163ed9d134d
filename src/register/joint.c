/* Joint records: the act document of LEDGER.md 8.1, and this party's word on an act. */
#include "register/door.h"

#include "base/lang.h"
#include "store/bodies.h"

#include <assert.h>
#include <stdlib.h>

enum { NONCE_SIZE = 16 };

static bool in_state(const struct act_row *act, const char *state)
{
	return str_is(act->state, state);
}

static bool is_open(const struct act_row *act)
{
	return in_state(act, "proposed") || in_state(act, "accepted");
}

static void put_hash(struct json_w *w, const struct hash *h)
{
	json_put_hex(w, h->b, HASH_SIZE);
}

static void put_parties(struct json_w *w, const struct str *parties, size_t n)
{
	json_key(w, "parties");
	json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		json_put_str(w, parties[i]);
	json_close(w, ']');
}

/* --- the act document --- */

/* What a proposal stands on. */
struct proposal {
	struct pen *p;
	struct request *r;
	const struct record_row *row; /* NULL: a new record */
	const struct act_row *acts;
	size_t act_count;
};

/* Acts whose version is a head: in force and not replaced (LEDGER.md 8.5). */
static void put_heads(struct json_w *w, const char *name, const struct proposal *t)
{
	json_key(w, name);
	json_open(w, '[');
	for (size_t i = 0; i < t->act_count; i++)
		if (in_state(&t->acts[i], "in_force"))
			put_hash(w, &t->acts[i].act);
	json_close(w, ']');
}

/* The title in each of the charter's languages that this program knows. */
static void put_title(struct json_w *w, const struct proposal *t)
{
	const struct charter *c = t->p->node->charter;
	const struct json *data = t->r->data;
	struct json *old = NULL;
	struct err ignored;
	enum lang lang;

	assert(data || t->row); /* a record that is not there is not ended */
	if (!data && json_object(t->r->a, t->row->data, &old, &ignored))
		data = old;
	json_key(w, "title");
	json_open(w, '{');
	for (size_t i = 0; i < c->language_count; i++)
		if (lang_parse(c->languages[i], &lang)) {
			json_key_str(w, c->languages[i]);
			json_put_str(w, record_label(t->r->a, t->r->record, data, lang));
		}
	json_close(w, '}');
}

static void put_effect(struct json_w *w, const struct proposal *t)
{
	bool end = t->r->type == ENTRY_RECORD_END;

	json_key(w, "effects");
	json_open(w, '[');
	json_open(w, '{');
	json_pair(w, "op", end ? S("end") : S("put"));
	json_pair(w, "kind", str_z(t->r->record->name));
	json_pair(w, "id", t->r->id);
	put_heads(w, "base", t);
	if (end) {
		json_pair(w, "reason", t->r->reason);
	} else {
		json_key(w, "data");
		json_put_raw(w, t->r->text);
	}
	json_close(w, '}');
	json_close(w, ']');
}

/* Written into p->secret, whether it will be sealed or not. */
static void write_document(const struct proposal *t)
{
	struct node *n = t->p->node;
	struct json_w w = json_w(&t->p->secret);
	unsigned char nonce[NONCE_SIZE];

	n->env->random(n->env->ctx, nonce, sizeof(nonce));
	if (t->r->visibility == AUDIENCE_PUBLIC)
		json_open(&w, '{');
	else
		pen_salt(t->p, &w);
	json_key(&w, "v");
	json_put_int(&w, 1);
	json_key(&w, "register");
	put_hash(&w, &n->charter->id);
	json_pair(&w, "act", str_z(t->r->record->name));
	put_parties(&w, n->parties, n->party_count);
	put_title(&w, t);
	json_key(&w, "texts");
	json_open(&w, '[');
	json_close(&w, ']');
	put_effect(&w, t);
	put_heads(&w, "supersedes", t);
	json_key(&w, "nonce");
	json_put_hex(&w, nonce, sizeof(nonce));
	if (t->r->visibility != AUDIENCE_PUBLIC && t->r->files) {
		json_key(&w, "blobs");
		json_open(&w, '[');
		pen_files(&w, t->r->files);
		json_close(&w, ']');
	}
	json_close(&w, '}');
}

/* --- proposing --- */

/* An open proposal, or the one version in force, that says the same already. */
static const struct act_row *same_act(const struct proposal *t)
{
	bool divergent = t->row && str_is(t->row->state, "divergent");

	for (size_t i = 0; i < t->act_count; i++) {
		const struct act_row *act = &t->acts[i];

		if (str_eq(act->data, t->r->text) &&
		    (is_open(act) || (in_state(act, "in_force") && !divergent)))
			return act;
	}
	return NULL;
}

/* The document becomes an attachment of the entry, or its sealed body. */
static bool attach_document(const struct proposal *t, struct err *err)
{
	struct pen *p = t->p;
	struct json_w w = json_w(&p->blobs);

	t->r->has_act = true;
	if (t->r->visibility != AUDIENCE_PUBLIC) {
		t->r->act = pen_seal(p, t->r->visibility, "confidential");
		return true;
	}
	if (!store_blob_put(p->node->store, buf_str(&p->secret), &t->r->act, err))
		return false;
	json_open(&w, '[');
	json_open(&w, '{');
	json_key(&w, "sha256");
	put_hash(&w, &t->r->act);
	json_key(&w, "size");
	json_put_int(&w, (int64_t)p->secret.n);
	json_pair(&w, "media", S(PROPOSAL_MEDIA));
	json_pair(&w, "name", S(PROPOSAL_NAME));
	json_close(&w, '}');
	pen_files(&w, t->r->files);
	json_close(&w, ']');
	buf_clear(&p->secret);
	return true;
}

static void word_body(struct pen *p, const struct request *r, const struct str *parties,
		      size_t n)
{
	struct json_w w = json_w(&p->body);

	json_open(&w, '{');
	json_key(&w, "act");
	put_hash(&w, &r->act);
	put_parties(&w, parties, n);
	if (r->type != ENTRY_RECORD_END && r->reason.n)
		json_pair(&w, "reason", r->reason);
	json_close(&w, '}');
}

bool joint_propose(struct pen *p, struct request *r, const struct record_row *row,
		   struct err *err)
{
	struct proposal t = { .p = p, .r = r, .row = row };
	struct act_row *acts = NULL;
	const struct act_row *same;

	if (!door_visibility(p, r, row, err) || !protocol_signable(p, r, row, r->text, err))
		return false;
	if (row && !view_acts(p->view, r->a, r->record, r->id, AUDIENCE_NATIONAL, &acts,
			      &t.act_count, err))
		return false;
	t.acts = acts;
	if (r->type == ENTRY_RECORD_END && row && row->ended)
		return door_unchanged(p, r, row, err);
	same = r->type == ENTRY_RECORD_PUT && row && !row->ended &&
			       row->visibility == r->visibility
		       ? same_act(&t)
		       : NULL;
	if (same) {
		r->act = same->act;
		r->has_act = true;
		return door_unchanged(p, r, row, err);
	}
	write_document(&t);
	if (!row && r->type == ENTRY_RECORD_PUT && r->visibility == AUDIENCE_PUBLIC &&
	    !r->files && str_eq(r->data->raw, r->text)) {
		p->first = r;
		p->document = (int64_t)p->secret.n;
	}
	if (!attach_document(&t, err))
		return false;
	word_body(p, r, p->node->parties, p->node->party_count);
	return door_append(p, r, ENTRY_ACT_PROPOSE, row ? ACT_CHANGED : ACT_ADDED, err);
}

/* --- a word on an act --- */

/* The record that an act named by its hash alone is about: its document says so. */
static bool record_of_act(struct pen *p, struct request *r, struct err *err)
{
	const struct json *effects, *effect;
	struct json *doc;
	struct str text = { 0 };
	bool found;

	/* A confidential act is named by the commitment to its document (LEDGER.md 12.3). */
	if (!view_body(p->view, r->a, &r->act, &text, &found, err) ||
	    (!found &&
	     !view_blob_read(p->view, r->a, &r->act, DRAFT_MAX * 4, &text, &found, err)))
		return false;
	if (!found)
		return err_set(err, ERR_MISSING, "act",
			       N_("No document of this act is here. Name it by "
				  "“kind” and “id” of its "
				  "record, or wait until the counterpart's entries "
				  "have come."));
	if (!json_object(r->a, text, &doc, err))
		return err_set(err, ERR_INPUT, "act",
			       N_("This attachment is not the document of an act."));
	effects = json_arr(doc, "effects");
	effect = effects ? effects->child : NULL;
	r->record = record_named(json_str(effect, "kind"));
	r->id = json_str(effect, "id");
	if (!r->record || !r->record->joint)
		return err_set(err, ERR_INPUT, "act",
			       N_("This attachment is not the document of an act."));
	return true;
}

/* The act by its hash, or the only open one on the record. */
static bool find_act(struct pen *p, struct request *r, const struct act_row **out,
		     struct err *err)
{
	struct act_row *acts;
	size_t n, open = 0;

	if (!(r->record && r->id_given) && !record_of_act(p, r, err))
		return false;
	assert(r->record);
	if (!view_acts(p->view, r->a, r->record, r->id, AUDIENCE_NATIONAL, &acts, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		bool meant = r->has_act ? hash_eq(&acts[i].act, &r->act) : is_open(&acts[i]);

		if (meant)
			*out = &acts[i];
		open += meant;
	}
	if (open > 1)
		return err_set(err, ERR_CONFLICT, "act",
			       N_("%1 proposals on this record are open. Name the one you mean "
				  "by “act”."),
			       err_num(open));
	if (open == 0)
		return err_set(err, ERR_MISSING, "act",
			       N_("There is no open proposal on %1 %2."), r->record->name,
			       err_arg(r->id));
	return true;
}

/* What the act would say may be said by this party. */
static bool may_accept(struct pen *p, struct request *r, const struct act_row *act,
		       struct err *err)
{
	struct ref ref = { S(JOINT_PARTY), r->id };
	struct record_row row;

	if (r->type != ENTRY_ACT_ACCEPT || r->record != &records[RECORD_session])
		return true;
	return view_record(p->view, r->a, r->record, ref, AUDIENCE_NATIONAL, LANG_EN, &row,
			   err) &&
	       protocol_signable(p, r, &row, act->data, err);
}

static const struct act_party *own_part(const struct node *n, const struct act_row *act)
{
	for (size_t i = 0; i < act->party_count; i++)
		if (str_eq(act->parties[i].party, n->party))
			return &act->parties[i];
	return NULL;
}

/* LEDGER.md 8.2: a second word, a word after a decline or after the act binds would be void. */
bool joint_counts(const struct node *n, enum entry_type type, const struct act_row *act,
		  struct err *err)
{
	const struct act_party *own = own_part(n, act);

	if (!own)
		return err_set(err, ERR_DENIED, "act",
			       N_("Your party is not a party to this act."));
	if (type == ENTRY_ACT_NOTE)
		return true;
	if (own->declined)
		return err_set(err, ERR_CONFLICT, "act",
			       N_("Your party has declined this act, which is final. Propose a "
				  "new version."));
	if (own->accepted && type == ENTRY_ACT_ACCEPT)
		return err_set(err, ERR_CONFLICT, "act",
			       N_("Your party has accepted this act already."));
	if (own->ready || in_state(act, "in_force"))
		return err_set(err, ERR_CONFLICT, "act",
			       N_("This act binds your party already. Propose a new version of "
				  "the record, "
				  "or its end."));
	if (!is_open(act))
		return err_set(err, ERR_CONFLICT, "act",
			       N_("This act is closed. Propose a new version."));
	return true;
}

static int by_code(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

bool joint_word(struct pen *p, struct request *r, struct err *err)
{
	const struct act_row *act = NULL;
	struct str parties[ENTRY_PARTIES_MAX];
	bool is_charter;

	if (!amend_word(p, r, &is_charter, err))
		return false;
	if (is_charter)
		return true;
	if (!find_act(p, r, &act, err))
		return false;
	assert(act);
	if (!joint_counts(p->node, r->type, act, err) || !may_accept(p, r, act, err))
		return false;
	r->act = act->act;
	r->has_act = true;
	for (size_t i = 0; i < act->party_count; i++)
		parties[i] = act->parties[i].party;
	qsort(parties, act->party_count, sizeof(parties[0]), by_code);
	word_body(p, r, parties, act->party_count);
	return door_append(p, r, r->type, ACT_ADDED, err);
}
