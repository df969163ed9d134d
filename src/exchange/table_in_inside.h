/* What table_in.c and table_in_json.c share. */
#ifndef EXCHANGE_TABLE_IN_INSIDE_H
#define EXCHANGE_TABLE_IN_INSIDE_H
#include "exchange/table_source.h"

struct heading {
	struct str text;
	const struct column *column; /* NULL: left out */
	bool key;
};

struct table_in {
	struct table_in_plan plan;
	struct table_source source;
	struct str lines;       /* JSON Lines: what is left */
	uint64_t line;          /* of them */
	struct column *columns; /* in the language of the plan */
	size_t column_count;
	struct arena arena;
	struct heading headings[CSV_CELLS_MAX];
	size_t n;
	uint64_t *seen; /* hashes of the ids met, 0: free */
	size_t seen_count, seen_room;
};

struct row {
	struct table_in *t;
	struct arena *a;
	struct str cells[CSV_CELLS_MAX];
	size_t n;
	struct table_in_row *out;
	void (*fault)(void *ctx, const struct table_fault *f);
	void *ctx;
	struct str party, id;   /* of the record */
	const struct json *old; /* NULL: not there yet */
	struct str old_data;
};

void table_in_tell(struct row *r, struct str column, const struct err *err);
bool table_in_seen(struct table_in *t, struct str id);
/* Whose records of this kind a row can make or change. */
struct str table_in_party(const struct table_in_plan *p);
/* The record as it is here: r->old; NULL when it is not. */
bool table_in_find(struct row *r, struct err *err) MUST_USE;
/* Check data as the door would; without a fault it becomes the row's draft. */
void table_in_draft(struct row *r, const struct json *data, struct str visibility);
/* The next line of JSON. */
bool table_in_json(struct row *r, bool *more, struct err *err) MUST_USE;

#endif
