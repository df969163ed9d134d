/*
 * A ZIP archive (PKWARE APPNOTE 6.3) read by its directory, from bytes that are at hand: stored
 * and deflated members, without encryption, below 4 GiB.  A member that unpacks to much more
 * than it is (a bomb), or to more than the caller takes, is refused before it fills anything.
 */
#ifndef WIRE_ZIP_IN_H
#define WIRE_ZIP_IN_H
#include "base/arena.h"
#include "base/err.h"

enum {
	ZIP_MEMBERS_MAX = 4096,
	ZIP_RATIO_MAX = 250, /* of a member that unpacks to more than … */
	ZIP_RATIO_FROM = 16 << 20
};

struct zip_in_member {
	struct str name, packed; /* borrow from the archive */
	uint32_t size, sum;
	unsigned method;
};
struct zip_in {
	struct zip_in_member *members; /* in the arena */
	size_t n;
};
/* ERR_INPUT in words when the bytes are no archive, or one that is hurt, or has two members of
 * one name: what one program reads would not be what another does. */
bool zip_in_open(struct arena *a, struct str bytes, struct zip_in *out,
		 struct err *err) MUST_USE;
/* NULL when there is none of that name, letters large or small. */
const struct zip_in_member *zip_in_find(const struct zip_in *z, struct str name);

/* A member as it unpacks, piece by piece. */
struct zip_in_stream;
struct zip_in_stream *zip_in_begin(const struct zip_in_member *m, uint64_t max);
void zip_in_end(struct zip_in_stream *s); /* NULL is harmless */
/* The next piece, which lives until the next call; empty at the end, whose size and checksum
 * were right. */
bool zip_in_next(struct zip_in_stream *s, struct str *piece, struct err *err) MUST_USE;

#endif
