/* Pieces of `benkan do`.  Private to src/cli/. */
#ifndef CLI_DO_H
#define CLI_DO_H
#include "cli/cli.h"

/* Where {"file":"PATH"} begins to look: the folder of the file of drafts, or the working
 * folder. */
struct attach_from {
	struct store *store;
	const char *dir;
};
/*
 * A draft in which every {"file":PATH[,"media":…][,"name":…]} has become the attachment's
 * {"sha256","size","media","name"}, its bytes taken into the store.  `*out` is `draft`
 * itself when there is none, or when it is not JSON (the door says what is wrong with it).
 */
bool attach_files(struct arena *a, const struct attach_from *from, struct str draft,
		  struct str *out, struct err *err) MUST_USE;

/* One line of JSON for what became of a draft (INTERFACES.md). */
void put_result(struct buf *out, const struct words *w, const struct act_result *r,
		uint64_t line);

#endif
