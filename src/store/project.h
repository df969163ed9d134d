/*
 * What the files of the projection share.  Private to src/store/.
 *
 *	project.c         one entry: its way to what follows; settling; where each ledger stands
 *	project_record.c  national records: versions, sealed parts, their rows
 *	project_kind.c    what is said of a record type once
 *	project_rows.c    a row of r_<kind>, and what is kept beside it: figures, search, links
 *	labels.c          what rows are called, and the order of lists by that
 *	project_wait.c    rows that wait, so that several are written at once
 *	project_sealed.c  commitments and attachments an entry names
 *	seen.c            acknowledgements (LEDGER.md 5.4)
 *	project_key.c     keys and key rolls (LEDGER.md 4.2, 4.3)
 *	acts.c            the rule of joint acts (LEDGER.md 8.2)
 *	act_awaits.c      whose word on an act is awaited, and since when
 *	joint.c           act documents and what they would do (LEDGER.md 8.1)
 *	joint_plain.c     a proposal of a new record, settled at once
 *	plain.c           what one row says of such a proposal (plain.h)
 *	joint_record.c    the records they make (LEDGER.md 8.5)
 *	due.c, totals.c   dates and figures kept at write time
 *	money.c           figures line by line (view_money.h)
 *	lines.c           what lists sort and filter by
 *	packed_log.c      how both are kept
 *	flows.c, pairs.c  what both sides report, paired (flows.h)
 *	terms.c           which terms of it a text has
 *	search_index.c    the full-text index, which also answers who points where
 */
#ifndef STORE_PROJECT_H
#define STORE_PROJECT_H
#include "store/apply.h"
#include "store/figures.h"
#include "store/lines.h"
#include "store/money.h"
#include "store/rid.h"
#include "store/sealed.h"
#include "store/tally.h"
#include "store/terms.h"

#include <unicode/ucol.h>

/* One ledger in its party's sequence (charter_place). */
struct part {
	const struct charter_ledger *who;
	uint64_t first, limit;
};

/*
 * Where a party's sequence stands; kept in r_ledger.  It has the name of its first ledger,
 * which tables call `lid`, and indices that count on over a succession; what is said of one
 * ledger's keys (p_key) has that ledger's own.
 */
struct follow {
	const struct charter_ledger *who;
	struct part parts[CHARTER_LEDGERS_MAX];
	size_t part_count;
	uint64_t applied;
	uint64_t settled;  /* how many of them the acknowledgements were judged by */
	uint64_t awaited;  /* the largest size that a pending acknowledgement of it names */
	int64_t last_time; /* largest of the entries that are not void; INT64_MIN at the start
			    */
	bool closed; /* the ledger at hand, by ledger.close: nothing after it has effect */
	bool grown;  /* since the last settling */
};

struct search_op;

/* What is said of a record type once, for every row of it (project_kind.c). */
enum { VALUES_MAX = 48 };
struct kind_column_at {
	int field;
	unsigned at; /* among the fields' columns */
};
struct kind {
	struct str insert; /* SQL of one row that may be there already */
	struct str add;    /* of one that is not */
	struct str many;   /* of ROWS_AT_ONCE that may be there already */
	struct str most;   /* the same, when nothing is said that most rows have alike, and all
			      these have one party, time and layer 0: its first parameters */
	bool labels;       /* kind_has_labels */
	int illustrative;  /* the field of that name; FIELD_NONE */
	unsigned width;    /* columns of the fields */
	struct kind_column_at column[VALUES_MAX];
	unsigned column_count;
	int counted[VALUES_MAX]; /* the fields by whose values rows are counted (totals.c) */
	unsigned counted_count;
	bool due; /* it has dates to keep, or reports on those of others (due.c) */
};

/* One record's data laid out by field. */
struct values {
	const struct record *record;
	const struct json *at[VALUES_MAX]; /* by place in the record; NULL: absent */
};

struct projection {
	struct db *db;
	const struct charter *charter;
	struct apply_source from;
	struct follow ledgers[CHARTER_LEDGERS_MAX];
	size_t ledger_count;
	int64_t next_rid; /* without its shape */

	int64_t unplaced; /* rows of r_unplaced */

	bool stale;   /* a rollback undid what is remembered here */
	bool trusts;  /* apply_trust */
	bool borrows; /* what waits is the caller's of apply_read */

	struct arena fixed; /* as long as the projection */
	struct arena once;  /* one entry's work, or one record's while settling */
	struct arena list;  /* one settling's list of what to do */
	struct arena terms; /* what the search index is to hold, by numbers in `words` */
	struct buf text;    /* SQL, keys and terms being built */
	struct buf label;   /* a line of `labels` being built */
	struct buf aside;   /* takes the place of `text` while what waits is written */
	UCollator *collator;
	struct terms *words;

	/* What the entries since the last settling touched. */
	struct tally acts;  /* act keys */
	struct tally joint; /* "kind/id" of joint records */
	struct tally due;   /* "kind/party/id" of records with dates to keep, and what went */
	struct tally dues;  /* due.c: what is due of first versions */
	struct tally days;  /* due.c: how many dates a day has */
	struct figures figures; /* totals.c */
	struct money_piles money;
	struct lines *lines;        /* lines.h */
	struct tally labels;        /* labels.c: rows of r_label that came and went */
	struct tally flows;         /* flows.h: what is to be paired anew */
	struct buf named;           /* and whoever points at these, a reference a line */
	struct put_off *put_off;    /* project_wait.c */
	struct search_op *searches; /* search_index.c */
	size_t search_count, search_cap;
	struct kind kinds[RECORD_COUNT];
};

/* --- project.c --- */
struct follow *follow_ledger(struct projection *p, struct str ledger);
struct follow *follow_party(struct projection *p, struct str party); /* its first sequence */
/* The ledger that holds entry `n` of the sequence, or will. */
const struct part *part_at(const struct follow *l, uint64_t n);
/* NULL when none of its ledgers has this origin. */
const struct part *part_of_origin(const struct follow *l, struct str origin);
unsigned party_index(const struct projection *p, struct str party); /* as rid.h has it */
/* An entry that is not plainly valid, or that turns out to be without effect: p_entry. */
struct entry_note {
	enum entry_state state;
	const char *reason;
	bool stale; /* its `prev` is not the version it replaces */
};
bool entry_noted(struct projection *p, const struct follow *l, const struct entry *e,
		 struct entry_note note, struct err *err) MUST_USE;
bool entry_void(struct projection *p, const struct follow *l, const struct entry *e,
		const char *reason, struct err *err) MUST_USE;
/* Read an entry that was applied before.  Its bytes and nodes are in p->once. */
bool entry_again(struct projection *p, const struct follow *l, uint64_t n, struct entry *e,
		 struct err *err) MUST_USE;

/* --- project_kind.c --- */
void kinds_make(struct projection *p);
void values_find(const struct record *r, const struct json *data, struct values *out);
/* The value of a field of the record itself; NULL for FIELD_NONE and what is absent. */
const struct json *value_of(const struct values *v, enum field_id f);

/* --- project_record.c --- */
bool record_put(struct projection *p, struct follow *l, const struct entry *e,
		struct err *err) MUST_USE;
bool record_end(struct projection *p, struct follow *l, const struct entry *e,
		struct err *err) MUST_USE;
/* A version of a record that is there, or hides some of itself. */
bool record_next(struct projection *p, struct follow *l, const struct entry *e,
		 const struct record *record, struct err *err) MUST_USE;
/* The entry's sealed parts can be read, or not: show its record as that has it. */
bool record_shown_again(struct projection *p, struct follow *l, const struct entry *e,
			struct err *err) MUST_USE;

/* --- project_rows.c --- */
struct row {
	const struct record *record;
	struct str id, party, ledger, flags, time, actor, state;
	uint64_t n, prev, versions, body;
	bool has_prev, ended;
	unsigned layer, mask; /* mask: enum audience bits */
	/* Joint, while an act on it is open: whose word on the newest is awaited ("ml,ru"),
	 * since when, and whether it is the receipt of the others' word. */
	struct str proposer, awaited, since;
	bool receipt;
	const struct json *data;
	struct values values;        /* of data */
	const struct labels *labels; /* once it was bound, in p->once */
	int64_t rid;
};
/*
 * Insert, with all that is kept beside it; *made is false when (id, party, layer) is there.
 * `made` is NULL when it is not there.
 */
bool row_insert(struct projection *p, struct row *r, bool *made, struct err *err) MUST_USE;
/* ROWS_AT_ONCE rows of one record type, alone: *made is how many were not there. */
bool rows_insert(struct projection *p, struct row *const rows[ROWS_AT_ONCE], int64_t *made,
		 struct err *err) MUST_USE;
/* What is kept beside a row that came, or goes. */
bool row_kept(struct projection *p, const struct row *r, bool came, struct err *err) MUST_USE;
/* Take all rows of a record away, with all that is kept beside them.  Their numbers go to
 * `old`, to be used again by rows of the same shape (at most three). */
struct old_rows {
	int64_t rid[3];
	size_t n;
};
bool rows_remove(struct projection *p, const struct record *r, struct str party, struct str id,
		 struct old_rows *old, struct err *err) MUST_USE;
int64_t rid_again(struct projection *p, const struct old_rows *old, int64_t shape);

/* --- labels.c --- */
/* The labels of a row whose type has them, from parameter `at` on; gives the first behind. */
int labels_bind(struct projection *p, struct stmt *s, int at, struct row *r);
/* A row came or goes: its place in lists by label does. */
void labels_mark(struct projection *p, const struct row *r, bool came);
bool labels_settle(struct projection *p, struct err *err) MUST_USE;
/* Reads p->unplaced. */
bool labels_load(struct projection *p, struct err *err) MUST_USE;
/* What stands in r_unplaced gets its place in r_label. */
bool labels_place(struct projection *p, struct err *err) MUST_USE;

/* --- project_wait.c --- */
struct put_off *waiting_open(void);
void waiting_close(struct put_off *w);
void waiting_forget(struct projection *p);
/* Empty p->once, but first write what waits and lives there. */
bool once_anew(struct projection *p, struct err *err) MUST_USE;
bool once_needed(const struct projection *p);
bool waiting_settle(struct projection *p, struct err *err) MUST_USE;
/* What waits goes on waiting, whatever statement is prepared, until it is let go. */
void waiting_hold(struct projection *p, bool hold);
/*
 * The first version of a record, as its entry has it; `r` lives in p->once.  Whether it is the
 * first shows when it is written; when it is not, the entry is given to record_next, or a
 * joint record is marked.
 */
bool first_wait(struct projection *p, struct follow *l, const struct entry *e, struct row *r,
		struct err *err) MUST_USE;
/* A row of a table of fixed shape that has none of its key yet; its texts live in p->once.
 * Cells that are left out are NULL. */
enum waits {
	WAITS_P_BLOB_REF, /* lid, n, sha256, size, media, name */
	WAITS_R_PLAIN,    /* h, id, since, rid, kind, parties, ledger, n, actor, size */
	WAITS_COUNT
};
enum { WAITS_WIDTH = 10 };
struct cell {
	enum { CELL_NULL, CELL_INT, CELL_TEXT, CELL_BLOB } kind;
	int64_t number;
	struct str text;
};
bool line_wait(struct projection *p, enum waits table, const struct cell *cells,
	       struct err *err) MUST_USE;
/* A statement with these parameters. */
bool cells_write(struct projection *p, const char *sql, const struct cell *cells, unsigned n,
		 struct err *err) MUST_USE;
/* Whether one of the record waits so. */
bool first_waits(const struct projection *p, const struct record *r, struct str id);
/* Whether `sql`, which has these three parameters, gives nothing, and no row that waits begins
 * with the first. */
bool line_new(struct projection *p, enum waits table, struct str sql, const struct cell key[3],
	      bool *is, struct err *err) MUST_USE;
struct flow_row;
/* A row of r_flow; its texts are copied, but for its party's, which the charter has. */
bool flow_wait(struct projection *p, const struct flow_row *f, struct err *err) MUST_USE;

/* --- project_sealed.c --- */
bool entry_attachments(struct projection *p, const struct follow *l, const struct entry *e,
		       struct err *err) MUST_USE;
/* Whether the document of a proposal is attached as ours are: entry_attachments then leaves
 * its row of p_blob_ref to the act's. */
bool document_sized(const struct entry *e, const struct hash *h, int64_t *size);
/* That row. */
bool document_ref(struct projection *p, const struct follow *l, const struct entry *e,
		  struct err *err) MUST_USE;
bool sealed_opened(struct projection *p, struct follow *l, const struct entry *e,
		   struct err *err) MUST_USE;
bool sealed_erased(struct projection *p, struct follow *l, const struct entry *e,
		   struct err *err) MUST_USE;
bool sealed_arrived(struct projection *p, const struct hash *c, struct err *err) MUST_USE;
/* Where sealed.h looks; bodies are read into p->once. */
struct sealed_place sealed_place(struct projection *p);

/* --- seen.c, project_key.c --- */
bool seen_add(struct projection *p, struct follow *l, const struct entry *e,
	      struct err *err) MUST_USE;
bool seen_settle(struct projection *p, struct err *err) MUST_USE;
/* Read l->awaited. */
bool seen_awaited(struct projection *p, struct follow *l, struct err *err) MUST_USE;
bool keys_begin(struct projection *p, const struct charter_ledger *who,
		struct err *err) MUST_USE;
bool key_roll(struct projection *p, struct follow *l, const struct entry *e,
	      struct err *err) MUST_USE;
/* `now`, a ledger of the charter, as the rolls below `size` make it. */
bool keys_rolled(struct db *reg, struct arena *a, uint64_t size, struct charter_ledger *now,
		 struct err *err) MUST_USE;
/* The keys in force for a checkpoint of `size` of one ledger; they borrow from p->once. */
bool keys_in_force(struct projection *p, const struct charter_ledger *who, uint64_t size,
		   struct charter_ledger *now, struct err *err) MUST_USE;

/* --- acts.c --- */
struct act {
	struct hash h;
	struct str parties; /* "ml,ru" */
};
void act_mark(struct projection *p, const struct act *a);
bool act_said(struct projection *p, struct follow *l, const struct entry *e,
	      struct err *err) MUST_USE;
/* Mark the acts that `party`'s acknowledgement of `peer` from `low` to `high` may change. */
bool acts_seen(struct projection *p, struct str party, struct str peer, uint64_t low,
	       uint64_t high, struct err *err) MUST_USE;
bool acts_settle(struct projection *p, struct err *err) MUST_USE;

/* The entry proposes an act whose document can be read by others than before. */
bool act_shown_again(struct projection *p, const struct entry *e, struct err *err) MUST_USE;

/* --- act_awaits.c --- */
struct act_word;
/* The act was evaluated, and is open or not: r_act and r_open say whose word it waits for. */
bool act_awaits(struct projection *p, const struct act *a, const struct act_word *w,
		size_t count, bool open, struct err *err) MUST_USE;

/* --- joint.c --- */
/* A party proposed the act, or its document came: read it, follow its effects. */
bool joint_proposed(struct projection *p, const struct act *a, struct err *err) MUST_USE;
bool joint_document_arrived(struct projection *p, const struct hash *h,
			    struct err *err) MUST_USE;
/* A joint record is to be made anew of all acts on it. */
void joint_mark(struct projection *p, struct str kind, struct str id);
bool joint_marked(struct projection *p, struct str kind, struct str id);
/* The act's state has changed: mark the records it touches, and what it supersedes. */
bool joint_act(struct projection *p, const struct act *a, bool in_force,
	       struct err *err) MUST_USE;

/* --- joint_plain.c --- */
/*
 * The plain case of a proposal, settled at once: nobody named the act or put the record before,
 * and its document, which is public, puts that record alone.  *done is false when it is
 * another case.
 */
bool joint_first(struct projection *p, struct follow *l, const struct entry *e,
		 const struct act *a, bool *done, struct err *err) MUST_USE;

/* --- plain.c --- */
/* The act, or what puts the record, is not to be left in its short form: its rows are laid
 * out. */
bool plain_end(struct projection *p, const struct hash *h, struct err *err) MUST_USE;
bool plain_end_on(struct projection *p, struct str kind, struct str id,
		  struct err *err) MUST_USE;

/* --- joint_record.c --- */
bool joint_settle(struct projection *p, struct err *err) MUST_USE;

/* --- due.c --- */
/* A record's row came or went: mark what may be due. */
void due_mark(struct projection *p, const struct row *r, bool came);
bool due_settle(struct projection *p, struct err *err) MUST_USE;

/* --- totals.c --- */
void totals_count(struct projection *p, const struct row *r, int sign);
/* And an amount, of a type or none, for a project or none: words of p->figures, or 0. */
struct money_said {
	uint32_t type, currency, project;
	struct dec amount;
};
void totals_money(struct projection *p, const struct row *r, const struct money_said *m,
		  int sign);
/* An act on a record of the type began or ceased to wait for the word of `party`; it is known
 * to those of `audience`. */
void totals_open(struct projection *p, const struct record *r, struct str party,
		 unsigned audience, int sign);
bool totals_settle(struct projection *p, struct err *err) MUST_USE;

/* --- search_index.c --- */
void search_add(struct projection *p, const struct row *r, bool remove);
bool search_full(const struct projection *p); /* it is time to settle */
bool search_settle(struct projection *p, struct err *err) MUST_USE;

#endif
