#include "store/durable.h"
#include "store/packed_kept.h"
#include "store/store_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bump when a table of the ledger store or the local store changes; then write how the old one
 * is carried over.  A table the local store gains needs none: store_open makes it. */
static const char format[] = "3";

/* The page caches of the writer's connections, at the most: a serving node must stay small, a
 * rebuild need not.  What a large import changes in one commit is not to overflow them:
 * SQLite then writes pages into the log in the middle of a transaction, and at its end reads
 * the whole of it again for the checksums. */
enum {
	LEDGER_CACHE_KIB = 6 << 10,
	REGISTER_CACHE_KIB = 20 << 10,
	REBUILD_CACHE_KIB = 64 << 10
};
/* Entries come one behind the other, a few KB each, and what was random in the register waits
 * for its place (0035, 0036): larger pages are fewer for the log and the file.  The ledger's
 * index of attachments is by their hash, so random; there a page costs what its bytes do. */
enum { LEDGER_PAGE = 8192, REGISTER_PAGE = 16384 };
enum { CHARTER_ARENA_MAX = 64 << 20 };

static bool place_good(const struct store_place *place, struct err *err)
{
	if (strlen(place->dir) <= DIR_MAX)
		return true;
	return err_set(err, ERR_INPUT, "node",
		       N_("The node's folder has too long a path: choose a shorter one."));
}

/* --- create --- */

/* A schema and the format's number, or nothing; *fresh is false when it is there already. */
static bool make_tables(struct db *d, bool (*schema)(struct db *, struct err *), bool *fresh,
			struct err *err)
{
	struct arena a;
	struct str value;
	bool found, ok;

	arena_init(&a, 4 << 10);
	ok = meta_get(d, &a, "format", &value, &found, err);
	arena_done(&a);
	if (!ok)
		return false;
	*fresh = !found;
	if (found)
		return true;
	if (!db_begin(d, true, err))
		return false;
	if (schema(d, err) && meta_make(d, err) && meta_put(d, "format", str_z(format), err))
		return db_commit(d, err);
	db_rollback(d);
	return false;
}

static bool create_one(const struct store_place *place, struct db_plan plan,
		       bool (*schema)(struct db *, struct err *), bool *fresh, struct err *err)
{
	struct db *d;
	bool ok;

	plan.dir = place->dir;
	plan.url = place->url;
	plan.durability = DB_FULL;
	plan.create = true;
	if (!db_open(&plan, &d, err))
		return false;
	ok = make_tables(d, schema, fresh, err);
	db_close(d);
	return ok;
}

bool store_create(const struct store_place *place, struct err *err)
{
	bool fresh;
	int lock;
	bool ok;

	if (!place_good(place, err) || !lock_take(place->dir, &lock, err))
		return false;
	/* The ledger's tables come last: with them the node is there. */
	ok = create_one(place, (struct db_plan){ .name = "local" }, local_schema, &fresh,
			err) &&
	     create_one(place, (struct db_plan){ .name = "ledger", .page_bytes = LEDGER_PAGE },
			ledgers_schema, &fresh, err);
	close(lock);
	if (ok && !fresh)
		return err_set(err, ERR_CONFLICT, "store",
			       N_("There is a node here already (%1). Choose another folder or "
				  "database."),
			       place->dir);
	return ok;
}

/* --- open --- */

static bool open_one(struct store *s, struct db_plan plan, struct db **out, struct err *err)
{
	plan.dir = s->dir;
	plan.url = s->url;
	plan.holder = &s->holder;
	return db_open(&plan, out, err);
}

struct db_plan register_plan(const struct store *s)
{
	return (struct db_plan){ .dir = s->dir,
				 .url = s->url,
				 .name = "register",
				 .durability = DB_LAZY,
				 .read_only = s->mode == STORE_READ,
				 .create = s->mode != STORE_READ,
				 .holder = &s->holder,
				 .cache_kib = s->mode == STORE_REBUILD ? REBUILD_CACHE_KIB
								       : REGISTER_CACHE_KIB,
				 .page_bytes = REGISTER_PAGE };
}

static bool open_all(struct store *s, struct err *err)
{
	bool read = s->mode == STORE_READ;

	if (!open_one(s,
		      (struct db_plan){ .name = "ledger",
					.durability = DB_FULL,
					.read_only = read,
					.lock = !read,
					.cache_kib = LEDGER_CACHE_KIB },
		      &s->ledger, err) ||
	    !open_one(s, (struct db_plan){ .name = "local", .durability = DB_FULL }, &s->local,
		      err))
		return false;
	s->writer.ledger = s->ledger;
	s->writer.local = s->local;
	return true;
}

/* A ledger without its tables: never made, or lost, which the high-water file tells. */
static bool no_node(struct store *s, struct err *err)
{
	struct hash root;
	uint64_t size;
	bool signed_before;

	if (!high_water_read(s->dir, &size, &root, &signed_before, err))
		return false;
	if (signed_before)
		return db_damaged(s->ledger, "it is empty", err);
	return err_set(err, ERR_MISSING, "store",
		       N_("There is no node in %1. Make one with `benkan init`."), s->dir);
}

static void be_writer(const struct store_place *place, const struct store_env *env);

/* Attachments that are files stay so.  The format tells older programs what has changed. */
static bool carry_over(struct store *s, bool all_blobs_files, struct err *err)
{
	if (!db_begin(s->ledger, true, err))
		return false;
	if ((!all_blobs_files || blob_schema(s->ledger, err)) &&
	    entries_carry_over(s->ledger, err) &&
	    meta_put(s->ledger, "format", str_z(format), err))
		return db_commit(s->ledger, err);
	db_rollback(s->ledger);
	return false;
}

/* Who only reads an older program's node is its writer for a moment. */
static bool check_format(struct store *s, struct err *err)
{
	const struct store_place place = { .dir = s->dir, .url = s->url };
	struct str value;
	bool found, is_older;

	if (!meta_get(s->ledger, &s->arena, "format", &value, &found, err))
		return false;
	if (!found)
		return no_node(s, err);
	is_older = str_is(value, "1") || str_is(value, "2");
	if (is_older && s->mode != STORE_READ)
		return carry_over(s, str_is(value, "1"), err);
	if (is_older) {
		be_writer(&place, &s->env);
		if (!meta_get(s->ledger, &s->arena, "format", &value, &found, err))
			return false;
	}
	if (found && str_is(value, format))
		return true;
	return err_set(err, ERR_UNREACHABLE, "store",
		       N_("This node was written by another version of Benkan (format %1; this "
			  "program knows %2). Run that "
			  "version, or a newer one."),
		       err_arg(value), format);
}

/* A node of an older program lacks tables of the local store; one without any is damaged. */
static bool complete_local(struct store *s, struct err *err)
{
	struct str value;
	bool found;

	return meta_get(s->local, &s->arena, "format", &value, &found, err) &&
	       (!found || local_schema(s->local, err));
}

/*
 * What the high-water file says of the own ledger (LEDGER.md 5.2): behind the database
 * after a crash is usual, ahead of it or missing is a backup that was put back.
 */
static bool judge_high_water(struct store *s, struct err *err)
{
	struct tile_source from = { s->ledger, s->own->lid };
	struct tiles tiles = tiles_of(&from);
	struct hash root, ours;
	uint64_t covered = 0;
	bool found;

	if (!high_water_read(s->dir, &covered, &root, &found, err))
		return false;
	s->covered = covered;
	if (s->own->state != LEDGER_OK) {
		atomic_store(&s->own_state, s->own->state);
		return true;
	}
	if (found ? covered > s->own->size : s->own->size > 0) {
		atomic_store(&s->own_state, LEDGER_RESTORED);
		return true;
	}
	if (!found)
		return true;
	if (!tree_root(&tiles, covered, &ours, err))
		return false;
	if (!hash_eq(&root, &ours))
		atomic_store(&s->own_state, LEDGER_FORKED);
	return true;
}

static bool load_charter(struct store *s, struct err *err)
{
	struct str bytes;
	bool found;

	if (!meta_get(s->ledger, &s->arena, "charter", &bytes, &found, err))
		return false;
	if (!found)
		return true;
	if (!meta_get(s->ledger, &s->arena, "own", &s->own_name, &found, err))
		return false;
	s->charter = arena_new(&s->arena, struct charter);
	return charter_read(&s->arena, bytes, s->charter, err) && ledgers_load(s, err) &&
	       judge_high_water(s, err) &&
	       (s->mode != STORE_WRITE || store_own_state(s) != LEDGER_OK ||
		staged_drop(s, s->own, err));
}

static bool start_high_water(struct store *s, struct err *err)
{
	if (s->mode != STORE_WRITE)
		return true;
	if (!high_water_start(s->dir, s->covered, &s->high_water, err))
		return false;
	if (s->own && store_own_state(s) == LEDGER_OK && s->own->size > s->covered)
		high_water_post(s->high_water, s->own->size, &s->own->root);
	return !s->own || witnessed_learn(s, err);
}

static bool open_steps(struct store *s, struct err *err)
{
	if (s->mode != STORE_READ && !lock_take(s->dir, &s->lock, err))
		return false;
	return open_all(s, err) && check_format(s, err) && complete_local(s, err) &&
	       load_charter(s, err) && start_high_water(s, err) && register_open(s, err);
}

static bool open_as(const struct store_place *place, enum store_mode mode,
		    const struct store_env *env, struct store **out, struct err *err)
{
	struct store *s;

	*out = NULL;
	s = calloc(1, sizeof(*s));
	assert(s);
	s->dir = strdup(place->dir);
	s->url = strdup(place->url);
	assert(s->dir && s->url);
	s->mode = mode;
	s->env = *env;
	s->lock = -1;
	arena_init(&s->arena, CHARTER_ARENA_MAX);
	arena_init(&s->unwritten_bytes, 4 * ROWS_AT_ONCE * ENTRY_MAX);
	arena_init(&s->fresh.arena, 3 * ROWS_AT_ONCE * BLOB_ROW_MAX);
	pthread_mutex_init(&s->arrivals.lock, NULL);
	buf_init(&s->waiting.bytes, ENTRY_MAX);
	pthread_mutex_init(&s->views.lock, NULL);
	s->kept = packed_kept_new();
	turns_start(s);
	s->source = replay_source(s);
	s->writer = (struct view){ .store = s, .writer = true };
	if (!open_steps(s, err)) {
		store_close(s);
		return false;
	}
	*out = s;
	return true;
}

/*
 * What a reader wants done where no writer runs: the node's format is an older one, or the
 * register is behind its ledgers, which a writer owes it that was killed.  Only for whom the
 * node is, so that no file in it comes to be another's.
 */
static void be_writer(const struct store_place *place, const struct store_env *env)
{
	struct store *s;
	struct err ignored;
	struct stat dir;

	if (stat(place->dir, &dir) != 0 || dir.st_uid != geteuid())
		return;
	if (open_as(place, STORE_WRITE, env, &s, &ignored))
		store_close(s);
}

bool store_open(const struct store_place *place, enum store_mode mode,
		const struct store_env *env, struct store **out, struct err *err)
{
	*out = NULL;
	if (!place_good(place, err) || !open_as(place, mode, env, out, err))
		return false;
	if (mode != STORE_READ || !(*out)->behind)
		return true;
	store_close(*out);
	be_writer(place, env);
	return open_as(place, mode, env, out, err);
}

void store_close(struct store *s)
{
	struct err ignored;

	if (!s)
		return;
	store_rollback(s);
	store_follow(s);
	if (s->mode == STORE_WRITE && s->projection && !s->stale)
		(void)!(replay_missing(s, &ignored) && documents_apply(s, &ignored) &&
			charter_come_up(s, &ignored));
	if (s->high_water)
		high_water_stop(s->high_water);
	if (s->projection)
		projection_close(s->projection);
	views_drop(s);
	db_close(s->reg);
	db_close(s->ledger);
	db_close(s->local);
	if (s->lock >= 0)
		close(s->lock);
	arena_done(&s->arena);
	arena_done(&s->unwritten_bytes);
	arena_done(&s->fresh.arena);
	pthread_mutex_destroy(&s->arrivals.lock);
	pthread_mutex_destroy(&s->views.lock);
	packed_kept_free(s->kept);
	turns_end(s);
	buf_done(&s->waiting.bytes);
	free(s->dir);
	free(s->url);
	free(s);
}

/* --- adoption --- */

static bool put_ledgers(struct store *s, const struct charter *c, struct err *err)
{
	for (size_t i = 0; i < c->ledger_count; i++) {
		const struct charter_ledger *l = &c->ledgers[i];
		struct held h = { .lid = (int64_t)i + 1,
				  .name = l->name,
				  .party = l->party,
				  .origin = l->origin,
				  .root = empty_root() };

		if (!ledger_row_put(s, &h, S(""), err))
			return false;
	}
	return true;
}

bool store_adopt(struct store *s, const struct charter *c, struct str charter_bytes,
		 struct str own, struct err *err)
{
	assert(s->mode == STORE_WRITE && !s->writing);
	if (s->charter)
		return err_set(err, ERR_CONFLICT, "charter",
			       N_("This node has adopted a charter already."));
	if (!charter_find(c, own))
		return err_set(err, ERR_INPUT, "charter",
			       N_("The charter names no ledger %1: it must hold this node's "
				  "keys as `benkan init` printed them."),
			       err_arg(own));
	if (!db_begin(s->ledger, true, err))
		return false;
	if (!put_ledgers(s, c, err) || !meta_put(s->ledger, "charter", charter_bytes, err) ||
	    !meta_put(s->ledger, "own", own, err)) {
		db_rollback(s->ledger);
		return false;
	}
	return db_commit(s->ledger, err) && load_charter(s, err) && register_open(s, err);
}

/* --- small answers --- */

const struct charter *store_charter(const struct store *s)
{
	return s->charter;
}

struct str store_own(const struct store *s)
{
	return s->own_name;
}

uint64_t store_generation(const struct store *s)
{
	return atomic_load(&s->generation);
}

uint64_t store_heard(const struct store *s)
{
	return atomic_load(&s->heard);
}

uint64_t store_served(const struct store *s)
{
	return s->high_water ? high_water_done(s->high_water) : s->covered;
}

struct view *store_writer_view(struct store *s)
{
	return &s->writer;
}
