#include "model/pairing_inside.h"

#include <stdlib.h>

static int compare_links(const void *x, const void *y)
{
	const struct link *a = x, *b = y;

	if (a->given != b->given)
		return a->given < b->given ? -1 : 1;
	if (a->received != b->received)
		return a->received < b->received ? -1 : 1;
	return str_cmp(a->party, b->party);
}

/* One line a pair, with how many sides say it. */
static size_t merge_links(struct link *l, size_t n)
{
	size_t kept = 0;

	qsort(l, n, sizeof(*l), compare_links);
	for (size_t i = 0; i < n; i++) {
		struct link *last = kept ? &l[kept - 1] : NULL;

		if (last && last->given == l[i].given && last->received == l[i].received) {
			last->sayers += !str_eq(last->party, l[i].party);
			last->party = l[i].party;
			continue;
		}
		l[kept] = l[i];
		l[kept++].sayers = 1;
	}
	return kept;
}

bool links_apart(const struct work *w, uint32_t given, uint32_t received)
{
	size_t low = 0, high = w->apart_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct link *l = &w->apart[mid];

		if (l->given == given && l->received == received)
			return true;
		if (l->given < given || (l->given == given && l->received < received))
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

static size_t words_as_links(struct work *w, enum word_kind kind, struct link *out)
{
	const struct flow *flows = w->p->flows;
	size_t n = 0;

	for (size_t i = 0; i < w->p->word_count; i++) {
		const struct flow_word *word = &w->p->words[i];

		if (word->kind == kind && word->given != FLOW_NONE &&
		    word->received != FLOW_NONE &&
		    flows_mirror(&flows[word->given], &flows[word->received]))
			out[n++] = (struct link){ word->given, word->received, 1, word->party };
	}
	return n;
}

/* References in the order of bytes, so that a counterpart is found. */
static int compare_refs(const void *x, const void *y, void *arg)
{
	const struct work *w = arg;
	const struct flow *flows = w->p->flows;

	return str_cmp(flows[*(const uint32_t *)x].ref, flows[*(const uint32_t *)y].ref);
}

static uint32_t flow_with_ref(const struct work *w, const uint32_t *by_ref, struct str ref)
{
	size_t low = 0, high = w->p->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = str_cmp(w->p->flows[by_ref[mid]].ref, ref);

		if (c == 0)
			return by_ref[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return FLOW_NONE;
}

static size_t counterparts_as_links(struct work *w, struct link *out)
{
	const struct flow *flows = w->p->flows;
	uint32_t *by_ref = arena_array(w->a, uint32_t, w->p->n + 1);
	size_t n = 0;

	for (uint32_t i = 0; i < w->p->n; i++)
		by_ref[i] = i;
	qsort_r(by_ref, w->p->n, sizeof(*by_ref), compare_refs, w);
	for (uint32_t i = 0; i < w->p->n; i++) {
		uint32_t other = flows[i].counterpart.n
					 ? flow_with_ref(w, by_ref, flows[i].counterpart)
					 : FLOW_NONE;
		uint32_t g = flows[i].gives ? i : other, r = flows[i].gives ? other : i;

		if (other != FLOW_NONE && flows_mirror(&flows[g], &flows[r]))
			out[n++] = (struct link){ g, r, 1, flows[i].party };
	}
	return n;
}

/* Agreed by more sides first; then closer in time; then by reference. */
static int compare_strength(const void *x, const void *y, void *arg)
{
	const struct work *w = arg;
	const struct flow *f = w->p->flows;
	const struct link *a = x, *b = y;
	int32_t da = flow_days(&f[a->given], &f[a->received]);
	int32_t db = flow_days(&f[b->given], &f[b->received]);
	int c;

	if (a->sayers != b->sayers)
		return a->sayers > b->sayers ? -1 : 1;
	if (da != db)
		return da < db ? -1 : 1;
	c = str_cmp(f[a->given].ref, f[b->given].ref);
	return c ? c : str_cmp(f[a->received].ref, f[b->received].ref);
}

void links_take(struct work *w)
{
	size_t cap = w->p->n + w->p->word_count + 1, n;
	struct link *l = arena_array(w->a, struct link, cap);

	w->apart = arena_array(w->a, struct link, w->p->word_count + 1);
	w->apart_count = words_as_links(w, WORD_SEPARATE, w->apart);
	w->apart_count = merge_links(w->apart, w->apart_count);
	n = words_as_links(w, WORD_LINK, l);
	n += counterparts_as_links(w, l + n);
	n = merge_links(l, n);
	qsort_r(l, n, sizeof(*l), compare_strength, w);
	for (size_t i = 0; i < n; i++) {
		uint32_t g = l[i].given, r = l[i].received;

		if (w->mate[g] == FLOW_NONE && w->mate[r] == FLOW_NONE)
			flows_join(w, g, r);
		else
			w->contradicted[g] = w->contradicted[r] = true;
		if (links_apart(w, g, r))
			w->contradicted[g] = w->contradicted[r] = true;
	}
}
