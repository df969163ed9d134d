/*
 * HTML, text by text.  Markup enters only as literals (html_lit refuses anything else at
 * compile time); whatever comes from outside goes through html_text or html_attr, which
 * escape.  So unescaped outside text does not compile.
 */
#ifndef WIRE_HTML_H
#define WIRE_HTML_H
#include "base/arena.h"

#define html_lit(b, lit) buf_add((b), S(lit))
/*
 * & < > " ' escaped.  Dropped: control characters but tab and newline, and the Unicode
 * controls that reorder text (embeddings, overrides, isolates: UAX 9 section 2), so that
 * what somebody typed cannot rearrange the page around it.  What is not UTF-8 becomes U+FFFD.
 */
void html_text(struct buf *b, struct str s);
/* ` name="value"`; the name is a literal. */
#define html_attr(b, name, value) html_attr_((b), S(" " name "=\""), (value))
void html_attr_(struct buf *b, struct str open, struct str value);
void html_num(struct buf *b, uint64_t v);

/* Percent-encoding of one segment or query value (RFC 3986 unreserved kept). */
void url_part(struct buf *b, struct str s);
/*
 * Decoded into the arena; text without escapes is borrowed, not copied.  False: a broken
 * escape, a zero byte, or not UTF-8.
 */
bool url_text(struct arena *a, struct str s, bool plus_is_space, struct str *out) MUST_USE;

#endif
