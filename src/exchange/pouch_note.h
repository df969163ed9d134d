/*
 * The manifest of a pouch (LEDGER.md 9): who sends what to whom, in which order, and the hash
 * of all of it.  Text of a signed note; the signature is the reader's to judge.
 */
#ifndef EXCHANGE_POUCH_NOTE_H
#define EXCHANGE_POUCH_NOTE_H
#include "ledger/charter.h"

/* Entries [base, size) of a ledger are carried, under this root at `size`. */
struct pouch_line {
	struct str name;
	uint64_t base, size;
	struct hash root;
};
struct pouch_have {
	struct str name;
	uint64_t size;
};
struct pouch_note {
	struct hash reg;
	struct str from, to; /* to: a party, or "*" */
	uint64_t serial;
	struct str made;
	struct pouch_line ledgers[CHARTER_LEDGERS_MAX]; /* by name */
	size_t ledger_count;
	struct pouch_have have[CHARTER_LEDGERS_MAX]; /* by name: what the sender holds */
	size_t have_count;
	uint64_t members, bytes; /* after the manifest */
	struct hash digest;
};

void pouch_note_write(struct buf *out, const struct pouch_note *m);
/* Strict: writing what was read gives the same text.  Borrows from it. */
bool pouch_note_parse(struct str text, struct pouch_note *out, struct err *err) MUST_USE;
/* The size a manifest's sender says it holds of a ledger; 0 when it does not say. */
uint64_t pouch_note_have(const struct pouch_note *m, struct str ledger);

#endif
