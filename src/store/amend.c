#include "store/amend.h"

struct judging {
	struct arena *a;
	const struct amend_facts *f;
	const struct hash *h;
	struct charter next;
	struct str parties; /* "ml,ru" */
	struct act_word w[ACT_PARTIES_MAX];
	size_t count;
	struct amend_verdict *out;
};

static struct str parties_of(struct arena *a, const struct charter *now)
{
	struct str all[CHARTER_LEDGERS_MAX];
	size_t n = charter_parties(now, all);
	struct buf b;

	buf_init(&b, 1024);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_ch(&b, ',');
		buf_add(&b, all[i]);
	}
	return arena_buf(a, &b);
}

/* --- the rule of joint acts among those who speak in their ledgers --- */

static bool speak(struct judging *j, enum act_state *state, struct err *err)
{
	struct str speakers[CHARTER_LEDGERS_MAX];
	const struct amend_facts *f = j->f;

	j->count = charter_speakers(f->now, &j->next, speakers);
	for (size_t i = 0; i < j->count; i++)
		j->w[i] = (struct act_word){ .party = speakers[i],
					     .proposed = ACT_NEVER,
					     .accepted = ACT_NEVER,
					     .declined = ACT_NEVER };
	if (!f->said(f->ctx, j->h, j->parties, j->w, j->count, err))
		return false;
	for (size_t i = 0; i < j->count; i++) {
		bool names = false;

		if (j->w[i].accepted == ACT_NEVER)
			continue;
		if (!f->names(f->ctx, j->w[i].party, j->w[i].accepted, &names, err))
			return false;
		/* What is no acceptance of an amendment does not count as one. */
		if (!names)
			j->w[i].accepted = ACT_NEVER;
	}
	return act_evaluate(j->w, j->count, f->seen, f->ctx, state, err);
}

static void lacks_speaker(struct judging *j)
{
	for (size_t i = 0; i < j->count && !j->out->lacking.n; i++)
		if (j->w[i].ready == ACT_NEVER)
			j->out->lacking = j->w[i].party;
}

/* --- words of those who cannot --- */

static void read_words(const struct json *list, const struct charter_ledger *old,
		       const struct charter *next, struct str party, struct charter_word *best)
{
	for (const struct json *w = list ? list->child : NULL; w; w = w->next) {
		struct charter_word one;

		if (w->type != JSON_STR)
			continue;
		one = charter_word_check(w->str, old, next, party);
		/* Signatures may come in two notes. */
		best->by_new |= one.by_new;
		best->by_old |= one.by_old;
	}
}

/* Words of entry n, when there is such an entry. */
static bool words_at(struct judging *j, size_t i, uint64_t n, const struct charter_ledger *old,
		     struct str party, struct charter_word *best, struct err *err)
{
	const struct json *list = NULL;

	if (n == ACT_NEVER)
		return true;
	if (!j->f->words(j->f->ctx, j->w[i].party, n, j->a, &list, err))
		return false;
	read_words(list, old, &j->next, party, best);
	return true;
}

static bool word_stands(struct judging *j, const struct charter_ledger *old, struct str party,
			bool *stands, struct err *err)
{
	const struct charter_ledger *is = charter_find(&j->next, old ? old->name : S(""));
	struct charter_word best = { false, false };
	struct charter_ledger now;

	if (old && !j->f->keys(j->f->ctx, old->name, is->size, j->a, &now, err))
		return false;
	for (size_t i = 0; i < j->count; i++)
		if (!words_at(j, i, j->w[i].proposed, old ? &now : NULL, party, &best, err) ||
		    !words_at(j, i, j->w[i].accepted, old ? &now : NULL, party, &best, err))
			return false;
	if (best.by_new && !best.by_old) {
		best.by_old = j->f->by_hand && hash_eq(j->f->by_hand, j->h);
		j->out->by_hand |= !best.by_old;
	}
	*stands = best.by_new && best.by_old;
	if (!*stands && !j->out->lacking.n)
		j->out->lacking = party;
	return true;
}

static bool words_stand(struct judging *j, bool *stand, struct err *err)
{
	const struct charter *now = j->f->now;
	bool one = true;

	*stand = true;
	for (size_t i = 0; i < now->ledger_count; i++) {
		if (now->ledgers[i].closed || !j->next.ledgers[i].closed)
			continue;
		if (!word_stands(j, &now->ledgers[i], now->ledgers[i].party, &one, err))
			return false;
		*stand = *stand && one;
	}
	for (size_t i = now->ledger_count; i < j->next.ledger_count; i++) {
		if (charter_open(now, j->next.ledgers[i].party))
			continue;
		if (!word_stands(j, NULL, j->next.ledgers[i].party, &one, err))
			return false;
		*stand = *stand && one;
	}
	return true;
}

/* --- other amendments of the same charter --- */

/* Whether the act can still take effect, by itself. */
static bool is_closed(struct judging *j, const struct hash *h, bool *closed, struct err *err)
{
	struct judging *other = arena_new(j->a, struct judging);
	struct amend_verdict ignored = { 0 };
	struct err why;
	enum act_state state;
	struct str bytes;
	bool found;

	*other = (struct judging){
		.a = j->a, .f = j->f, .h = h, .parties = j->parties, .out = &ignored
	};
	*closed = false;
	if (!j->f->document(j->f->ctx, h, j->a, &bytes, &found, err))
		return false;
	if (!found)
		return true;
	if (!charter_read(j->a, bytes, &other->next, &why) ||
	    !charter_follows(j->f->now, &other->next, &why)) {
		*closed = true;
		return true;
	}
	if (!speak(other, &state, err))
		return false;
	*closed = state == ACT_REJECTED || state == ACT_WITHDRAWN;
	return true;
}

static bool no_earlier(struct judging *j, bool *none, struct err *err)
{
	struct hash *before = arena_array(j->a, struct hash, AMENDS_MAX);

	*none = true;
	for (size_t i = 0; i < j->count && *none; i++) {
		size_t n;

		if (!j->f->accepted(j->f->ctx, j->w[i].party, j->w[i].accepted, before, &n,
				    err))
			return false;
		for (size_t k = 0; k < n && *none; k++)
			if (!hash_eq(&before[k], j->h) && !is_closed(j, &before[k], none, err))
				return false;
	}
	return true;
}

/* --- together --- */

static bool judge(struct judging *j, struct err *err)
{
	enum act_state state;
	bool words, none;

	if (!speak(j, &state, err))
		return false;
	if (state == ACT_REJECTED || state == ACT_WITHDRAWN) {
		j->out->state = AMEND_CLOSED;
		return true;
	}
	lacks_speaker(j);
	if (!words_stand(j, &words, err))
		return false;
	if (state != ACT_IN_FORCE) {
		j->out->by_hand = false;
		return true;
	}
	if (!words)
		return true;
	if (!no_earlier(j, &none, err))
		return false;
	j->out->state = none ? AMEND_EFFECTIVE : AMEND_OPEN;
	return true;
}

bool amend_judge(struct arena *a, const struct amend_facts *f, const struct hash *h,
		 struct amend_verdict *out, struct err *err)
{
	struct judging *j = arena_new(a, struct judging);
	struct err why;
	bool found;

	*out = (struct amend_verdict){ .state = AMEND_OPEN };
	*j = (struct judging){ .a = a, .f = f, .h = h, .out = out };
	j->parties = parties_of(a, f->now);
	if (!f->document(f->ctx, h, a, &out->bytes, &found, err))
		return false;
	if (!found)
		return true;
	if (!charter_read(a, out->bytes, &j->next, &why) ||
	    !charter_follows(f->now, &j->next, &why)) {
		out->state = AMEND_CLOSED;
		return true;
	}
	return judge(j, err);
}

bool amend_next(struct arena *a, const struct amend_facts *f, struct str *bytes, bool *found,
		struct err *err)
{
	struct hash *all = arena_array(a, struct hash, AMENDS_MAX);
	struct amend_verdict v;
	size_t n;

	*found = false;
	if (!f->accepted(f->ctx, S(""), ACT_NEVER, all, &n, err))
		return false;
	for (size_t i = 0; i < n && !*found; i++) {
		if (!amend_judge(a, f, &all[i], &v, err))
			return false;
		*found = v.state == AMEND_EFFECTIVE;
		*bytes = v.bytes;
	}
	return true;
}
