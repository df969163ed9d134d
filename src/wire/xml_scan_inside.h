/* What the files of the scanner share: xml_scan.c (its way), xml_scan_cut.c (texts in pieces).
 */
#ifndef WIRE_XML_SCAN_INSIDE_H
#define WIRE_XML_SCAN_INSIDE_H
#include "wire/xml_names.h"
#include "wire/xml_scan.h"

/* What is not whole yet is kept until its end has come, up to KEPT_MAX; of a text, which may go
 * in pieces, less.  Where the end of what was fed is nearer than XML_REFERENCE_MAX, a byte that
 * is not plain may only be one that is not all there. */
enum {
	KEPT_MAX = 16 << 10,
	TEXT_KEPT_MAX = 4 << 10,
	DEPTH_MAX = 64,
	ATTRS_MAX = 32,
	HEAD_MAX = 128,
	CUT_MIN = 300
};

struct open {
	struct xml_known *name;
	uint64_t line; /* of its '<' */
};

/* What became of a token: it was told; more bytes must come first; libxml2 must see it. */
enum step { TOLD, WAITS, UNSURE };

struct xml_scan {
	struct xml_sink sink;
	struct xml_names names;
	struct open open[DEPTH_MAX];
	size_t depth;
	uint64_t line;
	bool begun, closed, stopped; /* the head is read; the document element is over */
	char head[HEAD_MAX];
	size_t head_n;
	struct buf made;                 /* values that are not as they stand in the document */
	struct xml_known *root, **guess; /* which element probably starts next */
	/* The start tag under way. */
	struct xml_attr attrs[ATTRS_MAX];
	size_t attr_count;
	uint64_t tag_line;
	enum step step; /* why it cannot be told */
	const char *at, *end;
	char bytes[KEPT_MAX + SCAN_PUSH_MAX + XML_PLAIN_PAD];
};

/* What stands in a text. */
struct found {
	uint64_t lines;
	unsigned high; /* not zero: letters beyond ASCII */
	bool returns;  /* carriage returns */
};

/* A text is cut where libxml2 cuts it, since what is found in one is told with its piece. */
void scan_tell_cut(struct xml_scan *s, struct str text, const struct found *found);

#endif
