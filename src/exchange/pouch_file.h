/*
 * Pouches as files: one, or parts of it on several sticks as split(1) makes them, and gzip
 * around the whole (LEDGER.md 9).  `cat FILE.*` joins the parts.
 */
#ifndef EXCHANGE_POUCH_FILE_H
#define EXCHANGE_POUCH_FILE_H
#include "exchange/pouch.h"

/* --- reading --- */
struct pouch_file {
	struct pouch_source source; /* what pouch_open reads */
	uint64_t bytes;             /* of all parts; 0: not known (standard input) */
	uint64_t done;              /* of them read so far */
	size_t parts;               /* how many there are */
	struct pouch_parts *from;
};
/*
 * The parts may be given in any order, from several folders: their names tell.  Of one part
 * alone, or FILE where there are FILE.aa and so on, the others are looked for beside it.  "-"
 * is standard input.  ERR_INPUT when a part between is missing, with its name.
 */
bool pouch_file_open(struct arena *a, const char *const *paths, size_t n,
		     struct pouch_file *out, struct err *err) MUST_USE;
void pouch_file_close(struct pouch_file *f);

/* --- writing --- */
struct pouch_writing {
	struct pouch_sink sink; /* what pouch_pack writes to */
	uint64_t bytes;         /* written, all parts together */
	size_t parts;           /* 0: one file */
	struct pouch_drawer *to;
};
enum { POUCH_PART_LEAST = 64 << 10 };
/*
 * `split`: bytes a part, taken down to whole blocks, so that a part begins with a block; 0: one
 * file.  A path that ends in ".gz" is packed with gzip.  "-" is standard output.
 */
bool pouch_file_create(struct arena *a, const char *path, uint64_t split,
		       struct pouch_writing *out, struct err *err) MUST_USE;
/* Durable and under its name; the files appear only then. */
bool pouch_file_settle(struct pouch_writing *w, struct err *err) MUST_USE;
void pouch_file_drop(struct pouch_writing *w); /* after settle too: frees what it holds */

/* The suffix of part i as split(1) gives it: aa, ab, … yz, zaaa, … */
void pouch_part_suffix(struct buf *out, uint64_t i);

#endif
