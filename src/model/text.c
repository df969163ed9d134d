#include "model/inside.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { TEXT_MAX = 4000 };

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

#ifdef __SSE2__
/* Of sixteen bytes, a bit for each that is a control character: below a space, or 0x7f. */
static inline int sixteen_control(const char *p)
{
	const __m128i last = _mm_set1_epi8(' ' - 1), del = _mm_set1_epi8(0x7f);
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);

	return _mm_movemask_epi8(
		_mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(v, last), v), _mm_cmpeq_epi8(v, del)));
}
#endif

/* Whether one of eight bytes is a control character: below a space, or 0x7f. */
static bool eight_control(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t w, last;

	memcpy(&w, p, sizeof(w));
	last = w ^ ones * 0x7f;
	return (((w - ones * ' ') & ~w) | ((last - ones) & ~last)) & tops;
}

/* How far there is surely no control character from `i` on, looked at many at a time: the last
 * eight with some of those before them. */
static size_t past_text(struct str s, size_t i)
{
#ifdef __SSE2__
	while (s.n - i >= 16 && !sixteen_control(s.p + i))
		i += 16;
#endif
	while (s.n - i >= 8 && !eight_control(s.p + i))
		i += 8;
	return s.n - i < 8 && s.n >= 8 && !eight_control(s.p + s.n - 8) ? s.n : i;
}

bool has_control(struct str s, bool lines)
{
	for (size_t i = past_text(s, 0); i < s.n; i = past_text(s, i + 1)) {
		unsigned char ch = (unsigned char)s.p[i];

		if (ch == 0x7f ||
		    (ch < 0x20 && !(lines && (ch == '\n' || ch == '\r' || ch == '\t'))))
			return true;
	}
	return false;
}

/* Whether any byte of `s` is in `set` or is a space or a control character. */
static bool has_any(struct str s, struct str set)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || str_index(set, s.p[i]) < set.n)
			return true;
	return false;
}

/* --- what a TEXT must look like --- */

/* LEDGER.md 4.1: [a-z][a-z0-9-]{1,15} */
bool party_well_formed(struct str s)
{
	if (s.n < 2 || s.n > PARTY_MAX || !is_lower(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (!is_lower(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

static bool party_known(const struct model_ctx *ctx, struct str s)
{
	for (size_t i = 0; i < ctx->party_count; i++)
		if (str_eq(ctx->parties[i], s))
			return true;
	return ctx->party_count == 0;
}

static bool key_well_formed(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_lower(s.p[i]) && !is_digit(s.p[i]) && (s.p[i] != '-' || i == 0))
			return false;
	return s.n > 0;
}

bool next_key(struct str *keys, struct str *key)
{
	while (str_split(keys, ' ', key))
		if (key->n)
			return true;
	return false;
}

static bool keys_well_formed(struct str s)
{
	struct str key;

	while (next_key(&s, &key))
		if (!key_well_formed(key))
			return false;
	return true;
}

static bool web_well_formed(struct str s)
{
	struct str rest = str_from(s, str_starts(s, S("https://"))  ? 8
				      : str_starts(s, S("http://")) ? 7
								    : s.n);

	return rest.n > 0 && rest.p[0] != '/' && !has_any(rest, S("\"<>\\^`{|}"));
}

static bool email_well_formed(struct str s)
{
	size_t at = str_index(s, '@');
	struct str host = str_from(s, at + 1);

	return at > 0 && at < s.n && host.n > 0 && str_index(host, '@') == host.n &&
	       !has_any(s, S("\"<>(),;:\\"));
}

static void check_shape(struct check *c, const struct field *f, struct str s)
{
	switch (f->shape) {
	case SHAPE_FREE: return;
	case SHAPE_PARTY:
		if (!party_well_formed(s) || !party_known(c->ctx, s))
			FOUND(c, f->name,
			      N_("“%1” is not the code of a party of this register; write for "
				 "example \"ml\""),
			      err_arg(s));
		return;
	case SHAPE_WEB:
		if (!web_well_formed(s))
			FOUND(c, f->name,
			      N_("“%1” is not a web address; it begins with https:// or "
				 "http:// and has no spaces"),
			      err_arg(s));
		return;
	case SHAPE_EMAIL:
		if (!email_well_formed(s))
			FOUND(c, f->name,
			      N_("“%1” is not an e-mail address; write for example "
				 "name@example.org"),
			      err_arg(s));
		return;
	case SHAPE_KEY:
		if (!key_well_formed(s))
			FOUND(c, f->name,
			      N_("“%1” is not a key; use lower-case Latin letters, digits and "
				 "hyphens, for example design-2"),
			      err_arg(s));
		return;
	case SHAPE_KEYS:
		if (!keys_well_formed(s))
			FOUND(c, f->name,
			      N_("“%1” is not a list of keys; write them with spaces between, "
				 "for example: design permits"),
			      err_arg(s));
		return;
	case SHAPE_IATI:
		if (!c->ctx->reported && has_any(s, S("/&|?")))
			FOUND(c, f->name,
			      N_("“%1” is not an IATI identifier; it has no spaces and none of "
				 "the signs / & | ?"),
			      err_arg(s));
		return;
	}
}

/* BCP 47 (RFC 5646) as far as needed: a language of 2 or 3 letters, then subtags of 1 to 8. */
static bool tag_well_formed(struct str tag)
{
	struct str sub;
	bool first = true;

	if (tag.n == 2) /* as most are */
		return is_lower(tag.p[0]) && is_lower(tag.p[1]);
	while (str_split(&tag, '-', &sub)) {
		if (sub.n < (first ? 2u : 1u) || sub.n > (first ? 3u : 8u))
			return false;
		for (size_t i = 0; i < sub.n; i++)
			if (!is_lower((char)(first ? sub.p[i] : sub.p[i] | 32)) &&
			    (first || !is_digit(sub.p[i])))
				return false;
		first = false;
	}
	return !first;
}

/* `member` names the language; it is empty for a TEXT. */
static void check_length(struct check *c, const struct field *f, struct str member,
			 struct str s)
{
	size_t max = f->max ? f->max : TEXT_MAX;

	if (s.n > max)
		FOUND(c, path_of(c, f, member),
		      N_("the text is too long: %1 bytes where at most %2 fit (a Cyrillic "
			 "letter takes two); shorten it or attach it as a document"),
		      err_num(s.n), err_num(max));
	if (!has_control(s, f->long_text))
		return;
	if (f->long_text)
		FOUND(c, path_of(c, f, member),
		      N_("the text has a control character in it; type it anew without"));
	else
		FOUND(c, path_of(c, f, member),
		      N_("the text must stand on one line and have no control characters in "
			 "it"));
}

void check_text(struct check *c, const struct field *f, const struct json *v)
{
	check_length(c, f, S(""), v->str);
	check_shape(c, f, str_trim(v->str));
}

void check_mtext(struct check *c, const struct field *f, const struct json *v)
{
	for (const struct json *m = v->child; m; m = m->next) {
		if (value_empty(m))
			continue;
		if (!tag_well_formed(m->name))
			FOUND(c, f->name,
			      N_("“%1” is not a language tag; write for example \"fr\" or "
				 "\"ru\""),
			      err_arg(m->name));
		else if (m->type != JSON_STR)
			FOUND(c, path_of(c, f, m->name),
			      N_("a text in quotes is expected here"));
		else
			check_length(c, f, m->name, m->str);
	}
}
