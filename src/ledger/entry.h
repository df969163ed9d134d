/*
 * One entry of a ledger (LEDGER.md 3): what it says, or why it is void.
 * A void entry is part of the ledger for ever and has no effect.
 */
#ifndef LEDGER_ENTRY_H
#define LEDGER_ENTRY_H
#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "wire/json.h"

enum {
	ENTRY_MAX = 16384,
	ENTRY_CARRY_MAX = 65535,
	ENTRY_BLOBS_MAX = 64,
	ENTRY_PARTIES_MAX = 16
};

enum entry_state { ENTRY_VALID, ENTRY_VOID, ENTRY_UNKNOWN };

enum entry_type {
	ENTRY_OTHER,
	ENTRY_CHARTER,
	ENTRY_SEEN,
	ENTRY_RECORD_PUT,
	ENTRY_RECORD_END,
	ENTRY_ACT_PROPOSE,
	ENTRY_ACT_ACCEPT,
	ENTRY_ACT_DECLINE,
	ENTRY_ACT_NOTE,
	ENTRY_SEALED_OPEN,
	ENTRY_SEALED_ERASE,
	ENTRY_KEY_ROLL,
	ENTRY_ALERT_FORK,
	ENTRY_LEDGER_CLOSE,
	ENTRY_TYPE_COUNT
};
extern const char *const entry_type_names[ENTRY_TYPE_COUNT]; /* "record.put" … ; [0] is "" */

struct entry {
	enum entry_state state;
	const char *reason; /* ENTRY_VOID: the word of LEDGER.md 3.3 ("json", "party", …) */
	bool time_back;     /* flag: earlier than the largest time before it */
	enum entry_type type;
	struct str type_text, time_text, actor;
	uint64_t n;
	int64_t time;
	const struct json *doc, *body, *blobs, *sealed; /* NULL when absent */
	/* record.put and record.end */
	struct str kind, id;
	bool has_prev;
	uint64_t prev;
	/* act.* */
	struct hash act;
	struct str parties[ENTRY_PARTIES_MAX];
	size_t party_count;
	/* entry_of_proposal: what the act's document puts, of the record `kind` and `id`. */
	const struct json *puts;
};

/* `[a-z][a-z0-9-]{1,15}`: the code of a party, the name of a ledger (LEDGER.md 3.3, 4.1). */
bool party_code_valid(struct str code);
/* `[a-z][a-z0-9_.-]{0,31}`: the kind of a record (LEDGER.md 3.4). */
bool record_kind_valid(struct str kind);

/*
 * Read entry `n` of `party`'s ledger.  Never fails: what cannot be read is void, with the
 * reason; in the body of a known type that is the name of the member that is wrong.
 * `prev_time` is the largest time of the entries before it that are not void (INT64_MIN at
 * the start).  Looks at these bytes alone: whether a `seen` or a `key.roll` holds against
 * keys and other ledgers is for who has those (LEDGER.md 4.3, 5.4).
 * Everything borrows from `bytes` and the arena, which it takes at most 2 MiB of.
 */
void entry_read(struct arena *a, struct str bytes, struct str party, uint64_t n,
		int64_t prev_time, struct entry *out);

/*
 * Whether an entry could be of one of `types` (bits 1 << ENTRY_…, of names with a point in
 * them): false only when it is not.  Writers escape nothing needlessly; whoever does may say
 * anything.  Costs a small part of reading the entry.
 */
bool entry_may_be(struct str bytes, unsigned types);

/* What a writer gives; `body` is JSON already, `blobs` and `sealed` JSON arrays or empty. */
struct entry_draft {
	struct str party, type, body, blobs, sealed, actor;
	uint64_t n;
	int64_t time;
	struct str time_text; /* the same, from who has it; empty: it is made */
};
/* The bytes as they will stand for ever: members in the order of LEDGER.md 3.3, no white space.
 */
void entry_write(struct buf *out, const struct entry_draft *d);

/*
 * What entry_read makes of such a draft, without reading it, where it is a record.put of the
 * first version of a record, without attachments or sealed parts: `data`, whose `raw` stands in
 * the body, was parsed already.  False when it must be read.  Borrows from the draft's texts,
 * `kind`, `id`, `data` and the arena; has no `doc`.
 */
bool entry_of_first(struct arena *a, const struct entry_draft *d, struct str kind,
		    struct str id, const struct json *data, struct entry *out);

/*
 * The same where the draft is an act.propose whose one attachment is the document `act`, of
 * `size` bytes and named as PROPOSAL_NAME: in the open, of this register and these parties,
 * it puts the first version of one record and does nothing else.  Its body has no members.
 */
#define PROPOSAL_MEDIA "application/json"
#define PROPOSAL_NAME  "act.json"
struct entry_proposal {
	struct hash act;
	int64_t size;
	const struct str *parties;
	size_t party_count;
	struct str kind, id;
	const struct json *data;
};
bool entry_of_proposal(struct arena *a, const struct entry_draft *d,
		       const struct entry_proposal *p, struct entry *out);

/* --- sealed bodies (LEDGER.md 12.1) --- */
/* Whether `body` is JSON whose first member is a salt as it must be, and hashes to `c`. */
bool commitment_opens(struct str body, const struct hash *c);

#endif
