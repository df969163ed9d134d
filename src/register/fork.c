#include "register/fork.h"

#include "ledger/evidence.h"
#include "register/head.h"
#include "register/heads.h"
#include "register/writer.h"

enum { FORK_ARENA = 64 << 20 };

/* --- evidence as it is kept --- */

static void put_hash(struct json_w *w, const struct hash *h)
{
	struct buf b64;

	buf_init(&b64, 64);
	buf_b64(&b64, h->b, HASH_SIZE);
	json_put_str(w, buf_str(&b64));
	buf_done(&b64);
}

/* {"a","b","h","proof"} of two heads, with whatever signatures their notes bear. */
static struct str write_heads(struct arena *a, const struct fork_heads *heads)
{
	struct buf out;
	struct json_w w = json_w(&out);

	buf_init(&out, EVIDENCE_MAX * 4);
	json_open(&w, '{');
	json_pair(&w, "a", heads->a);
	json_pair(&w, "b", heads->b);
	json_key(&w, "h");
	if (heads->root)
		put_hash(&w, heads->root);
	else
		json_put_str(&w, S(""));
	json_key(&w, "proof");
	json_open(&w, '[');
	for (size_t i = 0; i < heads->proof_count; i++)
		put_hash(&w, &heads->proof[i]);
	json_close(&w, ']');
	json_close(&w, '}');
	return arena_buf(a, &out);
}

static void pair_note(struct json_w *w, const char *name, struct str note,
		      const struct vkey *log)
{
	struct buf b;

	buf_init(&b, NOTE_MAX);
	note_signed_by(&b, note, log);
	json_pair(w, name, buf_str(&b));
	buf_done(&b);
}

/* The same with the log's signatures alone: it then fits an entry, and has one name. */
static struct str write_evidence(struct arena *a, const struct json *e, const struct vkey *log)
{
	struct buf out;
	struct json_w w = json_w(&out);

	buf_init(&out, EVIDENCE_MAX);
	json_open(&w, '{');
	pair_note(&w, "a", json_str(e, "a"), log);
	pair_note(&w, "b", json_str(e, "b"), log);
	json_pair(&w, "h", json_str(e, "h"));
	json_key(&w, "proof");
	json_open(&w, '[');
	for (const struct json *p = json_arr(e, "proof")->child; p; p = p->next)
		json_put_str(&w, p->str);
	json_close(&w, ']');
	json_close(&w, '}');
	return arena_buf(a, &out);
}

static uint64_t size_of(struct str note)
{
	struct str size = str_from(note, str_index(note, '\n') + 1);
	uint64_t n = 0;

	return str_u64(str_cut(size, str_index(size, '\n')), TREE_SIZE_MAX, &n) ? n : 0;
}

/* One key signed both heads: the one in force for the larger, else for the smaller. */
static bool judge(struct pen *p, struct arena *a, struct str ledger, const struct json *e,
		  struct vkey *log, struct err *err)
{
	const char *const heads[] = { "a", "b" };
	struct charter_ledger keys;

	for (size_t i = 0; i < 2; i++) {
		uint64_t size = size_of(json_str(e, heads[i]));

		if (!view_keys(p->view, a, ledger, size, &keys, err))
			return false;
		if (evidence_check(e, &keys.log, err)) {
			*log = keys.log;
			return true;
		}
	}
	return false;
}

/* --- the alert in the own ledger --- */

static bool tell_one(struct pen *p, const struct evidence_row *e, struct err *err)
{
	struct entry_draft d = { .type = str_z(entry_type_names[ENTRY_ALERT_FORK]) };
	struct buf body;
	struct json_w w = json_w(&body);
	struct hash leaf;
	uint64_t n;
	bool ok;

	buf_init(&body, EVIDENCE_MAX);
	json_open(&w, '{');
	json_key(&w, "evidence");
	json_put_raw(&w, e->doc);
	json_close(&w, '}');
	d.body = buf_str(&body);
	ok = pen_put(p, &d, &n, &leaf, err);
	buf_done(&body);
	return ok;
}

/* What is due stays so when the own ledger cannot be written to. */
static bool tell_all(struct pen *p, struct arena *a, struct err *err)
{
	struct store *s = p->node->store;
	struct evidence_row *rows;
	size_t n;

	if (!store_alerts_due(s, a, &rows, &n, err))
		return false;
	if (n == 0 || !pen_begin(p, err))
		return n == 0;
	for (size_t i = 0; i < n; i++)
		if (!tell_one(p, &rows[i], err)) {
			pen_undo(p);
			return false;
		}
	if (store_alerts_told(s, err))
		return pen_commit(p, err);
	pen_undo(p);
	return false;
}

void fork_tell_due(struct node *n)
{
	struct arena a;
	struct err later;

	if (!n->charter)
		return;
	arena_init(&a, FORK_ARENA);
	(void)!tell_all(writer_hold(n->writer), &a, &later);
	writer_free(n->writer);
	arena_done(&a);
}

/* --- found --- */

static bool keep(struct pen *p, struct arena *a, struct str ledger, struct str evidence,
		 struct hash *id, struct err *err)
{
	struct err later;
	struct json *e;
	struct vkey log;
	bool fresh;

	p->view = store_writer_view(p->node->store);
	if (evidence.n > EVIDENCE_MAX)
		return err_set(err, ERR_INPUT, "evidence",
			       N_("Evidence of a fork is two signed heads and a proof; this is "
				  "larger than that can be."));
	if (!json_object(a, evidence, &e, err) || !judge(p, a, ledger, e, &log, err) ||
	    !store_fork(p->node->store, ledger, write_evidence(a, e, &log), id, &fresh, err))
		return false;
	if (fresh)
		(void)!tell_all(p, a, &later);
	return true;
}

bool fork_prove_held(struct pen *p, struct arena *a, const struct fork_heads *heads,
		     struct hash *id, struct err *err)
{
	return keep(p, a, heads->ledger, write_heads(a, heads), id, err);
}

bool fork_found(struct node *n, struct arena *a, struct str ledger, struct str evidence,
		struct hash *id, struct err *err)
{
	struct pen *p = writer_hold(n->writer);
	bool ok = keep(p, a, ledger, evidence, id, err);

	writer_free(n->writer);
	return ok;
}

bool fork_prove(struct node *n, struct arena *a, const struct fork_heads *heads,
		struct hash *id, struct err *err)
{
	return fork_found(n, a, heads->ledger, write_heads(a, heads), id, err);
}

/* --- looked for --- */

/*
 * Two heads under two keys, one rolled to the other, are no evidence that stands by itself:
 * then nothing is kept, and the head is refused all the same.
 */
static bool prove_if_one_key(struct pen *p, struct arena *a, const struct fork_heads *heads,
			     struct hash *id, struct err *err)
{
	return fork_prove_held(p, a, heads, id, err) || err->kind == ERR_INPUT;
}

/* A head no larger than the copy held here: the copy's own tiles are the proof. */
static bool against_copy(struct pen *p, struct arena *a, const struct signed_head *s,
			 bool *forked, struct hash *id, struct err *err)
{
	struct fork_heads heads = { .ledger = s->ledger->name,
				    .a = s->note,
				    .b = s->held.checkpoint };
	struct tiles tiles = view_tiles(p->view, &s->held);
	struct hash proof[PROOF_MAX], root;

	if (!tree_root(&tiles, s->head.size, &root, err))
		return false;
	if (hash_eq(&root, &s->head.root))
		return true;
	if (s->head.size < s->held.size) {
		heads.root = &root;
		heads.proof = proof;
		if (!tree_consistency(&tiles, s->head.size, s->held.size, proof,
				      &heads.proof_count, err))
			return false;
	}
	*forked = true;
	return prove_if_one_key(p, a, &heads, id, err);
}

bool fork_against_held(struct pen *p, struct arena *a, const struct signed_head *s,
		       bool *forked, struct hash *id, struct err *err)
{
	const struct witnessed *last = &s->last;
	struct store *store = p->node->store;

	*forked = false;
	p->view = store_writer_view(store);
	if (s->head.size == 0)
		return true;
	if (s->head.size <= s->held.size)
		return against_copy(p, a, s, forked, id, err);
	if (s->held.own)
		return store_heard_own(store, s->head.size, &s->head.root, err);
	if (s->head.size != last->size || last->note.n == 0 ||
	    hash_eq(&s->head.root, &last->root))
		return true;
	*forked = true;
	return prove_if_one_key(p, a,
				&(struct fork_heads){ .ledger = s->ledger->name,
						      .a = last->note,
						      .b = s->note },
				id, err);
}

/* A head that stands in somebody's entry: only when its signature stands it says anything. */
static bool look_at_head(struct pen *p, struct arena *a, struct str note, struct err *err)
{
	struct signed_head s = { .note = note };
	struct hash id;
	bool forked;

	s.ledger = ledger_of_origin(p->node->charter, str_cut(note, str_index(note, '\n')));
	if (!s.ledger)
		return true;
	if (!head_open(p->node, p->view, a, s.ledger->name, note, &s.head, err))
		return err->kind == ERR_INPUT;
	return head_neighbours(p->view, a, &s, err) &&
	       fork_against_held(p, a, &s, &forked, &id, err);
}

/* What another party found: it proves the same to us, or nothing. */
static bool look_at_alert(struct pen *p, struct arena *a, const struct json *evidence,
			  struct err *err)
{
	struct str note = json_str(evidence, "a");
	const struct charter_ledger *l =
		ledger_of_origin(p->node->charter, str_cut(note, str_index(note, '\n')));
	struct hash id;

	return !l || !evidence || keep(p, a, l->name, evidence->raw, &id, err) ||
	       err->kind == ERR_INPUT;
}

static bool look_at_entry(struct pen *p, struct arena *a, const struct entry_place *at,
			  struct err *err)
{
	const struct charter_ledger *l = charter_find(p->node->charter, at->ledger);
	struct said_entry said;
	struct entry e;

	if (!l)
		return true;
	if (!view_said(p->view, a, at->ledger, at->n, &said, err))
		return false;
	entry_read(a, said.bytes, l->party, said.index, INT64_MIN, &e);
	if (e.state != ENTRY_VALID)
		return true;
	if (e.type == ENTRY_SEEN)
		return look_at_head(p, a, json_str(e.body, "checkpoint"), err);
	return e.type != ENTRY_ALERT_FORK ||
	       look_at_alert(p, a, json_obj(e.body, "evidence"), err);
}

static bool search(struct pen *p, const struct entry_range *grown, struct err *err)
{
	struct entry_place *places;
	struct arena list, one;
	size_t n;
	bool ok;

	p->view = store_writer_view(p->node->store);
	arena_init(&list, FORK_ARENA);
	arena_init(&one, FORK_ARENA);
	ok = view_doubts(p->view, &list, grown, &places, &n, err);
	for (size_t i = 0; ok && i < n; i++) {
		arena_reset(&one);
		ok = look_at_entry(p, &one, &places[i], err);
	}
	arena_done(&one);
	arena_done(&list);
	return ok;
}

bool fork_search(struct node *n, struct str ledger, uint64_t before, uint64_t after,
		 struct err *err)
{
	const struct entry_range grown = { ledger, before, after };
	bool ok = search(writer_hold(n->writer), &grown, err);

	writer_free(n->writer);
	return ok;
}

static bool look(struct pen *p, struct arena *a, struct str note, bool *forked, struct err *err)
{
	struct str origin = str_cut(note, str_index(note, '\n'));
	struct signed_head s = { .note = note,
				 .ledger = ledger_of_origin(p->node->charter, origin) };
	struct hash id;

	p->view = store_writer_view(p->node->store);
	if (!s.ledger)
		return err_set(err, ERR_MISSING, "ledger",
			       N_("There is no ledger %1 in this register."), err_arg(origin));
	return head_open(p->node, p->view, a, s.ledger->name, note, &s.head, err) &&
	       head_neighbours(p->view, a, &s, err) &&
	       fork_against_held(p, a, &s, forked, &id, err);
}

bool fork_look(struct node *n, struct arena *a, struct str note, bool *forked, struct err *err)
{
	bool ok;

	*forked = false;
	ok = look(writer_hold(n->writer), a, note, forked, err);
	writer_free(n->writer);
	return ok;
}

/* --- told, and settled --- */

bool fork_evidence(struct node *n, struct arena *a, const struct hash *id, struct str *doc,
		   struct err *err)
{
	struct evidence_row row;
	struct view *v;
	bool ok;

	if (!view_open(n->store, &v, err))
		return false;
	ok = view_evidence(v, a, id, &row, err);
	if (ok)
		*doc = row.doc;
	view_close(v);
	return ok;
}

static bool stated(struct str who, struct str why, struct err *err)
{
	return (str_trim(who).n > 0 && str_trim(why).n > 0 && who.n <= ACTOR_MAX &&
		why.n <= REASON_MAX) ||
	       err_set(err, ERR_INPUT, "why",
		       N_("Say who releases the ledger and why: both are kept in this node's "
			  "log."));
}

static bool is_forked(struct pen *p, struct str ledger, struct err *err)
{
	struct signed_head s = { .ledger = charter_find(p->node->charter, ledger) };
	struct arena a;
	bool ok;

	arena_init(&a, FORK_ARENA);
	ok = (s.ledger ||
	      err_set(err, ERR_MISSING, "ledger", N_("There is no ledger %1 in this register."),
		      err_arg(ledger))) &&
	     head_neighbours(p->view, &a, &s, err) &&
	     (s.held.state == LEDGER_FORKED ||
	      err_set(err, ERR_CONFLICT, "ledger",
		      N_("Ledger %1 is not held to be forked: there is nothing to release."),
		      err_arg(ledger)));
	arena_done(&a);
	return ok;
}

/* "released ledger ru, held to be forked: WHY" */
static bool log_release(struct pen *p, struct str ledger, struct str who, struct str why,
			struct err *err)
{
	struct buf what;
	bool ok;

	buf_init(&what, 2 * REASON_MAX);
	buf_lit(&what, "released ledger ");
	buf_add(&what, ledger);
	buf_lit(&what, ", held to be forked: ");
	buf_add(&what, why);
	ok = local_log(p->view, node_now(p->node), who, buf_str(&what), err);
	buf_done(&what);
	return ok;
}

bool fork_release(struct node *n, struct str ledger, struct str who, struct str why,
		  struct err *err)
{
	struct pen *p;
	bool ok;

	if (!stated(who, why, err))
		return false;
	if (!n->charter)
		return err_set(
			err, ERR_CONFLICT, NULL,
			N_("This node has no charter yet. Adopt one first: benkan adopt"));
	p = writer_hold(n->writer);
	p->view = store_writer_view(n->store);
	ok = is_forked(p, ledger, err) && log_release(p, ledger, who, why, err) &&
	     store_release(n->store, ledger, err);
	writer_free(n->writer);
	return ok;
}
