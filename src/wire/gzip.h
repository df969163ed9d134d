/* gzip (RFC 1952) of a whole text, over zlib. */
#ifndef WIRE_GZIP_H
#define WIRE_GZIP_H
#include "base/arena.h"

struct str gzip_pack(struct arena *a, struct str in);

#endif
