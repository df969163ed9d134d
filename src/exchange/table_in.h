/*
 * A table that people keep, read into drafts: the other direction of table.h.  CSV, a sheet of
 * a workbook, or JSON Lines as an export has them: a record a line, whole, with its parts.
 *
 * The first line names the columns, by the field's name as CSV is exported ("cost.amount") or
 * by its heading in any of the languages; else by the field's label alone ("Agreed cost" is its
 * amount), or by the word in brackets of one column alone ("currency"), when nothing says so
 * better.  What is none of these is left out, and shown.  A cell that refers to a record may
 * call it what people do (table_in_owner.h).  A row is of the record that its column `id`
 * names; or, with a column `key` (any text of one's own: a voucher's number), of the record
 * that this key makes, always the same.  So importing twice adds nothing. What the table has no
 * column for stays as the record has it; an empty cell takes a value away.
 *
 * The parts of records ("project.milestones") are a table of their own: its column `id`, which
 * may also be headed by what the record is called ("Project"), names the record a row is of, by
 * its id, its identifier, number or reference, or its title in any language; or the column
 * "project.key" by the key that made it.  A row is the part with the same key, or else with the
 * same name; or the one at that place of the list, by the column `place`; or a new one.  Parts
 * that no row speaks of stay.
 */
#ifndef EXCHANGE_TABLE_IN_H
#define EXCHANGE_TABLE_IN_H
#include "exchange/table.h"

enum table_file { TABLE_FILE_CSV, TABLE_FILE_XLSX, TABLE_FILE_JSONL, TABLE_FILES };
extern const char *const table_file_names[TABLE_FILES]; /* "csv", "xlsx", "jsonl" */
/* What the bytes are by themselves; TABLE_FILES: none of these. */
enum table_file table_file_of(struct str bytes);
/* The names of a workbook's sheets, in the arena. */
bool table_sheets(struct arena *a, struct str bytes, struct str **names, size_t *n,
		  struct err *err) MUST_USE;

struct table_in_plan {
	enum table_file file;
	struct str sheet; /* of a workbook; empty: the first */
	/* What each heading is taken for, by name, table_in_key, or "" to leave it out; NULL:
	 * guessed.
	 */
	const struct str *mapping;
	size_t mapping_count;
	bool lenient; /* headings that do not do are no error yet: table_in_unfit tells */
	struct view *view;
	const struct record *record;
	const struct field *parts; /* of the record: each row is one of these; NULL: a record */
	struct str party;          /* own: whose national records may be written */
	enum lang lang;
	struct model_ctx model;
};
/* One finding, by the cell. */
struct table_fault {
	uint64_t row;      /* line of the file */
	struct str column; /* its heading as the file has it; empty: the row as a whole */
	const struct err *err;
};
/*
 * Sets `record` and `parts` to what the file is a table of: the one that knows the most of its
 * headings; of JSON Lines, what the first line says.  ERR_USAGE when that is none or not one.
 */
bool table_in_kind(struct table_in_plan *plan, struct str bytes, struct err *err) MUST_USE;
struct table_in;
/* Reads the headings; `bytes` outlives the reader.  ERR_INPUT when no column is known, or two
 * headings name the same. */
struct table_in *table_in_open(const struct table_in_plan *plan, struct str bytes,
			       struct err *err);
void table_in_close(struct table_in *t); /* NULL is harmless */
/* The name of the column that has a key of one's own: "key", "project.key". */
struct str table_in_key(const struct table_in *t);
/* How heading `i` was understood: the column's name; empty: it is left out.  False: no more. */
bool table_in_heading(const struct table_in *t, size_t i, struct str *heading,
		      struct str *name);
/* The heading whose day is the value date of a row's money, for the table has no column of it;
 * false: there is none. */
bool table_in_value_day(const struct table_in *t, struct str *heading);
/* The columns that a heading can be taken for: name and heading in the language; false: no
 * more.
 */
bool table_in_choice(const struct table_in *t, size_t i, struct str *name, struct str *heading);

/* Why no row can be read; false: they can. */
bool table_in_unfit(const struct table_in *t, struct err *err);

struct table_in_row {
	uint64_t row;
	enum { ROW_ADDS, ROW_CHANGES, ROW_LEAVES } does;
	/* For register_batch, in the arena given; empty when it leaves all as it is.  Of parts,
	 * those of one record come in a row, and the last that is to be written has the draft
	 * of them all. */
	struct str draft;
	size_t faults; /* told to `fault`, of this row or of its record; then it is not written
			*/
};
/*
 * The next row, checked as the door would (model_check), its references looked up.  *more
 * false: there is none.  ERR_INPUT: the file cannot be read on.
 */
bool table_in_next(struct table_in *t, struct arena *a, struct table_in_row *out, bool *more,
		   void (*fault)(void *ctx, const struct table_fault *f), void *ctx,
		   struct err *err) MUST_USE;

#endif
