#include "exchange/pouch_forecast.h"

struct str forecast_parties(struct arena *a, const struct entry *e)
{
	struct buf b;

	buf_init(&b, 1024);
	for (size_t i = 0; i < e->party_count; i++) {
		if (i)
			buf_ch(&b, ',');
		buf_add(&b, e->parties[i]);
	}
	return arena_buf(a, &b);
}

void forecast_word(struct forecast *f, struct str party, const struct entry *e, enum act_op op)
{
	struct arena *a = f->here->a;

	if (f->word_count == FORECAST_WORDS_MAX) {
		f->partial = true;
		return;
	}
	f->words[f->word_count++] =
		(struct forecast_word){ arena_str(a, party), forecast_parties(a, e), e->act, op,
					e->n };
}

/* --- acknowledgements --- */

static const struct ledger_row *ledger_of(const struct forecast *f, struct str party)
{
	for (size_t i = 0; i < f->here->row_count; i++)
		if (str_eq(f->here->rows[i].party, party))
			return &f->here->rows[i];
	return NULL;
}

static uint64_t size_of(const struct forecast *f, struct str party)
{
	const struct ledger_row *row = ledger_of(f, party);

	return row ? f->sizes[row - f->here->rows] : 0;
}

/* Whether the peer's checkpoint in it is signed and of the history held (LEDGER.md 5.4). */
static bool stands(struct forecast *f, const struct ledger_row *peer, struct str note,
		   uint64_t *size, struct err *err)
{
	struct tiles tiles = view_tiles(f->here->view, peer);
	struct charter_ledger keys;
	struct checkpoint head;
	struct err ignored;
	struct hash root;

	*size = 0;
	if (!view_keys(f->here->view, f->here->a, peer->name, TREE_SIZE_MAX, &keys, err))
		return false;
	if (!checkpoint_open(note, peer->origin, &keys.log, 1, &head, &ignored))
		return true;
	if (head.size <= peer->size) {
		if (!tree_root(&tiles, head.size, &root, err))
			return false;
		if (!hash_eq(&root, &head.root))
			return true;
	}
	*size = head.size;
	return true;
}

static void add_seen(struct forecast *f, const struct forecast_seen *s)
{
	buf_add(&f->seen, str_of(s, sizeof(*s)));
	f->partial |= f->seen.full;
}

bool forecast_seen(struct forecast *f, struct str party, const struct entry *e, struct err *err)
{
	const struct ledger_row *peer = ledger_of(f, json_str(e->body, "party")),
				*of = ledger_of(f, party);
	struct forecast_seen s = { .n = e->n };

	if (!peer || !of || peer == of)
		return true;
	s.party = of->party;
	s.peer = peer->party;
	if (!stands(f, peer, json_str(e->body, "checkpoint"), &s.size, err))
		return false;
	if (s.size > 0)
		add_seen(f, &s);
	return true;
}

void forecast_acknowledge(struct forecast *f, struct str party)
{
	const struct ledger_row *me = ledger_of(f, f->here->side.me), *of = ledger_of(f, party);

	if (me && of)
		add_seen(f, &(struct forecast_seen){ me->party, of->party, me->size,
						     size_of(f, party) });
}

/* What stands in the register comes before what the pouch brings. */
static bool first_seen(void *ctx, struct str party, struct str peer, uint64_t above,
		       uint64_t *n, uint64_t *size, struct err *err)
{
	struct forecast *f = ctx;
	const struct ledger_row *of = ledger_of(f, party);
	const struct forecast_seen *all = (const struct forecast_seen *)(void *)f->seen.p;

	*n = *size = ACT_NEVER;
	if (!of)
		return true;
	if (!view_first_seen(f->here->view, of->name, peer, above, n, size, err))
		return false;
	for (size_t i = 0; *n == ACT_NEVER && i < f->seen.n / sizeof(*all); i++)
		if (str_eq(all[i].party, party) && str_eq(all[i].peer, peer) &&
		    all[i].size > above) {
			*n = all[i].n;
			*size = all[i].size;
		}
	return true;
}

/* --- one act --- */

/* The first word of each kind counts; accept and decline exclude each other. */
static void say(struct act_word *w, const struct forecast_word *said)
{
	bool spoke = w->accepted != ACT_NEVER || w->declined != ACT_NEVER;

	switch (said->op) {
	case OP_PROPOSE:
		if (w->proposed == ACT_NEVER)
			w->proposed = said->n;
		break;
	case OP_ACCEPT:
		if (!spoke)
			w->accepted = said->n;
		break;
	case OP_DECLINE:
		if (w->declined == ACT_NEVER)
			w->declined = said->n;
		break;
	}
}

bool forecast_act(struct forecast *f, struct arena *a, const struct hash *act,
		  struct str parties, struct act_facts *facts, enum act_state *state,
		  struct err *err)
{
	if (!view_act_facts(f->here->view, a, act, parties, f->who, facts, err))
		return false;
	for (size_t i = 0; i < facts->count; i++)
		facts->words[i].held = size_of(f, facts->words[i].party);
	for (size_t i = 0; i < f->word_count; i++) {
		const struct forecast_word *said = &f->words[i];

		for (size_t k = 0; k < facts->count; k++)
			if (hash_eq(&said->act, act) && str_eq(said->parties, parties) &&
			    str_eq(said->party, facts->words[k].party))
				say(&facts->words[k], said);
	}
	return act_evaluate(facts->words, facts->count, first_seen, f, state, err);
}
