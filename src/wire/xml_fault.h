/*
 * What is wrong with a document that is not well-formed, and the way out, in a sentence of our
 * own: libxml2 finds the fault and names its kind, its words stand only where there is no
 * sentence.  Private to src/wire/.
 */
#ifndef WIRE_XML_FAULT_H
#define WIRE_XML_FAULT_H
#include "base/err.h"

/* Beside libxml2's own kinds (xmlParserErrors), of which 0 is none. */
enum {
	FAULT_EMPTY = -1,   /* there is no byte */
	FAULT_CUT = -2,     /* the file ends before the document does */
	FAULT_DEPTH = -3,   /* more levels than libxml2 takes */
	FAULT_LENGTH = -4,  /* a tag, comment or section that is too long */
	FAULT_DOCTYPE = -5, /* XML, but not taken */
	FAULT_PAGE = -6,    /* HTML, by its document type */
};

struct xml_fault {
	int kind;
	uint64_t line;
	char about[2]
		  [ERR_ARG]; /* the names it is about; or libxml2's words, of no known kind */
};

/* Whether a fault of this kind, met where the file ends, may be the end's. */
bool xml_fault_ends(int kind);
/* What libxml2 says of it, which is an xmlError: kind and names. */
void xml_fault_take(struct xml_fault *f, const void *said);
/* Sets ERR_INPUT. */
bool xml_fault_tell(const struct xml_fault *f, struct err *err);

#endif
