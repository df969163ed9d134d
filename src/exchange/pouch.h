/*
 * The pouch (LEDGER.md 9): one file that carries everything between two nodes, by stick or over
 * a thin line.  A ustar archive in a closed profile, read and written as a stream, in memory
 * for one member.  The same content gives the same bytes.
 */
#ifndef EXCHANGE_POUCH_H
#define EXCHANGE_POUCH_H
#include "exchange/pouch_note.h"
#include "register/register.h"

struct pouch_base {
	struct str ledger;
	uint64_t size; /* what the recipient holds already */
};
struct pouch_plan {
	struct str to; /* a party, or "*" */
	/*
	 * Where the entries carried of these ledgers begin; of the others they begin where the
	 * recipient was last known to end: by its own word in its last pouch, or by what its
	 * ledger acknowledged (LEDGER.md 5.4).  A cosignature does not say that entries are
	 * held.
	 */
	const struct pouch_base *bases;
	size_t base_count;
	void (*progress)(void *ctx, uint64_t done, uint64_t all); /* bundles; may be NULL */
	void *progress_ctx;
};
/* Where the bytes go; false stops, with `err` filled. */
struct pouch_sink {
	bool (*write)(void *ctx, struct str bytes, struct err *err);
	void *ctx;
};
/*
 * Two passes over what is sent: first its sizes and digest, then its bytes.  Works beside the
 * process that serves the node.  The same content for the same recipient gives the same bytes,
 * serial and time included.  `said` is its manifest.
 */
bool pouch_pack(struct node *n, struct arena *a, const struct pouch_plan *plan,
		const struct pouch_sink *to, struct pouch_note *said, struct err *err) MUST_USE;

/* Where they come from: up to `max` bytes into `out`, *n = 0 at the end. */
struct pouch_source {
	bool (*read)(void *ctx, void *out, size_t max, size_t *n, struct err *err);
	void *ctx;
};
struct pouch_ledger {
	struct str name;
	uint64_t before, after;
};
struct pouch_report {
	struct str from, made;
	uint64_t serial, last_serial; /* gaps and repeats are told, not refused */
	struct pouch_ledger ledgers[CHARTER_LEDGERS_MAX];
	size_t ledger_count;
	uint64_t blobs, sealed, unopened, cosignatures;
	bool seen; /* this side acknowledged what came */
};
/* Take a pouch over.  ERR_CONFLICT: a gap; ERR_FORK; ERR_INPUT: not sound.  Ledgers taken over
 * whole before an error stay; nothing is half taken. */
bool pouch_open(struct node *n, struct arena *a, const struct pouch_source *from,
		struct pouch_report *out, struct err *err) MUST_USE;

#endif
