#include "ledger/evidence.h"

#include "ledger/tree.h"

static bool hash_of_b64(struct str b64, struct hash *out)
{
	size_t n;

	return b64_decode(b64, out->b, sizeof(out->b), &n) && n == sizeof(out->b);
}

/* b's tree has root h at the size of a, and h is not what a says. */
static bool proof_shows(const struct json *evidence, const struct checkpoint *a,
			const struct checkpoint *b)
{
	const struct json *list = json_arr(evidence, "proof");
	struct hash proof[PROOF_MAX], h;
	size_t n = 0;

	for (const struct json *p = list->child; p; p = p->next)
		if (n == PROOF_MAX || p->type != JSON_STR || !hash_of_b64(p->str, &proof[n++]))
			return false;
	return hash_of_b64(json_str(evidence, "h"), &h) && !hash_eq(&h, &a->root) &&
	       consistency_verify(a->size, b->size, proof, n, &h, &b->root);
}

bool evidence_check(const struct json *evidence, const struct vkey *log, struct err *err)
{
	const struct json *h = json_get(evidence, "h"), *proof = json_arr(evidence, "proof");
	struct checkpoint a, b;
	bool shown;

	if (!checkpoint_open(json_str(evidence, "a"), log->name, log, 1, &a, err) ||
	    !checkpoint_open(json_str(evidence, "b"), log->name, log, 1, &b, err))
		return false;
	if (!h || h->type != JSON_STR || !proof || a.size > b.size)
		return err_set(
			err, ERR_INPUT, "evidence",
			N_("evidence of a fork is written {\"a\",\"b\",\"h\",\"proof\"}, the "
			   "smaller tree first"));
	if (a.size == b.size)
		shown = !hash_eq(&a.root, &b.root) && h->str.n == 0 && proof->count == 0;
	else
		shown = proof_shows(evidence, &a, &b);
	if (!shown)
		return err_set(
			err, ERR_INPUT, "evidence",
			N_("both heads may be of one history: nothing here shows a fork"));
	return true;
}
