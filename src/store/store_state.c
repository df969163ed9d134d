#include "store/derive.h"
#include "store/store_private.h"

#include <stdlib.h>
#include <string.h>

enum { PAST_ARENA = 64 << 20 };

/* --- where to cut --- */

static int by_name(const void *x, const void *y)
{
	const struct cut *a = x, *b = y;

	return str_cmp(a->ledger, b->ledger);
}

/* Each ledger of the charter with what counts of it, and that root, by name. */
static bool fill_cuts(struct store *s, struct projection *p, const struct charter *c,
		      struct cut *cuts, struct err *err)
{
	for (size_t i = 0; i < c->ledger_count; i++) {
		const struct held *h = ledger_named(s, c->ledgers[i].name);
		struct tile_source from = { s->ledger, h->lid };
		struct tiles tiles = tiles_of(&from);

		cuts[i].ledger = h->name;
		if (!projection_applied(p, h->name, &cuts[i].size, err) ||
		    !tree_root(&tiles, cuts[i].size, &cuts[i].root, err))
			return false;
	}
	qsort(cuts, c->ledger_count, sizeof(*cuts), by_name);
	return true;
}

static bool cut_part(struct store *s, struct str part, uint64_t *sizes, struct err *err)
{
	struct str name;
	struct held *h;
	uint64_t size;

	if (!str_split(&part, '=', &name) || !(h = ledger_named(s, name)))
		return err_set(
			err, ERR_INPUT, "cut",
			N_("The register has no ledger \"%1\". Write a cut as ml=300,ru=280."),
			err_arg(name));
	if (!str_u64(part, TREE_SIZE_MAX, &size) || size > h->size)
		return err_set(err, ERR_INPUT, "cut",
			       N_("Ledger %1 holds %2 entries here: cut it at that or fewer."),
			       err_arg(name), err_num(h->size));
	sizes[h - s->held] = size;
	return true;
}

/* "ml=300,ru=280".  A ledger that is not named has no entries. */
static bool parse_cut(struct store *s, struct str cut, uint64_t *sizes, bool *named,
		      struct err *err)
{
	struct str part;

	for (size_t i = 0; i < s->count; i++)
		sizes[i] = UINT64_MAX;
	while (str_split(&cut, ',', &part))
		if (!cut_part(s, part, sizes, err))
			return false;
	for (size_t i = 0; i < s->count; i++) {
		named[i] = sizes[i] != UINT64_MAX;
		sizes[i] = named[i] ? sizes[i] : 0;
	}
	return true;
}

/* --- the state as it is --- */

static bool state_now(struct store *s, struct hash *digest, struct err *err)
{
	struct cut cuts[CHARTER_LEDGERS_MAX];
	bool ok;

	store_follow(s);
	if (!db_begin(s->reg, false, err))
		return false;
	ok = fill_cuts(s, s->projection, s->charter, cuts, err) &&
	     state_digest(s->reg, cuts, s->charter->ledger_count, digest, err);
	db_rollback(s->reg);
	return ok;
}

/* --- the state at a cut: the same replay into a register that is thrown away --- */

/* The ledgers as they were: nothing beyond the cut exists for the scratch projection. */
struct past {
	struct store *store;
	uint64_t sizes[CHARTER_LEDGERS_MAX];
	bool named[CHARTER_LEDGERS_MAX];
	struct hash *digest;
};

static bool past_root(void *ctx, struct str ledger, uint64_t size, struct hash *out,
		      struct err *err)
{
	const struct past *p = ctx;
	const struct held *h = ledger_named(p->store, ledger);

	if (!h || size > p->sizes[h - p->store->held])
		return err_set(err, ERR_MISSING, "ledger",
			       N_("Ledger %1 holds fewer than %2 entries at this cut."),
			       err_arg(ledger), err_num(size));
	return p->store->source.root(p->store, ledger, size, out, err);
}

static bool past_opening(void *ctx, struct arena *a, const struct hash *c, struct str *body,
			 bool *found, struct err *err)
{
	const struct past *p = ctx;

	return p->store->source.opening(p->store, a, c, body, found, err);
}

static bool past_blob(void *ctx, struct arena *a, const struct hash *name, struct str *bytes,
		      bool *found, struct err *err)
{
	const struct past *p = ctx;

	return p->store->source.blob(p->store, a, name, bytes, found, err);
}

static bool past_entry(void *ctx, struct arena *a, struct str ledger, uint64_t n,
		       struct str *bytes, struct err *err)
{
	const struct past *p = ctx;

	return p->store->source.entry(p->store, a, ledger, n, bytes, err);
}

static bool past_fill(void *ctx, struct db *reg, struct projection *p, const struct charter *c,
		      struct err *err)
{
	const struct past *past = ctx;

	(void)c;
	return replay_into(past->store, reg, p, past->sizes, err);
}

/* A cut says of every ledger of that time where it is, so that both sides mean the same. */
static bool past_done(void *ctx, struct db *reg, struct projection *p, const struct charter *c,
		      struct err *err)
{
	struct past *past = ctx;
	struct cut cuts[CHARTER_LEDGERS_MAX];

	for (size_t i = 0; i < c->ledger_count; i++) {
		const struct held *h = ledger_named(past->store, c->ledgers[i].name);

		if (!past->named[h - past->store->held])
			return err_set(
				err, ERR_INPUT, "cut",
				N_("The cut does not name ledger %1: name every ledger, as in "
				   "ml=300,ru=280."),
				err_arg(h->name));
	}
	return fill_cuts(past->store, p, c, cuts, err) &&
	       state_digest(reg, cuts, c->ledger_count, past->digest, err);
}

static bool state_past(struct past *past, struct err *err)
{
	struct derive_plan plan = { .dir = past->store->dir,
				    .source = { .root = past_root,
						.opening = past_opening,
						.blob = past_blob,
						.entry = past_entry,
						.ctx = past },
				    .fill = past_fill,
				    .done = past_done,
				    .ctx = past };
	struct arena a;
	struct str last;
	bool found, ok;

	arena_init(&a, PAST_ARENA);
	ok = charter_by_hand(past->store->ledger, &plan.by_hand, err) &&
	     first_charter(past->store, &a, &plan.first, &found, err) &&
	     derive_charter(&a, &plan, &last, err);
	arena_done(&a);
	return ok;
}

static bool adopted(const struct store *s, struct err *err)
{
	return s->charter ||
	       err_set(err, ERR_MISSING, "charter",
		       N_("This node has no charter yet. Give it one with `benkan adopt`."));
}

static bool state_at(struct store *s, struct str cut, struct hash *digest, struct err *err)
{
	struct past past = { .store = s, .digest = digest };

	if (cut.n == 0)
		return state_now(s, digest, err);
	return parse_cut(s, cut, past.sizes, past.named, err) && state_past(&past, err);
}

bool store_state(struct store *s, struct str cut, struct hash *digest, struct err *err)
{
	bool mine = store_turn_take(s), ok = adopted(s, err) && state_at(s, cut, digest, err);

	if (mine)
		store_turn_give(s);
	return ok;
}

static bool dump(struct store *s, bool (*line)(void *ctx, struct str text), void *ctx,
		 struct err *err)
{
	bool ok;

	store_follow(s);
	if (!db_begin(s->reg, false, err))
		return false;
	ok = state_dump(s->reg, true, line, ctx, err);
	db_rollback(s->reg);
	return ok;
}

bool store_dump(struct store *s, bool (*line)(void *ctx, struct str text), void *ctx,
		struct err *err)
{
	bool mine = store_turn_take(s), ok = adopted(s, err) && dump(s, line, ctx, err);

	if (mine)
		store_turn_give(s);
	return ok;
}
