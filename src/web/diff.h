/*
 * The difference of two texts, word by word: for reading a history.
 *
 * A longest common subsequence over words, blanks and punctuation marks, after taking
 * off what both begin and end with.  Bounded: where the part between is too large for
 * the table (DIFF_CELLS_MAX), it is shown as replaced in one piece.
 */
#ifndef WEB_DIFF_H
#define WEB_DIFF_H
#include "base/arena.h"

enum { DIFF_CELLS_MAX = 1 << 20 };

enum diff_kind { DIFF_SAME, DIFF_OLD, DIFF_NEW };
struct diff_piece {
	enum diff_kind kind;
	struct str text; /* borrows from `before` (SAME, OLD) or `after` (NEW) */
};

/*
 * Pieces into the arena; returns how many.  SAME and OLD in a row are `before`, SAME and
 * NEW are `after`, byte for byte.  Blanks between two changed words count as changed.
 */
size_t diff_words(struct arena *a, struct str before, struct str after,
		  struct diff_piece **out);

#endif
