#include "ledger/verify.h"

#include "ledger/entry.h"

enum {
	ENTRY_ARENA = 8 << 20,
	BUNDLE_MAX = TILE_WIDTH * (2 + ENTRY_CARRY_MAX),
	TILE_MAX = TILE_WIDTH * HASH_SIZE,
	PATH_MAX_BYTES = 128
};

/* One run over a log: what is asked, what was found so far, and the bytes in hand. */
struct run {
	const struct log_source *from;
	const struct log_check *check;
	struct log_verdict *verdict;
	struct checkpoint old; /* size 0: no older checkpoint to compare with */
	struct hash root_then; /* what the entries give at that size */
	struct str note;       /* the head as it came */
	struct key_walk walk;  /* when keys are followed */
	struct vkey key_then;  /* the log key in force for the size of the older checkpoint */
	bool began;            /* entry 0 is the charter */
	struct tree_edge edge;
	int64_t time; /* the largest so far */
	struct arena entries;
	struct buf bundle, tile, path;
};

/* The file of a tile or bundle; `into` takes no more than it may be long. */
static bool file_read(struct run *r, int level, uint64_t n, unsigned width, struct buf *into,
		      struct err *err)
{
	const struct tile_path p = { .level = level, .n = n, .width = width };

	buf_clear(&r->path);
	tile_path_write(&r->path, &p);
	buf_clear(into);
	if (!r->from->read(r->from->ctx, buf_str(&r->path), into, err))
		return false;
	if (into->full)
		return err_set(err, ERR_BROKEN, "", N_("%1 is larger than it can be"),
			       err_arg(buf_str(&r->path)));
	return true;
}

static bool tile_check(struct run *r, unsigned level, uint64_t n, unsigned width,
		       const struct hash *hashes, struct err *err)
{
	if (!file_read(r, (int)level, n, width, &r->tile, err))
		return false;
	if (!str_eq(buf_str(&r->tile), str_of(hashes, (size_t)width * HASH_SIZE)))
		return err_set(err, ERR_BROKEN, "",
			       N_("%1 does not hold the hashes that the entries give"),
			       err_arg(buf_str(&r->path)));
	return true;
}

static bool full_tile_check(void *ctx, unsigned level, uint64_t n, const struct hash *hashes,
			    struct err *err)
{
	return tile_check(ctx, level, n, TILE_WIDTH, hashes, err);
}

static void keys_follow(struct run *r, const struct entry *e)
{
	struct hash charter;
	bool rolled;

	if (e->n == 0)
		r->began = e->state == ENTRY_VALID && e->type == ENTRY_CHARTER &&
			   hash_hex(json_str(e->body, "charter"), &charter) &&
			   hash_eq(&charter, &r->check->follow->since);
	key_walk_entry(&r->walk, e, &rolled);
	r->verdict->rolls += rolled;
	if (e->n < r->old.size)
		r->key_then = r->walk.now.log;
}

static void entry_count(struct run *r, struct str bytes)
{
	struct log_verdict *v = r->verdict;
	struct entry e;

	if (r->check->party.n == 0)
		return;
	entry_read(&r->entries, bytes, r->check->party, r->edge.size, r->time, &e);
	v->void_entries += e.state == ENTRY_VOID;
	v->unknown_entries += e.state == ENTRY_UNKNOWN;
	v->flagged_entries += e.time_back;
	if (e.state != ENTRY_VOID && e.time > r->time)
		r->time = e.time;
	if (r->check->follow)
		keys_follow(r, &e);
	arena_reset(&r->entries);
}

static bool bundle_check(struct run *r, uint64_t n, unsigned width, struct err *err)
{
	struct str rest, entry;

	if (!file_read(r, ENTRY_LEVEL, n, width, &r->bundle, err))
		return false;
	rest = buf_str(&r->bundle);
	for (unsigned i = 0; i < width; i++) {
		struct hash leaf;

		if (!bundle_next(&rest, &entry))
			break;
		entry_count(r, entry);
		leaf = leaf_hash(entry);
		if (!tree_edge_append(&r->edge, &leaf, full_tile_check, r, err))
			return false;
		if (r->edge.size == r->old.size)
			r->root_then = tree_edge_root(&r->edge);
	}
	if (r->edge.size != n * TILE_WIDTH + width || rest.n)
		return err_set(err, ERR_BROKEN, "",
			       N_("the bundle %1 does not hold exactly %2 entries"),
			       err_arg(buf_str(&r->path)), err_num(width));
	return true;
}

/* The tiles that are still open, and the root they give. */
static bool head_check(struct run *r, struct err *err)
{
	const struct checkpoint *head = &r->verdict->head;
	struct hash root = tree_edge_root(&r->edge);

	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		uint64_t n = head->size >> 8 * level >> 8;
		unsigned width = tile_width(head->size, level, n);

		if (width && !tile_check(r, level, n, width, r->edge.open[level], err))
			return false;
	}
	if (!hash_eq(&root, &head->root))
		return err_set(
			err, ERR_BROKEN, "",
			N_("the entries do not give the root hash that the checkpoint signs"));
	/* Only entries the head vouches for can show that an older head is of another history.
	 */
	if (r->old.size && !hash_eq(&r->root_then, &r->old.root))
		return err_set(
			err, ERR_FORK, "",
			N_("the ledger is not the one seen earlier: at size %1 it has another "
			   "root hash; keep both checkpoints, they prove it"),
			err_num(r->old.size));
	return true;
}

static bool went_back(const struct run *r, struct err *err)
{
	return err_set(err, ERR_FORK, "",
		       N_("the ledger went back: %1 entries where %2 were signed earlier; keep "
			  "the larger checkpoint, it proves it"),
		       err_num(r->verdict->head.size), err_num(r->old.size));
}

/* All entries were walked: now the keys that hold for each head are known. */
static bool signatures_check(struct run *r, struct err *err)
{
	const struct log_check *c = r->check;
	struct checkpoint ignored;

	if (!r->began && r->verdict->head.size > 0)
		return err_set(err, ERR_INPUT, "",
			       N_("entry 0 of the ledger is not the charter that was given"));
	if (!key_walk_head(&r->walk, r->note, &r->verdict->head, err))
		return false;
	if (r->old.size &&
	    !checkpoint_open(c->old_checkpoint, c->origin, &r->key_then, 1, &ignored, err))
		return false;
	return r->old.size <= r->verdict->head.size || went_back(r, err);
}

static bool entries_check(struct run *r, struct err *err)
{
	const struct log_check *c = r->check;
	uint64_t size = r->verdict->head.size;

	for (uint64_t n = 0; n * TILE_WIDTH < size; n++) {
		if (!bundle_check(r, n, tile_width(size, 0, n), err))
			return false;
		if (c->progress)
			c->progress(c->progress_ctx, r->edge.size, size);
	}
	return (!c->follow || signatures_check(r, err)) && head_check(r, err);
}

static bool cosignatures_check(struct str note, const struct log_check *c,
			       struct log_verdict *out, struct err *err)
{
	struct cosig cosigs[LOG_WITNESSES_MAX];

	if (c->witness_count > LOG_WITNESSES_MAX)
		return err_set(err, ERR_USAGE, "", N_("at most 64 witnesses can be asked for"));
	if (!cosig_check(note, c->witnesses, c->witness_count, cosigs, &out->cosigned, err))
		return false;
	if (out->cosigned < c->quorum)
		return err_set(
			err, ERR_INPUT, "",
			N_("%1 of the known witnesses cosigned the checkpoint, %2 are needed"),
			err_num(out->cosigned), err_num(c->quorum));
	return true;
}

bool log_head_check(struct str note, const struct log_check *c, struct log_verdict *out,
		    struct err *err)
{
	return checkpoint_open(note, c->origin, c->log_keys, c->log_key_count, &out->head,
			       err) &&
	       cosignatures_check(note, c, out, err);
}

/* What a head says before its signature can be judged. */
static bool head_unverified(struct str note, struct str origin, struct checkpoint *out,
			    struct err *err)
{
	struct note parts;

	if (!note_parse(note, &parts, err) || !checkpoint_parse(parts.text, out, err))
		return false;
	return str_eq(out->origin, origin) ||
	       err_set(err, ERR_INPUT, "checkpoint",
		       N_("the checkpoint is of the ledger %1, not of %2"),
		       err_arg(out->origin), err_arg(origin));
}

static bool heads_read(struct run *r, struct arena *a, struct err *err)
{
	const struct log_check *c = r->check;

	r->walk = (struct key_walk){ .keep = a, .charter = c->charter, .now = *c->follow };
	r->key_then = c->follow->log;
	return head_unverified(r->note, c->origin, &r->verdict->head, err) &&
	       (c->old_checkpoint.n == 0 ||
		head_unverified(c->old_checkpoint, c->origin, &r->old, err)) &&
	       cosignatures_check(r->note, c, r->verdict, err);
}

static bool old_read(struct run *r, struct err *err)
{
	const struct log_check *c = r->check;

	if (c->old_checkpoint.n == 0)
		return true;
	if (!checkpoint_open(c->old_checkpoint, c->origin, c->log_keys, c->log_key_count,
			     &r->old, err))
		return false;
	return r->old.size <= r->verdict->head.size || went_back(r, err);
}

bool log_verify(struct arena *a, const struct log_source *from, const struct log_check *check,
		struct log_verdict *out, struct err *err)
{
	struct run *r = arena_new(a, struct run);
	struct buf note;
	bool ok;

	*out = (struct log_verdict){ 0 };
	*r = (struct run){ .from = from, .check = check, .verdict = out, .time = INT64_MIN };
	buf_init(&note, NOTE_MAX);
	ok = from->read(from->ctx, S("checkpoint"), &note, err);
	if (ok && note.full)
		ok = err_set(err, ERR_INPUT, "", N_("the signed note is larger than 64 KiB"));
	r->note = arena_buf(a, &note);
	if (ok)
		ok = check->follow
			     ? heads_read(r, a, err)
			     : log_head_check(r->note, check, out, err) && old_read(r, err);
	if (!ok)
		return false;
	arena_init(&r->entries, ENTRY_ARENA);
	buf_init(&r->bundle, BUNDLE_MAX);
	buf_init(&r->tile, TILE_MAX);
	buf_init(&r->path, PATH_MAX_BYTES);
	ok = entries_check(r, err);
	buf_done(&r->path);
	buf_done(&r->tile);
	buf_done(&r->bundle);
	arena_done(&r->entries);
	return ok;
}
