/*
 * Pouches and tables that were sent to a page and not opened yet: each lies in a file without a
 * name until it is opened, another takes its place, or the server stops.
 */
#ifndef WEB_POUCH_SHELF_H
#define WEB_POUCH_SHELF_H
#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

struct pouch_shelf;
struct pouch_shelf *shelf_new(void);
void shelf_free(struct pouch_shelf *s); /* NULL is harmless */
/* Any thread.  `name` is the hash of the bytes; the same again by the same account is kept
 * once. */
bool shelf_put(struct pouch_shelf *s, struct str account, struct str bytes, struct hash *name,
	       struct err *err) MUST_USE;
/* A path to read it by, good until shelf_close(*fd); ERR_MISSING. */
bool shelf_open(struct pouch_shelf *s, struct arena *a, struct str account,
		const struct hash *name, const char **path, int *fd, struct err *err) MUST_USE;
void shelf_close(int fd);

#endif
