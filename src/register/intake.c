#include "register/intake.h"

#include "register/fork.h"
#include "register/head.h"
#include "register/witness.h"
#include "register/writer.h"

#include <stdlib.h>
#include <string.h>

struct intake {
	struct node *node;
	struct arena *a;
	struct take *take;
	struct str ledger, note;
	uint64_t before;
};

/* In batches, so that the node's own acts wait for one of them at most. */
static bool project(struct node *n, struct err *err)
{
	bool more = true, ok = true;

	while (ok && more) {
		writer_hold(n->writer);
		ok = store_project(n->store, &more, err);
		writer_free(n->writer);
	}
	return ok;
}

/* Evidence of a second history is kept where the two heads prove it; `err` stays the fork's. */
static bool prove(struct intake *i, const struct err *err)
{
	struct fork_heads heads = { .ledger = i->ledger };
	struct take_fork f;
	struct err ignored;
	struct hash id;

	if (err->kind != ERR_FORK || !store_take_fork(i->take, &f))
		return false;
	heads.a = f.a;
	heads.b = f.b;
	heads.root = f.same_size ? NULL : &f.root;
	heads.proof = f.proof;
	heads.proof_count = f.proof_count;
	(void)!fork_prove(i->node, i->a, &heads, &id, &ignored);
	return false;
}

/* A head that only a replaced key signed is refused and told of before anything is fetched. */
static bool of_old_key(struct intake *i, struct str note, struct err *err)
{
	struct checkpoint head;
	struct err why;
	bool is;

	writer_hold(i->node->writer);
	is = !head_open(i->node, store_writer_view(i->node->store), i->a, i->ledger, note,
			&head, &why) &&
	     strcmp(why.field, "old-key") == 0;
	writer_free(i->node->writer);
	if (is)
		*err = why;
	return is;
}

static bool begin(struct intake *i, const struct intake_plan *plan, struct err *err)
{
	const struct take_plan range = { .ledger = plan->ledger,
					 .checkpoint = plan->checkpoint,
					 .base = plan->base };
	bool ok;

	if (!project(i->node, err) /* what an earlier exchange could not */ ||
	    of_old_key(i, plan->checkpoint, err))
		return false;
	writer_hold(i->node->writer);
	ok = store_take_begin(i->node->store, &range, &i->take, err);
	i->before = ok ? store_take_size(i->take) : 0;
	writer_free(i->node->writer);
	return ok || prove(i, err);
}

bool intake_begin(struct node *n, struct arena *a, const struct intake_plan *plan,
		  struct intake **out, struct err *err)
{
	struct intake *i = calloc(1, sizeof(*i));

	if (!i)
		abort();
	*out = NULL;
	*i = (struct intake){ .node = n,
			      .a = a,
			      .ledger = arena_str(a, plan->ledger),
			      .note = arena_str(a, plan->checkpoint) };
	if (!begin(i, plan, err)) {
		intake_end(i);
		return false;
	}
	*out = i;
	return true;
}

void intake_end(struct intake *i)
{
	if (!i)
		return;
	writer_hold(i->node->writer);
	store_take_end(i->take);
	writer_free(i->node->writer);
	free(i);
}

bool intake_wants(const struct intake *i, struct tile_path *out)
{
	return store_take_wants(i->take, out);
}

bool intake_give(struct intake *i, const struct tile_path *path, struct str bytes,
		 struct err *err)
{
	bool ok;

	writer_hold(i->node->writer);
	ok = store_take_give(i->take, path, bytes, err);
	writer_free(i->node->writer);
	return ok || prove(i, err);
}

bool intake_stand(struct intake *i, struct intake_result *out, struct err *err)
{
	struct err ignored;
	bool ok;

	writer_hold(i->node->writer);
	ok = store_take_stand(i->take, err);
	if (!ok && strcmp(err->field, "old-key") == 0)
		(void)!local_alert_put(store_writer_view(i->node->store), node_now(i->node),
				       S("old-key"), i->ledger, i->note, &ignored);
	writer_free(i->node->writer);
	out->before = i->before;
	out->after = store_take_size(i->take);
	return ok;
}

bool intake_finish(struct intake *i, struct intake_result *out, struct err *err)
{
	return intake_stand(i, out, err) && project(i->node, err) &&
	       (out->after == out->before ||
		register_taken(i->node, i->a, i->ledger, out->before, out->after, err));
}
