#include "store/sqlite_terms.h"

#include "store/word_index.h"

#include <stdlib.h>

/*
 * A table-valued function: https://www.sqlite.org/vtab.html#tabfunc2.  All of an answer is read
 * when it is asked for, and stands in the order of row numbers.
 */
enum { RID, QUESTION };
enum { UP, DOWN };
enum { COST = 1000, ROWS_AWAITED = 25 };

struct table {
	sqlite3_vtab base;
	struct db *db;
};
struct hits {
	sqlite3_vtab_cursor base;
	struct postings rows;
	size_t at;
	bool down;
};

static int connect(sqlite3 *h, void *ctx, int argc, const char *const *argv, sqlite3_vtab **out,
		   char **why)
{
	struct table *t = calloc(1, sizeof(*t));

	(void)argc, (void)argv, (void)why;
	if (!t)
		return SQLITE_NOMEM;
	t->db = ctx;
	*out = &t->base;
	return sqlite3_declare_vtab(h, "CREATE TABLE x (rid INTEGER, question TEXT HIDDEN)");
}

static int disconnect(sqlite3_vtab *t)
{
	free(t);
	return SQLITE_OK;
}

static int plan(sqlite3_vtab *t, sqlite3_index_info *i)
{
	(void)t;
	for (int k = 0; k < i->nConstraint; k++)
		if (i->aConstraint[k].iColumn == QUESTION && i->aConstraint[k].usable &&
		    i->aConstraint[k].op == SQLITE_INDEX_CONSTRAINT_EQ) {
			i->aConstraintUsage[k].argvIndex = 1;
			i->aConstraintUsage[k].omit = 1;
			i->orderByConsumed = i->nOrderBy == 1 && i->aOrderBy[0].iColumn == RID;
			i->idxNum = i->orderByConsumed && i->aOrderBy[0].desc ? DOWN : UP;
			i->estimatedCost = COST;
			i->estimatedRows = ROWS_AWAITED;
			return SQLITE_OK;
		}
	return SQLITE_CONSTRAINT;
}

static int open_hits(sqlite3_vtab *t, sqlite3_vtab_cursor **out)
{
	struct hits *c = calloc(1, sizeof(*c));

	(void)t;
	if (!c)
		return SQLITE_NOMEM;
	*out = &c->base;
	return SQLITE_OK;
}

static int close_hits(sqlite3_vtab_cursor *base)
{
	struct hits *c = (struct hits *)base;

	postings_done(&c->rows);
	free(c);
	return SQLITE_OK;
}

static int ask(sqlite3_vtab_cursor *base, int order, const char *name, int n,
	       sqlite3_value **values)
{
	struct hits *c = (struct hits *)base;
	const void *text = sqlite3_value_text(values[0]);
	struct str question = str_of(text, (size_t)sqlite3_value_bytes(values[0]));
	struct err err;

	(void)name, (void)n;
	c->at = 0;
	c->down = order == DOWN;
	return words_ask(((struct table *)base->pVtab)->db, question, &c->rows, &err)
		       ? SQLITE_OK
		       : SQLITE_CORRUPT_VTAB;
}

static int next(sqlite3_vtab_cursor *base)
{
	((struct hits *)base)->at++;
	return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *base)
{
	const struct hits *c = (const struct hits *)base;

	return c->at >= c->rows.n;
}

static sqlite3_int64 number(const struct hits *c)
{
	return posting_rid(c->rows.p[c->down ? c->rows.n - 1 - c->at : c->at]);
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *out, int i)
{
	if (i == RID)
		sqlite3_result_int64(out, number((const struct hits *)base));
	return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	*out = number((const struct hits *)base);
	return SQLITE_OK;
}

int sqlite_terms_register(sqlite3 *h, struct db *d)
{
	static const sqlite3_module module = {
		.xConnect = connect,
		.xBestIndex = plan,
		.xDisconnect = disconnect,
		.xOpen = open_hits,
		.xClose = close_hits,
		.xFilter = ask,
		.xNext = next,
		.xEof = at_end,
		.xColumn = column,
		.xRowid = rowid,
	};

	return sqlite3_create_module(h, "r_search", &module, d);
}
