/* C2SP signed-note with the points LEDGER.md 2.3 fixes, checkpoints and cosignatures on it. */
#ifndef LEDGER_NOTE_H
#define LEDGER_NOTE_H
#include "ledger/key.h"

enum { NOTE_MAX = 64 << 10, NOTE_LINES_MAX = 100 };

struct note {
	struct str text;  /* with its final newline, without the blank line */
	struct str lines; /* the signature lines, verbatim */
};

/* Shape only, no key looked at. */
bool note_parse(struct str bytes, struct note *out, struct err *err) MUST_USE;
/*
 * Parse, and verify the lines of the known keys: every line of a known log key
 * (type 0x01) must verify and at least one must stand; `*verified` counts them.
 * Cosignature lines (0x04) are left to cosig_*.
 */
bool note_open(struct str bytes, const struct vkey *known, size_t n, struct note *out,
	       unsigned *verified, struct err *err) MUST_USE;
/* Append `text` (ending in a newline), a blank line and the key's signature line. */
void note_sign(struct buf *out, struct str text, const struct skey *key);
/* One signature line over `text`, to stand after others. */
void note_line(struct buf *out, struct str text, const struct skey *key);

/* --- checkpoints: `<origin>\n<size>\n<b64 root>\n` (LEDGER.md 5.1) --- */
struct checkpoint {
	struct str origin;
	uint64_t size;
	struct hash root;
};
bool checkpoint_parse(struct str text, struct checkpoint *out, struct err *err) MUST_USE;
void checkpoint_write(struct buf *out, const struct checkpoint *c);
/* note_open, then the checkpoint of `origin`, signed by a log key of that name. */
bool checkpoint_open(struct str bytes, struct str origin, const struct vkey *known, size_t n,
		     struct checkpoint *out, struct err *err) MUST_USE;

/* --- cosignature/v1 (C2SP tlog-cosignature): time and signature over the checkpoint text ---
 */
struct cosig {
	const struct vkey *witness;
	uint64_t time; /* POSIX seconds; 0 is false */
};
/*
 * Which of `witnesses` cosigned the note.  A false line of a known witness refuses
 * the whole note.  Fills at most `n` cosigs; `*found` is how many.
 */
bool cosig_check(struct str bytes, const struct vkey *witnesses, size_t n, struct cosig *out,
		 size_t *found, struct err *err) MUST_USE;
/* The cosignature line of `key` (type 0x04) over a checkpoint's text. */
void cosig_line(struct buf *out, struct str text, uint64_t time, const struct skey *key);

#endif
