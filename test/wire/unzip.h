/* A ZIP archive read back by its directory, with another hand than the writer's. */
#ifndef TEST_WIRE_UNZIP_H
#define TEST_WIRE_UNZIP_H
#include "check.h"

#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

static inline uint32_t zip_number(struct str s, size_t at, unsigned bytes)
{
	uint32_t v = 0;

	assert_true(at + bytes <= s.n);
	for (unsigned i = bytes; i > 0; i--)
		v = v << 8 | (unsigned char)s.p[at + i - 1];
	return v;
}

static inline struct str unpack(struct str packed, uint32_t size, uint32_t sum)
{
	z_stream z = { .next_in = (const Bytef *)packed.p, .avail_in = (uInt)packed.n };
	unsigned char *out = malloc(size + 1);

	assert_non_null(out);
	assert_int_equal(inflateInit2(&z, -15), Z_OK);
	z.next_out = out;
	z.avail_out = size + 1;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, size);
	assert_int_equal(z.avail_in, 0);
	assert_int_equal(crc32(0, out, size), sum);
	inflateEnd(&z);
	return str_of(out, size);
}

/* The member of this name, to be freed by p; p NULL when there is none. */
static inline struct str unzip(struct str zip, const char *name)
{
	size_t end = zip.n - 22, at;
	unsigned n;

	assert_true(str_starts(str_from(zip, end), S("PK\5\6")));
	n = zip_number(zip, end + 10, 2);
	at = zip_number(zip, end + 16, 4);
	assert_int_equal(at + zip_number(zip, end + 12, 4), end);
	for (unsigned i = 0; i < n; i++) {
		uint32_t length = zip_number(zip, at + 28, 2),
			 from = zip_number(zip, at + 42, 4);
		struct str own = str_cut(str_from(zip, at + 46), length);

		assert_true(str_starts(str_from(zip, at), S("PK\1\2")));
		assert_true(str_starts(str_from(zip, from), S("PK\3\4")));
		assert_true(str_eq(str_cut(str_from(zip, from + 30), length), own));
		if (str_is(own, name))
			return unpack(str_cut(str_from(zip, from + 30 + length),
					      zip_number(zip, at + 20, 4)),
				      zip_number(zip, at + 24, 4), zip_number(zip, at + 16, 4));
		at += 46 + length;
	}
	return (struct str){ 0 };
}

#endif
