/*
 * XML read by our scanner and by libxml2 alone: the same tags, attributes, texts and lines, the
 * same verdict in the same words, whatever the document and wherever it is cut.
 */
#include "base/date.h"
#include "check.h"
#include "wire/xml_plain.h"
#include "wire/xml_told.h"

#include <dirent.h>
#include <stdlib.h>

enum { DOCUMENT_MAX = 64 << 20, PATH_BYTES = 4096 };

/* xorshift64: the same cuts and changes every time. */
static uint64_t dice(uint64_t *state, uint64_t n)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state % n;
}

static size_t short_pieces(void *ctx)
{
	return 1 + (size_t)dice(ctx, 24);
}

static size_t long_pieces(void *ctx)
{
	return 1 + (size_t)dice(ctx, 40000);
}

static size_t one_byte(void *ctx)
{
	(void)ctx;
	return 1;
}

static bool same(struct str text, struct told_way a, struct told_way b, bool sure)
{
	struct buf x = told(text, a, sure), y = told(text, b, sure);
	bool is = str_eq(buf_str(&x), buf_str(&y));

	buf_done(&x);
	buf_done(&y);
	return is;
}

static void quiet_start(void *ctx, const struct xml_element *e)
{
	(void)ctx, (void)e;
}

static void quiet_text(void *ctx, struct str text)
{
	(void)ctx, (void)text;
}

static void quiet_end(void *ctx, uint64_t line)
{
	(void)ctx, (void)line;
}

static struct err told_err(struct str text, struct told_way way)
{
	const struct xml_sink sink = { quiet_start, quiet_text, quiet_end, NULL };
	struct xml *x = xml_open(told_words, TOLD_WORDS, &sink);
	struct err err = { 0 };
	bool good = true;

	while (good && text.n) {
		size_t n = way.cut ? way.cut(way.ctx) : text.n;

		good = xml_feed(x, str_cut(text, n), &err);
		text = str_from(text, n);
	}
	assert_false(good && xml_finish(x, &err));
	xml_close(x);
	return err;
}

static void show(struct str text, struct told_way a, struct told_way b)
{
	struct buf x = told(text, a, true), y = told(text, b, true);

	print_error("of «%.*s»\n--- ours:%.*s\n--- libxml2:%.*s\n", STR(str_cut(text, 4000)),
		    STR(str_cut(buf_str(&x), 4000)), STR(str_cut(buf_str(&y), 4000)));
	buf_done(&x);
	buf_done(&y);
	fail();
}

static const struct told_way whole = { .libxml2 = true };

/* libxml2's own reading may hang on where it is cut, as with '>' in a value: such a document
 * says nothing of ours. */
static bool steady(struct str text, struct told_way way)
{
	way.libxml2 = true;
	return same(text, way, whole, true) &&
	       same(text, (struct told_way){ .libxml2 = true, .cut = one_byte }, whole, true);
}

static unsigned unsteady;

static void agree(struct str text, uint64_t seed, size_t (*cut)(void *))
{
	uint64_t state = seed | 1, again = seed | 1;
	struct told_way way = { .cut = cut, .ctx = &state };

	if (!same(text, (struct told_way){ 0 }, whole, text.n > SCAN_PUSH_MAX))
		show(text, (struct told_way){ 0 }, whole);
	if (same(text, way, whole, true))
		return;
	state = again;
	if (steady(text, way)) {
		state = again;
		show(text, way, whole);
	}
	unsteady++;
}

/* --- small documents --- */

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define DEEP "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
#define LONG "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"

static const char *const documents[] = {
	"<a/>",
	"<a></a>",
	HEAD "<a>\n<b c=\"1\" d='2'/>\n</a>\n",
	/* What comes after a name is not what came there before, or begins like it. */
	"<a><b c='1' d='2'/><b c='1' e='2'/><b cc='1' d='2'/><b d='1' c='2'/><b c='1' c='2'/>"
	"<bb c='1'/><b\nc='1'/><b c ='1'/><b c='é' d='x'/><b c='' d=''/></a>",
	"<a><b><c/></b><b><cc/></b><b><c/><d/></b><b><c/><dd/></b><b/><bb/><b></b></a>",
	"<?xml version='1.0'?><a\n b = '1'\n\tc\r\n=\r\n\"2\"\n>x</a\n>\n<!-- end -->\n",
	"<?xml version=\"1.0\" encoding='utf-8' standalone=\"yes\" ?>\n\n<!-- - "
	"-->\n<title>t</title>",
	"\xEF\xBB\xBF" HEAD "<title xml:lang=\"fr\">Été &amp; hiver</title>",
	"\xEF\xBB\xBF<title>Проект: вода и дороги, школа; мост – 100 €</title>\n",
	HEAD "<iati-activities version=\"2.03\">\n<transaction-type code=\"3\"/>"
	     "<narrative xml:lang=\"ru\">Проект «мост», 2-я очередь: дороги, энергетика и "
	     "водоснабжение; "
	     "Проект «мост», 2-я очередь: дороги, энергетика и водоснабжение\r\n\r\nи ещё "
	     "раз\r\n</narrative>\r\n</iati-activities>\r\n",
	"<a b=\"x &lt; y &amp;&#38; z &#x10FFFF;&quot;\" "
	"c='a\tb\nc\r\nd\re'>&lt;&gt;&apos;&#65;</a>",
	"<a b='\"&gt;' cc=\"'\">]] > ]&gt; ]]&gt; x\ry\r\nz</a>",
	"<a>one<!-- two -->three<![CDATA[<four> & ]] > \n five]]>six<![CDATA[]]></a>",
	"<a><![CDATA[\r\n]]></a>",
	"<a xmlns:x=\"urn:x\" xmlns:y='urn:y' x:b=\"1\" y:b=\"2\" b=\"3\"><x:c y:d=\"\"/></a>",
	"<a xmlns=\"urn:a\"><b xmlns=\"\"/></a>",
	"<a><x:b xmlns:x=\"urn:x\" x:c=\"1\"><x:d/></x:b></a>",
	"<x:a xmlns:x='urn:x'/>",
	"<a x:b='1'/>",
	"<a><?pi some?></a>",
	"<?xml-stylesheet href='x'?><a/>",
	"<!DOCTYPE a [<!ENTITY e 'x'>]>\n<a>&e;</a>",
	"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xE9</a>",
	"<?xml version=\"1.1\"?><a/>",
	"<a \xC3\xA9=\"1\"><\xC3\xA9/></a>",
	"<last-updated-datetime another-name-of-more-than-thirty-one-bytes=\"1\"/>",
	"<a xml:space=\"preserve\" xml:id=\"i\" xml:base=\"b\"/>",
	DEEP DEEP DEEP DEEP DEEP "x</a></a><b></a>",
	"<a>" LONG LONG LONG LONG LONG LONG "\n]]>" LONG "</a>",
	"<a>" LONG "é" LONG LONG LONG LONG LONG LONG "]]" LONG "\x01</a>",
};
enum { DOCUMENTS = sizeof(documents) / sizeof(documents[0]) };

static void small(void **state)
{
	(void)state;
	for (size_t i = 0; i < DOCUMENTS; i++) {
		agree(str_z(documents[i]), i, short_pieces);
		agree(str_z(documents[i]), i, one_byte);
	}
}

/* A sink may have enough at any tag. */
static void stopped(void **state)
{
	(void)state;
	for (size_t i = 0; i < DOCUMENTS; i++)
		for (size_t tags = 1; tags < 6; tags++) {
			const struct told_way ours = { .stop_after = tags },
					      theirs = { true, tags, NULL, NULL };

			if (!same(str_z(documents[i]), ours, theirs, false))
				show(str_z(documents[i]), ours, theirs);
		}
}

/* --- changed at random --- */

static const struct str splices[] = {
	{ "<", 1 },
	{ "&", 1 },
	{ ">", 1 },
	{ "]]>", 3 },
	{ "\r", 1 },
	{ "\n", 1 },
	{ "\0", 1 },
	{ "\xEF\xBB\xBF", 3 },
	{ "\xC3", 1 },
	{ "\xE9 ", 2 },
	{ "\xED\xA0\x80", 3 },
	{ "\xEF\xBF\xBF", 3 },
	{ "\xF0\x9F\x98\x80", 4 },
	{ "\xC0\x80", 2 },
	{ "\xE2\x80\x93", 3 },
	{ "\x7F", 1 },
	{ "\"", 1 },
	{ "'", 1 },
	{ "/", 1 },
	{ "=", 1 },
	{ "<a>", 3 },
	{ "</a>", 4 },
	{ "<b/>", 4 },
	{ " b=\"1\"", 6 },
	{ " b='2'", 6 },
	{ "&amp;", 5 },
	{ "&#0;", 4 },
	{ "&#xD;", 5 },
	{ "&#x41;", 6 },
	{ "&nbsp;", 6 },
	{ "<!--", 4 },
	{ "-->", 3 },
	{ "--", 2 },
	{ "<![CDATA[", 9 },
	{ "<?p?>", 5 },
	{ "xmlns=\"u\"", 9 },
	{ " xmlns:q=\"u\"", 12 },
	{ "q:", 2 },
	{ " xml:lang=\"\"", 12 },
	{ "\r\n", 2 },
	{ "<!DOCTYPE a>", 12 },
	{ "\t", 1 },
	{ "&#1114112;", 10 },
	{ "\xD0\x96", 2 },
};
enum { SPLICES = sizeof(splices) / sizeof(splices[0]) };

static void splice(struct buf *out, struct str text, size_t at, size_t drop, struct str put)
{
	buf_clear(out);
	buf_add(out, str_cut(text, at));
	buf_add(out, put);
	buf_add(out, str_from(text, at + drop));
}

/* One change: bytes taken out, put in or turned, a piece said twice, the end cut off. */
static void change(struct buf *out, struct str text, uint64_t *state)
{
	size_t at = (size_t)dice(state, text.n + 1), n = (size_t)dice(state, 12);
	char byte = (char)dice(state, 256);

	switch (dice(state, 6)) {
	case 0: splice(out, text, at, n, S("")); break;
	case 1: splice(out, text, at, 1, str_of(&byte, 1)); break;
	case 2:
		splice(out, text, at, 0,
		       str_cut(str_from(text, dice(state, text.n + 1)), 4 * n));
		break;
	case 3: splice(out, text, at, text.n, S("")); break;
	default: splice(out, text, at, 0, splices[dice(state, SPLICES)]); break;
	}
}

static void changed(void **state)
{
	uint64_t random = 20260331;
	struct buf now, next;

	(void)state;
	buf_init(&now, 1 << 20);
	buf_init(&next, 1 << 20);
	unsteady = 0;
	for (unsigned i = 0; i < 12000; i++) {
		buf_clear(&now);
		buf_z(&now, documents[dice(&random, DOCUMENTS)]);
		for (uint64_t n = 1 + dice(&random, 4); n; n--) {
			struct buf was = now;

			change(&next, buf_str(&now), &random);
			now = next;
			next = was;
		}
		agree(buf_str(&now), i, i % 4 ? short_pieces : one_byte);
	}
	print_message("%u unsteady\n", unsteady);
	buf_done(&now);
	buf_done(&next);
}

/* --- long ones --- */

static void repeat(struct buf *b, const char *text, size_t n)
{
	while (n--)
		buf_z(b, text);
}

/* What is more than the scanner keeps or counts is libxml2's, and reads the same. */
static void limits(void **state)
{
	static const struct {
		const char *before, *again, *after;
		size_t times;
	} rows[] = {
		{ "<a>", "text of many bytes é ", "</a>", 20000 },
		{ "<a>", "line\n", "]]></a>", 40000 },
		{ "<a>", "\r\n", "</b>", 100000 },
		{ "<a b=\"", "value ", "\"/>", 30000 },
		{ "<a b=\"", "&amp;", "\"/>", 30000 },
		{ "<a b=\"x\"", " ", "/>", 100000 },
		{ "<a><!--", "comment\n", "--></a>", 30000 },
		{ "<a><![CDATA[", "section ]] ", "]]></a>", 30000 },
		{ "<a>", "<b>", "</a>", 60 },
		{ "<a>", "<b>", "</a>", 70 },
		{ "<a>", "<b>\n", "</a>", 300 },
		{ "<a>", "<b>x</b>\n", "</c>", 30000 },
		{ "<a>", "<b/>", "<b></a>", 30000 },
		{ "<a/>", "\n ", "<b/>", 60000 },
		{ "", "\n", "<a/>", 1000 },
		{ "<a>", "&amp;&#233;", "</a>", 30000 },
	};
	struct buf b;

	(void)state;
	buf_init(&b, 16 << 20);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&b);
		buf_z(&b, rows[i].before);
		repeat(&b, rows[i].again, rows[i].times);
		buf_z(&b, rows[i].after);
		agree(buf_str(&b), i, long_pieces);
	}
	buf_done(&b);
}

/* What each fault is called, and what it is about; the line goes before. */
static void faults(void **state)
{
	static const struct {
		const char *document, *line, *says, *about, *and_about;
	} rows[] = {
		{ "", "1", "The file is empty", "", "" },
		{ "{\"a\":1}", "1", "this is not XML", "", "" },
		{ "PK\003\004", "1", "this is not XML", "", "" },
		{ "<!DOCTYPE html><html/>", "1", "a web page", "", "" },
		{ "<!DOCTYPE a><a/>", "1", "(DOCTYPE) is not accepted", "", "" },
		{ "<!DOCTYPE ><a/>", "1", "begins nothing", "", "" },
		{ "<a>\n<b>text", "2", "cut short", "", "" },
		{ "<a>\n<b", "2", "cut short", "", "" },
		{ "<a>\n<b a=\"x", "2", "cut short", "", "" },
		{ "<a>\n<b a", "2", "cut short", "", "" },
		{ "<a>\n<!-- b", "2", "cut short", "", "" },
		{ "<a>\n<![CDATA[ b", "2", "cut short", "", "" },
		{ "<?xml version=\"1.0\"", "1", "cut short", "", "" },
		{ "<a/>\n<b/>", "2", "follows the end", "", "" },
		{ "<a/>\nb", "2", "follows the end", "", "" },
		{ "<a>\n<b></a></b>", "2", "must be closed first", "b", "a" },
		{ "<a>\n<b c=\"1\" c=\"2\"/></a>", "2", "twice in one tag", "c", "" },
		{ "<a>\n<b xml:lang=\"fr\" xml:lang=\"ru\"/></a>", "2", "twice in one tag",
		  "lang", "" },
		{ "<a>\n<b c=\"<\"/></a>", "2", "inside an attribute", "", "" },
		{ "<a>\nb&nbsp;c</a>", "2", "does not know &%2;", "nbsp", "" },
		{ "<a>\nb & c</a>", "2", "begins nothing", "", "" },
		{ "<a>\nb&c d</a>", "2", "begins nothing", "", "" },
		{ "<a>\nb < c</a>", "2", "begins nothing", "", "" },
		{ "\n<?xml version=\"1.0\"?><a/>", "2", "the first thing in the file", "", "" },
		{ "<a>\n<!-- b -- c --></a>", "2", "two hyphens", "", "" },
		{ "<a>\nb]]>c</a>", "2", "]]&gt;", "", "" },
		{ "<a>\n<b c=1/></a>", "2", "not written right", "", "" },
		{ "<a>\n<b c/></a>", "2", "not written right", "", "" },
		{ "<a>\n<b c=\"1\"d=\"2\"/></a>", "2", "not written right", "", "" },
		{ "<a>\nb\001c</a>", "2", "a character that XML does not have", "", "" },
		{ "<a>\nb&#1;c</a>", "2", "a character that XML does not have", "", "" },
		{ "<a>\nb\xe9\xff</a>", "2", "not of the encoding", "", "" },
		{ "<?xml version=\"1.0\" encoding=\"EBCDIC-X\"?><a/>", "1", "is not known",
		  "EBCDIC-X", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int bytewise = 0; bytewise < 2; bytewise++) {
			struct told_way way = { .cut = bytewise ? one_byte : NULL };
			struct str text = str_z(rows[i].document);
			struct err err = told_err(text, way);

			if (!strstr(err.message, rows[i].says))
				print_error("%zu: %s\n", i, err.message);
			assert_non_null(strstr(err.message, rows[i].says));
			assert_string_equal(err.arg[0], rows[i].line);
			assert_string_equal(err.arg[1], rows[i].about);
			assert_string_equal(err.arg[2], rows[i].and_about);
		}
}

static void many(struct str name, size_t count)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_lit(&b, "<a>\n<b");
	for (size_t i = 0; i < count; i++) {
		buf_ch(&b, ' ');
		buf_add(&b, name);
		buf_u64(&b, i);
		buf_lit(&b, "=\"v\"");
	}
	buf_lit(&b, "/>");
	for (size_t i = 0; i < count; i++) {
		buf_ch(&b, '<');
		buf_add(&b, name);
		buf_u64(&b, i);
		buf_lit(&b, "/>\n");
	}
	buf_lit(&b, "</a>");
	agree(buf_str(&b), count, long_pieces);
	buf_done(&b);
}

static void many_names(void **state)
{
	(void)state;
	for (size_t count = 1; count < 2000; count = count * 3 / 2 + 1) {
		many(S("n"), count);
		many(S("name-of-a-long-kind-"), count);
	}
}

/* --- what others wrote --- */

static void corpus(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	char path[PATH_BYTES], *bytes = malloc(1 << 20);

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL) {
		FILE *f;
		size_t n;

		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		f = entry->d_name[0] != '.' ? fopen(path, "rb") : NULL;
		if (!f)
			continue;
		n = fread(bytes, 1, 1 << 20, f);
		fclose(f);
		for (uint64_t seed = 0; seed < 20; seed++)
			agree(str_of(bytes, n), seed, seed % 2 ? short_pieces : long_pieces);
	}
	free(bytes);
	closedir(d);
}

static void corpora(void **state)
{
	(void)state;
	corpus("fuzz/corpus/iati");
	corpus("fuzz/corpus/xml");
}

/* Every file that publishers put out, whole and in pieces: out of tar as "SIZE\nBYTES". */
static void real(void **state)
{
	const char *shared = getenv("BENKAN_SHARED");
	char path[PATH_BYTES], command[2 * PATH_BYTES], *bytes = malloc(DOCUMENT_MAX);
	unsigned long size;
	unsigned count = 0;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/iati/real-open.tar.xz", shared ? shared : "../shared");
	f = fopen(path, "rb");
	if (!f) {
		print_message("skip: no %s; set BENKAN_SHARED\n", path);
		free(bytes);
		skip();
	}
	fclose(f);
	snprintf(command, sizeof(command), "tar -xJf '%s' --to-command='echo $TAR_SIZE; cat'",
		 path);
	f = popen(command, "r");
	assert_non_null(f);
	while (fscanf(f, "%lu", &size) == 1) {
		assert_true(fgetc(f) == '\n' && size <= DOCUMENT_MAX);
		assert_int_equal(fread(bytes, 1, size, f), size);
		agree(str_of(bytes, size), size, long_pieces);
		count++;
	}
	assert_int_equal(pclose(f), 0);
	assert_true(count >= 129);
	free(bytes);
}

/* --- values that are plain --- */

static void dates(void **state)
{
	char text[DATE_TEXT] = "", padded[64] = { 0 };
	const char *const seeds[] = { "2024-02-28", "1000-01-01", "9999-12-19", "2024-10-20" };
	int32_t day;

	(void)state;
	for (day = date_days(1996, 1, 1); day < date_days(2004, 12, 31); day++) {
		memcpy(padded, date_text(text, day), DATE_TEXT);
		assert_int_equal(xml_plain_date(str_of(padded, 10)),
				 padded[8] < '2' || (padded[8] == '2' && padded[9] <= '8'));
	}
	/* Nothing is plain that is no date. */
	for (size_t s = 0; s < sizeof(seeds) / sizeof(seeds[0]); s++)
		for (size_t i = 0; i < 100 * 256; i++) {
			memcpy(padded, seeds[s], 10);
			padded[i / 256 / 10] = (char)i;
			padded[i / 256 % 10] ^= (char)(i % 7);
			if (xml_plain_date(str_of(padded, 10)))
				assert_true(date_parse(str_of(padded, 10), &day));
		}
	assert_false(xml_plain_date(S("2024-02-28Z")));
	assert_false(xml_plain_date(S("")));
}

static void values(void **state)
{
	static const struct {
		enum xml_type type;
		bool valid;
		const char *text;
	} rows[] = {
		{ XML_DECIMAL, true, "0" },
		{ XML_DECIMAL, true, "007.50" },
		{ XML_DECIMAL, true, " -12.5\n" },
		{ XML_DECIMAL, true, "+.5" },
		{ XML_DECIMAL, true, "5." },
		{ XML_DECIMAL, true, "12345678901234567890" },
		{ XML_DECIMAL, false, "" },
		{ XML_DECIMAL, false, "." },
		{ XML_DECIMAL, false, "1,5" },
		{ XML_DECIMAL, false, "1e5" },
		{ XML_DECIMAL, false, "1.2.3" },
		{ XML_DATE, true, "2024-02-29" },
		{ XML_DATE, true, " 2024-02-28 " },
		{ XML_DATE, true, "2024-02-28Z" },
		{ XML_DATE, false, "2023-02-29" },
		{ XML_DATE, false, "2024-13-01" },
		{ XML_DATE, false, "2024-1-01" },
		{ XML_DATETIME, true, "2026-01-05T10:00:00Z" },
		{ XML_DATETIME, true, "2026-01-05T10:00:00.5+02:00" },
		{ XML_DATETIME, false, "2026-02-30T10:00:00Z" },
		{ XML_DATETIME, false, "2026-01-05" },
		{ XML_LANGUAGE, true, "" },
		{ XML_LANGUAGE, true, "FR" },
		{ XML_LANGUAGE, true, "en-GB" },
		{ XML_LANGUAGE, false, "f1" },
		{ XML_LANGUAGE, false, "é" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (xml_type_valid(rows[i].type, str_z(rows[i].text)) != rows[i].valid) {
			print_error("«%s»\n", rows[i].text);
			fail();
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small),      cmocka_unit_test(stopped),
		cmocka_unit_test(changed),    cmocka_unit_test(limits),
		cmocka_unit_test(many_names), cmocka_unit_test(corpora),
		cmocka_unit_test(faults),     cmocka_unit_test(real),
		cmocka_unit_test(dates),      cmocka_unit_test(values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
