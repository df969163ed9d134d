/*
 * The projection: what the entries add up to.  A pure function of the ledgers' prefixes
 * (LEDGER.md 7): no clock, no order of arrival.  Private to src/store/.
 *
 * Tables p_* are those LEDGER.md 7 names and the state digest covers.  Tables r_* serve
 * pages and the API: one r_<kind> for each record type, with a row for every record and
 * audience that sees it otherwise (labels per language, state, data, the columns its .def
 * asks for); r_count, r_total, r_target, r_due, r_day, the figures kept at write time;
 * r_search, the words and the references of every row.  A fact stands once: p_record, p_version
 * and p_joint are gathered from these (schema.h).  All are dropped by rebuild.
 */
#ifndef STORE_APPLY_H
#define STORE_APPLY_H
#include "store/db.h"
#include "store/store.h"

struct projection;

/* Bump when the same entries would give other rows: the register is then rebuilt at open. */
enum { PROJECTION_VERSION = 9 };

/* What the projection asks of the ledger store while it works. */
struct apply_source {
	/* Root of `ledger` at a past size, of what is held (for `seen`). */
	bool (*root)(void *ctx, struct str ledger, uint64_t size, struct hash *out,
		     struct err *err);
	/* The opening of a commitment this node is entitled to; *found false when it has none.
	 */
	bool (*opening)(void *ctx, struct arena *a, const struct hash *c, struct str *body,
			bool *found, struct err *err);
	/* An attachment's bytes (the document of an act); *found false when it is not here. */
	bool (*blob)(void *ctx, struct arena *a, const struct hash *name, struct str *bytes,
		     bool *found, struct err *err);
	bool (*entry)(void *ctx, struct arena *a, struct str ledger, uint64_t n,
		      struct str *bytes, struct err *err);
	void *ctx;
	/*
	 * `ledger` erased a body (LEDGER.md 12.4): destroy what is kept of it, when it is the
	 * own ledger's word or nobody else's entry commits to the body any more (`last`).
	 * NULL: nothing is kept here.
	 */
	bool (*erase)(void *ctx, struct str ledger, const struct hash *c, bool last,
		      struct err *err);
};

/* The tables, all or none; outside a transaction. */
bool projection_create(struct db *register_db, struct err *err) MUST_USE;
/* Whether the tables are there and were made by this version for this model; else the
 * register is dropped, created and replayed. */
bool projection_current(struct db *register_db, bool *current, struct err *err) MUST_USE;
bool projection_open(struct db *register_db, const struct charter *c,
		     const struct apply_source *from, struct projection **out,
		     struct err *err) MUST_USE;
void projection_close(struct projection *p);
/* How many entries of `ledger` are applied. */
bool projection_applied(struct projection *p, struct str ledger, uint64_t *n,
			struct err *err) MUST_USE;
/* How many of its first `size` entries may be: those that count, and none before the ledger it
 * follows is through. */
uint64_t projection_may(const struct projection *p, struct str ledger, uint64_t size);
/* Whether ledger.close ended what is applied of `ledger`. */
bool projection_closed(const struct projection *p, struct str ledger);

/*
 * Apply entry `n` of `ledger` inside a transaction of register_db that the caller began.
 * Acts and joint records an entry touches are marked, and evaluated by apply_settle, which
 * the caller runs before it commits (and before the writer's view must see them).
 */
bool apply_entry(struct projection *p, struct str ledger, uint64_t n, struct str bytes,
		 struct err *err) MUST_USE;
/*
 * The same of the next entry of `ledger`, already read (entry_read), which is the projection's
 * from here on: it stays, with all it borrows from, until apply_rest or apply_settle.
 */
bool apply_read(struct projection *p, struct str ledger, struct entry *read,
		struct err *err) MUST_USE;
/* Nothing that was read by others is needed any more. */
bool apply_rest(struct projection *p, struct err *err) MUST_USE;
bool apply_settle(struct projection *p, struct err *err) MUST_USE;
/* Nothing more comes for now: what was put off so that it is done for more at once is done, in
 * a transaction of its own. */
bool apply_quiet(struct projection *p, struct err *err) MUST_USE;
/*
 * Evaluate what was marked, and no more: records and acts are then as apply_settle would
 * leave them; figures, dates and the search index follow with apply_settle.  Costs nothing
 * when no act was touched: for the writer's view between two entries of a batch.
 */
bool apply_look(struct projection *p, struct err *err) MUST_USE;
/*
 * Something came after the entry that names it: an opening this node is entitled to, the
 * document of an act, a body that was published.  Harmless when no entry names it.  Inside a
 * transaction, settled as entries are.
 */
bool apply_opening(struct projection *p, const struct hash *c, struct err *err) MUST_USE;
bool apply_blob(struct projection *p, const struct hash *name, struct err *err) MUST_USE;
/*
 * From here on an entry without `prev` is taken at its word that its record is new: where the
 * database is asked over a line, that saves waiting for an answer an entry.  When it is not so
 * the transaction fails, and is to be done again after apply_forget, which ends the trust.
 */
void apply_trust(struct projection *p);
/* After a rollback: forget what was marked and kept in memory. */
void apply_forget(struct projection *p);

/* The state digest and the dump (LEDGER.md 7), over the tables as they are. */
struct cut {
	struct str ledger;
	uint64_t size;
	struct hash root;
};
bool state_digest(struct db *register_db, const struct cut *cuts, size_t n, struct hash *out,
		  struct err *err) MUST_USE;
bool state_dump(struct db *register_db, bool with_pages,
		bool (*line)(void *ctx, struct str text), void *ctx, struct err *err) MUST_USE;

#endif
