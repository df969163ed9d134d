/*
 * The statement that closes a period on paper: one text in two languages over one set of
 * figures.  Shared by page_statement.c (the pages), statement_paper.c (the paper) and
 * statement_since.c (what has changed since it was signed).
 */
#ifndef WEB_STATEMENT_PAPER_H
#define WEB_STATEMENT_PAPER_H
#include "register/statement.h"
#include "web/desk.h"

struct paper {
	struct visit *v;
	enum lang langs[2]; /* left and right: the first two of the charter */
	const struct json *data;
	struct statement now; /* its sides in the order of the charter */
};

/* Which languages. */
void paper_langs(struct paper *p);
/* Preamble, sums, open differences, remark: as signed, or as it would be. */
void paper_write(struct paper *p);
/* --- statement_since.c --- */
void paper_signatures(struct paper *p, const struct record_row *row);
void paper_since(struct paper *p);

#endif
