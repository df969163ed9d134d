/*
 * Exact decimals for money, percentages and quantities: up to 21 digits before the
 * point and 6 after it (LEDGER.md 3.2), held as a whole number of millionths.
 * No binary floating point comes near them, ever.
 */
#ifndef BASE_DEC_H
#define BASE_DEC_H
#include "base/str.h"

__extension__ typedef __int128 int128;

struct dec {
	int128 micro;
};

enum { DEC_PLACES = 6, DEC_TEXT = 48 };

/* -?(0|[1-9][0-9]{0,20})(\.[0-9]{1,6})?  and nothing else; "-0" and "-0.0" are refused. */
bool dec_parse(struct str s, struct dec *out) MUST_USE;
/* How many digits stand after the point as written; 0 when there is none. */
unsigned dec_places(struct str s);
struct dec dec_int(int64_t v);
/* Shortest form that dec_parse reads back ("1250.5"); at least `places` digits after the point.
 */
void dec_write(struct buf *b, struct dec d, unsigned places);
/* The same into `text`, terminated; returns `text`. */
const char *dec_text(char text[DEC_TEXT], struct dec d, unsigned places);

/* Checked: false when the result leaves the range of dec_parse. */
bool dec_add(struct dec a, struct dec b, struct dec *out) MUST_USE;
bool dec_sub(struct dec a, struct dec b, struct dec *out) MUST_USE;
/* a * b / c rounded half away from zero at `places`; c must not be zero. */
bool dec_ratio(struct dec a, struct dec b, struct dec c, unsigned places,
	       struct dec *out) MUST_USE;
int dec_cmp(struct dec a, struct dec b);
struct dec dec_neg(struct dec a);

#endif
