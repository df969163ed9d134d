#include "register/amend.h"

#include "register/door.h"
#include "register/writer.h"
#include "store/view_act.h"

#include <string.h>

static bool no_charter(struct err *err)
{
	return err_set(err, ERR_CONFLICT, NULL,
		       N_("This node has no charter yet. Adopt one first: benkan adopt"));
}

/* --- is it one --- */

/* A key that was rolled away, or one of another place: "no private key has two roles". */
static bool is_used(struct view *v, struct arena *a, const struct charter *c,
		    const struct vkey *k, bool *used, struct err *err)
{
	*used = false;
	for (size_t i = 0; i < c->ledger_count; i++) {
		struct key_row *rows;
		size_t n;

		if (!view_key_history(v, a, c->ledgers[i].name, &rows, &n, err))
			return false;
		for (size_t r = 0; r < n; r++) {
			struct err ignored;
			struct vkey old;

			*used |= vkey_parse(rows[r].key, &old, &ignored) &&
				 memcmp(old.pub, k->pub, sizeof(old.pub)) == 0;
		}
	}
	return true;
}

static bool key_fresh(struct view *v, struct arena *a, const struct charter *c,
		      const struct vkey *k, struct err *err)
{
	bool used;

	return is_used(v, a, c, k, &used, err) &&
	       (!used || err_set(err, ERR_INPUT, "ledgers",
				 N_("The key %1 was in use in this register before. A new "
				    "ledger needs keys of its own: make them with benkan "
				    "init."),
				 err_arg(k->name)));
}

static bool keys_fresh(struct view *v, struct arena *a, const struct charter *now,
		       const struct charter *next, struct err *err)
{
	for (size_t i = now->ledger_count; i < next->ledger_count; i++) {
		const struct charter_ledger *l = &next->ledgers[i];

		if (!key_fresh(v, a, now, &l->log, err) ||
		    !key_fresh(v, a, now, &l->witness, err))
			return false;
		for (unsigned r = 0; r < CHARTER_RECOVERY; r++)
			if (!key_fresh(v, a, now, &l->recovery[r], err))
				return false;
	}
	return true;
}

/* What is held of a ledger it closes is of the history it names. */
static bool roots_agree(struct view *v, struct arena *a, const struct charter *now,
			const struct charter *next, struct err *err)
{
	struct ledger_row *rows;
	size_t n;

	if (!view_ledgers(v, a, &rows, &n, err))
		return false;
	for (size_t i = 0; i < n && i < now->ledger_count; i++) {
		const struct charter_ledger *l = &next->ledgers[i];
		struct tiles tiles = view_tiles(v, &rows[i]);
		struct hash root;

		if (!l->closed || now->ledgers[i].closed || rows[i].size < l->size)
			continue;
		if (!tree_root(&tiles, l->size, &root, err))
			return false;
		if (!hash_eq(&root, &l->root))
			return err_set(err, ERR_INPUT, "closed",
				       N_("Ledger %1 has another root at entry %2 here than "
					  "the amendment says: compare what each side holds, "
					  "and name the last size at which they agree."),
				       err_arg(l->name), err_num(l->size));
	}
	return true;
}

static bool check(struct node *n, struct view *v, struct arena *a, struct str document,
		  struct charter *out, struct err *err)
{
	return n->charter ? charter_read(a, document, out, err) &&
				    charter_follows(n->charter, out, err) &&
				    keys_fresh(v, a, n->charter, out, err) &&
				    roots_agree(v, a, n->charter, out, err)
			  : no_charter(err);
}

bool register_amend_check(struct node *n, struct arena *a, struct str document,
			  struct charter *out, struct err *err)
{
	struct view *v;
	bool ok;

	if (!view_open(n->store, &v, err))
		return false;
	ok = view_begin(v, err);
	if (ok) {
		ok = check(n, v, a, document, out, err);
		view_end(v);
	}
	view_close(v);
	return ok;
}

/* --- proposing --- */

static void put_parties(struct json_w *w, const struct charter *next)
{
	json_key(w, "parties");
	json_put(w, json_arr(next->doc, "parties"));
}

static bool put_words(struct json_w *w, const struct charter *next,
		      const struct amend_proposal *p, struct err *err)
{
	struct str party;

	if (p->word_count == 0)
		return true;
	json_key(w, "words");
	json_open(w, '[');
	for (size_t i = 0; i < p->word_count; i++) {
		if (!charter_word_party(p->words[i], next, &party))
			return err_set(err, ERR_INPUT, "words",
				       N_("File %1 is no word about this amendment: it is "
					  "made by benkan charter sign."),
				       err_num(i + 1));
		json_put_str(w, p->words[i]);
	}
	json_close(w, ']');
	return true;
}

void charter_put_blobs(struct buf *out, const struct charter *c, size_t size)
{
	struct json_w w = json_w(out);

	json_open(&w, '[');
	json_open(&w, '{');
	json_key(&w, "sha256");
	json_put_hex(&w, c->hash.b, HASH_SIZE);
	json_key(&w, "size");
	json_put_int(&w, (int64_t)size);
	json_pair(&w, "media", S("application/json"));
	json_pair(&w, "name", S("charter.json"));
	json_close(&w, '}');
	json_close(&w, ']');
}

static bool propose(struct pen *pen, struct arena *a, const struct amend_proposal *p,
		    struct act_result *out, struct err *err)
{
	struct charter *next = arena_new(a, struct charter);
	struct json_w w = json_w(&pen->body);
	struct hash name;

	if (!check(pen->node, pen->view, a, p->document, next, err) ||
	    !store_blob_put(pen->node->store, p->document, &name, err))
		return false;
	pen_clear(pen);
	json_open(&w, '{');
	json_key(&w, "act");
	json_put_hex(&w, next->hash.b, HASH_SIZE);
	put_parties(&w, next);
	if (!put_words(&w, next, p, err))
		return false;
	json_close(&w, '}');
	charter_put_blobs(&pen->blobs, next, p->document.n);
	if (!pen_append(pen, ENTRY_ACT_PROPOSE, p->actor, &out->n, &out->leaf, err))
		return false;
	out->done = true;
	out->party = pen->node->party;
	out->act = next->hash;
	out->has_act = true;
	return true;
}

bool register_amend_propose(struct node *n, struct arena *a, const struct amend_proposal *p,
			    struct act_result *out, struct err *err)
{
	struct pen *pen = writer_hold(n->writer);
	bool ok = n->charter ? pen_begin(pen, err) : no_charter(err);

	*out = (struct act_result){ 0 };
	if (ok) {
		ok = propose(pen, a, p, out, err);
		if (ok)
			ok = pen_commit(pen, err);
		else
			pen_undo(pen);
	}
	writer_free(n->writer);
	return ok;
}

/* --- a word on one, through the door --- */

/* The one of several amendments of a charter that a party accepted first is the one that
 * counts, as long as it is open. */
static bool no_other(struct pen *p, struct request *r, struct err *err)
{
	struct hash *all;
	size_t n;

	if (!view_amends(p->view, r->a, p->node->party, &all, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct amend_verdict v;
		struct buf hex;

		if (hash_eq(&all[i], &r->act))
			continue;
		if (!view_amend(p->view, r->a, &all[i], &v, err))
			return false;
		if (v.state == AMEND_CLOSED)
			continue;
		buf_init(&hex, 2 * HASH_SIZE);
		buf_hex(&hex, all[i].b, HASH_SIZE);
		return err_set(err, ERR_CONFLICT, "act",
			       N_("Your party has accepted another amendment of this charter, "
				  "%1, which is open still. Only one can follow: decline that "
				  "one first."),
			       err_arg(arena_buf(r->a, &hex)));
	}
	return true;
}

static struct act_row row_of(const struct act_whole *act)
{
	struct act_row row = { .act = act->act,
			       .state = act->state,
			       .party_count = act->side_count };

	for (size_t i = 0; i < act->side_count; i++) {
		const struct act_side *s = &act->sides[i];

		row.parties[i] = (struct act_party){ .party = s->party,
						     .proposed = s->proposed != ACT_UNSAID,
						     .accepted = s->accepted != ACT_UNSAID,
						     .declined = s->declined != ACT_UNSAID,
						     .ready = s->ready != ACT_UNSAID };
	}
	return row;
}

static bool may_accept(struct pen *p, struct request *r, struct str document,
		       struct charter *next, struct err *err)
{
	return check(p->node, p->view, r->a, document, next, err) && no_other(p, r, err);
}

bool amend_word(struct pen *p, struct request *r, bool *is, struct err *err)
{
	struct charter *next = arena_new(r->a, struct charter);
	struct act_whole *act = arena_new(r->a, struct act_whole);
	struct json_w w = json_w(&p->body);
	struct act_row row;
	struct err why;

	*is = r->has_act && view_act(p->view, r->a, &r->act, AUDIENCE_PUBLIC, act, &why) &&
	      charter_read(r->a, act->document, next, &why) && next->amends;
	if (!*is)
		return true;
	row = row_of(act);
	if (!joint_counts(p->node, r->type, &row, err) ||
	    (r->type == ENTRY_ACT_ACCEPT && !may_accept(p, r, act->document, next, err)))
		return false;
	json_open(&w, '{');
	json_key(&w, "act");
	json_put_hex(&w, r->act.b, HASH_SIZE);
	put_parties(&w, next);
	if (r->type == ENTRY_ACT_ACCEPT) {
		json_key(&w, "amends");
		json_put_hex(&w, next->former.b, HASH_SIZE);
	}
	if (r->reason.n)
		json_pair(&w, "reason", r->reason);
	json_close(&w, '}');
	return door_append(p, r, r->type, ACT_ADDED, err);
}

/* --- the word of a party without a ledger --- */

static bool is_signed_by(struct str note, const struct vkey *k)
{
	struct note parts;
	unsigned verified;
	struct err ignored;

	return note.n && note_open(note, k, 1, &parts, &verified, &ignored);
}

static void add_line(struct buf *note, struct str text, const struct skey *k)
{
	if (is_signed_by(buf_str(note), &k->pub))
		return;
	if (note->n == 0)
		note_sign(note, text, k);
	else
		note_line(note, text, k);
}

static bool sign_with_file(struct arena *a, const char *path, struct str text, struct buf *note,
			   struct err *err)
{
	struct skey k;

	if (!key_read(a, path, KEY_LOG, &k, err))
		return false;
	add_line(note, text, &k);
	skey_wipe(&k);
	return true;
}

static bool sign(struct node *n, struct arena *a, const struct amend_signing *s,
		 const struct charter *next, struct buf *note, struct err *err)
{
	struct buf text;
	struct str party;
	bool ok = true;

	if (s->before.n) {
		if (!charter_word_party(s->before, next, &party) || !str_eq(party, n->party))
			return err_set(err, ERR_INPUT, "before",
				       N_("This is no word of %1 about this amendment."),
				       err_arg(n->party));
		buf_add(note, s->before);
	}
	buf_init(&text, NOTE_MAX);
	charter_word_write(&text, next, n->party);
	if (node_log_held(n))
		add_line(note, buf_str(&text), &n->log);
	for (size_t i = 0; ok && i < s->also_count; i++)
		ok = sign_with_file(a, s->also[i], buf_str(&text), note, err);
	buf_done(&text);
	return ok;
}

bool register_amend_sign(struct node *n, struct arena *a, const struct amend_signing *s,
			 struct buf *note, struct err *err)
{
	struct charter *next = arena_new(a, struct charter);

	if (!charter_read(a, s->document, next, err))
		return false;
	if (!next->amends)
		return err_set(
			err, ERR_INPUT, "amends",
			N_("This is a first charter: it is adopted, and needs no word."));
	return sign(n, a, s, next, note, err);
}

bool node_charter_due(struct node *n, bool *due, struct err *err)
{
	return store_charter_due(n->store, due, err);
}

/* --- the last entry of a ledger that is closed --- */

static bool say_successor(struct node *n, const struct charter *next, struct err *err)
{
	const struct charter_ledger *after = charter_open(next, n->party);
	struct pen *pen = writer_hold(n->writer);
	struct json_w w = json_w(&pen->body);
	struct hash leaf;
	uint64_t at;
	bool ok;

	ok = pen_begin(pen, err);
	if (ok) {
		pen_clear(pen);
		json_open(&w, '{');
		json_key(&w, "successor");
		if (after)
			json_put_str(&w, after->origin);
		else
			json_put_null(&w);
		json_close(&w, '}');
		ok = pen_append(pen, ENTRY_LEDGER_CLOSE, S(""), &at, &leaf, err);
		if (ok)
			ok = pen_commit(pen, err);
		else
			pen_undo(pen);
	}
	writer_free(n->writer);
	return ok;
}

void amend_farewell(struct node *n)
{
	struct charter next;
	struct err ignored;
	struct arena a;
	struct str bytes;
	bool due;

	if (!n->writer || !n->charter || !node_log_held(n) ||
	    store_own_state(n->store) != LEDGER_OK)
		return;
	arena_init(&a, 64 << 20);
	writer_hold(n->writer);
	due = store_charter_next(n->store, &a, &bytes, &due, &ignored) && due;
	writer_free(n->writer);
	if (due && charter_read(&a, bytes, &next, &ignored)) {
		const struct charter_ledger *own = charter_find(&next, n->ledger);

		if (own && own->closed)
			(void)!say_successor(n, &next, &ignored);
	}
	arena_done(&a);
}
