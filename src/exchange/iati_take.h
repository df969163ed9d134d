/*
 * What iati_read makes of a file goes into the register draft by draft: from the command line
 * and from the import page alike.
 */
#ifndef EXCHANGE_IATI_TAKE_H
#define EXCHANGE_IATI_TAKE_H
#include "exchange/iati_read.h"
#include "exchange/incoming.h"

struct iati_taking {
	struct incoming *in;
	struct err *err;  /* why, once it has failed */
	bool failed;      /* the register cannot be read: no use to go on */
	bool skip;        /* the project is refused: so is what belongs to it */
	uint64_t skipped; /* records that were refused with their project */
};
/* For `draft` of struct iati_reading: the id by which others refer to the record. */
const char *iati_take(struct iati_taking *t, const struct iati_draft *d);

#endif
