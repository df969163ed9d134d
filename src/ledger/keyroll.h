/*
 * Key rolls (LEDGER.md 4.3): a statement, signed by a quorum of the recovery keys, that
 * puts a new key in the place of the one in force.
 */
#ifndef LEDGER_KEYROLL_H
#define LEDGER_KEYROLL_H
#include "ledger/charter.h"
#include "ledger/note.h"

struct entry;

enum key_role { ROLE_LOG, ROLE_WITNESS, ROLE_SEAL, ROLE_RECOVERY, ROLE_COUNT };
extern const char *const key_role_names[ROLE_COUNT]; /* "log", "witness", "seal", "recovery" */

/* What a statement says, in the order of its lines. */
struct key_statement {
	struct hash register_id;
	struct str origin;
	enum key_role role;
	struct str old_key, new_key; /* vkeys, or age recipients of a seal */
	uint64_t index;              /* of the entry that carries it */
};
/* The text, to which signature lines are added (note_line). */
void key_statement_write(struct buf *out, const struct key_statement *s);
/* Exactly these lines; whether they are true is keyroll_check's.  Borrows from `text`. */
bool key_statement_read(struct str text, struct key_statement *out, struct err *err) MUST_USE;
/* The same of a file: a signed note, or the bare text before anybody signed. */
bool key_statement_open(struct str bytes, struct key_statement *out, struct err *err) MUST_USE;
/*
 * Add the key's line to what was signed so far.  Needs no node.  Refuses a key that has no
 * voice (neither a recovery key of the ledger by its name, nor the new key) and one that has
 * signed already.
 */
bool key_statement_sign(struct str bytes, const struct skey *key, struct buf *out,
			struct err *err) MUST_USE;
/* Copies that were signed apart, as one note with every line once. */
bool key_statement_join(const struct str *bytes, size_t n, struct buf *out,
			struct err *err) MUST_USE;

struct keyroll {
	enum key_role role;
	struct str old_key, new_key; /* as the statement writes them */
	struct vkey key;             /* the new one; not for a seal */
	unsigned place;              /* ROLE_RECOVERY: which of the three */
};

/*
 * Whether `statement` (a signed note), as entry `index` of the ledger whose keys in force
 * are `now`, is valid.  The old online key counts for nothing.  Borrows from `statement`.
 */
bool keyroll_check(struct str statement, const struct charter_ledger *now,
		   const struct hash *register_id, uint64_t index, struct keyroll *out,
		   struct err *err) MUST_USE;
/* The keys in force after a valid roll. */
void keyroll_apply(struct charter_ledger *now, const struct keyroll *roll);

/*
 * Who walks over a ledger's entries from 0 on and follows its keys: a verifier that holds
 * only the charter, an import (LEDGER.md 4.3).  `now` is the charter's ledger at first.
 */
struct key_walk {
	struct arena *keep;         /* for new keys */
	const struct hash *charter; /* register id */
	struct charter_ledger now;  /* the keys in force for a size above the last entry */
	struct vkey former;         /* the log key before the last roll of it */
	uint64_t rolled;            /* sizes above this one want now.log; 0: never rolled */
	bool closed;                /* by ledger.close: nothing after it has effect */
};
/* The next entry, as entry_read gives it; *rolled: it replaced a key. */
void key_walk_entry(struct key_walk *w, const struct entry *e, bool *rolled);
/* The same from the bytes of entry n; `scratch` is emptied. */
void key_walk_bytes(struct key_walk *w, struct arena *scratch, struct str bytes, uint64_t n);
/*
 * A checkpoint under the keys after all entries below its size.  One that only a log key
 * that has been replaced signed is refused with the field "old-key".
 */
bool key_walk_head(const struct key_walk *w, struct str note, struct checkpoint *out,
		   struct err *err) MUST_USE;

#endif
