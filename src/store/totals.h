/* Which records are money, and by what they are summed (totals.c, view_totals.c). */
#ifndef STORE_TOTALS_H
#define STORE_TOTALS_H
#include "model/model.h"

struct money_dimension {
	enum record_id record;
	enum field_id value, type, date, project, sector; /* FIELD_NONE: it has none */
};
extern const struct money_dimension money_dimensions[];
extern const size_t money_dimension_count;

/* r_count.field beside the numbers of fields: the records themselves, joint ones by state, and
 * open acts by whose word they wait for. */
enum { COUNTED_ALL = FIELD_NONE, COUNTED_STATE = FIELD_COUNT, COUNTED_OPEN };

#define TOTAL_SPLIT ((int128)1000000000000000)

#endif
