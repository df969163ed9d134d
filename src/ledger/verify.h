/*
 * Verify a whole ledger from its bytes: every entry hash, every tile, the root, the
 * checkpoint's signature and cosignatures, and consistency with an older checkpoint.
 * It knows no domain and no database: files come through `struct log_source`.
 */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H
#include "ledger/keyroll.h"
#include "ledger/tree.h"

/* `path` is as tlog-tiles names it: "checkpoint", "tile/0/000", "tile/entries/000.p/17". */
struct log_source {
	bool (*read)(void *ctx, struct str path, struct buf *out, struct err *err);
	void *ctx;
};

struct log_check {
	struct str origin, party;    /* party: entries are read as its; empty: bytes only */
	const struct vkey *log_keys; /* any may sign */
	size_t log_key_count;
	/*
	 * Or the keys as they stand in the charter: entry 0 must name the charter that first
	 * named the ledger, and its rolls are followed (LEDGER.md 4.3).  Needs `party`;
	 * log_keys are not looked at.
	 */
	const struct charter_ledger *follow;
	const struct hash *charter; /* register id */
	const struct vkey *witnesses;
	size_t witness_count;
	unsigned quorum;           /* cosignatures that must stand */
	struct str old_checkpoint; /* a note seen earlier, or empty */
	void (*progress)(void *ctx, uint64_t done, uint64_t all); /* may be NULL */
	void *progress_ctx;
};

struct log_verdict {
	struct checkpoint head;
	size_t cosigned;
	uint64_t void_entries, unknown_entries, flagged_entries;
	uint64_t rolls; /* valid ones, when keys are followed */
};

enum { LOG_WITNESSES_MAX = 64 };

/*
 * A head alone: the log's signature, the origin, the cosignatures and the quorum; fills
 * `head` (borrowing from `note`) and `cosigned`.
 */
bool log_head_check(struct str note, const struct log_check *check, struct log_verdict *out,
		    struct err *err) MUST_USE;

/*
 * The whole log in one pass over its bundles, in memory for one bundle and the open tiles.
 * Where keys are followed, nothing that is read is believed before the head verifies; a head
 * that only a replaced key signed is ERR_INPUT "old-key".
 * ERR_FORK when the older checkpoint is of another history or larger; ERR_BROKEN when the
 * files contradict each other; ERR_INPUT when a note is false; or what `from` failed with.
 * The verdict borrows from the arena.
 */
bool log_verify(struct arena *a, const struct log_source *from, const struct log_check *check,
		struct log_verdict *out, struct err *err) MUST_USE;

/* Offline proof of one entry (C2SP tlog-proof@v1). */
struct tlog_proof {
	uint64_t index;
	struct hash path[PROOF_MAX];
	size_t n;        /* hashes in the path */
	struct str note; /* the checkpoint, as it stands */
};
/* Shape only; an `extra` line is allowed and not kept, since nothing vouches for it. */
bool tlog_proof_read(struct str text, struct tlog_proof *out, struct err *err) MUST_USE;
void tlog_proof_write(struct buf *out, const struct tlog_proof *p);
/* That the checkpoint stands against `check` and `entry` is the one it says; fills `head` and
 * `cosigned`. */
bool tlog_proof_verify(struct str proof, struct str entry, const struct log_check *check,
		       struct log_verdict *out, struct err *err) MUST_USE;

#endif
