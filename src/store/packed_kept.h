/*
 * Blocks of logs of packed lines that a view has read, kept in memory: the next sweep asks the
 * database only for what is new.  Bounded: what is beyond stays in the database and is read
 * there each time.
 *
 * A block never changes, and its number in its log comes but once (packed_settle) as long as
 * the register is not made anew.  A view of an earlier register finds nothing here.  Private to
 * src/store/; any thread.
 */
#ifndef STORE_PACKED_KEPT_H
#define STORE_PACKED_KEPT_H
#include "store/packed.h"

enum { KEPT_BLOCKS = 4096 };
static const size_t kept_bytes_max = (size_t)64 << 20;

/* A log, and which of its columns are ever read of what is kept. */
struct kept_log {
	int64_t log;
	struct packed_shape shape;
	uint64_t need;
	unsigned ranged; /* a column without words, of which a block knows its largest */
};
struct kept_block {
	int64_t log;
	int64_t seq;
	char *body;
	size_t bytes;
	struct packed_reading reading; /* its words are those of the lexicon here */
	int64_t most;                  /* of the column `ranged` */
};
struct packed_kept;
struct packed_kept *packed_kept_new(void);
void packed_kept_free(struct packed_kept *k);
/* The register is made anew. */
void packed_kept_forget(struct packed_kept *k);
/* Which register that is: a view bears the number since its connections were opened. */
uint64_t packed_kept_epoch(const struct packed_kept *k);

/* Between these two what is found stays; one thread does not do it twice at a time. */
void packed_kept_hold(struct packed_kept *k);
void packed_kept_release(struct packed_kept *k);
/* NULL: it is not kept. */
const struct kept_block *packed_kept_find(const struct packed_kept *k, int64_t log,
					  int64_t seq);
const struct lexicon *packed_kept_words(const struct packed_kept *k);

/*
 * Between these two blocks are put; false when others are reading or putting.  What is put is
 * copied; false when it is no block.  Those of its log below `seq` that are not among `seqs`
 * are gone from the register.
 */
bool packed_kept_change(struct packed_kept *k, uint64_t epoch);
void packed_kept_changed(struct packed_kept *k);
bool packed_kept_put(struct packed_kept *k, const struct kept_log *log, int64_t seq,
		     const struct packed *b) MUST_USE;
void packed_kept_only(struct packed_kept *k, int64_t log, const int64_t *seqs, size_t n);

#endif
