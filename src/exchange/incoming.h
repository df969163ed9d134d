/*
 * Records that come from files, held against the register: what is new, what has changed,
 * what the register says already, what it refuses.  First every record is looked at, and what
 * is to be written is kept aside; then all of it goes through the one door.  So files are read
 * once, and nothing is written before everything has been seen.
 *
 * A draft speaks of the fields its format has; what the register holds beyond them, put there
 * by hand, stays.  Each record remembers the file, its hash and the line it came from; a record
 * that says the same as before keeps the source it has.
 *
 * What others have published is held to what their standard accepts (model_ctx.reported).  Of a
 * record the register cannot hold whole, the field at fault is left out when the record can do
 * without it; else the record is refused.
 */
#ifndef EXCHANGE_INCOMING_H
#define EXCHANGE_INCOMING_H
#include "register/register.h"

struct incoming_draft {
	const struct record *record;
	const char *id;
	const char *was;   /* an id it may have in the register instead; NULL: none */
	struct json *data; /* without sources; what cannot be held is taken out of it */
	uint64_t line;
	bool mention; /* when the register has the record, what it says stands */
	bool below;   /* its id is made of the last project's: new as long as that is */
};
struct incoming_plan {
	struct node *node;
	struct str actor;
	bool look; /* keep nothing aside: only count */
	/* Whether the format speaks of a field: then what it leaves out is empty. */
	bool (*speaks)(enum field_id f);
	/* A record of this file is refused, or a field of it left out; `err` names the field.
	 */
	void (*refused)(void *ctx, const struct record *r, struct str file, uint64_t line,
			const struct err *err);
	void (*left_out)(void *ctx, const struct record *r, struct str file, uint64_t line,
			 const struct err *err);
	/* Before it is written: whether the money of this project (its data) turned out to be
	 * told elsewhere too, which marks it and what belongs to it. */
	bool (*second_hand)(void *ctx, struct arena *a, struct str project);
	void *ctx;
};
struct incoming_counts {
	uint64_t added, changed, unchanged, refused, transactions, fields_left_out;
};

struct incoming;
struct incoming *incoming_open(const struct incoming_plan *plan);
void incoming_close(struct incoming *in);
/* From now on records come from this file; its hash when it has been read. */
void incoming_file(struct incoming *in, struct str path);
void incoming_hash(struct incoming *in, const struct hash *sha256);
/* One record; *good tells whether it can be written, d->id becomes d->was where the register
 * has it by that.  False when the register cannot be read: no use to go on. */
bool incoming_put(struct incoming *in, struct incoming_draft *d, bool *good,
		  struct err *err) MUST_USE;
/* Write what was kept aside, many records in one commit.  What was written before an error
 * stands. */
bool incoming_write(struct incoming *in,
		    void (*progress)(void *ctx, uint64_t done, uint64_t all),
		    struct err *err) MUST_USE;
/* What would come of it; after incoming_write, what came. */
const struct incoming_counts *incoming_counts(const struct incoming *in);

#endif
