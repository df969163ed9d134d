#include "wire/html.h"

static bool unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

void url_part(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (unreserved(s.p[i])) {
			buf_ch(b, s.p[i]);
			continue;
		}
		buf_ch(b, '%');
		buf_ch(b, "0123456789ABCDEF"[c >> 4]);
		buf_ch(b, "0123456789ABCDEF"[c & 15]);
	}
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decode into `to`, which has room for s.n bytes; how many were written, or -1. */
static ptrdiff_t decode(char *to, struct str s, bool plus_is_space)
{
	ptrdiff_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '+' && plus_is_space) {
			c = ' ';
		} else if (c == '%') {
			int high = s.n - i > 2 ? hex_value(s.p[i + 1]) : -1;
			int low = s.n - i > 2 ? hex_value(s.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return -1;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (c == '\0')
			return -1;
		to[n++] = c;
	}
	return str_utf8(str_of(to, (size_t)n)) ? n : -1;
}

bool url_text(struct arena *a, struct str s, bool plus_is_space, struct str *out)
{
	char *to;
	ptrdiff_t n;

	if (str_index(s, '%') == s.n && str_index(s, '\0') == s.n &&
	    !(plus_is_space && str_index(s, '+') < s.n)) {
		*out = s;
		return str_utf8(s);
	}
	to = arena_alloc(a, s.n);
	n = decode(to, s, plus_is_space);
	if (n < 0)
		return false;
	*out = str_of(to, (size_t)n);
	return true;
}
