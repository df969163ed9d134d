#include "wire/xml_write.h"

#include <assert.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct xml_w xml_w(struct buf *b)
{
	buf_lit(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	return (struct xml_w){ .b = b };
}

static void end_tag(struct xml_w *w)
{
	if (w->tag)
		buf_ch(w->b, '>');
	w->tag = false;
}

/* What the byte is written as; NULL: as it is. */
static const char *escape(unsigned char c, bool attr)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return attr ? "&quot;" : NULL;
	case '\n': return attr ? "&#10;" : NULL;
	case '\t': return attr ? "&#9;" : NULL;
	case '\r': return "&#13;";
	default: return c < 0x20 ? "" : NULL;
	}
}

/* U+FFFE and U+FFFF are no characters of XML. */
static bool is_noncharacter(struct str s)
{
	return str_starts(s, S("\xef\xbf\xbe")) || str_starts(s, S("\xef\xbf\xbf"));
}

/* Bytes that may not be written as they are; 0xef begins a character that may be none. */
static bool is_plain(unsigned char c)
{
	return c > '>' ? c != 0xef : c >= 0x20 && c != '&' && c != '<' && c != '>' && c != '"';
}

/* How many from `at` on are plain; sixteen at a time as long as they are. */
static size_t plain_run(struct str s, size_t at)
{
	size_t i = at;

#ifdef __SSE2__
	for (; s.n - i >= 16; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s.p + i));
		__m128i bad = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);

		for (const char *c = "&<>\"\xef"; *c; c++)
			bad = _mm_or_si128(bad, _mm_cmpeq_epi8(v, _mm_set1_epi8(*c)));
		if (_mm_movemask_epi8(bad))
			return i - at + (size_t)__builtin_ctz((unsigned)_mm_movemask_epi8(bad));
	}
#endif
	while (i < s.n && is_plain((unsigned char)s.p[i]))
		i++;
	return i - at;
}

static void escaped(struct buf *b, struct str s, bool attr)
{
	size_t from = 0;

	for (size_t i = plain_run(s, 0); i < s.n; i += 1 + plain_run(s, i + 1)) {
		bool none = (unsigned char)s.p[i] == 0xef && is_noncharacter(str_from(s, i));
		const char *as = none ? "" : escape((unsigned char)s.p[i], attr);
		if (!as)
			continue;
		buf_add(b, str_of(s.p + from, i - from));
		buf_z(b, as);
		i += none ? 2 : 0;
		from = i + 1;
	}
	buf_add(b, str_from(s, from));
}

void xml_open_tag(struct xml_w *w, const char *name)
{
	assert(w->depth < XML_WRITE_DEPTH);
	end_tag(w);
	if (!w->text)
		buf_ch(w->b, '\n');
	buf_ch(w->b, '<');
	buf_z(w->b, name);
	w->names[w->depth++] = name;
	w->tag = true;
	w->text = false;
}

void xml_attr(struct xml_w *w, const char *name, struct str value)
{
	assert(w->tag);
	buf_ch(w->b, ' ');
	buf_z(w->b, name);
	buf_lit(w->b, "=\"");
	escaped(w->b, value, true);
	buf_ch(w->b, '"');
}

void xml_text(struct xml_w *w, struct str text)
{
	end_tag(w);
	escaped(w->b, text, false);
	w->text = true;
}

void xml_close_tag(struct xml_w *w)
{
	const char *name = w->names[--w->depth];

	if (w->tag) {
		buf_lit(w->b, "/>");
	} else {
		if (!w->text)
			buf_ch(w->b, '\n');
		buf_lit(w->b, "</");
		buf_z(w->b, name);
		buf_ch(w->b, '>');
	}
	w->tag = w->text = false;
	if (w->depth == 0)
		buf_ch(w->b, '\n');
}

void xml_comment(struct xml_w *w, struct str text)
{
	end_tag(w);
	buf_lit(w->b, "\n<!-- ");
	for (size_t i = 0; i < text.n; i++)
		if (i == 0 || text.p[i] != '-' || text.p[i - 1] != '-')
			buf_ch(w->b, text.p[i]);
	buf_lit(w->b, " -->");
}
