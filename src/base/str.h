/*
 * Slices and buffers: all text in Benkan is one of these two.
 *
 * A slice borrows; a buffer owns.  Both count bytes, hold UTF-8 unless a
 * function says otherwise, and are not terminated by a zero byte.
 */
#ifndef BASE_STR_H
#define BASE_STR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

/* A slice of a string literal; anything else fails to compile. */
#define S(lit) ((struct str){ "" lit, sizeof(lit) - 1 })

/* Format a slice with printf: printf("%.*s", STR(s)). */
#define STR(s) (int)(s).n, (s).p

#define MUST_USE __attribute__((warn_unused_result))

/* The smallest of these stand here, where the compiler can see that there is little to do. */
static inline struct str str_of(const void *p, size_t n)
{
	return (struct str){ (const char *)p, n };
}
/* Of a C string; NULL gives the empty slice. */
static inline struct str str_z(const char *z)
{
	return (struct str){ z, z ? strlen(z) : 0 };
}
static inline bool str_eq(struct str a, struct str b)
{
	/* Most that are of one length differ in the first byte: that saves the call. */
	return a.n == b.n && (a.n == 0 || (a.p[0] == b.p[0] && memcmp(a.p, b.p, a.n) == 0));
}
static inline bool str_is(struct str a, const char *z)
{
	return str_eq(a, str_z(z));
}
int str_cmp(struct str a, struct str b); /* bytewise, as memcmp, shorter first */
/* The same with runs of digits by their value: "2" before "10", "2.1" behind "2". */
int str_cmp_numbers(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* The rest from byte `at`; empty past the end. */
static inline struct str str_from(struct str s, size_t at)
{
	if (at < s.n)
		return (struct str){ s.p + at, s.n - at };
	return (struct str){ s.n ? s.p + s.n : s.p, 0 };
}
/* At most the first `n` bytes. */
static inline struct str str_cut(struct str s, size_t n)
{
	return (struct str){ s.p, s.n < n ? s.n : n };
}
/* At most `n` bytes of well-formed UTF-8, and no letter by half. */
struct str str_cut_whole(struct str s, size_t n);
struct str str_trim(struct str s); /* without ASCII white space at both ends */
/* Index of the first `c` in `s`, or s.n. */
size_t str_index(struct str s, char c);
/*
 * Take everything before the first `sep` off the front of `*s` (and the
 * separator with it).  Returns false when `*s` is spent: a loop over
 * "a,b," yields "a", "b", "".
 */
bool str_split(struct str *s, char sep, struct str *head);
/* Index of the first occurrence of `needle`, or s.n. */
size_t str_find(struct str s, struct str needle);
/* Decimal without sign or leading zero, at most `max`. */
bool str_u64(struct str s, uint64_t max, uint64_t *out) MUST_USE;

/* Whether `s` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool str_utf8(struct str s);
/* The scalar value at `*at`, which moves past it; `s` must be well-formed. */
uint32_t str_rune(struct str s, size_t *at);
/* Number of scalar values in well-formed `s`. */
size_t str_runes(struct str s);
/* Length of the well-formed sequence at s.p[at], 0 when there is none; at < s.n. */
size_t str_sequence(struct str s, size_t at);

/*
 * A growing text with a ceiling.  Appends cannot fail at the call site: the
 * first one that would pass `max` bytes sets `full`, and later ones do nothing;
 * whoever uses the result looks at `full` once.
 */
struct buf {
	char *p;
	size_t n, cap, max;
	bool full;
};

void buf_init(struct buf *b, size_t max);
void buf_done(struct buf *b);
void buf_clear(struct buf *b); /* empties it, keeps its memory */
/* Room for `n` bytes, as far as the ceiling, at once: growing to them step by step costs more.
 */
void buf_reserve(struct buf *b, size_t n);
struct str buf_str(const struct buf *b);
void buf_add_slow(struct buf *b, struct str s); /* buf_add when there is no room yet */
static inline void buf_add(struct buf *b, struct str s)
{
	if (s.n && s.n <= b->cap - b->n && s.n <= b->max - b->n && !b->full) {
		memcpy(b->p + b->n, s.p, s.n);
		b->n += s.n;
	} else if (s.n) {
		buf_add_slow(b, s);
	}
}
#define buf_lit(b, lit) buf_add((b), S(lit))
void buf_z(struct buf *b, const char *z);
void buf_ch_slow(struct buf *b, char c); /* buf_ch when there is no room yet */
static inline void buf_ch(struct buf *b, char c)
{
	if (b->n < b->cap && b->n < b->max && !b->full)
		b->p[b->n++] = c;
	else
		buf_ch_slow(b, c);
}
void buf_rune(struct buf *b, uint32_t rune); /* as UTF-8 */
void buf_u64(struct buf *b, uint64_t v);
void buf_i64(struct buf *b, int64_t v);
void buf_pad(struct buf *b, uint64_t v, unsigned width); /* decimal, zeros in front */
void buf_hex(struct buf *b, const void *p, size_t n);    /* lower case */
void buf_b64(struct buf *b, const void *p, size_t n);    /* RFC 4648 section 4, padded */
void buf_zero(struct buf *b, size_t n);                  /* n zero bytes */

/* Exactly 2 * n lower-case hex digits to n bytes. */
bool hex_decode(struct str s, void *out, size_t n) MUST_USE;
/*
 * Canonical base64 (RFC 4648 section 4: padded, spare bits zero) into `out` of
 * `cap` bytes; `*n` is how many were written.
 */
bool b64_decode(struct str s, void *out, size_t cap, size_t *n) MUST_USE;

#endif
