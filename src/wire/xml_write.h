/*
 * XML as it is written: one element after the other into a buffer, which the caller sends off
 * and clears whenever it likes.  What is no character of XML 1.0 (section 2.2) is left out;
 * names are the caller's literals.
 */
#ifndef WIRE_XML_WRITE_H
#define WIRE_XML_WRITE_H
#include "base/str.h"

enum { XML_WRITE_DEPTH = 16 };

struct xml_w {
	struct buf *b;
	struct str names[XML_WRITE_DEPTH]; /* of the open elements */
	size_t depth;
	bool tag;  /* the start tag still takes attributes */
	bool text; /* text stands before: no new line may be added */
};

/* Begins with the declaration; the text is UTF-8. */
struct xml_w xml_w(struct buf *b);
void xml_open_named(struct xml_w *w, struct str name);
void xml_attr_named(struct xml_w *w, struct str name, struct str value);
/* These stand here, where the length of a name that is a literal costs nothing. */
static inline __attribute__((always_inline)) void xml_open_tag(struct xml_w *w,
							       const char *name)
{
	xml_open_named(w, (struct str){ name, __builtin_strlen(name) });
}
static inline __attribute__((always_inline)) void xml_attr(struct xml_w *w, const char *name,
							   struct str value)
{
	xml_attr_named(w, (struct str){ name, __builtin_strlen(name) }, value);
}
void xml_text(struct xml_w *w, struct str text);
void xml_close_tag(struct xml_w *w);
/*
 * What stands in many places is written once, apart, and put there: attributes into the open
 * tag, or elements.
 */
struct xml_w xml_apart_attrs(struct buf *b);
struct xml_w xml_apart_elements(struct buf *b);
void xml_put_attrs(struct xml_w *w, struct str attrs);
void xml_put_elements(struct xml_w *w, struct str elements);
/* `text` of a comment; two hyphens in a row lose the second. */
void xml_comment(struct xml_w *w, struct str text);

#endif
