#include "exchange/pouch_verify.h"

#include "ledger/keyroll.h"

enum { ENTRY_ARENA = 32 << 20 };

/* --- the checks --- */

bool pouch_check_address(const struct pouch_side *s, const struct pouch_note *m,
			 struct err *err)
{
	if (!hash_eq(&m->reg, &s->reg))
		return err_set(err, ERR_INPUT, "register",
			       N_("The pouch belongs to another register than this node's: it "
				  "is not for here."));
	if (str_eq(m->from, s->me))
		return err_set(err, ERR_INPUT, "from",
			       N_("The pouch was packed by this side itself: it is for %1."),
			       err_arg(m->to));
	if (!str_is(m->to, "*") && !str_eq(m->to, s->me))
		return err_set(err, ERR_INPUT, "to",
			       N_("The pouch is for %1, not for %2: hand it on."),
			       err_arg(m->to), err_arg(s->me));
	return true;
}

bool pouch_sender(const struct pouch_side *s, struct str party, struct charter_ledger *out,
		  struct err *err)
{
	return s->ledger(s->ctx, s->speaker ? s->speaker(s->ctx, party) : party, TREE_SIZE_MAX,
			 out, err);
}

bool pouch_takes(const struct pouch_side *s, struct str ledger)
{
	return !s->takes || s->takes(s->ctx, ledger);
}

bool pouch_check_sender(const struct charter_ledger *sender, struct str bytes, struct err *err)
{
	struct note note;
	unsigned verified;

	return note_open(bytes, &sender->log, 1, &note, &verified, err) ||
	       err_set(err, ERR_INPUT, "manifest",
		       N_("The pouch says it is from %1, but that party's key did not sign it. "
			  "Nothing of it is taken over. If %1 goes on in a new ledger, that "
			  "act "
			  "must come first, in a pouch of another party."),
		       err_arg(sender->party));
}

bool pouch_check_cosig(const struct charter_ledger *of, const struct charter_ledger *sender,
		       struct str note, struct checkpoint *out, struct err *err)
{
	struct cosig by;
	size_t found;

	return checkpoint_open(note, of->origin, &of->log, 1, out, err) &&
	       cosig_check(note, &sender->witness, 1, &by, &found, err) &&
	       (found > 0 ||
		err_set(err, ERR_INPUT, "cosig",
			N_("The pouch has a checkpoint of %1 that its sender did not cosign."),
			err_arg(of->name)));
}

/* --- a dry run --- */

struct verifying {
	const struct pouch_side *side;
	const struct pouch_hearer *to;
	const struct pouch_note *m;
	struct arena *a;
	struct arena once;                          /* for one entry */
	struct charter_ledger sender;               /* its own ledger, keys as far as read */
	struct key_walk walks[CHARTER_LEDGERS_MAX]; /* by the manifest's line */
	size_t line;
	struct pouch_range *range;
	uint64_t held;
	struct str manifest, checkpoint;
	bool unsigned_manifest, unsigned_head; /* by no key known so far */
	struct err why;
};

static bool see_manifest(void *ctx, const struct pouch_note *m, struct str note,
			 struct err *err)
{
	struct verifying *v = ctx;

	v->m = m;
	v->manifest = note;
	if (!pouch_check_address(v->side, m, err) ||
	    !pouch_sender(v->side, m->from, &v->sender, err))
		return false;
	v->unsigned_manifest = !pouch_check_sender(&v->sender, note, &v->why);
	if (!v->unsigned_manifest)
		return true;
	/* A key rolled in what comes may have signed it. */
	for (size_t i = 0; i < m->ledger_count; i++)
		if (str_eq(m->ledgers[i].name, v->sender.name))
			return true;
	*err = v->why;
	return false;
}

/* The ledger at hand is through: whoever signed its head must be known now. */
static bool settle(struct verifying *v, struct err *err)
{
	const struct charter_ledger *of = &v->walks[v->line].now;
	struct checkpoint head;

	if (!v->range)
		return true;
	pouch_range_end(v->range);
	v->range = NULL;
	if (!key_walk_head(&v->walks[v->line], v->checkpoint, &head, err))
		return false;
	if (str_eq(of->name, v->sender.name)) {
		v->sender = *of;
		if (v->unsigned_manifest && !pouch_check_sender(&v->sender, v->manifest, err))
			return false;
		v->unsigned_manifest = false;
	}
	return true;
}

/* The checkpoint of the line, signed, or for the time being only well formed. */
static bool read_head(struct verifying *v, const struct pouch_line *l, struct checkpoint *head,
		      struct err *err)
{
	const struct charter_ledger *of = &v->walks[v->line].now;
	struct note note;

	v->unsigned_head = !checkpoint_open(v->checkpoint, of->origin, &of->log, 1, head, err);
	if (v->unsigned_head) {
		v->why = *err;
		if (l->size <= v->held || !note_parse(v->checkpoint, &note, err) ||
		    !checkpoint_parse(note.text, head, err) ||
		    !str_eq(head->origin, of->origin)) {
			*err = v->why;
			return false;
		}
	}
	return (head->size == l->size && hash_eq(&head->root, &l->root)) ||
	       err_set(err, ERR_INPUT, "manifest",
		       N_("The pouch's manifest and the checkpoint of ledger %1 in it do not "
			  "agree. Ask the sender for a new pouch."),
		       err_arg(l->name));
}

static bool see_ledger(void *ctx, const struct pouch_line *l, struct str checkpoint,
		       struct err *err)
{
	struct verifying *v = ctx;
	struct range_plan plan = { .ledger = l->name, .base = l->base };
	struct key_walk *walk;

	if (!settle(v, err) || !pouch_takes(v->side, l->name))
		return !v->range;
	v->line = (size_t)(l - v->m->ledgers);
	v->checkpoint = arena_str(v->a, checkpoint);
	walk = &v->walks[v->line];
	*walk = (struct key_walk){ .keep = v->a, .charter = &v->side->reg };
	if (!v->side->ledger(v->side->ctx, l->name, l->size, &walk->now, err) ||
	    !v->side->held(v->side->ctx, l->name, &plan.held, &plan.held_size, err))
		return false;
	v->held = plan.held_size;
	return read_head(v, l, &plan.head, err) &&
	       (!v->to->ledger || v->to->ledger(v->to->ctx, l, v->held, err)) &&
	       pouch_range_begin(&plan, &v->range, err);
}

static bool see_entry(void *ctx, uint64_t n, struct str bytes, struct err *err)
{
	struct verifying *v = ctx;
	struct key_walk *walk = &v->walks[v->line];

	if (n < v->held)
		return true;
	key_walk_bytes(walk, &v->once, bytes, n);
	return !v->to->entry || v->to->entry(v->to->ctx, &walk->now, n, bytes, err);
}

static bool see_tile(void *ctx, const struct tile_path *path, struct str bytes, struct err *err)
{
	struct verifying *v = ctx;

	if (!v->range || pouch_range_give(v->range, path, bytes, see_entry, v, err))
		return true;
	/* What nobody known has signed proves nothing against anybody. */
	if (v->unsigned_head && err->kind == ERR_FORK)
		*err = v->why;
	return false;
}

static bool see_cosig(void *ctx, struct str ledger, struct str note, struct err *err)
{
	struct verifying *v = ctx;
	struct charter_ledger of;
	struct checkpoint head;

	if (!settle(v, err))
		return false;
	if (!pouch_takes(v->side, ledger))
		return true;
	if (!v->side->ledger(v->side->ctx, ledger, TREE_SIZE_MAX, &of, err))
		return false;
	for (size_t i = 0; i < v->m->ledger_count; i++)
		if (str_eq(v->m->ledgers[i].name, ledger))
			of = v->walks[i].now;
	return pouch_check_cosig(&of, &v->sender, note, &head, err);
}

static bool see_blob(void *ctx, const struct hash *name, struct str bytes, struct err *err)
{
	struct verifying *v = ctx;

	return settle(v, err) && (!v->to->blob || v->to->blob(v->to->ctx, name, bytes, err));
}

static bool see_sealed(void *ctx, struct str recipient, const struct hash *c, struct str file,
		       struct err *err)
{
	struct verifying *v = ctx;

	return settle(v, err) && (!v->to->sealed || !str_eq(recipient, v->side->me) ||
				  v->to->sealed(v->to->ctx, c, file, err));
}

bool pouch_verify(struct arena *a, const struct pouch_source *from,
		  const struct pouch_side *side, const struct pouch_hearer *to,
		  struct pouch_note *m, struct err *err)
{
	struct verifying *v = arena_new(a, struct verifying);
	const struct pouch_taker taker = { see_manifest, see_ledger, see_tile, see_cosig,
					   see_blob,     see_sealed, v };
	bool ok;

	v->side = side;
	v->to = to;
	v->a = a;
	arena_init(&v->once, ENTRY_ARENA);
	ok = pouch_read(a, from, &taker, m, err) && settle(v, err);
	if (ok && v->unsigned_manifest) {
		*err = v->why;
		ok = false;
	}
	pouch_range_end(v->range);
	arena_done(&v->once);
	return ok;
}
