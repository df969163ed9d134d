#include "store/word_index.h"

/*
 * The rows of several terms: lists, each less than half as long as the one before, so that a
 * row is joined as often as a number has digits.
 */
enum { LISTS = 64 };
struct gathered {
	struct postings lists[LISTS], spare;
	size_t n;
};

static void join_last(struct gathered *g)
{
	struct postings swap = g->lists[g->n - 2];

	postings_join(&g->spare, &g->lists[g->n - 1], &g->lists[g->n - 2]);
	g->lists[--g->n - 1] = g->spare;
	g->spare = swap;
}

static bool gather(void *ctx, struct str term, const struct postings *rows)
{
	struct gathered *g = ctx;

	(void)term;
	g->lists[g->n].n = 0;
	postings_join(&g->lists[g->n], rows, &(struct postings){ 0 });
	g->n++;
	while (g->n > 1 && g->lists[g->n - 2].n < 2 * g->lists[g->n - 1].n)
		join_last(g);
	return true;
}

/* The rows of any of the terms, in the first list. */
static bool gather_line(struct gathered *g, struct db *d, struct str line, struct err *err)
{
	struct str term;

	g->n = 0;
	while (line.n && str_split(&line, ' ', &term)) {
		bool begins = str_ends(term, S("*"));

		term = str_cut(term, term.n - begins);
		if (term.n && !words_each(d, term, !begins, gather, g, err))
			return false;
	}
	if (!g->n)
		g->lists[g->n++].n = 0;
	while (g->n > 1)
		join_last(g);
	return true;
}

bool words_ask(struct db *d, struct str question, struct postings *out, struct err *err)
{
	struct gathered g = { .n = 0 };
	struct str line;
	bool first = true, ok = true;

	out->n = 0;
	while (ok && question.n && (first || out->n) && str_split(&question, '\n', &line)) {
		ok = gather_line(&g, d, line, err);
		if (ok && first)
			postings_join(out, &g.lists[0], &(struct postings){ 0 });
		else if (ok)
			postings_meet(out, &g.lists[0]);
		first = false;
	}
	for (size_t i = 0; i < LISTS; i++)
		postings_done(&g.lists[i]);
	postings_done(&g.spare);
	return ok;
}
