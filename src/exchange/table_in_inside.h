/* What table_in.c, table_in_json.c and table_in_parts.c share. */
#ifndef EXCHANGE_TABLE_IN_INSIDE_H
#define EXCHANGE_TABLE_IN_INSIDE_H
#include "exchange/table_source.h"

struct table_parts;
struct owner_names;

/* More than one is meant. */
#define SEVERAL_NAMED                                                                              \
	N_("%1 records of the kind %2 are called “%3”. Name the one that is meant by its id, " \
	   "as "                                                                                   \
	   "an export has it.")

struct heading {
	struct str text;
	const struct column *column; /* NULL: left out */
	bool key;                    /* what has the key of one's own */
	bool known;                  /* as an export has it, whether it can be taken or not */
};

struct table_in {
	struct table_in_plan plan;
	struct table_source source;
	struct str lines; /* JSON Lines: what is left */
	uint64_t line;    /* of them */
	struct table_parts
		*parts; /* the rows, when they are parts of records and have been read */
	struct column *columns; /* in the language of the plan */
	size_t column_count;
	struct str key;                          /* name of the column with a key */
	struct owner_names *names[RECORD_COUNT]; /* of the kinds asked for; else NULL */
	struct arena arena;
	struct heading headings[CSV_CELLS_MAX];
	size_t n;
	const struct heading
		*value_day; /* of the day of a row, where money has none of its own */
	uint64_t *seen;     /* hashes of the ids met, 0: free */
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
	struct group *group; /* it stands for a record whose parts are rows; else NULL */
};

/* The first line, as the plan maps it; false when it will not do and the plan is strict. */
bool table_in_headings(struct table_in *t, struct err *err) MUST_USE;
/* What the plan's table makes of a first line; table_in_unfit tells whether it will do. */
void table_in_understand(struct table_in *t, const struct str *cells, size_t n);
/* The record of a kind that people call so; *n as owner_named has it. */
bool table_in_named(struct table_in *t, const struct record *of, struct str name,
		    struct ref *out, size_t *n, struct err *err) MUST_USE;
void table_in_tell(struct row *r, struct str column, const struct err *err);
/* A cell that no field can hold is told, and emptied: it is not to be copied about. */
void table_in_fit(struct row *r);
/* The cell of a row below this heading; empty when there is none. */
struct str table_in_cell(const struct row *r, size_t i);
/* The heading of the cell that a path of the data comes from; its label when the file has none.
 */
struct str table_in_heading_of(const struct row *r, struct str path);
/* What the row says as the data of its kind, over what r->old holds; false when that is told
 * as a fault. */
bool table_in_data(struct row *r, struct json **data);
/* The id a key makes. */
struct str table_in_key_id(struct row *r, struct str key);
bool table_in_seen(struct table_in *t, struct str id);
/* Whose records of this kind a row can make or change. */
struct str table_in_party(const struct table_in_plan *p);
/* The record as it is here: r->old; NULL when it is not. */
bool table_in_find(struct row *r, struct err *err) MUST_USE;
/* Check data as the door would; without a fault it becomes the row's draft. */
void table_in_draft(struct row *r, const struct json *data, struct str visibility);
/* The next row that is a part of a record, into r->out. */
bool table_in_part(struct row *r, bool *more, struct err *err) MUST_USE;
void table_in_parts_close(struct table_parts *p); /* NULL is harmless */
/* A fault at a path of the record's data, told by the row it comes from. */
void table_in_part_tell(struct row *r, struct str path, const struct err *err);
/* The next line of JSON. */
bool table_in_json(struct row *r, bool *more, struct err *err) MUST_USE;

#endif
