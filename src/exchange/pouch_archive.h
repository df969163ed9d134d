/*
 * The archive of a pouch, byte by byte: register/ustar.h's closed profile as a stream, read and
 * written with one member in memory, and the running count, length and digest that the manifest
 * states of the members after it (LEDGER.md 9).
 */
#ifndef EXCHANGE_POUCH_ARCHIVE_H
#define EXCHANGE_POUCH_ARCHIVE_H
#include "exchange/pouch.h"
#include "register/ustar.h"

/* SHA-256 over, per member: name || 0x00 || u64be(length) || SHA-256(content). */
struct pouch_sum {
	struct hash_stream *digest;
	uint64_t members, bytes;
};
void pouch_sum_begin(struct pouch_sum *s);
void pouch_sum_add(struct pouch_sum *s, struct str name, uint64_t size,
		   const struct hash *content);
struct hash pouch_sum_end(struct pouch_sum *s); /* frees it; once */

/* --- reading --- */
struct pouch_in {
	const struct pouch_source *from;
	struct str name; /* of the member at hand */
	uint64_t size;   /* of its content */
	bool end;        /* after the last member, and the file ended as it must */
	unsigned char block[USTAR_BLOCK];
};
/* The next member's header, or the end; the content of the one before must have been read. */
bool pouch_in_next(struct pouch_in *in, struct err *err) MUST_USE;
/*
 * The content of the member at hand and its padding, into `out`, cleared first; refused when it
 * is larger than out->max.
 */
bool pouch_in_read(struct pouch_in *in, struct buf *out, struct err *err) MUST_USE;

/* --- writing --- */
bool pouch_out_begin(const struct pouch_sink *to, struct str name, uint64_t size,
		     struct err *err) MUST_USE;
bool pouch_out_pad(const struct pouch_sink *to, uint64_t size, struct err *err) MUST_USE;
bool pouch_out_end(const struct pouch_sink *to, struct err *err) MUST_USE;

#endif
