/*
 * What a reader of XML tells of a document, as one text: to hold our scanner against libxml2
 * alone.
 */
#ifndef TEST_WIRE_XML_TOLD_H
#define TEST_WIRE_XML_TOLD_H
#include "wire/xml_scan.h"

enum { TOLD_MAX = 256 << 20 };

struct told {
	struct buf log;
	struct xml *xml;
	size_t sure; /* what was told with the last tag */
	bool in_text, joined;
	size_t stop_after; /* tags; 0: never */
	size_t tags;
};

static const char *const told_words[] = { "a",
					  "b",
					  "title",
					  "narrative",
					  "iati-activities",
					  "transaction-type",
					  "last-updated-datetime" };
enum { TOLD_WORDS = sizeof(told_words) / sizeof(told_words[0]) };

static void told_name(struct told *t, const struct xml_name *name)
{
	buf_ch(&t->log, '{');
	buf_add(&t->log, name->space);
	buf_ch(&t->log, '}');
	buf_add(&t->log, name->local);
	buf_ch(&t->log, '#');
	buf_i64(&t->log, name->word);
}

static void told_tag(struct told *t)
{
	t->sure = t->log.n;
	t->in_text = false;
	if (++t->tags == t->stop_after)
		xml_stop(t->xml);
}

static void told_start(void *ctx, const struct xml_element *e)
{
	struct told *t = ctx;

	buf_lit(&t->log, "\nstart ");
	told_name(t, &e->name);
	for (size_t i = 0; i < e->attr_count; i++) {
		buf_ch(&t->log, ' ');
		told_name(t, &e->attrs[i].name);
		buf_lit(&t->log, "=«");
		buf_add(&t->log, e->attrs[i].value);
		buf_lit(&t->log, "»");
	}
	if (e->more_attrs)
		buf_lit(&t->log, " more");
	buf_lit(&t->log, " line ");
	buf_u64(&t->log, e->line);
	buf_ch(&t->log, ' ');
	buf_u64(&t->log, xml_line(t->xml));
	told_tag(t);
}

static void told_text(void *ctx, struct str text)
{
	struct told *t = ctx;

	if (text.n && (!t->in_text || !t->joined)) {
		buf_lit(&t->log, "\ntext ");
		if (!t->joined)
			buf_u64(&t->log, xml_line(t->xml));
		buf_ch(&t->log, ' ');
	}
	t->in_text |= text.n > 0;
	buf_add(&t->log, text);
}

static void told_end(void *ctx, uint64_t line)
{
	struct told *t = ctx;

	buf_lit(&t->log, "\nend line ");
	buf_u64(&t->log, line);
	told_tag(t);
}

/* How a document is given to a reader. */
struct told_way {
	bool libxml2;
	size_t stop_after;
	size_t (*cut)(void *ctx); /* the length of the next piece; NULL: all at once */
	void *ctx;
};

/* The log, the verdict at its end: the caller gives it back with buf_done.  How much of a text
 * in which an error is found is told, and where the parser then stands, hangs on the pieces it
 * was given: `sure` leaves both out, and joins the
 * pieces of texts. */
static struct buf told(struct str text, struct told_way way, bool sure)
{
	struct told t = { .stop_after = way.stop_after, .joined = sure };
	const struct xml_sink sink = { told_start, told_text, told_end, &t };
	struct err err;
	bool good = true;

	buf_init(&t.log, TOLD_MAX);
	t.xml = (way.libxml2 ? xml_open_libxml2 : xml_open)(told_words, TOLD_WORDS, &sink);
	while (good && text.n) {
		size_t n = way.cut ? way.cut(way.ctx) : text.n;

		good = xml_feed(t.xml, str_cut(text, n), &err);
		text = str_from(text, n);
	}
	good = good && xml_finish(t.xml, &err);
	if (sure && !good)
		t.log.n = t.sure;
	buf_lit(&t.log, "\nverdict ");
	for (size_t i = 0; !good && i < ERR_ARGS; i++) {
		buf_z(&t.log, err.arg[i]);
		buf_ch(&t.log, ' ');
	}
	buf_z(&t.log, good ? "good" : err.message);
	if (good ? !way.stop_after : !sure) {
		buf_lit(&t.log, " line ");
		buf_u64(&t.log, xml_line(t.xml));
	}
	xml_close(t.xml);
	return t.log;
}

#endif
