/*
 * The decision matrix: what every session has decided, with each side's latest word on it.
 *
 *   /fr/decisions?view=late|blocked|approval|silent &party=ml &session=joint/… &status=open
 *    &kind=instruct &lead=ml/… &q=words &group=session|status|lead|none &page=2
 *
 * An address is a saved view.  matrix.c reads, matrix_row.c writes a row, page_decisions.c the
 * page around them, escalate.c takes a decision to the next session.
 */
#ifndef WEB_MATRIX_H
#define WEB_MATRIX_H
#include "web/list_address.h"
#include "web/pages.h"

enum { MATRIX_ROWS = 50, MATRIX_SCAN = 150 };

enum matrix_view {
	MATRIX_ALL,
	MATRIX_LATE,     /* its deadline has passed and no side reports it done */
	MATRIX_BLOCKED,  /* a side's latest report says so */
	MATRIX_APPROVAL, /* an approval of `party` is not given */
	MATRIX_SILENT    /* open, and `party` has never reported */
};
enum matrix_group { GROUP_SESSION, GROUP_STATUS, GROUP_LEAD, GROUP_NONE };
extern const char *const matrix_view_codes[], *const matrix_group_codes[];

struct matrix_side {
	const struct record_row *report;   /* its latest; NULL: none */
	const struct record_row *obstacle; /* an open one on this decision, or that the report
					      names; NULL: none */
};
struct matrix_row {
	struct record_row *decision;
	const struct json *data;
	int32_t deadline;
	bool dated, late;
	bool raised; /* to the next session, by this node's side */
	struct matrix_side sides[ENTRY_PARTIES_MAX];
};
struct matrix {
	struct visit *v;
	enum matrix_view view;
	enum matrix_group group;
	struct str party, lead; /* as the address has them */
	struct list_query q;
	struct list_result found; /* total: of the view, when it was read as a whole */
	bool paged;               /* page by page; else looked through */
	bool partial;             /* only the first MATRIX_SCAN were looked through */
	struct matrix_row *rows;
	size_t n;
	struct str parties[ENTRY_PARTIES_MAX];
	size_t party_count;
	struct record_row next; /* the next session */
	bool has_next;
};
bool matrix_read(struct visit *v, struct matrix *out, struct err *err) MUST_USE;

void matrix_row(struct matrix *m, const struct matrix_row *row); /* <tr>…</tr> */

#endif
