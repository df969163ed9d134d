/*
 * The high-water file (LEDGER.md 5.2): `<size> <root in hex>\n` of the newest checkpoint
 * signed, kept in the node's folder outside the database and its backups.  It is how a
 * node that was put back from an old backup finds out before it signs a second history.
 * Below that, a line `witnessed <origin> <size> <root in hex>\n` for each ledger of others of
 * which this node cosigned a head: it must not cosign behind that either.
 *
 * Written by a thread of its own, so that a commit does not wait for two more fsyncs;
 * nothing signed is served before the file has it (docs/decisions/0003).
 */
#ifndef STORE_HIGH_WATER_H
#define STORE_HIGH_WATER_H
#include "base/err.h"
#include "base/hash.h"

struct high_water;

/* *found is false when there is none, or none that can be understood. */
bool high_water_read(const char *dir, uint64_t *size, struct hash *root, bool *found,
		     struct err *err) MUST_USE;
/* What was witnessed, line by line; nothing when there is no file. */
bool high_water_witnessed(const char *dir,
			  bool (*each)(void *ctx, struct str origin, uint64_t size,
				       const struct hash *root, struct err *err),
			  void *ctx, struct err *err) MUST_USE;
/* tmp, fsync, rename, fsync of the folder.  A larger size stays, and what was witnessed. */
bool high_water_write(const char *dir, uint64_t size, const struct hash *root,
		      struct err *err) MUST_USE;

/* Start the thread; `size` is what the file has. */
bool high_water_start(const char *dir, uint64_t size, struct high_water **out,
		      struct err *err) MUST_USE;
/*
 * Before anything is signed: the file is there when this returns, so that a node which is
 * killed before more is written is not taken for one whose file was lost.
 */
bool high_water_first(struct high_water *h, struct err *err) MUST_USE;
/* This was committed; returns at once. */
void high_water_post(struct high_water *h, uint64_t size, const struct hash *root);
/* Wait until the file has what was posted last, or a write of it failed. */
bool high_water_settle(struct high_water *h, struct err *err) MUST_USE;
/* This head of another ledger is about to be cosigned: the file has it when this returns. */
bool high_water_witness(struct high_water *h, struct str origin, uint64_t size,
			const struct hash *root, struct err *err) MUST_USE;
/* What the file has. */
uint64_t high_water_done(const struct high_water *h);
/* Whether the last write of the file went well; it is tried again by itself. */
bool high_water_well(struct high_water *h, struct err *err) MUST_USE;
/* Write what is left, end the thread, free. */
void high_water_stop(struct high_water *h);

#endif
