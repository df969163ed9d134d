/*
 * A range of a ledger that comes from elsewhere, piece by piece.  Private to src/store/.
 *
 *	take.c       begin, the order of what is wanted, the last transaction, forks
 *	take_tile.c  hash tiles: a file of their own until the range stands
 *	take_entry.c bundles: authenticated, staged at n >= size, several at a time
 */
#ifndef STORE_TAKE_H
#define STORE_TAKE_H
#include "store/store_private.h"

#include "ledger/keyroll.h"

/* One transaction takes so many bundles, or so many bytes, or what comes in so many seconds:
 * what a kill undoes of an exchange. */
enum { WAIT_S = 1 };
enum { WAIT_BUNDLES = 32, WAIT_BYTES = 4 << 20, BUNDLE_MAX = TILE_WIDTH * (2 + 65535) };

struct take {
	struct store *s;
	struct held *h; /* what we have of the ledger; its size stays until the range stands */
	struct arena arena;   /* the note, keys */
	struct arena scratch; /* one entry */
	struct str note;
	struct checkpoint head;
	struct key_walk keys; /* in force after the entries looked at */
	bool known;           /* the head bears a key in force; else it must by the end */
	bool bare;            /* no tiles come: edge makes them of the bundles */
	bool busy;            /* h->taking is ours */
	bool stood;
	bool contradicts; /* a tile that lies before is not what we have */

	struct tile_path next; /* wanted, when `wants` */
	bool wants;

	/* Tiles of the new tree that do not lie before what is held, in a file without a name.
	 */
	int fd;
	uint64_t first[TILE_LEVELS], end[TILE_LEVELS], slot[TILE_LEVELS];
	struct tree_edge edge; /* bare */

	/* Bundles that are right, and go into the ledger together; their numbers. */
	struct buf waiting;
	uint64_t waits[WAIT_BUNDLES];
	unsigned waiting_count;
	int64_t settled; /* when none waited */

	bool forked;
	struct take_fork fork;
};

/* --- take_tile.c --- */
/* Where the tiles are kept; called once the head is known to be beyond what is held. */
bool take_tiles_open(struct take *t, struct err *err) MUST_USE;
/* Every tile of the new tree: ours where it lies before the range. */
struct tiles take_tiles(struct take *t);
bool take_tile_put(struct take *t, unsigned level, uint64_t n, const struct hash *hashes,
		   unsigned width, struct err *err) MUST_USE;
/* The tile that is wanted next. */
bool take_tile(struct take *t, const struct tile_path *p, struct str bytes,
	       struct err *err) MUST_USE;
/* One that was there before. */
bool take_tile_again(struct take *t, const struct tile_path *p, struct str bytes,
		     struct err *err) MUST_USE;
/* Whether an interrupted run left all entries of this full tile: then it is made of them. */
bool take_tile_staged(struct take *t, uint64_t n, bool *there, struct err *err) MUST_USE;
/* All tiles are in: the signed root, and what is held, must be theirs. */
bool take_tiles_stand(struct take *t, struct err *err) MUST_USE;
bool take_is_fork(struct take *t, struct err *err);

/* --- take_entry.c --- */
bool take_bundle(struct take *t, const struct tile_path *p, struct str bytes,
		 struct err *err) MUST_USE;
bool take_bundle_again(struct take *t, const struct tile_path *p, struct str bytes,
		       struct err *err) MUST_USE;
/* Whether an interrupted run left the entries of this bundle, as the tiles have them. */
bool take_bundle_staged(struct take *t, uint64_t n, unsigned width, bool *there,
			struct err *err) MUST_USE;
/* Write the bundles that wait. */
bool take_settle(struct take *t, struct err *err) MUST_USE;
/* Leaf hashes of entries [from, from + width) as far as they are kept; *count of them. */
bool take_leaves(struct take *t, uint64_t from, unsigned width, struct hash *out,
		 unsigned *count, struct err *err) MUST_USE;

#endif
