/*
 * The tables of the projection: the p_ tables as LEDGER.md 7 names them, and the r_ tables
 * that serve pages.  Private to src/store/.
 *
 * One place for each fact: a record's current version stands in its r_<kind> row alone
 * (r_other for kinds this program does not know), and p_record, p_version and p_joint are
 * gathered from there and from r_past and r_effect when they are asked for.  They are no views
 * of the database: every connection would read those first.  What is said of an act that nobody
 * answered stands in r_plain alone (plain.h).
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H
#include "model/model.h"
#include "store/db.h"

/* A table of fixed shape.  columns: "lid TEXT, n INTEGER"; the first `keys` are its key. */
struct table {
	const char *name, *columns;
	unsigned keys;
	void (*gathered)(struct buf *out); /* the SELECT that gives its rows; NULL: it is a
					      table */
	bool undumped;                     /* depends on the order of arrival */
};
extern const struct table tables[];
extern const size_t table_count;

/* What stands behind FROM for its rows. */
void table_from(struct buf *out, const struct table *t);
/* Take the next "name TYPE" off the front of a table's columns. */
bool table_column(struct str *columns, struct str *name, struct str *type);

/* Whether records of the type have a table: they are no parts. */
bool kind_has_table(const struct record *r);
/* Whether its rows hold labels and can be listed by them: those whose name begins with a text.
 * What a date or a code begins is listed by that. */
bool kind_has_labels(const struct record *r);
/* Whether its list stands in the order of its labels. */
bool kind_by_label(const struct record *r);

/*
 * What lists read of a row: `brief` where there is one, else `data`, which is then short.  It
 * holds the fields that are columns of lists or name the record, as far as none is longer
 * than BRIEF_VALUE_MAX and all of them fit into BRIEF_MAX.
 */
enum { BRIEF_FROM = 1024, BRIEF_VALUE_MAX = 4096, BRIEF_MAX = 8192 };
/* Labels are cut to so many bytes: a counterpart's title may be of any length. */
enum { LABEL_MAX = 1000 };
bool kind_is_brief(const struct field *f);

/* Whether r_due calls a part by its key: one that an index of PostgreSQL can hold. */
bool part_named_by(struct str key);

/* What a field gives to sort and filter by, in the lines of lists (lines.h); "f_value" and
 * "f_value_currency" in its record's table where SQL asks for them, which few do. */
enum { FIELD_COLUMNS_MAX = 2 };
struct field_column {
	const char *suffix, *type;
};
size_t field_columns(const struct field *f, struct field_column out[FIELD_COLUMNS_MAX]);
bool field_in_table(enum field_id f);
/* Every column of r_<kind> in order, "name TYPE" separated by ", ". */
void kind_columns(struct buf *out, const struct record *r);
/* What most rows have alike is NULL: no flags, one version, `body` that is `n`, a ledger named
 * as its party, not illustrative; and a label that is the same in every language. */
#define ROW_FLAGS    "coalesce(flags, '')"
#define ROW_VERSIONS "coalesce(versions, 1)"
#define ROW_BODY     "coalesce(body, n)"
#define ROW_LEDGER   "coalesce(ledger, party)"
/* for each_record(r) …: but for the one that is none. */
#define each_record(r)                                                                         \
	(const struct record *(r) = records + 1; (r) < records + RECORD_COUNT; (r)++)

/* Its label in a language. */
void kind_label(struct buf *out, enum lang lang);
/*
 * The columns as rows are written, named without types: these, those of joint records, those of
 * labels, the fields', brief and data.  Behind them, when `all` is to be said, what is NULL in
 * most rows and then cheaper unnamed: of national records all that is late, of joint ones from
 * LATE_JOINT on.
 */
enum kind_column { COL_PARTY, COL_LAYER, COL_TIME, COL_RID, COL_ID, COL_N };
enum late_column {
	LATE_LEDGER,
	LATE_STATE,
	LATE_JOINT,
	LATE_PREV = LATE_JOINT,
	LATE_FLAGS,
	LATE_VERSIONS,
	LATE_BODY,
	LATE_ACTOR,
	LATE_ILLUSTRATIVE,
	LATE_COUNT
};
void kind_written(struct buf *out, const struct record *r, bool all);

#endif
