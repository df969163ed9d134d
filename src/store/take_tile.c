#include "store/take.h"

#include "store/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TILE_BYTES = TILE_WIDTH * HASH_SIZE };

/* --- the file --- */

static bool unwritten(const struct take *t, struct err *err)
{
	if (no_room(errno))
		return err_set(
			err, ERR_UNREACHABLE, "node",
			N_("The disk is full: nothing was written. Make room on it, then do "
			   "this again."));
	return err_set(
		err, ERR_UNREACHABLE, "node",
		N_("A file in %1 could not be written or read (%2). Look at the disk and "
		   "at the rights on the node's folder."),
		t->s->dir, strerror(errno));
}

/* Tiles of one level follow each other; a level ends where the tree of the head does. */
static void lay_out(struct take *t)
{
	uint64_t slots = 0;

	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		uint64_t hashes = t->head.size >> 8 * level;

		t->first[level] = t->h->size >> 8 * level >> 8;
		t->end[level] = (hashes + TILE_WIDTH - 1) / TILE_WIDTH;
		t->slot[level] = slots;
		if (t->end[level] > t->first[level])
			slots += t->end[level] - t->first[level];
	}
}

bool take_tiles_open(struct take *t, struct err *err)
{
	char path[PATH_ROOM];

	lay_out(t);
	snprintf(path, sizeof(path), "%.*s/intake-XXXXXX", DIR_MAX, t->s->dir);
	t->fd = mkostemp(path, O_CLOEXEC);
	return (t->fd >= 0 && unlink(path) == 0) || unwritten(t, err);
}

static off_t place_of(const struct take *t, unsigned level, uint64_t n)
{
	return (off_t)((t->slot[level] + n - t->first[level]) * TILE_BYTES);
}

static bool tile_get(void *ctx, unsigned level, uint64_t n, unsigned width, struct hash *out,
		     struct err *err)
{
	struct take *t = ctx;
	struct tile_source from = { t->s->ledger, t->h->lid };
	struct tiles ours = tiles_of(&from);
	size_t size = sizeof(*out) * width;

	if (n < t->first[level])
		return ours.read(ours.ctx, level, n, width, out, err);
	return pread(t->fd, out, size, place_of(t, level, n)) == (ssize_t)size ||
	       unwritten(t, err);
}

struct tiles take_tiles(struct take *t)
{
	return (struct tiles){ .read = tile_get, .ctx = t };
}

bool take_tile_put(struct take *t, unsigned level, uint64_t n, const struct hash *hashes,
		   unsigned width, struct err *err)
{
	size_t size = sizeof(*hashes) * width;
	ssize_t done = pwrite(t->fd, hashes, size, place_of(t, level, n));

	if (done >= 0 && (size_t)done != size)
		errno = ENOSPC;
	return done == (ssize_t)size || unwritten(t, err);
}

/* --- one tile --- */

static bool false_tile(const struct take *t, const struct tile_path *p, struct err *err)
{
	return err_set(err, ERR_INPUT, "tile",
		       N_("Tile %1 of level %2 of ledger %3 is not the one that was signed. "
			  "Nothing was taken over; fetch it again."),
		       err_num(p->n), err_num((uint64_t)p->level), err_arg(t->h->name));
}

/* A full tile has its slot in the tile above. */
static bool fits_above(struct take *t, unsigned level, uint64_t n, const struct hash *hashes,
		       bool *fits, struct err *err)
{
	struct hash above[TILE_WIDTH], own = subtree_hash(hashes, TILE_WIDTH);
	unsigned at = (unsigned)(n % TILE_WIDTH);

	if (!tile_get(t, level + 1, n / TILE_WIDTH, at + 1, above, err))
		return false;
	*fits = hash_eq(&above[at], &own);
	return true;
}

static bool read_hashes(const struct tile_path *p, struct str bytes, struct hash *out)
{
	if (bytes.n != (size_t)p->width * HASH_SIZE)
		return false;
	memcpy(out, bytes.p, bytes.n);
	return true;
}

bool take_tile(struct take *t, const struct tile_path *p, struct str bytes, struct err *err)
{
	struct hash hashes[TILE_WIDTH];
	unsigned level = (unsigned)p->level;
	bool fits = true;

	if (!read_hashes(p, bytes, hashes))
		return false_tile(t, p, err);
	if (p->width == TILE_WIDTH && !fits_above(t, level, p->n, hashes, &fits, err))
		return false;
	return fits ? take_tile_put(t, level, p->n, hashes, p->width, err)
		    : false_tile(t, p, err);
}

/*
 * What lies before the range is ours: a tile that differs there is either false or of
 * another history, which the root tells once all tiles are in.
 */
bool take_tile_again(struct take *t, const struct tile_path *p, struct str bytes,
		     struct err *err)
{
	struct hash hashes[TILE_WIDTH], ours[TILE_WIDTH];
	unsigned level = (unsigned)p->level;
	bool before = p->n < t->first[level];

	if (!read_hashes(p, bytes, hashes))
		return false_tile(t, p, err);
	if (!tile_get(t, level, p->n, p->width, ours, err))
		return false;
	if (memcmp(hashes, ours, bytes.n) == 0)
		return true;
	if (!before || !t->wants || t->next.level == ENTRY_LEVEL)
		return false_tile(t, p, err);
	t->contradicts = true;
	return true;
}

bool take_tile_staged(struct take *t, uint64_t n, bool *there, struct err *err)
{
	struct hash leaves[TILE_WIDTH];
	unsigned count;

	*there = false;
	if (tile_width(t->head.size, 0, n) < TILE_WIDTH)
		return true;
	if (!take_leaves(t, n * TILE_WIDTH, TILE_WIDTH, leaves, &count, err))
		return false;
	if (count < TILE_WIDTH)
		return true;
	return fits_above(t, 0, n, leaves, there, err) &&
	       (!*there || take_tile_put(t, 0, n, leaves, TILE_WIDTH, err));
}

/* --- all of them --- */

static bool held_note(struct take *t, struct str *note, struct err *err)
{
	struct str name = t->h->name;
	struct ledger_row *rows;
	size_t n;

	if (!view_ledgers(&t->s->writer, &t->arena, &rows, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_eq(rows[i].name, name))
			*note = rows[i].checkpoint;
	return true;
}

/* The two heads that no one tree has, with what shows it (LEDGER.md 11). */
static bool make_evidence(struct take *t, struct err *err)
{
	struct tile_source from = { t->s->ledger, t->h->lid };
	bool beyond = t->head.size > t->h->size;
	struct tiles larger = beyond ? take_tiles(t) : tiles_of(&from);
	uint64_t a = beyond ? t->h->size : t->head.size, b = beyond ? t->head.size : t->h->size;
	struct take_fork *f = &t->fork;
	struct str held = { 0 };

	if (!held_note(t, &held, err))
		return false;
	f->a = beyond ? held : t->note;
	f->b = beyond ? t->note : held;
	f->same_size = a == b;
	return f->same_size ||
	       (tree_root(&larger, a, &f->root, err) &&
		tree_consistency(&larger, a, b, f->proof, &f->proof_count, err));
}

bool take_is_fork(struct take *t, struct err *err)
{
	if (!make_evidence(t, err))
		return false;
	t->forked = true;
	return err_set(err, ERR_FORK, "checkpoint",
		       N_("Ledger %1 shows two histories: the one signed at size %2 is not the "
			  "one held here. Nothing was "
			  "taken over."),
		       err_arg(t->h->name), err_num(t->head.size));
}

bool take_tiles_stand(struct take *t, struct err *err)
{
	struct tiles all = take_tiles(t);
	struct hash root;

	if (!tree_root(&all, t->head.size, &root, err))
		return false;
	if (!hash_eq(&root, &t->head.root))
		return err_set(
			err, ERR_INPUT, "tile",
			N_("The tiles sent of ledger %1 do not give the root signed at size "
			   "%2. Nothing was taken over; fetch them again."),
			err_arg(t->h->name), err_num(t->head.size));
	if (!tree_root(&all, t->h->size, &root, err))
		return false;
	if (!hash_eq(&root, &t->h->root) && t->known)
		return take_is_fork(t, err);
	if (!hash_eq(&root, &t->h->root) || t->contradicts)
		return err_set(
			err, ERR_INPUT, "tile",
			N_("What was sent of ledger %1 is not what is held here, and no key "
			   "in force signed it. Nothing was taken over."),
			err_arg(t->h->name));
	return true;
}
