/*
 * A ZIP archive (PKWARE APPNOTE 6.3, deflate) written from front to back: memory does not grow
 * with it, and the same content is the same bytes (every member is dated 1980-01-01).  Members
 * and the archive end below 4 GiB: what is larger is refused, not written wrongly.
 */
#ifndef WIRE_ZIP_H
#define WIRE_ZIP_H
#include "base/err.h"

/* Where finished bytes go, in order. */
struct byte_sink {
	bool (*write)(void *ctx, struct str bytes, struct err *err);
	void *ctx;
};

struct zip_out;
/* `to` outlives the archive. */
struct zip_out *zip_begin(const struct byte_sink *to);
void zip_end(struct zip_out *z); /* NULL is harmless; gives back its memory, writes nothing */
/* A new member; the one before is complete.  The name is a path with `/`. */
bool zip_member(struct zip_out *z, const char *name, struct err *err) MUST_USE;
bool zip_put(struct zip_out *z, struct str bytes, struct err *err) MUST_USE;
/* The last member and the directory. */
bool zip_finish(struct zip_out *z, struct err *err) MUST_USE;

#endif
