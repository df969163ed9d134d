#include "store/local.h"
#include "store/project.h"
#include "store/store_private.h"

#include "base/date.h"

#include <assert.h>

enum { NOTE_ROOM = 4 << 10 };

enum ledger_state store_own_state(const struct store *s)
{
	return (enum ledger_state)atomic_load(&s->own_state);
}

/* Nothing is written on top of what is not known. */
static bool follows_on(struct store *s, struct err *err)
{
	if (s->own->size == 0 || projection_may(s->projection, s->own->name, 1) == 1)
		return true;
	return err_set(err, ERR_CONFLICT, "ledger",
		       N_("Ledger %1 goes on where another of this party was closed, and that "
			  "is not all here: fetch it first, with `benkan sync` or a pouch from "
			  "another party."),
		       err_arg(s->own->name));
}

static bool refused(const struct store *s, struct err *err)
{
	switch (store_own_state(s)) {
	case LEDGER_OK: break;
	case LEDGER_RESTORED:
		return err_set(err, ERR_CONFLICT, "ledger",
			       N_("This node was put back from an older copy: its high-water "
				  "file is missing, or knows more "
				  "entries than its database. Fetch the missing entries from "
				  "the other side with `benkan "
				  "sync`; nothing is written or signed before that."));
	case LEDGER_FORKED:
		return err_set(err, ERR_FORK, "ledger",
			       N_("This node's own ledger shows two histories. Nothing more is "
				  "written to it: see `benkan "
				  "verify`."));
	case LEDGER_CLOSED:
		return err_set(
			err, ERR_CONFLICT, "ledger",
			N_("This node's ledger was closed by an amendment of the charter: "
			   "nothing more is written to it. Its party goes on at the node of "
			   "its new ledger, or has left the register."));
	}
	return true;
}

bool store_settle(struct store *s, struct err *err)
{
	if (s->stale) {
		follow_all(s);
		if (!ledgers_load(s, err))
			return false;
		s->stale = false;
		s->behind = true;
		high_water_post(s->high_water, s->own->size, &s->own->root);
	}
	return !s->behind || replay_ledger(s, s->own, err);
}

/* The register's transaction is open already when it owes something. */
static bool begin_both(struct store *s, struct err *err)
{
	if (!store_settle(s, err) || !documents_apply(s, err) ||
	    !db_begin(s->ledger, true, err))
		return false;
	if (atomic_load(&s->owed) || db_begin(s->reg, true, err))
		return true;
	db_rollback(s->ledger);
	return false;
}

static void give_turn(struct store *s)
{
	if (s->began)
		store_turn_give(s);
}

bool store_begin(struct store *s, struct err *err)
{
	assert(s->mode == STORE_WRITE && !s->writing);
	if (!s->own)
		return err_set(
			err, ERR_MISSING, "charter",
			N_("This node has no charter yet. Give it one with `benkan adopt`."));
	if (!refused(s, err) || !follows_on(s, err) || !high_water_well(s->high_water, err))
		return false;
	s->began = store_turn_take(s);
	if (!begin_both(s, err)) {
		give_turn(s);
		return false;
	}
	s->writing = true;
	s->touched = false;
	s->openings = 0;
	s->unwritten_count = 0;
	fresh_forget(s);
	s->last = s->waiting.is = s->waiting.lost = false;
	return true;
}

static bool project_waiting(struct store *s, struct err *err);

bool store_bring_up(struct store *s, struct err *err)
{
	assert(s->writing);
	return project_waiting(s, err) && apply_settle(s->projection, err);
}

uint64_t store_next(const struct store *s)
{
	return s->edge.size;
}

int64_t store_last_time(const struct store *s)
{
	return s->last_time;
}

static bool put_full_tile(void *ctx, unsigned level, uint64_t n, const struct hash *hashes,
			  struct err *err)
{
	struct store *s = ctx;

	return tile_put(s->ledger, s->own->lid, level, n, hashes, TILE_WIDTH, err);
}

/* Own entries are written by entry_write: the time stands near the front, as text without
 * escapes. */
static int64_t claimed_time(struct str entry)
{
	static const char before[] = "\"time\":\"";
	struct str member, rest = str_cut(entry, 256);
	int64_t time;

	while (str_split(&rest, ',', &member))
		if (str_starts(member, str_z(before)))
			return time_parse(str_cut(str_from(member, sizeof(before) - 1),
						  TIME_TEXT - 1),
					  &time)
				       ? time
				       : INT64_MIN;
	return INT64_MIN;
}

/* --- entries that wait, so that several are written by one statement --- */

static bool write_all(void *ctx, struct err *err)
{
	struct store *s = ctx;
	unsigned n = s->unwritten_count;

	s->unwritten_count = 0;
	return fresh_write(s, err) &&
	       entries_put(s->ledger, s->own->lid, s->unwritten_from, s->unwritten, n, err);
}

bool unwritten_write(struct store *s, struct err *err)
{
	db_put_off(s->ledger, NULL, NULL);
	return write_all(s, err);
}

void unwritten_wait(struct store *s)
{
	db_put_off(s->ledger, write_all, s);
}

static bool entry_wait(struct store *s, uint64_t n, struct str entry, struct err *err)
{
	if (db_engine(s->ledger) != DB_SQLITE)
		return entries_put(s->ledger, s->own->lid, n, &entry, 1, err);
	if (s->unwritten_count == ROWS_AT_ONCE && !unwritten_write(s, err))
		return false;
	if (s->unwritten_count == 0) {
		arena_reset(&s->unwritten_bytes);
		s->unwritten_from = n;
	}
	s->unwritten[s->unwritten_count++] = arena_str(&s->unwritten_bytes, entry);
	unwritten_wait(s);
	return true;
}

/* What the ledger follows on may not be here yet: then the entry is projected when that has
 * come. */
static bool project(struct store *s, uint64_t n, struct str entry, struct entry *read,
		    struct err *err)
{
	struct projection *p = s->projection;

	if (projection_may(p, s->own->name, n + 1) <= n)
		return true;
	return (read ? apply_read(p, s->own->name, read, err)
		     : apply_entry(p, s->own->name, n, entry, err)) &&
	       apply_look(p, err); /* the next draft may name what this one made */
}

static bool project_waiting(struct store *s, struct err *err)
{
	struct waiting *w = &s->waiting;

	if (!w->is)
		return true;
	w->is = false;
	return project(s, w->n, buf_str(&w->bytes), NULL, err);
}

static void wait_for_sync(struct store *s, uint64_t n, struct str entry)
{
	struct waiting *w = &s->waiting;

	s->last = false;
	w->is = true;
	w->n = n;
	buf_clear(&w->bytes);
	buf_add(&w->bytes, entry);
}

/* What goes wrong here is the register's matter: the ledger stands. */
static void project_meanwhile(void *ctx)
{
	struct store *s = ctx;
	struct err later;

	s->syncing = true;
	s->waiting.lost |= !project_waiting(s, &later);
	s->syncing = false;
}

void store_last(struct store *s)
{
	s->last = true;
}

void store_beside(struct store *s, bool is)
{
	waiting_hold(s->projection, is);
}

bool store_append(struct store *s, struct str entry, struct hash *leaf, struct err *err)
{
	return store_append_read(s, entry, NULL, leaf, err);
}

bool store_append_read(struct store *s, struct str entry, struct entry *read, struct hash *leaf,
		       struct err *err)
{
	uint64_t n = s->edge.size;
	int64_t time;

	assert(s->writing);
	if (entry.n == 0 || entry.n > ENTRY_MAX)
		return err_set(err, ERR_INPUT, "entry",
			       N_("An entry may have at most 16 384 bytes. Put long texts into "
				  "an attachment."));
	s->touched = true;
	*leaf = leaf_hash(entry);
	if (!entry_wait(s, n, entry, err) ||
	    !tree_edge_append(&s->edge, leaf, put_full_tile, s, err) ||
	    !project_waiting(s, err))
		return false;
	if (s->last)
		wait_for_sync(s, n, entry);
	else if (!project(s, n, entry, read, err))
		return false;
	time = read ? read->time : claimed_time(entry);
	if (time > s->last_time)
		s->last_time = time;
	return true;
}

bool store_opening(struct store *s, const struct hash *c, struct str body, struct err *err)
{
	struct stmt *q;
	bool erased;

	assert(s->writing);
	if (!commitment_opens(body, c))
		return err_set(err, ERR_INPUT, "sealed",
			       N_("The sealed body is not the one that was committed to."));
	if (!erase_holds(s, c, &erased, err))
		return false;
	if (erased) /* it is not kept a second time */
		return true;
	if (!project_waiting(s, err))
		return false;
	s->touched = true;
	q = db_prepare(s->ledger,
		       "INSERT INTO opening(c, bytes) VALUES(?, ?) ON CONFLICT(c) DO NOTHING",
		       err);
	if (!q)
		return false;
	stmt_blob(q, 0, c->b, HASH_SIZE);
	stmt_blob(q, 1, body.p, body.n);
	if (!stmt_done(q, err))
		return false;
	s->openings += (uint64_t)stmt_changes(q);
	return apply_opening(s->projection, c, err);
}

/* The new head, signed, with its tiles and its row (LEDGER.md 5.2: one checkpoint a
 * transaction). */
static bool put_head(struct store *s, struct held *head, const struct skey *log_key,
		     struct err *err)
{
	struct checkpoint cp = { .origin = head->origin,
				 .size = head->size,
				 .root = head->root };
	struct buf text, note;
	bool ok;

	buf_init(&text, NOTE_ROOM);
	buf_init(&note, NOTE_ROOM);
	checkpoint_write(&text, &cp);
	note_sign(&note, buf_str(&text), log_key);
	if (s->former)
		note_line(&note, buf_str(&text), s->former);
	assert(!text.full && !note.full);
	ok = edge_put(s->ledger, head->lid, &s->edge, err) &&
	     own_checkpoint_put(s, head->size, &head->root, buf_str(&note), err);
	buf_done(&text);
	buf_done(&note);
	return ok;
}

static bool may_owe(struct store *s, uint64_t grown)
{
	unsigned read = atomic_load(&s->read);

	if (read > 0)
		atomic_store(&s->read, read - 1);
	return s->owes && grown > 0 && (grown <= OWED_AT_ONCE || read == 0) &&
	       atomic_load(&s->owed) + grown <= OWED_MAX;
}

/*
 * The ledger stands; whatever befalls the register from here on is made good by replay.
 * A few entries leave it owing: a view that begins lets it follow, or the next larger
 * commit, or who called, in a quiet moment.
 */
static void after_commit(struct store *s, const struct held *head)
{
	uint64_t grown = head->size - s->own->size + s->openings;

	if (head->size > s->own->size)
		high_water_post(s->high_water, head->size, &head->root);
	s->own->size = head->size;
	s->own->root = head->root;
	if (s->waiting.lost)
		follow_again(s);
	else if (s->erased || s->unscrubbed || !may_owe(s, grown))
		follow_all(s);
	else
		follow_later(s, (unsigned)grown);
	s->writing = false;
	fresh_forget(s);
	atomic_fetch_add(&s->generation, grown);
	erase_done(s);
	give_turn(s);
}

static bool commit_ledger(struct store *s, struct err *err)
{
	db_meanwhile(s->ledger, s->waiting.is ? project_meanwhile : NULL, s);
	if (!db_commit(s->ledger, err)) {
		/* It may have failed before it came to that. */
		db_meanwhile(s->ledger, NULL, NULL);
		s->waiting.is = false;
		s->stale = true;
		return false;
	}
	project_meanwhile(s); /* where the engine did not wait for a disk itself */
	return true;
}

bool store_commit(struct store *s, const struct skey *log_key, struct err *err)
{
	struct held head = *s->own;

	assert(s->writing);
	head.size = s->edge.size;
	if (head.size > s->own->size) {
		head.root = tree_edge_root(&s->edge);
		if ((s->own->size == 0 && !high_water_first(s->high_water, err)) ||
		    !put_head(s, &head, log_key, err))
			return false;
	}
	if (!commit_ledger(s, err))
		return false;
	after_commit(s, &head);
	return true;
}

void store_overlap(struct store *s, const struct skey *former)
{
	s->former = former;
}

void store_rollback(struct store *s)
{
	if (!s->writing)
		return;
	db_rollback(s->ledger);
	fresh_forget(s);
	if (s->touched || !atomic_load(&s->owed))
		follow_again(s);
	s->writing = false;
	erase_undone(s);
	/* What was appended is taken off the edge by reading it again, at the next store_begin.
	 */
	s->stale = s->stale || s->edge.size != s->own->size;
	give_turn(s);
}

/* --- an operator's word about a missing high-water file (LEDGER.md 5.2) --- */

bool store_confirm(struct store *s, struct str who, struct err *err)
{
	struct hash root;
	uint64_t size;
	bool found;

	if (store_own_state(s) != LEDGER_RESTORED)
		return true;
	if (s->own->size == 0)
		return err_set(err, ERR_CONFLICT, "ledger",
			       N_("The own ledger was lost and nothing of it is back yet: "
				  "fetch it from the other side with `benkan sync` first."));
	if (!high_water_read(s->dir, &size, &root, &found, err))
		return false;
	if (found && size > s->own->size)
		return err_set(err, ERR_CONFLICT, "ledger",
			       N_("The high-water file knows %1 entries and the database %2: "
				  "the missing ones must be fetched "
				  "from the other side with `benkan sync`; nobody's word "
				  "replaces them."),
			       err_num(size), err_num(s->own->size));
	if (!staged_drop(s, s->own, err) ||
	    !local_log(&s->writer, s->env.now(s->env.ctx), who,
		       S("confirmed that the own ledger is whole although its high-water file "
			 "is missing"),
		       err) ||
	    !high_water_write(s->dir, s->own->size, &s->own->root, err) ||
	    !witnessed_cover(s, err))
		return false;
	high_water_post(s->high_water, s->own->size, &s->own->root);
	return own_state_put(s, LEDGER_OK, err);
}
