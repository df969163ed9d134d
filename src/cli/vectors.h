/*
 * `benkan vectors DIR [KIND]`: the test vectors of LEDGER.md 18 against this program, so
 * that anyone can see that it and an independent implementation agree.  DIR/index.jsonl
 * holds one case a line; other files lie in the folder of their kind.
 */
#ifndef CLI_VECTORS_H
#define CLI_VECTORS_H
#include "base/lang.h"

/* What a run says; the caller makes the buffers and frees them. */
struct vectors_said {
	struct buf table; /* for stdout: a line `kind passed failed` per kind that has cases */
	struct buf failures; /* for stderr: a line per failing case: what was expected, what
				came */
	bool passed;         /* every case did */
};

/*
 * Run every case of `only_kind`, or of all kinds known here when it is empty; cases whose
 * expectation is `either` are skipped.  False when nothing could be run: ERR_USAGE for a
 * kind not known here, ERR_UNREACHABLE when DIR/index.jsonl cannot be read.
 */
bool vectors_run(struct str dir, struct str only_kind, enum lang lang, struct vectors_said *out,
		 struct err *err) MUST_USE;

#endif
