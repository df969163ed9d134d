/*
 * What the files of the IATI reader share: iati.c (a document's way), iati_schema.c (the table
 * and the codes), iati_rules.c (what activities must say).
 */
#ifndef EXCHANGE_IATI_INSIDE_H
#define EXCHANGE_IATI_INSIDE_H
#include "base/arena.h"
#include "exchange/iati.h"

enum iati_list {
#define CODES(list, complete, ...) CODES_##list,
#include "exchange/iati_codes.def"
#undef CODES
	CODES_COUNT
};

enum { IATI_ATTRS_MAX = 16, IATI_KIDS_MAX = 48, IATI_LISTS_MAX = 4, IATI_WORDS_MAX = 256 };
/* Where a code must be found; `vocabulary` NULL: whatever the vocabulary. */
struct iati_list_use {
	enum iati_list list;
	const char *vocabulary;
};
struct iati_attr {
	const char *name;
	int word;
	enum xml_type type;
	bool required;
	struct iati_list_use lists[IATI_LISTS_MAX];
	size_t list_count;
};
struct iati_kid {
	enum iati id;
	int word;
	bool required, many;
};
struct iati_shape {
	const char *name;
	int word;
	enum xml_type text;
	bool open;                 /* attributes of other namespaces may stand */
	struct iati_list_use list; /* of the text */
	bool has_list;
	bool judged; /* its text has a type or a list */
	struct iati_attr attrs[IATI_ATTRS_MAX];
	size_t attr_count;
	struct iati_kid kids[IATI_KIDS_MAX];
	size_t kid_count;
	uint64_t attrs_required, kids_required; /* a bit for each */
	/* By word: which attribute or kid it is, counted from 1; 0: none of its own. */
	unsigned char attr_at[IATI_WORDS_MAX], kid_at[IATI_WORDS_MAX];
};

/* A code, and the list it is in. */
struct iati_code {
	enum iati_list list;
	struct str code;
};
enum { IATI_CODE_SLOTS = 1 << 14 };

/* iati.def and iati_codes.def, laid out for looking up. */
struct iati_table {
	struct iati_shape shapes[IATI_COUNT];
	const char *words[IATI_WORDS_MAX]; /* every name, once */
	size_t word_count;
	enum iati global[IATI_WORDS_MAX]; /* by word: the element declared at the top, or
					     IATI_NONE */
	struct iati_code codes[IATI_CODE_SLOTS];
};
struct iati_table *iati_table_make(void);
bool iati_code_known(const struct iati_table *t, enum iati_list list, struct str code);
const char *iati_list_name(enum iati_list list);
bool iati_list_complete(enum iati_list list);
/* Whether `text` begins with the code of a registration agency. */
bool iati_agency_prefix(const struct iati_table *t, struct str text);

/* --- iati_rules.c: one activity or organisation at a time --- */
struct iati_rules;
struct iati_rules *iati_rules_make(const struct iati_table *t, const struct iati_plan *plan);
void iati_rules_free(struct iati_rules *r);
void iati_rules_reset(struct iati_rules *r); /* another document */
/* `parent` is IATI_NONE for the root. */
void iati_rules_start(struct iati_rules *r, const struct iati_element *e, enum iati parent);
void iati_rules_text(struct iati_rules *r, enum iati id, struct str text);
void iati_rules_end(struct iati_rules *r, enum iati id);
/* The identifier met in the activity or organisation under way; empty: none yet. */
struct str iati_rules_activity(const struct iati_rules *r);

#endif
