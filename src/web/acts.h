/*
 * Pages of joint acts: what the page of one act (page_act.c), of a record that several acts
 * hold (heads_part.c) and the inbox (page_awaiting.c) share.
 */
#ifndef WEB_ACTS_H
#define WEB_ACTS_H
#include "ledger/entry.h"
#include "store/view_act.h"
#include "web/pages.h"

/* --- texts side by side (beside.c) --- */
enum { BESIDE_MAX = 8 };
struct beside_text {
	struct str name; /* heads its column: "In force", "Proposed" */
	const struct json *data;
};
/*
 * The fields that differ: texts language by language beside each other, all other values in one
 * table.  Of two, words taken out and put in are marked; `equal`: none of them is the older.
 */
void page_beside(struct visit *v, const struct record *r, const struct beside_text *texts,
		 size_t n, bool equal);
/* What changes, in one line: "Planned end: 15/02/2026 → 30/06/2026 · Description". */
void page_change_line(struct visit *v, const struct record *r, const struct json *before,
		      const struct json *after);

/* Tags of languages, each once. */
enum { TAGS_MAX = 32 };
struct tags {
	struct str list[TAGS_MAX];
	size_t n;
};
void tag_add(struct tags *t, struct str tag);
/* Every language in which a record's texts, or those of its parts, are written. */
void tags_of(struct tags *t, const struct record *r, const struct json *data);

/* --- words (act_words.c) --- */
/* ` href="/fr/act/HASH"`. */
void act_href(struct visit *v, const struct hash *act);
/* "Mali, Russia". */
struct str party_names(struct visit *v, const struct str *parties, size_t n);
/* " (12 days)" since a time that an entry claims; nothing when that lies ahead. */
void page_days_since(struct visit *v, struct str time);
/* The entry that a party's word stands in; false when it cannot be read. */
bool act_entry(struct visit *v, struct str ledger, uint64_t n, struct entry *out);
/* One sentence, or two: where the act stands, who must act next, since when. */
void act_standing(struct visit *v, const struct act_whole *act);
/* Each party's steps: proposed, accepted, received by the others, binding. */
void act_ladder(struct visit *v, const struct act_whole *act);
const struct act_side *act_own_side(const struct visit *v, const struct act_whole *act);
bool act_is_open(const struct act_whole *act);

/* --- answers (act_answer.c) --- */
/* Forms for this side's word, and why what cannot be done cannot.  `wrong`: what was refused of
 * an answer just handed in, or NULL. */
void act_answer(struct visit *v, const struct act_whole *act, const struct err *wrong);

/* All texts of a record that diverges, and the way to join them (heads_part.c). */
void record_heads(struct visit *v, const struct record_row *row);

#endif
