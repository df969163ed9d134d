/*
 * Rows of r_<kind> tables as view.h gives them, for the view_*.c files.  Private to src/store/.
 *
 * The audience condition is built here and nowhere else: a row is seen by `who` when its
 * number has that audience's bit (rid.h).
 */
#ifndef STORE_VIEW_ROWS_H
#define STORE_VIEW_ROWS_H
#include "store/rid.h"
#include "store/view_private.h"

enum { VIEW_SQL_MAX = 64 << 10 };

/* " (<rid> & 10) = 2": seen, and not ended unless ended ones are asked for. */
void rows_seen(struct buf *sql, const char *rid, enum audience who, bool ended);

/* Where a party's rows are told apart (rid.h); false when there is no such party. */
bool rows_party(struct view *v, struct str party, unsigned *place);
/* A filter on BOOL: "true" or "1". */
bool filter_says_yes(struct str value);

/*
 * "SELECT <columns> FROM r_<kind> WHERE" and rows_seen; rows_read reads one row of it, with
 * what lists show, or its whole data, or that only while it is short.
 */
enum rows_extent { ROWS_BRIEF, ROWS_SHORT, ROWS_WHOLE };
#define ROWS_SHORT_SQL "CASE WHEN length(data) <= 16384 THEN data END"
enum { ROWS_COLUMNS = 12, ROWS_JOINT_COLUMNS = 4 };
void rows_select(struct buf *sql, const struct record *r, enum audience who, enum lang lang,
		 bool ended, enum rows_extent data);
void rows_read(struct stmt *s, struct arena *a, const struct record *r, enum lang lang,
	       struct record_row *out);

/* The first LABEL_MAX bytes, or some fewer: whole letters. */
struct str rows_cut(struct str s);
/* record_label, cut to LABEL_MAX: what a counterpart wrote may be of any length. */
struct str rows_label(struct arena *a, const struct record *r, const struct json *data,
		      enum lang lang);

/* One record's row; ERR_MISSING when it is not there for this audience. */
struct row_asked {
	const struct record *record;
	struct ref ref;
	enum audience who;
	enum lang lang;
	enum rows_extent data;
};
bool rows_find(struct view *v, struct arena *a, const struct row_asked *q,
	       struct record_row *out, struct err *err) MUST_USE;

/* Asks for a row of the kind by its number, as lists have it: rows_read reads it. */
struct stmt *rows_numbered(struct view *v, const struct record *r, enum audience who,
			   enum lang lang, struct err *err);
/* The row with this number as lists have it; *found is false when the snapshot has none. */
bool rows_by_rid(struct view *v, struct arena *a, int64_t rid, enum audience who,
		 enum lang lang, struct record_row *out, bool *found, struct err *err) MUST_USE;

/*
 * The row with its whole data, when that fits into `room`; *fits tells, and that of a row that
 * is gone fits.
 */
bool rows_data(struct view *v, struct arena *a, struct record_row *row, size_t room, bool *fits,
	       struct err *err) MUST_USE;

#endif
