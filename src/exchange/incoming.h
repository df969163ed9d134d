/*
 * Records that come from a file, held against the register: what is new, what has changed,
 * what the register says already, what it refuses.  Two ways over the same drafts: a look
 * (nothing is written), and the import through the one door.
 *
 * A draft speaks of the fields its format has; what the register holds beyond them, put there
 * by hand, stays.  Each record remembers the file, its hash and the line it came from; a record
 * that says the same as before keeps the source it has.
 */
#ifndef EXCHANGE_INCOMING_H
#define EXCHANGE_INCOMING_H
#include "register/register.h"

struct incoming_draft {
	const struct record *record;
	const char *id;
	struct str data; /* JSON object without sources */
	uint64_t line;
	bool mention; /* when the register has the record, what it says stands */
};
struct incoming_plan {
	struct node *node;
	struct str actor;
	bool look; /* write nothing */
	/* Whether the format speaks of a field: then what it leaves out is empty. */
	bool (*speaks)(enum field_id f);
	/* A record that is refused; `err` names its field. */
	void (*refused)(void *ctx, const struct record *r, uint64_t line,
			const struct err *err);
	void *ctx;
};
struct incoming_counts {
	uint64_t added, changed, unchanged, refused, transactions;
};

struct incoming;
struct incoming *incoming_open(const struct incoming_plan *plan);
void incoming_close(struct incoming *in);
/* From now on records come from this file. */
void incoming_file(struct incoming *in, struct str name, const struct hash *sha256);
/*
 * One record.  It is written with many others, in its turn; *good tells whether it can be.
 * False when the register cannot be read or written: no use to go on.
 */
bool incoming_put(struct incoming *in, const struct incoming_draft *d, bool *good,
		  struct err *err) MUST_USE;
/* Write what waits. */
bool incoming_flush(struct incoming *in, struct err *err) MUST_USE;
const struct incoming_counts *incoming_counts(const struct incoming *in);

#endif
