/*
 * Amendments of the charter (LEDGER.md 4.1, 4.5; docs/decisions/0020): a whole charter that is
 * also an act document, and says which charter it amends.
 *
 *	charter  names, parties that come in, witnesses, addresses …
 *	succession  besides: closes a ledger at a size and root all agree on; its party goes on
 *	            in a new ledger, with new keys, or leaves
 *
 * A ledger keeps its name, origin and keys (rolls apart) for its life; who needs others gets a
 * new ledger.  A party whose ledger the act leaves open speaks in it (section 8).  A party
 * whose ledger it closes, or that comes in, has no ledger to speak in and signs a *word*: a
 * note that the others' proposals and acceptances carry.
 */
#ifndef LEDGER_AMEND_H
#define LEDGER_AMEND_H
#include "ledger/charter.h"
#include "ledger/note.h"

/*
 * Whether `next` can follow `now`; the sentence says why not.  What it does not know: whether
 * anybody accepted it, and keys that were rolled.
 */
bool charter_follows(const struct charter *now, const struct charter *next,
		     struct err *err) MUST_USE;
/* The parties of `now` whose open ledgers `next` leaves open: they speak in them. */
size_t charter_speakers(const struct charter *now, const struct charter *next, struct str *out);

/* --- the word of a party that cannot speak in a ledger --- */

/* Text: benkan-charter/1, register, amends, charter, party; one line each. */
void charter_word_write(struct buf *out, const struct charter *next, struct str party);
/* The party a word is of; false when the note is no word about `next`.  Nobody's signature is
 * looked at. */
bool charter_word_party(struct str note, const struct charter *next, struct str *party);
struct charter_word {
	bool by_new; /* the log key of the party's new ledger, or it gets none */
	bool by_old; /* the log key in force of the ledger that is closed, or a quorum of its
			recovery keys; or it had none */
};
/* `old` with its keys in force, NULL for a party that comes in. */
struct charter_word charter_word_check(struct str note, const struct charter_ledger *old,
				       const struct charter *next, struct str party);

/* --- drafting --- */

struct charter_close {
	struct str party;
	uint64_t size;
	struct hash root;
};
struct charter_draft {
	const struct json *set; /* members to put in the place of those in force; may be NULL */
	const struct str *keys; /* as `benkan init` prints them: a new party, or the successor
				   of one that is closed */
	size_t key_count;
	const struct charter_close *closes;
	size_t close_count;
	unsigned threshold; /* of new ledgers; 0: as their keys say */
	unsigned char nonce[16];
};
/* The amendment, checked by charter_follows.  An error's field names the member. */
bool charter_amend(struct arena *a, const struct charter *now, const struct charter_draft *d,
		   struct buf *out, struct err *err) MUST_USE;

/* --- what changes, in words --- */

/* A sentence with %1 the party's code (which a page may put as its name), %2, %3. */
struct charter_change {
	const char *sentence; /* to be translated */
	struct str party, a, b;
};
enum { CHARTER_CHANGES_MAX = 128 };
/* At most CHARTER_CHANGES_MAX, in the arena. */
size_t charter_changes(struct arena *a, const struct charter *now, const struct charter *next,
		       struct charter_change **out);

#endif
