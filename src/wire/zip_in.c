#include "wire/zip_in.h"

#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

enum {
	END_SIZE = 22,
	END_SEARCH = END_SIZE + 0xffff,
	ENTRY_SIZE = 46,
	LOCAL_SIZE = 30,
	STORED = 0,
	DEFLATED = 8,
	BARE_DEFLATE = -15,
	ENCRYPTED = 1,
	PIECE = 64 << 10
};

static uint32_t number(struct str s, size_t at, unsigned bytes)
{
	uint32_t v = 0;

	for (unsigned i = bytes; i > 0; i--)
		v = v << 8 | (unsigned char)s.p[at + i - 1];
	return v;
}

static bool hurt(struct err *err)
{
	return err_set(
		err, ERR_INPUT, NULL,
		N_("The file is damaged: it is no whole archive. Save or copy it again."));
}

/* --- directory --- */

static bool find_end(struct str bytes, size_t *at)
{
	size_t least = bytes.n > END_SEARCH ? bytes.n - END_SEARCH : 0;

	for (size_t i = bytes.n < END_SIZE ? 0 : bytes.n - END_SIZE + 1; i > least; i--)
		if (str_starts(str_from(bytes, i - 1), S("PK\5\6"))) {
			*at = i - 1;
			return true;
		}
	return false;
}

/* What stands before a member is of a length of its own. */
static bool place_member(struct str bytes, size_t from, size_t packed, struct zip_in_member *m)
{
	size_t start;

	if (from > bytes.n || bytes.n - from < LOCAL_SIZE ||
	    !str_starts(str_from(bytes, from), S("PK\3\4")))
		return false;
	start = from + LOCAL_SIZE + number(bytes, from + 26, 2) + number(bytes, from + 28, 2);
	if (start > bytes.n || packed > bytes.n - start)
		return false;
	m->packed = str_cut(str_from(bytes, start), packed);
	return true;
}

/* One entry of the directory off its front. */
static bool read_entry(struct str bytes, struct str *rest, struct zip_in_member *m,
		       struct err *err)
{
	size_t name, extra, note;

	if (rest->n < ENTRY_SIZE || !str_starts(*rest, S("PK\1\2")))
		return hurt(err);
	name = number(*rest, 28, 2);
	extra = number(*rest, 30, 2);
	note = number(*rest, 32, 2);
	if (rest->n - ENTRY_SIZE < name + extra + note)
		return hurt(err);
	if (number(*rest, 8, 2) & ENCRYPTED)
		return err_set(
			err, ERR_INPUT, NULL,
			N_("The file is protected with a password. Save it without one."));
	*m = (struct zip_in_member){ .name = str_cut(str_from(*rest, ENTRY_SIZE), name),
				     .size = number(*rest, 24, 4),
				     .sum = number(*rest, 16, 4),
				     .method = number(*rest, 10, 2) };
	if (!place_member(bytes, number(*rest, 42, 4), number(*rest, 20, 4), m))
		return hurt(err);
	*rest = str_from(*rest, ENTRY_SIZE + name + extra + note);
	return true;
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
}

static bool same_name(struct str x, struct str y)
{
	size_t k = 0;

	while (k < x.n && k < y.n && lower(x.p[k]) == lower(y.p[k]))
		k++;
	return k == x.n && k == y.n;
}

static int by_name(const void *a, const void *b)
{
	const struct zip_in_member *const *x = a, *const *y = b;
	struct str p = (*x)->name, q = (*y)->name;

	for (size_t i = 0; i < p.n && i < q.n; i++)
		if (lower(p.p[i]) != lower(q.p[i]))
			return (unsigned char)lower(p.p[i]) - (unsigned char)lower(q.p[i]);
	return (p.n > q.n) - (p.n < q.n);
}

static bool names_differ(struct arena *a, const struct zip_in *z, struct err *err)
{
	const struct zip_in_member **sorted =
		arena_array(a, const struct zip_in_member *, z->n);

	for (size_t i = 0; i < z->n; i++)
		sorted[i] = &z->members[i];
	if (z->n)
		qsort(sorted, z->n, sizeof(*sorted), by_name);
	for (size_t i = 1; i < z->n; i++)
		if (same_name(sorted[i - 1]->name, sorted[i]->name))
			return err_set(err, ERR_INPUT, NULL,
				       N_("The file is damaged: it holds two parts of one "
					  "name. Save it again with your spreadsheet."));
	return true;
}

bool zip_in_open(struct arena *a, struct str bytes, struct zip_in *out, struct err *err)
{
	struct str rest;
	size_t end;

	if (!find_end(bytes, &end) || number(bytes, end + 16, 4) > end)
		return hurt(err);
	out->n = number(bytes, end + 10, 2);
	if (out->n > ZIP_MEMBERS_MAX)
		return err_set(err, ERR_INPUT, NULL,
			       N_("The archive has more than %1 members."),
			       err_num(ZIP_MEMBERS_MAX));
	out->members = arena_array(a, struct zip_in_member, out->n);
	rest = str_from(str_cut(bytes, end), number(bytes, end + 16, 4));
	for (size_t i = 0; i < out->n; i++)
		if (!read_entry(bytes, &rest, &out->members[i], err))
			return false;
	return names_differ(a, out, err);
}

const struct zip_in_member *zip_in_find(const struct zip_in *z, struct str name)
{
	for (size_t i = 0; i < z->n; i++)
		if (same_name(z->members[i].name, name))
			return &z->members[i];
	return NULL;
}

/* --- unpacking --- */

struct zip_in_stream {
	const struct zip_in_member *m;
	z_stream z;
	struct str rest;
	uint64_t given, max;
	uLong sum;
	bool ended;
	unsigned char piece[PIECE];
};

struct zip_in_stream *zip_in_begin(const struct zip_in_member *m, uint64_t max)
{
	struct zip_in_stream *s = calloc(1, sizeof(*s));

	if (!s || inflateInit2(&s->z, BARE_DEFLATE) != Z_OK)
		abort();
	s->m = m;
	s->rest = m->packed;
	s->max = max;
	s->sum = crc32(0, NULL, 0);
	return s;
}

void zip_in_end(struct zip_in_stream *s)
{
	if (!s)
		return;
	inflateEnd(&s->z);
	free(s);
}

static bool unpack(struct zip_in_stream *s, size_t *n)
{
	uInt had = s->rest.n < PIECE ? (uInt)s->rest.n : PIECE;
	int said;

	s->z.next_in = (const Bytef *)s->rest.p;
	s->z.avail_in = had;
	s->z.next_out = s->piece;
	s->z.avail_out = PIECE;
	said = inflate(&s->z, Z_NO_FLUSH);
	*n = PIECE - s->z.avail_out;
	s->rest = str_from(s->rest, had - s->z.avail_in);
	s->ended = said == Z_STREAM_END;
	/* without a step forward there is none to come */
	return said == Z_STREAM_END || (said == Z_OK && (*n || had > s->z.avail_in));
}

static bool bounded(const struct zip_in_stream *s, struct err *err)
{
	if (s->given > ZIP_RATIO_FROM && s->given / ZIP_RATIO_MAX > s->m->packed.n)
		return err_set(
			err, ERR_INPUT, NULL,
			N_("The file unpacks to more than %1 times its size: it is not a "
			   "table that somebody keeps."),
			err_num(ZIP_RATIO_MAX));
	return s->given <= s->max ||
	       err_set(err, ERR_INPUT, NULL,
		       N_("A part of the file is larger than %1 MB when unpacked. Divide it."),
		       err_num(s->max >> 20));
}

static bool take_stored(struct zip_in_stream *s, struct str *piece)
{
	*piece = str_cut(s->rest, PIECE);
	s->rest = str_from(s->rest, piece->n);
	s->ended = !s->rest.n;
	return s->m->method == STORED;
}

bool zip_in_next(struct zip_in_stream *s, struct str *piece, struct err *err)
{
	size_t n = 0;

	*piece = S("");
	while (!s->ended && !n) {
		if (s->m->method == DEFLATED ? !unpack(s, &n) : !take_stored(s, piece))
			return hurt(err);
		if (s->m->method == DEFLATED)
			*piece = str_of(s->piece, n);
		n = piece->n;
		s->given += n;
		s->sum = crc32(s->sum, (const Bytef *)piece->p, (uInt)n);
		if (!bounded(s, err))
			return false;
	}
	return n || (s->sum == s->m->sum && (uint32_t)s->given == s->m->size) || hurt(err);
}
