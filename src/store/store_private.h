/*
 * What a store is made of, for its own files:
 *
 *	store.c       create, open, adopt, close
 *	ledgers.c     the rows and tiles of the ledgers
 *	append.c      begin … commit: the only writer of the own ledger
 *	follow.c      the register follows the ledger, in its turn
 *	own_state.c   whether it may grow
 *	charter.c     the charter changes
 *	take*.c       a range that comes from elsewhere
 *	replay.c      the projection catches up, is rebuilt
 *	store_state.c the state digest, as it is and at a past cut
 *	documents.c   documents of acts that come after them
 *	erase.c       bodies that were erased, and all that was kept of them
 *	high_water.c  what was signed last, outside the database
 *	cosig.c       what was witnessed, cosignatures held
 *	evidence.c    evidence of forks, ledgers that are forked
 *	view.c        a view's life, and the views that wait for the next reader
 *	blob.c lock.c ledger_view.c
 */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H
#include "store/apply.h"
#include "store/durable.h"
#include "store/high_water.h"
#include "store/view_private.h"

#include <pthread.h>
#include <stdatomic.h>

/* One ledger as it is held.  name, party, origin and lid stay as they are while it is open. */
struct held {
	int64_t lid;
	struct str name, party, origin;
	uint64_t size;
	struct hash root;
	enum ledger_state state;
	bool taking; /* a range of it is coming in: one at a time */
};

/*
 * Attachments that were put since the projection last looked: an act may have waited for
 * one of them as its document.  Of more than there is room for, only the count matters.
 */
enum { ARRIVALS_MAX = 64 };
struct arrivals {
	pthread_mutex_t lock;
	struct hash names[ARRIVALS_MAX];
	unsigned count;
};

/*
 * Views that nobody has: to open their connections means to read the whole schema.  More
 * than a server's workers and its exchanges have at a time are not kept.
 */
enum { VIEWS_KEPT = 8 };
struct view_pool {
	pthread_mutex_t lock;
	struct view *idle[VIEWS_KEPT];
	unsigned count;
};

/*
 * Small attachments of the transaction in hand: the last of them, so that who reads one just
 * put, as the projection does, need not ask the database.
 */
struct fresh_blobs {
	struct hash names[ROWS_AT_ONCE];
	struct str bytes[ROWS_AT_ONCE];
	unsigned count, written; /* the first so many are rows */
	struct arena arena;
};

struct store {
	char *dir, *url;
	enum store_mode mode;
	struct store_env env;
	int lock;
	struct db *ledger, *reg, *local; /* the writer's connections */
	struct view writer;
	struct arena arena;      /* the charter, names */
	struct charter *charter; /* NULL before adoption */
	struct held held[CHARTER_LEDGERS_MAX];
	size_t count;
	struct held *own; /* NULL before adoption */
	struct str own_name;
	struct projection *projection;
	struct apply_source source;

	struct tree_edge edge;     /* of the own ledger, with what is being appended */
	int64_t last_time;         /* largest claimed time of the own ledger */
	const struct skey *former; /* signs beside the key in force; NULL: none */
	bool writing;              /* between store_begin and store_commit */
	bool stale;   /* the outcome of a commit is not known: read the ledgers again */
	bool behind;  /* the projection lacks entries that are committed */
	bool touched; /* something was written since store_begin */
	bool owes;    /* store_owe */
	/* The newest entries of the own ledger, before they are in the database (append.c). */
	struct str unwritten[ROWS_AT_ONCE];
	unsigned unwritten_count;
	uint64_t unwritten_from; /* the index of the first */
	struct arena unwritten_bytes;
	struct fresh_blobs fresh;
	/* The last entry of the transaction, which the register is to get while the ledger is
	 * synced. */
	bool last; /* store_last */
	struct waiting {
		bool is, lost; /* lost: it could not be applied */
		uint64_t n;
		struct buf bytes;
	} waiting;
	bool syncing;      /* the ledger's connection is in the middle of its commit */
	uint64_t openings; /* put, and erased, since store_begin */
	bool erased;       /* since the last erase_done */
	bool unscrubbed;   /* what was erased may still be in the files */

	pthread_mutex_t gate, turn; /* follow.c */
	struct db_holder holder;    /* the thread that has the turn */
	bool began;                 /* the turn was taken by store_begin */
	_Atomic unsigned owed; /* not 0: the register's transaction is open and holds what is
				  committed in the ledger */
	_Atomic unsigned read; /* large commits that may not owe, since a view began */

	uint64_t covered;              /* what the high-water file had at open */
	struct high_water *high_water; /* NULL when reading */
	struct arrivals arrivals;
	struct view_pool views;
	struct packed_kept *kept; /* packed_kept.h */
	_Atomic int own_state;    /* enum ledger_state */
	_Atomic uint64_t generation;
	_Atomic uint64_t heard;
};

/* --- ledgers.c --- */
bool ledgers_schema(struct db *ledger, struct err *err) MUST_USE;
/* Read the rows, check that each head is what its tiles give, load the own edge and time. */
bool ledgers_load(struct store *s, struct err *err) MUST_USE;
struct held *ledger_named(struct store *s, struct str name);
struct tiles tiles_of(struct tile_source *from);
bool ledger_row_put(struct store *s, const struct held *h, struct str checkpoint,
		    struct err *err) MUST_USE;
/* The newest own checkpoint of at most `most` entries; size 0 and no note when there is none.
 */
struct head {
	uint64_t size;
	struct hash root;
	struct str note;
};
bool own_head_get(struct db *ledger, uint64_t most, struct arena *a, struct head *out,
		  struct err *err) MUST_USE;
bool own_checkpoint_put(struct store *s, uint64_t size, const struct hash *root,
			struct str note, struct err *err) MUST_USE;
/* Where an entry stands in its table: the ledger, and below it the place in that. */
#define ENTRIES_MAX (UINT64_C(1) << 40) /* of a ledger */
static inline int64_t entry_key(int64_t lid, uint64_t n)
{
	return lid * (int64_t)ENTRIES_MAX + (int64_t)n;
}
static inline uint64_t entry_place(int64_t key)
{
	return (uint64_t)key % ENTRIES_MAX;
}
/* Consecutive ones, from `n` on. */
bool entries_put(struct db *ledger, int64_t lid, uint64_t n, const struct str *bytes,
		 unsigned count, struct err *err) MUST_USE;
/* Those from `from` on, before `to`. */
bool entries_drop(struct db *ledger, int64_t lid, uint64_t from, uint64_t to,
		  struct err *err) MUST_USE;
/* As they stood before they had one number. */
bool entries_carry_over(struct db *ledger, struct err *err) MUST_USE;
/* ERR_MISSING when there is no such entry. */
bool entry_get(struct db *ledger, int64_t lid, uint64_t n, struct arena *a, struct str *bytes,
	       struct err *err) MUST_USE;
bool tile_put(struct db *ledger, int64_t lid, unsigned level, uint64_t n,
	      const struct hash *hashes, unsigned width, struct err *err) MUST_USE;
/* The open tiles that were touched. */
bool edge_put(struct db *ledger, int64_t lid, struct tree_edge *e, struct err *err) MUST_USE;
extern const char *const ledger_state_names[4];

/* --- follow.c --- */
/*
 * A commit with more than OWED_MAX owed by then lets the register follow; and one of more than
 * OWED_AT_ONCE while somebody reads: of the last READ_COMMITS such, a view began.
 */
enum { OWED_AT_ONCE = 8, OWED_MAX = 4096, READ_COMMITS = 16 };
void turns_start(struct store *s);
void turns_end(struct store *s);
bool turn_is_mine(const struct store *s);
/* Within a turn: `grown` more entries are owed, and stand by themselves. */
void follow_later(struct store *s, unsigned grown);
/* Within a turn: settle what is owed and commit it; what fails is made good by replay. */
void follow_all(struct store *s);
/* The register's transaction is lost: take it back, and read what was owed from the ledger. */
void follow_again(struct store *s);
/* --- own_state.c --- */
bool own_state_put(struct store *s, enum ledger_state state, struct err *err) MUST_USE;

/* --- meta: one small table in each of the three stores --- */
bool meta_make(struct db *d, struct err *err) MUST_USE;
bool meta_put(struct db *d, const char *key, struct str value, struct err *err) MUST_USE;
/* *found false when it is not set, or the store has no tables at all. */
bool meta_get(struct db *d, struct arena *a, const char *key, struct str *value, bool *found,
	      struct err *err) MUST_USE;

/* --- append.c --- */
/* Rows of the transaction that are not in the database yet: entries and attachments. */
bool unwritten_write(struct store *s, struct err *err) MUST_USE;
/* They are written before the next statement. */
void unwritten_wait(struct store *s);
/* After a commit of which the outcome is not known the database says what stands; the own
 * ledger is projected whole. */
bool store_settle(struct store *s, struct err *err) MUST_USE;

/* --- take.c --- */
/* Entries that an interrupted exchange left at n >= size. */
bool staged_drop(struct store *s, const struct held *h, struct err *err) MUST_USE;

/* --- view.c --- */
/* Before the register is made anew, and at the end. */
void views_drop(struct store *s);

/* --- store.c --- */
struct db_plan register_plan(const struct store *s);

/* --- replay.c --- */
/*
 * Open the register and its projection; make it anew when it is not there, of another
 * version, or ahead of the ledgers; catch up.  Before adoption only the tables are made.
 */
bool register_open(struct store *s, struct err *err) MUST_USE;
void register_close(struct store *s);
/* What the projection asks of the ledger store. */
struct apply_source replay_source(struct store *s);
bool replay_missing(struct store *s, struct err *err) MUST_USE;
/* One ledger alone, whole. */
bool replay_ledger(struct store *s, const struct held *h, struct err *err) MUST_USE;
/* The first sizes[i] entries of each ledger into another projection, which is empty. */
bool replay_into(struct store *s, struct db *reg, struct projection *p, const uint64_t *sizes,
		 struct err *err) MUST_USE;

/* The register is dropped and made anew under s->charter. */
bool register_again(struct store *s, struct err *err) MUST_USE;

/* --- charter.c --- */
/* Amendments that have come to take effect, one after the other; outside a transaction. */
bool charter_come_up(struct store *s, struct err *err) MUST_USE;
/* The register's first charter, or where it is not kept the one in force. */
bool first_charter(struct store *s, struct arena *a, struct str *bytes, bool *found,
		   struct err *err) MUST_USE;
bool charter_by_hand(struct db *ledger, struct hash *out, struct err *err) MUST_USE;
bool projection_amend(struct projection *p, const struct hash *by_hand, struct arena *a,
		      struct str *bytes, bool *found, struct err *err) MUST_USE;

/* --- blob.c --- */
enum {
	BLOB_ROOM = 4 << 20
}; /* documents of acts and charters; a larger one counts as not here */
bool blob_schema(struct db *ledger, struct err *err) MUST_USE;
void blob_path(char path[PATH_ROOM], const char *dir, const struct hash *name);
bool fresh_write(struct store *s, struct err *err) MUST_USE;
bool fresh_find(const struct store *s, const struct hash *name, struct str *bytes);
void fresh_forget(struct store *s);
/* The row goes, in the transaction in hand if there is one. */
bool blob_erase(struct store *s, const struct hash *name, struct err *err) MUST_USE;

/* --- documents.c --- */
void document_came(struct store *s, const struct hash *name);
/* Acts whose documents came after them are evaluated anew; outside a transaction. */
bool documents_apply(struct store *s, struct err *err) MUST_USE;
/* The same for every act that waits, at start. */
bool documents_look(struct store *s, struct err *err) MUST_USE;
/* How many times that gave something new: part of the generation. */
bool documents_late(struct store *s, uint64_t *n, struct err *err) MUST_USE;

/* --- cosig.c --- */
/* What the high-water file knows to be witnessed beyond the database, into the database. */
bool witnessed_learn(struct store *s, struct err *err) MUST_USE;
/* What the database knows, into the high-water file. */
bool witnessed_cover(struct store *s, struct err *err) MUST_USE;
/* --- erase.c --- */
/* apply_source.erase over the store. */
bool erase_body(void *ctx, struct str ledger, const struct hash *c, bool last,
		struct err *err) MUST_USE;
/* Whether the register knows that it may not be kept here. */
bool erase_holds(struct store *s, const struct hash *c, bool *erased, struct err *err) MUST_USE;
/* The transaction's erasures stand, or are undone. */
void erase_done(struct store *s);
void erase_undone(struct store *s);
/* At start: what a crash left between the two. */
void erase_look(struct store *s);

/* --- lock.c --- */
bool lock_take(const char *dir, int *fd, struct err *err) MUST_USE;

/* --- local.c --- */
/* Makes what is missing of it and leaves what is there. */
bool local_schema(struct db *local, struct err *err) MUST_USE;

#endif
