#include "store/durable.h"
#include "store/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static bool write_file(char *temporary, const char *path, struct str bytes, bool sync)
{
	int fd = mkostemp(temporary, O_CLOEXEC), why;
	bool ok;

	if (fd < 0)
		return false;
	ok = file_fill(fd, bytes) && (!sync || fsync(fd) == 0);
	ok = close(fd) == 0 && ok && rename(temporary, path) == 0;
	why = errno;
	if (!ok)
		unlink(temporary);
	errno = why;
	return ok;
}

/*
 * A transaction with many attachments (the documents of a batch of acts) syncs them in
 * one go before it commits; a few, or one outside a transaction, are synced one by one.
 */
enum { SYNC_EACH = 4 };

static bool synced_later(struct store *s)
{
	if (!atomic_load(&s->writing) || atomic_fetch_add(&s->blobs_put, 1) < SYNC_EACH)
		return false;
	atomic_store(&s->blobs_unsynced, true);
	return true;
}

bool blobs_sync(struct store *s, struct err *err)
{
	if (!atomic_exchange(&s->blobs_unsynced, false) || disk_sync(s->dir))
		return true;
	atomic_store(&s->blobs_unsynced, true);
	return unwritten(s->dir, err);
}

bool store_blob_put(struct store *s, struct str bytes, struct hash *name, struct err *err)
{
	char root[PATH_ROOM], folder[PATH_ROOM], temporary[PATH_ROOM], path[PATH_ROOM];
	bool sync;

	if (bytes.n > BLOB_MAX)
		return err_set(err, ERR_INPUT, "blob",
			       N_("An attachment may have at most 256 MiB. Split it, or send a "
				  "smaller version."));
	*name = hash_of(bytes);
	blob_path(path, s->dir, name);
	if (is_here(path, name, bytes.n))
		return true;
	sync = !synced_later(s);
	snprintf(root, sizeof(root), "%.*s/blobs", DIR_MAX, s->dir);
	snprintf(folder, sizeof(folder), "%.*s", (int)(strlen(path) - 2 * HASH_SIZE - 1), path);
	snprintf(temporary, sizeof(temporary), "%.*s/blobs/new-XXXXXX", DIR_MAX, s->dir);
	if (!make_folder(root, s->dir) || !make_folder(folder, root) ||
	    !write_file(temporary, path, bytes, sync) || (sync && !folder_sync(folder)))
		return unwritten(path, err);
	document_came(s, name);
	return true;
}

bool store_blob_open(const struct store *s, const struct hash *name, int *fd, uint64_t *size,
		     struct err *err)
{
	char path[PATH_ROOM];
	struct stat st;

	blob_path(path, s->dir, name);
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
	return err_set(err, ERR_MISSING, "blob", N_("This attachment is not kept here."));
}
