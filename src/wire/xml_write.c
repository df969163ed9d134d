#include "wire/xml_write.h"

#include <assert.h>
#include <string.h>
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
static inline bool is_plain(unsigned char c)
{
	return c > '>' ? c != 0xef : c >= 0x20 && c != '&' && c != '<' && c != '>' && c != '"';
}

enum { STEP = 16 };

/* A bit for each of the sixteen bytes that is not plain.  `<` and `>` differ in one bit, and so
 * do `"` and `&`. */
static inline unsigned unplain(const char *p)
{
#ifdef __SSE2__
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
	__m128i angle = _mm_cmpeq_epi8(_mm_or_si128(v, _mm_set1_epi8(2)), _mm_set1_epi8('>'));
	__m128i quote = _mm_cmpeq_epi8(_mm_or_si128(v, _mm_set1_epi8(4)), _mm_set1_epi8('&'));
	__m128i begins = _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xef));

	return (unsigned)_mm_movemask_epi8(
		_mm_or_si128(_mm_or_si128(control, angle), _mm_or_si128(quote, begins)));
#else
	unsigned bits = 0;

	for (unsigned i = 0; i < STEP; i++)
		bits |= (unsigned)!is_plain((unsigned char)p[i]) << i;
	return bits;
#endif
}

/* How many from `at` on are plain. */
static size_t plain_run(struct str s, size_t at)
{
	size_t i = at;

	for (; s.n - i >= STEP; i += STEP) {
		unsigned bad = unplain(s.p + i);

		if (bad)
			return i - at + (size_t)__builtin_ctz(bad);
	}
	while (i < s.n && is_plain((unsigned char)s.p[i]))
		i++;
	return i - at;
}

/* Fewer than sixteen bytes, most of them two at once that overlap. */
static inline void copy_short(char *to, const char *from, size_t n)
{
	if (n >= 8) {
		memcpy(to, from, 8);
		memcpy(to + n - 8, from + n - 8, 8);
	} else if (n >= 4) {
		memcpy(to, from, 4);
		memcpy(to + n - 4, from + n - 4, 4);
	} else {
		for (size_t i = 0; i < n; i++)
			to[i] = from[i];
	}
}

/* Copy what is plain to the end, to where there is room for sixteen bytes more; false: it is
 * not, and what stands there now is nothing. */
static inline bool copy_plain(char *to, struct str s)
{
	size_t i = 0;

	for (; s.n - i >= STEP; i += STEP) {
		memcpy(to + i, s.p + i, STEP);
		if (unplain(to + i))
			return false;
	}
	copy_short(to + i, s.p + i, s.n - i);
	return !(unplain(to + i) & ((1u << (s.n - i)) - 1));
}

static inline size_t room_in(const struct buf *b)
{
	return b->full ? 0 : (b->cap < b->max ? b->cap : b->max) - b->n;
}

static void escape_all(struct buf *b, struct str s, bool attr)
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

static inline void escaped(struct buf *b, struct str s, bool attr)
{
	if (s.n + STEP <= room_in(b) && copy_plain(b->p + b->n, s))
		b->n += s.n;
	else
		escape_all(b, s, attr);
}

void xml_open_named(struct xml_w *w, struct str name)
{
	assert(w->depth < XML_WRITE_DEPTH);
	end_tag(w);
	if (!w->text)
		buf_ch(w->b, '\n');
	buf_ch(w->b, '<');
	buf_add(w->b, name);
	w->names[w->depth++] = name;
	w->tag = true;
	w->text = false;
}

void xml_attr_named(struct xml_w *w, struct str name, struct str value)
{
	assert(w->tag);
	buf_ch(w->b, ' ');
	buf_add(w->b, name);
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
	struct str name = w->names[--w->depth];

	if (w->tag) {
		buf_lit(w->b, "/>");
	} else {
		if (!w->text)
			buf_ch(w->b, '\n');
		buf_lit(w->b, "</");
		buf_add(w->b, name);
		buf_ch(w->b, '>');
	}
	w->tag = w->text = false;
	if (w->depth == 0)
		buf_ch(w->b, '\n');
}

/* Nothing is open in them, and yet they are no document of their own. */
struct xml_w xml_apart_attrs(struct buf *b)
{
	return (struct xml_w){ .b = b, .depth = 1, .tag = true };
}

struct xml_w xml_apart_elements(struct buf *b)
{
	return (struct xml_w){ .b = b, .depth = 1 };
}

void xml_put_attrs(struct xml_w *w, struct str attrs)
{
	assert(w->tag);
	buf_add(w->b, attrs);
}

void xml_put_elements(struct xml_w *w, struct str elements)
{
	if (!elements.n)
		return;
	end_tag(w);
	buf_add(w->b, elements);
	w->text = false;
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
