/* What the files of the import page share (page_import.c). */
#ifndef WEB_IMPORT_H
#define WEB_IMPORT_H
#include "exchange/table_run.h"
#include "web/pages.h"
#include "web/sent_file.h"

enum { IMPORT_FAULTS = 200, IMPORT_ROWS = 40 };

/* One finding, as the page shows it. */
struct import_fault {
	uint64_t row;
	struct str column, sentence;
};
/* A row that would add or change something. */
struct import_row {
	uint64_t row;
	bool adds;
	struct str kind, label;
};

struct import_job {
	struct visit *v;
	struct str bytes; /* of the file, which lies on the shelf */
	struct sent_file sent;
	bool iati;
	enum table_file format;
	const struct record *record;
	const struct field *parts; /* each row is one of these of a record; NULL: a record */
	struct str sheet, *sheets;
	size_t sheet_count;
	struct str *mapping; /* NULL: guessed */
	size_t mapping_count;

	/* What came of looking at it. */
	struct table_in *table; /* its headings; NULL: there are none */
	bool unfit;
	struct err why;
	struct table_counts counts;
	uint64_t faults_found; /* more than are kept */
	struct import_fault faults[IMPORT_FAULTS];
	size_t fault_count;
	struct import_row rows[IMPORT_ROWS];
	size_t row_count;
};

/* Keep a finding, as far as there is room; it is counted anyway. */
void import_tell(struct import_job *j, uint64_t row, struct str column, const struct err *err);
/* Look at the whole file; false when it cannot be read on: j->why. */
bool import_table_look(struct import_job *j);
/* Write what is good; counts are those of what was done. */
bool import_table_write(struct import_job *j);
bool import_iati_run(struct import_job *j, bool write);

#endif
