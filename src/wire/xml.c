#include "wire/xml.h"

#include "base/date.h"
#include "base/dec.h"
#include "wire/xml_fault.h"
#include "wire/xml_plain.h"
#include "wire/xml_scan.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlschemastypes.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* As deep as libxml2 itself goes when it builds a tree; a tag, comment or section waits whole
 * in memory until its end has come. */
enum { WORD_SLOTS = 1024, VALUE_MAX = 4096, DEPTH_MAX = 256, WAITING_MAX = 16 << 20 };

/* A name as libxml2 keeps it in its dictionary: equal names are one pointer. */
struct slot {
	const xmlChar *name;
	int word;
};

struct xml {
	struct xml_scan *scan;   /* reads as long as there is no parser */
	xmlParserCtxtPtr parser; /* NULL: not begun */
	bool mute;               /* what the parser says was told by the scanner */
	struct xml_sink sink;
	const char *const *words;
	size_t word_count;
	struct slot slots[WORD_SLOTS];
	unsigned depth;
	bool any, root; /* a byte came; a tag */
	bool stopped;
	struct xml_fault fault; /* the first */
};

/* libxml2 speaks of bytes as of unsigned characters. */
static const char *chars(const xmlChar *s)
{
	return (const char *)s;
}

static size_t slot_of(const xmlChar *name)
{
	return ((uintptr_t)name >> 3) * 2654435761U % WORD_SLOTS;
}

static int word_of(const struct xml *x, const xmlChar *name)
{
	for (size_t i = slot_of(name); x->slots[i].name; i = (i + 1) % WORD_SLOTS)
		if (x->slots[i].name == name)
			return x->slots[i].word;
	return XML_WORD_NONE;
}

static void word_add(struct xml *x, const char *word, int number)
{
	const xmlChar *name = xmlDictLookup(x->parser->dict, (const xmlChar *)word, -1);
	size_t i = slot_of(name);

	while (x->slots[i].name)
		i = (i + 1) % WORD_SLOTS;
	x->slots[i] = (struct slot){ name, number };
}

static struct xml_name name_of(const struct xml *x, const xmlChar *local, const xmlChar *space)
{
	struct xml_name name = { str_z(chars(local)), str_z(chars(space)), XML_WORD_NONE };

	if (!space)
		name.word = word_of(x, local);
	else if (str_is(name.local, "lang") && str_is(name.space, XML_SPACE))
		name.word = XML_WORD_LANG;
	return name;
}

/* One that is ours. */
static bool fault(struct xml *x, int kind)
{
	if (!x->fault.kind && !x->stopped)
		x->fault = (struct xml_fault){ .kind = kind, .line = xml_line(x) };
	xmlStopParser(x->parser);
	return true;
}

/* libxml2 hands attributes over as five pointers each: name, prefix, namespace, value, its end.
 */
enum { ATTR_NAME, ATTR_PREFIX, ATTR_SPACE, ATTR_VALUE, ATTR_END, ATTR_PARTS };

/* NOLINTNEXTLINE(readability-function-size): the library's signature */
static void on_start(void *ctx, const xmlChar *local, const xmlChar *prefix,
		     const xmlChar *space, int spaces, const xmlChar **declared, int count,
		     int defaulted, const xmlChar **given)
{
	struct xml *x = ctx;
	struct xml_attr attrs[XML_ATTRS_MAX];
	struct xml_element e = { .name = name_of(x, local, space),
				 .attrs = attrs,
				 .more_attrs = count > XML_ATTRS_MAX,
				 .line = xml_line(x) };

	(void)prefix, (void)spaces, (void)declared, (void)defaulted;
	x->root = true;
	if (x->fault.kind || (++x->depth > DEPTH_MAX && fault(x, FAULT_DEPTH)) || x->mute)
		return;
	for (int i = 0; i < count && i < XML_ATTRS_MAX; i++, given += ATTR_PARTS) {
		attrs[i].name = name_of(x, given[ATTR_NAME], given[ATTR_SPACE]);
		attrs[i].value = str_of(given[ATTR_VALUE],
					(size_t)(given[ATTR_END] - given[ATTR_VALUE]));
		e.attr_count++;
	}
	x->sink.start(x->sink.ctx, &e);
}

static void on_end(void *ctx, const xmlChar *local, const xmlChar *prefix, const xmlChar *space)
{
	struct xml *x = ctx;

	(void)local, (void)prefix, (void)space;
	if (x->fault.kind)
		return;
	x->depth--;
	if (!x->mute)
		x->sink.end(x->sink.ctx, xml_line(x));
}

static void on_text(void *ctx, const xmlChar *text, int n)
{
	struct xml *x = ctx;

	x->sink.text(x->sink.ctx, str_of(text, (size_t)n));
}

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *external,
		       const xmlChar *system)
{
	struct xml *x = ctx;

	(void)external, (void)system;
	(void)fault(x,
		    name && strcasecmp(chars(name), "html") == 0 ? FAULT_PAGE : FAULT_DOCTYPE);
}

static void on_error(void *ctx, xmlErrorPtr e)
{
	struct xml *x = ctx;

	if (e->level == XML_ERR_FATAL && !x->fault.kind && !x->stopped)
		xml_fault_take(&x->fault, e);
}

static void begin(struct xml *x)
{
	xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC,
			      .startElementNs = on_start,
			      .endElementNs = on_end,
			      .characters = on_text,
			      .ignorableWhitespace = on_text,
			      .cdataBlock = on_text,
			      .internalSubset = on_doctype,
			      .serror = on_error };

	x->parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
	assert(x->parser);
	/* No document type comes through, so the only entities there are to replace are XML's
	 * own. */
	xmlCtxtUseOptions(x->parser, XML_PARSE_NONET | XML_PARSE_NOENT);
	for (size_t i = 0; i < x->word_count; i++)
		word_add(x, x->words[i], (int)i);
}

struct xml *xml_open_libxml2(const char *const *words, size_t n, const struct xml_sink *sink)
{
	struct xml *x = calloc(1, sizeof(*x));

	assert(x && n < WORD_SLOTS / 2);
	x->sink = *sink;
	x->words = words;
	x->word_count = n;
	begin(x);
	return x;
}

struct xml *xml_open(const char *const *words, size_t n, const struct xml_sink *sink)
{
	struct xml *x = calloc(1, sizeof(*x));

	assert(x && n < WORD_SLOTS / 2);
	x->sink = *sink;
	x->words = words;
	x->word_count = n;
	x->scan = scan_open(words, n, sink);
	return x;
}

void xml_close(struct xml *x)
{
	if (!x)
		return;
	xmlFreeParserCtxt(x->parser);
	scan_close(x->scan);
	free(x);
}

uint64_t xml_line(const struct xml *x)
{
	const struct _xmlParserInput *in = x->parser ? x->parser->input : NULL;

	if (!x->parser)
		return scan_line(x->scan);
	return in && in->line > 0 ? (uint64_t)in->line : 1;
}

void xml_stop(struct xml *x)
{
	x->stopped = true;
	if (x->parser)
		xmlStopParser(x->parser);
	else
		scan_stop(x->scan);
}

/* No more comes, and the document is not complete: so libxml2 met the end of the file. */
static void find_end(struct xml *x)
{
	if (!x->any)
		x->fault.kind = FAULT_EMPTY;
	else if ((x->depth || !x->root) && xml_fault_ends(x->fault.kind))
		x->fault.kind = FAULT_CUT;
}

static bool parse(struct xml *x, struct str bytes, bool last, struct err *err)
{
	int code;

	if (x->stopped)
		return true;
	code = xmlParseChunk(x->parser, bytes.p, (int)bytes.n, last);
	if (!x->fault.kind && x->parser->input &&
	    x->parser->input->end - x->parser->input->cur > WAITING_MAX)
		(void)fault(x, FAULT_LENGTH);
	if (x->stopped)
		return true;
	/* What libxml2 can live with, a prefix without a namespace for one, is not ours to
	 * refuse. */
	if (last && !x->fault.kind && !x->parser->wellFormed)
		(void)fault(x, code ? code : XML_ERR_INTERNAL_ERROR);
	if (!x->fault.kind)
		return true;
	if (last)
		find_end(x);
	return xml_fault_tell(&x->fault, err);
}

/* The parser takes over from the scanner: it hears what is open, each tag in its line, and then
 * what was not told. */
static bool hand_over(struct xml *x, struct err *err)
{
	uint64_t line;
	struct str tag, rest = scan_rest(x->scan);

	begin(x);
	x->mute = true;
	tag = scan_head(x->scan);
	(void)xmlParseChunk(x->parser, tag.p, (int)tag.n, 0);
	for (size_t i = 0; tag = scan_tag(x->scan, i, &line), tag.n; i++) {
		x->parser->input->line = (int)line;
		(void)xmlParseChunk(x->parser, tag.p, (int)tag.n, 0);
	}
	x->mute = false;
	x->parser->input->line = (int)scan_line(x->scan);
	return rest.n == 0 || parse(x, rest, false, err);
}

bool xml_feed(struct xml *x, struct str bytes, struct err *err)
{
	x->any = x->any || bytes.n;
	while (!x->parser && !x->stopped && bytes.n) {
		struct str now = str_cut(bytes, SCAN_PUSH_MAX);

		bytes = str_from(bytes, now.n);
		if (!scan_feed(x->scan, now) && !hand_over(x, err))
			return false;
	}
	/* libxml2 counts in int. */
	while (bytes.n > 1 << 20) {
		if (!parse(x, str_cut(bytes, 1 << 20), false, err))
			return false;
		bytes = str_from(bytes, 1 << 20);
	}
	return bytes.n == 0 || parse(x, bytes, false, err);
}

bool xml_finish(struct xml *x, struct err *err)
{
	if (!x->parser && (x->stopped || scan_complete(x->scan)))
		return true;
	if (!x->parser && !hand_over(x, err))
		return false;
	return parse(x, S(""), true, err);
}

/* --- simple types --- */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* XML's white space; str_trim takes more. */
static struct str collapse(struct str s)
{
	while (s.n && is_space(*s.p))
		s = str_from(s, 1);
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool asks_libxml2(xmlSchemaValType type, struct str text)
{
	char z[VALUE_MAX];

	if (text.n >= sizeof(z) || memchr(text.p, '\0', text.n))
		return false;
	memcpy(z, text.p, text.n);
	z[text.n] = '\0';
	return xmlSchemaValidatePredefinedType(xmlSchemaGetBuiltInType(type),
					       (const xmlChar *)z, NULL) == 0;
}

/* Letters, digits and marks that every reader of addresses takes. */
static bool is_plain_uri(struct str s)
{
	static const char marks[] = "/:._-~?=&";

	if (!str_starts(s, S("http://")) && !str_starts(s, S("https://")))
		return false;
	s = str_from(s, str_index(s, '/') + 2);
	/* A colon before the first slash would begin a port. */
	for (size_t i = 0, slash = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		slash |= c == '/';
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || (c && strchr(marks, c))) ||
		    (c == ':' && !slash))
			return false;
	}
	return s.n > 0;
}

static bool is_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

/* Two or three letters, perhaps with a region: what stands in nearly every xml:lang. */
static bool is_plain_language(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z')))
			return false;
	return s.n > 0 && s.n <= 8;
}

/* So few that they cannot be too many. */
static bool is_plain_decimal(struct str s)
{
	size_t point = 0;

	while (point < s.n && s.p[point] >= '0' && s.p[point] <= '9')
		point++;
	return point && s.n <= 20 &&
	       (point == s.n || (s.p[point] == '.' && is_digits(str_from(s, point + 1))));
}

/* What nearly all values look like. */
static bool is_plain(enum xml_type type, struct str s)
{
	return (type == XML_DATE && xml_plain_date(s)) ||
	       (type == XML_DECIMAL && is_plain_decimal(s)) ||
	       (type == XML_LANGUAGE && s.n == 2 && is_plain_language(s));
}

__attribute__((noinline)) static bool is_valid(enum xml_type type, struct str text)
{
	struct str s = collapse(text);
	struct dec dec;
	int32_t day;
	int64_t time;

	switch (type) {
	case XML_NOTHING: return s.n == 0;
	case XML_STRING: return true;
	case XML_URI: return is_plain_uri(s) || asks_libxml2(XML_SCHEMAS_ANYURI, s);
	case XML_DECIMAL: return dec_parse(s, &dec) || asks_libxml2(XML_SCHEMAS_DECIMAL, s);
	case XML_DATE: return date_parse(s, &day) || asks_libxml2(XML_SCHEMAS_DATE, s);
	case XML_DATETIME: return time_parse(s, &time) || asks_libxml2(XML_SCHEMAS_DATETIME, s);
	case XML_BOOLEAN:
		return str_eq(s, S("0")) || str_eq(s, S("1")) || str_eq(s, S("true")) ||
		       str_eq(s, S("false"));
	case XML_INT: return asks_libxml2(XML_SCHEMAS_INT, s);
	case XML_NATURAL:
		return (is_digits(s) && s.n < 9) || asks_libxml2(XML_SCHEMAS_NNINTEGER, s);
	case XML_POSITIVE: return asks_libxml2(XML_SCHEMAS_PINTEGER, s);
	case XML_NMTOKEN: return asks_libxml2(XML_SCHEMAS_NMTOKEN, s);
	case XML_LANGUAGE:
		return text.n == 0 || is_plain_language(s) ||
		       asks_libxml2(XML_SCHEMAS_LANGUAGE, s);
	}
	return false;
}

bool xml_type_valid(enum xml_type type, struct str text)
{
	return is_plain(type, text) || is_valid(type, text);
}
