#include "wire/ical.h"
#include "base/date.h"

enum { LINE_MAX = 75 };

/* The longest beginning of `s` of at most `room` bytes that ends with a whole character. */
static size_t whole(struct str s, size_t room)
{
	size_t n = room;

	if (s.n <= room)
		return s.n;
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n > 0 ? n : room; /* no text: any place will do */
}

static void fold(struct buf *b, struct str line)
{
	size_t room = LINE_MAX;

	while (line.n > room) {
		size_t n = whole(line, room);

		buf_add(b, str_cut(line, n));
		buf_lit(b, "\r\n ");
		line = str_from(line, n);
		room = LINE_MAX - 1;
	}
	buf_add(b, line);
	buf_lit(b, "\r\n");
}

static void put_text(struct buf *b, struct str value)
{
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (c == '\\' || c == ';' || c == ',')
			buf_ch(b, '\\');
		if (c == '\n')
			buf_lit(b, "\\n");
		else if ((unsigned char)c >= ' ' && c != 0x7f)
			buf_ch(b, c);
	}
}

static void content(struct buf *b, const char *name, struct str value, bool text)
{
	struct buf line;

	buf_init(&line, b->max);
	buf_z(&line, name);
	buf_ch(&line, ':');
	if (text)
		put_text(&line, value);
	else
		buf_add(&line, value);
	fold(b, buf_str(&line));
	buf_done(&line);
}

void ical_line(struct buf *b, const char *name, struct str value)
{
	content(b, name, value, false);
}

void ical_text(struct buf *b, const char *name, struct str value)
{
	content(b, name, value, true);
}

void ical_begin(struct buf *b, const char *product, struct str name)
{
	ical_line(b, "BEGIN", S("VCALENDAR"));
	ical_line(b, "VERSION", S("2.0"));
	ical_line(b, "PRODID", str_z(product));
	ical_line(b, "CALSCALE", S("GREGORIAN"));
	ical_line(b, "METHOD", S("PUBLISH"));
	ical_text(b, "X-WR-CALNAME", name);
}

/* "2026-03-01T10:00:00Z" and "2026-03-01" without their marks (sections 3.3.4, 3.3.5). */
static void digits_line(struct buf *b, const char *name, struct str time)
{
	char plain[TIME_TEXT];
	size_t n = 0;

	for (size_t i = 0; i < time.n && n < sizeof(plain); i++)
		if (time.p[i] != '-' && time.p[i] != ':')
			plain[n++] = time.p[i];
	ical_line(b, name, str_of(plain, n));
}

void ical_event(struct buf *b, const struct ical_event *e)
{
	char text[DATE_TEXT];
	struct buf digits;

	buf_init(&digits, 32);
	buf_u64(&digits, e->sequence);
	ical_line(b, "BEGIN", S("VEVENT"));
	ical_text(b, "UID", e->uid);
	digits_line(b, "DTSTAMP", e->stamp);
	digits_line(b, "DTSTART;VALUE=DATE", str_z(date_text(text, e->day)));
	ical_line(b, "SEQUENCE", buf_str(&digits));
	ical_text(b, "SUMMARY", e->summary);
	if (e->description.n > 0)
		ical_text(b, "DESCRIPTION", e->description);
	if (e->category.n > 0)
		ical_text(b, "CATEGORIES", e->category);
	if (e->url.n > 0)
		ical_line(b, "URL", e->url);
	ical_line(b, "TRANSP", S("TRANSPARENT"));
	ical_line(b, "END", S("VEVENT"));
	buf_done(&digits);
}

void ical_end(struct buf *b)
{
	ical_line(b, "END", S("VCALENDAR"));
}
