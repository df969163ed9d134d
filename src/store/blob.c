#include "store/durable.h"
#include "store/store_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- small ones: rows of the ledger's database --- */

bool blob_schema(struct db *ledger, struct err *err)
{
	return db_run(ledger, "CREATE TABLE blob(sha256 BLOB PRIMARY KEY, bytes BLOB NOT NULL)",
		      err);
}

static bool put_row(struct db *ledger, const struct hash *name, struct str bytes,
		    struct err *err)
{
	struct stmt *q = db_prepare(ledger,
				    "INSERT INTO blob(sha256, bytes) VALUES(?, ?) ON "
				    "CONFLICT(sha256) DO UPDATE SET bytes = excluded.bytes "
				    "WHERE blob.bytes <> excluded.bytes",
				    err);

	if (!q)
		return false;
	stmt_blob(q, 0, name->b, HASH_SIZE);
	stmt_blob(q, 1, bytes.p, bytes.n);
	return stmt_done(q, err);
}

bool blob_erase(struct store *s, const struct hash *name, struct err *err)
{
	struct stmt *q = db_prepare(s->ledger, "DELETE FROM blob WHERE sha256 = ?", err);

	if (!q)
		return false;
	stmt_blob(q, 0, name->b, HASH_SIZE);
	fresh_forget(s); /* all of them are rows by now */
	return stmt_done(q, err);
}

/* --- in the transaction in hand --- */

bool fresh_write(struct store *s, struct err *err)
{
	struct fresh_blobs *f = &s->fresh;

	while (f->written < f->count) {
		unsigned i = f->written++;

		if (!put_row(s->ledger, &f->names[i], f->bytes[i], err))
			return false;
	}
	return true;
}

void fresh_forget(struct store *s)
{
	s->fresh.count = s->fresh.written = 0;
	arena_reset(&s->fresh.arena);
}

bool fresh_find(const struct store *s, const struct hash *name, struct str *bytes)
{
	const struct fresh_blobs *f = &s->fresh;

	for (unsigned i = 0; i < f->count; i++)
		if (hash_eq(&f->names[i], name)) {
			*bytes = f->bytes[i];
			return true;
		}
	return false;
}

static bool put_fresh(struct store *s, const struct hash *name, struct str bytes,
		      struct err *err)
{
	struct fresh_blobs *f = &s->fresh;
	struct str same;

	assert(s->writing);
	if (fresh_find(s, name, &same))
		return true;
	if (f->count == ROWS_AT_ONCE) {
		if (!unwritten_write(s, err))
			return false;
		fresh_forget(s);
	}
	f->names[f->count] = *name;
	f->bytes[f->count++] = arena_str(&f->arena, bytes);
	unwritten_wait(s);
	document_came(s, name);
	return true;
}

/* --- in a transaction of their own --- */

static bool put_all(struct store *s, const struct hash *names, const struct str *bytes,
		    unsigned count, struct err *err)
{
	if (!db_begin(s->ledger, true, err))
		return false;
	for (unsigned i = 0; i < count; i++)
		if (!put_row(s->ledger, &names[i], bytes[i], err)) {
			db_rollback(s->ledger);
			return false;
		}
	return db_commit(s->ledger, err);
}

static bool put_rows(struct store *s, const struct hash *names, const struct str *bytes,
		     unsigned count, struct err *err)
{
	bool mine = store_turn_take(s), ok = put_all(s, names, bytes, count, err);

	if (mine)
		store_turn_give(s);
	for (unsigned i = 0; ok && i < count; i++)
		document_came(s, &names[i]);
	return ok;
}

/* --- large ones: files --- */

static bool unwritten(const char *path, struct err *err)
{
	if (no_room(errno))
		return err_set(err, ERR_UNREACHABLE, "blob",
			       N_("The disk is full: the attachment was not kept. Make room on "
				  "it, then do this again."));
	return err_set(err, ERR_UNREACHABLE, "blob",
		       N_("%1 could not be written (%2). Look at the disk and at the rights on "
			  "the node's folder."),
		       path, strerror(errno));
}

/* That a file stands at its place says that the attachment is here: there is no row beside it.
 */
void blob_path(char path[PATH_ROOM], const char *dir, const struct hash *name)
{
	int n = snprintf(path, PATH_ROOM, "%.*s/blobs/%02x/", DIR_MAX, dir, name->b[0]);

	for (int i = 0; i < HASH_SIZE; i++)
		n += snprintf(path + n, (size_t)(PATH_ROOM - n), "%02x", name->b[i]);
}

/* Read a file of the length expected and see whether it is what its name says. */
static bool is_here(const char *path, const struct hash *name, size_t size)
{
	struct hash_stream *h;
	char piece[64 << 10];
	struct stat st;
	struct hash got;
	ssize_t n;
	int fd;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size != size)
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	h = hash_begin();
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		hash_feed(h, str_of(piece, (size_t)n));
	close(fd);
	got = hash_end(h);
	return n == 0 && hash_eq(&got, name);
}

/* mkdir that is content with what is there; the parent is synced when it was not. */
static bool make_folder(const char *path, const char *parent)
{
	if (mkdir(path, 0700) == 0)
		return folder_sync(parent);
	return errno == EEXIST;
}

static bool write_file(char *temporary, const char *path, struct str bytes)
{
	int fd = mkostemp(temporary, O_CLOEXEC), why;
	bool ok;

	if (fd < 0)
		return false;
	ok = file_fill(fd, bytes) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok && rename(temporary, path) == 0;
	why = errno;
	if (!ok)
		unlink(temporary);
	errno = why;
	return ok;
}

static bool put_file(struct store *s, const struct hash *name, struct str bytes,
		     struct err *err)
{
	char root[PATH_ROOM], folder[PATH_ROOM], temporary[PATH_ROOM], path[PATH_ROOM];

	blob_path(path, s->dir, name);
	if (is_here(path, name, bytes.n))
		return true;
	snprintf(root, sizeof(root), "%.*s/blobs", DIR_MAX, s->dir);
	snprintf(folder, sizeof(folder), "%.*s", (int)(strlen(path) - 2 * HASH_SIZE - 1), path);
	snprintf(temporary, sizeof(temporary), "%.*s/blobs/new-XXXXXX", DIR_MAX, s->dir);
	if (!make_folder(root, s->dir) || !make_folder(folder, root) ||
	    !write_file(temporary, path, bytes) || !folder_sync(folder))
		return unwritten(path, err);
	document_came(s, name);
	return true;
}

/* --- either --- */

bool store_blob_put(struct store *s, struct str bytes, struct hash *name, struct err *err)
{
	assert(s->mode != STORE_READ);
	if (bytes.n > BLOB_MAX)
		return err_set(err, ERR_INPUT, "blob",
			       N_("An attachment may have at most 256 MiB. Split it, or send a "
				  "smaller version."));
	*name = hash_of(bytes);
	if (bytes.n > BLOB_ROW_MAX)
		return put_file(s, name, bytes, err);
	return turn_is_mine(s) && s->writing ? put_fresh(s, name, bytes, err)
					     : put_rows(s, name, &bytes, 1, err);
}

/* --- many --- */

void blob_pile_begin(struct blob_pile *p, struct store *s)
{
	p->store = s;
	p->count = 0;
	arena_init(&p->bytes, 3 * BLOB_PILE_MAX * BLOB_ROW_MAX);
}

bool blob_pile_has(const struct blob_pile *p, const struct hash *name)
{
	for (unsigned i = 0; i < p->count; i++)
		if (hash_eq(&p->names[i], name))
			return true;
	return false;
}

bool blob_pile_add(struct blob_pile *p, struct str bytes, struct hash *name, struct err *err)
{
	if (bytes.n > BLOB_ROW_MAX)
		return store_blob_put(p->store, bytes, name, err);
	if (p->count == BLOB_PILE_MAX && !blob_pile_put(p, err))
		return false;
	*name = hash_of(bytes);
	p->names[p->count] = *name;
	p->waiting[p->count++] = arena_str(&p->bytes, bytes);
	return true;
}

bool blob_pile_put(struct blob_pile *p, struct err *err)
{
	unsigned count = p->count;

	if (count && !put_rows(p->store, p->names, p->waiting, count, err))
		return false;
	p->count = 0;
	arena_reset(&p->bytes);
	return true;
}

void blob_pile_end(struct blob_pile *p)
{
	arena_done(&p->bytes);
}
