/*
 * Blocks of figures that a view has read, kept in memory: the next sum asks the database only
 * for what is new.  Bounded: what is beyond stays in the database and is read there each time.
 *
 * A block never changes, and its number in its log comes but once (packed_settle) as long as
 * the register is not made anew.  A view of an earlier register finds nothing here.  Private to
 * src/store/; any thread.
 */
#ifndef STORE_MONEY_KEPT_H
#define STORE_MONEY_KEPT_H
#include "store/money.h"

enum { KEPT_BLOCKS = 1024 };
static const size_t kept_bytes_max = (size_t)64 << 20;

struct kept_block {
	enum money_log log;
	int64_t seq;
	char *body;
	size_t bytes;
	struct packed_reading reading; /* its words are those of the lexicon here */
};
struct money_kept;
struct money_kept *money_kept_new(void);
void money_kept_free(struct money_kept *k);
/* The register is made anew. */
void money_kept_forget(struct money_kept *k);
/* Which register that is: a view bears the number since its connections were opened. */
uint64_t money_kept_epoch(const struct money_kept *k);

/* Between these two what is found stays; one thread does not do it twice at a time. */
void money_kept_hold(struct money_kept *k);
void money_kept_release(struct money_kept *k);
/* NULL: it is not kept. */
const struct kept_block *money_kept_find(const struct money_kept *k, enum money_log log,
					 int64_t seq);
const struct lexicon *money_kept_words(const struct money_kept *k);

/*
 * Between these two blocks are put; false when others are reading or putting.  What is put is
 * copied; false when it is no block.  Those of its log below `seq` that are not among `seqs`
 * are gone from the register.
 */
bool money_kept_change(struct money_kept *k, uint64_t epoch);
void money_kept_changed(struct money_kept *k);
bool money_kept_put(struct money_kept *k, enum money_log log, int64_t seq,
		    const struct packed *b) MUST_USE;
void money_kept_only(struct money_kept *k, enum money_log log, const int64_t *seqs, size_t n);

#endif
