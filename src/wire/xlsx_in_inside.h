/* What xlsx_in.c and xlsx_in_value.c share. */
#ifndef WIRE_XLSX_IN_INSIDE_H
#define WIRE_XLSX_IN_INSIDE_H
#include "wire/xlsx_in.h"

/* Whether a number's format is one of dates: by its number (ECMA-376 part 1, 18.8.30) … */
bool xlsx_format_dated(uint32_t id);
/* … or by its code: a year or a day outside quotes, brackets and escapes. */
bool xlsx_code_dated(struct str code);
/*
 * A number as it stands in the file, as people would type it.  What is no number comes back as
 * it is.  Texts are in the arena.
 */
struct xlsx_number {
	bool dated, from_1904;
};
struct str xlsx_number_text(struct arena *a, struct str raw, struct xlsx_number n);

#endif
