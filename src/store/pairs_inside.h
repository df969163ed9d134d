/*
 * What the files of the pairs share: one settling, which pairs anew what a commit touched.
 * pairs_gather.c finds everything that hangs together with what changed; pairs.c pairs it,
 * audience by audience, and writes what came out otherwise than before.
 */
#ifndef STORE_PAIRS_INSIDE_H
#define STORE_PAIRS_INSIDE_H
#include "store/flows.h"

struct word_row {
	int64_t rid;
	enum word_kind kind;
	struct str party, given, received;
};

/* A pair as it stands in r_pair, or is to stand; rows are known by their numbers. */
struct pair_row {
	int64_t given, received; /* 0: none */
	unsigned mask, words;
	enum gap gap, under;
	bool again;   /* a row of it went and came again: written anew in any case */
	size_t at[2]; /* where flows[] has them; of the new ones */
};

/* Growing lists of one settling; all in p->list. */
struct list {
	void *p;
	size_t n, cap, size;
};

struct settling {
	struct projection *p;
	struct tally seen; /* keys that were queued; "f" and "w" with row numbers: taken up */
	struct list keys;  /* struct str: the queue */
	struct list flows, words, old, made;
	bool any_words, any_counterparts;
};

#define flow_at(w, i) (&((struct flow_row *)(w)->flows.p)[i])
#define word_at(w, i) (&((struct word_row *)(w)->words.p)[i])

/* Room for one more, at its end. */
void *list_add(struct arena *a, struct list *l);
/* Whether p->flows has the row under this key. */
bool settling_marked(const struct settling *w, enum flow_key kind, int64_t rid);
/* Fills flows, words and the old pairs. */
bool settling_gather(struct settling *w, struct err *err) MUST_USE;

#endif
