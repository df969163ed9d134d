/*
 * Reading IATI 2.03 (activities and organisations; 2.01 and 2.02 read the same) as it comes:
 * one pass, memory bounded whatever the file.  Structure and types are held against the schema,
 * codes against the codelists of mapping.xml, and what an activity says against the standard
 * ruleset; a consumer gets each element with its number on the way.
 *
 * Sources: IATI-Schemas 2.03 (iati.def), IATI-Codelists mapping.xml (iati_codes.def),
 * IATI-Rulesets 2.03 standard.json (iati_rules.def).
 */
#ifndef EXCHANGE_IATI_H
#define EXCHANGE_IATI_H
#include "wire/xml.h"

/* IATI_SECTOR, IATI_TRANSACTION …: an element at its place in the schema (iati.def). */
enum iati {
#define ELEMENT(id, name, type, flags) IATI_##id,
#define ATTR(name, type, use)
#define LIST(list)
#define LIST_IF(list, vocabulary)
#define KID(id, often)
#include "exchange/iati.def"
#undef ELEMENT
#undef ATTR
#undef LIST
#undef LIST_IF
#undef KID
	IATI_COUNT,
	IATI_NONE = IATI_COUNT /* of another namespace, or unknown */
};

const char *iati_name(enum iati id); /* "sector" */

/* Attributes that consumers ask for by number: AT_REF …; the numbers are the parser's words. */
#define IATI_WORDS(W)                                                                          \
	W(ACTIVITY_ID, "activity-id")                                                          \
	W(ASCENDING, "ascending")                                                              \
	W(CODE, "code")                                                                        \
	W(CURRENCY, "currency")                                                                \
	W(DEFAULT_CURRENCY, "default-currency")                                                \
	W(HUMANITARIAN, "humanitarian")                                                        \
	W(ISO_DATE, "iso-date")                                                                \
	W(MEASURE, "measure")                                                                  \
	W(PERCENTAGE, "percentage")                                                            \
	W(PROVIDER_ACTIVITY_ID, "provider-activity-id")                                        \
	W(RECEIVER_ACTIVITY_ID, "receiver-activity-id")                                        \
	W(REF, "ref")                                                                          \
	W(ROLE, "role")                                                                        \
	W(SECONDARY_REPORTER, "secondary-reporter")                                            \
	W(STATUS, "status")                                                                    \
	W(TYPE, "type")                                                                        \
	W(URL, "url")                                                                          \
	W(VALUE, "value")                                                                      \
	W(VALUE_DATE, "value-date")                                                            \
	W(VOCABULARY, "vocabulary")                                                            \
	W(YEAR, "year")
enum iati_at {
#define WORD(id, name) AT_##id,
	IATI_WORDS(WORD)
#undef WORD
		AT_COUNT
};

enum iati_severity { IATI_ERROR, IATI_WARNING, IATI_ADVISORY };
extern const char *const iati_severities[3]; /* "error", "warning", "advisory" */

/* One thing found. */
struct iati_finding {
	uint64_t line;
	struct str activity; /* its identifier as far as it is known, or the organisation's */
	const char *rule;    /* id of the standard's rule ("6.11.1"), or "xml", "schema",
				"codelist", "version" */
	enum iati_severity severity;
	const struct err *what; /* the sentence, and how to mend it */
};

/* An element as it opens; values are borrowed for the call. */
struct iati_element {
	enum iati id;
	uint64_t line;
	const struct xml_element *xml;
};
/* The value of an attribute without namespace; *found tells an empty one from none. */
struct str iati_value(const struct xml_element *e, const char *name, bool *found);

/*
 * Who wants the elements themselves; may be left NULL.  Only elements of the schema at a place
 * of theirs are told; text in pieces, of the innermost such element.
 */
struct iati_sink {
	void (*start)(void *ctx, const struct iati_element *e);
	void (*text)(void *ctx, struct str text);
	void (*end)(void *ctx, enum iati id, uint64_t line);
	void *ctx;
};

struct iati_plan {
	int32_t today; /* days since 1970: dates in the future are findings */
	void (*found)(void *ctx, const struct iati_finding *f);
	void *ctx;
	const struct iati_sink *sink; /* or NULL */
	/* Neither codes nor rules are looked at, and findings name no activity. */
	bool structure_only;
};
struct iati_reader;
struct iati_reader *iati_open(const struct iati_plan *plan);
void iati_close(struct iati_reader *r);
/* What is not XML is a finding (rule "xml") like any other, and the last. */
void iati_feed(struct iati_reader *r, struct str bytes);
void iati_finish(struct iati_reader *r);
/* How many activities, or organisations, began. */
uint64_t iati_activities(const struct iati_reader *r);

#endif
