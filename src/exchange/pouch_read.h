/*
 * A pouch as a stream of what is in it (LEDGER.md 9): the reader holds the file to the profile,
 * to the order of members, to the manifest's count, length and digest, and each attachment to
 * its name; whoever takes the parts judges signatures and hashes.  Memory is that of one
 * member.
 */
#ifndef EXCHANGE_POUCH_READ_H
#define EXCHANGE_POUCH_READ_H
#include "exchange/pouch_archive.h"
#include "exchange/pouch_note.h"

enum { POUCH_BUNDLE_MAX = TILE_WIDTH * (ENTRY_CARRY_MAX + 2) };

/* Called in the order of the file; false stops the reader.  What they are given lasts for the
 * call, the manifest for as long as the arena. */
struct pouch_taker {
	/* `note` is the member as it came. */
	bool (*manifest)(void *ctx, const struct pouch_note *m, struct str note,
			 struct err *err);
	bool (*ledger)(void *ctx, const struct pouch_line *l, struct str checkpoint,
		       struct err *err);
	bool (*tile)(void *ctx, const struct tile_path *path, struct str bytes,
		     struct err *err); /* or bundle, of the ledger last named */
	bool (*cosig)(void *ctx, struct str ledger, struct str note, struct err *err);
	bool (*blob)(void *ctx, const struct hash *name, struct str bytes, struct err *err);
	bool (*sealed)(void *ctx, struct str recipient, const struct hash *c, struct str file,
		       struct err *err);
	void *ctx;
};

bool pouch_read(struct arena *a, const struct pouch_source *from, const struct pouch_taker *to,
		struct pouch_note *m, struct err *err) MUST_USE;

#endif
