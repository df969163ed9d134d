/*
 * What the rules share: iati_rules.c (each element as it
 * comes), iati_who.c (organisations), iati_result.c, iati_whole.c (the activity
 * when it ends), iati_values.c (dates, percentages, white space).
 */
#ifndef EXCHANGE_IATI_RULES_H
#define EXCHANGE_IATI_RULES_H
#include "base/dec.h"
#include "exchange/iati_inside.h"

enum rule {
#define RULE(name, id, severity, message) R_##name,
#include "exchange/iati_rules.def"
#undef RULE
	RULE_COUNT
};
enum { VOCABULARIES_MAX = 64, VOCABULARY_MAX = 64, ID_MAX = 4096 };

/* A percentage to eighteen places: sums of such are compared with 100, not rounded to it. */
struct exact {
	int128 atto;
	bool broken; /* not a number, or finer, or too large */
};
#define ATTO ((int128)1000000000000000000LL)

/* What is kept of the sectors, regions … of one vocabulary. */
struct group {
	char name[VOCABULARY_MAX];
	size_t n;
	unsigned count, percentages;
	struct exact sum, last;
	uint64_t line;
};
/* More vocabularies than anybody has are left aside. */
struct groups {
	struct group list[VOCABULARIES_MAX];
	size_t n;
};

/* A date that may be missing. */
struct day {
	bool is;
	int32_t day;
};
struct period {
	struct day start, end;
	uint64_t line; /* of the end */
};

/* One activity or organisation. */
struct whole {
	char id[ID_MAX]; /* what the identifier says, cut */
	size_t id_n;
	char org[ID_MAX]; /* reporting-org/@ref */
	size_t org_n;
	bool is;       /* one is under way */
	bool id_again; /* a second identifier came */
	bool has_org, has_lang, has_currency, has_start;
	bool begins_with_former; /* of other-identifier B1: the identifier begins with it */
	struct day dates[5];     /* activity-date by type: the first of each */
	unsigned sectors, own_sectors, own_sector_names, transactions, transactions_with_sector,
		transaction_sectors, countries, regions, places, transactions_without_place,
		default_aids, aids, dac_aids;
	struct group dac_sectors, all_countries, dac_default_aid;
	uint64_t first[RULE_COUNT]; /* line of the first place that breaks the case, or 0 */
	uint64_t line;
	struct groups sector_groups, region_groups, item_groups, default_aid_groups;
};

struct iati_rules {
	const struct iati_table *table;
	const struct iati_plan *plan;
	struct whole whole;
	/* The element under way that must say who or what it is; such do not nest. */
	bool here_ref, here_name, here_text;
	uint64_t here_line;
	bool own_sector, own_marker; /* of the publisher's own vocabulary */
	bool of_organisation;        /* the whole is an organisation */
	bool of_country;             /* the budget is for a country */
	struct period period;
	/* the transaction */
	struct group dac_aid;
	struct groups aid_groups;
	bool sector, place;
	/* the result */
	bool result_reference, indicator_reference;
	char measure;
	/* by element */
	void (*starts[IATI_COUNT])(struct iati_rules *r, const struct iati_element *e);
	void (*starts_below[IATI_COUNT])(struct iati_rules *r, const struct iati_element *e,
					 enum iati parent);
};

/* --- iati_rules.c --- */
void rule_tell(struct iati_rules *r, enum rule rule, uint64_t line);
void rule_tell_if(struct iati_rules *r, bool is, enum rule rule, uint64_t line);
/* The case is broken at this line; told once, when the activity ends. */
void rule_broken(struct iati_rules *r, enum rule rule, uint64_t line);
void rule_broken_if(struct iati_rules *r, bool is, enum rule rule, uint64_t line);
/* The only one of its vocabulary, with a percentage that is not 100. */
bool group_wrong_one(const struct group *g);
struct str whole_id(const struct iati_rules *r);
/* Whether the identifier is this, a hyphen and something. */
bool whole_id_begins(const struct iati_rules *r, struct str prefix);

/* --- iati_who.c: organisations that need a name or an identifier without flaws --- */
struct who {
	enum iati id;
	const char *activity; /* attribute with the identifier of an activity, or NULL */
	enum rule nobody, symbols, spaces, activity_spaces;
};
const struct who *who_of(enum iati id); /* NULL: it is none of them */
void who_start(struct iati_rules *r, const struct iati_element *e);
/* An element begins that must say who or what it is. */
void rule_here(struct iati_rules *r, const struct iati_element *e);

/* --- iati_result.c --- */
void result_start(struct iati_rules *r, const struct iati_element *e);
void result_reference_start(struct iati_rules *r, const struct iati_element *e);
void indicator_start(struct iati_rules *r, const struct iati_element *e);
void indicator_reference_start(struct iati_rules *r, const struct iati_element *e);
void measured_start(struct iati_rules *r, const struct iati_element *e);

/* --- iati_whole.c --- */
void whole_end(struct iati_rules *r);

/* --- iati_values.c --- */
struct str given(const struct iati_element *e, const char *name, bool *found);
struct str given_or_none(const struct iati_element *e, const char *name);
bool is_given(const struct iati_element *e, const char *name);
bool lang_given(const struct iati_element *e); /* xml:lang */
/* The day of a date or of a date and time; none when it is not one. */
struct day day_attr(const struct iati_element *e, const char *name);
bool day_after(struct day a, struct day b);
bool day_ahead(const struct iati_rules *r, struct day d); /* in the future */
/* More than a year, as the calendar counts it: 29 February to 1 March is one day too many. */
bool period_long(struct period p);
bool text_spaced(struct str s);  /* white space at an end */
bool text_symbols(struct str s); /* empty, or one of / & | ? in it */
/* What XPath's number() reads: digits with a point, a minus before them, white space around. */
bool text_number(struct str s);
struct exact exact_of(struct str s);
bool exact_hundred(struct exact e);
bool exact_outside(struct exact e); /* 0 to 100 */
struct exact exact_sum(struct exact a, struct exact b);

#endif
