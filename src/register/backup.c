#include "register/backup.h"

#include "register/file.h"
#include "register/key_ring.h"
#include "register/ustar.h"
#include "store/carry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LOCAL_MAX = 256 << 20,
	PIECE = 64 << 10,
	BACKUP_ARENA = 512 << 20,
	BUNDLE_ARENA = 32 << 20
};

/* The archive being written. */
struct archive {
	FILE *f;
	struct hash_stream *sum;
	const char *file;
};

static bool unwritten(const struct archive *t, struct err *err)
{
	return err_set(err, ERR_UNREACHABLE, NULL, N_("%1 could not be written: %2."), t->file,
		       strerror(errno));
}

static bool put(struct archive *t, struct str bytes, struct err *err)
{
	hash_feed(t->sum, bytes);
	return fwrite(bytes.p, 1, bytes.n, t->f) == bytes.n || unwritten(t, err);
}

static bool put_header(struct archive *t, struct str name, uint64_t size, struct err *err)
{
	unsigned char block[USTAR_BLOCK];

	ustar_header(block, name, size, 0600);
	return put(t, str_of(block, sizeof(block)), err);
}

static bool put_padding(struct archive *t, uint64_t size, struct err *err)
{
	static const char zeros[USTAR_BLOCK];

	return put(t, str_of(zeros, ustar_padding(size)), err);
}

static bool put_member(struct archive *t, struct str name, struct str bytes, struct err *err)
{
	return put_header(t, name, bytes.n, err) && put(t, bytes, err) &&
	       put_padding(t, bytes.n, err);
}

/* --- what goes in --- */

struct copying {
	struct node *n;
	struct view *v;
	struct arena a;
	struct archive *to;
	const struct backup_watch *watch;
	struct ledger_row *rows;
	size_t row_count;
	uint64_t done, all;
};

static bool copy_manifest(struct copying *c, struct err *err)
{
	struct buf b;
	struct json_w w = json_w(&b);
	char made[TIME_TEXT];
	bool ok;

	buf_init(&b, 1 << 20);
	json_open(&w, '{');
	json_key(&w, "v");
	json_put_int(&w, 1);
	json_pair(&w, "party", c->n->party);
	json_key(&w, "register");
	json_put_hex(&w, c->n->charter->id.b, HASH_SIZE);
	json_pair(&w, "made", str_z(time_text(made, node_now(c->n))));
	json_key(&w, "ledgers");
	json_open(&w, '[');
	for (size_t i = 0; i < c->row_count; i++) {
		json_open(&w, '{');
		json_pair(&w, "name", c->rows[i].name);
		json_key(&w, "size");
		json_put_int(&w, (int64_t)c->rows[i].size);
		json_key(&w, "root");
		json_put_hex(&w, c->rows[i].root.b, HASH_SIZE);
		json_close(&w, '}');
		c->all += c->rows[i].size;
	}
	json_close(&w, ']');
	json_close(&w, '}');
	buf_ch(&b, '\n');
	ok = put_member(c->to, S("benkan-backup"), buf_str(&b), err);
	buf_done(&b);
	return ok;
}

static bool copy_file(struct copying *c, struct str name, struct err *err)
{
	struct str bytes;

	return file_read(&c->a, file_path(&c->a, c->n->dir, arena_z(&c->a, name)), 1 << 20,
			 &bytes, err) &&
	       put_member(c->to, name, bytes, err);
}

static bool copy_files(struct copying *c, struct err *err)
{
	struct str *keys, bytes;
	size_t n;

	if (!copy_file(c, S("node.json"), err) || !ring_files(c->n, &c->a, &keys, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!copy_file(c, arena_join(&c->a, S("keys/"), keys[i]), err))
			return false;
	return view_charter(c->v, &c->a, &bytes, err) &&
	       put_member(c->to, S("charter.json"), bytes, err);
}

/* --- attachments --- */

static bool copy_file_of(struct copying *c, const struct blob *b, struct err *err)
{
	char piece[PIECE];

	for (uint64_t left = b->size; left > 0;) {
		ssize_t n = read(b->fd, piece, left < PIECE ? (size_t)left : PIECE);

		if (n <= 0)
			return err_set(err, ERR_UNREACHABLE, NULL,
				       N_("An attachment could not be read while it was "
					  "copied. Look at the disk."));
		if (!put(c->to, str_of(piece, (size_t)n), err))
			return false;
		left -= (uint64_t)n;
	}
	return true;
}

static bool copy_blob(void *ctx, const struct hash *name, struct err *err)
{
	struct copying *c = ctx;
	struct arena once;
	struct buf member;
	struct blob b;
	bool ok;

	arena_init(&once, 2 * BLOB_MAX);
	buf_init(&member, USTAR_NAME_MAX);
	buf_lit(&member, "blobs/");
	buf_hex(&member, name->b, HASH_SIZE);
	ok = view_blob_open(c->v, &once, name, &b, err);
	if (ok)
		ok = put_header(c->to, buf_str(&member), b.size, err) &&
		     (b.fd < 0 ? put(c->to, b.bytes, err) : copy_file_of(c, &b, err)) &&
		     put_padding(c->to, b.size, err);
	if (b.fd >= 0)
		close(b.fd);
	buf_done(&member);
	arena_done(&once);
	return ok;
}

/* --- ledgers --- */

static struct str log_name(struct arena *a, struct str ledger, struct str rest)
{
	return arena_join(a, arena_join(a, arena_join(a, S("log/"), ledger), S("/")), rest);
}

static bool copy_bundle(struct copying *c, const struct ledger_row *row, uint64_t n,
			struct err *err)
{
	uint64_t first = n * TILE_WIDTH, left = row->size - first;
	struct tile_path path = { ENTRY_LEVEL, n,
				  left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH };
	struct arena a;
	struct buf bundle, name;
	struct str entry;
	bool ok = true;

	arena_init(&a, BUNDLE_ARENA);
	buf_init(&bundle, TILE_WIDTH * (ENTRY_CARRY_MAX + 2));
	buf_init(&name, USTAR_NAME_MAX);
	for (unsigned i = 0; ok && i < path.width; i++) {
		ok = view_entry(c->v, &a, row->name, first + i, &entry, err);
		if (ok)
			bundle_put(&bundle, entry);
	}
	tile_path_write(&name, &path);
	ok = ok &&
	     put_member(c->to, log_name(&a, row->name, buf_str(&name)), buf_str(&bundle), err);
	buf_done(&bundle);
	buf_done(&name);
	arena_done(&a);
	c->done += path.width;
	if (ok && c->watch->progress)
		c->watch->progress(c->watch->ctx, c->done, c->all);
	return ok;
}

static bool copy_ledger(struct copying *c, const struct ledger_row *row, struct err *err)
{
	if (row->size == 0)
		return true;
	if (!put_member(c->to, log_name(&c->a, row->name, S("checkpoint")), row->checkpoint,
			err))
		return false;
	for (uint64_t n = 0; n * TILE_WIDTH < row->size; n++)
		if (!copy_bundle(c, row, n, err))
			return false;
	return true;
}

static bool copy_opening(void *ctx, struct str body, struct err *err)
{
	struct copying *c = ctx;
	struct hash h = hash_of(body);
	struct buf name;
	bool ok;

	buf_init(&name, USTAR_NAME_MAX);
	buf_lit(&name, "openings/");
	buf_hex(&name, h.b, HASH_SIZE);
	ok = put_member(c->to, buf_str(&name), body, err);
	buf_done(&name);
	return ok;
}

static bool copy_lines(struct copying *c, struct str name,
		       bool (*carry)(struct view *v, struct buf *out, struct err *err),
		       struct err *err)
{
	struct buf lines;
	bool ok;

	buf_init(&lines, LOCAL_MAX);
	ok = carry(c->v, &lines, err) && put_member(c->to, name, buf_str(&lines), err);
	buf_done(&lines);
	return ok;
}

/* The hash of all before, and the end of the archive. */
static bool put_end(struct archive *t, struct err *err)
{
	static const char zeros[2 * USTAR_BLOCK];
	struct hash sum = hash_end(t->sum);
	struct buf hex;
	bool ok;

	t->sum = hash_begin();
	buf_init(&hex, 2 * HASH_SIZE);
	buf_hex(&hex, sum.b, HASH_SIZE);
	ok = put_member(t, S("sha256"), buf_str(&hex), err) &&
	     put(t, str_of(zeros, sizeof(zeros)), err);
	buf_done(&hex);
	return ok;
}

static bool copy_all(struct copying *c, struct err *err)
{
	if (!view_ledgers(c->v, &c->a, &c->rows, &c->row_count, err) ||
	    !copy_manifest(c, err) || !copy_files(c, err) ||
	    !view_blobs(c->v, copy_blob, c, err))
		return false;
	for (size_t i = 0; i < c->row_count; i++)
		if (!copy_ledger(c, &c->rows[i], err))
			return false;
	return view_openings(c->v, copy_opening, c, err) &&
	       copy_lines(c, S("signed.jsonl"), signed_carry, err) &&
	       copy_lines(c, S("local.jsonl"), local_carry, err) && put_end(c->to, err);
}

/* --- the file --- */

static bool with_view(struct copying *c, struct err *err)
{
	bool ok;

	if (!view_open(c->n->store, &c->v, err))
		return false;
	ok = view_begin(c->v, err);
	if (ok) {
		ok = copy_all(c, err);
		view_end(c->v);
	}
	view_close(c->v);
	return ok;
}

/* `temporary`: what takes the file's name when it is whole; NULL: it is written into. */
static bool write_archive(struct copying *c, const char *temporary, struct err *err)
{
	struct archive *t = c->to;
	bool ok, closed;

	t->sum = hash_begin();
	ok = with_view(c, err);
	(void)hash_end(t->sum);
	ok = ok && ((fflush(t->f) == 0 && file_synced(fileno(t->f))) || unwritten(t, err));
	closed = fclose(t->f) == 0;
	ok = ok && (closed || unwritten(t, err)) &&
	     (!temporary || rename(temporary, t->file) == 0 || unwritten(t, err));
	if (!ok && temporary)
		unlink(temporary);
	return ok;
}

bool node_backup(struct node *n, const char *file, const struct backup_watch *watch,
		 struct err *err)
{
	struct archive t = { .file = file };
	struct copying c = { .n = n, .to = &t, .watch = watch };
	char *temporary = NULL;
	bool ok = false;
	int fd;

	if (!n->charter)
		return err_set(
			err, ERR_CONFLICT, NULL,
			N_("This node has no charter yet. Adopt one first: benkan adopt"));
	arena_init(&c.a, BACKUP_ARENA);
	if (file_replaces(file))
		temporary = arena_z(&c.a, arena_join(&c.a, str_z(file), S(".XXXXXX")));
	/* mode 0600: it holds private keys */
	fd = temporary ? mkostemp(temporary, O_CLOEXEC)
		       : open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	t.f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (t.f)
		ok = write_archive(&c, temporary, err);
	else
		unwritten(&t, err);
	arena_done(&c.a);
	return ok;
}
