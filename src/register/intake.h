/*
 * Taking over a range of a ledger as it arrives, by network or from a pouch: one code path, in
 * memory for one member (LEDGER.md 6.3, 9 import steps 2 to 5).
 *
 *	begin (checkpoint) → tiles, top level first → bundles ascending → finish
 *
 * Every tile and bundle is authenticated as it comes: a tile by its slot in the tile above, the
 * right edge by the signed root, an entry by its slot in its tile.  Bundles that stood are
 * staged at once (`entry` rows at n >= size, which no reader sees), so that an exchange that
 * breaks off goes on from there.  Nothing counts before intake_finish.  Between two calls the
 * node writes its own acts.
 *
 * A checkpoint signed by a key that is not known is let through provisionally: key rolls found
 * in the range are applied, and it must verify before anything is taken over (LEDGER.md 4.3).
 */
#ifndef REGISTER_INTAKE_H
#define REGISTER_INTAKE_H
#include "register/register.h"

struct intake;

struct intake_plan {
	struct str ledger;     /* name in the charter */
	struct str checkpoint; /* the note as it came; its log lines are what counts */
	uint64_t base;         /* first entry that can be had; <= the size held */
};
/*
 * ERR_CONFLICT "base" when entries between are missing (a gap), ERR_FORK when the head is of
 * another history, ERR_INPUT when it is false.  A head of another history leaves evidence
 * (fork.h) where it proves one.
 */
bool intake_begin(struct node *n, struct arena *a, const struct intake_plan *plan,
		  struct intake **out, struct err *err) MUST_USE;
void intake_end(struct intake *i); /* after finish, or to leave off; NULL is harmless */

/*
 * What is wanted next, in the order of LEDGER.md 9; false when nothing more is.  What lies
 * before, for a sender that gives everything from its own base, may be given as well and is
 * held against what is here.
 */
bool intake_wants(const struct intake *i, struct tile_path *out);
/* One tile or bundle; path and bytes as tlog-tiles has them. */
bool intake_give(struct intake *i, const struct tile_path *path, struct str bytes,
		 struct err *err) MUST_USE;

struct intake_result {
	uint64_t before, after;
};
/*
 * Everything wanted has come: the range is taken over and projected, in batches between
 * which the node writes its own acts; then what follows from it (register_taken, witness.h).
 * intake_stand is the first half alone, for who then
 * fetches what the entries name (attachments), so that it is here when they are projected.
 */
bool intake_stand(struct intake *i, struct intake_result *out, struct err *err) MUST_USE;
bool intake_finish(struct intake *i, struct intake_result *out, struct err *err) MUST_USE;

#endif
