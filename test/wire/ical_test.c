#include "wire/ical.h"

#include "base/arena.h"
#include "base/date.h"
#include "check.h"

static struct buf b;

/* RFC 5545 3.1: at most 75 octets a line; unfolding gives the line back. */
static void check_folded(struct str name, struct str value)
{
	struct str rest = buf_str(&b), line;
	struct buf whole;

	buf_init(&whole, 1 << 20);
	for (bool first = true; str_split(&rest, '\n', &line) && line.n > 0; first = false) {
		assert_true(str_ends(line, S("\r")));
		line = str_cut(line, line.n - 1);
		assert_true(line.n <= 75);
		assert_true(str_utf8(line));
		assert_true(first || str_starts(line, S(" ")));
		buf_add(&whole, first ? line : str_from(line, 1));
	}
	assert_true(str_starts(buf_str(&whole), name));
	check_str(str_from(buf_str(&whole), name.n + 1), value);
	buf_done(&whole);
}

static void long_lines_are_folded_between_characters(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	for (int i = 0; i < 300; i++) {
		buf_clear(&b);
		ical_text(&b, "SUMMARY", buf_str(&text));
		check_folded(S("SUMMARY"), buf_str(&text));
		buf_z(&text, i % 3 == 0 ? "ж" : i % 3 == 1 ? "a" : "👩");
	}
	buf_done(&text);
}

static void texts_are_escaped(void **state)
{
	(void)state;
	buf_clear(&b);
	ical_text(&b, "DESCRIPTION", S("a;b,c\\d\ne\r\n\x01\x7f:\"f\""));
	check_str(buf_str(&b), S("DESCRIPTION:a\\;b\\,c\\\\d\\ne\\n:\"f\"\r\n"));
	buf_clear(&b);
	ical_text(&b, "SUMMARY", S("x\r\nBEGIN:VEVENT"));
	check_str(buf_str(&b), S("SUMMARY:x\\nBEGIN:VEVENT\r\n"));
}

static void a_calendar_is_whole(void **state)
{
	struct ical_event e = { .uid = S("decision-1@benkan"),
				.stamp = S("2026-11-22T09:19:49Z"),
				.day = date_days(2026, 12, 15),
				.sequence = 2,
				.summary = S("I-05 · Transparence"),
				.category = S("Décision"),
				.url = S("https://ml.example/fr/decision/joint/1") };

	(void)state;
	buf_clear(&b);
	ical_begin(&b, "-//Benkan//Benkan//FR", S("Registre"));
	ical_event(&b, &e);
	ical_end(&b);
	check_str(
		buf_str(&b),
		S("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Benkan//Benkan//FR\r\n"
		  "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\nX-WR-CALNAME:Registre\r\n"
		  "BEGIN:VEVENT\r\nUID:decision-1@benkan\r\nDTSTAMP:20261122T091949Z\r\n"
		  "DTSTART;VALUE=DATE:20261215\r\nSEQUENCE:2\r\nSUMMARY:I-05 · Transparence\r\n"
		  "CATEGORIES:Décision\r\nURL:https://ml.example/fr/decision/joint/1\r\n"
		  "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
}

static void what_is_no_text_is_folded_too(void **state)
{
	char bytes[200];

	(void)state;
	memset(bytes, 0xbf, sizeof(bytes));
	buf_clear(&b);
	ical_line(&b, "X", str_of(bytes, sizeof(bytes)));
	assert_int_equal(b.n, 2 + sizeof(bytes) + 3 * 3 + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_lines_are_folded_between_characters),
		cmocka_unit_test(texts_are_escaped),
		cmocka_unit_test(a_calendar_is_whole),
		cmocka_unit_test(what_is_no_text_is_folded_too),
	};

	buf_init(&b, 1 << 20);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
