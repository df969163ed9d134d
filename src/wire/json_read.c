#include "wire/json.h"

#include "wire/json_plain.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 16, SMALL_OBJECT = 64 };

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
	uint32_t v = 0, low = 0;

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

/*
 * What follows takes the place it reads at and gives the one behind, or NULL after fail():
 * so it stays in a register; r->at is where the slow and rare ones read, and where it fails.
 */
static const char *fail_at(struct reader *r, const char *p, const char *message)
{
	r->at = p;
	(void)fail(r, message);
	return NULL;
}

static inline const char *past_space(const char *p, const char *end)
{
	/* Nothing above a space is one: mostly that is all there is to look at. */
	while (p < end && (unsigned char)*p <= ' ' &&
	       (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

static inline const char *past_plain(const char *p, const char *end)
{
#ifdef __SSE2__
	for (; end - p >= 16; p += 16) {
		unsigned bad = unplain_sixteen(p);

		if (bad)
			return p + __builtin_ctz(bad);
	}
#endif
	return p + json_plain(p, (size_t)(end - p));
}

/* `p` stands behind the opening quote. */
static inline const char *read_string(struct reader *r, const char *p, struct str *out)
{
	const char *start = p;

	p = past_plain(p, r->end);
	if (p < r->end && *p == '"') {
		*out = str_of(start, (size_t)(p - start));
		return p + 1;
	}
	r->at = p;
	return read_escaped(r, start, out) ? r->at : NULL;
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

/* A bit for a name, so that one whose bit no other has need not be compared. */
static inline uint64_t name_bit(struct str name)
{
	unsigned h = (unsigned)name.n * 5;

	if (name.n)
		h += (unsigned char)name.p[0] * 7u + (unsigned char)name.p[name.n - 1] * 11u +
		     (unsigned char)name.p[name.n / 2];
	return UINT64_C(1) << (h & 63);
}

/* Whether two of many members share a name. */
static bool many_repeat(struct reader *r, const struct json *obj)
{
	const struct json **all = arena_array(r->a, const struct json *, obj->count);
	size_t n = 0;
	bool found = false;

	for (const struct json *x = obj->child; x; x = x->next)
		all[n++] = x;
	qsort(all, n, sizeof(*all), by_name);
	for (size_t i = 1; i < n && !found; i++)
		found = str_eq(all[i - 1]->name, all[i]->name);
	return found;
}

/* Whether an earlier member has the last one's name. */
static bool last_repeats(const struct json *obj, const struct json *last)
{
	for (const struct json *x = obj->child; x != last; x = x->next)
		if (str_eq(x->name, last->name))
			return true;
	return false;
}

static inline const char *read_name(struct reader *r, const char *p, struct json *j)
{
	if (p == r->end || *p != '"')
		return fail_at(r, p,
			       N_("line %1, column %2: a member name in quotes is expected"));
	p = read_string(r, p + 1, &j->name);
	if (!p)
		return NULL;
	p = past_space(p, r->end);
	if (p == r->end || *p != ':')
		return fail_at(r, p, N_("line %1, column %2: a colon is expected"));
	return past_space(p + 1, r->end);
}

/* Members of an object as they come: of the first few each is held against those before. */
struct names {
	uint64_t bits;
	bool repeat;
};

static inline void see_name(struct names *seen, const struct json *obj,
			    const struct json *member)
{
	uint64_t bit = name_bit(member->name);

	if ((seen->bits & bit) && obj->count <= SMALL_OBJECT)
		seen->repeat |= last_repeats(obj, member);
	seen->bits |= bit;
}

static const char *read_whole(struct reader *r, const char *p, struct json *j, unsigned depth);

/* One that is no list or object. */
static inline const char *read_scalar(struct reader *r, const char *p, struct json *j)
{
	if (p < r->end && *p == '"') {
		j->type = JSON_STR;
		return read_string(r, p + 1, &j->str);
	}
	r->at = p;
	if (p < r->end && (*p == '-' || (*p >= '0' && *p <= '9')))
		return read_number(r, j) ? r->at : NULL;
	return read_word(r, j) ? r->at : NULL;
}

static inline bool opens(const struct reader *r, const char *p)
{
	return p < r->end && (*p == '{' || *p == '[');
}

/* The members or elements up to where no comma follows; `j` has its type. */
static const char *read_children(struct reader *r, const char *p, struct json *j,
				 unsigned depth, struct names *seen)
{
	const char *const end = r->end;
	struct json **last = &j->child;

	for (;;) {
		struct json *child = arena_new(r->a, struct json);
		const char *start = p;

		if (j->type == JSON_OBJECT)
			start = p = read_name(r, p, child);
		if (p)
			p = opens(r, p) ? read_whole(r, p, child, depth + 1)
					: read_scalar(r, p, child);
		if (!p)
			return NULL;
		child->raw = str_of(start, (size_t)(p - start));
		*last = child;
		last = &child->next;
		j->count++;
		if (j->type == JSON_OBJECT)
			see_name(seen, j, child);
		p = past_space(p, end);
		if (p == end || *p != ',')
			return p;
		p = past_space(p + 1, end);
	}
}

/* `p` stands at the opening bracket. */
static const char *read_whole(struct reader *r, const char *p, struct json *j, unsigned depth)
{
	char close = *p == '{' ? '}' : ']';
	struct names seen = { 0 };

	j->type = *p == '{' ? JSON_OBJECT : JSON_ARRAY;
	if (depth > DEPTH_MAX)
		return fail_at(r, p, N_("line %1, column %2: nested deeper than 16 levels"));
	p = past_space(p + 1, r->end);
	if (p < r->end && *p == close)
		return p + 1;
	p = read_children(r, p, j, depth, &seen);
	if (!p)
		return NULL;
	if (p == r->end || *p != close)
		return fail_at(
			r, p,
			N_("line %1, column %2: a comma or a closing bracket is expected"));
	p++;
	if (seen.repeat || (close == '}' && j->count > SMALL_OBJECT && many_repeat(r, j)))
		return fail_at(
			r, p,
			N_("line %1, column %2: a member name is repeated in this object"));
	return p;
}

bool json_parse(struct arena *a, struct str text, struct json **out, struct err *err)
{
	const char *p = text.n ? text.p : "", *start;
	struct reader r = { a, p, p, p + text.n, err };
	struct json *j = arena_new(a, struct json);

	if (!str_utf8(text))
		return err_set(err, ERR_INPUT, "", N_("the text is not well-formed UTF-8"));
	start = p = past_space(p, r.end);
	p = opens(&r, p) ? read_whole(&r, p, j, 1) : read_scalar(&r, p, j);
	if (!p)
		return false;
	j->raw = str_of(start, (size_t)(p - start));
	r.at = past_space(p, r.end);
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

/* Step over a string; `p` stands at its opening quote. */
static const char *past_string(struct reader *r, const char *p)
{
	p++;
	for (;;) {
		p = past_plain(p, r->end);
		if (r->end - p < 2 || *p != '\\')
			break;
		p += 2;
	}
	if (p == r->end || *p != '"')
		return fail_at(r, p, N_("line %1, column %2: the text ends inside a string"));
	return p + 1;
}

/* Step over a value: up to the comma or bracket behind it that is not its own. */
static const char *past_value(struct reader *r, const char *p)
{
	unsigned depth = 0;

	while (p && p < r->end) {
		char c = *p;

		if (c == '"') {
			p = past_string(r, p);
			continue;
		}
		if (!depth && (c == ',' || c == '}' || c == ']'))
			return p;
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		p++;
	}
	return p ? fail_at(r, p,
			   N_("line %1, column %2: a comma or a closing bracket is expected"))
		 : NULL;
}

static bool is_among(struct str name, const struct str *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

/* One member, `p` at its name: kept when it is among `names`. */
static const char *read_some(struct reader *r, const char *p, struct json *child,
			     const struct str *names, size_t n, bool *kept)
{
	const char *start = p = read_name(r, p, child);

	*kept = p && is_among(child->name, names, n);
	if (!*kept)
		return p ? past_value(r, p) : NULL;
	p = opens(r, p) ? read_whole(r, p, child, 2) : read_scalar(r, p, child);
	if (p)
		child->raw = str_of(start, (size_t)(p - start));
	return p;
}

bool json_some(struct arena *a, struct str text, const struct str *names, size_t n,
	       struct json **out, struct err *err)
{
	const char *p = text.n ? text.p : "", *end = p + text.n;
	struct reader r = { a, p, p, end, err };
	struct json **last, *child = NULL;
	bool kept = true;

	*out = arena_new(a, struct json);
	(*out)->type = JSON_OBJECT;
	last = &(*out)->child;
	if (p == end || *p != '{')
		return err_set(err, ERR_INPUT, "", N_("a JSON object is expected: {…}"));
	p = past_space(p + 1, end);
	while (p == end || *p != '}') {
		if (kept)
			child = arena_new(a, struct json);
		p = read_some(&r, p, child, names, n, &kept);
		if (!p)
			return false;
		if (kept) {
			*last = child;
			last = &child->next;
			(*out)->count++;
		}
		p = past_space(p, end);
		if (p < end && *p == ',')
			p = past_space(p + 1, end);
	}
	return true;
}

/* --- what was written here --- */

/* The name at the quote `p`, of those that are known when it is the next of them that stands
 * here; `*at` of them have gone by. */
static inline const char *again_name(struct reader *r, const char *p, struct json *j,
				     const struct json_names *known, size_t *at)
{
	for (size_t i = *at; i < known->n; i++) {
		struct str name = known->name[i];

		if ((size_t)(r->end - p) <= name.n + 1 || p[name.n + 1] != '"' ||
		    p[1] != name.p[0] || memcmp(p + 1, name.p, name.n) != 0)
			continue;
		j->name = name;
		j->place = (uint16_t)(i + 1);
		*at = i + 1;
		return p + name.n + 2;
	}
	return read_string(r, p + 1, &j->name);
}

/* A list or object, `p` at its opening bracket. */
static const char *again_whole(struct reader *r, const char *p, struct json *j,
			       struct json_names known)
{
	const char *const end = r->end;
	char close = *p == '{' ? '}' : ']';
	struct json **last = &j->child;
	size_t at = 0;

	j->type = close == '}' ? JSON_OBJECT : JSON_ARRAY;
	for (p++; p < end && *p != close; p += p < end && *p == ',') {
		struct json *child = arena_new(r->a, struct json);
		const char *start;

		if (close == '}') {
			p = *p == '"' ? again_name(r, p, child, &known, &at) : NULL;
			if (!p || p == end || *p != ':')
				return NULL;
			p++;
		}
		start = p;
		p = opens(r, p) ? again_whole(r, p, child, (struct json_names){ 0 })
				: read_scalar(r, p, child);
		if (!p)
			return NULL;
		child->raw = str_of(start, (size_t)(p - start));
		*last = child;
		last = &child->next;
		j->count++;
	}
	return p < end ? p + 1 : NULL;
}

bool json_again(struct arena *a, struct str text, struct json_names known, struct json **out,
		struct err *err)
{
	struct reader r = { a, text.p, text.p, text.p + text.n, err };
	struct json *j = arena_new(a, struct json);
	const char *p = text.n && text.p[0] == '{' ? again_whole(&r, text.p, j, known) : NULL;

	if (!p || p != r.end)
		return err_set(err, ERR_BROKEN, "", N_("a JSON object is expected: {…}"));
	j->raw = text;
	*out = j;
	return true;
}
