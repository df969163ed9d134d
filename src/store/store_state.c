#include "store/durable.h"
#include "store/store_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- where to cut --- */

static int by_name(const void *x, const void *y)
{
	const struct cut *a = x, *b = y;

	return str_cmp(a->ledger, b->ledger);
}

/* Each ledger with its size and root, by name. */
static bool fill_cuts(struct store *s, const uint64_t *sizes, struct cut *cuts, struct err *err)
{
	for (size_t i = 0; i < s->count; i++) {
		struct tile_source from = { s->ledger, s->held[i].lid };
		struct tiles tiles = tiles_of(&from);

		cuts[i] = (struct cut){ .ledger = s->held[i].name, .size = sizes[i] };
		if (!tree_root(&tiles, sizes[i], &cuts[i].root, err))
			return false;
	}
	qsort(cuts, s->count, sizeof(*cuts), by_name);
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

/* "ml=300,ru=280": every ledger of the register, so that both sides mean the same. */
static bool parse_cut(struct store *s, struct str cut, uint64_t *sizes, struct err *err)
{
	struct str part;

	for (size_t i = 0; i < s->count; i++)
		sizes[i] = UINT64_MAX;
	while (str_split(&cut, ',', &part))
		if (!cut_part(s, part, sizes, err))
			return false;
	for (size_t i = 0; i < s->count; i++)
		if (sizes[i] == UINT64_MAX)
			return err_set(
				err, ERR_INPUT, "cut",
				N_("The cut does not name ledger %1: name every ledger, as in "
				   "ml=300,ru=280."),
				err_arg(s->held[i].name));
	return true;
}

/* --- the state as it is --- */

static bool state_now(struct store *s, struct hash *digest, struct err *err)
{
	struct cut cuts[CHARTER_LEDGERS_MAX];
	uint64_t sizes[CHARTER_LEDGERS_MAX];
	bool ok = true;

	store_follow(s);
	if (!db_begin(s->reg, false, err))
		return false;
	for (size_t i = 0; ok && i < s->count; i++)
		ok = projection_applied(s->projection, s->held[i].name, &sizes[i], err);
	ok = ok && fill_cuts(s, sizes, cuts, err) &&
	     state_digest(s->reg, cuts, s->count, digest, err);
	db_rollback(s->reg);
	return ok;
}

/* --- the state at a cut: the same replay into a register that is thrown away --- */

/* The ledgers as they were: nothing beyond the cut exists for the scratch projection. */
struct past {
	struct store *store;
	const uint64_t *sizes;
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

static bool state_of_scratch(struct store *s, struct db *scratch, const uint64_t *sizes,
			     struct hash *digest, struct err *err)
{
	struct past past = { s, sizes };
	struct apply_source source = { .root = past_root,
				       .opening = past_opening,
				       .blob = past_blob,
				       .entry = past_entry,
				       .ctx = &past };
	struct cut cuts[CHARTER_LEDGERS_MAX];
	struct projection *p;
	bool ok;

	if (!projection_create(scratch, err) ||
	    !projection_open(scratch, s->charter, &source, &p, err))
		return false;
	ok = replay_into(s, scratch, p, sizes, err) && fill_cuts(s, sizes, cuts, err) &&
	     state_digest(scratch, cuts, s->count, digest, err);
	projection_close(p);
	return ok;
}

static bool state_past(struct store *s, const uint64_t *sizes, struct hash *digest,
		       struct err *err)
{
	char dir[PATH_ROOM];
	struct db_plan plan = { .dir = dir,
				.url = "sqlite",
				.name = "scratch",
				.durability = DB_LAZY,
				.create = true };
	struct db *scratch;
	struct err ignored;
	bool ok;

	snprintf(dir, sizeof(dir), "%.*s/cut-XXXXXX", DIR_MAX, s->dir);
	if (!mkdtemp(dir))
		return err_set(err, ERR_UNREACHABLE, "node",
			       N_("No temporary folder could be made in %1 (%2)."), s->dir,
			       strerror(errno));
	ok = db_open(&plan, &scratch, err);
	if (ok) {
		ok = state_of_scratch(s, scratch, sizes, digest, err);
		db_close(scratch);
	}
	if (!db_drop(&plan, &ignored) || rmdir(dir) != 0)
		ok = ok && err_set(err, ERR_UNREACHABLE, "node",
				   N_("The temporary folder %1 could not be removed."), dir);
	return ok;
}

static bool adopted(const struct store *s, struct err *err)
{
	return s->charter ||
	       err_set(err, ERR_MISSING, "charter",
		       N_("This node has no charter yet. Give it one with `benkan adopt`."));
}

bool store_state(struct store *s, struct str cut, struct hash *digest, struct err *err)
{
	uint64_t sizes[CHARTER_LEDGERS_MAX];

	if (!adopted(s, err))
		return false;
	if (cut.n == 0)
		return state_now(s, digest, err);
	return parse_cut(s, cut, sizes, err) && state_past(s, sizes, digest, err);
}

bool store_dump(struct store *s, bool (*line)(void *ctx, struct str text), void *ctx,
		struct err *err)
{
	bool ok;

	if (!adopted(s, err))
		return false;
	store_follow(s);
	if (!db_begin(s->reg, false, err))
		return false;
	ok = state_dump(s->reg, true, line, ctx, err);
	db_rollback(s->reg);
	return ok;
}
