/*
 * Square brackets, as negotiators write them: what stands in them is not agreed, and may
 * begin with the code of the side that asks for it.
 *
 *	The Parties meet [ML: in Bamako] [RU: in Moscow] every year.
 *
 * Brackets do not nest.  Pure.
 */
#ifndef MODEL_BRACKETS_H
#define MODEL_BRACKETS_H
#include "base/str.h"

struct bracket_piece {
	bool open;       /* it stands in brackets */
	struct str side; /* in brackets: the code before the colon as typed; may be empty */
	struct str text; /* without the brackets, code and colon */
	struct str whole;
};
/* Take the next piece off the front of *rest; false at the end. */
bool bracket_next(struct str *rest, struct bracket_piece *out);
/* How many brackets stand in the text. */
size_t bracket_count(struct str text);
/* Every "[" has its "]" and none stands within another. */
bool brackets_sound(struct str text);

/* What becomes of a bracket. */
enum bracket_word {
	BRACKET_LEFT,  /* stays as it is */
	BRACKET_KEPT,  /* its text is agreed: the brackets go */
	BRACKET_STRUCK /* its text goes too */
};
enum { BRACKETS_MAX = 64 };
/* The text after words on its first `n` brackets; those behind stay as they are. */
void bracket_settle(struct buf *out, struct str text, const enum bracket_word *words, size_t n);

#endif
