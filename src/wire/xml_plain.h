/*
 * The smallest parts of XML: how far bytes are plain, sixteen at a time where the machine can,
 * a reference, a declaration.  Private to src/wire/.  All of it reads past where it ends:
 * XML_PLAIN_PAD bytes behind the text must be there and be zero, and a zero byte is never
 * plain.
 */
#ifndef WIRE_XML_PLAIN_H
#define WIRE_XML_PLAIN_H
#include "base/str.h"

#include <endian.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { XML_PLAIN_PAD = 32, XML_REFERENCE_MAX = 16 };

/* The length of the reference with which the text begins, XML_REFERENCE_MAX at most, and what
 * it stands for; 0: it is none to a character, or to one of XML's own entities, or not all
 * there. */
size_t xml_reference(struct str text, uint32_t *rune);
/* Whether this may stand between "<?xml" and "?>": version 1.0, in UTF-8 (XML 1.0 production
 * 23). */
bool xml_declaration(struct str inside);

/* Past the white space; line feeds are counted. */
static inline const char *xml_blanks(const char *p, uint64_t *line)
{
	for (;; p++) {
		if (*p == '\n')
			++*line;
		else if (*p != ' ' && *p != '\t' && *p != '\r')
			return p;
	}
}

/* Eight bytes as a number, the first of them the lowest. */
static inline uint64_t xml_load(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return le64toh(w);
}

static inline unsigned xml_byte(const char *p)
{
	return (unsigned char)*p;
}

/* Whether this is YYYY-MM-DD of a day that every month has, of the years 1000 to 9999: most
 * dates are. */
static inline bool xml_plain_date(struct str s)
{
	/* Bytes that are digits when they were made of '0' to '9', zero when of '-'. */
	const uint64_t head = UINT64_C(0x2D30302D30303030), tail = UINT64_C(0x30302D30302D3030);
	const uint64_t head_most = UINT64_C(0x7F76767F76767676),
		       tail_most = UINT64_C(0x76767F76767F7676);
	uint64_t first, last;
	unsigned month, day;

	if (s.n != 10)
		return false;
	first = xml_load(s.p) ^ head;
	last = xml_load(s.p + 2) ^ tail;
	if (((first + head_most) | first | (last + tail_most) | last) &
	    UINT64_C(0x8080808080808080))
		return false;
	month = (xml_byte(s.p + 5) - '0') * 10 + xml_byte(s.p + 6) - '0';
	day = (xml_byte(s.p + 8) - '0') * 10 + xml_byte(s.p + 9) - '0';
	return *s.p != '0' && month - 1 < 12 && day - 1 < 28;
}

static inline int xml_follows(const char *p)
{
	return (xml_byte(p) & 0xC0) == 0x80;
}

/* Length of the letter at `p` that is not ASCII: well-formed UTF-8 (RFC 3629) of a character
 * that XML has (2.2: neither surrogates nor U+FFFE and U+FFFF); 0: it is neither. */
static inline size_t xml_letter(const char *p)
{
	unsigned a = xml_byte(p), b;

	if (a < 0xC2 || a > 0xF4 || !xml_follows(p + 1))
		return 0;
	if (a < 0xE0)
		return 2;
	b = xml_byte(p + 1);
	if (!xml_follows(p + 2))
		return 0;
	if (a < 0xF0)
		return (a == 0xE0 && b < 0xA0) || (a == 0xED && b > 0x9F) ||
				       (a == 0xEF && b == 0xBF && xml_byte(p + 2) > 0xBD)
			       ? 0
			       : 3;
	return !xml_follows(p + 3) || (a == 0xF0 && b < 0x90) || (a == 0xF4 && b > 0x8F) ? 0
											 : 4;
}

/* The end of a name, plain or not: white space, '=', '>', '/' or another control. */
static inline const char *xml_name_end(const char *p)
{
#ifdef __SSE2__
	const __m128i equal = _mm_set1_epi8('='), slash = _mm_set1_epi8('/'),
		      close = _mm_set1_epi8('>'), last = _mm_set1_epi8(' ');

	for (;; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i end = _mm_or_si128(
			_mm_or_si128(_mm_cmpeq_epi8(v, equal), _mm_cmpeq_epi8(v, slash)),
			_mm_or_si128(_mm_cmpeq_epi8(v, close),
				     _mm_cmpeq_epi8(_mm_min_epu8(v, last), v)));
		unsigned bits = (unsigned)_mm_movemask_epi8(end);

		if (bits)
			return p + __builtin_ctz(bits);
	}
#else
	while (xml_byte(p) > ' ' && *p != '=' && *p != '/' && *p != '>')
		p++;
	return p;
#endif
}

#ifdef __SSE2__
/*
 * Of the first `n` of sixteen bytes, how many are ASCII and whole letters of two bytes (C2 to
 * DF, then 80 to BF), which is what most letters of most languages here are.
 */
static inline size_t xml_pairs(__m128i v, unsigned high, unsigned n)
{
	const __m128i first = _mm_set1_epi8((char)0xC1), past = _mm_set1_epi8((char)0xE0),
		      follow = _mm_set1_epi8((char)0xC0);
	unsigned lead = (unsigned)_mm_movemask_epi8(
		_mm_and_si128(_mm_cmpgt_epi8(v, first), _mm_cmplt_epi8(v, past)));
	unsigned tail = (unsigned)_mm_movemask_epi8(_mm_cmplt_epi8(v, follow));
	unsigned wrong = ((tail ^ lead << 1) | (high & ~(lead | tail))) & ((1U << n) - 1);

	if (wrong)
		n = (unsigned)__builtin_ctz(wrong);
	return n > 0 && lead >> (n - 1) & 1 ? n - 1 : n;
}
#endif

/* The same as xml_plain below, and letters beyond ASCII stop it too. */
__attribute__((always_inline)) static inline const char *xml_ascii(const char *p, char other)
{
#ifdef __SSE2__
	const __m128i less = _mm_set1_epi8('<'), amp = _mm_set1_epi8('&'),
		      third = _mm_set1_epi8(other), last = _mm_set1_epi8(' ' - 1);

	for (;; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i stop = _mm_or_si128(
			_mm_or_si128(_mm_cmpeq_epi8(v, less), _mm_cmpeq_epi8(v, amp)),
			_mm_or_si128(_mm_cmpeq_epi8(v, third),
				     _mm_cmpeq_epi8(_mm_min_epu8(v, last), v)));
		/* The highest bit of each byte. */
		unsigned bits = (unsigned)_mm_movemask_epi8(_mm_or_si128(stop, v));

		if (bits)
			return p + __builtin_ctz(bits);
	}
#else
	while (xml_byte(p) >= ' ' && xml_byte(p) < 0x80 && *p != '<' && *p != '&' &&
	       *p != other)
		p++;
	return p;
#endif
}

/* The first byte from `p` on that is '<', '&', `other`, a control (of which white space but the
 * blank is) or no letter of XML.  `*high`: made other than zero where there may be letters
 * beyond ASCII. */
__attribute__((always_inline)) static inline const char *xml_plain(const char *p, char other,
								   unsigned *high)
{
#ifdef __SSE2__
	const __m128i less = _mm_set1_epi8('<'), amp = _mm_set1_epi8('&'),
		      third = _mm_set1_epi8(other), last = _mm_set1_epi8(' ' - 1);

	for (;;) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i stop = _mm_or_si128(
			_mm_or_si128(_mm_cmpeq_epi8(v, less), _mm_cmpeq_epi8(v, amp)),
			_mm_or_si128(_mm_cmpeq_epi8(v, third),
				     _mm_cmpeq_epi8(_mm_min_epu8(v, last), v)));
		unsigned bits = (unsigned)_mm_movemask_epi8(stop),
			 tops = (unsigned)_mm_movemask_epi8(v);
		unsigned n = bits ? (unsigned)__builtin_ctz(bits) : 16;
		size_t whole = tops ? xml_pairs(v, tops, n) : n;
		size_t letter = 0;

		*high |= tops;
		p += whole;
		if (whole == n && bits)
			return p;
		if (whole + 1 < n || (whole < n && bits)) {
			letter = xml_letter(p);
			if (!letter)
				return p;
			p += letter;
		}
	}
#else
	for (;;) {
		size_t letter = xml_byte(p) < 0x80 ? 1 : xml_letter(p);

		if (!letter || xml_byte(p) < ' ' || *p == '<' || *p == '&' || *p == other)
			return p;
		*high |= letter > 1;
		p += letter;
	}
#endif
}

#endif
