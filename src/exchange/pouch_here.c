#include "exchange/pouch_here.h"

const struct ledger_row *pouch_here_row(const struct pouch_here *h, struct str ledger)
{
	for (size_t i = 0; i < h->row_count; i++)
		if (str_eq(h->rows[i].name, ledger))
			return &h->rows[i];
	return NULL;
}

bool pouch_here_find(const struct pouch_here *h, struct str ledger,
		     const struct ledger_row **out, struct err *err)
{
	*out = pouch_here_row(h, ledger);
	return *out || err_set(err, ERR_INPUT, "ledger",
			       N_("There is no ledger %1 in this register."), err_arg(ledger));
}

static bool keys_here(void *ctx, struct str name, uint64_t size, struct charter_ledger *out,
		      struct err *err)
{
	struct pouch_here *h = ctx;
	const struct ledger_row *row;

	return pouch_here_find(h, name, &row, err) &&
	       view_keys(h->view, h->a, name, size, out, err);
}

static bool held_here(void *ctx, struct str name, struct tiles *out, uint64_t *size,
		      struct err *err)
{
	struct pouch_here *h = ctx;
	const struct ledger_row *row;

	if (!pouch_here_find(h, name, &row, err))
		return false;
	*out = view_tiles(h->view, row);
	*size = row->size;
	return true;
}

static struct str speaker_here(void *ctx, struct str party)
{
	const struct pouch_here *h = ctx;
	const struct charter_ledger *l = charter_open(node_charter(h->node), party);

	return l ? l->name : party;
}

static bool takes_here(void *ctx, struct str name)
{
	const struct ledger_row *row = pouch_here_row(ctx, name);

	return row && row->state != LEDGER_CLOSED;
}

bool pouch_here_begin(struct node *n, struct arena *a, struct pouch_here *out, struct err *err)
{
	*out = (struct pouch_here){ .node = n, .a = a };
	if (!node_charter(n))
		return err_set(
			err, ERR_CONFLICT, NULL,
			N_("This node has no charter yet. Adopt one first: benkan adopt"));
	out->side = (struct pouch_side){ .reg = node_charter(n)->id,
					 .me = node_party(n),
					 .ledger = keys_here,
					 .speaker = speaker_here,
					 .takes = takes_here,
					 .held = held_here,
					 .ctx = out };
	if (!view_open(node_store(n), &out->view, err))
		return false;
	if (view_begin(out->view, err) &&
	    view_ledgers(out->view, a, &out->rows, &out->row_count, err))
		return true;
	pouch_here_end(out);
	return false;
}

void pouch_here_end(struct pouch_here *h)
{
	if (!h->view)
		return;
	view_end(h->view);
	view_close(h->view);
	h->view = NULL;
}
