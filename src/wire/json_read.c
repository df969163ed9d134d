#include "wire/json.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 16, SMALL_OBJECT = 16 };

struct reader {
	struct arena *a;
	const char *text, *at, *end;
	struct err *err;
};

static bool fail(struct reader *r, const char *message)
{
	uint64_t line = 1, column = 1;

	for (const char *p = r->text; p < r->at && p < r->end; p++) {
		column++;
		if (*p == '\n') {
			line++;
			column = 1;
		}
	}
	return err_make(r->err, ERR_INPUT, "", message,
			(const char *[]){ err_num(line), err_num(column), NULL });
}

static inline int peek(const struct reader *r)
{
	return r->at < r->end ? (unsigned char)*r->at : -1;
}

static inline void skip_space(struct reader *r)
{
	/* Nothing above a space is one: mostly that is all there is to look at. */
	while (r->at < r->end && (unsigned char)*r->at <= ' ' &&
	       (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r'))
		r->at++;
}

static bool hex4(struct reader *r, uint32_t *out)
{
	uint32_t v = 0;

	if (r->end - r->at < 4)
		return fail(r,
			    N_("line %1, column %2: \\u must be followed by four hex digits"));
	for (int i = 0; i < 4; i++) {
		char c = *r->at++;

		v <<= 4;
		if (c >= '0' && c <= '9')
			v |= (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			v |= (uint32_t)((c | 32) - 'a' + 10);
		else
			return fail(r, N_("line %1, column %2: \\u must be followed by four "
					  "hex digits"));
	}
	*out = v;
	return true;
}

static bool escape_rune(struct reader *r, struct buf *b)
{
	uint32_t v, low;

	if (!hex4(r, &v))
		return false;
	if (v == 0)
		return fail(r, N_("line %1, column %2: \\u0000 is not allowed"));
	if (v >= 0xdc00 && v <= 0xdfff)
		return fail(r, N_("line %1, column %2: half of a surrogate pair"));
	if (v >= 0xd800 && v <= 0xdbff) {
		if (r->end - r->at < 6 || memcmp(r->at, "\\u", 2) != 0)
			return fail(r, N_("line %1, column %2: half of a surrogate pair"));
		r->at += 2;
		if (!hex4(r, &low))
			return false;
		if (low < 0xdc00 || low > 0xdfff)
			return fail(r, N_("line %1, column %2: half of a surrogate pair"));
		v = 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00);
	}
	buf_rune(b, v);
	return true;
}

static bool escape(struct reader *r, struct buf *b)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	int c = peek(r);
	const char *known = c > 0 ? strchr(from, c) : NULL;

	r->at++;
	if (c == 'u')
		return escape_rune(r, b);
	if (!known)
		return fail(r, N_("line %1, column %2: unknown escape in a string"));
	buf_ch(b, to[known - from]);
	return true;
}

/* The rest of a string with an escape, or with what must not be in it, from `start` on. */
static bool read_escaped(struct reader *r, const char *start, struct str *out)
{
	struct buf b;
	bool ok = true;

	buf_init(&b, (size_t)(r->end - start) + 1);
	buf_add(&b, str_of(start, (size_t)(r->at - start)));
	while (ok && peek(r) != '"') {
		int c = peek(r);

		r->at++;
		if (c < 0) {
			r->at--;
			ok = fail(r, N_("line %1, column %2: the text ends inside a string"));
		} else if (c == '\\') {
			ok = escape(r, &b);
		} else if (c < 0x20) {
			ok = fail(
				r,
				N_("line %1, column %2: a control character inside a string"));
		} else {
			buf_ch(&b, (char)c);
		}
	}
	if (ok) {
		*out = arena_str(r->a, buf_str(&b));
		r->at++;
	}
	buf_done(&b);
	return ok;
}

/* r->at stands behind the opening quote. */
static inline bool read_string(struct reader *r, struct str *out)
{
	const char *start = r->at;

	r->at += json_plain(start, (size_t)(r->end - start));
	if (peek(r) != '"')
		return read_escaped(r, start, out);
	*out = str_of(start, (size_t)(r->at++ - start));
	return true;
}

static bool read_number(struct reader *r, struct json *j)
{
	bool negative = peek(r) == '-';
	const char *start;
	struct str digits;
	uint64_t v;

	r->at += negative;
	start = r->at;
	while (peek(r) >= '0' && peek(r) <= '9')
		r->at++;
	digits = str_of(start, (size_t)(r->at - start));
	if (digits.n && (peek(r) == '.' || peek(r) == 'e' || peek(r) == 'E'))
		return fail(r, N_("line %1, column %2: only whole numbers; write a decimal as "
				  "a string, \"12.50\""));
	if (!str_u64(digits, (UINT64_C(1) << 53) - 1, &v) || (negative && v == 0))
		return fail(r, N_("line %1, column %2: not a whole number between -(2^53-1) "
				  "and 2^53-1"));
	j->type = JSON_INT;
	j->num = negative ? -(int64_t)v : (int64_t)v;
	return true;
}

static bool read_word(struct reader *r, struct json *j)
{
	static const struct {
		const char *word;
		enum json_type type;
		int64_t num;
	} words[] = { { "true", JSON_BOOL, 1 },
		      { "false", JSON_BOOL, 0 },
		      { "null", JSON_NULL, 0 } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_starts(str_of(r->at, (size_t)(r->end - r->at)), str_z(words[i].word))) {
			r->at += strlen(words[i].word);
			j->type = words[i].type;
			j->num = words[i].num;
			return true;
		}
	}
	if (r->at >= r->end)
		return fail(r,
			    N_("line %1, column %2: the text ends where a value should stand"));
	return fail(r, N_("line %1, column %2: this is not a JSON value"));
}

static int by_name(const void *a, const void *b)
{
	return str_cmp((*(const struct json *const *)a)->name,
		       (*(const struct json *const *)b)->name);
}

/* A bit for a name, so that members whose bits all differ need no comparing. */
static uint64_t name_bit(struct str name)
{
	unsigned h = (unsigned)name.n * 5;

	if (name.n)
		h += (unsigned char)name.p[0] * 7u + (unsigned char)name.p[name.n - 1] * 11u +
		     (unsigned char)name.p[name.n / 2];
	return UINT64_C(1) << (h & 63);
}

/* Whether two members of an object share a name. */
static bool repeats(struct reader *r, const struct json *obj)
{
	const struct json **all;
	size_t n = 0;
	bool found = false;

	if (obj->count <= SMALL_OBJECT) {
		for (const struct json *x = obj->child; x; x = x->next)
			for (const struct json *y = x->next; y; y = y->next)
				if (x->name.n == y->name.n && str_eq(x->name, y->name))
					return true;
		return false;
	}
	all = arena_array(r->a, const struct json *, obj->count);
	for (const struct json *x = obj->child; x; x = x->next)
		all[n++] = x;
	qsort(all, n, sizeof(*all), by_name);
	for (size_t i = 1; i < n && !found; i++)
		found = str_eq(all[i - 1]->name, all[i]->name);
	return found;
}

static bool read_value(struct reader *r, struct json *j, unsigned depth);

static bool read_name(struct reader *r, struct json *j)
{
	if (peek(r) != '"')
		return fail(r, N_("line %1, column %2: a member name in quotes is expected"));
	r->at++;
	if (!read_string(r, &j->name))
		return false;
	skip_space(r);
	if (peek(r) != ':')
		return fail(r, N_("line %1, column %2: a colon is expected"));
	r->at++;
	skip_space(r);
	return true;
}

static bool read_children(struct reader *r, struct json *j, unsigned depth)
{
	bool object = peek(r) == '{';
	int end = object ? '}' : ']';
	struct json **last = &j->child;
	uint64_t names = 0;
	bool alike = false;

	j->type = object ? JSON_OBJECT : JSON_ARRAY;
	if (depth > DEPTH_MAX)
		return fail(r, N_("line %1, column %2: nested deeper than 16 levels"));
	r->at++;
	skip_space(r);
	if (peek(r) == end) {
		r->at++;
		return true;
	}
	for (;;) {
		struct json *child = arena_new(r->a, struct json);

		if ((object && !read_name(r, child)) || !read_value(r, child, depth))
			return false;
		*last = child;
		last = &child->next;
		j->count++;
		if (object) {
			alike |= names & name_bit(child->name);
			names |= name_bit(child->name);
		}
		skip_space(r);
		if (peek(r) == end)
			break;
		if (peek(r) != ',')
			return fail(r, N_("line %1, column %2: a comma or a closing bracket is "
					  "expected"));
		r->at++;
		skip_space(r);
	}
	r->at++;
	if (alike && repeats(r, j))
		return fail(r,
			    N_("line %1, column %2: a member name is repeated in this object"));
	return true;
}

static bool read_value(struct reader *r, struct json *j, unsigned depth)
{
	const char *start = r->at;
	int c = peek(r);
	bool ok;

	if (c == '{' || c == '[') {
		ok = read_children(r, j, depth + 1);
	} else if (c == '"') {
		r->at++;
		j->type = JSON_STR;
		ok = read_string(r, &j->str);
	} else if (c == '-' || (c >= '0' && c <= '9')) {
		ok = read_number(r, j);
	} else {
		ok = read_word(r, j);
	}
	j->raw = str_of(start, (size_t)(r->at - start));
	return ok;
}

bool json_parse(struct arena *a, struct str text, struct json **out, struct err *err)
{
	const char *p = text.n ? text.p : "";
	struct reader r = { a, p, p, p + text.n, err };
	struct json *j = arena_new(a, struct json);

	if (!str_utf8(text))
		return err_set(err, ERR_INPUT, "", N_("the text is not well-formed UTF-8"));
	skip_space(&r);
	if (!read_value(&r, j, 0))
		return false;
	skip_space(&r);
	if (r.at != r.end)
		return fail(&r, N_("line %1, column %2: something stands after the end of the "
				   "document"));
	*out = j;
	return true;
}

bool json_object(struct arena *a, struct str text, struct json **out, struct err *err)
{
	if (!json_parse(a, text, out, err))
		return false;
	if ((*out)->type != JSON_OBJECT)
		return err_set(err, ERR_INPUT, "", N_("a JSON object is expected: {…}"));
	return true;
}

/* --- some members of an object --- */

/* Step over a string; r->at stands at its opening quote. */
static bool step_string(struct reader *r)
{
	r->at++;
	for (;;) {
		r->at += json_plain(r->at, (size_t)(r->end - r->at));
		if (r->end - r->at < 2 || *r->at != '\\')
			break;
		r->at += 2;
	}
	if (peek(r) != '"')
		return fail(r, N_("line %1, column %2: the text ends inside a string"));
	r->at++;
	return true;
}

/* Step over a value: up to the comma or bracket behind it that is not its own. */
static bool step_value(struct reader *r)
{
	unsigned depth = 0;

	while (r->at < r->end) {
		char c = *r->at;

		if (c == '"') {
			if (!step_string(r))
				return false;
			continue;
		}
		if (!depth && (c == ',' || c == '}' || c == ']'))
			return true;
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		r->at++;
	}
	return fail(r, N_("line %1, column %2: a comma or a closing bracket is expected"));
}

static bool is_among(struct str name, const struct str *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

bool json_some(struct arena *a, struct str text, const struct str *names, size_t n,
	       struct json **out, struct err *err)
{
	const char *p = text.n ? text.p : "";
	struct reader r = { a, p, p, p + text.n, err };
	struct json **last, *child = NULL;

	*out = arena_new(a, struct json);
	(*out)->type = JSON_OBJECT;
	last = &(*out)->child;
	if (peek(&r) != '{')
		return err_set(err, ERR_INPUT, "", N_("a JSON object is expected: {…}"));
	r.at++;
	while (peek(&r) != '}') {
		if (!child)
			child = arena_new(a, struct json);
		if (!read_name(&r, child))
			return false;
		if (!is_among(child->name, names, n)) {
			if (!step_value(&r))
				return false;
		} else if (read_value(&r, child, 1)) {
			*last = child;
			last = &child->next;
			child = NULL;
			(*out)->count++;
		} else {
			return false;
		}
		skip_space(&r);
		if (peek(&r) == ',')
			r.at++;
		skip_space(&r);
	}
	return true;
}
