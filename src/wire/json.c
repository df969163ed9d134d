#include "wire/json.h"

#include <endian.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

const struct json *json_member(const struct json *j, struct str name)
{
	if (!j || j->type != JSON_OBJECT)
		return NULL;
	for (const struct json *m = j->child; m; m = m->next)
		if (str_eq(m->name, name))
			return m;
	return NULL;
}

struct json_w json_w(struct buf *b)
{
	return (struct json_w){ .b = b };
}

static void before_value(struct json_w *w)
{
	if (w->comma)
		buf_ch(w->b, ',');
	w->comma = true;
}

void json_open(struct json_w *w, char bracket)
{
	before_value(w);
	buf_ch(w->b, bracket);
	w->comma = false;
}

void json_close(struct json_w *w, char bracket)
{
	buf_ch(w->b, bracket);
	w->comma = true;
}

void json_key_str(struct json_w *w, struct str name)
{
	before_value(w);
	json_quote(w->b, name);
	buf_ch(w->b, ':');
	w->comma = false;
}

void json_key_as(struct json_w *w, struct str key)
{
	before_value(w);
	buf_add(w->b, key);
	w->comma = false;
}

void json_key(struct json_w *w, const char *name)
{
	json_key_str(w, str_z(name));
}

static inline bool is_plain(char c)
{
	return c != '"' && c != '\\' && (unsigned char)c >= ' ';
}

#ifdef __SSE2__
/* How many of the first whole sixteens of bytes are plain; short of `n` by 16 when all are. */
static size_t plain_sixteens(const char *p, size_t n)
{
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
		      last = _mm_set1_epi8(' ' - 1);
	size_t i = 0;

	for (; n - i >= 16; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i bad = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash));
		int found = _mm_movemask_epi8(
			_mm_or_si128(bad, _mm_cmpeq_epi8(_mm_min_epu8(v, last), v)));

		if (found)
			return i + (size_t)__builtin_ctz((unsigned)found);
	}
	return i;
}
#else
static size_t plain_sixteens(const char *p, size_t n)
{
	(void)p, (void)n;
	return 0;
}
#endif

/*
 * Of eight bytes, the top bits of those that are not plain.  Each test sets the top bit of the
 * bytes it is after; a borrow may set one falsely, but only above a true one, so the lowest
 * holds.
 */
static inline uint64_t unplain(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t w, quote, slash;

	memcpy(&w, p, sizeof(w));
	w = le64toh(w);
	quote = w ^ ones * '"';
	slash = w ^ ones * '\\';
	return (((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
		((w - ones * ' ') & ~w)) &
	       tops;
}

size_t json_plain(const char *p, size_t n)
{
	size_t i = plain_sixteens(p, n);

	if (i < n && !is_plain(p[i])) /* where that stopped, or begins */
		return i;
	for (; n - i >= 8; i += 8) {
		uint64_t found = unplain(p + i);

		if (found)
			return i + (size_t)__builtin_ctzll(found) / 8;
	}
	while (i < n && is_plain(p[i]))
		i++;
	return i;
}

static void put_escaped(struct buf *b, unsigned char c)
{
	switch (c) {
	case '"': buf_lit(b, "\\\""); break;
	case '\\': buf_lit(b, "\\\\"); break;
	case '\n': buf_lit(b, "\\n"); break;
	case '\r': buf_lit(b, "\\r"); break;
	case '\t': buf_lit(b, "\\t"); break;
	default:
		buf_lit(b, "\\u00");
		buf_hex(b, &c, 1);
		break;
	}
}

static void quote_escaped(struct buf *b, struct str s, size_t plain)
{
	buf_ch(b, '"');
	for (;;) {
		buf_add(b, str_of(s.p, plain));
		if (plain == s.n)
			break;
		put_escaped(b, (unsigned char)s.p[plain]);
		s = str_of(s.p + plain + 1, s.n - plain - 1);
		plain = json_plain(s.p, s.n);
	}
	buf_ch(b, '"');
}

void json_quote(struct buf *b, struct str s)
{
	size_t plain = json_plain(s.p, s.n), room = (b->cap < b->max ? b->cap : b->max) - b->n;

	if (plain == s.n && s.n + 2 <= room && !b->full) {
		b->p[b->n] = '"';
		if (s.n)
			memcpy(b->p + b->n + 1, s.p, s.n);
		b->p[b->n + s.n + 1] = '"';
		b->n += s.n + 2;
	} else {
		quote_escaped(b, s, plain);
	}
}

void json_put_str(struct json_w *w, struct str s)
{
	before_value(w);
	json_quote(w->b, s);
}

void json_put_int(struct json_w *w, int64_t v)
{
	before_value(w);
	buf_i64(w->b, v);
}

void json_put_bool(struct json_w *w, bool v)
{
	before_value(w);
	buf_add(w->b, v ? S("true") : S("false"));
}

void json_put_null(struct json_w *w)
{
	before_value(w);
	buf_lit(w->b, "null");
}

void json_put_hex(struct json_w *w, const void *p, size_t n)
{
	before_value(w);
	buf_ch(w->b, '"');
	buf_hex(w->b, p, n);
	buf_ch(w->b, '"');
}

void json_put_raw(struct json_w *w, struct str json)
{
	before_value(w);
	buf_add(w->b, json);
}

void json_put(struct json_w *w, const struct json *j)
{
	switch (j->type) {
	case JSON_NULL: json_put_null(w); return;
	case JSON_BOOL: json_put_bool(w, j->num != 0); return;
	case JSON_INT: json_put_int(w, j->num); return;
	case JSON_STR: json_put_str(w, j->str); return;
	case JSON_ARRAY:
		json_open(w, '[');
		for (const struct json *c = j->child; c; c = c->next)
			json_put(w, c);
		json_close(w, ']');
		return;
	case JSON_OBJECT:
		json_open(w, '{');
		for (const struct json *c = j->child; c; c = c->next) {
			json_key_str(w, c->name);
			json_put(w, c);
		}
		json_close(w, '}');
		return;
	}
}

void json_pair(struct json_w *w, const char *name, struct str value)
{
	json_key(w, name);
	json_put_str(w, value);
}
