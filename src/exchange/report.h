/*
 * The papers of a commission, composed from the register as it stands: each fills a paper
 * (paper.h) that any form can be made of.
 */
#ifndef EXCHANGE_REPORT_H
#define EXCHANGE_REPORT_H
#include "exchange/paper.h"

struct report {
	struct view *v; /* begun */
	struct arena *a;
	const struct charter *charter;
	int32_t today; /* what is late is so by this day */
	enum audience who;
	struct paper *p;
	const struct report_kind *kind; /* set by report_compose, as what follows the period */
	struct str id; /* "joint/ID", or the ID alone of a joint record; empty: the one meant */
	struct str period; /* of a reconciliation that no act has closed (period.h) */
	struct str parties[CHARTER_LEDGERS_MAX];
	size_t party_count;
};

/* One kind of paper.  ERR_MISSING when the record it is about is not there. */
struct report_kind {
	const char *name, *title;
	bool (*compose)(struct report *r, struct err *err);
};
extern const struct report_kind report_kinds[];
extern const size_t report_kind_count;
const struct report_kind *report_named(struct str name); /* NULL: none */

/* Sets what every paper has, then composes. */
bool report_compose(struct report *r, const struct report_kind *kind, struct err *err) MUST_USE;

/* The execution of a protocol: each decision of the session, the last that was held when none
 * is named, with who leads it on each side and each side's latest word. */
bool report_execution(struct report *r, struct err *err) MUST_USE;

/* The dossier of a session, the next one when none is named: agenda, delegations, open
 * decisions and obstacles. */
bool report_session(struct report *r, struct err *err) MUST_USE;
/* One project: who, when, for how much, its sectors, what was booked, what stands in its way.
 */
bool report_project(struct report *r, struct err *err) MUST_USE;

/* The protocol of a session, the last that was held when none is named. */
bool report_protocol(struct report *r, struct err *err) MUST_USE;
/* The statement of a period: the reconciliation that is named, the last one when none is; with
 * `period`, the desk as it stands. */
bool report_reconciliation(struct report *r, struct err *err) MUST_USE;

/* --- what the papers share (report.c) --- */
/* The party's name in the languages of the paper. */
struct paper_text report_party(struct report *r, struct str code);
/* The record that `id` names, else `q`'s first; whole. */
bool report_record(struct report *r, const struct record *record, const struct list_query *q,
		   struct record_row *out, struct err *err) MUST_USE;
/* All rows of a question, whole, page by page up to REPORT_ROWS. */
enum { REPORT_ROWS = 5000 };
bool report_rows(struct report *r, struct list_query *q, struct list_result *out,
		 struct err *err) MUST_USE;
/* A question for records whose `f` is `value`. */
struct list_query report_query(struct report *r, enum field_id f, struct str value);
const struct json *report_data(struct report *r, const struct record_row *row);
struct str report_ref(struct report *r, const struct record_row *row);
/* The label of what a REF names. */
struct paper_text report_label(struct report *r, const struct field *f,
			       const struct json *value);
/* A value in words; a REF is its label. */
struct paper_text report_value(struct report *r, enum field_id f, const struct json *data);
/* Sessions that were held, the last first. */
struct list_query report_held(struct report *r);
/* The fields of `list`, which ends with FIELD_NONE, that have a value. */
void report_fields(struct report *r, const enum field_id *list, const struct json *data);
/* An amount with its currency or unit, as the first language writes figures; a dash when there
 * is no currency. */
struct paper_cell report_figure(struct report *r, struct dec d, struct str currency);
struct paper_cell report_count(struct report *r, uint64_t n);
/* A table of values, a field a column. */
struct report_columns {
	const enum field_id *fields;
	const unsigned *widths;
	size_t n;
};
#define REPORT_COLUMNS(list, widths)                                                           \
	{                                                                                      \
		(list), (widths), sizeof(list) / sizeof(*(list))                               \
	}
struct paper_block *report_table(struct report *r, const struct report_columns *c);
struct paper_cell *report_row(struct report *r, struct paper_block *b,
			      const struct report_columns *c, const struct json *data);
/* The parts of a record under their name; nothing when there are none. */
void report_parts(struct report *r, enum field_id parts, const struct report_columns *c,
		  const struct json *data);
/* What a question finds under a heading; what is late stands out. */
bool report_found(struct report *r, struct paper_text heading, struct list_query *q,
		  const struct report_columns *c, struct err *err) MUST_USE;
/* The approvals that a decision needs, each given or awaited, as rows of `list`. */
void report_approvals(struct report *r, struct paper_block *list, const struct json *decision);
/* A place to sign for each party. */
void report_signatures(struct report *r);
/* Under the title of its kind: what the paper is about, and when. */
void report_about(struct report *r, struct paper_text about);

#endif
