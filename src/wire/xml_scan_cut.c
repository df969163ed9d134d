/* Texts with letters beyond ASCII or carriage returns, in the pieces libxml2 tells them in. */
#include "wire/xml_scan_inside.h"

static void tell_piece(struct xml_scan *s, struct str piece, const struct found *found)
{
	for (size_t i = 0; found->lines && i < piece.n; i++)
		s->line += piece.p[i] == '\n';
	if (piece.n)
		s->sink.text(s->sink.ctx, piece);
}

/* Where libxml2 leaves the way of plain ASCII for the slower one. */
static bool is_slow(struct str at)
{
	return at.n && (xml_byte(at.p) > 0x7F || *at.p == '\r');
}

static size_t ascii_of(struct str text)
{
	size_t n = 0;

	while (n + 8 <= text.n && !(xml_load(text.p + n) & UINT64_C(0x8080808080808080)))
		n += 8;
	while (n < text.n && xml_byte(text.p + n) <= 0x7F)
		n++;
	return n;
}

/* As libxml2 cuts it: at every carriage return that ends a line, up to a letter beyond ASCII.
 */
static struct str tell_ascii(struct xml_scan *s, struct str text, const struct found *found)
{
	while (text.n && !s->stopped) {
		size_t n = ascii_of(text);

		if (found->returns)
			n = str_index(str_cut(text, n), '\r');
		tell_piece(s, str_cut(text, n), found);
		text = str_from(text, n);
		if (text.n < 2 || text.p[0] != '\r' || text.p[1] != '\n')
			break;
		text = str_from(text, 1);
		if (is_slow(str_from(text, 1)))
			break;
	}
	return text;
}

/* A piece of CUT_MIN bytes and what is left of the last letter; line ends become one line feed
 * (2.11). */
static size_t make_piece(struct xml_scan *s, struct str text)
{
	size_t n = 0;

	buf_clear(&s->made);
	while (n < text.n && (s->made.n < CUT_MIN || xml_follows(text.p + n))) {
		bool ends = text.p[n] == '\r';

		n += ends && n + 1 < text.n && text.p[n + 1] == '\n';
		s->line += text.p[n] == '\n';
		if (ends)
			buf_ch(&s->made, '\n');
		else
			buf_ch(&s->made, text.p[n]);
		n++;
	}
	return n;
}

void scan_tell_cut(struct xml_scan *s, struct str text, const struct found *found)
{
	text = tell_ascii(s, text, found);
	while (text.n && !s->stopped) {
		size_t n = CUT_MIN;

		if (found->returns) {
			n = make_piece(s, text);
			s->sink.text(s->sink.ctx, buf_str(&s->made));
		} else {
			while (n < text.n && xml_follows(text.p + n))
				n++;
			tell_piece(s, str_cut(text, n), found);
		}
		text = str_from(text, n);
	}
}
