/*
 * Heads and who vouches for them: the cosignatures held, of any ledger by any witness, and
 * what this node witnessed last of each ledger of others (LEDGER.md 5.3, 6.1).
 */
#ifndef STORE_COSIG_H
#define STORE_COSIG_H
#include "store/view.h"

/* --- what this node witnessed --- */
struct witnessed {
	struct str origin;
	uint64_t size;
	struct hash root;
	struct str note; /* the log's, with our cosignature; empty where only the high-water
			    file remembers */
};
/* Size 0, the empty root and no note when nothing of this origin was witnessed. */
bool view_witnessed(struct view *v, struct arena *a, struct str origin, struct witnessed *out,
		    struct err *err) MUST_USE;
/*
 * The record of the newest head, never smaller than before; under the writer, outside a
 * transaction.  When it returns it stands in the database and in the high-water file: only
 * then may the cosignature leave.
 */
bool store_witness(struct store *s, const struct witnessed *w, struct err *err) MUST_USE;

/* --- cosignatures held --- */
struct cosig_row {
	uint64_t size;
	struct str witness; /* "<name>+<8 hex key ID>" */
	struct str line;    /* of the signed note, with its newline */
	uint64_t time;
};
/* Keep it, unless this witness cosigned that size before (*fresh tells); under the writer. */
bool store_cosig_put(struct store *s, struct str ledger, const struct cosig_row *row,
		     bool *fresh, struct err *err) MUST_USE;
/* Whether this witness cosigned the head of this size. */
bool view_cosigned_at(struct view *v, struct str ledger, uint64_t size, struct str witness,
		      bool *is, struct err *err) MUST_USE;
/*
 * The largest size, at most what *size says, that every one of `witnesses` cosigned; 0 when
 * there is none.  With one witness: how far that one came.
 */
bool view_cosigned(struct view *v, struct str ledger, const struct str *witnesses, size_t n,
		   uint64_t *size, struct err *err) MUST_USE;

/* --- the own ledger at a size it had --- */
/* The checkpoint of exactly this size, as far as it is served, with the cosignatures held. */
bool view_checkpoint_at(struct view *v, struct arena *a, uint64_t size, struct str *note,
			struct err *err) MUST_USE;
/* A tile of any ledger, cut to a size that it has here. */
bool view_tile_at(struct view *v, struct str ledger, uint64_t size, const struct tile_path *p,
		  struct buf *out, struct err *err) MUST_USE;

#endif
