#include "register/intake.h"

#include "register/fork.h"
#include "register/writer.h"

#include <stdlib.h>

struct intake {
	struct node *node;
	struct take *take;
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

static bool begin(struct intake *i, const struct intake_plan *plan, struct err *err)
{
	const struct take_plan range = { .ledger = plan->ledger,
					 .checkpoint = plan->checkpoint,
					 .base = plan->base };
	bool ok;

	if (!project(i->node, err)) /* what an earlier exchange could not */
		return false;
	writer_hold(i->node->writer);
	ok = store_take_begin(i->node->store, &range, &i->take, err);
	i->before = ok ? store_take_size(i->take) : 0;
	writer_free(i->node->writer);
	return ok;
}

bool intake_begin(struct node *n, struct arena *a, const struct intake_plan *plan,
		  struct intake **out, struct err *err)
{
	struct intake *i = calloc(1, sizeof(*i));

	(void)a;
	if (!i)
		abort();
	*out = NULL;
	i->node = n;
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
	return ok;
}

bool intake_stand(struct intake *i, struct intake_result *out, struct err *err)
{
	bool ok;

	writer_hold(i->node->writer);
	ok = store_take_stand(i->take, &out->accepts, err);
	writer_free(i->node->writer);
	out->before = i->before;
	out->after = store_take_size(i->take);
	return ok;
}

bool intake_finish(struct intake *i, struct intake_result *out, struct err *err)
{
	return intake_stand(i, out, err) && project(i->node, err);
}
