/*
 * The register's public projects as IATI 2.03 activities (docs/decisions/0018): each side that
 * reports on a project has an activity of its own, with its own figures, tied to the other
 * side's by activity identifiers.  Streaming: memory is bounded by one project without its
 * payments, and a page of payments.
 */
#ifndef EXCHANGE_IATI_WRITE_H
#define EXCHANGE_IATI_WRITE_H
#include "ledger/charter.h"
#include "store/view.h"

/* What came of it.  What the register holds and IATI has no place for is counted by field and
 * by kind of record: it is listed at the end of the file as well. */
struct iati_tally {
	uint64_t activities, transactions;
	uint64_t left_out;             /* projects without a start date: no valid activity */
	uint64_t field[FIELD_COUNT];   /* values that were not written */
	uint64_t record[RECORD_COUNT]; /* records of kinds that have no element */
};

struct iati_job {
	struct view *view; /* inside view_begin … view_end */
	const struct charter *charter;
	/* Takes the next bytes; false stops the export with its error. */
	bool (*put)(void *ctx, struct str bytes, struct err *err);
	void *ctx;
};
/* Whether IATI has a place for this field of a record. */
bool iati_places(enum field_id f);
bool iati_write(const struct iati_job *job, struct iati_tally *tally, struct err *err) MUST_USE;

#endif
