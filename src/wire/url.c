#include "wire/html.h"

/* Letters, digits, - . _ ~ */
static const bool unreserved[256] = {
	['-'] = 1, ['.'] = 1, ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1,
	['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1,
	['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1, ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1,
	['M'] = 1, ['N'] = 1, ['O'] = 1, ['P'] = 1, ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1,
	['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1, ['Y'] = 1, ['Z'] = 1, ['_'] = 1, ['a'] = 1,
	['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1, ['i'] = 1,
	['j'] = 1, ['k'] = 1, ['l'] = 1, ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1,
	['r'] = 1, ['s'] = 1, ['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1,
	['z'] = 1, ['~'] = 1,
};

void url_part(struct buf *b, struct str s)
{
	size_t run = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (unreserved[c])
			continue;
		buf_add(b, str_of(s.p + run, i - run));
		buf_ch(b, '%');
		buf_ch(b, "0123456789ABCDEF"[c >> 4]);
		buf_ch(b, "0123456789ABCDEF"[c & 15]);
		run = i + 1;
	}
	buf_add(b, str_from(s, run));
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
