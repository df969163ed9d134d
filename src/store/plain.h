/*
 * Proposals that nobody has answered: one row of r_plain stands for all that the tables of
 * acts say of such a one.  Private to src/store/.
 *
 * A proposal that nobody named before and that only puts one new joint record, in the open,
 * says nothing that does not follow from its entry and from the record's row.  So it is one row
 * at the end of one table; its keys grow, which a hash does not.  Whatever else is said of
 * the act or the record has the rows laid out first (plain_end): who changes them finds them
 * as those of any other act.  An act, and a record with all its effects, stands in
 * one form, never in both.
 *
 * No index has the hashes: the document, which is kept by its hash, names the record, and the
 * record's row has the key of this one.  A document of more than PLAIN_MAX bytes goes the long
 * way, so that no large attachment is read to see what it is.
 *
 * Such a row: (since, rid) the proposal's claimed time and the number of the record's row,
 * which has its data; h, parties; kind, id of the record; ledger, n, actor of the proposal;
 * size, when its attachment of the document is named as ours are and has no row of p_blob_ref.
 */
#ifndef STORE_PLAIN_H
#define STORE_PLAIN_H
#include "store/store.h"
#include "store/view.h"

enum {
	PLAIN_MAX = BLOB_ROW_MAX,
	PLAIN_ROOM = 4 * PLAIN_MAX /* for what readers are told of one */
};

/* Whether rows of the table stand in r_plain. */
bool plain_table(struct str table);
/* "WITH …": how a statement begins that has rows of plain_rows; its own may stand before them.
 */
void plain_with(struct buf *out);
/* "SELECT …": those rows, columns in order. */
void plain_rows(struct buf *out, struct str table);

/* The record that a document puts, if such a proposal can be its; borrows from `bytes`. */
bool plain_document(struct arena *a, struct str bytes, const struct record **record,
		    struct str *id);

/* --- for readers --- */
struct plain_act {
	struct hash h;
	struct str parties, ledger, time, actor, id, data;
	const struct record *record;
	uint64_t n;
};
/* By the act, or by the record that it puts. */
bool plain_by_act(struct view *v, struct arena *a, const struct hash *h, struct plain_act *out,
		  bool *found, struct err *err) MUST_USE;
bool plain_by_record(struct view *v, struct arena *a, const struct record *r, struct str id,
		     struct plain_act *out, bool *found, struct err *err) MUST_USE;

#endif
