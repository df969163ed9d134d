#include "cli/vectors_acts.h"

#include "store/acts.h"

/* One party's ledger: its operations as a list, and how many of them are known. */
struct ledger {
	struct str party;
	const struct json *ops;
	uint64_t known;
};

struct histories {
	struct ledger ledger[ACT_PARTIES_MAX];
	size_t count;
};

static const struct ledger *of_party(const struct histories *h, struct str party)
{
	for (size_t i = 0; i < h->count; i++)
		if (str_eq(h->ledger[i].party, party))
			return &h->ledger[i];
	return NULL;
}

/* ["seen", PEER, SIZE] */
static bool acknowledges(const struct json *op, struct str party, struct str peer,
			 uint64_t *size)
{
	const struct json *whom = op->type == JSON_ARRAY && op->child ? op->child->next : NULL;

	if (!whom || !whom->next || !str_eq(whom->str, peer) || str_eq(party, peer) ||
	    whom->next->num < 1)
		return false;
	*size = (uint64_t)whom->next->num;
	return true;
}

/* An acknowledgement that goes back behind one before it is void. */
static bool first_seen(void *ctx, struct str party, struct str peer, uint64_t above,
		       uint64_t *n, uint64_t *size, struct err *err)
{
	const struct ledger *l = of_party(ctx, party);
	uint64_t last = 0, at = 0, seen;

	(void)err;
	*n = *size = ACT_NEVER;
	for (const struct json *op = l ? l->ops : NULL; op && at < l->known;
	     op = op->next, at++)
		if (acknowledges(op, party, peer, &seen) && seen >= last) {
			last = seen;
			if (seen > above && *n == ACT_NEVER) {
				*n = at;
				*size = seen;
			}
		}
	return true;
}

static uint64_t first_said(const struct ledger *l, const char *word)
{
	uint64_t at = 0;

	for (const struct json *op = l->ops; op && at < l->known; op = op->next, at++)
		if (op->type == JSON_STR && str_is(op->str, word))
			return at;
	return ACT_NEVER;
}

/* An acceptance after a decline says nothing. */
static struct act_word word_of_party(const struct ledger *l)
{
	struct act_word w = { .party = l->party,
			      .held = l->known,
			      .proposed = first_said(l, "propose"),
			      .accepted = first_said(l, "accept"),
			      .declined = first_said(l, "decline") };

	if (w.accepted > w.declined)
		w.accepted = ACT_NEVER;
	return w;
}

static bool read_histories(const struct json *c, struct histories *h)
{
	const struct json *parties = json_arr(c, "parties"), *ledgers = json_obj(c, "ledgers"),
			  *known = json_obj(c, "known");

	if (!parties || !ledgers || parties->count > ACT_PARTIES_MAX)
		return false;
	for (const struct json *p = parties->child; p; p = p->next) {
		const struct json *ops = json_member(ledgers, p->str);
		struct ledger *l = &h->ledger[h->count++];
		const struct json *k = known ? json_member(known, p->str) : NULL;

		if (!ops || ops->type != JSON_ARRAY || (k && k->num < 0))
			return false;
		*l = (struct ledger){ p->str, ops->child, k ? (uint64_t)k->num : ops->count };
	}
	return true;
}

/* `ready`: at which entry each party became ready, null when it is not. */
static bool ready_as_given(const struct json *ready, const struct act_word *w, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct json *want = ready ? json_member(ready, w[i].party) : NULL;

		if (!want || (want->type == JSON_NULL ? w[i].ready != ACT_NEVER
						      : (uint64_t)want->num != w[i].ready))
			return false;
	}
	return true;
}

struct str kind_acts(struct vectors *v, const struct json *c)
{
	struct act_word w[ACT_PARTIES_MAX];
	struct histories h = { .count = 0 };
	enum act_state state;

	if (!read_histories(c, &h))
		return S("a case that cannot be read");
	for (size_t i = 0; i < h.count; i++)
		w[i] = word_of_party(&h.ledger[i]);
	if (!act_evaluate(w, h.count, first_seen, &h, &state, &v->err))
		return S("reject");
	if (!ready_as_given(json_obj(c, "ready"), w, h.count))
		return S("others ready than given");
	return str_z(act_state_names[state]);
}
