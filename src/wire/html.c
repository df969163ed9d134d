#include "wire/html.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* ASCII that is not copied as it stands. */
static const bool special[128] = {
	[0x00] = 1, [0x01] = 1, [0x02] = 1, [0x03] = 1, [0x04] = 1, [0x05] = 1,
	[0x06] = 1, [0x07] = 1, [0x08] = 1, [0x0b] = 1, [0x0c] = 1, [0x0d] = 1,
	[0x0e] = 1, [0x0f] = 1, [0x10] = 1, [0x11] = 1, [0x12] = 1, [0x13] = 1,
	[0x14] = 1, [0x15] = 1, [0x16] = 1, [0x17] = 1, [0x18] = 1, [0x19] = 1,
	[0x1a] = 1, [0x1b] = 1, [0x1c] = 1, [0x1d] = 1, [0x1e] = 1, [0x1f] = 1,
	[0x7f] = 1, ['&'] = 1,  ['<'] = 1,  ['>'] = 1,  ['"'] = 1,  ['\''] = 1,
};

/* C0 but tab and newline, and DEL, are left out. */
static void escape(struct buf *b, char c)
{
	switch (c) {
	case '&': buf_lit(b, "&amp;"); break;
	case '<': buf_lit(b, "&lt;"); break;
	case '>': buf_lit(b, "&gt;"); break;
	case '"': buf_lit(b, "&quot;"); break;
	case '\'': buf_lit(b, "&#39;"); break;
	default: break;
	}
}

/* `s` as UTF-8: every byte above ASCII of a text that is not becomes U+FFFD. */
static void escape_broken(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x80)
			buf_rune(b, 0xfffd);
		else if (special[c])
			escape(b, s.p[i]);
		else
			buf_ch(b, s.p[i]);
	}
}

/* C1, and what reorders text: U+202A–202E and U+2066–2069. */
static bool dropped(const char *p)
{
	unsigned char c = (unsigned char)p[0], d = (unsigned char)p[1];
	unsigned char e = c == 0xe2 ? (unsigned char)p[2] : 0;

	return (c == 0xc2 && d < 0xa0) || (c == 0xe2 && d == 0x80 && e >= 0xaa && e <= 0xae) ||
	       (c == 0xe2 && d == 0x81 && e >= 0xa6 && e <= 0xa9);
}

/* Length of the sequence at s.p[at], 0 when it is none.  Most are of two bytes at the most. */
static inline size_t length_at(struct str s, size_t at)
{
	unsigned char c = (unsigned char)s.p[at];

	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf && s.n - at > 1 && (s.p[at + 1] & 0xc0) == 0x80)
		return 2;
	return str_sequence(s, at);
}

#ifdef __SSE2__
/* A bit for each of sixteen bytes that is not ASCII copied as it stands. */
static inline unsigned marked(__m128i v)
{
	/* Signed: what is above ASCII is below the space too.  & and ' differ in their last
	 * bit, < and > in the one before it. */
	__m128i bad = _mm_cmplt_epi8(v, _mm_set1_epi8(' '));
	__m128i last = _mm_or_si128(v, _mm_set1_epi8(1));
	__m128i other = _mm_or_si128(v, _mm_set1_epi8(2));

	bad = _mm_or_si128(bad, _mm_cmpeq_epi8(last, _mm_set1_epi8('\'')));
	bad = _mm_or_si128(bad, _mm_cmpeq_epi8(other, _mm_set1_epi8('>')));
	bad = _mm_or_si128(bad, _mm_cmpeq_epi8(v, _mm_set1_epi8('"')));
	bad = _mm_or_si128(bad, _mm_cmpeq_epi8(v, _mm_set1_epi8('\x7f')));
	return (unsigned)_mm_movemask_epi8(bad);
}

static inline unsigned marked_at(const char *p)
{
	return marked(_mm_loadu_si128((const __m128i *)(const void *)p));
}

/* Whether a text of 4 to 15 bytes is ASCII copied as it stands: its two ends, which overlap. */
static inline bool short_plain(struct str s)
{
	uint64_t first, last;
	uint32_t half[2];

	if (s.n >= sizeof(first)) {
		memcpy(&first, s.p, sizeof(first));
		memcpy(&last, s.p + s.n - sizeof(last), sizeof(last));
	} else {
		memcpy(&half[0], s.p, sizeof(half[0]));
		memcpy(&half[1], s.p + s.n - sizeof(half[1]), sizeof(half[1]));
		memcpy(&first, half, sizeof(first));
		last = first;
	}
	return !marked(_mm_set_epi64x((int64_t)last, (int64_t)first));
}
#endif

/* How many bytes from `at` on are ASCII copied as it stands. */
static size_t plain_run(struct str s, size_t at)
{
	size_t i = at;

#ifdef __SSE2__
	unsigned found = 0;

	for (; s.n - i >= 16; i += 16)
		if ((found = marked_at(s.p + i)) != 0)
			return i - at + (unsigned)__builtin_ctz(found);
	if (i < s.n && s.n >= 16) { /* what is left, with what stands before it */
		found = marked_at(s.p + s.n - 16) >> (16 - (s.n - i));
		return found ? i - at + (unsigned)__builtin_ctz(found) : s.n - at;
	}
	if (at == 0 && s.n >= 4 && s.n < 16 && short_plain(s))
		return s.n;
#endif
	while (i < s.n && (unsigned char)s.p[i] < 0x80 && !special[(unsigned char)s.p[i]])
		i++;
	return i - at;
}

void html_text(struct buf *b, struct str s)
{
	size_t began = b->n, run = 0, at = plain_run(s, 0);

	while (at < s.n) {
		unsigned char c = (unsigned char)s.p[at];
		size_t n = length_at(s, at);

		if (n == 0) {
			b->n = began;
			escape_broken(b, s);
			return;
		}
		if (c < 0x80 ? special[c] : dropped(s.p + at)) {
			buf_add(b, str_of(s.p + run, at - run));
			escape(b, s.p[at]);
			run = at + n;
		}
		at += n;
		if (n == 1)
			at += plain_run(s, at);
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
