#include "store/carry.h"
#include "store/store_private.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- one attachment, by its name --- */

static bool not_here(struct err *err)
{
	return err_set(err, ERR_MISSING, "blob", N_("This attachment is not kept here."));
}

/* The first row of a statement about one attachment. */
static bool ask_row(struct view *v, const char *literal, const struct hash *name,
		    struct stmt **q, bool *found, struct err *err)
{
	*found = false;
	*q = db_prepare(v->ledger, literal, err);
	if (!*q)
		return false;
	stmt_blob(*q, 0, name->b, HASH_SIZE);
	return stmt_step(*q, found, err);
}

static bool read_row(struct view *v, struct arena *a, const struct hash *name, uint64_t max,
		     struct str *bytes, bool *found, struct err *err)
{
	struct stmt *q;
	struct str row;

	*found = v->writer && fresh_find(v->store, name, &row);
	if (*found) {
		*bytes = arena_str(a, row);
		return true;
	}
	if (!ask_row(v, "SELECT bytes FROM blob WHERE sha256 = ?", name, &q, found, err))
		return false;
	if (!*found)
		return true;
	row = col_blob(q, 0);
	*found = row.n <= max;
	if (*found)
		*bytes = arena_str(a, row);
	stmt_reset(q);
	return true;
}

static bool open_file(const struct view *v, const struct hash *name, int *fd, uint64_t *size,
		      struct err *err)
{
	char path[PATH_ROOM];
	struct stat st;

	blob_path(path, v->store->dir, name);
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd >= 0 && fstat(*fd, &st) == 0 && S_ISREG(st.st_mode)) {
		*size = (uint64_t)st.st_size;
		return true;
	}
	if (*fd >= 0)
		close(*fd);
	else if (errno != ENOENT)
		return err_set(err, ERR_UNREACHABLE, "blob",
			       N_("%1 could not be read (%2). Look at the disk."), path,
			       strerror(errno));
	return not_here(err);
}

bool view_blob_open(struct view *v, struct arena *a, const struct hash *name, struct blob *out,
		    struct err *err)
{
	bool found;

	*out = (struct blob){ .fd = -1 };
	if (!read_row(v, a, name, UINT64_MAX, &out->bytes, &found, err))
		return false;
	if (!found)
		return open_file(v, name, &out->fd, &out->size, err);
	out->size = out->bytes.n;
	return true;
}

bool view_blob_size(struct view *v, const struct hash *name, uint64_t *size, struct err *err)
{
	struct stmt *q;
	struct str fresh;
	bool found;
	int fd;

	if (v->writer && fresh_find(v->store, name, &fresh)) {
		*size = fresh.n;
		return true;
	}
	if (!ask_row(v, "SELECT length(bytes) FROM blob WHERE sha256 = ?", name, &q, &found,
		     err))
		return false;
	if (found) {
		*size = (uint64_t)col_int(q, 0);
		stmt_reset(q);
		return true;
	}
	if (!open_file(v, name, &fd, size, err))
		return false;
	close(fd);
	return true;
}

bool view_blob_here(struct view *v, const struct hash *name)
{
	struct err ignored;
	uint64_t size;

	return view_blob_size(v, name, &size, &ignored);
}

bool view_blob_bytes(const struct blob *b, char *to, struct err *err)
{
	if (b->fd < 0 && b->size)
		memcpy(to, b->bytes.p, b->size);
	for (size_t at = 0; b->fd >= 0 && at < b->size;) {
		ssize_t n = read(b->fd, to + at, b->size - at);

		if (n <= 0)
			return err_set(
				err, ERR_UNREACHABLE, "blob",
				N_("An attachment could not be read. Look at the disk."));
		at += (size_t)n;
	}
	return true;
}

bool view_blob_read(struct view *v, struct arena *a, const struct hash *name, uint64_t max,
		    struct str *bytes, bool *found, struct err *err)
{
	struct blob b = { 0 };
	bool ok;
	char *p;

	if (!read_row(v, a, name, max, bytes, found, err))
		return false;
	if (*found)
		return true;
	if (!open_file(v, name, &b.fd, &b.size, err))
		return err->kind == ERR_MISSING;
	*found = b.size <= max;
	p = arena_take(a, *found ? b.size : 0);
	ok = !*found || view_blob_bytes(&b, p, err);
	close(b.fd);
	*bytes = str_of(p, b.size);
	return ok;
}

/* --- all of them --- */

/* Those whose names begin with one byte. */
enum { NAMES_MAX = 1 << 30 };
struct shelf {
	struct view *v;
	unsigned char first;
	struct buf names;
};

static bool add_rows(struct shelf *s, struct err *err)
{
	struct stmt *q;
	struct hash low = { 0 }, high;
	bool row = true;

	q = db_prepare(s->v->ledger, "SELECT sha256 FROM blob WHERE sha256 BETWEEN ? AND ?",
		       err);
	if (!q)
		return false;
	memset(&high, 0xff, sizeof(high));
	low.b[0] = high.b[0] = s->first;
	stmt_blob(q, 0, low.b, HASH_SIZE);
	stmt_blob(q, 1, high.b, HASH_SIZE);
	while (row) {
		if (!stmt_step(q, &row, err))
			return false;
		if (row && col_blob(q, 0).n == HASH_SIZE)
			buf_add(&s->names, col_blob(q, 0));
	}
	return true;
}

/* Temporary files are not named by a hash. */
static bool add_files(struct shelf *s, struct err *err)
{
	char path[PATH_ROOM];
	struct dirent *one;
	struct hash name;
	DIR *d;

	snprintf(path, sizeof(path), "%.*s/blobs/%02x", DIR_MAX, s->v->store->dir, s->first);
	d = opendir(path);
	if (!d)
		return errno == ENOENT ||
		       err_set(err, ERR_UNREACHABLE, NULL, N_("%1 could not be read: %2."),
			       path, strerror(errno));
	while ((one = readdir(d)))
		if (hash_hex(str_z(one->d_name), &name))
			buf_add(&s->names, str_of(name.b, HASH_SIZE));
	closedir(d);
	return true;
}

static int by_name(const void *a, const void *b)
{
	return memcmp(a, b, HASH_SIZE);
}

bool view_blobs(struct view *v,
		bool (*each)(void *ctx, const struct hash *name, struct err *err), void *ctx,
		struct err *err)
{
	struct shelf s = { .v = v };
	bool ok = true;

	buf_init(&s.names, NAMES_MAX);
	for (int i = 0; ok && i < 256; i++) {
		const struct hash *last = NULL, *name;

		s.first = (unsigned char)i;
		buf_clear(&s.names);
		ok = add_rows(&s, err) && add_files(&s, err);
		assert(!s.names.full);
		if (s.names.n)
			qsort(s.names.p, s.names.n / HASH_SIZE, HASH_SIZE, by_name);
		for (size_t at = 0; ok && at < s.names.n; at += HASH_SIZE, last = name) {
			name = (const struct hash *)(const void *)(s.names.p + at);
			ok = (last && hash_eq(name, last)) || each(ctx, name, err);
		}
	}
	buf_done(&s.names);
	return ok;
}

/* --- what entries name and is not here --- */

bool view_blobs_missing(struct view *v, struct str ledger, const struct hash *after,
			struct blob_ref *out, size_t max, size_t *n, struct err *err)
{
	struct stmt *q =
		db_prepare(v->reg,
			   "SELECT sha256, max(size) FROM (SELECT sha256, size FROM p_blob_ref "
			   "WHERE lid = ? AND sha256 > ? UNION ALL SELECT h, size FROM r_plain "
			   "WHERE ledger = ? AND h > ? AND size IS NOT NULL) named "
			   "GROUP BY sha256 ORDER BY sha256",
			   err);
	struct charter_place place;
	struct hash from = *after;
	bool row;

	*n = 0;
	if (!q)
		return false;
	view_place(v, ledger, &place);
	for (int i = 0; i < 4; i += 2) {
		stmt_text(q, i, place.name);
		stmt_blob(q, i + 1, from.b, HASH_SIZE);
	}
	while (*n < max) {
		struct blob_ref *r = &out[*n];

		if (!stmt_step(q, &row, err))
			return false;
		if (!row)
			return true;
		if (col_blob(q, 0).n != HASH_SIZE)
			continue;
		memcpy(r->name.b, col_blob(q, 0).p, HASH_SIZE);
		r->size = (uint64_t)col_int(q, 1);
		*n += !view_blob_here(v, &r->name);
	}
	stmt_reset(q);
	return true;
}
