#include "base/date.h"
#include "exchange/pouch_here.h"
#include "register/fork.h"
#include "register/head.h"
#include "register/intake.h"
#include "register/sealed_body.h"
#include "register/witness.h"

struct cosig_note {
	struct str ledger, note;
};

struct opening {
	struct pouch_here here; /* as it was before the pouch */
	struct arena *a;
	struct pouch_report *out;
	struct pouch_note m;
	struct charter_ledger sender;
	struct str manifest;
	int64_t last_made;      /* of the newest pouch opened from there */
	bool unsigned_manifest; /* by no key known so far: one rolled in what comes may have */
	struct err why;
	struct intake *intakes[CHARTER_LEDGERS_MAX]; /* by the manifest's line; NULL: nothing */
	size_t line;
	struct cosig_note cosigs[CHARTER_LEDGERS_MAX];
	size_t cosig_count;
	bool rolls; /* what came may hold a key roll */
	struct blob_pile blobs;
};

/* --- 1. the manifest --- */

static bool carries(const struct pouch_note *m, struct str ledger)
{
	for (size_t i = 0; i < m->ledger_count; i++)
		if (str_eq(m->ledgers[i].name, ledger))
			return true;
	return false;
}

static bool take_manifest(void *ctx, const struct pouch_note *m, struct str note,
			  struct err *err)
{
	struct opening *o = ctx;
	const struct pouch_side *side = &o->here.side;
	struct pouch_row last;

	o->manifest = note;
	if (!pouch_check_address(side, m, err) || !pouch_sender(side, m->from, &o->sender, err))
		return false;
	o->unsigned_manifest = !pouch_check_sender(&o->sender, note, &o->why);
	if (o->unsigned_manifest && !carries(m, o->sender.name)) {
		*err = o->why;
		return false;
	}
	if (!local_pouch(o->here.view, o->a, POUCH_OPENED, m->from, &last, err))
		return false;
	o->out->from = m->from;
	o->out->made = m->made;
	o->out->serial = m->serial;
	o->out->last_serial = last.serial;
	o->last_made = last.made;
	return true;
}

/* --- 2. ledgers --- */

static bool fits_line(const struct pouch_line *l, struct str checkpoint, struct err *err)
{
	struct checkpoint head;
	struct note note;

	if (!note_parse(checkpoint, &note, err) || !checkpoint_parse(note.text, &head, err))
		return false;
	return (head.size == l->size && hash_eq(&head.root, &l->root)) ||
	       err_set(err, ERR_INPUT, "manifest",
		       N_("The pouch's manifest and the checkpoint of ledger %1 in it do not "
			  "agree. Ask the sender for a new pouch."),
		       err_arg(l->name));
}

static bool two_histories(struct str ledger, struct err *err)
{
	return err_set(err, ERR_FORK, "checkpoint",
		       N_("Ledger %1 shows two histories: a head in the pouch, signed with its "
			  "key, is not of the one held here. The evidence is kept; nothing was "
			  "taken over."),
		       err_arg(ledger));
}

/*
 * Somebody's copy of this node's own ledger: held against it.  When it is larger, this node
 * was put back from a backup, and takes its own entries from there (LEDGER.md 4.4, 5.2).
 */
static bool look_at_own(struct opening *o, struct str name, struct str checkpoint, bool *wanted,
			struct err *err)
{
	struct node *n = o->here.node;
	bool was_restored = store_own_state(node_store(n)) == LEDGER_RESTORED;
	enum ledger_state state;

	/* A key that was rolled in what is missing is judged when that is here. */
	if (!node_heard_own(n, checkpoint, err) && !(was_restored && err->kind == ERR_INPUT))
		return false;
	state = store_own_state(node_store(n));
	*wanted = state == LEDGER_RESTORED;
	return state != LEDGER_FORKED || two_histories(name, err);
}

static bool take_ledger(void *ctx, const struct pouch_line *l, struct str checkpoint,
			struct err *err)
{
	struct opening *o = ctx;
	const struct ledger_row *row = pouch_here_row(&o->here, l->name);
	const struct intake_plan plan = { .ledger = l->name,
					  .checkpoint = arena_str(o->a, checkpoint),
					  .base = l->base };

	bool wanted = true;

	o->line = (size_t)(l - o->m.ledgers);
	if (!row || !pouch_takes(&o->here.side, l->name)) {
		o->out->ledgers[o->out->ledger_count++] =
			(struct pouch_ledger){ arena_str(o->a, l->name), row ? row->size : 0,
					       row ? row->size : 0 };
		return true;
	}
	if (!fits_line(l, checkpoint, err))
		return false;
	o->out->ledgers[o->out->ledger_count++] =
		(struct pouch_ledger){ row->name, row->size, row->size };
	if (row->own && (!look_at_own(o, row->name, plan.checkpoint, &wanted, err) || !wanted))
		return !wanted;
	if (l->base > row->size)
		return err_set(err, ERR_CONFLICT, "base",
			       N_("The pouch begins at entry %2 of ledger %1, and only %3 are "
				  "here: open the one packed before it first, or ask for one "
				  "packed with --base %1=%3."),
			       err_arg(l->name), err_num(l->base), err_num(row->size));
	return intake_begin(o->here.node, o->a, &plan, &o->intakes[o->line], err);
}

static bool take_tile(void *ctx, const struct tile_path *path, struct str bytes,
		      struct err *err)
{
	struct opening *o = ctx;

	if (!o->intakes[o->line])
		return true;
	o->rolls |= path->level == ENTRY_LEVEL && str_find(bytes, S("\"key.roll\"")) < bytes.n;
	return intake_give(o->intakes[o->line], path, bytes, err);
}

/* --- 3 to 5: cosignatures, attachments, sealed bodies --- */

static bool take_cosig(void *ctx, struct str ledger, struct str note, struct err *err)
{
	struct opening *o = ctx;
	const struct pouch_side *side = &o->here.side;
	struct charter_ledger of;
	struct checkpoint head;

	if (!pouch_takes(side, ledger))
		return true;
	if (!side->ledger(side->ctx, ledger, TREE_SIZE_MAX, &of, err))
		return false;
	/* By keys that are rolled in what came: judged when that is taken over. */
	if (!pouch_check_cosig(&of, &o->sender, note, &head, err) && !o->rolls)
		return false;
	if (o->cosig_count == CHARTER_LEDGERS_MAX)
		return err_set(
			err, ERR_INPUT, "cosig",
			N_("The pouch has more cosignatures than a register has ledgers."));
	o->cosigs[o->cosig_count++] =
		(struct cosig_note){ arena_str(o->a, ledger), arena_str(o->a, note) };
	return true;
}

static bool take_blob(void *ctx, const struct hash *name, struct str bytes, struct err *err)
{
	struct opening *o = ctx;
	struct hash same;

	(void)name;
	o->out->blobs++;
	return blob_pile_add(&o->blobs, bytes, &same, err);
}

static bool take_sealed(void *ctx, struct str recipient, const struct hash *c, struct str file,
			struct err *err)
{
	struct opening *o = ctx;
	enum body_fate fate;

	if (!str_eq(recipient, o->here.side.me))
		return true;
	o->out->sealed++;
	if (!body_take(o->here.node, c, file, &fate, err))
		return false;
	o->out->unopened += fate == BODY_KEPT || fate == BODY_REFUSED;
	return true;
}

/* What was kept because its entry had not come yet finds its place. */
static bool settle_sealed(struct opening *o, struct err *err)
{
	uint64_t opened = 0;

	if (!body_settle(o->here.node, &opened, err))
		return false;
	o->out->unopened -= opened < o->out->unopened ? opened : o->out->unopened;
	return true;
}

/* --- everything is here and as the sender signed it: take over --- */

static bool finish_line(struct opening *o, size_t i, struct err *err)
{
	struct intake_result r;
	bool ok;

	if (!o->intakes[i])
		return true;
	ok = intake_finish(o->intakes[i], &r, err);
	intake_end(o->intakes[i]);
	o->intakes[i] = NULL;
	if (!ok)
		return false;
	o->out->ledgers[i].after = r.after;
	return true;
}

/* The sender's own ledger first: its keys say whether the manifest is its. */
static bool finish_sender(struct opening *o, struct err *err)
{
	struct view *v;
	bool ok;

	for (size_t i = 0; i < o->m.ledger_count; i++)
		if (str_eq(o->m.ledgers[i].name, o->sender.name) && !finish_line(o, i, err))
			return false;
	if (!o->unsigned_manifest)
		return true;
	if (!view_open(node_store(o->here.node), &v, err))
		return false;
	ok = view_begin(v, err);
	if (ok) {
		ok = view_keys(v, o->a, o->sender.name, TREE_SIZE_MAX, &o->sender, err) &&
		     pouch_check_sender(&o->sender, o->manifest, err);
		view_end(v);
	}
	view_close(v);
	return ok;
}

/* What follows a range taken over: forks it shows, our cosignature of its head. */
static bool look_at_taken(struct opening *o, struct err *err)
{
	for (size_t i = 0; i < o->out->ledger_count; i++) {
		const struct pouch_ledger *l = &o->out->ledgers[i];

		if (l->after > l->before &&
		    !register_taken(o->here.node, o->a, l->name, l->before, l->after, err))
			return false;
	}
	return true;
}

/* Each is a signed head too.  One of a head that is not held here is no use and no harm. */
static bool keep_cosigs(struct opening *o, struct err *err)
{
	for (size_t i = 0; i < o->cosig_count; i++) {
		const struct cosig_note *c = &o->cosigs[i];
		struct err ignored;
		size_t kept = 0;
		bool forked;

		if (!fork_look(o->here.node, o->a, c->note, &forked, err))
			return false;
		if (forked)
			return two_histories(c->ledger, err);
		if (cosignatures_keep(o->here.node, c->ledger, c->note, &kept, &ignored))
			o->out->cosignatures += kept;
	}
	return true;
}

/*
 * What the sender said it holds, for the next pouch to it.  Of its own ledger only when that is
 * less than what is here: then it lost some.
 */
static bool keep_serial(struct opening *o, struct err *err)
{
	struct pouch_row row = { .party = o->m.from, .serial = o->m.serial };
	struct buf have;
	bool ok;

	buf_init(&have, NOTE_MAX);
	for (size_t i = 0; i < o->m.have_count; i++) {
		const struct ledger_row *l = pouch_here_row(&o->here, o->m.have[i].name);

		/* A closed ledger is nobody's own any more. */
		if (!l || (str_eq(l->party, o->m.from) && o->m.have[i].size >= l->size &&
			   l->state != LEDGER_CLOSED))
			continue;
		if (have.n)
			buf_ch(&have, ',');
		buf_add(&have, l->name);
		buf_ch(&have, '=');
		buf_u64(&have, o->m.have[i].size);
	}
	row.note = buf_str(&have);
	/* By its date: a sender put back from a backup counts from an earlier number. */
	ok = time_parse(o->m.made, &row.made) &&
	     (row.made < o->last_made ||
	      local_pouch_put(o->here.view, POUCH_OPENED, &row, err));
	buf_done(&have);
	return ok;
}

static bool finish(struct opening *o, struct err *err)
{
	if (o->unsigned_manifest && !o->rolls) {
		*err = o->why;
		return false;
	}
	if (!blob_pile_put(&o->blobs, err) || !finish_sender(o, err))
		return false;
	for (size_t i = 0; i < o->m.ledger_count; i++)
		if (!finish_line(o, i, err))
			return false;
	if (!settle_sealed(o, err) || !look_at_taken(o, err) || !keep_cosigs(o, err) ||
	    !keep_serial(o, err))
		return false;
	pouch_here_end(&o->here); /* who acknowledges reads anew, by the same view */
	return store_own_state(node_store(o->here.node)) != LEDGER_OK ||
	       register_acknowledge(o->here.node, &o->out->seen, err);
}

bool pouch_open(struct node *n, struct arena *a, const struct pouch_source *from,
		struct pouch_report *out, struct err *err)
{
	struct opening *o = arena_new(a, struct opening);
	const struct pouch_taker taker = { take_manifest, take_ledger, take_tile, take_cosig,
					   take_blob,     take_sealed, o };
	bool ok;

	*out = (struct pouch_report){ 0 };
	o->a = a;
	o->out = out;
	if (!pouch_here_begin(n, a, &o->here, err))
		return false;
	blob_pile_begin(&o->blobs, node_store(n));
	view_end(o->here.view); /* a long import must not hold an old moment of the database */
	ok = pouch_read(a, from, &taker, &o->m, err) && finish(o, err);
	for (size_t i = 0; i < CHARTER_LEDGERS_MAX; i++)
		intake_end(o->intakes[i]);
	blob_pile_end(&o->blobs);
	pouch_here_end(&o->here);
	return ok;
}
