/*
 * What a view is made of, for the files of src/store/ that implement view.h and local.h:
 * three connections of one thread.
 *
 * The register's snapshot is taken first and the ledgers' after it; ledgers only grow and
 * are committed first, so every entry the register speaks of is there to be read.
 */
#ifndef STORE_VIEW_PRIVATE_H
#define STORE_VIEW_PRIVATE_H
#include "store/db.h"
#include "store/view.h"

/* Where tiles are read from: one ledger over one connection. */
struct tile_source {
	struct db *ledger;
	int64_t lid;
};

struct view {
	struct store *store;
	struct db *ledger; /* entry, tile, own_checkpoint, opening … (ledger_schema.c) */
	struct db *reg;    /* p_* and r_* */
	struct db *local;
	bool writer;        /* the store's own view: its connections and its transaction are the
			       store's */
	uint64_t epoch;     /* of the register its connection was opened to: packed_kept.h */
	bool begun, failed; /* failed: its connections are not trusted any more */
	struct tile_source
		tiles[CHARTER_LEDGERS_MAX]; /* behind what view_tiles gave, one a ledger */
};

/* Name of this node's own ledger; empty before adoption. */
struct str store_own(const struct store *s);

#endif
