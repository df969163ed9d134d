/*
 * Open data: every record type as tables, from the model alone.
 *
 * A table is a record type ("project") or the parts of one ("project.sectors").  Its columns
 * follow the fields in their order; a column's name is the path of the value in the JSON of the
 * record ("title.fr", "cost.amount", "place.lat"), so that what is written can be read back.
 * Beside them stand, for people, the name of a code ("status.name"), the label of a record
 * ("project.label") and how many parts there are ("sectors.count").  A multilingual text has a
 * column for each language of the charter; texts in other languages stand together, as JSON, in
 * the last column, so that nothing is lost.  A row begins with the record's reference and ends
 * with the ledger, index and time of the entry that signed it.
 *
 * The formats: CSV (RFC 4180, one table), XLSX (a sheet for the records, one for each kind of
 * their parts, one that explains), JSON (an array) and JSON Lines (parts inside their records).
 * All are written in one pass or a few, in memory that does not grow with the rows.
 */
#ifndef EXCHANGE_TABLE_H
#define EXCHANGE_TABLE_H
#include "store/view.h"
#include "wire/zip.h"

enum cell_kind { CELL_TEXT, CELL_NUMBER, CELL_MONEY, CELL_DATE, CELL_BOOL };

/* How a column comes by its value. */
enum column_from {
	FROM_REF,   /* party/id of the record */
	FROM_STATE, /* of a joint record */
	FROM_PLACE, /* of a part among its like, from 1 */
	FROM_VALUE, /* the field, or the member of it named by the column */
	FROM_CODE,  /* name of the code */
	FROM_LABEL, /* label of the record referred to */
	FROM_COUNT, /* of the parts */
	FROM_LEDGER,
	FROM_ENTRY,
	FROM_TIME,
	FROM_OTHERS /* texts in languages without a column */
};
struct column {
	enum column_from from;
	enum cell_kind kind;
	const struct field *field; /* NULL: of the row itself */
	const char *member;        /* "amount", "fr"; NULL: the value itself */
	struct str name;           /* "cost.amount" */
	struct str heading;        /* "Agreed cost (amount)", in the language */
};

enum { TABLE_COLUMNS_MAX = 160 };
/* What is written, for whom, where to. */
struct table_plan {
	struct view *view;
	const struct record *record;
	const struct field *parts; /* of the record: the table of these; NULL: of the records */
	enum audience who;
	enum lang lang;              /* of headings, names of codes and labels */
	const struct str *languages; /* the charter's */
	size_t language_count;
	const struct byte_sink *to;
	bool blank; /* CSV, XLSX: no rows, and only the columns one can fill in (table_in.h) */
};

/* "project" or "project.sectors" into record and parts; ERR_INPUT "kind". */
bool table_named(struct str name, struct table_plan *plan, struct err *err) MUST_USE;
/* The name again; `parts` may be NULL. */
struct str table_name(struct arena *a, const struct record *r, const struct field *parts);

/* The columns of the plan's table, in the arena; at most TABLE_COLUMNS_MAX. */
struct column *table_columns(struct arena *a, const struct table_plan *plan, size_t *n);

/* Of a template: the heading of its first column, which tells its rows apart or says which
 * record each is a part of; and whether another column is to be filled in. */
struct str table_blank_head(const struct table_plan *plan);
bool table_blank_takes(const struct column *c);

/* One row as the writers of formats get it. */
struct table_row {
	const struct record_row *row;
	const struct json *data; /* of the record */
	const struct json *part; /* NULL in the table of the records */
	size_t place;            /* of the part, from 1 */
};
struct table_cell {
	enum cell_kind kind;
	struct str text; /* as the JSON has it: exact, not localised; empty: nothing */
	unsigned places; /* CELL_MONEY: digits of the currency's minor unit */
};

struct table_walk;
struct table_walk *table_walk_begin(const struct table_plan *plan);
void table_walk_end(struct table_walk *w);
/*
 * Call `row` for each row of the table: current records that have not ended, in the order of
 * their list.  What it is given lives as long as the call.
 */
bool table_rows(struct table_walk *w,
		bool (*row)(void *ctx, const struct table_row *r, struct err *err), void *ctx,
		struct err *err) MUST_USE;
/* A cell of the row that table_rows is at. */
struct table_cell table_cell(struct table_walk *w, const struct column *c,
			     const struct table_row *r);
/* For what one row needs; emptied after some rows. */
struct arena *table_arena(struct table_walk *w);

struct table_format {
	const char *name;  /* "csv", also the ending of a file's name */
	const char *media; /* of HTTP */
	bool (*write)(const struct table_plan *plan, struct err *err);
};
extern const struct table_format table_formats[];
extern const size_t table_format_count;
const struct table_format *table_format_named(struct str name); /* NULL: none */

bool table_csv(const struct table_plan *plan, struct err *err) MUST_USE;
bool table_xlsx(const struct table_plan *plan, struct err *err) MUST_USE;
bool table_json(const struct table_plan *plan, struct err *err) MUST_USE;
bool table_jsonl(const struct table_plan *plan, struct err *err) MUST_USE;

/* --- what every publication of the register says of itself --- */
extern const char *const table_licence;     /* sentence to translate */
extern const char *const table_licence_url; /* its text */
extern const char *const table_to_verify;   /* sentence to translate */

#endif
