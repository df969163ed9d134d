/*
 * XML as it comes: memory does not grow with the file, and nobody can hurt the reader.  A
 * document type (and so every entity of its own, every external file) is refused; nothing is
 * ever fetched; depth, names and texts have libxml2's limits (256 levels, 10 MB).
 *
 * What is plain is read by a scanner of our own (xml_scan.h says what is); from the first byte
 * that is not, libxml2's push parser reads on to the end of the document.  Every refusal and
 * its line are libxml2's, its words ours (xml_fault.h).
 *
 * Names that the caller knows are given at opening and come back as numbers, so that a
 * consumer compares integers.
 */
#ifndef WIRE_XML_H
#define WIRE_XML_H
#include "base/err.h"

enum { XML_ATTRS_MAX = 64, XML_WORD_NONE = -1, XML_WORD_LANG = -2 };
#define XML_SPACE "http://www.w3.org/XML/1998/namespace"

struct xml_name {
	struct str local, space; /* space: the namespace's address; empty: none */
	int word; /* which of the names given, XML_WORD_LANG (xml:lang) or XML_WORD_NONE */
};
struct xml_attr {
	struct xml_name name;
	struct str value;
};
struct xml_element {
	struct xml_name name;
	const struct xml_attr *attrs; /* the first XML_ATTRS_MAX */
	size_t attr_count;
	bool more_attrs; /* there were more */
	uint64_t line;   /* where its start tag ends */
};
/* Everything is borrowed and lives as long as the call, names as long as the reader. */
struct xml_sink {
	void (*start)(void *ctx, const struct xml_element *e);
	void (*text)(void *ctx, struct str text); /* in pieces */
	void (*end)(void *ctx, uint64_t line);
	void *ctx;
};

struct xml;
/* `words`: the names to recognise, without namespace; they outlive the reader. */
struct xml *xml_open(const char *const *words, size_t n, const struct xml_sink *sink);
/* The next bytes.  ERR_INPUT, with the line, when they are not well-formed; nothing comes
 * after. */
bool xml_feed(struct xml *x, struct str bytes, struct err *err) MUST_USE;
/* No more bytes come: the document must be complete. */
bool xml_finish(struct xml *x, struct err *err) MUST_USE;
uint64_t xml_line(const struct xml *x);
/* From within a sink: nothing more is wanted; xml_feed succeeds. */
void xml_stop(struct xml *x);
void xml_close(struct xml *x);

/* The simple types of XML Schema 1.0 part 2 that IATI uses. */
enum xml_type {
	XML_NOTHING, /* no text at all: elements only */
	XML_STRING,
	XML_URI,
	XML_DECIMAL,
	XML_DATE,
	XML_DATETIME,
	XML_BOOLEAN,
	XML_INT,
	XML_NATURAL,  /* nonNegativeInteger */
	XML_POSITIVE, /* positiveInteger */
	XML_NMTOKEN,
	XML_LANGUAGE /* xml:lang: language, or empty */
};
/* Whether the text is a value of the type, white space around it aside; judged by libxml2 where
 * it is not plain. */
bool xml_type_valid(enum xml_type type, struct str text);

#endif
