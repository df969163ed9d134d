#include "wire/json.h"

#include "wire/json_plain.h"

const struct json *json_member(const struct json *j, struct str name)
{
	if (!j || j->type != JSON_OBJECT)
		return NULL;
	for (const struct json *m = j->child; m; m = m->next)
		if (str_eq(m->name, name))
			return m;
	return NULL;
}

/* --- building --- */

struct json_maker json_maker(struct arena *a, enum json_type type)
{
	struct json *of = arena_new(a, struct json);

	of->type = type;
	return (struct json_maker){ a, of, &of->child };
}

struct json_maker json_make_in(struct json_maker *m, struct str name, enum json_type type)
{
	struct json_maker in = json_maker(m->a, type);

	json_make_put(m, name, in.of);
	return in;
}

void json_make_str(struct json_maker *m, struct str name, struct str value)
{
	struct json *j = arena_new(m->a, struct json);

	j->type = JSON_STR;
	j->str = value;
	json_make_put(m, name, j);
}

void json_make_bool(struct json_maker *m, struct str name, bool value)
{
	struct json *j = arena_new(m->a, struct json);

	j->type = JSON_BOOL;
	j->num = value;
	json_make_put(m, name, j);
}

/* --- writing --- */

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

void json_key_plain(struct json_w *w, struct str name)
{
	struct buf *b = w->b;
	size_t room = (b->cap < b->max ? b->cap : b->max) - b->n;
	char *to;

	before_value(w);
	w->comma = false;
	if (name.n + 4 > room || b->full) {
		buf_ch(b, '"');
		buf_add(b, name);
		buf_lit(b, "\":");
		return;
	}
	to = b->p + b->n;
	*to++ = '"';
	memcpy(to, name.p, name.n);
	memcpy(to + name.n, "\":", 2);
	b->n += name.n + 3;
}

static inline bool is_plain(char c)
{
	return c != '"' && c != '\\' && (unsigned char)c >= ' ';
}

/* Where the first that is not plain stands in the eight that `found` tells of. */
static inline size_t first_of(uint64_t found)
{
	return (size_t)__builtin_ctzll(found) / 8;
}

/*
 * What follows looks at bytes and, unless `to` is NULL, copies them there; how many are plain,
 * from the first on.  What is left at the end is looked at with some of what was before it, all
 * plain.
 */

static inline uint64_t eight(const char *p, char *to)
{
	if (to)
		memcpy(to, p, 8);
	return unplain_word(plain_load(p));
}

/* Of fewer than eight: from four on they are two halves that overlap. */
static inline size_t plain_few(const char *p, size_t n, char *to)
{
	uint32_t low, high;
	uint64_t found;
	size_t at = 0;

	if (n < 4) {
		for (; at < n && is_plain(p[at]); at++)
			if (to)
				to[at] = p[at];
		return at;
	}
	memcpy(&low, p, sizeof(low));
	memcpy(&high, p + n - sizeof(high), sizeof(high));
	if (to) {
		memcpy(to, &low, sizeof(low));
		memcpy(to + n - sizeof(high), &high, sizeof(high));
	}
	found = unplain_word((uint64_t)le32toh(high) << 32 | le32toh(low));
	if (!found)
		return n;
	at = first_of(found);
	return at < 4 ? at : n - 8 + at;
}

static inline __attribute__((always_inline)) size_t plain_run(const char *p, size_t n, char *to)
{
	size_t i = 0;
	uint64_t found;

	if (n < 8)
		return plain_few(p, n, to);
#ifdef __SSE2__
	for (; n - i >= 16; i += 16) {
		unsigned bad = unplain_sixteen(p + i);

		if (to)
			memcpy(to + i, p + i, 16);
		if (bad)
			return i + (size_t)__builtin_ctz(bad);
	}
#endif
	for (; n - i >= 8; i += 8) {
		found = eight(p + i, to ? to + i : NULL);
		if (found)
			return i + first_of(found);
	}
	found = i < n ? eight(p + n - 8, to ? to + n - 8 : NULL) : 0;
	return found ? n - 8 + first_of(found) : n;
}

size_t json_plain(const char *p, size_t n)
{
	return plain_run(p, n, NULL);
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
	size_t room = (b->cap < b->max ? b->cap : b->max) - b->n, plain;
	char *to;

	if (s.n + 2 > room || b->full) {
		quote_escaped(b, s, json_plain(s.p, s.n));
		return;
	}
	to = b->p + b->n;
	plain = plain_run(s.p, s.n, to + 1);
	if (plain != s.n) {
		quote_escaped(b, s, plain);
		return;
	}
	to[0] = to[s.n + 1] = '"';
	b->n += s.n + 2;
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

/* Where the text is a part of its source, nothing in that was escaped, and nothing needs to be.
 */
static void json_put_text(struct json_w *w, const struct json *j)
{
	if (j->raw.p && j->str.p == j->raw.p + 1 && j->str.n + 2 == j->raw.n)
		json_put_raw(w, j->raw);
	else
		json_put_str(w, j->str);
}

void json_put(struct json_w *w, const struct json *j)
{
	switch (j->type) {
	case JSON_NULL: json_put_null(w); return;
	case JSON_BOOL: json_put_bool(w, j->num != 0); return;
	case JSON_INT: json_put_int(w, j->num); return;
	case JSON_STR: json_put_text(w, j); return;
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
