/*
 * The file in which records wait: written from front to back, then read once the same way.  It
 * has no name and goes as it is read, at the latest with the process.  Private to incoming.c.
 */
#ifndef EXCHANGE_INCOMING_ASIDE_H
#define EXCHANGE_INCOMING_ASIDE_H
#include "base/err.h"
#include "base/str.h"

#include <sys/types.h>

struct aside {
	int fd;            /* -1 until something waits */
	struct buf room;   /* what is not written yet, or was read last */
	size_t at;         /* how much of that was given out */
	off_t read, spent; /* from the file; of that, given back to the disk */
};

void aside_init(struct aside *f);
void aside_done(struct aside *f);
/* What comes next in the file. */
bool aside_put(struct aside *f, struct str head, struct str text, struct err *err) MUST_USE;
/* All is in: from here on it is read, from the start. */
bool aside_turn(struct aside *f, struct err *err) MUST_USE;
/* The next `n` bytes, which stand until the next call. */
bool aside_get(struct aside *f, size_t n, struct str *out, struct err *err) MUST_USE;

#endif
