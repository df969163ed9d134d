/* What people do at the nodes of the simulation: records, proposals, words on acts. */
#ifndef TEST_EXCHANGE_SIM_WRITE_H
#define TEST_EXCHANGE_SIM_WRITE_H
#include "sim_look.h"

enum { DRAFT = 2048, IDS_JOINT = 2, IDS_NATIONAL = 3 };

/* %s: a text of the moment; %u: a number that makes the referred id. */
static const struct sim_kind {
	const char *name, *data;
	bool joint, personal;
} sim_kinds[] = {
	{ "organisation", "{\"name\":{\"fr\":\"%s\"},\"type\":\"10\"}", false, false },
	{ "letter",
	  "{\"number\":\"N\",\"direction\":\"out\",\"subject\":{\"fr\":\"%s\"},\"date\":\"2020-"
	  "01-15\"}",
	  false, false },
	{ "obstacle",
	  "{\"title\":{\"fr\":\"%s\"},\"kind\":\"risk\",\"severity\":\"high\",\"status\":"
	  "\"open\",\"raised\":\"2020-01-05\"}",
	  false, false },
	{ "contact", "{\"name\":\"%s\"}", false, true },
	{ "commission", "{\"title\":{\"fr\":\"%s\"}}", true, false },
	{ "agreement",
	  "{\"title\":{\"fr\":\"%s\"},\"kind\":\"intergovernmental\",\"status\":\"signed\"}",
	  true, false },
	{ "body", "{\"title\":{\"fr\":\"%s\"},\"kind\":\"working-group\"}", true, false },
	{ "session",
	  "{\"title\":{\"fr\":\"%s\"},\"kind\":\"plenary\",\"status\":\"planned\",\"date\":"
	  "\"2020-02-01\"}",
	  true, false },
	{ "decision",
	  "{\"number\":\"I\",\"title\":{\"fr\":\"%s\"},\"text\":{\"fr\":\"x\"},\"kind\":"
	  "\"agree\",\"status\":\"open\",\"session\":\"joint/"
	  "01985000-0007-7000-8000-0000000007%02u\"}",
	  true, false },
	{ "project", "{\"title\":{\"fr\":\"%s\"},\"status\":\"2\",\"field\":\"energy\"}", true,
	  false },
	{ "indicator", "{\"title\":{\"fr\":\"%s\"},\"measure\":\"1\"}", true, false },
};
enum { SIM_KINDS = sizeof(sim_kinds) / sizeof(sim_kinds[0]), FIRST_JOINT = 4 };

static inline unsigned some_kind(struct sim *w)
{
	if (below(w, 3))
		return below(w, FIRST_JOINT);
	return FIRST_JOINT + below(w, SIM_KINDS - FIRST_JOINT);
}

static inline void draft_put(struct sim *w, char *out)
{
	static const char *const seen_by[] = { "", ",\"visibility\":\"public\"",
					       ",\"visibility\":\"parties\"",
					       ",\"visibility\":\"national\"" };
	unsigned k = some_kind(w), who = below(w, 8);
	const struct sim_kind *kind = &sim_kinds[k];
	char data[1024], text[32];
	/* The format is one of the table's own. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), "Texte %u", below(w, 1000));
	snprintf(data, sizeof(data), kind->data, text, below(w, IDS_JOINT));
#pragma GCC diagnostic pop
	if (kind->personal || who > 3 || (who == 3 && kind->joint))
		who = 0;
	snprintf(out, DRAFT,
		 "{\"type\":\"record.put\",\"kind\":\"%s\",\"id\":\"01985000-0007-7000-8000-"
		 "00000000%02u%02u\"%s,\"data\":%s}",
		 kind->name, k, below(w, kind->joint ? IDS_JOINT : IDS_NATIONAL), seen_by[who],
		 data);
}

static inline void draft_end(struct sim *w, char *out)
{
	unsigned k = some_kind(w);

	snprintf(out, DRAFT,
		 "{\"type\":\"record.end\",\"kind\":\"%s\",\"id\":\"01985000-0007-7000-8000-"
		 "00000000%02u%02u\",\"reason\":\"fini\"}",
		 sim_kinds[k].name, k, below(w, sim_kinds[k].joint ? IDS_JOINT : IDS_NATIONAL));
}

/* Rather what others have accepted and this party has not spoken on. */
static inline int worth_a_word(const struct act_seen_here *act, int by)
{
	if ((act->accepted | act->declined) & 1u << by || is_closed(act->state))
		return 0;
	return 1 + __builtin_popcount(act->accepted);
}

/* A word on an act: one on which this party has not spoken, where there is one. */
static inline void draft_word(struct sim *w, int by, const char *type, char *out)
{
	const struct sim_node *p = &w->node[by];
	const struct act_seen_here *act;

	if (p->act_count == 0) {
		draft_put(w, out);
		return;
	}
	act = &p->acts[below(w, (unsigned)p->act_count)];
	for (int tries = 0; tries < 4; tries++) {
		const struct act_seen_here *other = &p->acts[below(w, (unsigned)p->act_count)];

		if (worth_a_word(other, by) > worth_a_word(act, by))
			act = other;
	}
	snprintf(out, DRAFT, "{\"type\":\"%s\",\"act\":\"%.64s\"%s}", type, act->key,
		 strcmp(type, "act.accept") == 0 ? "" : ",\"reason\":\"raison\"");
}

static inline void draft_sealed(struct sim *w, int by, bool erase, char *out)
{
	const struct sim_node *p = &w->node[by];

	if (p->sealed_count == 0) {
		draft_put(w, out);
		return;
	}
	snprintf(out, DRAFT, "{\"type\":\"sealed.%s\",\"c\":[\"%s\"]%s}",
		 erase ? "erase" : "open", p->sealed[below(w, (unsigned)p->sealed_count)],
		 erase ? ",\"ground\":\"loi\"" : "");
}

static inline void some_draft(struct sim *w, int by, char *out)
{
	unsigned what = below(w, 100);

	if (what < 34)
		draft_put(w, out);
	else if (what < 75)
		draft_word(w, by, "act.accept", out);
	else if (what < 82)
		draft_word(w, by, "act.decline", out);
	else if (what < 86)
		draft_word(w, by, "act.note", out);
	else if (what < 92)
		draft_end(w, out);
	else
		draft_sealed(w, by, what < 96, out);
}

static inline void said(struct sim *w, const struct word *word)
{
	sim_must(w, w->word_count < WORDS, "too many words for the simulation");
	w->words[w->word_count++] = *word;
}

/* Write it; *word is filled when an entry was written. */
static inline bool do_write(struct sim *w, int by, const char *text, struct word *word)
{
	const struct draft d = { .json = str_z(text), .actor = S("sec-1") };
	struct act_result r = { 0 };

	register_do(w->node[by].n, &w->a, &d, &r);
	if (!r.done && r.errors[0].kind != ERR_INPUT && r.errors[0].kind != ERR_CONFLICT &&
	    r.errors[0].kind != ERR_MISSING && r.errors[0].kind != ERR_DENIED)
		sim_ok(w, false, &r.errors[0], "write");
	atomic_fetch_add(r.done ? &tally->written : &tally->refused, 1);
	STORY(w, "  %s%s\n",
	      r.done ? "written" : "refused: ", r.done ? "" : r.errors[0].message);
	*word = (struct word){ by, r.n, r.leaf };
	return r.done && r.outcome != ACT_UNCHANGED;
}

static inline void step_write(struct sim *w, int by)
{
	char text[DRAFT];
	struct word word;

	some_draft(w, by, text);
	STORY(w, "%s writes %s\n", party_codes[by], text);
	if (do_write(w, by, text, &word))
		said(w, &word);
	settle(w, by);
}

#endif
