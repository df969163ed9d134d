/* What the files of the IATI writer share. */
#ifndef EXCHANGE_IATI_WRITE_INSIDE_H
#define EXCHANGE_IATI_WRITE_INSIDE_H
#include "exchange/iati_write.h"
#include "store/view_naming.h"
#include "wire/xml_write.h"

struct indicator;
struct measured;

/* An organisation as elements name it. */
struct org {
	bool known;
	struct str ref, type;
	const struct json *name;
	/* As elements have it: the attributes @ref and @type, and the narratives. */
	struct str ref_attr, type_attr, narratives;
};
/* Those met last, by their reference: payments name the same few. */
enum { ORGS_KEPT = 1024, ORGS_MAX = 4096 };
struct org_kept {
	struct str ref;
	struct org org;
};

/* An export under way, and the activity in hand: one project as one side reports it. */
struct out {
	const struct iati_job *job;
	struct iati_tally *tally;
	struct xml_w w;
	struct buf b;
	struct arena a;    /* of one project */
	struct arena page; /* of one row */
	struct arena orgs; /* of those kept */
	struct org_kept *kept;
	size_t met;                                /* organisations put into `orgs` */
	struct org reporters[CHARTER_LEDGERS_MAX]; /* by ledger: who reports for its party */
	struct str party;
	const struct record_row *row;
	const struct json *project;
	struct str ref;                             /* joint/0197…: the project's */
	struct naming *of_projects, *of_indicators; /* who names them; NULL: nobody */
	struct naming_row *rows;                    /* what names the project in hand */
	size_t row_count;
	bool places[FIELD_COUNT];      /* iati_places */
	bool has[RECORD_COUNT];        /* kinds of which there are any */
	bool second_hand;              /* the activity says so of all its money */
	bool sectors_below;            /* sectors stand on the transactions */
	bool countries_below;          /* so do countries */
	struct indicator **indicators; /* the project's (iati_write_result.c) */
	struct measured **measured;
	struct err *err;
	bool failed;
};

/* --- iati_write_rows.c: the records that name the project in hand --- */
/* A row, and its data by place in the record, in out->page; until the next row. */
enum { ROW_FIELDS = 48 };
struct out_row {
	const struct record *record;
	struct naming_said is;
	const struct json *at[ROW_FIELDS]; /* NULL: absent */
};
typedef void out_fn(struct out *o, const struct out_row *row);
bool out_open(struct out *o);
void out_close(struct out *o);
bool out_find(struct out *o);
/* Every public record of a kind, of o->party when it is national.  False when the store cannot
 * be read. */
bool out_each(struct out *o, enum record_id kind, out_fn *fn);
bool out_any(const struct out *o, enum record_id kind);
/* This side's measurements of an indicator. */
bool out_each_measured(struct out *o, struct str indicator, out_fn *fn);
/* Send what is written so far. */
bool out_flush(struct out *o);

/* A field's value in `data`; NULL: none. */
const struct json *out_get(const struct json *data, enum field_id f);
struct str out_str(const struct json *data, enum field_id f);
bool out_yes(const struct json *data, enum field_id f);
/* The same of a row. */
const struct json *row_get(const struct out_row *row, enum field_id f);
struct str row_str(const struct out_row *row, enum field_id f);
bool row_yes(const struct out_row *row, enum field_id f);
/* One value is not written. */
void out_lose(struct out *o, enum field_id f);
/* Count what of it has no place in IATI. */
void out_losses(struct out *o, const struct record *r, const struct json *data);
void row_losses(struct out *o, const struct out_row *row);

/* <name attr="value"/> */
void out_plain(struct out *o, const char *name, const char *attr, struct str value);
/* The same when there is a value. */
void out_field(struct out *o, const char *name, const char *attr, struct str value);
/* <name><narrative>…</narrative></name> when there is text. */
void out_mtext(struct out *o, const char *name, const struct json *mtext);
void out_value(struct out *o, const struct json *money);
void out_period(struct out *o, struct str from, struct str to);

struct org out_org(struct out *o, struct str ref);
/* Between two projects: organisations kept are forgotten when they are many. */
void out_forget_orgs(struct out *o);
/* Of a party: who reports for it. */
struct org out_reporter(struct out *o);

/* --- iati_write_money.c, iati_write_result.c: the children of an activity by kind --- */
bool out_budgets(struct out *o);
bool out_planned(struct out *o);
bool out_transactions(struct out *o);
bool out_documents(struct out *o);
bool out_results(struct out *o);

#endif
