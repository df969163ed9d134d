#include "register/witness.h"

#include "ledger/add_checkpoint.h"
#include "register/head.h"
#include "register/heads.h"
#include "register/writer.h"

enum { WITNESS_ARENA = 64 << 20 };

/* --- one cosignature --- */

/* Kept beside others' as well, where the copy held here has this head: the mirror shows it. */
static bool keep_own_line(struct pen *p, struct arena *a, const struct signed_head *s,
			  struct str line, uint64_t now, struct err *err)
{
	struct cosig_row row = { .size = s->head.size,
				 .witness = witness_label(a, &p->node->witness.pub),
				 .line = line,
				 .time = now };
	bool fresh;

	if (s->head.size != s->held.size || !hash_eq(&s->head.root, &s->held.root))
		return true;
	return store_cosig_put(p->node->store, s->ledger->name, &row, &fresh, err);
}

/*
 * Our line over a head, first recorded durably: then it may leave.  *whole is the note with
 * the log's signature and ours.
 */
static bool cosign(struct pen *p, struct arena *a, const struct signed_head *s,
		   struct str *whole, struct str *line, struct err *err)
{
	const struct skey *key = node_witness_key(p->node, err);
	uint64_t now = (uint64_t)node_now(p->node);
	struct witnessed w = { .origin = s->ledger->origin,
			       .size = s->head.size,
			       .root = s->head.root };
	struct buf note, own;
	struct str text;

	if (!key)
		return false;
	buf_init(&note, NOTE_MAX);
	buf_init(&own, NOTE_MAX);
	note_signed_by(&note, s->note, &s->keys.log);
	text = str_cut(buf_str(&note), str_find(buf_str(&note), S("\n\n")) + 1);
	cosig_line(&own, text, now, key);
	buf_add(&note, buf_str(&own));
	*whole = w.note = arena_buf(a, &note);
	*line = arena_buf(a, &own);
	return store_witness(p->node->store, &w, err) &&
	       keep_own_line(p, a, s, *line, now, err);
}

/* --- add-checkpoint --- */

struct asking {
	struct node *n;
	struct arena *a;
	struct add_checkpoint q;
	struct signed_head s;
	unsigned status;
	struct buf *answer;
};

/* A refusal in words; true: the store did not fail. */
static bool refuse(struct asking *k, unsigned status, const struct err *why)
{
	k->status = status;
	lang_err(k->answer, LANG_EN, why);
	buf_ch(k->answer, '\n');
	return true;
}

/* The newest head of the ledger that this node vouches for or holds in full. */
static struct checkpoint known_head(const struct asking *k)
{
	const struct signed_head *s = &k->s;

	if (s->held.size > s->last.size)
		return (struct checkpoint){ s->ledger->origin, s->held.size, s->held.root };
	return (struct checkpoint){ s->ledger->origin, s->last.size, s->last.root };
}

static struct str known_note(const struct asking *k)
{
	return k->s.held.size > k->s.last.size ? k->s.held.checkpoint : k->s.last.note;
}

/* The proof leads to the signed root from another one than is known: it proves the fork. */
static bool fork_by_proof(struct asking *k, struct pen *p, const struct checkpoint *known,
			  struct err *err)
{
	const struct add_checkpoint *q = &k->q;
	struct hash root, id;
	struct fork_heads heads = { .ledger = k->s.ledger->name,
				    .a = known_note(k),
				    .b = q->note,
				    .root = &root,
				    .proof = q->proof,
				    .proof_count = q->proof_count };

	if (heads.a.n == 0 || hash_eq(&k->s.head.root, &known->root) ||
	    !consistency_old_root(known->size, k->s.head.size, q->proof, q->proof_count,
				  &k->s.head.root, &root) ||
	    hash_eq(&root, &known->root))
		return true;
	return fork_prove_held(p, k->a, &heads, &id, err) || err->kind == ERR_INPUT;
}

static bool not_cosigned(struct asking *k, struct pen *p, const struct checkpoint *known,
			 struct err *err)
{
	struct hash id;
	bool forked;

	if (k->status == 409) {
		buf_clear(k->answer);
		buf_u64(k->answer, known->size);
		buf_ch(k->answer, '\n');
	}
	/* Otherwise the signature did not stand, and the head says nothing. */
	if (k->status != 409 && k->status != 422)
		return true;
	if (!fork_against_held(p, k->a, &k->s, &forked, &id, err))
		return false;
	return forked || k->status == 409 || fork_by_proof(k, p, known, err);
}

static bool cosigned(struct asking *k, struct pen *p, struct err *err)
{
	struct str whole, line;

	if (!cosign(p, k->a, &k->s, &whole, &line, err))
		return false;
	k->status = 200;
	buf_add(k->answer, line);
	return true;
}

/* Why this node cosigns nothing of that ledger now, whatever is asked; 0: it does. */
static unsigned closed(const struct asking *k, struct err *err)
{
	if (store_own_state(k->n->store) != LEDGER_OK) {
		err_set(err, ERR_CONFLICT, "witness",
			N_("this node was put back from an older copy, or is forked itself: it "
			   "signs nothing before that is settled"));
		return 503;
	}
	if (k->s.held.state != LEDGER_FORKED)
		return 0;
	err_set(err, ERR_FORK, "witness",
		N_("this ledger showed two histories: nothing of it is cosigned (see "
		   "/evidence)"));
	return 403;
}

/* Read, check and write, while nobody else does. */
static bool judge(struct asking *k, struct pen *p, struct err *err)
{
	const struct checkpoint head = k->s.head;
	struct checkpoint known;
	struct err why;
	unsigned status;

	p->view = store_writer_view(k->n->store);
	if (!view_keys(p->view, k->a, k->s.ledger->name, head.size, &k->s.keys, err) ||
	    !head_neighbours(p->view, k->a, &k->s, err))
		return false;
	status = closed(k, &why);
	if (status)
		return refuse(k, status, &why);
	known = known_head(k);
	status = add_checkpoint_judge(&k->q, &k->s.keys.log, 1, &known, &k->s.head, &why);
	if (status == 200)
		return cosigned(k, p, err);
	if (status == 403) /* of a replaced key it is kept as an alert */
		(void)!head_open(k->n, p->view, k->a, k->s.ledger->name, k->q.note, &k->s.head,
				 &why);
	return refuse(k, status, &why) && not_cosigned(k, p, &known, err);
}

/* What can be said without looking at what is held; 0: nothing yet. */
static unsigned misread(struct asking *k, struct str body, struct err *why)
{
	struct note note;

	if (!add_checkpoint_read(body, &k->q, why))
		return 400;
	k->s.note = k->q.note;
	k->s.ledger = ledger_of_origin(k->n->charter, k->q.origin);
	if (!k->s.ledger || str_eq(k->s.ledger->name, k->n->ledger)) {
		err_set(why, ERR_MISSING, "origin", N_("this witness knows no ledger %1"),
			err_arg(k->q.origin));
		return 404;
	}
	if (!note_parse(k->q.note, &note, why) || !checkpoint_parse(note.text, &k->s.head, why))
		return 400;
	return 0;
}

bool witness_add_checkpoint(struct node *n, struct arena *a, struct str body, unsigned *status,
			    struct buf *answer, struct err *err)
{
	struct asking k = { .n = n, .a = a, .answer = answer };
	struct err why;
	bool ok = true;

	k.status = misread(&k, body, &why);
	if (k.status) {
		refuse(&k, k.status, &why);
	} else {
		ok = judge(&k, writer_hold(n->writer), err);
		writer_free(n->writer);
	}
	if (ok && k.status == 200 && k.s.head.size > k.s.held.size)
		register_stir(n, k.s.ledger->name); /* there is something to fetch */
	*status = k.status;
	return ok;
}

/* --- cosignatures from elsewhere --- */

enum { WITNESSES_MAX = CHARTER_LEDGERS_MAX + CHARTER_WITNESSES_MAX };

/* Who may vouch for a ledger: the other parties' nodes, and the charter's third parties. */
struct witnesses {
	struct vkey keys[WITNESSES_MAX];
	size_t n;
};

static bool witnesses_of(struct pen *p, struct arena *a, const struct charter_ledger *of,
			 struct witnesses *out, struct err *err)
{
	const struct charter *c = p->node->charter;
	struct charter_ledger keys;

	out->n = 0;
	for (size_t i = 0; i < c->ledger_count; i++) {
		if (str_eq(c->ledgers[i].party, of->party))
			continue;
		if (!view_keys(p->view, a, c->ledgers[i].name, TREE_SIZE_MAX, &keys, err))
			return false;
		out->keys[out->n++] = keys.witness;
	}
	for (size_t i = 0; i < c->witness_count; i++)
		out->keys[out->n++] = c->witnesses[i];
	return true;
}

static bool keep_lines(struct pen *p, struct arena *a, const struct signed_head *s,
		       size_t *kept, struct err *err)
{
	struct witnesses witnesses;
	struct cosig found[WITNESSES_MAX];
	size_t n;

	if (!witnesses_of(p, a, s->ledger, &witnesses, err) ||
	    !cosig_check(s->note, witnesses.keys, witnesses.n, found, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct cosig_row row = { .size = s->head.size,
					 .witness = witness_label(a, found[i].witness),
					 .line = note_line_of(a, s->note, found[i].witness),
					 .time = found[i].time };
		bool fresh;

		if (!store_cosig_put(p->node->store, s->ledger->name, &row, &fresh, err))
			return false;
		*kept += fresh;
	}
	return true;
}

static bool of_this_history(struct pen *p, struct arena *a, const struct signed_head *s,
			    struct err *err)
{
	struct hash id;
	bool forked;

	if (!fork_against_held(p, a, s, &forked, &id, err))
		return false;
	if (forked)
		return err_set(
			err, ERR_FORK, "checkpoint",
			N_("Ledger %1 shows two histories: the head of size %2 that was "
			   "cosigned is not of the one held here. The evidence is kept."),
			err_arg(s->ledger->name), err_num(s->head.size));
	return s->head.size <= s->held.size ||
	       err_set(err, ERR_CONFLICT, "checkpoint",
		       N_("A cosignature of ledger %1 at size %2 was given, but only %3 "
			  "entries "
			  "are held here."),
		       err_arg(s->ledger->name), err_num(s->head.size), err_num(s->held.size));
}

static bool keep_cosignatures(struct pen *p, struct arena *a, struct signed_head *s,
			      size_t *kept, struct err *err)
{
	struct node *n = p->node;

	p->view = store_writer_view(n->store);
	return head_open(n, p->view, a, s->ledger->name, s->note, &s->head, err) &&
	       head_neighbours(p->view, a, s, err) && of_this_history(p, a, s, err) &&
	       keep_lines(p, a, s, kept, err);
}

/* NULL, with an error, when there is none. */
static const struct charter_ledger *ledger_known(const struct node *n, struct str ledger,
						 struct err *err)
{
	const struct charter_ledger *l = n->charter ? charter_find(n->charter, ledger) : NULL;

	if (!l)
		(void)err_set(err, ERR_MISSING, "ledger",
			      N_("There is no ledger %1 in this register."), err_arg(ledger));
	return l;
}

bool cosignatures_keep(struct node *n, struct str ledger, struct str note, size_t *kept,
		       struct err *err)
{
	struct signed_head s = { .note = note, .ledger = ledger_known(n, ledger, err) };
	struct arena a;
	bool ok;

	*kept = 0;
	if (!s.ledger)
		return false;
	arena_init(&a, WITNESS_ARENA);
	ok = keep_cosignatures(writer_hold(n->writer), &a, &s, kept, err);
	writer_free(n->writer);
	arena_done(&a);
	return ok;
}

bool witnessed_by_all(struct node *n, struct view *v, struct arena *a, struct str ledger,
		      uint64_t *size, struct err *err)
{
	const struct charter_ledger *of = charter_find(n->charter, ledger);
	struct str labels[CHARTER_LEDGERS_MAX];
	struct charter_ledger keys;
	size_t count = 0;

	for (size_t i = 0; of && i < n->charter->ledger_count; i++) {
		const struct charter_ledger *l = &n->charter->ledgers[i];

		/* one witness a party: that of the ledger it writes */
		if (str_eq(l->party, of->party) || charter_open(n->charter, l->party) != l)
			continue;
		if (!view_keys(v, a, l->name, TREE_SIZE_MAX, &keys, err))
			return false;
		labels[count++] = witness_label(a, &keys.witness);
	}
	return view_cosigned(v, ledger, labels, count, size, err);
}

/* --- our own word on what we hold --- */

static bool may_cosign(const struct signed_head *s, const struct node *n, struct err *err)
{
	if (s->held.own || s->held.size == 0)
		return err_set(err, ERR_CONFLICT, "ledger",
			       N_("Of ledger %1 there is no head of another party to cosign."),
			       err_arg(s->ledger->name));
	if (store_own_state(n->store) != LEDGER_OK)
		return err_set(err, ERR_CONFLICT, "ledger",
			       N_("This node was put back from an older copy, or is forked "
				  "itself: it signs nothing before that is settled."));
	if (s->held.state == LEDGER_FORKED)
		return err_set(err, ERR_FORK, "ledger",
			       N_("Ledger %1 showed two histories: nothing of it is cosigned "
				  "until that is settled."),
			       err_arg(s->ledger->name));
	return s->last.size <= s->held.size ||
	       err_set(err, ERR_CONFLICT, "ledger",
		       N_("A larger head of ledger %1 was cosigned already."),
		       err_arg(s->ledger->name));
}

/* What was cosigned before and what is held now are one history. */
static bool continues_last(struct pen *p, struct arena *a, struct signed_head *s,
			   struct err *err)
{
	struct signed_head before = *s;
	struct hash root, id;
	bool forked;

	if (s->last.size == 0)
		return true;
	if (!held_root(p->view, &s->held, s->last.size, &root, err))
		return false;
	if (hash_eq(&root, &s->last.root))
		return true;
	before.note = s->last.note;
	before.head.size = s->last.size;
	before.head.root = s->last.root;
	if (before.note.n > 0 && !fork_against_held(p, a, &before, &forked, &id, err))
		return false;
	return err_set(err, ERR_FORK, "checkpoint",
		       N_("Ledger %1 shows two histories: the head of size %2 that was "
			  "cosigned is not of the one held here. The evidence is kept."),
		       err_arg(s->ledger->name), err_num(s->last.size));
}

static bool cosign_held(struct pen *p, struct arena *a, struct signed_head *s, struct str *note,
			struct err *err)
{
	struct node *n = p->node;
	struct str line;
	bool before;

	p->view = store_writer_view(n->store);
	if (!head_neighbours(p->view, a, s, err) || !may_cosign(s, n, err) ||
	    !continues_last(p, a, s, err) ||
	    !view_cosigned_at(p->view, s->ledger->name, s->held.size,
			      witness_label(a, &n->witness.pub), &before, err))
		return false;
	*note = s->last.note;
	if (before && s->last.size == s->held.size && s->last.note.n > 0)
		return true;
	s->note = s->held.checkpoint;
	s->head.size = s->held.size;
	s->head.root = s->held.root;
	return view_keys(p->view, a, s->ledger->name, s->head.size, &s->keys, err) &&
	       cosign(p, a, s, note, &line, err);
}

bool witness_cosign_held(struct node *n, struct arena *a, struct str ledger, struct str *note,
			 struct err *err)
{
	struct signed_head s = { .ledger = ledger_known(n, ledger, err) };
	bool ok;

	if (!s.ledger)
		return false;
	ok = cosign_held(writer_hold(n->writer), a, &s, note, err);
	writer_free(n->writer);
	return ok;
}

bool register_taken(struct node *n, struct arena *a, struct str ledger, uint64_t before,
		    uint64_t after, struct err *err)
{
	struct str note;

	if (!fork_search(n, ledger, before, after, err))
		return false;
	return str_eq(ledger, n->ledger) || witness_cosign_held(n, a, ledger, &note, err) ||
	       err->kind == ERR_CONFLICT;
}
