/*
 * What the register holds, described once: record types, their fields, codelists
 * and rules.  Pure: no clock, no I/O.  Everything else loops over these tables: SQL
 * tables, act checks, forms, pages, lists and filters, the API, CSV columns.
 *
 * A record type is one file in model/records/ and a line in records.def.  A field
 * kind is one value of enum field_kind; every switch over it must learn a new one.
 * Sources: PRODUCT.md "Record types"; IATI 2.03 wherever it has a term.
 *
 * JSON forms of the kinds (the `data` of an act; LEDGER.md 3.2 has no fractions, so
 * every decimal is a string):
 *	TEXT      "…"
 *	MTEXT     {"fr":"…","ru":"…"}           at least one language, BCP 47 tags
 *	CODE      "3"                            a code of the field's list
 *	DATE      "2026-03-01"
 *	DECIMAL   "12.5"
 *	PERCENT   "33.33"                        0 to 100
 *	MONEY     {"amount":"1250.00","currency":"XOF","value_date":"2026-03-01"}
 *	QUANTITY  {"amount":"300","unit":"t"}    unit: a code of list "Unit"
 *	REF       "ml/0197…" or "joint/0197…"    PARTY/ID of a record of type `to`
 *	COORD     {"lat":"12.639200","lon":"-8.002900"}   WGS 84 degrees
 *	FILE      {"sha256","size","media","name"}        an attachment
 *	BOOL      true, false                    absent means no
 *	PARTS     [{…},{…}]                      records of the part type `to`, in order
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H
#include "base/arena.h"
#include "base/date.h"
#include "base/dec.h"
#include "base/err.h"
#include "base/lang.h"
#include "wire/json.h"

enum field_kind {
	TEXT,
	MTEXT,
	CODE,
	DATE,
	DECIMAL,
	PERCENT,
	MONEY,
	QUANTITY,
	REF,
	COORD,
	FILE_REF,
	BOOL,
	PARTS,
	FIELD_KIND_COUNT
};

enum record_id {
	RECORD_NONE,
#define RECORD(r, ...) RECORD_##r,
#define FIELD(r, f, ...)
#define END(r)
#include "model/records.def"
#undef RECORD
#undef FIELD
#undef END
	RECORD_COUNT
};

/* `project_title` and so on; a record's fields run from r_first to before r_end. */
enum field_id {
	FIELD_NONE,
#define RECORD(r, ...)   r##_first, r##_first_ = r##_first - 1,
#define FIELD(r, f, ...) r##_##f,
#define END(r)           r##_end, r##_end_ = r##_end - 1,
#include "model/records.def"
#undef RECORD
#undef FIELD
#undef END
	FIELD_COUNT
};

/* What a TEXT must look like. */
enum text_shape {
	SHAPE_FREE,
	SHAPE_PARTY, /* code of a party of the charter: "ml" */
	SHAPE_WEB,   /* an address that begins with http:// or https:// */
	SHAPE_EMAIL,
	SHAPE_KEY,  /* of a part: "design-2"; lower-case letters, digits, hyphens */
	SHAPE_KEYS, /* several of them with spaces between */
	SHAPE_IATI  /* identifier of an organisation or activity: no space, no / & | ? */
};

struct field {
	enum record_id record;
	const char *name;
	enum field_kind kind;
	const char *label; /* English; lang/XX.po translates */
	const char *help;  /* one sentence under the form field; may be NULL */
	bool required;
	enum text_shape shape; /* TEXT */
	bool long_text;        /* TEXT, MTEXT: several lines */
	bool past;             /* DATE, and the value_date of MONEY: not after today */
	bool need_value_date;  /* MONEY */
	bool column;           /* a column of the list page (and of the SQL table) */
	/* TEXT, MTEXT: most bytes in one language, 0: 4000.  PARTS: most parts, 0: 100. */
	size_t max;
	/* DECIMAL, QUANTITY, MONEY: bounds of the amount, exact decimals; NULL: none. */
	const char *low, *high;
	unsigned places;   /* DECIMAL, QUANTITY: most digits after the point; 0 means 6 */
	bool whole;        /* DECIMAL, QUANTITY: no digits after the point */
	const char *list;  /* CODE: name of the codelist */
	enum record_id to; /* REF: target type; PARTS: the part type */
	const char *iati;  /* path below the record's element, where the mapping is regular */
};

struct record {
	const char *name;   /* "decision_report": kind in the ledger and in addresses */
	int first, end;     /* fields[first] .. fields[end - 1] */
	const char *title;  /* "Decision report" */
	const char *plural; /* "Decision reports" */
	const char *slug;   /* address of its list: "decisions" */
	bool joint;         /* written by acts of all parties (PRODUCT.md rule 2) */
	bool part;          /* travels inside another record, has no id or page of its own */
	bool personal;      /* names private persons: sealed for its party (LEDGER.md 3.6) */
	/* What a record is called in a list or link, joined by " · "; then FIELD_NONE. */
	enum field_id name_fields[3];
	/* Default order of its list: newest or A–Z first by kind; FIELD_NONE: as they stand. */
	enum field_id order;
	const char *iati;
	const char *about; /* one sentence: what it is, for the form, an empty list, the docs */
};

extern const struct record records[RECORD_COUNT];
extern const struct field fields[FIELD_COUNT];

/* Their names as slices, and the fields' as JSON has them before a value: `"name":`. */
extern const struct str record_names[RECORD_COUNT];
extern const struct str field_names[FIELD_COUNT];
extern const struct str field_keys[FIELD_COUNT];

#define each_field(f, r)                                                                       \
	(const struct field *(f) = &fields[(r)->first]; (f) < &fields[(r)->end]; (f)++)

/* NULL when unknown; parts are found too. */
const struct record *record_named(struct str name);
/* By "projects", or by the name when it has no slug; never a part. */
const struct record *record_by_slug(struct str slug);
const char *record_slug(const struct record *r);
const struct field *record_field(const struct record *r, struct str name);
enum record_id record_id_of(const struct record *r);
/* The place of a member's name in the record, -1 when it is no field's; looked for from *next
 * on, which moves behind it: members mostly come in the order of the table. */
int record_member(const struct record *r, struct str name, int *next);
/* The members of `data` by their places in the record: at[0] is that of r->first; NULL when
 * absent.  Costs least when they stand in that order. */
void record_place(const struct record *r, const struct json *data, const struct json *at[]);
/* The word in addresses and references for records that belong to all parties. */
#define JOINT_PARTY "joint"

/* --- codelists: model/codelists/NAME.def, one line a code --- */
struct code {
	const char *code;
	const char *name[LANG_COUNT];
	bool withdrawn;  /* read and shown for ever, not offered in forms */
	unsigned char n; /* bytes of the code */
};
struct codelist {
	const char *name;         /* IATI's name where it has one: "TransactionType" */
	const struct code *codes; /* in the order to show */
	size_t count;
};
/* Lists longer than this stand in the order of their codes, shorter codes first. */
enum { CODELIST_SHORT = 40 };
extern const struct codelist codelists[]; /* in the order of their names */
extern const size_t codelist_count;
extern const struct codelist codelist_currency; /* again, for who asks for it all the time */
const struct codelist *codelist_named(const char *name); /* a wrong name is a bug: stops */
const struct code *codelist_find(const struct codelist *l, struct str code);
/* Name in the language; the code itself when the list does not have it. */
struct str code_name(const char *list, struct str code, enum lang lang);
/* Digits after the point of a currency's minor unit (ISO 4217): XOF 0, RUB 2, KWD 3. */
unsigned currency_places(struct str code);

/* --- references --- */
struct ref {
	struct str party, id;
};
bool ref_parse(struct str s, struct ref *out) MUST_USE; /* "ml/UUIDv7" */

/* --- checking (pure) --- */
struct model_ctx {
	int32_t today;               /* days since 1970 */
	const struct str *languages; /* the charter's; the first is preferred */
	size_t language_count;
	const struct str *parties; /* the charter's; with none any well-formed code will do */
	size_t party_count;
	/* What somebody published, not what is written here: held to what IATI 2.03 accepts.
	 * Identifiers may have any sign, budgets may cover more than a year and be negative,
	 * amounts be finer than the currency's minor unit, periods measured still run. */
	bool reported;
};
enum { MODEL_ERRORS_MAX = 32 };
/*
 * Check `data` against `r`: unknown members, kinds, bounds, codes, and the record's
 * rules (rules.c).  Every finding goes to errs[] (at most `max`), with the path of its field
 * ("sectors.1.percentage") and the way out in its message.  Returns how many there are.
 */
size_t model_check(struct arena *a, const struct record *r, const struct json *data,
		   const struct model_ctx *ctx, struct err *errs, size_t max);
/*
 * `data` in its one normal form: fields in the order of the table, absent, null,
 * empty and "no" ones left out, languages in the charter's order, texts without space
 * around them and with bare line feeds, decimals in their shortest form, money with
 * its currency's digits.  Call after model_check found nothing.
 */
void model_write(struct buf *out, const struct record *r, const struct json *data,
		 const struct model_ctx *ctx);

/* Both, which costs less than one after the other: writes when nothing is found. */
size_t model_take(struct arena *a, const struct record *r, const struct json *data,
		  const struct model_ctx *ctx, struct err errs[MODEL_ERRORS_MAX],
		  struct buf *out);

/* --- reading a record's data for people --- */
/* Text of a MTEXT value in `lang`, else in another; *found (may be NULL) is its tag. */
struct str mtext_in(const struct json *value, enum lang lang, struct str *found);
/* What the record is called: its name_fields in the language, plain text. */
struct str record_label(struct arena *a, const struct record *r, const struct json *data,
			enum lang lang);
/*
 * One value in words for people: "1 250,00 EUR", "3 mars 2026", "Décaissement"; plain text,
 * not HTML.  A REF gives its raw "party/id", MTEXT the language asked for, PARTS a count.
 */
struct str field_text(struct arena *a, const struct field *f, const struct json *value,
		      enum lang lang);
/*
 * Numbers and dates by locale (CLDR 42): "1 234,56", "1,234.56"; "3 mars 2026",
 * "3 марта 2026 г.", with the no-break spaces it asks for; a French first day is "1er".
 */
struct str number_text(struct arena *a, struct dec d, unsigned places, enum lang lang);
struct str date_words(struct arena *a, int32_t days, enum lang lang);

/* --- where a record points: calls `see` for every REF and FILE in it, parts included --- */
struct model_link {
	const struct field *field;
	const char *path; /* "organisations.0.organisation" */
	struct str value; /* REF: "ml/…"; FILE_REF: 64 hex digits */
	const struct json *json;
};
void record_links(struct arena *a, const struct record *r, const struct json *data,
		  void (*see)(void *ctx, const struct model_link *link), void *ctx);

/* --- deadlines: what the register watches (due.def) --- */
struct due_rule {
	enum record_id record; /* the record that carries the date */
	enum field_id parts;   /* FIELD_NONE, or the PARTS field whose parts carry it */
	enum field_id date;    /* the date that must be kept */
	enum field_id
		closed_by; /* of this record or part: once set nothing is due; or FIELD_NONE */
	enum record_id report;      /* RECORD_NONE, or the record type that can close it … */
	enum field_id report_ref;   /* … which names it by this REF field … */
	enum field_id report_key;   /* … and the part, if there are parts, by its `key` … */
	enum field_id report_field; /* … when this field … */
	const char *report_value;   /* … has this code (CODE), or is set at all (NULL) */
	bool deadline;              /* can be late; otherwise merely comes next (a session) */
};
extern const struct due_rule due_rules[];
extern const size_t due_rule_count;

#endif
