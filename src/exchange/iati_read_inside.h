/* What the files that turn activities into records share. */
#ifndef EXCHANGE_IATI_READ_INSIDE_H
#define EXCHANGE_IATI_READ_INSIDE_H
#include "exchange/iati_read.h"

enum { DATA_MAX = 8 << 20 };
/* Bytes of an id's chance: its stem's, those with all that is above it, its own. */
enum { READ_STEM = 2, READ_ABOVE = 3, READ_OWN = 7 };

/* A record whose id waits: by its key alone when no other of the activity has that, else by
 * its key and all it says, so that their order does not matter. */
struct leaf {
	enum record_id kind;
	struct str key; /* begins with the kind's name */
	struct json *data;
	uint64_t line;
	bool alone; /* no other has its key */
	struct leaf *next;
};

/* An organisation that the activity named by an identifier, and its reference. */
struct org {
	struct str identifier, ref;
	struct org *next;
};

struct reading {
	const struct iati_reading *r;
	struct arena *a;
	struct iati_tree *t; /* the activity */
	struct str publisher, identifier;
	unsigned char above[READ_ABOVE]; /* how ids of the project and below it begin */
	bool old; /* the register has it by its hash alone, and what is below it so or so */
	struct str project;   /* joint/0197…, or the organisation's ml/0197… */
	bool sectors, places; /* the project has its own: payments have none then */
	bool second_hand;     /* its money is told elsewhere too */
	struct iati_met *met; /* within this activity */
	struct org *orgs;
	size_t leaf_count;
	struct leaf *leaves, **last; /* records nothing else names, until all are known */
};

/* --- who reports what (iati_known.c) --- */
/* What a publisher reports of an activity; `reporter` is the reference of its organisation. */
struct report {
	struct str identifier, publisher, reporter;
	bool said;  /* it says so itself */
	bool again; /* this publisher has reported it in this run */
};
/*
 * Whether anybody else has reported it; whether its money is told elsewhere too: it says so
 * itself, or its publisher's own report is known.  Of reports of others alone the first counts:
 * the one the register has, else the one read first.
 */
struct reported {
	bool elsewhere, second_hand;
};
struct reported known_report(struct iati_known *k, const struct report *r);

/* --- records --- */
struct read_id {
	struct str id;
	const char *was; /* as in iati_draft */
};
/* The id that is made of a key's hash. */
struct str read_id_of(struct arena *a, const struct hash *h);
/* The id of a record made of `key`; of the n-th of that key in the activity. */
struct read_id read_id(struct reading *r, const char *kind, struct str key);
/* "a|b|c" */
struct str read_key(struct reading *r, const struct str *parts, size_t n);
#define key_of(r, ...)                                                                         \
	read_key((r), (const struct str[]){ __VA_ARGS__ },                                     \
		 sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))
/* The activity's own record, of which r->project then is the reference. */
void read_project(struct reading *r, struct str key, uint64_t line, struct json *data);
/* Gives the id the record goes by. */
struct str read_emit(struct reading *r, enum record_id kind, const struct read_id *id,
		     uint64_t line, struct json *data);
void read_leaf(struct reading *r, const struct leaf *leaf);
void read_leaves(struct reading *r); /* hand them all over */
/* "ml/0197…" of the organisation an element names, empty when it names none; its draft is
 * handed over the first time. */
struct str read_org(struct reading *r, struct iati_tree *t);
/* Of an organisation file: what it says of itself is no mention. */
void read_organisation(struct reading *r);

/* --- members --- */
void put_code(struct json_maker *m, enum field_id f, struct str code);
void put_text(struct json_maker *m, enum field_id f, struct str text);
void put_yes(struct json_maker *m, enum field_id f);
/* The code of an element's attribute when the register's list has it; else the element counts
 * as one without a place. */
void put_listed(struct json_maker *m, enum field_id f, struct iati_tree *t, enum iati_at attr);
/* The same for an activity's identifier, when it is one the register can hold. */
void put_activity(struct json_maker *m, enum field_id f, struct iati_tree *t,
		  enum iati_at attr);
void put_date(struct json_maker *m, enum field_id f, struct iati_tree *t);
/* The narratives of an element by language; nothing when it has none. */
void put_mtext(struct reading *r, struct json_maker *m, enum field_id f, struct iati_tree *t);
/* Several elements' as one text; NULL: there is none. */
struct json *mtext_of(struct reading *r, enum field_id f, struct iati_tree *t);
/* A text of one language. */
struct json *mtext_plain(struct reading *r, const char *lang, struct str text);
void put_money(struct reading *r, struct json_maker *m, enum field_id f,
	       struct iati_tree *value);
/* Money that is not to be counted a second time. */
void put_second_hand(struct reading *r, struct json_maker *m, enum field_id f);
struct str money_currency(struct reading *r, struct iati_tree *value);
/* Whether the text is a decimal of XML Schema that the register can hold; as it writes it. */
bool read_decimal(struct reading *r, struct str text, struct str *out);

/* --- the parts of an activity --- */
void read_money(struct reading *r); /* budgets, planned disbursements, transactions */
void read_documents(struct reading *r, enum iati element, enum field_id of);
void read_results(struct reading *r);
/* A value's text as it stands in JSON; empty: there is none. */
struct str json_text(struct reading *r, const struct json *value);
/* A sector of OECD DAC's list, the only one the register holds. */
bool is_dac(const struct iati_tree *t);

#endif
