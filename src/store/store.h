/*
 * Where everything is kept: three stores behind one driver table (db.h, private).
 *
 * - ledger: what was said: entries, tiles, checkpoints, openings, small attachments.  Enduring,
 *   the truth.
 * - register: what it adds up to: the projection.  Derived; dropped and replayed by `rebuild`.
 * - local: accounts, sign-in sessions, form drafts.  Enduring, never leaves this node.
 *
 * Files `ledger.db`, `register.db`, `local.db` of SQLite in the node's folder, or three
 * schemas of one PostgreSQL database.  The ledger commits first; the register records how
 * far it has applied each ledger and catches up when it is opened after a crash.
 *
 * One `struct store` a process.  Exactly one thread writes (between store_begin and
 * store_commit); any number read, each through its own `struct view`.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H
#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "ledger/charter.h"
#include "ledger/entry.h"
#include "ledger/note.h"
#include "ledger/tree.h"
#include "model/model.h"

struct store;

struct store_place {
	const char *dir; /* the node's folder: large attachments, high-water file and lock are
			    here in any case */
	const char *url; /* "sqlite" or "postgresql://…" */
};

/* The parts of the clock and of chance that the store needs; passed in from cli. */
struct store_env {
	int64_t (*now)(void *ctx); /* seconds since 1970 */
	void *ctx;
};

enum store_mode {
	STORE_READ,  /* beside a running node: nothing is written, the projection is taken as it
			is.  Where none runs, what a killed one owed it is made good first */
	STORE_WRITE, /* takes the node's lock: a second process is refused (ERR_CONFLICT, names
			its pid) */
	STORE_REBUILD /* as WRITE, but the projection is not looked at: it is dropped unread,
			 however hurt, and store_rebuild must follow */
};

/* Make the tables of a new node; refuses a place that already holds one. */
bool store_create(const struct store_place *place, struct err *err) MUST_USE;
/*
 * Open; checks the format version and that the stored head of the own ledger has the
 * root its tiles give; replays what the projection lacks.  A damaged database is
 * ERR_UNREACHABLE with the way out (restore, or rebuild when only the projection is hurt).
 */
bool store_open(const struct store_place *place, enum store_mode mode,
		const struct store_env *env, struct store **out, struct err *err) MUST_USE;
void store_close(struct store *s); /* flushes the high-water file */

/* --- ledgers --- */
enum ledger_state { LEDGER_OK, LEDGER_RESTORED, LEDGER_FORKED, LEDGER_CLOSED };
struct ledger_row {
	struct str name, party, origin;
	uint64_t size;
	struct hash root;
	struct str checkpoint; /* newest note held, may be empty */
	enum ledger_state state;
	bool own;
};
/* Register the charter's ledgers; `own` is this node's ledger name.  Once, at adoption. */
bool store_adopt(struct store *s, const struct charter *c, struct str charter_bytes,
		 struct str own, struct err *err) MUST_USE;
/* The charter adopted, or NULL before; it lives as long as the store. */
const struct charter *store_charter(const struct store *s);

/*
 * The writer's connections, its view (store_writer_view) and the projection are one thread's at
 * a time: of who has the turn.  Who comes first is served first.  False when the thread has its
 * turn already; only who was given true gives it back.  Where there is one thread nobody need
 * take it.
 */
bool store_turn_take(struct store *s);
void store_turn_give(struct store *s);
/* Between the two there may be several threads: whoever uses those without the turn is stopped
 * (assert), for SQLite would not notice and damage the ledger. */
void store_threads(struct store *s, bool may);

/* --- writing the own ledger (only src/register/ calls these) --- */
/* Takes the turn until the end of the transaction, unless the thread has it. */
bool store_begin(struct store *s, struct err *err) MUST_USE;
/*
 * Within it, for who looks by words, dates or sums in the writer's view: what was written and
 * is owed is found so too.  Records and acts are found without.
 */
bool store_bring_up(struct store *s, struct err *err) MUST_USE;
/* Index the next entry will have, the largest `time` so far. */
uint64_t store_next(const struct store *s);
int64_t store_last_time(const struct store *s);
/*
 * Insert the entry, grow the tree, project it.  Seen at once by the writer's view
 * (store_writer_view), by others after store_commit.
 */
bool store_append(struct store *s, struct str entry, struct hash *leaf,
		  struct err *err) MUST_USE;
/*
 * The same, where the caller has `read`: what entry_read would make of it.  The store's from
 * here on; it and all that it borrows from stay until the transaction has ended.
 */
bool store_append_read(struct store *s, struct str entry, struct entry *read, struct hash *leaf,
		       struct err *err) MUST_USE;
/* A sealed body this node is entitled to; before or after the entry that commits to it.  One
 * that was erased is not kept again. */
bool store_opening(struct store *s, const struct hash *c, struct str body,
		   struct err *err) MUST_USE;
/*
 * The next entry is the last of this transaction, and only tells of a public record: nobody
 * looks at the register any more before store_commit, which lets it have the entry while the
 * disk writes.
 */
void store_last(struct store *s);
/* Until it is taken back: questions to the writer's view do not have written first what waits
 * in this transaction, for who knows that none of it is what he asks for. */
void store_beside(struct store *s, bool is);
/*
 * Sign the new head (never two roots for one size, LEDGER.md 5.2) and commit the ledger
 * durably.  The register and the served checkpoint follow: the register before the next view
 * begins, the checkpoint only once the high-water file has it.
 */
bool store_commit(struct store *s, const struct skey *log_key, struct err *err) MUST_USE;
void store_rollback(struct store *s);
/*
 * Whether a commit of few entries may leave the register owing them: its transaction stays
 * open, and the next commits join it.  Who allows it ends with store_follow before anything
 * but begin … commit is done with the store.  Between two commits.
 */
void store_owe(struct store *s, bool may);
/*
 * Let the register come up with the ledger when it owes some entries.  Every view does so as
 * it begins; who writes calls this in a quiet moment, so that readers of other processes see
 * it too.  Any thread; waits for the commit in hand.
 */
void store_follow(struct store *s);
/* Nothing was written for a while: that, and whatever else was put off until then.  Any thread.
 */
void store_quiet(struct store *s);
/* The log key before the last roll, while its file is still here: it signs heads beside the
 * one in force (LEDGER.md 4.2).  NULL: none.  The caller's; between two commits. */
void store_overlap(struct store *s, const struct skey *former);

/*
 * High-water (LEDGER.md 5.2): LEDGER_RESTORED when the file knows a larger size than the
 * database, or is missing beside a ledger that is not empty.  In that state store_begin
 * refuses.  An operator's written word (store_confirm, logged in local) clears a missing file
 * only.
 */
enum ledger_state store_own_state(const struct store *s);
bool store_confirm(struct store *s, struct str who, struct err *err) MUST_USE;
/*
 * Somebody holds a checkpoint of the own ledger of this size and root whose signature stands
 * (LEDGER.md 5.2, 3): larger than ours makes the ledger LEDGER_RESTORED until what is missing
 * came back, another root at a size held makes it LEDGER_FORKED.  Both outlive the process.
 * Between two commits.
 */
bool store_heard_own(struct store *s, uint64_t size, const struct hash *root,
		     struct err *err) MUST_USE;
/*
 * The own ledger was lost with its stores: nothing is written or signed before it came back
 * from a peer and an operator confirmed it (store_confirm).  For an empty own ledger.
 */
bool store_lost(struct store *s, struct err *err) MUST_USE;

/* --- a range of a ledger that comes from elsewhere (register/intake.h is its door) --- */
struct take;
struct take_plan {
	struct str ledger, checkpoint; /* the note as it came */
	uint64_t base;                 /* first entry that can be had */
	/* Bundles alone, from 0 into an empty ledger, as a backup has them: without tiles they
	 * stand or fall together, by the root. */
	bool bare;
};
/*
 * As intake.h has it; the caller is the one writer, outside store_begin … store_commit, in
 * each of these calls.  *out is set whatever comes, and ended by store_take_end: a fork
 * found leaves its evidence there.
 */
bool store_take_begin(struct store *s, const struct take_plan *plan, struct take **out,
		      struct err *err) MUST_USE;
uint64_t store_take_size(const struct take *t); /* how much of the ledger is held */
bool store_take_wants(const struct take *t, struct tile_path *out);
bool store_take_give(struct take *t, const struct tile_path *path, struct str bytes,
		     struct err *err) MUST_USE;
/* Everything wanted has come: taken over, in one short transaction. */
bool store_take_stand(struct take *t, struct err *err) MUST_USE;
void store_take_end(struct take *t); /* NULL is harmless */
/* Two signed heads that no one tree has; false when no fork was met. */
struct take_fork {
	struct str a, b; /* notes, the smaller tree first; as long as the take */
	bool same_size;
	struct hash root; /* of b's tree at the size of a; unless same_size */
	struct hash proof[PROOF_MAX];
	size_t proof_count;
};
bool store_take_fork(const struct take *t, struct take_fork *out);
/*
 * Project some of what stands, a bounded batch, between two commits of the writer; *more
 * until all is projected.
 */
bool store_project(struct store *s, bool *more, struct err *err) MUST_USE;

/*
 * --- attachments (LEDGER.md 6.4, docs/decisions/0028) ---
 * Of at most BLOB_ROW_MAX bytes a row of the ledger's database, else the file
 * DIR/blobs/ab/<hex>.  They are read through a view.
 */
enum { BLOB_MAX = 256 << 20, BLOB_ROW_MAX = 32 << 10 };
/*
 * Returns its name.  Giving the same bytes twice is harmless, and mends what a disk spoilt.
 * Any thread.  A small one that the writing thread gives within store_begin … store_commit is
 * of that transaction; every other is durable, and seen by all, when this returns.
 */
bool store_blob_put(struct store *s, struct str bytes, struct hash *name,
		    struct err *err) MUST_USE;
/*
 * Those that come one after the other from elsewhere: small ones wait in the pile, so that
 * many share a transaction.  Nothing that names them is taken over before blob_pile_put.  One
 * thread's, outside store_begin … store_commit.
 */
enum { BLOB_PILE_MAX = 128 };
struct blob_pile {
	struct store *store;
	struct arena bytes;
	struct str waiting[BLOB_PILE_MAX];
	struct hash names[BLOB_PILE_MAX];
	unsigned count;
};
void blob_pile_begin(struct blob_pile *p, struct store *s);
bool blob_pile_add(struct blob_pile *p, struct str bytes, struct hash *name,
		   struct err *err) MUST_USE;
bool blob_pile_has(const struct blob_pile *p, const struct hash *name); /* it waits */
bool blob_pile_put(struct blob_pile *p, struct err *err) MUST_USE;
void blob_pile_end(struct blob_pile *p); /* what still waits is given up */

/* --- whole-store work --- */
/*
 * Drop the projection and replay every ledger; no view may be open.  `progress` may be NULL;
 * returning false stops it (ERR_CONFLICT), and the next store_open goes on from there.
 */
bool store_rebuild(struct store *s, bool (*progress)(void *ctx, uint64_t done, uint64_t all),
		   void *ctx, struct err *err) MUST_USE;
/* The state digest of LEDGER.md 7, at the sizes held, or at a cut ("ml=300,ru=280"; empty:
 * none). */
bool store_state(struct store *s, struct str cut, struct hash *digest,
		 struct err *err) MUST_USE;
/* Every row the digest covers, and then the r_ tables, in the digest's own form: for tests and
 * `state --dump`. */
bool store_dump(struct store *s, bool (*line)(void *ctx, struct str text), void *ctx,
		struct err *err) MUST_USE;

/*
 * What a page depends on: "ml=300,ru=280" of committed sizes, and a number that grows
 * with every commit.  Cheap and lock-free enough for every request.
 */
uint64_t store_generation(const struct store *s);
/* Grows whenever the row of a ledger changes or the register shows more of one: as long as it
 * is the same, there is nothing new to acknowledge. */
uint64_t store_heard(const struct store *s);
/* Size of the own checkpoint that is served: it follows the commit (LEDGER.md 5.2), and pages
 * show it. */
uint64_t store_served(const struct store *s);

#endif
