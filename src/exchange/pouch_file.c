#include "exchange/pouch_file.h"

#include "wire/gzip_stream.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PARTS_MAX = 10000, PIECE = 64 << 10, PATH_ROOM = 4096 };

/* --- suffixes --- */

/*
 * Two letters at first; where the first would be z, another z goes before and a letter more
 * after: every suffix sorts after those before it.
 */
void pouch_part_suffix(struct buf *out, uint64_t i)
{
	uint64_t room = 25 * 26, tail = 26;

	while (i >= room) {
		i -= room;
		buf_ch(out, 'z');
		room *= 26;
		tail *= 26;
	}
	for (; tail > 0; tail /= 26)
		buf_ch(out, (char)('a' + i / tail % 26));
}

/* The place a suffix stands for; false when split(1) gives no such suffix. */
static bool suffix_read(struct str s, uint64_t *i)
{
	uint64_t before = 0, room = 25 * 26, v = 0;

	for (; s.n > 3 && s.p[0] == 'z'; s = str_from(s, 1), room *= 26)
		before += room;
	for (size_t k = 0; k < s.n; k++)
		v = v * 26 + (uint64_t)(s.p[k] - 'a');
	*i = before + v;
	return v < room && *i < PARTS_MAX;
}

/* Where ".aa" and the like begins in a name; its length when it has none. */
static size_t suffix_at(struct str name)
{
	struct str suffix;
	struct buf again;
	size_t at = name.n;
	uint64_t i;
	bool same;

	while (at > 0 && name.p[at - 1] >= 'a' && name.p[at - 1] <= 'z')
		at--;
	suffix = str_from(name, at);
	if (at == 0 || name.p[at - 1] != '.' || suffix.n < 2 || suffix.n > 8 ||
	    str_is(suffix, "gz") || !suffix_read(suffix, &i))
		return name.n;
	buf_init(&again, 16);
	pouch_part_suffix(&again, i);
	same = str_eq(buf_str(&again), suffix);
	buf_done(&again);
	return same ? at - 1 : name.n;
}

/* --- reading --- */

struct pouch_parts {
	const char **paths;
	size_t count, at;
	FILE *f; /* the part at hand */
	struct pouch_file *file;
	struct gzip_in *gzip; /* NULL: plain */
	bool begun, ended;
	struct str left; /* of `piece`, packed and not yet unpacked */
	char piece[PIECE];
};

static bool unread(const char *path, struct err *err)
{
	return err_set(err, ERR_UNREACHABLE, NULL, N_("%1 could not be read: %2."), path,
		       strerror(errno));
}

static struct str base_name(struct str path)
{
	struct str rest = path, name = path;

	while (str_split(&rest, '/', &name))
		continue;
	return name;
}

static int by_base_name(const void *a, const void *b)
{
	return str_cmp(base_name(str_z(*(const char *const *)a)),
		       base_name(str_z(*(const char *const *)b)));
}

/* Bytes of the file as they lie in its parts. */
static bool read_raw(struct pouch_parts *p, void *out, size_t max, size_t *n, struct err *err)
{
	for (*n = 0; *n == 0 && p->at < p->count;) {
		const char *path = p->paths[p->at];

		if (!p->f)
			p->f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
		if (!p->f)
			return unread(path, err);
		*n = fread(out, 1, max, p->f);
		if (*n == 0 && ferror(p->f))
			return unread(path, err);
		if (*n == 0) {
			if (p->f != stdin)
				(void)fclose(p->f);
			p->f = NULL;
			p->at++;
		}
	}
	p->file->done += *n;
	return true;
}

static bool fill(struct pouch_parts *p, struct err *err)
{
	size_t n;

	if (p->left.n)
		return true;
	if (!read_raw(p, p->piece, PIECE, &n, err))
		return false;
	p->left = str_of(p->piece, n);
	return true;
}

static bool unpack(struct pouch_parts *p, void *out, size_t max, size_t *n, struct err *err)
{
	bool good = true;

	for (*n = 0; good && *n == 0 && !p->ended;) {
		if (!fill(p, err))
			return false;
		if (p->left.n == 0)
			return true; /* cut off: the pouch's own reader says so */
		good = gzip_in_step(p->gzip, &p->left, out, max, n, &p->ended);
	}
	if (good && p->ended && *n == 0) {
		if (!fill(p, err))
			return false;
		good = p->left.n == 0;
	}
	return good || err_set(err, ERR_INPUT, "file",
			       N_("The packed file (gzip) is damaged. Copy it again from where "
				  "it came."));
}

static bool read_parts(void *ctx, void *out, size_t max, size_t *n, struct err *err)
{
	struct pouch_parts *p = ctx;

	if (!p->begun) {
		p->begun = true;
		if (!fill(p, err))
			return false;
		if (str_starts(p->left, S("\x1f\x8b")))
			p->gzip = gzip_in_begin();
	}
	if (p->gzip)
		return unpack(p, out, max, n, err);
	if (!fill(p, err))
		return false;
	*n = p->left.n < max ? p->left.n : max;
	memcpy(out, p->left.p, *n);
	p->left = str_from(p->left, *n);
	return true;
}

/* --- which parts there are --- */

struct beside {
	struct arena *a;
	struct str folder, stem; /* stem: the name without its suffix */
	const char **paths;
	size_t count;
};

/* Every file of the folder that is a part of this stem. */
static bool look_beside(struct beside *b, struct err *err)
{
	DIR *d = opendir(b->folder.n ? arena_z(b->a, b->folder) : ".");
	struct dirent *e;

	if (!d)
		return unread(arena_z(b->a, b->folder), err);
	while ((e = readdir(d)) != NULL) {
		struct str name = str_z(e->d_name);
		size_t at = suffix_at(name);

		if (at < name.n && str_eq(str_cut(name, at), b->stem) && b->count < PARTS_MAX)
			b->paths[b->count++] = arena_z(b->a, arena_join(b->a, b->folder, name));
	}
	closedir(d);
	return true;
}

/* aa, ab, ac, …: the first that is not there is named. */
static bool check_row(struct arena *a, const char **paths, size_t n, struct err *err)
{
	struct str first = base_name(str_z(paths[0])), stem = str_cut(first, suffix_at(first));

	for (size_t i = 0; i < n; i++) {
		struct str want;
		struct buf b;

		buf_init(&b, PATH_ROOM);
		buf_add(&b, stem);
		buf_ch(&b, '.');
		pouch_part_suffix(&b, i);
		want = arena_buf(a, &b);
		if (!str_eq(base_name(str_z(paths[i])), want))
			return err_set(err, ERR_INPUT, "file",
				       N_("The part %1 is missing (after it comes %2): give "
					  "all parts of the pouch."),
				       err_arg(want), err_arg(base_name(str_z(paths[i]))));
	}
	return true;
}

static bool find_parts(struct arena *a, const char *const *given, size_t n,
		       struct pouch_parts *p, struct err *err)
{
	struct str path = str_z(given[0]), name = base_name(path);
	struct beside b = { .a = a,
			    .folder = str_cut(path, path.n - name.n),
			    .paths = arena_array(a, const char *, PARTS_MAX) };
	bool there = strcmp(given[0], "-") == 0 || access(given[0], F_OK) == 0;

	if (n > PARTS_MAX)
		return err_set(err, ERR_INPUT, "file", N_("These are more than 10000 parts."));
	memcpy(b.paths, given, n * sizeof(*given));
	b.count = n;
	b.stem = str_cut(name, suffix_at(name));
	if (n == 1 && (!there || b.stem.n < name.n)) {
		b.count = 0;
		if (!look_beside(&b, err))
			return false;
		if (b.count == 0) {
			errno = ENOENT;
			return unread(given[0], err);
		}
	}
	p->paths = b.paths;
	p->count = b.count;
	qsort(p->paths, p->count, sizeof(*p->paths), by_base_name);
	name = base_name(str_z(p->paths[0]));
	/* A file by itself may be called anything, x.ml too. */
	if (p->count == 1 && there &&
	    (suffix_at(name) == name.n ||
	     (!str_ends(b.stem, S(".pouch")) && !str_ends(b.stem, S(".pouch.gz")))))
		return true;
	return check_row(a, p->paths, p->count, err);
}

bool pouch_file_open(struct arena *a, const char *const *paths, size_t n,
		     struct pouch_file *out, struct err *err)
{
	struct pouch_parts *p = arena_new(a, struct pouch_parts);
	struct stat st;

	*out = (struct pouch_file){ .source = { read_parts, p }, .from = p };
	p->file = out;
	if (!find_parts(a, paths, n, p, err))
		return false;
	out->parts = p->count;
	for (size_t i = 0; i < p->count; i++) {
		if (strcmp(p->paths[i], "-") == 0)
			continue;
		if (stat(p->paths[i], &st) != 0)
			return unread(p->paths[i], err);
		out->bytes += (uint64_t)st.st_size;
	}
	return true;
}

void pouch_file_close(struct pouch_file *f)
{
	struct pouch_parts *p = f->from;

	if (!p)
		return;
	if (p->f && p->f != stdin)
		(void)fclose(p->f);
	gzip_in_end(p->gzip);
	f->from = NULL;
}
