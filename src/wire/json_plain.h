/*
 * What the two halves of JSON share: whether bytes of a string are plain, that is neither a
 * quote nor a backslash nor a control character, several at a time.  Private to src/wire/.
 */
#ifndef WIRE_JSON_PLAIN_H
#define WIRE_JSON_PLAIN_H
#include <endian.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#ifdef __SSE2__
/* Of sixteen bytes, a bit for each that is not plain. */
static inline unsigned unplain_sixteen(const char *p)
{
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
		      last = _mm_set1_epi8(' ' - 1);
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i bad = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash));

	return (unsigned)_mm_movemask_epi8(
		_mm_or_si128(bad, _mm_cmpeq_epi8(_mm_min_epu8(v, last), v)));
}
#endif

/*
 * Of eight bytes, the top bits of those that are not plain.  Each test sets the top bit of the
 * bytes it is after; a borrow may set one falsely, but only above a true one, so the lowest
 * holds.
 */
static inline uint64_t unplain_word(uint64_t w)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\';

	return (((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
		((w - ones * ' ') & ~w)) &
	       tops;
}

static inline uint64_t plain_load(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return le64toh(w);
}

#endif
