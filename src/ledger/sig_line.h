/*
 * One signature line of a signed note: `— <name> <base64 of key ID and signature>`.
 * Shared by the log signatures (note.c) and the cosignatures (cosig.c).
 */
#ifndef LEDGER_SIG_LINE_H
#define LEDGER_SIG_LINE_H
#include "ledger/note.h"

struct sig_line {
	struct str name, payload; /* payload: base64, known to be canonical */
};

/* Canonical base64 of at least `least` bytes; looked at piece by piece, so it needs no room. */
bool base64_valid(struct str b64, size_t least);
/* Take the next line off `*lines`; false at the end or where a line is malformed. */
bool sig_line_next(struct str *lines, struct sig_line *out) MUST_USE;
/* Whether the line bears this key's name and ID. */
bool sig_line_is(const struct sig_line *line, const struct vkey *key);
/* The key of `type` among `known` that the line names, or NULL. */
const struct vkey *sig_line_key(const struct sig_line *line, enum key_type type,
				const struct vkey *known, size_t n);
/* Whether no line before `line` in the note is of `key` (a second one is ignored). */
bool sig_line_first(const struct note *note, const struct sig_line *line,
		    const struct vkey *key);
/* Whether a line of the note is of `key`; after note_open with it that line verifies. */
bool note_bears(const struct note *note, const struct vkey *key);
/* `signature`: what follows the key ID, at most 72 bytes. */
void sig_line_write(struct buf *out, const struct vkey *key, struct str signature);

#endif
