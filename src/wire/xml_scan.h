/*
 * The plain part of XML, read by ourselves; private to src/wire/ and its tests (xml.h is the
 * door).  Plain is: UTF-8 without a document type or processing instructions; names of ASCII
 * letters, digits, '_', '-' and '.'; attributes without a prefix but xml:lang and those whose
 * prefix the document element declares; character references and the five entities of XML
 * itself; comments and CDATA sections.
 *
 * The scanner refuses nothing: at the first byte it is not sure of, an error for one, it gives
 * up for good, and libxml2 reads on from the last place that was told, so that every verdict
 * and every message is libxml2's.  What it tells is what libxml2 would have told (XML 1.0, 5th
 * edition: sections 2.2, 2.11, 3.3.3, 4.6); texts may be cut in other places.
 */
#ifndef WIRE_XML_SCAN_H
#define WIRE_XML_SCAN_H
#include "wire/xml.h"

enum { SCAN_PUSH_MAX = 64 << 10 };

struct xml_scan;
struct xml_scan *scan_open(const char *const *words, size_t n, const struct xml_sink *sink);
void scan_close(struct xml_scan *s);
/* The next bytes, SCAN_PUSH_MAX at most.  False: libxml2 must read on. */
bool scan_feed(struct xml_scan *s, struct str bytes) MUST_USE;
/* No more bytes come.  False: the document is not complete as far as the scanner sees. */
bool scan_complete(const struct xml_scan *s);
void scan_stop(struct xml_scan *s); /* nothing more is told */
uint64_t scan_line(const struct xml_scan *s);

/* --- what libxml2 is told before it reads on --- */

/* The document up to the document element, or one that says the same. */
struct str scan_head(const struct xml_scan *s);
/* The start tag of the open element `i`, 0 being the document element, and the line of its '<';
 * empty: there are no more. */
struct str scan_tag(struct xml_scan *s, size_t i, uint64_t *line);
/* What was fed and not told. */
struct str scan_rest(const struct xml_scan *s);

/* A reader that is libxml2 from the first byte: what tests hold the other against. */
struct xml *xml_open_libxml2(const char *const *words, size_t n, const struct xml_sink *sink);

#endif
