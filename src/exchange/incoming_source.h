/*
 * The file a record came from, as the record remembers it: written once for each file, around
 * the line that differs.  Private to incoming.c.
 */
#ifndef EXCHANGE_INCOMING_SOURCE_H
#define EXCHANGE_INCOMING_SOURCE_H
#include "base/arena.h"
#include "base/hash.h"

struct origin {
	struct str path, title;
	struct str before, after; /* what stands around the line in a record's sources */
	bool plain;               /* the model takes them as they are */
};

/* "sources":[{"title":"activities.xml, 120","says":"SHA-256 …"}]}, of no line yet. */
void source_name(struct arena *a, struct origin *file, const struct hash *sha256);
/* The data, an object that is closed by its last byte, with `mark` (members, each with a comma
 * after it) and its source before that. */
struct str with_source(struct arena *a, struct str data, struct str mark,
		       const struct origin *file, uint64_t line);

#endif
