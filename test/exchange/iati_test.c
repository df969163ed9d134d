/* IATI files read as they come: what is wrong is told with its line, whatever it is. */
#include "check.h"
#include "exchange/iati.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first findings, as "LINE RULE". */
struct seen {
	char text[4096];
	unsigned errors, warnings, all;
};

static void on_found(void *ctx, const struct iati_finding *f)
{
	struct seen *s = ctx;
	size_t n = strlen(s->text);

	s->errors += f->severity == IATI_ERROR;
	s->warnings += f->severity == IATI_WARNING;
	if (s->all++ < 40)
		snprintf(s->text + n, sizeof(s->text) - n, "%u %s; ", (unsigned)f->line,
			 f->rule);
}

enum { TODAY = 20500 /* 2026-02-16 */ };

/* Fed in pieces of `step` bytes: where a piece ends must not matter. */
static struct seen read_by(struct str text, size_t step)
{
	struct seen s = { 0 };
	struct iati_reader *r = iati_open(
		&(const struct iati_plan){ .today = TODAY, .found = on_found, .ctx = &s });

	for (; text.n; text = str_from(text, step))
		iati_feed(r, str_cut(text, step));
	iati_finish(r);
	iati_close(r);
	return s;
}

static void finds(const char *text, const char *want)
{
	struct seen whole = read_by(str_z(text), 1 << 20), pieces = read_by(str_z(text), 7);

	assert_string_equal(whole.text, want);
	assert_string_equal(pieces.text, want);
}

#define HEAD                                                                                   \
	"<iati-activities version=\"2.03\">\n"                                                 \
	"<iati-activity xml:lang=\"fr\" default-currency=\"XOF\">\n"
#define WHO                                                                                    \
	"<iati-identifier>ML-GOV-1</iati-identifier>\n"                                        \
	"<reporting-org ref=\"XM-DAC-41114\" "                                                 \
	"type=\"10\"><narrative>M</narrative></reporting-org>\n"                               \
	"<title><narrative>T</narrative></title>\n"                                            \
	"<description><narrative>D</narrative></description>\n"                                \
	"<participating-org role=\"1\" ref=\"ML-GOV\"/>\n"                                     \
	"<activity-status code=\"2\"/>\n"
#define BASE       HEAD WHO "<activity-date type=\"1\" iso-date=\"2025-01-01\"/>\n"
#define PLACE      "<recipient-country code=\"ML\"/>\n"
#define SECTOR     "<sector code=\"11110\"/>\n"
#define TAIL       "</iati-activity>\n</iati-activities>\n"
#define ID_WARNING "2 1.1.21; "

static void a_good_activity(void **state)
{
	(void)state;
	finds(BASE PLACE SECTOR TAIL, ID_WARNING);
}

static void structure(void **state)
{
	(void)state;
	finds(BASE SECTOR PLACE TAIL, "11 schema; " ID_WARNING);
	finds(BASE PLACE SECTOR "<nonsense/>" TAIL, "12 schema; " ID_WARNING);
	finds(BASE PLACE SECTOR "text" TAIL, "12 schema; " ID_WARNING);
	finds(BASE PLACE "<sector/>\n" TAIL, "11 schema; " ID_WARNING);
	finds(BASE PLACE "<sector code=\"11110\" colour=\"red\"/>\n" TAIL,
	      "11 schema; " ID_WARNING);
	finds("<iati-activities version=\"2.03\"></iati-activities>", "1 schema; ");
	finds("<rss/>", "1 schema; ");
	/* other namespaces may stand at the end, never before what the schema names */
	finds(BASE PLACE SECTOR "<x:y xmlns:x=\"urn:x\"><b/></x:y>\n" TAIL, ID_WARNING);
	finds(BASE PLACE "<x:y xmlns:x=\"urn:x\"/>\n" SECTOR TAIL, "12 schema; " ID_WARNING);
}

static void values(void **state)
{
	static const char *const good[] = { "100", "100.0", "+100", " 100 ", "100." };
	static const char *const bad[] = { "1,000.00", "1e2", "N/A",  "",    "1 000",
					   "0x10",     "--1", "100%", "NaN", "INF" };
	char text[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text),
			 BASE PLACE "<sector code=\"11110\" percentage=\"%s\"/>\n" TAIL,
			 good[i]);
		finds(text, ID_WARNING);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text),
			 BASE PLACE "<sector code=\"11110\" percentage=\"%s\"/>\n" TAIL,
			 bad[i]);
		finds(text, "11 schema; 11 2.1.4; " ID_WARNING "11 12.3.1; ");
	}
	finds(HEAD WHO
	      "<activity-date type=\"1\" iso-date=\"2025-02-30\"/>\n" PLACE SECTOR TAIL,
	      "9 schema; " ID_WARNING);
	finds(HEAD WHO
	      "<activity-date type=\"2\" iso-date=\"2026-02-17\"/>\n" PLACE SECTOR TAIL,
	      ID_WARNING "9 11.1.4; ");
}

static void codes(void **state)
{
	(void)state;
	finds(BASE "<recipient-country code=\"XQ\"/>\n" SECTOR TAIL,
	      "10 codelist; " ID_WARNING);
	finds(BASE PLACE "<sector code=\"99\"/>\n" TAIL, "11 codelist; " ID_WARNING);
	/* another vocabulary, another list; of one's own, none */
	finds(BASE PLACE "<sector vocabulary=\"2\" code=\"111\"/>\n" TAIL,
	      ID_WARNING "2 102.1.1; ");
	finds(BASE PLACE "<sector vocabulary=\"99\" code=\"anything\"><narrative>n</narrative>"
			 "</sector>\n" TAIL,
	      ID_WARNING "2 102.1.1; ");
}

static void sums(void **state)
{
	(void)state;
	finds(BASE PLACE "<sector code=\"11110\" percentage=\"33.333333333\"/>\n"
			 "<sector code=\"11120\" percentage=\"33.333333333\"/>\n"
			 "<sector code=\"11130\" percentage=\"33.333333334\"/>\n" TAIL,
	      ID_WARNING);
	finds(BASE PLACE "<sector code=\"11110\" percentage=\"50\"/>\n"
			 "<sector code=\"11120\" percentage=\"50.000000000000000001\"/>\n" TAIL,
	      ID_WARNING "11 2.1.2; ");
	finds(BASE PLACE "<sector code=\"11110\" percentage=\"50\"/>\n"
			 "<sector code=\"11120\"/>\n" TAIL,
	      "11 2.1.1; " ID_WARNING);
}

static void versions(void **state)
{
	(void)state;
	finds("<iati-activities version=\"1.05\"><iati-activity/></iati-activities>",
	      "1 version; ");
	finds("<iati-activities version=\"2.01\"></iati-activities>", "1 schema; ");
}

static void hostile(void **state)
{
	(void)state;
	finds("<!DOCTYPE a [<!ENTITY x \"y\">]>\n<iati-activities version=\"2.03\">&x;</"
	      "iati-activities>",
	      "1 xml; ");
	finds("<!DOCTYPE a SYSTEM \"http://192.0.2.1/x.dtd\">\n<iati-activities/>", "1 xml; ");
	finds("<iati-activities version=\"2.03\">\n&nbsp;</iati-activities>", "2 xml; ");
	finds("<iati-activities version=\"2.03\" version=\"2.03\"/>", "1 xml; ");
	finds("<iati-activities version=\"2.03\">\x01</iati-activities>", "1 xml; ");
	finds("<iati-activities version=\"2.03\">\n\xff\xfe</iati-activities>", "2 xml; ");
	finds("", "1 xml; ");
	finds("not xml", "1 xml; ");
	finds(HEAD, "2 xml; ");
	/* what came before a file's broken end is told all the same */
	finds(BASE PLACE SECTOR "</iati-activity>\n<iati-activity>\n</wrong>",
	      ID_WARNING "14 xml; ");
}

static void deep_and_long(void **state)
{
	struct buf b;
	struct seen s;

	(void)state;
	buf_init(&b, 64 << 20);
	buf_lit(&b, "<iati-activities version=\"2.03\">");
	for (int i = 0; i < 200000; i++)
		buf_lit(&b, "<a xmlns=\"urn:x\">");
	s = read_by(buf_str(&b), 1 << 16);
	assert_int_equal(s.errors, 2); /* no activity before it, and then the depth */
	buf_clear(&b);
	buf_lit(&b, "<iati-activities version=\"2.03\" x=\"");
	for (int i = 0; i < 18 << 10; i++)
		buf_add(&b, str_of((const char[1024]){ "a" }, 1024));
	for (size_t i = 0; i < b.n; i++)
		b.p[i] = b.p[i] ? b.p[i] : 'a';
	s = read_by(buf_str(&b), 1 << 16);
	assert_string_equal(s.text, "1 xml; ");
	buf_clear(&b);
	buf_lit(&b, BASE "<recipient-country code=\"ML\"><narrative>");
	for (int i = 0; i < 11 << 20; i += 1024)
		buf_add(&b, str_of((const char[1024]){ "a" }, 1));
	buf_lit(&b, "</narrative></recipient-country>\n" SECTOR TAIL);
	s = read_by(buf_str(&b), 1 << 16);
	assert_string_equal(s.text, ID_WARNING);
	buf_done(&b);
}

/* An activity after a hurt one is judged by itself. */
static void one_after_another(void **state)
{
	(void)state;
	finds(HEAD WHO "<activity-date type=\"2\" iso-date=\"2027-01-01\"/>\n" PLACE SECTOR
		       "</iati-activity>\n<iati-activity xml:lang=\"fr\">\n" WHO
		       "<activity-date type=\"1\" iso-date=\"2025-01-01\"/>\n" PLACE SECTOR
		       "<capital-spend percentage=\"101\"/>\n" TAIL,
	      ID_WARNING "9 11.1.4; 13 1.1.21; 23 12.2.1; ");
}

/* What the sink is told: elements in their places and nothing else. */
struct told {
	unsigned starts, ends, transactions;
	char text[64];
	bool in_identifier;
};

static void told_start(void *ctx, const struct iati_element *e)
{
	struct told *t = ctx;

	t->starts++;
	t->in_identifier = e->id == IATI_IDENTIFIER;
}

static void told_text(void *ctx, struct str text)
{
	struct told *t = ctx;

	if (t->in_identifier)
		strncat(t->text, text.p, text.n);
}

static void told_end(void *ctx, enum iati id, uint64_t line)
{
	struct told *t = ctx;

	(void)id, (void)line;
	t->ends++;
	t->in_identifier = false;
}

static void a_sink(void **state)
{
	struct told t = { 0 };
	struct seen s = { 0 };
	const struct iati_sink sink = { told_start, told_text, told_end, &t };
	struct iati_reader *r = iati_open(&(const struct iati_plan){
		.today = TODAY, .found = on_found, .ctx = &s, .sink = &sink });

	(void)state;
	iati_feed(r, S(BASE PLACE SECTOR "<x:y xmlns:x=\"urn:x\"><x:z/></x:y>\n" TAIL));
	iati_finish(r);
	assert_int_equal(iati_activities(r), 1);
	assert_int_equal(t.starts, 14);
	assert_int_equal(t.ends, 14);
	assert_string_equal(t.text, "ML-GOV-1");
	iati_close(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_activity),
		cmocka_unit_test(structure),
		cmocka_unit_test(values),
		cmocka_unit_test(codes),
		cmocka_unit_test(sums),
		cmocka_unit_test(versions),
		cmocka_unit_test(hostile),
		cmocka_unit_test(deep_and_long),
		cmocka_unit_test(one_after_another),
		cmocka_unit_test(a_sink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
