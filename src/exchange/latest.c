#include "exchange/latest.h"

/*
 * What an act of the parties is about stands in its document, an attachment named by the act's
 * hash (LEDGER.md 8.1).
 */

enum { EACH_LEDGER = 40, DOCUMENT_MAX = 1 << 20 };

const char *latest_deed(const struct entry *e)
{
	switch (e->type) {
	case ENTRY_RECORD_PUT: return e->has_prev ? N_("correction") : N_("new record");
	case ENTRY_RECORD_END: return N_("closing");
	case ENTRY_ACT_PROPOSE: return N_("proposal");
	case ENTRY_ACT_ACCEPT: return N_("acceptance");
	case ENTRY_ACT_DECLINE: return N_("refusal");
	case ENTRY_OTHER:
	case ENTRY_CHARTER:
	case ENTRY_SEEN:
	case ENTRY_ACT_NOTE:
	case ENTRY_SEALED_OPEN:
	case ENTRY_SEALED_ERASE:
	case ENTRY_KEY_ROLL:
	case ENTRY_ALERT_FORK:
	case ENTRY_LEDGER_CLOSE:
	case ENTRY_TYPE_COUNT: break;
	}
	return "";
}

static bool telling(const struct entry *e)
{
	return e->state == ENTRY_VALID && latest_deed(e)[0];
}

/* The document of an act, when it is public and here. */
static const struct json *act_effect(const struct latest *l, const struct hash *act)
{
	const struct json *effects;
	struct json *doc;
	struct str bytes;
	struct err err;
	bool found;

	if (!view_blob_read(l->v, l->a, act, DOCUMENT_MAX, &bytes, &found, &err) || !found ||
	    !json_object(l->a, bytes, &doc, &err))
		return NULL;
	effects = json_arr(doc, "effects");
	return effects ? effects->child : NULL;
}

bool latest_subject(const struct latest *l, const struct latest_act *x, struct record_row *row)
{
	const struct entry *e = &x->entry;
	struct ref ref = { x->ledger->party, e->id };
	struct str kind = e->kind;
	const struct json *effect;
	const struct record *r;
	struct err err;

	if (e->type != ENTRY_RECORD_PUT && e->type != ENTRY_RECORD_END) {
		effect = act_effect(l, &e->act);
		kind = json_str(effect, "kind");
		ref = (struct ref){ S(JOINT_PARTY), json_str(effect, "id") };
	}
	r = record_named(kind);
	return r && !r->part && ref.id.n > 0 &&
	       view_record(l->v, l->a, r, ref, l->who, l->lang, row, &err);
}

/* Put into its place among the youngest `max`; newest first. */
static void rank(struct latest_act *best, size_t *n, size_t max, const struct latest_act *x)
{
	size_t at = *n;

	while (at > 0 && str_cmp(best[at - 1].entry.time_text, x->entry.time_text) < 0)
		at--;
	if (at == max)
		return;
	if (*n < max)
		(*n)++;
	for (size_t i = *n - 1; i > at; i--)
		best[i] = best[i - 1];
	best[at] = *x;
}

/* Where to stop reading back. */
static uint64_t least(const struct latest *l, const struct ledger_row *ledger, uint64_t each)
{
	uint64_t from = ledger->size > each ? ledger->size - each : 0;

	for (size_t i = 0; i < l->from_count; i++)
		if (str_eq(l->from[i].ledger, ledger->name) && l->from[i].size > from)
			return l->from[i].size;
	return from;
}

size_t latest_read(const struct latest *l, size_t max, struct latest_act **out)
{
	const uint64_t each = max > EACH_LEDGER ? max : EACH_LEDGER;
	struct latest_act *best = arena_array(l->a, struct latest_act, max);
	struct ledger_row *ledgers;
	struct err err;
	size_t n = 0, count;

	if (!view_ledgers(l->v, l->a, &ledgers, &count, &err))
		count = 0;
	for (size_t k = 0; k < count; k++)
		for (uint64_t i = ledgers[k].size; i > least(l, &ledgers[k], each); i--) {
			struct latest_act x = { .ledger = &ledgers[k] };

			if (!view_entry(l->v, l->a, ledgers[k].name, i - 1, &x.bytes, &err))
				break;
			entry_read(l->a, x.bytes, ledgers[k].party, i - 1, INT64_MIN, &x.entry);
			if (telling(&x.entry))
				rank(best, &n, max, &x);
		}
	*out = best;
	return n;
}
