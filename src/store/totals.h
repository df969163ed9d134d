/* What figures are kept at write time (totals.c; view_count.c, view_totals.c). */
#ifndef STORE_TOTALS_H
#define STORE_TOTALS_H
#include "model/model.h"

/* r_count.field beside the numbers of fields: the records themselves, joint ones by state, and
 * open acts by whose word they wait for. */
enum { COUNTED_ALL = FIELD_NONE, COUNTED_STATE = FIELD_COUNT, COUNTED_OPEN };

#define TOTAL_SPLIT ((int128)1000000000000000)

#endif
