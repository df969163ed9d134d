#include "wire/zip.h"

#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

/* A negative window asks for bare deflate, without zlib's own frame. */
enum { LEVEL = 6, BARE_WINDOW = -15, MEMORY = 8, PIECE = 64 << 10, DIRECTORY_MAX = 1 << 20 };
enum { VERSION = 20, FLAGS = 1 << 3 | 1 << 11, DEFLATED = 8, DAY_ONE = 1 << 5 | 1 };
#define ARCHIVE_MAX UINT64_C(0xfffffffe)

struct zip_out {
	const struct byte_sink *to;
	z_stream z;
	bool open;       /* a member is being written */
	uint64_t at;     /* bytes given to the sink */
	uint64_t begins; /* where the open member begins */
	uint64_t packed, size;
	uLong crc;
	char held[256]; /* its name */
	unsigned members;
	struct buf directory;
};

/* Little-endian. */
static void put_number(struct buf *b, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		buf_ch(b, (char)(v >> (8 * i) & 0xff));
}

static bool emit(struct zip_out *z, struct str bytes, struct err *err)
{
	z->at += bytes.n;
	if (z->at > ARCHIVE_MAX || z->size > ARCHIVE_MAX)
		return err_set(err, ERR_INPUT, NULL,
			       N_("This would be too large for a spreadsheet file. Take CSV or "
				  "JSON Lines, which have no bound."));
	return z->to->write(z->to->ctx, bytes, err);
}

static bool emit_buf(struct zip_out *z, struct buf *b, struct err *err)
{
	bool ok = emit(z, buf_str(b), err);

	buf_done(b);
	return ok;
}

struct zip_out *zip_begin(const struct byte_sink *to)
{
	struct zip_out *z = calloc(1, sizeof(*z));

	if (!z || deflateInit2(&z->z, LEVEL, Z_DEFLATED, BARE_WINDOW, MEMORY,
			       Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	z->to = to;
	buf_init(&z->directory, DIRECTORY_MAX);
	return z;
}

void zip_end(struct zip_out *z)
{
	if (!z)
		return;
	deflateEnd(&z->z);
	buf_done(&z->directory);
	free(z);
}

static bool pack(struct zip_out *z, struct str bytes, int flush, struct err *err)
{
	unsigned char out[PIECE];

	z->z.next_in = (const Bytef *)bytes.p;
	z->z.avail_in = (uInt)bytes.n;
	do {
		size_t n;

		z->z.next_out = out;
		z->z.avail_out = PIECE;
		if (deflate(&z->z, flush) == Z_STREAM_ERROR)
			abort();
		n = PIECE - z->z.avail_out;
		z->packed += n;
		if (n > 0 && !emit(z, str_of(out, n), err))
			return false;
	} while (z->z.avail_out == 0);
	return true;
}

static void put_sizes(struct buf *b, const struct zip_out *z)
{
	put_number(b, z->crc, 4);
	put_number(b, z->packed, 4);
	put_number(b, z->size, 4);
}

/* What a member's header and its line in the directory share. */
static void put_how(struct buf *b)
{
	put_number(b, VERSION, 2);
	put_number(b, FLAGS, 2);
	put_number(b, DEFLATED, 2);
	put_number(b, 0, 2);
	put_number(b, DAY_ONE, 2);
}

static void list_member(struct zip_out *z)
{
	struct buf *b = &z->directory;
	struct str name = str_z(z->held);

	buf_lit(b, "PK\1\2");
	put_number(b, VERSION, 2);
	put_how(b);
	put_sizes(b, z);
	put_number(b, name.n, 2);
	buf_zero(b, 12); /* extra, comment, disk, attributes */
	put_number(b, z->begins, 4);
	buf_add(b, name);
	z->members++;
}

static bool close_member(struct zip_out *z, struct err *err)
{
	struct buf b;

	if (!z->open)
		return true;
	z->open = false;
	if (!pack(z, S(""), Z_FINISH, err))
		return false;
	deflateReset(&z->z);
	list_member(z);
	buf_init(&b, 64);
	buf_lit(&b, "PK\7\10");
	put_sizes(&b, z);
	return emit_buf(z, &b, err);
}

bool zip_member(struct zip_out *z, const char *name, struct err *err)
{
	struct str path = str_cut(str_z(name), sizeof(z->held) - 1);
	struct buf b;

	if (!close_member(z, err))
		return false;
	for (size_t i = 0; i < path.n; i++)
		z->held[i] = path.p[i];
	z->held[path.n] = '\0';
	z->begins = z->at;
	z->packed = z->size = 0;
	z->crc = crc32(0, NULL, 0);
	z->open = true;
	buf_init(&b, 64 + sizeof(z->held));
	buf_lit(&b, "PK\3\4");
	put_how(&b);
	buf_zero(&b, 12); /* sum and sizes follow the member */
	put_number(&b, path.n, 2);
	put_number(&b, 0, 2);
	buf_add(&b, path);
	return emit_buf(z, &b, err);
}

bool zip_put(struct zip_out *z, struct str bytes, struct err *err)
{
	while (bytes.n > 0) {
		struct str piece = str_cut(bytes, 1 << 30);

		z->crc = crc32(z->crc, (const Bytef *)piece.p, (uInt)piece.n);
		z->size += piece.n;
		if (!pack(z, piece, Z_NO_FLUSH, err))
			return false;
		bytes = str_from(bytes, piece.n);
	}
	return true;
}

bool zip_finish(struct zip_out *z, struct err *err)
{
	uint64_t begins;
	struct buf b;

	if (!close_member(z, err))
		return false;
	begins = z->at;
	if (!emit(z, buf_str(&z->directory), err))
		return false;
	buf_init(&b, 64);
	buf_lit(&b, "PK\5\6");
	put_number(&b, 0, 4);
	put_number(&b, z->members, 2);
	put_number(&b, z->members, 2);
	put_number(&b, z->directory.n, 4);
	put_number(&b, begins, 4);
	put_number(&b, 0, 2);
	return emit_buf(z, &b, err);
}
