/*
 * Reading: one view a thread, one snapshot a request.  Rows come back in the request's
 * arena.  Every query takes the audience that looks; a row above it does not exist.
 */
#ifndef STORE_VIEW_H
#define STORE_VIEW_H
#include "store/store.h"

enum audience {
	AUDIENCE_PUBLIC,  /* anyone */
	AUDIENCE_PARTIES, /* signed in at a party of the register */
	AUDIENCE_NATIONAL /* signed in at this node: its own party's sealed records too */
};
extern const char
	*const audience_names[3]; /* "public", "parties", "national": a record's visibility */

struct view;
/*
 * A view that was closed waits for the next to open one, so that opening costs little; it
 * ends with the store.  Any thread.
 */
bool view_open(struct store *s, struct view **out, struct err *err) MUST_USE;
void view_close(struct view *v);
/* Between these two everything read is of one moment. */
bool view_begin(struct view *v, struct err *err) MUST_USE;
void view_end(struct view *v);
/* The writer's own view, inside store_begin … store_commit: sees what was just appended. */
struct view *store_writer_view(struct store *s);

/* --- ledgers and entries --- */
bool view_ledgers(struct view *v, struct arena *a, struct ledger_row **out, size_t *n,
		  struct err *err) MUST_USE;
bool view_charter(struct view *v, struct arena *a, struct str *bytes, struct err *err) MUST_USE;
bool view_entry(struct view *v, struct arena *a, struct str ledger, uint64_t n,
		struct str *bytes, struct err *err) MUST_USE;
/*
 * The same by what rows of the register call `ledger` and `n`: the name of its party's first
 * ledger, and an index that counts on over a succession (charter_place).
 */
struct said_entry {
	struct str ledger, bytes; /* the ledger that holds it */
	uint64_t index;           /* there */
};
bool view_said(struct view *v, struct arena *a, struct str lid, uint64_t n,
	       struct said_entry *out, struct err *err) MUST_USE;
void view_place(const struct view *v, struct str ledger, struct charter_place *out);
/* --- attachments --- */
/* The bytes of a small one, in the arena, or the descriptor of a file, the caller's; else -1.
 */
struct blob {
	uint64_t size;
	struct str bytes;
	int fd;
};
/* ERR_MISSING when it is not kept here. */
bool view_blob_open(struct view *v, struct arena *a, const struct hash *name, struct blob *out,
		    struct err *err) MUST_USE;
bool view_blob_size(struct view *v, const struct hash *name, uint64_t *size,
		    struct err *err) MUST_USE;
/* All of it.  One of more than `max` bytes counts as not here. */
bool view_blob_read(struct view *v, struct arena *a, const struct hash *name, uint64_t max,
		    struct str *bytes, bool *found, struct err *err) MUST_USE;
/* The b->size bytes of one that is open, which stays so.  ERR_UNREACHABLE. */
bool view_blob_bytes(const struct blob *b, char *to, struct err *err) MUST_USE;
/* What cannot be read counts as not here. */
bool view_blob_here(struct view *v, const struct hash *name);
/* Whether an entry of any ledger names this attachment in the open: then anyone may have it
 * (LEDGER.md 6.4). */
bool view_blob_public(struct view *v, const struct hash *name, bool *is,
		      struct err *err) MUST_USE;
/* Attachments that entries of a ledger name and that are not kept here, by name, those after
 * `after`; at most `max`. */
struct blob_ref {
	struct hash name;
	uint64_t size; /* as the entries have it */
};
bool view_blobs_missing(struct view *v, struct str ledger, const struct hash *after,
			struct blob_ref *out, size_t max, size_t *n, struct err *err) MUST_USE;
/* How many entries of a ledger the register shows: while a large range is projected, fewer
 * than are held. */
bool view_applied(struct view *v, struct str ledger, uint64_t *n, struct err *err) MUST_USE;
/* How much of ledger `peer` the ledger `of` has validly acknowledged (LEDGER.md 5.4); 0 when
 * nothing. */
bool view_seen(struct view *v, struct str of, struct str peer, uint64_t *size,
	       struct err *err) MUST_USE;
/* Whether its party accepted an act in `ledger` from entry `from` on. */
bool view_accepts(struct view *v, struct str ledger, uint64_t from, bool *any,
		  struct err *err) MUST_USE;
/*
 * The keys of a ledger that hold for a checkpoint of `size`: the charter's, with the valid
 * rolls of entries below `size` applied (LEDGER.md 4.2).
 */
bool view_keys(struct view *v, struct arena *a, struct str ledger, uint64_t size,
	       struct charter_ledger *out, struct err *err) MUST_USE;
/* Every key the ledger ever had, by the index from which it holds: the charter's at 0, then
 * each valid roll's. */
struct key_row {
	struct str role; /* log, witness, seal, recovery-1, recovery-2, recovery-3 */
	uint64_t from;   /* index of the entry; it holds for checkpoints of size > from */
	struct str key;
};
bool view_key_history(struct view *v, struct arena *a, struct str ledger, struct key_row **out,
		      size_t *n, struct err *err) MUST_USE;
/* tlog-tiles of a ledger, cut to the size of the checkpoint served; ERR_MISSING outside it. */
bool view_tile(struct view *v, struct str ledger, const struct tile_path *p, struct buf *out,
	       struct err *err) MUST_USE;
struct tiles view_tiles(struct view *v, const struct ledger_row *ledger);
/* Newest own checkpoint that the high-water file covers, with the cosignatures held. */
bool view_checkpoint(struct view *v, struct arena *a, struct str ledger, struct str *note,
		     struct err *err) MUST_USE;

/* --- records --- */
enum { ROW_SURE = 4096 };
struct record_row {
	const struct record *record;
	struct str party, id; /* party is "joint" for joint records */
	struct str label;     /* in the language asked for */
	struct str data;      /* JSON; in a brief row, when it is long, only the fields that are
				 columns of lists or name the record, without values that are
				 themselves too long for a list (BRIEF_VALUE_MAX in schema.h);
				 shorter than ROW_SURE it lacks no others */
	struct json *parsed;  /* data, when it was looked at for the label; else NULL */
	struct str state;     /* joint:
				 proposed|accepted|in_force|superseded|rejected|withdrawn|divergent;
				 national: "" */
	struct str ledger; /* entry behind the version shown (for joint: the entry that proposed
			      it) */
	uint64_t n;
	struct str time; /* claimed time of that entry */
	struct str actor;
	enum audience visibility;
	bool ended, illustrative;
	unsigned versions;
	int64_t rid; /* of the store itself */
	/* Joint, while an act on it is open, the newest of them: who proposed it, whose word is
	 * awaited ("ml,ru"; empty: nobody's), since when (claimed time), and whether that word
	 * is the receipt of the others' acceptances. */
	struct str proposer, awaited, since;
	bool receipt;
};
/* ERR_MISSING when it is not there for this audience. */
bool view_record(struct view *v, struct arena *a, const struct record *r, struct ref ref,
		 enum audience who, enum lang lang, struct record_row *out,
		 struct err *err) MUST_USE;
/* By id, and by party where that is the same. */
int ref_order(const struct ref *a, const struct ref *b);
/*
 * Which of these records of one type are there for this audience; each stands once among them,
 * in ref_order.  Costs a question for each that is there and for each gap, in what is there,
 * that others fall into: new ones whose ids begin alike fall into one.
 */
bool view_there(struct view *v, const struct record *r, enum audience who,
		const struct ref *refs, size_t n, bool *there, struct err *err) MUST_USE;
/* Label of any record, for links; the raw reference when it does not resolve; *found tells. */
struct str view_label(struct view *v, struct arena *a, const struct record *r, struct str ref,
		      enum audience who, enum lang lang, bool *found);

/* One filter: rows whose `field` equals `value` (CODE, REF, TEXT), is of that currency (MONEY),
   is "true" or "false" (BOOL), or lies within (DATE: "2026", "2026-03",
   "2026-03-01..2026-06-30", "2026..").  Of codes and references several may be given with
   spaces between, FILTER_VALUES_MAX at most: any of them.  A reference may be a part's. `field`
   NULL with name "party" or "state" filters those.  TEXT, MONEY, DATE and BOOL must be columns.
   A value the field cannot have is ERR_INPUT naming the filter. */
struct list_filter {
	const struct field *field;
	struct str name, value;
};
enum { LIST_FILTERS_MAX = 16, FILTER_VALUES_MAX = 100 };
struct list_query {
	const struct record *record;
	enum audience who;
	enum lang lang;
	struct list_filter filters[LIST_FILTERS_MAX];
	size_t filter_count;
	struct str words;         /* full text, may be empty */
	const struct field *sort; /* one that view_sorts_by; else the record's own order */
	bool sort_label, descending, ended; /* ended: show ended records too */
	struct str after; /* `next` of an earlier answer: what stands behind that; else the
			     first */
	uint64_t offset;  /* without `after`: so many are left out; costs what they cost */
	unsigned limit;   /* 1..1000 */
	bool brief;       /* rows as lists show them, without the rest of their data */
	size_t bytes;     /* else the answer ends early, with its `next`, when the data of the
			     rows would pass this; 0: LIST_BYTES */
};
enum { LIST_BYTES = 8 << 20 };
struct list_result {
	struct record_row *rows;
	size_t n;
	uint64_t total;  /* rows that match */
	struct str next; /* view_list: behind these there are more; else empty */
};
bool view_list(struct view *v, struct arena *a, const struct list_query *q,
	       struct list_result *out, struct err *err) MUST_USE;
/* Whether lists can be sorted by it: a column other than a REF, or than a MTEXT that is not the
 * name. */
bool view_sorts_by(const struct field *f);
/* How many records that have not ended match each value of a CODE, REF or BOOL column ("true",
   "false"), largest first, at most 500: filter menus, API. */
struct facet {
	struct str value;
	uint64_t count;
};
bool view_facets(struct view *v, struct arena *a, const struct record *r, const struct field *f,
		 enum audience who, struct facet **out, size_t *n, struct err *err) MUST_USE;
uint64_t view_count(struct view *v, const struct record *r,
		    enum audience who); /* kept at write time */

/* Versions of a record, newest first.  For a joint record: every act that touches it.
   ERR_MISSING when the record is not there for this audience. */
struct version {
	struct str ledger;
	uint64_t n;
	struct hash leaf;
	bool has_prev;
	uint64_t prev;
	struct str time, actor, data, reason; /* reason: of a record.end */
	struct str act, state;                /* joint: act id (hex) and its state */
	bool ended, stale, sealed; /* sealed: data only when the audience may see it */
};
struct history_query {
	const struct record *record;
	struct ref ref;
	enum audience who;
	uint64_t offset;
	unsigned limit; /* 1..HISTORY_MAX; fewer when their data would pass HISTORY_BYTES */
};
enum { HISTORY_MAX = 1000, HISTORY_BYTES = 1 << 20 };
struct history_result {
	struct version *versions;
	size_t n;
	uint64_t total; /* of the record; there are more when offset + n is less */
};
bool view_history(struct view *v, struct arena *a, const struct history_query *q,
		  struct history_result *out, struct err *err) MUST_USE;

/*
 * Records that point here and have not ended, by kind then newest first, at most `limit` of
 * each kind; brief rows.  A page that says several things of who points here asks once, for one
 * more of a kind than it shows, and looks through the answer with links_by.
 */
struct link_row {
	const struct field *field; /* of the pointing record (a part's field for parts) */
	struct record_row from;
};
struct link_query {
	const struct record *record; /* what is pointed at, and which of its kind */
	struct ref ref;
	enum audience who;
	enum lang lang;
	unsigned limit;
};
bool view_links(struct view *v, struct arena *a, const struct link_query *q,
		struct link_row **out, size_t *n, struct err *err) MUST_USE;
/* Those of f's kind among them, when all there are point by `f`; false when there may be more,
 * or when nothing was found out (no rows). */
struct links {
	const struct link_row *rows;
	size_t n;
};
bool links_by(struct links all, const struct field *f, unsigned limit, struct links *out);

/* Joint acts on a record: who accepted, whose word is awaited. */
struct act_party {
	struct str party;
	bool proposed, accepted, declined, ready;
	struct str time; /* of its last word */
};
struct act_row {
	struct hash act;
	struct str state, data, time; /* data: what it would put; time: of the proposal */
	bool cut; /* data is left out: with that of the acts before it is too long */
	struct str proposer;
	struct act_party parties[ENTRY_PARTIES_MAX];
	size_t party_count;
};
/* Acts on a joint record that are not superseded: open ones, those in force, the others, each
 * newest proposal first; at most 64, with ACTS_BYTES of data. */
enum { ACTS_BYTES = 2 << 20 };
bool view_acts(struct view *v, struct arena *a, const struct record *r, struct str id,
	       enum audience who, struct act_row **out, size_t *n, struct err *err) MUST_USE;

/*
 * Acts of all joint kinds that wait for a word of `party`: its acceptance, or, when everybody
 * accepted, its acknowledgement; of any party when `party` is empty.  `others`: those that wait
 * for somebody else's word and not for its own.  Oldest wait first; kept at write time.  An act
 * is there once, with the first by name of the records it would change.
 */
struct open_act {
	struct record_row record; /* the record the act would change, as it stands; brief */
	struct act_row act;
	struct str since; /* claimed time since when this word is awaited */
	struct str awaited[ENTRY_PARTIES_MAX]; /* whose word */
	size_t awaited_count;
	bool acknowledgement; /* all accepted; a `seen` is awaited */
};
struct open_query {
	struct str party;
	bool others;
	enum audience who;
	enum lang lang;
	uint64_t offset;
	unsigned limit; /* 0..100; 0: only how many there are */
};
bool view_open_acts(struct view *v, struct arena *a, const struct open_query *q,
		    struct open_act **out, size_t *n, uint64_t *total,
		    struct err *err) MUST_USE;

/* Full text over everything that has not ended, newest first; words are folded (accents, œ, ё)
   and stemmed as the index is, the last may be the beginning of one.  More than 64 words are
   ERR_INPUT "words", as in lists. */
struct search_query {
	struct str words;
	const struct record *record; /* NULL: all kinds */
	enum audience who;
	enum lang lang;
	uint64_t offset;
	unsigned limit;
};
bool view_search(struct view *v, struct arena *a, const struct search_query *q,
		 struct list_result *out, struct err *err) MUST_USE;

/* --- the dashboard's figures, kept at write time --- */
struct due_row {
	int32_t day;
	bool deadline;
	struct str part; /* key of the part that carries the date; empty: the record itself */
	struct str part_label;
	struct record_row of; /* brief */
};
/* Open dates in [from, to), earliest first, at most `limit`; *total counts them all. */
struct due_query {
	int32_t from, to;
	bool deadlines_only;
	const struct record *record; /* NULL: all */
	enum field_id date;          /* this date of due.def alone; FIELD_NONE: all */
	enum audience who;
	enum lang lang;
	uint64_t offset; /* so many are left out; costs what they cost */
	unsigned limit;  /* 0: only how many there are */
};
bool view_due(struct view *v, struct arena *a, const struct due_query *q, struct due_row **out,
	      size_t *n, uint64_t *total, struct err *err) MUST_USE;

/*
 * Sums of money by dimension.  kind: transaction, budget or planned_disbursement.
 * dim: "" (everything), "project" (of what names one); key: its value ("joint/0197…").
 * type: the transaction type, "" for the others.
 */
struct total_row {
	const struct record *record;
	struct str key, party, type, currency;
	uint64_t count;
	struct dec amount;
};
struct total_query {
	const struct record *record; /* NULL: of a project all three, one after the other */
	const char *dim;
	struct str key; /* a project's reference; empty: every project */
	enum audience who;
};
bool view_totals(struct view *v, struct arena *a, const struct total_query *q,
		 struct total_row **out, size_t *n, struct err *err) MUST_USE;

#endif
