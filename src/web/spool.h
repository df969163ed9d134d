/*
 * An answer that may be long, written into a file without a name on the way: the memory it
 * takes does not grow with it.
 */
#ifndef WEB_SPOOL_H
#define WEB_SPOOL_H
#include "web/server.h"
#include "wire/zip.h"

struct spool {
	int fd;
	uint64_t size;
	struct hash_stream *hash;
};
/* Both are ended by spool_answer or spool_drop. */
bool spool_open(struct spool *s, struct err *err) MUST_USE;
/* A byte_sink's; ctx: the spool. */
bool spool_write(void *ctx, struct str bytes, struct err *err) MUST_USE;
void spool_drop(struct spool *s);
/* The file is the answer to the visit; *hash is that of its bytes. */
void spool_answer(struct spool *s, struct visit *v, struct hash *hash);
/* The hash as the answer's tag. */
void spool_tag(struct visit *v, const struct hash *hash);

#endif
