#include "wire/html.h"

/* Bytes that html_text must look at; the others are copied in runs. */
static const bool special[256] = {
	[0x00] = 1, [0x01] = 1, [0x02] = 1, [0x03] = 1, [0x04] = 1, [0x05] = 1, [0x06] = 1,
	[0x07] = 1, [0x08] = 1, [0x0b] = 1, [0x0c] = 1, [0x0d] = 1, [0x0e] = 1, [0x0f] = 1,
	[0x10] = 1, [0x11] = 1, [0x12] = 1, [0x13] = 1, [0x14] = 1, [0x15] = 1, [0x16] = 1,
	[0x17] = 1, [0x18] = 1, [0x19] = 1, [0x1a] = 1, [0x1b] = 1, [0x1c] = 1, [0x1d] = 1,
	[0x1e] = 1, [0x1f] = 1, [0x7f] = 1, ['&'] = 1,  ['<'] = 1,  ['>'] = 1,  ['"'] = 1,
	['\''] = 1, [0xc2] = 1, [0xe2] = 1,
};

/* C0 but tab and newline, DEL, C1; U+202A–202E and U+2066–2069 reorder text. */
static bool dropped(uint32_t rune)
{
	return (rune < 0x20 && rune != '\t' && rune != '\n') ||
	       (rune >= 0x7f && rune <= 0x9f) || (rune >= 0x202a && rune <= 0x202e) ||
	       (rune >= 0x2066 && rune <= 0x2069);
}

static void escape(struct buf *b, uint32_t rune)
{
	switch (rune) {
	case '&': buf_lit(b, "&amp;"); break;
	case '<': buf_lit(b, "&lt;"); break;
	case '>': buf_lit(b, "&gt;"); break;
	case '"': buf_lit(b, "&quot;"); break;
	case '\'': buf_lit(b, "&#39;"); break;
	default:
		if (!dropped(rune))
			buf_rune(b, rune);
	}
}

/* `s` as UTF-8: every byte above ASCII of a text that is not becomes U+FFFD. */
static void escape_broken(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		escape(b, c < 0x80 ? c : 0xfffd);
	}
}

void html_text(struct buf *b, struct str s)
{
	size_t run = 0, at = 0;

	if (!str_utf8(s)) {
		escape_broken(b, s);
		return;
	}
	while (at < s.n) {
		if (!special[(unsigned char)s.p[at]]) {
			at++;
			continue;
		}
		buf_add(b, str_of(s.p + run, at - run));
		escape(b, str_rune(s, &at));
		run = at;
	}
	buf_add(b, str_from(s, run));
}

void html_attr_(struct buf *b, struct str open, struct str value)
{
	buf_add(b, open);
	html_text(b, value);
	buf_ch(b, '"');
}

void html_num(struct buf *b, uint64_t v)
{
	buf_u64(b, v);
}
