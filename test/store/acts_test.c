/* The rule of joint acts (LEDGER.md 8.2) by the vectors of kind `acts`, each played as real
 * entries with signed acknowledgements through the projection, on both engines. */
#include "chains.h"

static struct str read_file(const char *path, struct arena *a)
{
	FILE *f = fopen(path, "rb");
	struct str s = { 0 };
	char *p;
	long n;

	if (!f)
		return s;
	fseek(f, 0, SEEK_END);
	n = ftell(f);
	rewind(f);
	p = arena_alloc(a, (size_t)n + 1);
	s = str_of(p, fread(p, 1, (size_t)n, f));
	fclose(f);
	return s;
}

/* The parties of the vectors have a sense of time of their own: one minute an entry. */
static void play_op(struct chains *w, struct chain *c, const struct json *op, struct str act, struct str parties)
{
	if (op->type == JSON_ARRAY) {
		const struct chain *peer = chain_of(w, op->child->next->str);

		chain_seen(w, c, peer, (size_t)op->child->next->next->num);
	} else if (str_is(op->str, "x")) {
		SAY(w, c, "x.remark", "{\"n\":%zu}", c->n);
	} else if (str_is(op->str, "propose")) {
		SAY(w, c, "act.propose", "{\"act\":\"%.*s\",\"parties\":%.*s}", STR(act), STR(parties));
	} else if (str_is(op->str, "accept")) {
		SAY(w, c, "act.accept", "{\"act\":\"%.*s\",\"parties\":%.*s}", STR(act), STR(parties));
	} else {
		SAY(w, c, "act.decline", "{\"act\":\"%.*s\",\"parties\":%.*s,\"reason\":\"no\"}", STR(act),
		    STR(parties));
	}
}
