#include "wire/mail.h"

#include "base/date.h"

#include <stdio.h>
#include <string.h>

enum { FLOW_LINE = 72, B64_LINE = 57, WORD_BYTES = 39 };

bool mail_address(struct str s)
{
	size_t at = s.n;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= 0x20 || c >= 0x7f || strchr("<>()[],;:\"\\", c))
			return false;
		if (c == '@' && at < s.n)
			return false;
		if (c == '@')
			at = i;
	}
	return s.n <= MAIL_ADDRESS_MAX && at > 0 && at <= 64 && at + 1 < s.n &&
	       s.p[at + 1] != '.' && s.p[s.n - 1] != '.';
}

/* --- headers --- */

static void header(struct buf *b, const char *name, struct str value)
{
	buf_z(b, name);
	buf_lit(b, ": ");
	buf_add(b, value);
	buf_lit(b, "\r\n");
}

static bool is_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
	return true;
}

/* The longest beginning of at most `room` bytes that ends with a whole character. */
static size_t whole(struct str s, size_t room)
{
	size_t n = room;

	if (s.n <= room)
		return s.n;
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n > 0 ? n : room;
}

/* RFC 2047: encoded words of at most 75 characters, a line each. */
static void put_words(struct buf *b, struct str s)
{
	for (bool first = true; s.n > 0 || first; first = false) {
		size_t n = whole(s, WORD_BYTES);

		buf_z(b, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
		buf_b64(b, s.p, n);
		buf_lit(b, "?=");
		s = str_from(s, n);
	}
}

static void from_header(struct buf *b, const struct mail *m)
{
	buf_lit(b, "From: ");
	put_words(b, m->from_name);
	buf_lit(b, "\r\n <");
	buf_add(b, m->from);
	buf_lit(b, ">\r\n");
}

static void subject_header(struct buf *b, struct str subject)
{
	if (is_word(subject) && subject.n <= FLOW_LINE) {
		header(b, "Subject", subject);
		return;
	}
	buf_lit(b, "Subject: ");
	put_words(b, subject);
	buf_lit(b, "\r\n");
}

/* RFC 5322 3.3, in UTC. */
static void date_header(struct buf *b, int64_t time)
{
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int32_t day = (int32_t)(time / 86400);
	int second = (int)(time % 86400), year, month, mday;
	char text[60];
	int n;

	date_civil(day, &year, &month, &mday);
	n = snprintf(text, sizeof(text), "%s, %d %s %d %02d:%02d:%02d +0000", days[day % 7],
		     mday, months[month - 1], year, second / 3600, second / 60 % 60,
		     second % 60);
	header(b, "Date", str_of(text, (size_t)n));
}

/* --- parts --- */

static void put_b64(struct buf *b, struct str s)
{
	while (s.n > 0) {
		size_t n = s.n < B64_LINE ? s.n : B64_LINE;

		buf_b64(b, s.p, n);
		buf_lit(b, "\r\n");
		s = str_from(s, n);
	}
}

/* Where a line of a paragraph may end: after a blank within FLOW_LINE, else at the next. */
static size_t line_end(struct str s)
{
	size_t best = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ' ') {
			if (i >= FLOW_LINE && best > 0)
				return best;
			best = i + 1;
			if (i >= FLOW_LINE)
				return best;
		}
	return s.n > FLOW_LINE && best > 0 ? best : s.n;
}

/* RFC 3676 4: a line that ends with a blank goes on in the next; what begins with a blank, ">"
 * or "From " gets a blank before it. */
static void put_flowed(struct buf *b, struct str s)
{
	struct str rest = s, paragraph;

	while (str_split(&rest, '\n', &paragraph)) {
		while (paragraph.n > 0 && paragraph.p[paragraph.n - 1] == ' ')
			paragraph.n--;
		do {
			size_t n = line_end(paragraph);

			if (str_starts(paragraph, S(" ")) || str_starts(paragraph, S(">")) ||
			    str_starts(paragraph, S("From ")))
				buf_ch(b, ' ');
			buf_add(b, str_cut(paragraph, n));
			buf_lit(b, "\r\n");
			paragraph = str_from(paragraph, n);
		} while (paragraph.n > 0);
	}
}

static void part(struct buf *b, struct str boundary, const char *type, struct str body)
{
	buf_lit(b, "--");
	buf_add(b, boundary);
	buf_lit(b, "\r\n");
	header(b, "Content-Type", str_z(type));
	header(b, "Content-Transfer-Encoding", S("base64"));
	buf_lit(b, "\r\n");
	put_b64(b, body);
}

void mail_write(struct buf *out, const struct mail *m)
{
	struct str domain = str_from(m->from, str_index(m->from, '@'));
	struct buf flowed;

	buf_init(&flowed, out->max);
	put_flowed(&flowed, m->plain);
	from_header(out, m);
	header(out, "To", m->to);
	subject_header(out, m->subject);
	date_header(out, m->time);
	buf_lit(out, "Message-ID: <");
	buf_add(out, m->id);
	buf_add(out, domain);
	buf_lit(out, ">\r\n");
	header(out, "Auto-Submitted", S("auto-generated")); /* RFC 3834 5 */
	header(out, "Content-Language", str_z(m->lang));
	header(out, "MIME-Version", S("1.0"));
	buf_lit(out, "Content-Type: multipart/alternative;\r\n boundary=\"");
	buf_add(out, m->id);
	buf_lit(out, "\"\r\n\r\n");
	part(out, m->id, "text/plain; charset=utf-8; format=flowed", buf_str(&flowed));
	part(out, m->id, "text/html; charset=utf-8", m->html);
	buf_lit(out, "--");
	buf_add(out, m->id);
	buf_lit(out, "--\r\n");
	if (flowed.full)
		out->full = true;
	buf_done(&flowed);
}
