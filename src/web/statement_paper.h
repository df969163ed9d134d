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
	struct statement now;
	struct str left, right; /* parties, in the order of the charter */
};

/* Which languages. */
void paper_langs(struct paper *p);
/* Whose statement: as its totals name them, else the two given. */
void paper_sides(struct paper *p, struct str left, struct str right);
/* Preamble, sums, open differences, remark: as signed, or as it would be. */
void paper_write(struct paper *p);
/* A figure of a pair as signed; false when it has none. */
bool paper_figure(const struct json *pair, const char *money, const char *quantity,
		  struct dec *d, struct str *currency);
/* The record a pair names as given, or as received; empty when it names none. */
struct str paper_ref(const struct json *pair, bool given);

/* --- statement_since.c --- */
void paper_signatures(struct paper *p, const struct record_row *row);
void paper_since(struct paper *p);

#endif
