#include "store/derive.h"

#include "store/charter.h"
#include "store/project.h"
#include "store/store_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Under one charter; *next is another that follows from what it gave. */
static bool stage(struct arena *a, const struct derive_plan *plan, struct db *reg,
		  const struct charter *c, struct str *next, bool *more, struct err *err)
{
	struct projection *p;
	bool ok;

	if (!projection_create(reg, err) || !projection_open(reg, c, &plan->source, &p, err))
		return false;
	ok = plan->fill(plan->ctx, reg, p, c, err) &&
	     projection_amend(p, &plan->by_hand, a, next, more, err) &&
	     (*more || !plan->done || plan->done(plan->ctx, reg, p, c, err));
	projection_close(p);
	return ok;
}

static bool in_folder(struct arena *a, const struct derive_plan *plan, const char *dir,
		      struct str *last, struct err *err)
{
	struct db_plan scratch = { .dir = dir,
				   .url = "sqlite",
				   .name = "scratch",
				   .durability = DB_LAZY,
				   .create = true };
	bool more = true, ok = true;

	*last = plan->first;
	while (ok && more) {
		struct charter *c = arena_new(a, struct charter);
		struct str next = { 0 };
		struct err ignored;
		struct db *reg;

		ok = charter_read(a, *last, c, err) && db_open(&scratch, &reg, err);
		if (!ok)
			break;
		ok = stage(a, plan, reg, c, &next, &more, err);
		db_close(reg);
		if (!db_drop(&scratch, ok ? err : &ignored))
			ok = false;
		if (ok && more)
			*last = next;
	}
	return ok;
}

bool derive_charter(struct arena *a, const struct derive_plan *plan, struct str *last,
		    struct err *err)
{
	char dir[PATH_ROOM];
	bool ok;

	snprintf(dir, sizeof(dir), "%.*s/cut-XXXXXX", DIR_MAX, plan->dir);
	if (!mkdtemp(dir))
		return err_set(err, ERR_UNREACHABLE, "node",
			       N_("No temporary folder could be made in %1 (%2)."), plan->dir,
			       strerror(errno));
	ok = in_folder(a, plan, dir, last, err);
	if (rmdir(dir) != 0)
		ok = ok && err_set(err, ERR_UNREACHABLE, "node",
				   N_("The temporary folder %1 could not be removed."), dir);
	return ok;
}

/* --- out of a store --- */

struct now {
	struct store *s;
	struct hash found;
};

static bool fill_now(void *ctx, struct db *reg, struct projection *p, const struct charter *c,
		     struct err *err)
{
	struct now *n = ctx;
	uint64_t sizes[CHARTER_LEDGERS_MAX];

	(void)c;
	for (size_t i = 0; i < n->s->count; i++)
		sizes[i] = n->s->held[i].size;
	return replay_into(n->s, reg, p, sizes, err);
}

static bool done_now(void *ctx, struct db *reg, struct projection *p, const struct charter *c,
		     struct err *err)
{
	struct now *n = ctx;

	(void)reg;
	(void)p;
	(void)err;
	n->found = c->hash;
	return true;
}

bool first_charter(struct store *s, struct arena *a, struct str *bytes, bool *found,
		   struct err *err)
{
	if (!s->source.blob(s, a, &s->charter->id, bytes, found, err))
		return false;
	/* A node that joined late may not have it: then it goes by the one it adopted. */
	return *found || meta_get(s->ledger, a, "charter", bytes, found, err);
}

bool store_charter_derived(struct store *s, struct arena *a, struct hash *out, struct err *err)
{
	struct now n = { .s = s };
	struct derive_plan plan = { .dir = s->dir,
				    .source = s->source,
				    .fill = fill_now,
				    .done = done_now,
				    .ctx = &n };
	struct str last;
	bool found;

	plan.source.erase = NULL;
	if (!charter_by_hand(s->ledger, &plan.by_hand, err) ||
	    !first_charter(s, a, &plan.first, &found, err) ||
	    !derive_charter(a, &plan, &last, err))
		return false;
	*out = n.found;
	return true;
}
