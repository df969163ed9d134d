/* A node made from the file that backup.c writes. */
#include "register/backup.h"
#include "register/file.h"
#include "register/key_ring.h"
#include "register/place.h"
#include "register/ustar.h"
#include "store/carry.h"
#include "store/high_water.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	RESTORE_ARENA = 256 << 20,
	SMALL_MAX = 1 << 20,
	LOCAL_MAX = 256 << 20,
	PIECE = 64 << 10
};
/* The archive being read: one member at a time. */
struct archive {
	FILE *f;
	const char *file;
	unsigned char block[USTAR_BLOCK];
	struct str name; /* of the member at hand, in `block` */
	uint64_t size;
};

static bool damaged(const struct archive *t, struct err *err)
{
	return err_set(err, ERR_INPUT, "backup",
		       N_("%1 is not a whole backup of a node: it is cut off or damaged. Take "
			  "another one."),
		       t->file);
}

static bool get(struct archive *t, void *to, size_t n, struct err *err)
{
	return fread(to, 1, n, t->f) == n || damaged(t, err);
}

/* The next member; *end at the two zero blocks that must close the file. */
static bool next_member(struct archive *t, bool *end, struct err *err)
{
	static const unsigned char zeros[USTAR_BLOCK];

	if (!get(t, t->block, USTAR_BLOCK, err))
		return false;
	*end = memcmp(t->block, zeros, USTAR_BLOCK) == 0;
	if (*end)
		return (get(t, t->block, USTAR_BLOCK, err) &&
			memcmp(t->block, zeros, USTAR_BLOCK) == 0 && fgetc(t->f) == EOF) ||
		       damaged(t, err);
	return ustar_parse(t->block, 0600, &t->name, &t->size) || damaged(t, err);
}

/* The member's bytes into `b`, which is emptied, and over the padding. */
static bool read_member(struct archive *t, struct buf *b, struct err *err)
{
	char piece[PIECE];

	buf_clear(b);
	for (uint64_t left = t->size; left > 0;) {
		size_t n = left < PIECE ? (size_t)left : PIECE;

		if (!get(t, piece, n, err))
			return false;
		buf_add(b, str_of(piece, n));
		left -= n;
	}
	return get(t, piece, ustar_padding(t->size), err) && (!b->full || damaged(t, err));
}

/* --- first pass: every byte is as it was written --- */

static bool sum_member(struct archive *t, struct hash_stream *sum, struct err *err)
{
	char piece[PIECE];
	uint64_t left = t->size + ustar_padding(t->size);

	hash_feed(sum, str_of(t->block, USTAR_BLOCK));
	while (left > 0) {
		size_t n = left < PIECE ? (size_t)left : PIECE;

		if (!get(t, piece, n, err))
			return false;
		hash_feed(sum, str_of(piece, n));
		left -= n;
	}
	return true;
}

static bool sum_members(struct archive *t, struct hash_stream *sum, struct err *err)
{
	bool end;

	for (;;) {
		if (!next_member(t, &end, err))
			return false;
		if (end)
			return damaged(t, err);
		if (str_is(t->name, "sha256"))
			return true;
		if (!sum_member(t, sum, err))
			return false;
	}
}

static bool check_sum(struct archive *t, struct err *err)
{
	struct hash_stream *sum = hash_begin();
	bool ok = sum_members(t, sum, err), end;
	struct hash got = hash_end(sum), want;
	struct buf hex;

	if (!ok)
		return false;
	buf_init(&hex, 2 * HASH_SIZE);
	ok = read_member(t, &hex, err) &&
	     ((hash_hex(buf_str(&hex), &want) && hash_eq(&got, &want)) || damaged(t, err)) &&
	     next_member(t, &end, err) && (end || damaged(t, err));
	buf_done(&hex);
	rewind(t->f);
	return ok;
}

/* --- second pass: member by member into the new folder --- */

struct restoring {
	const struct restore_plan *plan;
	const struct backup_watch *watch;
	struct arena a;
	struct archive t;
	struct buf b;    /* the member at hand */
	const char *dir; /* being filled */
	struct store_place place;
	struct store_env env;
	struct store *store;
	struct blob_pile pile;
	bool writing; /* between store_begin and store_commit */
	bool sealed;  /* there were sealed bodies */
	struct charter charter;
	struct str party, made;
	uint64_t own_size, done, all;
	struct hash own_root;
	struct str ledger; /* the one that is coming in */
	struct take *take;
};

static void close_store(struct restoring *r)
{
	store_close(r->store);
	r->store = NULL;
}

static bool read_manifest(struct restoring *r, struct err *err)
{
	struct json *doc;
	const struct json *ledgers;
	int64_t size = 0;

	if (!json_object(&r->a, arena_str(&r->a, buf_str(&r->b)), &doc, err))
		return damaged(&r->t, err);
	r->party = json_str(doc, "party");
	r->made = json_str(doc, "made");
	ledgers = json_arr(doc, "ledgers");
	for (const struct json *l = ledgers ? ledgers->child : NULL; l; l = l->next) {
		if (!json_int(l, "size", &size) || size < 0)
			return damaged(&r->t, err);
		r->all += (uint64_t)size;
		if (!str_eq(json_str(l, "name"), r->party))
			continue;
		r->own_size = (uint64_t)size;
		if (!hash_hex(json_str(l, "root"), &r->own_root))
			return damaged(&r->t, err);
	}
	return r->own_size > 0 || damaged(&r->t, err);
}

/* node.json, with the store that is wanted now. */
static bool write_node_file(struct restoring *r, struct err *err)
{
	struct json *doc;
	struct buf b;
	struct json_w w = json_w(&b);
	bool ok;

	if (!json_object(&r->a, arena_str(&r->a, buf_str(&r->b)), &doc, err))
		return damaged(&r->t, err);
	r->place.url = r->plan->store ? r->plan->store : arena_z(&r->a, json_str(doc, "store"));
	buf_init(&b, SMALL_MAX);
	json_open(&w, '{');
	for (const struct json *m = doc->child; m; m = m->next) {
		json_key_str(&w, m->name);
		if (str_is(m->name, "store"))
			json_put_str(&w, str_z(r->place.url));
		else
			json_put_raw(&w, m->raw);
	}
	json_close(&w, '}');
	buf_ch(&b, '\n');
	ok = file_write(file_path(&r->a, r->dir, "node.json"), buf_str(&b), 0600, err);
	buf_done(&b);
	return ok;
}

static bool write_key(struct restoring *r, struct err *err)
{
	const char *name = arena_z(&r->a, r->t.name);

	if (!ring_file_name(str_from(r->t.name, sizeof("keys/") - 1)))
		return damaged(&r->t, err);
	mkdir(file_path(&r->a, r->dir, "keys"), 0700);
	return file_write(file_path(&r->a, r->dir, name), buf_str(&r->b), 0600, err);
}

/*
 * The empty stores, the charter, and a high-water file that knows the own ledger as it was:
 * the store then takes the own entries back as it would from a peer.
 */
static bool make_stores(struct restoring *r, struct err *err)
{
	struct str bytes = arena_str(&r->a, buf_str(&r->b));

	r->place.dir = r->dir;
	if (!charter_read(&r->a, bytes, &r->charter, err) || !store_create(&r->place, err) ||
	    !store_open(&r->place, STORE_WRITE, &r->env, &r->store, err) ||
	    !store_adopt(r->store, &r->charter, bytes, r->party, err))
		return false;
	close_store(r);
	if (!high_water_write(r->dir, r->own_size, &r->own_root, err) ||
	    !store_open(&r->place, STORE_WRITE, &r->env, &r->store, err))
		return false;
	blob_pile_begin(&r->pile, r->store);
	return true;
}

static bool put_blob(struct restoring *r, struct err *err)
{
	struct hash name, want;

	return (hash_hex(str_from(r->t.name, sizeof("blobs/") - 1), &want) ||
		damaged(&r->t, err)) &&
	       blob_pile_add(&r->pile, buf_str(&r->b), &name, err) &&
	       (hash_eq(&name, &want) || damaged(&r->t, err));
}

/* --- ledgers --- */

/* All bundles of a ledger are there: they must give its root. */
static bool finish_ledger(struct restoring *r, struct err *err)
{
	bool more = true;

	if (!r->take)
		return true;
	if (!store_take_stand(r->take, err))
		return false;
	store_take_end(r->take);
	r->take = NULL;
	while (more)
		if (!store_project(r->store, &more, err))
			return false;
	return true;
}

static bool put_log(struct restoring *r, struct err *err)
{
	struct str rest = str_from(r->t.name, sizeof("log/") - 1), ledger;
	struct take_plan plan = { .checkpoint = buf_str(&r->b), .bare = true };
	struct tile_path path;

	if (!str_split(&rest, '/', &ledger))
		return damaged(&r->t, err);
	if (str_is(rest, "checkpoint")) {
		if (!blob_pile_put(&r->pile, err) || !finish_ledger(r, err))
			return false;
		plan.ledger = r->ledger = arena_str(&r->a, ledger);
		return store_take_begin(r->store, &plan, &r->take, err);
	}
	if (!r->take || !str_eq(ledger, r->ledger) || !tile_path_parse(rest, &path) ||
	    path.level != ENTRY_LEVEL)
		return damaged(&r->t, err);
	if (!store_take_give(r->take, &path, buf_str(&r->b), err))
		return false;
	r->done += path.width;
	if (r->watch->progress)
		r->watch->progress(r->watch->ctx, r->done, r->all);
	return true;
}

/* Openings come last: the store writes once its own ledger is whole again. */
static bool put_opening(struct restoring *r, struct err *err)
{
	struct hash c;

	if (!finish_ledger(r, err))
		return false;
	if (!hash_hex(str_from(r->t.name, sizeof("openings/") - 1), &c))
		return damaged(&r->t, err);
	if (!r->writing && !store_begin(r->store, err))
		return false;
	r->writing = r->sealed = true;
	return store_opening(r->store, &c, buf_str(&r->b), err);
}

/* Nothing of the ledgers is left to be put: no entry was appended, so that nothing is signed.
 */
static bool finish_ledgers(struct restoring *r, struct err *err)
{
	struct skey none = { 0 };

	if (!finish_ledger(r, err) || (r->writing && !store_commit(r->store, &none, err)))
		return false;
	r->writing = false;
	return true;
}

/* After the entries: a ledger that is forked is not taken over. */
static bool put_signed(struct restoring *r, struct err *err)
{
	return finish_ledgers(r, err) &&
	       signed_settle(store_writer_view(r->store), buf_str(&r->b), err);
}

static bool put_local(struct restoring *r, struct err *err)
{
	struct view *v;
	bool ok;

	if (!finish_ledgers(r, err) || !view_open(r->store, &v, err))
		return false;
	ok = local_settle(v, buf_str(&r->b), err) &&
	     local_log(v, r->env.now(r->env.ctx), S("cli"),
		       arena_join(&r->a, S("restored from the backup made "), r->made), err);
	view_close(v);
	return ok;
}

/* --- all members, in the order they stand --- */

static const struct kind {
	const char *name;
	bool folder; /* the name is a beginning */
	bool needed;
	size_t max;
	bool (*take)(struct restoring *r, struct err *err);
} kinds[] = {
	{ "benkan-backup", false, true, SMALL_MAX, read_manifest },
	{ "node.json", false, true, SMALL_MAX, write_node_file },
	{ "keys/", true, false, SMALL_MAX, write_key },
	{ "charter.json", false, true, CHARTER_MAX, make_stores },
	{ "blobs/", true, false, BLOB_MAX, put_blob },
	{ "log/", true, true, TILE_WIDTH *(ENTRY_CARRY_MAX + 2), put_log },
	{ "openings/", true, false, SMALL_MAX * 4, put_opening },
	{ "signed.jsonl", false, false, LOCAL_MAX, put_signed },
	{ "local.jsonl", false, true, LOCAL_MAX, put_local },
};
enum { KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]) };

/* What the member at hand is, when it may follow one of kind `last`; -1 when it may not. */
static int kind_after(const struct archive *t, int last)
{
	for (int i = last < 0 ? 0 : last; i < KIND_COUNT; i++) {
		struct str name = str_z(kinds[i].name);
		bool is = kinds[i].folder ? str_starts(t->name, name) : str_eq(t->name, name);

		if (is && (i > last || kinds[i].folder))
			return i;
		if (kinds[i].needed && i > last)
			return -1;
	}
	return -1;
}

static bool take_members(struct restoring *r, struct err *err)
{
	int last = -1;
	bool end;

	for (;;) {
		if (!next_member(&r->t, &end, err))
			return false;
		if (!end && str_is(r->t.name, "sha256"))
			return last == KIND_COUNT - 1 || damaged(&r->t, err);
		last = end ? -1 : kind_after(&r->t, last);
		if (last < 0 || r->t.size > kinds[last].max)
			return damaged(&r->t, err);
		if (!read_member(&r->t, &r->b, err) || !kinds[last].take(r, err))
			return false;
	}
}

/* --- the high-water file (LEDGER.md 5.2) --- */

static bool settle_high_water(struct restoring *r, struct err *err)
{
	const char *path = file_path(&r->a, r->dir, "high-water");
	struct hash root;
	struct str bytes;
	uint64_t size;
	bool found;

	if (unlink(path) != 0)
		return err_set(err, ERR_UNREACHABLE, NULL, N_("%1 could not be written: %2."),
			       path, strerror(errno));
	if (!r->plan->high_water)
		return true;
	if (!file_read(&r->a, r->plan->high_water, SMALL_MAX, &bytes, err) ||
	    !file_write(path, bytes, 0600, err) ||
	    !high_water_read(r->dir, &size, &root, &found, err))
		return false;
	return found || err_set(err, ERR_INPUT, "high-water",
				N_("%1 is not a high-water file. Restore without it, then "
				   "fetch what is missing "
				   "from a peer."),
				r->plan->high_water);
}

/* Sealed bodies came after the entries that name them: replay, so that pages show them. */
static bool replay(struct restoring *r, struct err *err)
{
	bool ok;

	if (!r->sealed)
		return true;
	ok = store_open(&r->place, STORE_REBUILD, &r->env, &r->store, err) &&
	     store_rebuild(r->store, NULL, NULL, err);
	if (r->store)
		close_store(r);
	return ok;
}

/* Close, and open once more as any later command will: what it finds is the state. */
static bool judge(struct restoring *r, enum ledger_state *state, struct err *err)
{
	close_store(r);
	if (!replay(r, err) || !settle_high_water(r, err) ||
	    !store_open(&r->place, STORE_WRITE, &r->env, &r->store, err) ||
	    (r->plan->confirm.n && !store_confirm(r->store, r->plan->confirm, err)))
		return false;
	*state = store_own_state(r->store);
	close_store(r);
	return true;
}

static bool fill(struct restoring *r, enum ledger_state *state, struct err *err)
{
	return check_sum(&r->t, err) && take_members(r, err) && judge(r, state, err);
}

static bool restore_in(struct restoring *r, enum ledger_state *state, struct err *err)
{
	struct place place;
	bool ok;

	r->t.file = r->plan->file;
	r->t.f = fopen(r->plan->file, "re");
	if (!r->t.f)
		return err_set(err, ERR_UNREACHABLE, "backup",
			       N_("%1 could not be opened: %2."), r->plan->file,
			       strerror(errno));
	ok = place_begin(&r->a, r->plan->dir, &place, err);
	if (ok) {
		r->dir = place.temporary;
		ok = fill(r, state, err) && place_settle(&place, err);
		if (r->writing)
			store_rollback(r->store);
		store_take_end(r->take);
		blob_pile_end(&r->pile);
		if (r->store)
			store_close(r->store);
		if (!ok)
			place_drop(&place);
	}
	fclose(r->t.f);
	return ok;
}

static int64_t now_of(void *ctx)
{
	const struct node_env *env = ctx;

	return env->now_ms(env->ctx) / 1000;
}

bool node_restore(const struct restore_plan *plan, const struct node_env *env,
		  const struct backup_watch *watch, enum ledger_state *state, struct err *err)
{
	struct node_env clock = *env;
	struct restoring r = { .plan = plan, .watch = watch, .env = { now_of, &clock } };
	bool ok;

	arena_init(&r.a, RESTORE_ARENA);
	buf_init(&r.b, LOCAL_MAX);
	ok = restore_in(&r, state, err);
	buf_done(&r.b);
	arena_done(&r.a);
	return ok;
}
